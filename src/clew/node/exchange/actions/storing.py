"""What the inbound process writes: stored envelopes, refused ones, and counts of strangers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from clew.exchange.receipts import Stage
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import Envelope
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import Detail, record, record_many
from clew.node.exchange.models import Attempt, InboxEntry, Receipt


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An envelope whose outside was verified, and the `stored` receipt that may leave once it is written."""

    envelope: Envelope
    receipt: bytes


@action("exchange.store_envelopes", permission="node.act")
def store_envelopes(*, actor: Actor, confirmed: Sequence[Confirmed], now: dt.datetime) -> list[InboxEntry]:
    """Write envelopes; each has its own entry in the audit log. Their receipts may leave only after the commit."""
    entries = InboxEntry.objects.bulk_create([_entry(one.envelope, one.receipt, now) for one in confirmed])
    Receipt.objects.bulk_create([_stored(one, now) for one in confirmed])
    record_many(
        actor=actor,
        act="exchange.store_envelope",
        object_kind="envelope",
        objects=[(entry.envelope_id, {"digest": entry.digest, "from": entry.sender}) for entry in entries],
    )
    return entries


def _stored(one: Confirmed, now: dt.datetime) -> Receipt:
    return Receipt(
        issuer=one.envelope.recipient,
        addressee=one.envelope.sender,
        envelope_id=one.envelope.id,
        envelope_digest=one.envelope.digest,
        stage=Stage.STORED.value,
        at=now.replace(microsecond=0),
        raw=one.receipt,
        recorded=now,
    )


@action("exchange.store_refused", permission="node.act")
def store_refused(
    *, actor: Actor, envelope: Envelope, receipt: bytes, refusal: Refusal, now: dt.datetime
) -> InboxEntry:
    """Keep for review what a known partner sent and the door refused; nothing else follows from it."""
    entry = _entry(envelope, receipt, now, state="rejected", at_the_door=True, code=refusal.code, where=refusal.where)
    entry.save(force_insert=True)
    _record(actor, "exchange.store_refused", entry, code=refusal.code)
    return entry


@action("exchange.note_attempt", permission="node.act")
def note_attempt(*, actor: Actor, claimed: str, code: str, now: dt.datetime) -> Attempt:
    """Count something that nobody known stands behind. `claimed` is what it said its sender was."""
    attempt, new = Attempt.objects.get_or_create(claimed=claimed, code=code, defaults={"first": now, "last": now})
    if not new:
        Attempt.objects.filter(pk=attempt.pk).update(count=F("count") + 1, last=now)
    record(
        actor=actor,
        act="exchange.note_attempt",
        object_kind="attempt",
        object_id=str(attempt.pk),
        details={"code": code},
    )
    return attempt


def _entry(
    envelope: Envelope,
    receipt: bytes,
    now: dt.datetime,
    *,
    state: str = "stored",
    at_the_door: bool = False,
    code: str = "",
    where: str = "",
) -> InboxEntry:
    return InboxEntry(
        sender=envelope.sender,
        envelope_id=envelope.id,
        digest=envelope.digest,
        envelope=envelope.raw,
        stored_receipt=receipt,
        received=now,
        expires=envelope.expires,
        state=state,
        at_the_door=at_the_door,
        code=code,
        where=where,
    )


def _record(actor: Actor, act: str, entry: InboxEntry, **details: Detail) -> None:
    details = {"digest": entry.digest, "from": entry.sender, **details}
    record(actor=actor, act=act, object_kind="envelope", object_id=entry.envelope_id, details=details)
