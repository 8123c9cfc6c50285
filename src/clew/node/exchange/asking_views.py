"""Pages on which the meaning of a request is asked and explained, and on which its result is told."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from clew.node.exchange import actions
from clew.node.exchange.asking import draft_explanation, draft_question, may_ask, may_explain
from clew.node.exchange.asking_forms import AskForm, ExplainForm, ResultForm
from clew.node.exchange.queries import OpenedLetter
from clew.node.exchange.resulting import draft_result, may_tell_result
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def ask(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask what a request means; its clock stands from the moment at which the question leaves."""
    officer = officer_for(request, "release.draft")
    found = _letter(request, uid)
    if found.body is None or not may_ask(found.line.row):
        raise Http404
    form = AskForm(posted(request), items=found.body.get("items", ()))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            release = draft_question(
                officer, found, reason=chosen["reason"], asked=form.asked, necessity=chosen["necessity"]
            )
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return redirect("disclosure:release", pk=release)
    return page(request, "exchange/ask.html", {"form": form, "letter": found})


@FORM
def explain(request: HttpRequest, uid: str) -> HttpResponse:
    """Answer what a partner asked about a request of ours; its clock runs on once that leaves."""
    officer = officer_for(request, "release.draft")
    found = _letter(request, uid)
    if found.body is None or not may_explain(found.line.row):
        raise Http404
    form = ExplainForm(posted(request), questions=found.body["questions"])
    if request.method == "POST" and form.is_valid():
        try:
            release = draft_explanation(officer, found, said=form.said, necessity=form.cleaned_data["necessity"])
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return redirect("disclosure:release", pk=release)
    return page(request, "exchange/explain.html", {"form": form, "letter": found})


@FORM
def result(request: HttpRequest, uid: str) -> HttpResponse:
    """Say what came of a letter, up to the outcome in court."""
    officer = officer_for(request, "release.draft")
    found = _letter(request, uid)
    if found.body is None or not may_tell_result(found.line.row):
        raise Http404
    form = ResultForm(posted(request))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            release = draft_result(
                officer, found, outcome=chosen["outcome"], final=chosen["final"], court=form.said,
                necessity=chosen["necessity"],
            )  # fmt: skip
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return redirect("disclosure:release", pk=release)
    return page(request, "exchange/result.html", {"form": form, "letter": found})


def _letter(request: HttpRequest, uid: str) -> OpenedLetter:
    found = actions.read_letter(actor=officer_for(request, "release.draft"), letter_uid=uid)
    if found is None:
        raise Http404
    return found
