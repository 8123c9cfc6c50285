"""What this node notes of letters that it carries for others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from clew.exchange.sealing import Envelope
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import Detail, record, record_many
from clew.node.exchange.models import OutboxEntry, Transit
from clew.node.exchange.writing import write_columns


@action("exchange.store_in_transit", permission="node.act")
def store_in_transit(*, actor: Actor, envelope: Envelope, receipt: bytes, now: dt.datetime) -> Transit:
    """Write an envelope that is for somebody else. The receipt may leave only after the commit."""
    entry = Transit.objects.create(
        sender=envelope.sender,
        recipient=envelope.recipient,
        envelope_id=envelope.id,
        digest=envelope.digest,
        envelope=envelope.raw,
        size=len(envelope.raw),
        received=now,
        expires=envelope.expires,
        receipt=receipt,
        next_attempt=now,
    )
    details = {"digest": entry.digest, "from": entry.sender, "to": entry.recipient}
    record(
        actor=actor,
        act="exchange.store_in_transit",
        object_kind="envelope",
        object_id=entry.envelope_id,
        details=details,
    )
    return entry


@action("exchange.note_passed_on", permission="node.act")
def note_passed_on(*, actor: Actor, answered: Sequence[tuple[Transit, bytes]], now: dt.datetime) -> None:
    """Keep the recipients' signed answers for the senders, and of the envelopes only that they were carried."""
    for entry, answer in answered:
        entry.answer, entry.passed_on, entry.last_problem, entry.envelope = answer, now, "", b""
    entries = [entry for entry, _answer in answered]
    write_columns(entries, ["answer", "passed_on", "last_problem", "envelope"])
    record_many(
        actor=actor,
        act="exchange.note_passed_on",
        object_kind="envelope",
        objects=[(one.envelope_id, {"digest": one.digest, "from": one.sender, "to": one.recipient}) for one in entries],
    )


@action("exchange.note_failed_passing", permission="node.act")
def note_failed_passing(*, actor: Actor, entries: Sequence[Transit], problem: str, next_attempt: dt.datetime) -> None:
    """Keep why envelopes could not be passed on, and when they are tried again."""
    for entry in entries:
        entry.attempts += 1
        entry.last_problem, entry.next_attempt = problem[:40], next_attempt
    write_columns(entries, ["attempts", "last_problem", "next_attempt"])
    details: dict[str, Detail] = {"problem": problem, "envelopes": len(entries)}
    record(
        actor=actor,
        act="exchange.note_failed_passing",
        object_kind="party",
        object_id=entries[0].recipient,
        details=details,
    )


@action("exchange.give_transit_up", permission="node.act")
def give_transit_up(*, actor: Actor, entry: Transit, code: str, now: dt.datetime) -> None:
    """The envelope cannot be passed on any more: it expired. Its bytes go."""
    entry.failed, entry.last_problem, entry.envelope = now, code, b""
    write_columns([entry], ["failed", "last_problem", "envelope"])
    details = {"code": code, "from": entry.sender, "to": entry.recipient}
    record(
        actor=actor,
        act="exchange.give_transit_up",
        object_kind="envelope",
        object_id=entry.envelope_id,
        details=details,
    )


@action("exchange.note_carried", permission="node.act")
def note_carried(*, actor: Actor, entries: Sequence[OutboxEntry], now: dt.datetime, next_attempt: dt.datetime) -> None:
    """A post's node has these envelopes, by its signed receipt, or a relay, by its mere word.

    It is asked again for their recipients' own receipts.
    """
    for entry in entries:
        entry.attempts += 1
        entry.carried = entry.carried or now
        entry.last_problem, entry.next_attempt = "", next_attempt
    write_columns(entries, ["attempts", "carried", "last_problem", "next_attempt"])
    details: dict[str, Detail] = {"envelopes": len(entries), "to": entries[0].party}
    record(
        actor=actor,
        act="exchange.note_carried",
        object_kind="party",
        object_id=entries[0].carrier or entries[0].party,
        details=details,
    )
