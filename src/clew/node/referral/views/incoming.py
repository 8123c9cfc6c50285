"""Referrals that come from partners: taking one, answering it, and saying that she came."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clew.node.accounts.actions import Officer
from clew.node.exchange.actions import read_letter
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.referral import actions, queries
from clew.node.referral.queries import IncomingPage
from clew.node.referral.referral_forms import AnswerIncomingForm, ArrivalForm, TakeIncomingForm
from clew.node.referral.words import INCOMING_STATES
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def take(request: HttpRequest, uid: str) -> HttpResponse:
    """Take a partner's referral for one of the reader's teams."""
    officer = officer_for(request, "referral.answer")
    found = read_letter(actor=officer, letter_uid=uid)
    if found is None or found.said is None or not found.said.referred or found.line.row.state != "quarantined":
        raise Http404
    form = TakeIncomingForm(posted(request), teams=queries.team_choices(officer=officer))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.take_incoming(actor=officer, letter_uid=uid, team_id=form.cleaned_data["team"])
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("Your team has taken it. The partner is told so."))
            return redirect("referral:incoming", pk=made.pk)
    context = {"form": form, "letter": found, "said": found.said, "clew_quick_exit": True}
    return page(request, "referral/incoming_take.html", context)


@FORM
def incoming(request: HttpRequest, pk: int) -> HttpResponse:
    """What a partner asks, and the answer."""
    officer = officer_for(request, "referral.answer")
    found = _found_or_404(officer, pk)
    form = AnswerIncomingForm(posted(request)) if found.incoming.state == "taken" else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            said = form.cleaned_data
            try:
                actions.answer_incoming(
                    actor=officer, incoming_id=pk, code="" if said["accept"] == "yes" else said["code"]
                )
            except BadInput as fault:
                say_on(form, fault)
            else:
                messages.success(request, _("The partner is told."))
                return redirect("referral:incoming", pk=pk)
    return _shown(request, found, form, None)


@FORM
def arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that she came."""
    officer = officer_for(request, "referral.answer")
    found = _found_or_404(officer, pk)
    form = ArrivalForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_incoming_arrival(actor=officer, incoming_id=pk, on=form.cleaned_data["on"])
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The partner is told that she came, and nothing else."))
            return redirect("referral:incoming", pk=pk)
    return _shown(request, found, None, form)


def _shown(
    request: HttpRequest, found: IncomingPage, form: AnswerIncomingForm | None, arriving: ArrivalForm | None
) -> HttpResponse:
    words, tone = INCOMING_STATES[found.incoming.state]
    waits = found.incoming.state == "accepted" and found.incoming.arrived is None
    context = {
        "found": found, "incoming": found.incoming, "form": form or arriving, "answering": form is not None,
        "arriving": arriving is not None, "words": words, "tone": tone, "now": timezone.now(),
        "may_arrive": waits and arriving is None, "clew_quick_exit": True,
    }  # fmt: skip
    return page(request, "referral/incoming.html", context)


def _found_or_404(officer: Officer, pk: int) -> IncomingPage:
    found = actions.read_incoming(actor=officer, incoming_id=pk)
    if found is None:
        raise Http404
    return found
