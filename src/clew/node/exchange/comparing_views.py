"""Pages on which lists are compared with a partner without showing them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from clew.node.cases.queries import case_head
from clew.node.exchange import actions
from clew.node.exchange.comparing import may_answer_privately
from clew.node.exchange.comparing_forms import AnswerPrivatelyForm, AskPrivatelyForm
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def ask_privately(request: HttpRequest, case_id: int) -> HttpResponse:
    """Ask a partner whether it holds identifiers of a case, too."""
    officer = officer_for(request, "release.draft")
    case = case_head(officer=officer, pk=case_id)
    if case is None:
        raise Http404
    form = AskPrivatelyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            release = actions.ask_privately(actor=officer, case_id=case_id, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return redirect("disclosure:release", pk=release.pk)
    return page(request, "exchange/ask_privately.html", {"form": form, "case": case})


@FORM
def answer_privately(request: HttpRequest, uid: str) -> HttpResponse:
    """Answer a partner's private question from the lists of the case that its letter was taken into."""
    officer = officer_for(request, "release.draft")
    found = actions.read_letter(actor=officer, letter_uid=uid)
    if found is None or found.body is None or not may_answer_privately(found.line.row):
        raise Http404
    form = AnswerPrivatelyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            release = actions.answer_privately(actor=officer, letter_uid=uid, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return redirect("disclosure:release", pk=release.pk)
    return page(request, "exchange/answer_privately.html", {"form": form, "letter": found})
