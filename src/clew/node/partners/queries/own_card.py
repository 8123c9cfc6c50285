"""This node's own card: the one in use, the one to come, and those before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils import timezone

from clew.exchange.cards import CardPost
from clew.node.certificate import valid_until
from clew.node.partners.models import CardOrder, NodeCard, Party
from clew.node.partners.queries.directory import card_says


@dataclass(frozen=True, slots=True)
class OwnCardPage:
    """All that the page of the own card shows. `former`: replaced cards that letters may still be sealed to.

    `certificate_ends`: when the TLS certificate on the newest card ends, where that is before this card does.
    `untold`: whether posts or contact points were changed here that no card tells partners yet.
    """

    card: NodeCard | None
    upcoming: NodeCard | None
    former: Sequence[NodeCard]
    order: CardOrder | None
    certificate_ends: dt.datetime | None
    untold: bool


def own_card(now: dt.datetime | None = None) -> NodeCard | None:
    """This node's own signed card in use; None before it was made."""
    return _cards().filter(valid_from__lte=now or timezone.now()).order_by("-valid_from", "-pk").first()


def own_card_lists_hybrid(now: dt.datetime) -> bool:
    """Whether this node's own card in use lists suite 2; until then it writes to nobody in it."""
    card = own_card(now)
    return card is not None and bool(card.hybrid_key)


def upcoming_card(now: dt.datetime | None = None) -> NodeCard | None:
    """This node's next card, made and handed out but not begun; None where there is none."""
    return _cards().filter(valid_from__gt=now or timezone.now()).order_by("-valid_from", "-pk").first()


@dataclass(frozen=True, slots=True)
class RenewedCard:
    """This node's card as partners should get it. `made`: when it was published here.

    `updates`: it says something else than the card before, with the same keys.
    """

    raw: bytes
    fingerprint: str
    valid_from: dt.datetime
    made: dt.datetime
    updates: bool


def card_to_hand_out(now: dt.datetime) -> RenewedCard | None:
    """The renewed card that partners can verify with the keys they know: the next one, or one with the same keys."""
    newest = _cards().order_by("-valid_from", "-pk")[:2]
    if len(newest) < 2:
        return None
    card, before = newest
    same = bytes(card.sign_key) == bytes(before.sign_key) and bytes(card.transport_key) == bytes(before.transport_key)
    if not same and card.valid_from <= now:
        return None
    updates = card.fingerprint == before.fingerprint and _says_something_else(card, before)
    return RenewedCard(bytes(card.raw), card.fingerprint, card.valid_from, card.received, updates)


def _says_something_else(card: NodeCard, before: NodeCard) -> bool:
    """Whether a card differs from the one before in more than how long it is valid, its keys and its suites."""
    said, earlier = card_says(card), card_says(before)
    if said is None or earlier is None:
        return False
    same = replace(said, valid_from=earlier.valid_from, valid_until=earlier.valid_until, suites=earlier.suites,
                   keys=earlier.keys, renews=earlier.renews)  # fmt: skip
    return same != earlier


def certificate_ends_before(card: NodeCard) -> dt.datetime | None:
    """When the TLS certificate on a card ends, where that is before the card does; None where it is not, or has none.

    A renewed card carries the certificate of the one before: from its end on no partner can hand over a letter.
    """
    said = card_says(card)
    if said is None or not said.certificate:
        return None
    ends = valid_until(said.certificate)
    return ends if ends < card.valid_until else None


def own_cards() -> QuerySet[NodeCard]:
    """All cards that this node ever had, newest first: what it signed earlier is checked with their keys."""
    return _cards().order_by("-valid_from", "-pk")


def own_posts() -> tuple[CardPost, ...]:
    """This organisation's posts as its next card names them; those that have left it are not among them."""
    posts = Party.objects.filter(parent__is_own=True, status="active").order_by("name", "pk")
    return tuple(CardPost(one.uid, one.name, one.post_kind, one.seat_country) for one in posts)


def _is_told(card: NodeCard) -> bool:
    """Whether a card says what this node's directory says of its own organisation."""
    said = card_says(card)
    contacts = [dict(one) for one in said.contacts] if said is not None else []
    same = said is not None and {one.uid: one for one in said.posts} == {one.uid: one for one in own_posts()}
    return same and contacts == list(card.party.contacts)


def own_card_page(now: dt.datetime) -> OwnCardPage:
    """The own card with its successor, its predecessors and the latest order to renew it."""
    former = _cards().filter(opens_until__gt=now, retired=None).order_by("-opens_until")
    present, upcoming = own_card(now), upcoming_card(now)
    newest = upcoming or present
    ends = certificate_ends_before(newest) if newest is not None else None
    untold = newest is not None and not _is_told(newest)
    return OwnCardPage(present, upcoming, list(former[:10]), CardOrder.objects.order_by("-pk").first(), ends, untold)


def _cards() -> QuerySet[NodeCard]:
    found = NodeCard.objects.filter(party__is_own=True, party__parent=None, revoked=None)
    return found.select_related("party")
