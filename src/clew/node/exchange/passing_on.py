"""Letters that this node carries for others, in the worker: they go on byte for byte, still sealed."""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.conf import settings
from django.db import transaction

from clew.exchange.receipts import Stage, refuse_unless_about
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import NODE
from clew.node.exchange.actions.carrying import give_transit_up, note_failed_passing, note_passed_on
from clew.node.exchange.inbound import MAX_LINES, MAX_REQUEST
from clew.node.exchange.lines import Lines
from clew.node.exchange.models import Transit
from clew.node.exchange.outbox import OWN_FAULT, UNTRUSTED, Post, due, pause
from clew.node.exchange.posting import Destination, NotHandedOver
from clew.node.exchange.relay_lines import word_of_relay
from clew.node.exchange.turnover import read_receipt_of
from clew.node.partners.queries import KeysWithheld, UsableKeys, usable_keys

TRANSIT: Final = "transit"
"""The kind of line on which letters of others go."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Load:
    """What goes to one recipient in one request, and what came back."""

    keys: UsableKeys
    entries: list[Transit]
    by_relay: bool = False
    answers: list[bytes] = field(default_factory=list)
    problem: str = ""
    retry_after: int = 0


def pass_on(*, now: dt.datetime, rng: random.Random, post: Post, lines: Lines) -> int:
    """Hand over what is due, oldest first; returns how many envelopes their recipients answered for."""
    waiting = Transit.objects.filter(passed_on=None, failed=None)
    for entry in waiting.filter(expires__lte=now).defer("envelope")[:MAX_LINES]:
        give_transit_up(actor=NODE, entry=entry, code="expired", now=now)
    found = waiting.filter(due(now))
    recipients = found.order_by().values_list("recipient", flat=True).distinct()
    for way in lines.in_turn((TRANSIT, recipient, "") for recipient in recipients):
        if lines.is_free(way) and (load := _load(way[1], now, rng)) is not None:
            lines.start(way, partial(_post, load, post), partial(_note, load, rng))
    return lines.settle(TRANSIT, now)


def _load(recipient: str, now: dt.datetime, rng: random.Random) -> Load | None:
    entries: list[Transit] = []
    size = 0
    found = Transit.objects.filter(due(now), recipient=recipient, passed_on=None, failed=None)
    for entry in found.order_by("pk")[:MAX_LINES]:
        size += entry.size + 1
        if entries and size > MAX_REQUEST:
            break
        entries.append(entry)
    keys = usable_keys(recipient, now)
    if isinstance(keys, KeysWithheld):
        _not_now(entries, keys.code, now, rng)
        return None
    entries = _of_senders_in_good_standing(entries, now, rng)
    return Load(keys, entries) if entries else None


def _of_senders_in_good_standing(entries: list[Transit], now: dt.datetime, rng: random.Random) -> list[Transit]:
    """The entries without those of a sender that was suspended, left or lost its card since; these wait (R45)."""
    free = []
    keys = {uid: usable_keys(uid, now) for uid in {entry.sender for entry in entries}}
    for entry in entries:
        sender = keys[entry.sender]
        if isinstance(sender, KeysWithheld) and sender.code in UNTRUSTED:
            _not_now([entry], sender.code, now, rng)
        else:
            free.append(entry)
    return free


def _post(load: Load, post: Post) -> None:
    try:
        destination = Destination.of_card(load.keys.inbound_url, load.keys.card)
        load.by_relay = bool(destination.relay)
        load.answers = post(destination, [bytes(entry.envelope) for entry in load.entries], secure=settings.NODE.secure)
    except NotHandedOver as problem:
        load.problem, load.retry_after = problem.code, problem.retry_after
    except Exception:  # as with this node's own letters: nobody's address ends the worker
        log.exception("a request to a partner could not be made")
        load.problem = OWN_FAULT


def _note(load: Load, rng: random.Random, now: dt.datetime) -> int:
    if load.problem:
        _not_now(load.entries, load.problem, now, rng, dt.timedelta(seconds=load.retry_after))
        return 0
    both = zip(load.entries, load.answers, strict=True)
    answered = [(entry, one) for entry, one in both if _is_receipt(entry, one, load.keys)]
    words = {entry.pk: _word(one, load) for entry, one in zip(load.entries, load.answers, strict=True)}
    silent = [entry for entry in load.entries if entry not in {entry for entry, _one in answered}]
    with transaction.atomic():
        if answered:
            note_passed_on(actor=NODE, answered=answered, now=now)
        for problem in sorted({words[entry.pk] for entry in silent}):
            _not_now([entry for entry in silent if words[entry.pk] == problem], problem, now, rng)
    return len(answered)


def _word(answer: bytes, load: Load) -> str:
    """What is known of an envelope for which there is no receipt yet."""
    return word_of_relay(answer) or "at-relay" if load.by_relay else "not-confirmed"


def _not_now(
    entries: Sequence[Transit],
    problem: str,
    now: dt.datetime,
    rng: random.Random,
    at_least: dt.timedelta = dt.timedelta(0),
) -> None:
    wait = max(pause(entries[0].attempts, rng), at_least)
    note_failed_passing(actor=NODE, entries=entries, problem=problem, next_attempt=now + wait)


def _is_receipt(entry: Transit, answer: bytes, keys: UsableKeys) -> bool:
    """Whether this is the recipient's own signed word on exactly these bytes; yes or no, the sender is to read it."""
    try:
        receipt = read_receipt_of(answer, keys, issuer=entry.recipient, addressee=entry.sender)
        refuse_unless_about(receipt, envelope=entry.envelope_id, digest=entry.digest)
    except Refusal:
        return False
    return receipt.stage is Stage.STORED
