"""The pages on which what was sent is taken back or corrected, and on which a partner that does so is answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clew.node.exchange import actions
from clew.node.exchange.forms import AnswerRecallForm, CorrectForm, RecallForm
from clew.node.exchange.queries.copies import correction
from clew.node.exchange.queries.recalls import recall_to_answer
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput, BadInputs

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
def correct(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Tell everyone whom letters carried a statement to that it was corrected or retracted here."""
    officer = officer_for(request, "letter.recall")
    found = correction(officer=officer, statement_id=statement_id)
    if found is None:
        raise Http404
    form = CorrectForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            told = actions.tell_holders(actor=officer, statement_id=statement_id, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return _told(request, told, found.source)
    context = {"form": form, "found": found, "back": reverse("dossier:why", args=[statement_id])}
    return page(request, "exchange/correct.html", context)


def _told(request: HttpRequest, told: actions.Telling, source: int) -> HttpResponse:
    """To the one release that waits to be signed, to the list of several, or to where the copies are."""
    if told.recalls:
        said = ngettext(
            "It is taken back from the holder of %(number)d letter.",
            "It is taken back from the holders of %(number)d letters.",
            len(told.recalls),
        )
        messages.success(request, said % {"number": len(told.recalls)})
    if not told.releases:
        return redirect("exchange:copies", source_id=source)
    messages.success(request, _("Nothing has left yet: read each correction and sign it."))
    if len(told.releases) == 1:
        return redirect("disclosure:release", pk=told.releases[0])
    return redirect("disclosure:list")


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
