"""Carrying in: a bundle is judged as a whole, then each envelope and receipt in it as if it had come by the network.

The bundle's own signature opens no door. It keeps apart what a partner put together from what somebody else did, so
that a stick that was found, changed or made up does nothing at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clew.exchange.bundles import Bundle, entry_name, read_bundle, verify_bundle
from clew.exchange.receipts import MAX_RECEIPT, Stage
from clew.exchange.receipts import Receipt as SignedReceipt
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import digest, read_strict
from clew.node.accounts.actions import NODE, Actor, action
from clew.node.audit.actions import record
from clew.node.exchange.actions import record_receipts
from clew.node.exchange.bundling import ANSWERS_KEPT
from clew.node.exchange.identity import own_uid
from clew.node.exchange.inbound import MAX_LINES
from clew.node.exchange.models import CarriedIn, InboxEntry, OutboxEntry, Receipt, Transit
from clew.node.exchange.receiving import receive_all
from clew.node.exchange.turnover import read_receipt_of
from clew.node.partners.queries import KeysWithheld, UsableKeys, usable_keys


class Outcome(StrEnum):
    """What became of one entry of a bundle."""

    STORED = "stored"
    """An envelope was stored as if it had been posted; a receipt is owed for it."""
    HERE_ALREADY = "here-already"
    """The same bytes came before, by whatever way; the same receipt is owed again, and nothing else follows."""
    IN_TRANSIT = "in-transit"
    """It is for somebody else, to whom this node carries it."""
    REFUSED = "refused"
    """An envelope was refused with a signed receipt that says why."""
    TURNED_AWAY = "turned-away"
    """Nobody whom this node knows stands behind it, so that nothing is signed for it."""
    NOTED = "noted"
    """A receipt of the partner for a letter of ours."""
    NOTED_BEFORE = "noted-before"
    """The same fact was known."""
    NOT_OURS = "not-ours"
    """A receipt that does not prove anything about what we sent."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a bundle and what became of it.

    `envelope` is the id of the envelope that it is or speaks of, "" where it could not be read; `code` is why it was
    refused, or why the partner's receipt says that the letter was.
    """

    name: str
    outcome: Outcome
    envelope: str = ""
    code: str = ""

    @property
    def taken(self) -> bool:
        """Whether the entry did what it came for, now or before."""
        return self.outcome not in {Outcome.REFUSED, Outcome.TURNED_AWAY, Outcome.NOT_OURS}


@dataclass(frozen=True, slots=True)
class CarriedInBundle:
    """A bundle that was taken: who made it, its digest, and what became of each entry, in its order."""

    sender: str
    digest: str
    entries: tuple[Entry, ...]


@action("exchange.carry_in", permission="node.act")
def carry_in(*, actor: Actor, raw: bytes, now: dt.datetime) -> CarriedInBundle:
    """Take a bundle, in one transaction. The same bundle again, or bundles in any order, have no further effect.

    Raises:
        Refusal: the bundle is none, was changed, is for another node or of one that may not write here. Nothing of it
            is taken then.
        TooMany: the sender has used up what is taken from one partner. Nothing of it is taken then.
    """
    bundle = read_bundle(raw)
    keys = _sender_of(bundle, now)
    entries = [*_take_envelopes(bundle, now), *_note_receipts(bundle, keys, now)]
    CarriedIn.objects.filter(at__lte=now - ANSWERS_KEPT).delete()
    record(
        actor=actor,
        act="exchange.carry_in",
        object_kind="party",
        object_id=bundle.sender,
        details={
            "bundle": bundle.digest,
            "envelopes": len(bundle.envelopes),
            "receipts": len(bundle.receipts),
            "not_taken": sum(not one.taken for one in entries),
        },
    )
    return CarriedInBundle(bundle.sender, bundle.digest, tuple(entries))


def _sender_of(bundle: Bundle, now: dt.datetime) -> UsableKeys:
    if bundle.recipient != own_uid():
        raise Refusal("wrong-recipient")
    if bundle.sender == own_uid():
        raise Refusal("loop")
    keys = usable_keys(bundle.sender, now)
    if isinstance(keys, KeysWithheld):
        raise Refusal("unknown-sender" if keys.code == "unknown" else "sender-not-usable")
    for former in keys.former:
        try:
            verify_bundle(bundle, transport_key=former.transport, own_uid=own_uid())
        except Refusal:
            continue
        return keys
    verify_bundle(bundle, transport_key=keys.transport, own_uid=own_uid())
    return keys


def _take_envelopes(bundle: Bundle, now: dt.datetime) -> list[Entry]:
    """Through the same door as what is posted, as many at a time as one request holds."""
    envelopes = bundle.envelopes
    here = here_already([digest(one) for one in envelopes])
    answers: list[bytes] = []
    for at in range(0, len(envelopes), MAX_LINES):
        answers += receive_all(envelopes[at : at + MAX_LINES], now, by_hand=True)
    entries = [_taken(entry_name(number, "envelope"), answer, here) for number, answer in enumerate(answers, start=1)]
    _owe([answer for answer, one in zip(answers, entries, strict=True) if one.outcome is not Outcome.TURNED_AWAY], now)
    return entries


def here_already(digests: Sequence[str]) -> frozenset[str]:
    """Of these digests, those whose envelopes came before, by whatever way."""
    found = [
        set(model.objects.filter(digest__in=digests).values_list("digest", flat=True))
        for model in (InboxEntry, Transit)
    ]
    return frozenset().union(*found)


def _taken(name: str, answer: bytes, here: frozenset[str]) -> Entry:
    told = read_strict(answer, max_bytes=MAX_RECEIPT)
    if "signature" not in told:
        return Entry(name, Outcome.TURNED_AWAY, code=told["code"])
    envelope, code = told["envelope"], told.get("code", "")
    if code:
        return Entry(name, Outcome.REFUSED, envelope, code)
    if told["digest"] in here:
        return Entry(name, Outcome.HERE_ALREADY, envelope)
    in_transit = Transit.objects.filter(digest=told["digest"]).exists()
    return Entry(name, Outcome.IN_TRANSIT if in_transit else Outcome.STORED, envelope)


def _owe(answers: Sequence[bytes], now: dt.datetime) -> None:
    """Keep the signed answers for the next bundle to whoever sent the envelopes, which need not be who carried them."""
    told = [(read_strict(answer, max_bytes=MAX_RECEIPT), answer) for answer in answers]
    CarriedIn.objects.bulk_create(
        [
            CarriedIn(party=content["addressee"], digest=content["digest"], receipt=answer, at=now)
            for content, answer in told
        ],
        update_conflicts=True,
        unique_fields=["party", "digest"],
        update_fields=["receipt", "at"],
    )


def _note_receipts(bundle: Bundle, keys: UsableKeys, now: dt.datetime) -> list[Entry]:
    """As the answers to a sending are noted: only the partner's own word on bytes that were sent to it counts."""
    read = [_read(raw, keys, bundle.sender) for raw in bundle.receipts]
    digests = {one.digest for one in read if isinstance(one, SignedReceipt)}
    sent = OutboxEntry.objects.filter(party=bundle.sender, envelope_digest__in=digests)
    ids = dict(sent.values_list("envelope_digest", "envelope_id"))
    noted = Receipt.objects.filter(issuer=bundle.sender, stage=Stage.STORED.value, envelope_digest__in=ids)
    known = set(noted.values_list("envelope_digest", flat=True))
    entries: list[Entry] = []
    fresh: list[SignedReceipt] = []
    for number, one in enumerate(read, start=len(bundle.envelopes) + 1):
        name = entry_name(number, "receipt")
        if isinstance(one, Refusal):
            entries.append(Entry(name, Outcome.NOT_OURS, code=one.code))
        elif ids.get(one.digest) != one.envelope:
            entries.append(Entry(name, Outcome.NOT_OURS, one.envelope, "not-for-this-letter"))
        elif one.digest in known:
            entries.append(Entry(name, Outcome.NOTED_BEFORE, one.envelope, one.code))
        else:
            entries.append(Entry(name, Outcome.NOTED, one.envelope, one.code))
            fresh.append(one)
            known.add(one.digest)
    if fresh:
        record_receipts(actor=NODE, receipts=fresh, now=now)
    return entries


def _read(raw: bytes, keys: UsableKeys, issuer: str) -> SignedReceipt | Refusal:
    try:
        receipt = read_receipt_of(raw, keys, issuer=issuer)
    except Refusal as refusal:
        return refusal
    # The other two facts travel in letters, which have an order.
    return receipt if receipt.stage is Stage.STORED else Refusal("bad-field", "stage")
