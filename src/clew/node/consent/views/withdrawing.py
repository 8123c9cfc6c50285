"""Taking a consent back, after showing what already left."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clew.node.consent import actions, queries
from clew.node.consent.forms import WithdrawAllForm, WithdrawForm
from clew.node.consent.forms.answering import purpose_choices
from clew.node.consent.views.showing import heads_or_404
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import names_of
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one consent back, whole or in part."""
    officer = officer_for(request, "consent.withdraw")
    consent = queries.consent_for(officer=officer, pk=pk)
    if consent is None:
        raise Http404
    form = WithdrawForm(posted(request), items=consent.items)
    if request.method == "POST" and form.is_valid():
        try:
            taken = actions.withdraw_consent(actor=officer, consent_id=pk, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            _say_what_stopped(request, taken)
            return redirect("consent:shared", person_id=consent.person_id)
    context = {
        "form": form,
        "consent": consent,
        "recipient_name": names_of({consent.recipient}).get(consent.recipient, consent.recipient),
        "earlier": queries.disclosures_of(officer=officer, consent=consent),
    }
    return page(request, "consent/withdraw.html", context)


@FORM
def withdraw_many(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take back everything, or all that is for one purpose, towards one recipient, or of some items."""
    officer = officer_for(request, "consent.withdraw")
    heads = heads_or_404(officer, person_id)
    every = queries.consents_of_person(officer=officer, person_id=person_id, now=timezone.now())
    open_ones = [one for one in every if one.consent.withdrawn is None]
    purposes = {one.consent.purpose for one in open_ones}
    form = WithdrawAllForm(
        posted(request),
        purposes=[choice for choice in purpose_choices() if choice[0] in purposes],
        recipients=sorted({(one.consent.recipient, one.recipient_name) for one in open_ones}),
        items=sorted({item for one in open_ones for item in one.consent.items}),
    )
    if request.method == "POST" and form.is_valid():
        try:
            taken = actions.withdraw_consents(actor=officer, person_id=person_id, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            _say_what_stopped(request, taken)
            return redirect("consent:shared", person_id=person_id)
    context = {
        "form": form,
        "head": heads[0],
        "person_id": person_id,
        "open_ones": open_ones,
        "earlier": queries.shared_about(officer=officer, person_id=person_id),
    }
    return page(request, "consent/withdraw_many.html", context)


def _say_what_stopped(request: HttpRequest, taken: actions.Withdrawal) -> None:
    number = len(taken.consents)
    told = ngettext("%(n)d consent is withdrawn.", "%(n)d consents are withdrawn.", number) % {"n": number}
    messages.success(request, f"{told} {_('Nothing more is shared under it.')}")
