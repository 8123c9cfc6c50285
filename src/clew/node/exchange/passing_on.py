"""Letters that this node carries for others, in the worker: they go on byte for byte, still sealed."""

from __future__ import annotations

import datetime as dt
import random

from django.conf import settings
from django.db import transaction

from clew.exchange.receipts import Stage, read_receipt, refuse_unless_about
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import NODE
from clew.node.exchange.actions.carrying import give_transit_up, note_failed_passing, note_passed_on
from clew.node.exchange.inbound import MAX_LINES, MAX_REQUEST
from clew.node.exchange.models import Transit
from clew.node.exchange.outbox import Post, pause
from clew.node.exchange.posting import Destination, NotHandedOver
from clew.node.partners.queries import KeysWithheld, UsableKeys, usable_keys


def pass_on(*, now: dt.datetime, rng: random.Random, post: Post) -> int:
    """Hand over what is due, oldest first; returns how many envelopes their recipients answered for."""
    waiting = Transit.objects.filter(passed_on=None, failed=None)
    for entry in waiting.filter(expires__lte=now).defer("envelope")[:MAX_LINES]:
        give_transit_up(actor=NODE, entry=entry, code="expired", now=now)
    due = waiting.filter(next_attempt__lte=now)
    recipients = list(due.order_by().values_list("recipient", flat=True).distinct())
    return sum(_pass_on_to(recipient, now, rng, post) for recipient in recipients)


def _pass_on_to(recipient: str, now: dt.datetime, rng: random.Random, post: Post) -> int:
    entries: list[Transit] = []
    size = 0
    due = Transit.objects.filter(recipient=recipient, passed_on=None, failed=None, next_attempt__lte=now)
    for entry in due.order_by("pk")[:MAX_LINES]:
        size += entry.size + 1
        if entries and size > MAX_REQUEST:
            break
        entries.append(entry)
    keys = usable_keys(recipient, now)
    try:
        if isinstance(keys, KeysWithheld):
            raise NotHandedOver(keys.code)
        destination = Destination.of_card(keys.inbound_url, keys.card)
        answers = post(destination, [bytes(entry.envelope) for entry in entries], secure=settings.NODE.secure)
    except NotHandedOver as problem:
        wait = max(pause(entries[0].attempts, rng), dt.timedelta(seconds=problem.retry_after))
        note_failed_passing(actor=NODE, entries=entries, problem=problem.code, next_attempt=now + wait)
        return 0
    answered = [(entry, one) for entry, one in zip(entries, answers, strict=True) if _is_receipt(entry, one, keys)]
    silent = [entry for entry in entries if entry not in {entry for entry, _one in answered}]
    with transaction.atomic():
        if answered:
            note_passed_on(actor=NODE, answered=answered, now=now)
        if silent:
            next_attempt = now + pause(silent[0].attempts, rng)
            note_failed_passing(actor=NODE, entries=silent, problem="not-confirmed", next_attempt=next_attempt)
    return len(answered)


def _is_receipt(entry: Transit, answer: bytes, keys: UsableKeys) -> bool:
    """Whether this is the recipient's own signed word on exactly these bytes; yes or no, the sender is to read it."""
    try:
        receipt = read_receipt(answer, transport_key=keys.transport, issuer=entry.recipient, addressee=entry.sender)
        refuse_unless_about(receipt, envelope=entry.envelope_id, digest=entry.digest)
    except Refusal:
        return False
    return receipt.stage is Stage.STORED
