"""The list of cases, one case, opening, changing, closing and reopening it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.cases import actions, queries
from clew.node.cases.access import CLOSED
from clew.node.cases.forms import CaseEditForm, CaseForm, CloseForm, ListForm, ReasonForm
from clew.node.cases.models import Case
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Cases by last change, filtered."""
    officer = officer_for(request, "case.see")
    form = ListForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    where = queries.CaseFilter(asked.get("status") or "working", asked.get("kind", ""), asked.get("q", ""))
    found = queries.case_list(
        officer=officer, where=where, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "filter": ListForm({"status": where.status, "kind": where.kind, "q": where.text}),
        "cases": found.cases,
        "filtered": bool(where.text or where.kind or where.status != "working"),
        "older": f"?{urlencode({**kept, 'after': found.older})}" if found.older else "",
        "newer": f"?{urlencode({**kept, 'before': found.newer})}" if found.newer else "",
        "may_open": "case.open" in permissions_of(officer),
        "now": timezone.now(),
    }
    return page(request, "cases/list.html", context)


@FORM
def case_new(request: HttpRequest) -> HttpResponse:
    """Open a case in two steps: fill in, check the answers."""
    officer = officer_for(request, "case.open")
    form = CaseForm(posted(request))
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        if "confirmed" not in request.POST:
            return page(request, "cases/check_answers.html", {"answers": form.cleaned_data, "form": form})
        try:
            case = actions.open_case(actor=officer, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(
                request, _("Case %(reference)s is open. You are its team.") % {"reference": case.reference}
            )
            return redirect("cases:case", pk=case.pk)
    return page(request, "cases/new.html", {"form": form})


@require_safe
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One case with all its parts."""
    return page(request, "cases/case.html", _whole_case(officer_for(request, "case.see"), pk))


@require_safe
def case_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The case for paper, with its classification on every sheet."""
    return page(request, "cases/print.html", _whole_case(officer_for(request, "case.see"), pk))


def _whole_case(officer: Officer, pk: int) -> dict[str, Any]:
    view = queries.case(officer=officer, pk=pk)
    if view is None:
        raise Http404
    held = permissions_of(officer)
    closed = view.case.status in CLOSED
    return {
        "view": view,
        "case": view.case,
        "sections": queries.sections_of_case(officer=officer, case_id=pk),
        "closed": closed,
        "may_work": "case.work" in held and not closed,
        "may_close": "case.close" in held,
        "may_read": "document.read" in held,
        "may_team": "case.team" in held,
        "now": timezone.now(),
    }


@require_safe
def case_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """The older part of the timeline."""
    officer = officer_for(request, "case.see")
    case = head_or_404(officer, pk)
    before = request.GET.get("before", "")
    found = queries.timeline(
        officer=officer, case_id=pk, before=int(before) if before.isdecimal() and len(before) < 19 else None, rows=50
    )
    older = f"?before={found.older}" if found.older else ""
    return page(request, "cases/timeline.html", {"case": case, "events": found.events, "older": older})


@FORM
def case_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the head of a case."""
    officer = officer_for(request, "case.work")
    case = head_or_404(officer, pk)
    now_says = {
        "title": case.title,
        "kind": case.kind,
        "offence_codes": case.offence_codes,
        "summary": case.summary,
        "waiting": case.status == "waiting",
    }
    form = CaseEditForm(posted(request), initial=now_says)
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_case(actor=officer, case_id=pk, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return redirect("cases:case", pk=pk)
    return page(request, "cases/edit.html", {"form": form, "case": case})


@FORM
def case_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is still open, then close."""
    officer = officer_for(request, "case.close")
    view = queries.case(officer=officer, pk=pk)
    if view is None:
        raise Http404
    form = CloseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_case(actor=officer, case_id=pk, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The case is closed. You can reopen it at any time."))
            return redirect("cases:case", pk=pk)
    context = {
        "form": form,
        "case": view.case,
        "open_tasks": [task for task in view.tasks if task.done is None],
        "open_deadlines": [deadline for deadline in view.deadlines if deadline.met is None],
    }
    return page(request, "cases/close.html", context)


@FORM
def case_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a closed case up again."""
    officer = officer_for(request, "case.close")
    case = head_or_404(officer, pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen_case(actor=officer, case_id=pk, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The case is open again."))
            return redirect("cases:case", pk=pk)
    context = {
        "form": form,
        "case": case,
        "title": _("Reopen the case"),
        "button": _("Reopen"),
        "back": reverse("cases:case", args=[pk]),
    }
    return page(request, "cases/form.html", context)


def head_or_404(officer: Officer, pk: int) -> Case:
    """The case; "not found" whether it does not exist or belongs to another team."""
    case = queries.case_head(officer=officer, pk=pk)
    if case is None:
        raise Http404
    return case
