"""The pages on which a letter or source is taken back, and on which an officer answers a partner that does so."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clew.node.exchange import actions
from clew.node.exchange.forms import AnswerRecallForm, RecallForm
from clew.node.exchange.queries.recalls import recall_to_answer
from clew.node.pages import officer_for, page, say_on
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def recall_letter(request: HttpRequest, uid: str) -> HttpResponse:
    """Take one letter back from whoever it went to."""
    officer = officer_for(request, "letter.recall")
    found = actions.read_letter(actor=officer, letter_uid=uid)
    if found is None or found.line.row.direction != "out":
        raise Http404
    form = RecallForm(request.POST or None)
    back = reverse("exchange:thread", args=[found.line.row.thread.uid])
    if request.method == "POST" and form.is_valid():
        try:
            actions.recall_letter(actor=officer, letter_uid=uid, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The letter is taken back. Its recipient is told at once."))
            return redirect(back)
    context = {"form": form, "caption": found.line.subject, "holders": [found.recipient], "back": back}
    return page(request, "exchange/recall.html", context)


@FORM
def recall_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Take a source back from everyone whom letters carried it to."""
    officer = officer_for(request, "letter.recall")
    found = actions.read_copies(actor=officer, source_id=source_id)
    if found is None:
        raise Http404
    form = RecallForm(request.POST or None)
    back = reverse("exchange:copies", args=[source_id])
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.recall_source(actor=officer, source_id=source_id, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            said = ngettext(
                "It is taken back from the holder of %(number)d letter.",
                "It is taken back from the holders of %(number)d letters.",
                len(made),
            )
            messages.success(request, said % {"number": len(made)})
            return redirect(back)
    holders = list(dict.fromkeys(copy.party for copy in found.copies))
    context = {"form": form, "caption": found.source.title, "holders": holders, "back": back, "of_source": True}
    return page(request, "exchange/recall.html", context)


@FORM
def answer_recall(request: HttpRequest, uid: str) -> HttpResponse:
    """Say what became of what a partner took back."""
    officer = officer_for(request, "letter.recall")
    line = recall_to_answer(officer=officer, uid=uid)
    if line is None:
        raise Http404
    form = AnswerRecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_recall(actor=officer, recall_uid=uid, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("Your answer goes to the partner."))
            return redirect("exchange:thread", uid=line.row.thread.uid)
    return page(request, "exchange/answer_recall.html", {"form": form, "line": line})
