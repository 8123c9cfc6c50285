"""Introductions: those that came in, and those that this node proposes."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clew.node.accounts.queries import permissions_of
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners import actions, queries
from clew.node.partners.forms import IntroduceForm, ReasonForm
from clew.node.partners.views.directory import FORM, ROWS
from clew.node.types import BadInput


@require_safe
def introduction_list(request: HttpRequest) -> HttpResponse:
    """Introductions, newest first."""
    officer = officer_for(request, "partner.see")
    received = Paginator(queries.introductions(), ROWS).get_page(request.GET.get("page"))
    proposed = list(queries.proposed_introductions()[: 2 * ROWS])
    uids = {uid for one in [*received, *proposed] for uid in (one.facilitator, one.party_uid, one.recipient)}
    context = {
        "received": received,
        "proposed": proposed,
        "names": queries.names_of(uids),
        "may_introduce": "partner.introduce" in permissions_of(officer),
    }
    return page(request, "partners/introductions.html", context)


@FORM
def introduce(request: HttpRequest) -> HttpResponse:
    """Propose that two confirmed parties get to know each other."""
    officer = officer_for(request, "partner.introduce")
    form = IntroduceForm(posted(request), choices=queries.party_choices())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.propose_introduction(
                actor=officer, first_uid=given["first"], second_uid=given["second"], reason=given["reason"]
            )
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(
                request, _("The introduction is prepared. Both letters still have to be released and signed.")
            )
            return redirect("partners:introductions")
    return page(request, "partners/introduce.html", {"form": form})


@require_safe
def introduction(request: HttpRequest, pk: int) -> HttpResponse:
    """Who vouches for whom, and the card."""
    officer = officer_for(request, "partner.see")
    view = queries.introduction(pk)
    if view is None:
        raise Http404
    context = {"view": view, "may_decide": "partner.confirm" in permissions_of(officer)}
    return page(request, "partners/introduction.html", context)


@FORM
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Trust the facilitator's vouching for this party."""
    officer = officer_for(request, "partner.confirm")
    return _decide(
        request,
        pk,
        accepting=True,
        act=lambda reason: actions.accept_introduction(actor=officer, introduction_id=pk, reason=reason),
    )


@FORM
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not enter the introduced party."""
    officer = officer_for(request, "partner.confirm")
    return _decide(
        request,
        pk,
        accepting=False,
        act=lambda reason: actions.decline_introduction(actor=officer, introduction_id=pk, reason=reason),
    )


def _decide(request: HttpRequest, pk: int, *, accepting: bool, act: Callable[[str], object]) -> HttpResponse:
    view = queries.introduction(pk)
    if view is None:
        raise Http404
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The party is in the directory.") if accepting else _("It is declined."))
            return redirect("partners:introductions")
    return page(request, "partners/introduction_decide.html", {"form": form, "view": view, "accepting": accepting})
