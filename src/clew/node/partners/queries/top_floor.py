"""What the directory offers to the desk and to the search."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.partners.contact_tests import due_parties, running_tests
from clew.node.partners.joint import CHANGE_KINDS
from clew.node.partners.models import NodeCard, OwnWord, Party
from clew.node.partners.own_words import COMPROMISED, REASONS, WORDS
from clew.node.partners.queries.directory import names_of, parties
from clew.node.partners.queries.introductions import introductions
from clew.node.partners.queries.joint_pages import waiting_joint_changes
from clew.node.partners.queries.own_card import own_card, upcoming_card
from clew.node.types import DeskItem, SearchHit

AT_MOST = 20

NEWS = dt.timedelta(days=30)
"""How long it stands on the desk that a partner has suspended itself; its page says so for as long as it holds."""

EXPIRES_SOON = dt.timedelta(days=60)
EXPIRES_NOW = dt.timedelta(days=14)
"""How long before a card expires it is on the desk, and when it becomes urgent."""


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Cards to compare, approve or renew, introductions to decide, agreements to confirm, for officers who may."""
    held = permissions_of(officer)
    items: list[DeskItem] = []
    if "partner.confirm" in held:
        items += [
            *_own_words(now),
            *_unconfirmed(),
            *_waiting_cards(now),
            *_undecided_introductions(),
            *_expiring_partners(now),
        ]
    if "partner.post" in held:
        items += _contacts_to_try(now)
    if held & {"partner.confirm", "node.manage"}:
        items += _own_expiring(now)
    if "joint.confirm" in held:
        items += _waiting_changes(officer)
    return items


def _own_words(now: dt.datetime) -> list[DeskItem]:
    """What partners said of themselves lately; the party's page says what to do."""
    words = OwnWord.objects.filter(lifted=None, received__gte=now - NEWS).select_related("party").order_by("-received")
    return [
        DeskItem(
            kind="party.own_word",
            title=_("%(party)s says of itself: %(said)s") % {"party": word.party.name, "said": WORDS[word.action]},
            url=reverse("partners:party", args=[word.party.uid]),
            detail=str(REASONS[word.reason]),
            urgent=word.reason == COMPROMISED,
        )
        for word in words[:AT_MOST]
    ]


def _unconfirmed() -> list[DeskItem]:
    waiting = Party.objects.filter(is_own=False, status="unconfirmed").order_by("added")[:AT_MOST]
    return [
        DeskItem(
            kind="party.unconfirmed",
            title=_("Compare the fingerprint of %(party)s") % {"party": party.name},
            url=reverse("partners:confirm", args=[party.uid]),
        )
        for party in waiting
    ]


def _waiting_cards(now: dt.datetime) -> list[DeskItem]:
    """Newest cards of partners that are confirmed already: renewals, and cards that the known key did not sign."""
    later = NodeCard.objects.filter(party=OuterRef("party"), pk__gt=OuterRef("pk"))
    found = NodeCard.objects.filter(confirmed=None, revoked=None, party__is_own=False).exclude(
        party__status="unconfirmed"
    )
    cards = found.filter(~Exists(later)).select_related("party").order_by("received")[:AT_MOST]
    # Whether the pinned key may still vouch is said on the page; here it is one query for all.
    return [
        DeskItem(
            kind="card.renewal" if bytes(card.renews) else "card.unsigned",
            title=(
                _("Approve the renewed card of %(party)s")
                if bytes(card.renews)
                else _("Another card in the name of %(party)s: the known key did not sign it")
            )
            % {"party": card.party.name},
            url=reverse("partners:party", args=[card.party.uid]),
            due=card.valid_from if card.valid_from > now else None,
            urgent=not bytes(card.renews),
        )
        for card in cards
    ]


def _undecided_introductions() -> list[DeskItem]:
    undecided = list(introductions(waiting=True)[:AT_MOST])
    names = names_of({one.facilitator for one in undecided})
    return [
        DeskItem(
            kind="introduction.waiting",
            title=_("%(facilitator)s introduces a party to you")
            % {"facilitator": names.get(one.facilitator, one.facilitator)},
            url=reverse("partners:introduction", args=[one.pk]),
        )
        for one in undecided
    ]


def _expiring_partners(now: dt.datetime) -> list[DeskItem]:
    """Pinned cards that expire soon, with no later card in the directory."""
    later = NodeCard.objects.filter(party=OuterRef("party"), valid_until__gt=OuterRef("valid_until"))
    expiring = NodeCard.objects.filter(
        party__is_own=False,
        party__status="active",
        revoked=None,
        valid_until__gt=now,
        valid_until__lte=now + EXPIRES_SOON,
    ).exclude(confirmed=None)
    cards = expiring.filter(~Exists(later)).select_related("party").order_by("valid_until")[:AT_MOST]
    return [
        DeskItem(
            kind="card.expiring",
            title=_("The card of %(party)s expires: ask it for a new one") % {"party": card.party.name},
            url=reverse("partners:party", args=[card.party.uid]),
            due=card.valid_until,
            urgent=card.valid_until <= now + EXPIRES_NOW,
        )
        for card in cards
    ]


def _contacts_to_try(now: dt.datetime) -> list[DeskItem]:
    begun = [
        DeskItem(
            kind="party.contact_tried",
            title=_("Say whether %(party)s answered") % {"party": test.party.name},
            url=reverse("partners:contact_test_end", args=[test.pk]),
            detail=test.contact,
        )
        for test in running_tests()[:AT_MOST]
    ]
    due = [
        DeskItem(
            kind="party.contact_due",
            title=_("Try the contact point of %(party)s: nobody has for a month") % {"party": party.name},
            url=reverse("partners:contact_test", args=[party.uid]),
        )
        for party in due_parties(now)[:AT_MOST]
    ]
    return begun + due


def _own_expiring(now: dt.datetime) -> list[DeskItem]:
    card = own_card(now)
    if card is None or card.valid_until > now + EXPIRES_SOON or upcoming_card(now) is not None:
        return []
    return [
        DeskItem(
            kind="card.own_expiring",
            title=_("Your own card expires: renew it and hand it to your partners"),
            url=reverse("partners:own_card"),
            due=card.valid_until,
            urgent=card.valid_until <= now + EXPIRES_NOW,
        )
    ]


def _waiting_changes(officer: Officer) -> list[DeskItem]:
    return [
        DeskItem(
            kind="joint.waiting",
            title=_("%(code)s waits for a second officer: %(what)s")
            % {"code": change.agreement.code, "what": CHANGE_KINDS[change.kind]},
            url=reverse("partners:joint_confirm", args=[change.pk]),
        )
        for change in waiting_joint_changes(besides=officer.pk)[:AT_MOST]
    ]


def search_hits(*, officer: Officer, text: str, limit: int) -> list[SearchHit]:
    """Parties and posts whose name holds every word."""
    if not text.strip() or "partner.see" not in permissions_of(officer):
        return []
    language = get_language() or "en"
    return [
        SearchHit(
            kind="party",
            title=party.name,
            url=reverse("partners:party", args=[party.uid]),
            detail=vocabulary.country_label(party.country, language),
            score=1.0,
        )
        for party in parties(text=text, with_posts=True)[:limit]
    ]
