"""Which laboratories' profiles count here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.kinship import actions, queries
from clew.node.kinship.forms import LaboratoryForm
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import party_choices
from clew.node.types import BadInput, BadInputs


@require_safe
def laboratory_list(request: HttpRequest) -> HttpResponse:
    """Every laboratory, and whether its accreditation counts today."""
    officer_for(request, "kinship.laboratory")
    return page(request, "kinship/laboratories.html", {"rows": queries.laboratories(today=timezone.localdate())})


@require_http_methods(["GET", "HEAD", "POST"])
def laboratory_new(request: HttpRequest) -> HttpResponse:
    """Register a laboratory."""
    officer = officer_for(request, "kinship.laboratory")
    form = LaboratoryForm(posted(request), parties=party_choices())
    if request.method == "POST" and form.is_valid():
        try:
            actions.register_laboratory(actor=officer, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The laboratory is registered. It counts until its accreditation ends."))
            return redirect("kinship:laboratories")
    return page(request, "kinship/laboratory_new.html", {"form": form})


@require_POST
def laboratory_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take nothing more from a laboratory."""
    officer = officer_for(request, "kinship.laboratory")
    try:
        actions.end_laboratory(actor=officer, laboratory_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    return redirect("kinship:laboratories")
