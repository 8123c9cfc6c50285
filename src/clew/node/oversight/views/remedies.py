"""Requests for a check of what was shared: taking, checking, answering; and what left about one person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.oversight import actions, queries
from clew.node.oversight.forms import AnswerForm, ExtendForm, FindingForm, LookUpForm, RemedyForm
from clew.node.oversight.words import ASKED, ASKERS, FINDINGS, OUTCOMES, THROUGH
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 50


@require_safe
def remedy_list(request: HttpRequest) -> HttpResponse:
    """The register of remedies: those that run first, the soonest due first."""
    officer = officer_for(request, "remedy.receive")
    now = timezone.now()
    shown = Paginator(queries.remedies(officer=officer), ROWS).get_page(request.GET.get("page"))
    rows = [(queries.remedy_line(row, now), ASKERS[row.asker], ASKED[row.asked]) for row in shown]
    handles = "remedy.handle" in permissions_of(officer)
    return page(request, "oversight/remedies.html", {"page": shown, "rows": rows, "handles": handles})


@FORM
def look_up(request: HttpRequest) -> HttpResponse:
    """Find whom a request is about; nothing similar is shown, and each look-up is recorded."""
    officer = officer_for(request, "remedy.handle")
    form = LookUpForm(posted(request))
    found: list[int] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.look_up_person(actor=officer, text=form.cleaned_data["text"])
        except BadInput as fault:
            say_on(form, fault)
    return page(request, "oversight/look_up.html", {"form": form, "found": found})


@FORM
def remedy_new(request: HttpRequest) -> HttpResponse:
    """Take a request, about a person that was found or about one that was not."""
    officer = officer_for(request, "remedy.receive")
    person = _number(request.GET.get("person", ""))
    form = RemedyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.open_remedy_request(actor=officer, draft=form.draft(person))
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("Request %(number)s is taken. Its clock runs.") % {"number": row.number})
            return redirect("oversight:remedies")
    return page(request, "oversight/remedy_new.html", {"form": form, "person": person})


@require_safe
def remedy(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: who asks, what left, what was found."""
    officer = officer_for(request, "remedy.handle")
    head = _head_or_404(officer, pk)
    row = head.line.row
    left = actions.consult_disclosures(actor=officer, person_id=row.person_id, remedy=row) if row.person_id else []
    checked = sum(one.finding is not None for one in left)
    context = {
        "head": head, "row": row, "left": _told(left), "checked": checked, "asker": ASKERS[row.asker],
        "asked": ASKED[row.asked], "through": THROUGH[row.received_through],
        "is_open": row.answered is None, "all_checked": checked == len(left),
    }  # fmt: skip
    return page(request, "oversight/remedy.html", context)


@FORM
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the answer off, once."""
    officer = officer_for(request, "remedy.handle")
    head = _head_or_404(officer, pk)
    form = ExtendForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.extend_remedy(actor=officer, remedy_id=pk, reason=form.cleaned_data["reason"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The time is extended. Tell whoever asked, and why."))
            return redirect("oversight:remedy", pk=pk)
    return page(request, "oversight/extend.html", {"form": form, "row": head.line.row})


@FORM
def judge(request: HttpRequest, pk: int, decision_id: int) -> HttpResponse:
    """Say of one disclosure whether it was lawful."""
    officer = officer_for(request, "remedy.handle")
    row = _head_or_404(officer, pk).line.row
    left = actions.consult_disclosures(actor=officer, person_id=row.person_id, remedy=row) if row.person_id else []
    found = next((one for one in left if one.line.decision == decision_id), None)
    if found is None:
        raise Http404
    known = found.finding
    initial = {"judgement": known.judgement, "reason": known.reason, "told": known.told} if known else None
    form = FindingForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.judge_disclosure(actor=officer, remedy_id=pk, decision_id=decision_id, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is recorded."))
            return redirect("oversight:remedy", pk=pk)
    return page(request, "oversight/judge.html", {"form": form, "row": row, "left": _told([found])[0]})


@FORM
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the answer; the clock stops."""
    officer = officer_for(request, "remedy.handle")
    head = _head_or_404(officer, pk)
    form = AnswerForm(posted(request), initial={"kind": "neutral", "language": get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_remedy(actor=officer, remedy_id=pk, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The answer is written. Print it and hand it over."))
            return redirect("oversight:answer_print", pk=pk)
    return page(request, "oversight/answer.html", {"form": form, "head": head, "row": head.line.row})


@require_safe
def answer_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer, to be printed and handed over."""
    head = _head_or_404(officer_for(request, "remedy.handle"), pk)
    if head.line.row.answered is None:
        raise Http404
    paragraphs = head.words.get("answer", "").split("\n\n") if head.words else []
    return page(request, "oversight/answer_print.html", {"row": head.line.row, "paragraphs": paragraphs})


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """What left about one person: all teams at digest level for the data-protection officer, else her own teams'."""
    officer = request.user
    handles = isinstance(officer, Officer) and "remedy.handle" in permissions_of(officer)
    if handles:
        officer = officer_for(request, "remedy.handle")
        left = actions.consult_disclosures(actor=officer, person_id=person_id)
        context: dict[str, Any] = {"left": _told(left), "person_id": person_id, "digest": True}
        return page(request, "oversight/person.html", context)
    officer = officer_for(request, "consent.see")
    if not queries.may_see_person(officer=officer, person_id=person_id):
        raise Http404
    earlier = queries.left_in_her_teams(officer=officer, person_id=person_id)
    return page(request, "oversight/person.html", {"earlier": earlier, "person_id": person_id, "digest": False})


def _told(left: list[queries.LeftLine]) -> list[dict[str, Any]]:
    return [
        {
            "row": one,
            "outcome": OUTCOMES[one.line.outcome],
            "found": FINDINGS[one.finding.judgement] if one.finding else "",
        }
        for one in left
    ]


def _head_or_404(officer: Officer, pk: int) -> queries.RemedyHead:
    head = queries.remedy_head(officer=officer, pk=pk, now=timezone.now())
    if head is None:
        raise Http404
    return head


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 12 else None
