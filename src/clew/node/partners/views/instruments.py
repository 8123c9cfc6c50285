"""The instruments register."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clew.node.accounts.queries import permissions_of
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners import actions, queries
from clew.node.partners.forms import EndForm, InstrumentForm
from clew.node.partners.views.directory import FORM, ROWS
from clew.node.types import BadInput, BadInputs


@require_safe
def instrument_list(request: HttpRequest) -> HttpResponse:
    """All instruments by short name."""
    officer = officer_for(request, "partner.see")
    context = {
        "instruments": Paginator(queries.instruments(), ROWS).get_page(request.GET.get("page")),
        "may_register": "instrument.register" in permissions_of(officer),
        "today": timezone.localdate(),
    }
    return page(request, "partners/instruments.html", context)


@FORM
def instrument_new(request: HttpRequest) -> HttpResponse:
    """Enter an instrument."""
    officer = officer_for(request, "instrument.register")
    form = InstrumentForm(posted(request), organisations=queries.party_choices(active_only=False, with_own=True))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register_instrument(actor=officer, draft=form.draft())
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The instrument %(code)s is registered.") % {"code": made.code})
            return redirect("partners:instrument", code=made.code)
    return page(request, "partners/instrument_new.html", {"form": form})


@require_safe
def instrument_page(request: HttpRequest, code: str) -> HttpResponse:
    """One instrument."""
    officer = officer_for(request, "partner.see")
    view = queries.instrument_page(code)
    if view is None:
        raise Http404
    context = {"view": view, "may_register": "instrument.register" in permissions_of(officer)}
    return page(request, "partners/instrument.html", context)


@FORM
def instrument_end(request: HttpRequest, code: str) -> HttpResponse:
    """Say on which day an instrument ends."""
    officer = officer_for(request, "instrument.register")
    view = queries.instrument_page(code)
    if view is None:
        raise Http404
    form = EndForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_instrument(actor=officer, code=code, until=form.cleaned_data["until"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            return redirect("partners:instrument", code=code)
    return page(request, "partners/instrument_end.html", {"form": form, "view": view})
