"""The page on which the conditions of what would be told are announced first."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from clew.disclosure.particulars import NOTIFY
from clew.node.disclosure import actions
from clew.node.disclosure.access import editable_release_for
from clew.node.disclosure.forms.letters import OfferForm
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import names_of
from clew.node.types import BadInput, BadInputs


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the offer of what this draft would tell; the rules decide on it at once."""
    officer = officer_for(request, "release.draft")
    try:
        told = editable_release_for(officer, pk)
    except BadInput as fault:
        raise Http404 from fault
    if told.kind != NOTIFY:
        raise Http404
    form = OfferForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft_offer(actor=officer, release_id=pk, **form.cleaned_data)
            actions.decide(actor=officer, release_id=made.pk)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return redirect("disclosure:release", pk=made.pk)
    name = names_of({told.recipient}).get(told.recipient, told.recipient)
    return page(request, "disclosure/offer.html", {"form": form, "release": told, "recipient": name})
