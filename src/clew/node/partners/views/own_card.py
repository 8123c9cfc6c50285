"""This node's own card, its renewal, and the approval of a partner's renewed card."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clew.node.accounts.queries import permissions_of
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners import actions, queries
from clew.node.partners.forms import ApproveForm, RenewForm
from clew.node.partners.models import NodeCard
from clew.node.partners.views.directory import FORM, page_or_404
from clew.node.types import BadInput


@require_safe
def own_card(request: HttpRequest) -> HttpResponse:
    """This node's own card and its fingerprint, the card to come, and what may still be sealed to earlier ones."""
    officer = officer_for(request, "partner.see")
    now = timezone.now()
    view = queries.own_card_page(now)
    context = {
        "view": view,
        "card": view.card,
        "now": now,
        "soon": now + queries.EXPIRES_SOON,
        "may_announce": "partner.suspend" in permissions_of(officer),
        "may_renew": "node.manage" in permissions_of(officer) and view.card is not None and view.upcoming is None,
    }
    return page(request, "partners/own_card.html", context)


@require_safe
def own_card_file(request: HttpRequest) -> HttpResponse:
    """The signed card as a file to hand over. It holds nothing secret."""
    officer_for(request, "partner.see")
    return _file(queries.own_card(), "")


@require_safe
def upcoming_file(request: HttpRequest) -> HttpResponse:
    """The next card as a file, for partners to approve before it begins."""
    officer_for(request, "partner.see")
    return _file(queries.upcoming_card(), "-next")


@FORM
def renew(request: HttpRequest) -> HttpResponse:
    """Order a new card; the worker makes it."""
    officer = officer_for(request, "node.manage")
    form = RenewForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        starts = timezone.now() + dt.timedelta(days=given["lead"])
        try:
            actions.order_card_renewal(actor=officer, new_keys=given["new_keys"] == "yes", starts=starts)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The renewal is ordered. The new card is here in a moment; reload the page."))
            return redirect("partners:own_card")
    ends = queries.own_card_page(timezone.now()).certificate_ends
    return page(request, "partners/own_card_renew.html", {"form": form, "certificate_ends": ends})


@FORM
def approve(request: HttpRequest, uid: str) -> HttpResponse:
    """Approve a partner's renewed card, which the key that was confirmed before signed."""
    officer = officer_for(request, "partner.confirm")
    view = page_or_404(uid)
    if view.waiting is None or not view.is_renewal or view.party.is_own:
        messages.info(request, _("No renewed card of this party waits to be approved."))
        return redirect("partners:party", uid=uid)
    form = ApproveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.approve_renewal(actor=officer, party_uid=uid)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The new card of %(party)s is approved.") % {"party": view.party.name})
            return redirect("partners:party", uid=uid)
    same_keys = view.pinned is not None and view.waiting.fingerprint == view.pinned.fingerprint
    said = queries.card_says(view.waiting)
    context = {"form": form, "view": view, "party": view.party, "same_keys": same_keys, "said": said}
    return page(request, "partners/renewal.html", context)


def _file(card: NodeCard | None, suffix: str) -> HttpResponse:
    if card is None:
        raise Http404
    response = HttpResponse(bytes(card.raw), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="clew-{card.party.uid[:8]}{suffix}.card"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
