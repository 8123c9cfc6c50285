"""Carrying out: what waits for one partner goes into a bundle, by hand where no line reaches it.

Nothing is settled by it. What was put in stays in the outbox, and is sent over the network too if that comes back,
until the partner's signed receipt is here; a stick that is lost has lost nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clew.exchange.bundles import MAX_BUNDLE, MAX_INDEX, MOST_OF_A_KIND, entry_name, make_bundle
from clew.exchange.receipts import MAX_RECEIPT
from clew.exchange.resync import MESSAGES
from clew.exchange.sealing import LIFETIME, SKEW
from clew.exchange.strict_json import digest
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record, record_many
from clew.node.exchange.actions import NotNow
from clew.node.exchange.holding import RESTORED, may_write_to
from clew.node.exchange.identity import own_uid, transport_key
from clew.node.exchange.models import CarriedIn, OutboxEntry
from clew.node.exchange.outbox import before_a_withheld_post, still_permitted
from clew.node.exchange.words import problem_in_words
from clew.node.partners.queries import KeysWithheld

ANSWERS_KEPT: Final = LIFETIME + SKEW
"""How long a receipt goes along: as long as its envelope may be under way. After that nobody waits for it."""

_BESIDE_AN_ENTRY: Final = 128
"""Bytes that the archive spends on an entry, its name twice included; a little more than it takes."""

_ROOM: Final = MAX_BUNDLE - MAX_INDEX - MOST_OF_A_KIND * (MAX_RECEIPT + _BESIDE_AN_ENTRY)
"""Bytes left for envelopes beside the index and all receipts."""


@dataclass(frozen=True, slots=True)
class PutIn:
    """An envelope in a bundle: its entry's name, its id, its size in bytes, and when it expires."""

    entry: str
    envelope: str
    size: int
    expires: dt.datetime


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A bundle and what is in it; `left` tells in words what waits for the partner and is not in it."""

    raw: bytes
    digest: str
    envelopes: tuple[PutIn, ...]
    receipts: int
    left: tuple[str, ...]


@action("exchange.carry_out", permission="node.act")
def carry_out(*, actor: Actor, party: str, now: dt.datetime) -> CarriedOut:
    """Put what waits for a party into a bundle, in its order, and the receipts for what was carried in from it.

    What the worker would not send to it does not go out by hand either: nothing to whom no keys may be used, nothing
    that has expired, nothing from the first letter on that goes to or by a suspended post, and no letter that the rules
    would not let out any more: that one is given up.

    Raises:
        NotNow: the party may not be written to at present, or nothing waits for it. The sentence says so.
    """
    if party == own_uid():
        raise NotNow(_("This is the node itself. Name the partner to whom the bundle goes."))
    keys = may_write_to(party, now)
    kinds: Collection[str] = ()
    if isinstance(keys, KeysWithheld):
        if keys.code != RESTORED or not _says_of_restore(party).exists():
            raise NotNow(keys.sentence)
        # A partner that no line reaches is asked on a stick what it has.
        kinds = MESSAGES
    entries, left = _waiting_for(party, now, kinds)
    receipts = _answers_to(party, now)
    if not entries and not receipts:
        raise NotNow(" ".join([_("Nothing waits that could be carried to this partner."), *left]))
    raw = make_bundle(
        sender=own_uid(),
        recipient=party,
        envelopes=[bytes(one.envelope) for one in entries],
        receipts=receipts,
        transport_key=transport_key(),
    )
    _record(actor, party, entries, receipts, digest(raw))
    put_in = tuple(
        PutIn(entry_name(number, "envelope"), one.envelope_id, len(one.envelope), one.expires)
        for number, one in enumerate(entries, start=1)
    )
    return CarriedOut(raw, digest(raw), put_in, len(receipts), tuple(left))


def _says_of_restore(party: str) -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.filter(party=party, kind__in=MESSAGES, delivered=None, failed=None)


def _waiting_for(party: str, now: dt.datetime, kinds: Collection[str]) -> tuple[list[OutboxEntry], list[str]]:
    """What may go, oldest first, and in words what may not.

    A letter that goes by a post is not handed past it: the route was part of what was decided.

    Args:
        kinds: those that may go; () = all.
    """
    waiting = OutboxEntry.objects.filter(party=party, delivered=None, failed=None)
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    fresh = waiting.filter(expires__gt=now)
    direct = fresh.filter(carrier="")
    entries: list[OutboxEntry] = []
    size = 0
    for entry in direct.order_by("pk")[:MOST_OF_A_KIND].iterator():
        size += len(entry.envelope) + _BESIDE_AN_ENTRY
        if size > _ROOM:
            break
        entries.append(entry)
    free, code = before_a_withheld_post(entries, now)
    expired, by_a_post = waiting.count() - fresh.count(), fresh.exclude(carrier="").count()
    left = []
    if expired:
        left.append(_("Expired, to be drafted again: %(count)d.") % {"count": expired})
    if by_a_post:
        left.append(_("For the node of a post, which passes them on: %(count)d.") % {"count": by_a_post})
    # Counted before letters are given up, after which they do not wait any more.
    rest = direct.count() - len(free)
    still = still_permitted(free, now, first_too=True)
    if outdated := len(free) - len(still):
        left.append(_("The rules would not let them leave now, to be drafted again: %(count)d.") % {"count": outdated})
    if rest:
        why = problem_in_words(code) if code else _("Carry the next ones when the receipts for these are here.")
        left.append(_("Not yet: %(count)d. %(why)s") % {"count": rest, "why": why})
    return still, left


def _answers_to(party: str, now: dt.datetime) -> list[bytes]:
    """The newest answers to what the party's envelopes were carried in; what finds no room is asked for again."""
    found = CarriedIn.objects.filter(party=party, at__gt=now - ANSWERS_KEPT).order_by("-at", "pk")
    return [bytes(one) for one in found.values_list("receipt", flat=True)[:MOST_OF_A_KIND]]


def _record(actor: Actor, party: str, entries: Sequence[OutboxEntry], receipts: Sequence[bytes], made: str) -> None:
    record_many(
        actor=actor,
        act="exchange.carry_out_envelope",
        object_kind="envelope",
        objects=[(one.envelope_id, {"bundle": made, "to": party}) for one in entries],
    )
    record(
        actor=actor,
        act="exchange.carry_out",
        object_kind="party",
        object_id=party,
        details={"bundle": made, "envelopes": len(entries), "receipts": len(receipts)},
    )
