"""Receipts: what this node owes and signs, and what partners sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from clew.exchange.receipts import Receipt as SignedReceipt
from clew.exchange.receipts import Stage, make_receipt
from clew.exchange.sealing import Envelope
from clew.exchange.strict_json import digest
from clew.exchange.threads import EventKind
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.exchange.correspondence import event_row, keep_events
from clew.node.exchange.identity import own_uid, transport_key
from clew.node.exchange.models import Letter, OutboxEntry, Receipt, ThreadEvent
from clew.node.exchange.writing import write_columns

PERMANENT = frozenset(
    {
        *("unknown-version", "unknown-suite", "unknown-field", "missing-field", "bad-field", "too-large"),
        *("wrong-recipient", "expired", "expires-too-late", "replay"),
    }
)
"""Codes of a signed refusal at the door after which sending the same bytes again can change nothing."""


@action("exchange.record_receipts", permission="node.act")
def record_receipts(*, actor: Actor, receipts: Sequence[SignedReceipt], now: dt.datetime) -> None:
    """Keep a partner's verified receipts that came back as the answer to one sending."""
    note_receipts(receipts, now)
    record(
        actor=actor,
        act="exchange.record_receipts",
        object_kind="party",
        object_id=receipts[0].issuer,
        details={"receipts": len(receipts), "digest": digest(b"".join(one.raw for one in receipts))},
    )


@action("exchange.sign_receipts", permission="node.act")
def sign_receipts(*, actor: Actor, receipts: Sequence[Receipt]) -> None:
    """Sign the facts that this node owes; the worker does it, for a page may not use the key."""
    for row in receipts:
        row.raw = make_receipt(_signed(row), transport_key())
    write_columns(receipts, ["raw"])
    record(
        actor=actor,
        act="exchange.sign_receipts",
        object_kind="party",
        object_id=receipts[0].addressee,
        details={"receipts": len(receipts)},
    )


def note_receipts(receipts: Sequence[SignedReceipt], now: dt.datetime) -> None:
    """Note verified receipts of one partner.

    One about bytes that were never sent to it, or that was noted before, changes nothing. The number of queries does
    not grow with the number of receipts.
    """
    entries = {
        entry.envelope_digest: entry
        for entry in OutboxEntry.objects.select_related("letter__thread")
        .defer("envelope", "letter__sealed")
        .filter(envelope_digest__in={one.digest for one in receipts}, party=receipts[0].issuer)
    }
    rows = Receipt.objects.filter(envelope_digest__in=entries, issuer=receipts[0].issuer)
    known = {(of, stage): bytes(raw) for of, stage, raw in rows.values_list("envelope_digest", "stage", "raw")}
    fresh = {
        (one.digest, one.stage.value): one
        for one in reversed(receipts)
        if one.digest in entries and (one.digest, one.stage.value) not in known
    }
    Receipt.objects.bulk_create([_row(one, entries[one.digest], now) for one in fresh.values()])
    # What was sent again after the partner's restore is confirmed by a fact that is known here, signed anew: it counts
    # once more. The receipt of before the restore, played again, does not.
    signed_anew = [one for one in receipts if known.get((one.digest, one.stage.value), one.raw) != one.raw]
    telling = [*fresh.values(), *(one for one in signed_anew if _waits_again(entries[one.digest]))]
    for one in telling:
        _settle(entries[one.digest], one, now)
    settled = {one.digest: entries[one.digest] for one in telling}
    write_columns(settled.values(), ["delivered", "failed", "last_problem"])
    events = [_told(entries[one.digest].letter, one) for one in fresh.values()]
    if any(events):
        keep_events([event for event in events if event is not None], now)


def _waits_again(entry: OutboxEntry) -> bool:
    return entry.delivered is None and entry.failed is None


def _row(receipt: SignedReceipt, entry: OutboxEntry, now: dt.datetime) -> Receipt:
    return Receipt(
        envelope_digest=receipt.digest,
        issuer=receipt.issuer,
        stage=receipt.stage.value,
        letter_id=entry.letter_id,
        letter_uid=receipt.letter,
        addressee=receipt.addressee,
        envelope_id=receipt.envelope,
        code=receipt.code,
        reason=receipt.reason,
        at=receipt.at,
        raw=receipt.raw,
        recorded=now,
    )


def _told(letter: Letter | None, receipt: SignedReceipt) -> ThreadEvent | None:
    if letter is None:
        return None
    return event_row(
        letter.thread,
        EventKind(receipt.stage.value),
        letter=letter.uid,
        by=receipt.issuer,
        at=receipt.at,
        data={"code": receipt.code} if receipt.code else {},
    )


def _settle(entry: OutboxEntry, receipt: SignedReceipt, now: dt.datetime) -> None:
    """Any later fact proves the earlier one: whoever opened an envelope has stored it."""
    if receipt.stage is not Stage.STORED or receipt.positive:
        entry.delivered = entry.delivered or now
    elif receipt.code in PERMANENT:
        entry.failed, entry.last_problem = now, receipt.code


def owed_receipt(
    *, envelope: Envelope, stage: Stage, now: dt.datetime, letter: Letter | None = None, code: str = ""
) -> Receipt:
    """A fact that this node will tell the sender of an envelope; not kept yet."""
    return _owed(
        envelope_id=envelope.id,
        envelope_digest=envelope.digest,
        addressee=envelope.sender,
        stage=stage,
        now=now,
        letter=letter,
        code=code,
        reason="",
    )


def owe(*, letter: Letter, stage: Stage, now: dt.datetime, code: str = "", reason: str = "") -> None:
    """This node will tell a letter's sender this fact; the same fact is told once."""
    owed = _owed(
        envelope_id=letter.envelope,
        envelope_digest=letter.envelope_digest,
        addressee=letter.party,
        stage=stage,
        now=now,
        letter=letter,
        code=code,
        reason=reason,
    )
    Receipt.objects.bulk_create([owed], ignore_conflicts=True)


def _owed(
    *,
    envelope_id: str,
    envelope_digest: str,
    addressee: str,
    stage: Stage,
    now: dt.datetime,
    letter: Letter | None,
    code: str,
    reason: str,
) -> Receipt:
    return Receipt(
        envelope_id=envelope_id,
        envelope_digest=envelope_digest,
        issuer=own_uid(),
        addressee=addressee,
        stage=stage.value,
        letter=letter,
        letter_uid=letter.uid if letter is not None else "",
        code=code,
        reason=reason,
        at=now.replace(microsecond=0),
        to_send=True,
        recorded=now,
    )


def _signed(row: Receipt) -> SignedReceipt:
    return SignedReceipt(
        stage=Stage(row.stage),
        issuer=row.issuer,
        addressee=row.addressee,
        envelope=row.envelope_id,
        digest=row.envelope_digest,
        at=row.at,
        letter=row.letter_uid,
        code=row.code,
        reason=row.reason,
    )
