"""Which keys may be used for a party. Anything doubtful gives a reason and no keys."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _

from clew.node.partners.models import NodeCard, Party

FORMER_HOLDS: Final = dt.timedelta(days=35)
"""How long what a partner signed with its keys before is still taken: longer than an envelope lives (30 days)."""


@dataclass(frozen=True, slots=True)
class UsableKeys:
    """The pinned public keys of a party (32 raw bytes each; `hybrid` 1216 or none) and where its inbound listens.

    `former`: keys before these, for a time after a renewal: they check what was signed before it, nothing is sealed to
    them.
    """

    party_uid: str
    sign: bytes
    seal: bytes
    transport: bytes
    inbound_url: str
    fingerprint: str
    card: bytes
    hybrid: bytes = b""
    former: tuple[UsableKeys, ...] = ()


@dataclass(frozen=True, slots=True)
class KeysWithheld:
    """No keys, and why: `code` is unknown, unconfirmed, suspended, left, no-card, revoked, expired or not-yet-valid."""

    party_uid: str
    code: str
    sentence: str


def pinned_card(party: Party) -> NodeCard | None:
    """The newest card that a human confirmed, revoked or not: an older one is never fallen back to."""
    return party.cards.exclude(confirmed=None).order_by("-confirmed", "-pk").first()


def may_vouch(pinned: NodeCard, now: dt.datetime) -> bool:
    """Whether the sign key of the pinned card may vouch for a new card: it is neither revoked nor expired."""
    return pinned.revoked is None and now < pinned.valid_until


def is_renewal(card: NodeCard, pinned: NodeCard | None, now: dt.datetime) -> bool:
    """Whether the key that a human confirmed signed this card, and may still do so."""
    return pinned is not None and may_vouch(pinned, now) and bytes(card.renews) == bytes(pinned.sign_key)


def card_in_use(party: Party, now: dt.datetime) -> NodeCard | None:
    """The newest confirmed card that has begun, revoked or not: one that begins later leaves the present one in use."""
    return next(iter(_begun(_confirmed(party), now)), None)


def _confirmed(party: Party) -> list[NodeCard]:
    return list(party.cards.exclude(confirmed=None).order_by("-confirmed", "-pk"))


def _begun(cards: list[NodeCard], now: dt.datetime) -> list[NodeCard]:
    return [one for one in cards if one.valid_from <= now and one.confirmed is not None and one.confirmed <= now]


def keys_of(party: Party, now: dt.datetime) -> UsableKeys | KeysWithheld:
    """The keys of a party at a moment; a post's are its organisation's."""
    holder = party.parent or party
    for one in {party.pk: party, holder.pk: holder}.values():
        if (code := _status_problem(one)) is not None:
            return _withheld(party, code)
    cards = _confirmed(holder)
    if not cards:
        return _withheld(party, "no-card")
    begun = _begun(cards, now)
    card = begun[0] if begun else cards[0]
    if (code := _card_problem(card, now)) is not None:
        return _withheld(party, code)
    return _usable(party, card, _former(party, begun, now))


def _former(party: Party, begun: list[NodeCard], now: dt.datetime) -> tuple[UsableKeys, ...]:
    """The keys that the present card's predecessors had, as far as each vouched for the next and not long ago."""
    found = []
    for later, before in pairwise(begun):
        since = max(later.valid_from, later.confirmed or later.valid_from)
        vouched = bytes(later.renews) == bytes(before.sign_key)
        if not vouched or before.revoked is not None or now >= since + FORMER_HOLDS:
            break
        if bytes(before.transport_key) != bytes(later.transport_key):
            found.append(_usable(party, before, ()))
    return tuple(found)


def _usable(party: Party, card: NodeCard, former: tuple[UsableKeys, ...]) -> UsableKeys:
    return UsableKeys(
        party.uid,
        bytes(card.sign_key),
        bytes(card.seal_key),
        bytes(card.transport_key),
        (party.parent or party).inbound_url,
        card.fingerprint,
        bytes(card.raw),
        bytes(card.hybrid_key),
        former,
    )


def _status_problem(party: Party) -> str | None:
    if party.status == "active":
        return None
    return party.status if party.status in {"unconfirmed", "suspended", "left"} else "unknown"


def _card_problem(card: NodeCard, now: dt.datetime) -> str | None:
    if card.revoked is not None:
        return "revoked"
    if now < card.valid_from:
        return "not-yet-valid"
    return "expired" if now >= card.valid_until else None


def _withheld(party: Party, code: str) -> KeysWithheld:
    return KeysWithheld(party.uid, code, withheld_sentence(code) % {"party": party.name})


def withheld_sentence(code: str) -> str:
    """Why there are no keys; the sentence has the parameter `party`."""
    return {
        "unconfirmed": _("Nobody has compared the fingerprint of %(party)s yet. Confirm it first."),
        "suspended": _("%(party)s is suspended. Nothing is sent to it or taken from it until it is reinstated."),
        "left": _("%(party)s has left the network."),
        "no-card": _("There is no confirmed card of %(party)s. Ask it for its card."),
        "revoked": _("The card of %(party)s was revoked. Ask it for a new one."),
        "expired": _("The card of %(party)s has expired. Ask it for a new one."),
        "not-yet-valid": _("The card of %(party)s is not valid yet. Wait, or ask it for the present one."),
    }.get(code, _("%(party)s is not in the directory."))
