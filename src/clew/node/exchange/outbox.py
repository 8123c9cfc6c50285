"""Delivers waiting envelopes: in their order per partner, partners beside one another, with growing pauses.

A partner that is down or slow holds up no other: each has a line of its own (`lines`), with one request at a time.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from clew.exchange.receipts import Receipt, Stage, refuse_unless_about
from clew.exchange.refusals import Refusal
from clew.exchange.resync import MESSAGES
from clew.exchange.sealing import LIFETIME
from clew.node.accounts.actions import NODE
from clew.node.disclosure.queries import danger_decisions, outdated_among
from clew.node.exchange.actions import give_up, note_carried, note_failed_attempt, record_receipts
from clew.node.exchange.actions.receipts import PERMANENT
from clew.node.exchange.holding import RESTORED, held_parties, may_ask, may_write_to
from clew.node.exchange.inbound import MAX_LINES, MAX_REQUEST
from clew.node.exchange.lines import Lines, Way
from clew.node.exchange.models import Letter, OutboxEntry, Transfer
from clew.node.exchange.posting import Destination, NotHandedOver
from clew.node.exchange.relay_lines import word_of_relay
from clew.node.exchange.resending import sent_again_to
from clew.node.exchange.turnover import read_receipt_of
from clew.node.partners.queries import KeysWithheld, UsableKeys, usable_keys

UNTRUSTED: Final = frozenset({"suspended", "left", "revoked"})
"""Why a post's keys are withheld, where that holds a letter that goes to it or by it."""

FIRST_PAUSE: Final = dt.timedelta(seconds=2)
LONGEST_PAUSE: Final = dt.timedelta(minutes=15)
"""A partner that comes back after a night waits at most this long for its letters."""

FARTHEST: Final = dt.timedelta(hours=2)
"""No pause is that long, what a partner asks for included: a next attempt beyond it was set by a clock that was ahead.

Such a letter goes at once, and not after the day by which the clock was wrong.
"""

OWN: Final = "own"
"""The kind of line on which this node's own letters go."""

OUTDATED: Final = "outdated"
"""Code of a letter that was given up because its decision does not hold any more."""

OWN_FAULT: Final = "own-fault"
"""Code of a request that this node could not even make; the log says what went wrong."""

log = logging.getLogger(__name__)


class Post(Protocol):
    """Hands envelopes over (`posting.post`)."""

    def __call__(self, destination: Destination, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]: ...


@dataclass(slots=True)
class Batch:
    """What goes to one partner in one request, and what came back.

    `keys` are the recipient's, `carrier` those of the node that takes the letters on the way, if there is one.
    `by_relay`: whether a relay takes them in place of that node.
    """

    keys: UsableKeys
    carrier: UsableKeys | None
    entries: list[OutboxEntry]
    by_relay: bool = False
    answers: list[bytes] = field(default_factory=list)
    problem: str = ""
    retry_after: int = 0


def deliver(*, now: dt.datetime, rng: random.Random, post: Post, lines: Lines) -> int:
    """Send what is due on the lines that are free; returns how many envelopes were confirmed by a signed receipt."""
    _give_up_expired(now)
    for way in lines.in_turn(_ways(now)):
        _kind, party, carrier = way
        if lines.is_free(way) and (batch := _batch(party, carrier, now, rng)) is not None:
            lines.start(way, partial(_post, batch, post), partial(_note, batch, rng))
    return lines.settle(OWN, now)


def pause(attempts: int, rng: random.Random) -> dt.timedelta:
    """How long to wait after so many attempts: doubling, at most `LONGEST_PAUSE`, spread by half to either side."""
    doubled: dt.timedelta = FIRST_PAUSE * (1 << min(attempts, 16))
    return min(doubled, LONGEST_PAUSE) * rng.uniform(0.5, 1.5)


def is_due(next_attempt: dt.datetime, now: dt.datetime) -> bool:
    """Whether something may be sent whose next attempt was set for that moment."""
    return not now < next_attempt <= now + FARTHEST


def due(now: dt.datetime) -> Q:
    """The condition on rows that `is_due` holds for."""
    return Q(next_attempt__lte=now) | Q(next_attempt__gt=now + FARTHEST)


def _waiting() -> Any:
    return OutboxEntry.objects.filter(delivered=None, failed=None)


def _ways(now: dt.datetime) -> list[Way]:
    """Recipients to whom something is due, each with the carrier on the way."""
    ways = _waiting().order_by().values_list("party", "carrier").distinct()
    return [
        (OWN, party, carrier)
        for party, carrier in ways
        if _waiting().filter(due(now), party=party, carrier=carrier).exists()
    ]


def _batch(party: str, carrier: str, now: dt.datetime, rng: random.Random) -> Batch | None:
    """What goes to a recipient next, or None; why it does not go is noted. After a restore only what is about that."""
    keys = may_write_to(party, now)
    about_restore = isinstance(keys, KeysWithheld) and keys.code == RESTORED
    if about_restore:
        held = _waiting().filter(due(now), party=party, carrier=carrier).exclude(kind__in=MESSAGES)
        if waiting := list(held.order_by("pk")[:MAX_LINES]):
            _not_now(waiting, RESTORED, now, rng)
        keys = may_ask(party, now)
    entries = _next_entries(party, carrier, now, MESSAGES if about_restore else ())
    if not entries:
        return None
    between = usable_keys(carrier, now) if carrier else None
    if isinstance(keys, KeysWithheld):
        _not_now(entries, keys.code, now, rng)
        return None
    if isinstance(between, KeysWithheld):
        _not_now(entries, between.code, now, rng)
        return None
    free, code = before_a_withheld_post(entries, now)
    if not free:
        _not_now(entries[:1], code, now, rng)
        return None
    still = still_permitted(free, now)
    return Batch(keys, between, still) if still else None


def _next_entries(party: str, carrier: str, now: dt.datetime, kinds: Collection[str]) -> list[OutboxEntry]:
    """The oldest waiting envelopes; one that waits for its next attempt holds back those after it.

    One that its carrier has already holds back nothing: it is only asked again whether the recipient has it.

    Args:
        kinds: those that may go; () = all.
    """
    entries: list[OutboxEntry] = []
    size = 0
    on_the_way = _waiting().filter(due(now) | Q(carried=None), party=party, carrier=carrier)
    if (up_to := sent_again_to(party)) is not None:
        # A warning of a danger waits for nothing. The gap that its number makes closes when the rest has come.
        warnings = danger_decisions(since=now - LIFETIME)
        on_the_way = on_the_way.exclude(~Q(letter__decision__in=warnings), sequence__gt=up_to)
    for entry in (on_the_way.filter(kind__in=kinds) if kinds else on_the_way).order_by("pk")[:MAX_LINES]:
        size += len(entry.envelope) + 1
        if not is_due(entry.next_attempt, now) or (entries and size > MAX_REQUEST):
            break
        entries.append(entry)
    return entries


def still_permitted(entries: Sequence[OutboxEntry], now: dt.datetime, *, first_too: bool = False) -> list[OutboxEntry]:
    """The entries without those whose letters the rules would not let out any more; these are given up.

    A letter that waits for a partner can wait for weeks. Meanwhile a person may withdraw her consent, and what she does
    not want to be told must not leave because it was sealed before. What a carrier has already has left.

    Args:
        first_too: also those that were never tried. The worker tries a letter within seconds of its dispatch, when the
            rules were asked; who carries by hand may come days later.
    """
    tried = [entry for entry in entries if entry.attempts or first_too]
    again = [entry.letter_id for entry in tried if entry.letter_id and entry.carried is None]
    decisions = dict(Letter.objects.filter(pk__in=again).exclude(decision=None).values_list("pk", "decision"))
    # The keys of files leave under the decision on their announcement, and have none of their own.
    closing = Transfer.objects.filter(closing__in=again).values_list("closing", "letter__decision")
    decisions |= {pk: decision for pk, decision in closing if pk is not None}
    outdated = outdated_among(decision_ids={each for each in decisions.values() if each is not None}, now=now)
    still = []
    for entry in entries:
        if decisions.get(entry.letter_id or 0) in outdated:
            give_up(actor=NODE, entry=entry, code=OUTDATED, now=now)
        else:
            still.append(entry)
    return still


def before_a_withheld_post(entries: Sequence[OutboxEntry], now: dt.datetime) -> tuple[list[OutboxEntry], str]:
    """The entries before the first that goes to or by a post whose keys are withheld, and why that one waits.

    Those after it wait too: letters arrive in their order.
    """
    rows = Letter.objects.filter(outbox__in=entries).values_list("outbox", "post", "header")
    posts = {pk: {post, *header.get("via", ())} - {""} for pk, post, header in rows}
    codes: dict[str, str] = {}
    for at, entry in enumerate(entries):
        for post in sorted(posts.get(entry.pk, ())):
            if post not in codes:
                keys = usable_keys(post, now)
                # A post that nobody has confirmed, or that has no node, carries nothing, and the letter passes it over.
                held = isinstance(keys, KeysWithheld) and keys.code in UNTRUSTED
                codes[post] = keys.code if isinstance(keys, KeysWithheld) and held else ""
            if codes[post]:
                return list(entries[:at]), codes[post]
    return list(entries), ""


def _post(batch: Batch, post: Post) -> None:
    try:
        to = batch.carrier or batch.keys
        destination = Destination.of_card(to.inbound_url, to.card)
        batch.by_relay = bool(destination.relay)
        envelopes = [bytes(entry.envelope) for entry in batch.entries]
        batch.answers = post(destination, envelopes, secure=settings.NODE.secure)
    except NotHandedOver as problem:
        batch.problem, batch.retry_after = problem.code, problem.retry_after
    except Exception:  # one partner's odd address must not end the worker, and with it the post of all others
        log.exception("a request to a partner could not be made")
        batch.problem = OWN_FAULT


def _note(batch: Batch, rng: random.Random, now: dt.datetime) -> int:
    if batch.problem:
        _not_now(batch.entries, batch.problem, now, rng, dt.timedelta(seconds=batch.retry_after))
        return 0
    read = [
        _receipt(entry, answer, batch.keys, entry.party)
        for entry, answer in zip(batch.entries, batch.answers, strict=True)
    ]
    receipts = [receipt for receipt in read if receipt is not None]
    silent = [(entry, answer) for entry, answer, one in zip(batch.entries, batch.answers, read, strict=True) if not one]
    with transaction.atomic():
        if receipts:
            record_receipts(actor=NODE, receipts=receipts, now=now)
        later = _refused_for_now(batch.entries, read)
        for code, entries in [*later.items(), *_by_code(silent, batch).items()]:
            if code:
                _not_now(entries, code, now, rng)
            else:
                next_attempt = now + pause(entries[0].attempts, rng)
                note_carried(actor=NODE, entries=entries, now=now, next_attempt=next_attempt)
    return len(receipts) - sum(map(len, later.values()))


def _refused_for_now(entries: Sequence[OutboxEntry], read: Sequence[Receipt | None]) -> dict[str, list[OutboxEntry]]:
    """Envelopes refused at the door for a reason that may pass, by its code; without a pause each round sent them."""
    found: dict[str, list[OutboxEntry]] = {}
    for entry, receipt in zip(entries, read, strict=True):
        if receipt is not None and receipt.code and receipt.code not in PERMANENT:
            found.setdefault(receipt.code, []).append(entry)
    return found


def _by_code(silent: Sequence[tuple[OutboxEntry, bytes]], batch: Batch) -> dict[str, list[OutboxEntry]]:
    """Envelopes that their recipient has not confirmed, by what is known of them; "" = carrier or relay has them."""
    found: dict[str, list[OutboxEntry]] = {}
    for entry, answer in silent:
        word = _receipt(entry, answer, batch.carrier, entry.carrier) if batch.carrier is not None else None
        code = word_of_relay(answer) if batch.by_relay else "not-confirmed"
        found.setdefault(code if word is None else word.code, []).append(entry)
    return found


def _receipt(entry: OutboxEntry, answer: bytes, keys: UsableKeys, issuer: str) -> Receipt | None:
    """The issuer's receipt for exactly these bytes; None for anything else, which proves nothing either way."""
    try:
        receipt = read_receipt_of(answer, keys, issuer=issuer)
        refuse_unless_about(receipt, envelope=entry.envelope_id, digest=entry.envelope_digest)
    except Refusal:
        return None
    return receipt if receipt.stage is Stage.STORED else None


def _not_now(
    entries: Sequence[OutboxEntry],
    problem: str,
    now: dt.datetime,
    rng: random.Random,
    at_least: dt.timedelta = dt.timedelta(0),
) -> None:
    next_attempt = now + max(pause(entries[0].attempts, rng), at_least)
    note_failed_attempt(actor=NODE, entries=entries, problem=problem, next_attempt=next_attempt)


def _give_up_expired(now: dt.datetime) -> None:
    """What has expired; not what waits for a partner to say what it has, for that may have arrived long ago."""
    expired = _waiting().filter(expires__lte=now).exclude(party__in=held_parties())
    for entry in expired.select_related("letter__thread")[:MAX_LINES]:
        give_up(actor=NODE, entry=entry, code="expired", now=now)
