"""Marks on a source and its statements."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clew.node.accounts.actions import read_step_up
from clew.node.accounts.queries import permissions_of, step_up_choice
from clew.node.disclosure import actions, queries
from clew.node.disclosure.forms import MarkForm, ReasonForm
from clew.node.disclosure.marks import KINDS
from clew.node.disclosure.reach import source_of_statement
from clew.node.pages import officer_for, page, say_on
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def marks(request: HttpRequest, source_id: int) -> HttpResponse:
    """What is marked on a source, and marking it or one of its statements."""
    officer = officer_for(request, "mark.set")
    found = queries.marks_of(officer=officer, source_id=source_id)
    if found is None:
        raise Http404
    number = request.POST.get("statement", request.GET.get("statement", ""))
    statement = int(number) if number.isdigit() else None
    if statement is not None and source_of_statement(statement) != source_id:
        raise Http404
    form = MarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_mark(actor=officer, source_id=source_id, statement_id=statement, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The mark is set. Decide open releases again so that it counts."))
            return redirect("disclosure:marks", source_id=source_id)
    rows = [(KINDS[each.kind].label, each) for each in found if each.kind in KINDS]
    context = {
        "form": form,
        "rows": rows,
        "source_id": source_id,
        "statement": statement,
        "kinds": KINDS.values(),
        "may_lift": "mark.lift" in permissions_of(officer),
        "officer": officer,
    }
    return page(request, "disclosure/marks.html", context)


@FORM
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a mark, with a reason and a signature: it lets leave what was held back."""
    officer = officer_for(request, "mark.lift")
    found = queries.mark(officer=officer, pk=pk)
    if found is None:
        raise Http404
    form, digest = ReasonForm(request.POST or None), actions.mark_digest(found)
    if request.method == "POST" and form.is_valid():
        try:
            proof = read_step_up(officer, digest, request.POST.dict())
            actions.lift_mark(actor=officer, mark_id=pk, reason=form.cleaned_data["reason"], step_up=proof)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The mark is lifted. It stays in the history."))
            return redirect("disclosure:marks", source_id=found.source_id)
    context = {"form": form, "mark": found, "label": KINDS[found.kind].label}
    context["step_up"] = step_up_choice(officer, digest)
    return page(request, "disclosure/mark_lift.html", context)
