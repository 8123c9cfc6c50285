"""Pages on which a partner is asked or told how far a request is, and on which a request is withdrawn."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clew.node.design.fields import DateField3
from clew.node.exchange import actions
from clew.node.exchange.controlling import DECLINES, PROGRESS, WITHDRAWALS, may_be_told, may_query, may_withdraw
from clew.node.exchange.delays import LONGEST, REASONS, may_explain_delay
from clew.node.exchange.models import Letter
from clew.node.exchange.offering import draft_given, may_answer_offer, may_give
from clew.node.exchange.queries import OpenedLetter
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


class WithdrawForm(forms.Form):
    """Why a request is withdrawn; the partner reads it."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why is it withdrawn?"), choices=list(WITHDRAWALS.items()), widget=forms.RadioSelect
    )


class DelayForm(forms.Form):
    """Why a request was not answered in time."""

    code = forms.ChoiceField(label=gettext_lazy("Reason"), choices=list(REASONS.items()), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("In your own words"), max_length=LONGEST, widget=forms.Textarea({"rows": 3})
    )


class TellForm(forms.Form):
    """How far a partner's request is."""

    state = forms.ChoiceField(
        label=gettext_lazy("How far is it?"), choices=list(PROGRESS.items()), widget=forms.RadioSelect
    )
    expected = DateField3(label=gettext_lazy("Answer expected by"), required=False)


@require_POST
def ask_status(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask the partner how far our request is."""
    officer = officer_for(request, "letter.take")
    found = _letter(request, uid, may=may_query)
    try:
        actions.ask_status(actor=officer, letter_uid=uid)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, _("The partner is asked. Until it answers, how far it is stays unknown."))
    return redirect("exchange:thread", uid=found.line.row.thread.uid)


@FORM
def tell_status(request: HttpRequest, uid: str) -> HttpResponse:
    """Say how far a partner's request is, from a closed list."""
    found, form = _letter(request, uid, may=may_be_told), TellForm(posted(request))
    return _done_or_shown(request, found, form, actions.tell_status, "tell_status", _("The partner is told."))


@FORM
def withdraw(request: HttpRequest, uid: str) -> HttpResponse:
    """Take a request of ours back."""
    found, form = _letter(request, uid, may=may_withdraw), WithdrawForm(posted(request))
    said = _("The request is withdrawn. The partner is told so.")
    return _done_or_shown(request, found, form, actions.withdraw_request, "withdraw", said)


class DeclineForm(forms.Form):
    """Why the conditions of an offer are not accepted."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=list(DECLINES.items()), widget=forms.RadioSelect)


class AcceptForm(forms.Form):
    """The yes to the conditions of an offer: it has no field."""


@FORM
def accept_conditions(request: HttpRequest, uid: str) -> HttpResponse:
    """Accept the conditions of a partner's offer."""
    found, form = _letter(request, uid, may=may_answer_offer), AcceptForm(posted(request))
    said = _("The conditions are accepted. The partner is told so.")
    return _done_or_shown(request, found, form, actions.accept_conditions, "accept_conditions", said)


@FORM
def decline_conditions(request: HttpRequest, uid: str) -> HttpResponse:
    """Do not accept the conditions of a partner's offer."""
    found, form = _letter(request, uid, may=may_answer_offer), DeclineForm(posted(request))
    said = _("The conditions are declined. The partner is told so.")
    return _done_or_shown(request, found, form, actions.decline_conditions, "decline_conditions", said)


@require_POST
def give(request: HttpRequest, uid: str) -> HttpResponse:
    """Begin the letter that tells what was offered, now that its conditions are accepted."""
    officer = officer_for(request, "release.draft")
    found = _letter(request, uid, may=may_give)
    try:
        release = draft_given(officer, found.line.row)
    except (BadInput, BadInputs) as fault:
        messages.error(request, str(fault))
        return redirect("exchange:letter", uid=uid)
    return redirect("disclosure:change", pk=release)


@FORM
def delay(request: HttpRequest, uid: str) -> HttpResponse:
    """Say why a partner's request was not answered in time."""
    found, form = _letter(request, uid, may=may_explain_delay), DelayForm(posted(request))
    return _done_or_shown(request, found, form, actions.explain_delay, "explain_delay", _("The explanation is kept."))


def _done_or_shown(
    request: HttpRequest, found: OpenedLetter, form: Form, act: Callable[..., object], template: str, said: str
) -> HttpResponse:
    """Do it and go back to the correspondence; or show the form, with what is wrong beside its fields."""
    if request.method == "POST" and form.is_valid():
        try:
            act(actor=officer_for(request, "letter.take"), letter_uid=found.line.row.uid, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, said)
            return redirect("exchange:thread", uid=found.line.row.thread.uid)
    return page(request, f"exchange/{template}.html", {"form": form, "letter": found})


def _letter(request: HttpRequest, uid: str, *, may: Callable[[Letter], bool]) -> OpenedLetter:
    found = actions.read_letter(actor=officer_for(request, "letter.take"), letter_uid=uid)
    if found is None or not may(found.line.row):
        raise Http404
    return found
