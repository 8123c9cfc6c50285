"""Pages on which another use of what was given is asked for, and allowed or not."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clew.node.exchange import actions
from clew.node.exchange.consenting import (
    consent_in,
    draft_consent_request,
    draft_grant,
    may_ask_consent,
    may_decide_consent,
)
from clew.node.exchange.consenting_forms import AskConsentForm, DenyForm, GrantForm
from clew.node.exchange.models import Letter
from clew.node.exchange.queries import OpenedLetter
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import names_of, party_choices
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def ask_consent(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask whoever gave a letter to allow another use of it."""
    officer = officer_for(request, "release.draft")
    found = _letter(request, uid, "release.draft", may_ask_consent)
    body = found.body or {}
    others = [(each, name) for each, name in party_choices(with_posts=True) if each != found.line.row.party]
    first = {"use": "pass-on", "purpose": body["purpose"], "pass_on_to": request.GET.getlist("to")}
    form = AskConsentForm(posted(request), statements=body.get("statements", ()), parties=others, initial=first)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            release = draft_consent_request(
                officer, found, consent=form.consent, purpose=chosen["purpose"], necessity=chosen["necessity"]
            )
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return redirect("disclosure:release", pk=release)
    return page(request, "exchange/ask_consent.html", {"form": form, "letter": found})


@FORM
def grant(request: HttpRequest, uid: str) -> HttpResponse:
    """Allow what a partner asks for, or less of it."""
    officer = officer_for(request, "release.draft")
    found = _letter(request, uid, "release.draft", may_decide_consent)
    asked = consent_in(found.body or {})
    form = GrantForm(posted(request), asked=asked, names=names_of(asked.pass_on_to))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            release = draft_grant(
                officer, found, numbers=form.chosen("numbers"), pass_on_to=form.chosen("pass_on_to"),
                until=chosen["until"], conditions=form.lines, necessity=chosen["necessity"],
            )  # fmt: skip
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return redirect("disclosure:release", pk=release)
    return page(request, "exchange/grant.html", {"form": form, "letter": found})


@FORM
def deny(request: HttpRequest, uid: str) -> HttpResponse:
    """Do not allow what a partner asks for."""
    officer = officer_for(request, "letter.take")
    found = _letter(request, uid, "letter.take", may_decide_consent)
    form = DenyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.deny_consent(actor=officer, letter_uid=uid, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The partner is told that it is not allowed."))
            return redirect("exchange:thread", uid=found.line.row.thread.uid)
    return page(request, "exchange/deny.html", {"form": form, "letter": found})


def _letter(request: HttpRequest, uid: str, permission: str, may: Callable[[Letter], bool]) -> OpenedLetter:
    found = actions.read_letter(actor=officer_for(request, permission), letter_uid=uid)
    if found is None or found.body is None or not may(found.line.row):
        raise Http404
    return found
