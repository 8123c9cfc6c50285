"""The directory: list, party, cards, own card."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.queries import permissions_of
from clew.node.discovery import offers
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners import actions, queries
from clew.node.partners.contact_tests import contact_tests
from clew.node.partners.forms import (
    CardForm,
    CompetenceForm,
    ConfirmForm,
    ContactsForm,
    ListForm,
    PostForm,
    ReadmitForm,
    ReasonForm,
)
from clew.node.partners.own_words import own_word_line
from clew.node.partners.queries.directory import PartyPage
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 25


@require_safe
def party_list(request: HttpRequest) -> HttpResponse:
    """Organisations by name."""
    officer = officer_for(request, "partner.see")
    form = ListForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    found = queries.parties(text=asked.get("q", ""), country=asked.get("country", ""))
    held = permissions_of(officer)
    context = {
        "filter": ListForm(asked),
        "filtered": any(asked.values()),
        "parties": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "may_add": "partner.import" in held,
        "may_introduce": "partner.introduce" in held,
        "may_see_joint": "joint.see" in held,
    }
    return page(request, "partners/list.html", context)


@require_safe
def party_page(request: HttpRequest, uid: str) -> HttpResponse:
    """One party or post."""
    officer = officer_for(request, "partner.see")
    view = page_or_404(uid)
    held = permissions_of(officer)
    context = {
        "view": view,
        "party": view.party,
        "keys": queries.usable_keys(uid, timezone.now()),
        "may_confirm": "partner.confirm" in held and not view.party.is_own,
        "may_suspend": "partner.suspend" in held and not view.party.is_own,
        "may_post": "partner.post" in held,
        "own_word": own_word_line(view.own_word),
        "tests": contact_tests(view.party),
        "logs": [line for offered in offers("partner_logs") for line in offered(officer=officer, uid=uid)],
    }
    return page(request, "partners/party.html", context)


@FORM
def party_add(request: HttpRequest) -> HttpResponse:
    """Take in a partner's card file; nothing is trusted yet."""
    officer = officer_for(request, "partner.import")
    form = CardForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            card = actions.import_card(actor=officer, raw=form.cleaned_data["card"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(
                request, _("The card is in the directory. It is not trusted until you compare its fingerprint.")
            )
            return redirect("partners:party", uid=card.party.uid)
    return page(request, "partners/add.html", {"form": form})


@FORM
def party_confirm(request: HttpRequest, uid: str) -> HttpResponse:
    """Compare the fingerprint with a human at the partner."""
    officer = officer_for(request, "partner.confirm")
    view = page_or_404(uid)
    if view.waiting is None or view.party.is_own:
        messages.info(request, _("No card of this party waits to be confirmed."))
        return redirect("partners:party", uid=uid)
    form = ConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_party(actor=officer, party_uid=uid, typed=form.cleaned_data["typed"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("%(party)s is confirmed. Its keys are pinned.") % {"party": view.party.name})
            return redirect("partners:party", uid=uid)
    # The groups that she must type are not shown: only a human at the partner can tell them.
    shown = view.waiting.fingerprint.split()[: -actions.GROUPS_TO_TYPE]
    return page(request, "partners/confirm.html", {"form": form, "party": view.party, "shown": " ".join(shown)})


@FORM
def party_suspend(request: HttpRequest, uid: str) -> HttpResponse:
    """Stop all letters to and from a party."""
    officer = officer_for(request, "partner.suspend")
    view = page_or_404(uid)

    def act(form: Form) -> None:
        actions.suspend_party(actor=officer, party_uid=uid, reason=form.cleaned_data["reason"])

    extra = {
        "warning": _(
            "From now on nothing is sent to this party and nothing of it is taken. "
            "Letters under way wait. You can reinstate it at any time."
        )
    }
    return form_page(request, view, ReasonForm(posted(request)), act, _("Suspend"), extra)


@FORM
def party_reinstate(request: HttpRequest, uid: str) -> HttpResponse:
    """Let a suspended party write and be written to again; one that suspended itself, once its card was compared."""
    view = page_or_404(uid)
    if view.own_word is not None and view.own_word.party_id != view.party.pk:
        # A post waits for its organisation, whose card is compared.
        return redirect("partners:party", uid=view.own_word.party.uid)
    if view.own_word is not None:
        return _readmit(request, view)
    officer = officer_for(request, "partner.suspend")

    def act(form: Form) -> None:
        actions.reinstate_party(actor=officer, party_uid=uid, reason=form.cleaned_data["reason"])

    return form_page(request, view, ReasonForm(posted(request)), act, _("Reinstate"), {})


def _readmit(request: HttpRequest, view: PartyPage) -> HttpResponse:
    """A party that suspended itself is back where a human compared its card anew."""
    officer = officer_for(request, "partner.confirm")

    def act(form: Form) -> None:
        actions.readmit_party(actor=officer, party_uid=view.party.uid, **form.cleaned_data)

    told = _(
        "Call the partner at a number that you knew before, never at one from a message. "
        "Have it read the last four groups of the fingerprint of its present card."
    )
    return form_page(request, view, ReadmitForm(posted(request)), act, _("It is back"), {"told": told})


@FORM
def card_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Never use a card's keys again."""
    officer = officer_for(request, "partner.suspend")
    uid = queries.party_of_card(pk)
    if uid is None:
        raise Http404
    view = page_or_404(uid)

    def act(form: Form) -> None:
        actions.revoke_card(actor=officer, card_id=pk, reason=form.cleaned_data["reason"])

    extra = {
        "warning": _(
            "The keys of this card will never be used again. This cannot be taken back; "
            "the partner has to give you a new card."
        )
    }
    return form_page(request, view, ReasonForm(posted(request)), act, _("Revoke the card"), extra)


@FORM
def post_new(request: HttpRequest, uid: str) -> HttpResponse:
    """Enter a post of a party."""
    officer = officer_for(request, "partner.post")
    view = page_or_404(uid)

    def act(form: Form) -> None:
        actions.add_post(actor=officer, parent_uid=uid, **form.cleaned_data)

    return form_page(request, view, PostForm(posted(request)), act, _("Add a post"), {})


@FORM
def contacts(request: HttpRequest, uid: str) -> HttpResponse:
    """Change how a party is reached."""
    officer = officer_for(request, "partner.post")
    view = page_or_404(uid)

    def act(form: Form) -> None:
        actions.set_contacts(actor=officer, party_uid=uid, contacts=form.cleaned_data["contacts"])

    lines = ["; ".join(filter(None, (c.get("kind"), c.get("value"), c.get("note")))) for c in view.party.contacts]
    form = ContactsForm(posted(request), initial={"contacts": "\n".join(lines)})
    return form_page(request, view, form, act, _("Change the contact points"), {})


@FORM
def competence(request: HttpRequest, uid: str) -> HttpResponse:
    """Say that a named human checked that a party is a competent authority."""
    officer = officer_for(request, "partner.confirm")
    view = page_or_404(uid)

    def act(form: Form) -> None:
        actions.confirm_competence(actor=officer, party_uid=uid, basis=form.cleaned_data["basis"])

    return form_page(request, view, CompetenceForm(posted(request)), act, _("Confirm the competence"), {})


@FORM
def competence_withdraw(request: HttpRequest, uid: str) -> HttpResponse:
    """Take a confirmed competence back."""
    officer = officer_for(request, "partner.confirm")
    view = page_or_404(uid)

    def act(form: Form) -> None:
        actions.withdraw_competence(actor=officer, party_uid=uid, reason=form.cleaned_data["reason"])

    return form_page(request, view, ReasonForm(posted(request)), act, _("Take the competence back"), {})


def page_or_404(uid: str) -> PartyPage:
    view = queries.party_page(uid)
    if view is None:
        raise Http404
    return view


def form_page(
    request: HttpRequest,
    view: PartyPage,
    form: Form,
    act: Callable[[Form], HttpResponse | None],
    title: str,
    extra: dict[str, str],
) -> HttpResponse:
    """A page with one form about a party; after it comes what `act` returns, or the party's page."""
    if request.method == "POST" and form.is_valid():
        try:
            after = act(form)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return after or redirect("partners:party", uid=view.party.uid)
    back = reverse("partners:party", args=[view.party.uid])
    context = {"form": form, "party": view.party, "title": title, "back": back, **extra}
    return page(request, "partners/form.html", context)
