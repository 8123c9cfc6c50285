"""Opens a stored envelope and reads what is inside; writes nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from clew.exchange.checkpoints import CHECKPOINT, COSIGNATURE, Answer, Offer, read_answer, read_offer
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.letters import read_letter, read_order
from clew.exchange.receipts import Receipt as SignedReceipt
from clew.exchange.receipts import read_receipt
from clew.exchange.refusals import Refusal
from clew.exchange.resync import RESYNC, Resync, Resynced, message_type, read_resync, read_resynced
from clew.exchange.sealing import Envelope, open_sealed, read_outer, verify_outer
from clew.exchange.sequence import Place
from clew.exchange.strict_json import canonical, digest
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import InboxEntry
from clew.node.exchange.turnover import keys_that_signed, opening_key
from clew.node.partners.queries import UsableKeys


@dataclass(slots=True)
class Unsealed:
    """An envelope with what could be read of it.

    `order` is the letter's number and the digest of the one before, where a letter was found that its sender signed;
    it counts even if the letter is refused. `refusal` is why the rest is not taken. `receipts` are verified. `place` is
    the letter's place in the order, once it was judged. `offer` and `answer` are what it says about a log;
    `transport_keys` are the sender's, with which that can be checked. `message` is what a partner says about a restore,
    which is no letter; `by_former_key`: the sender signed with keys that it has replaced.
    """

    entry: InboxEntry
    envelope: Envelope
    sign_key: bytes
    signed: str = ""
    digest: str = ""
    order: tuple[int, str] | None = None
    letter: SignedLetter | None = None
    receipts: list[SignedReceipt] = field(default_factory=list)
    refusal: Refusal | None = None
    place: Place | None = None
    transport_keys: tuple[bytes, ...] = ()
    offer: Offer | None = None
    answer: Answer | None = None
    message: Resync | Resynced | None = None
    by_former_key: bool = False


def unseal(entry: InboxEntry, keys: UsableKeys, now: dt.datetime) -> Unsealed:
    """Open an envelope with its sender's pinned keys."""
    envelope = read_outer(bytes(entry.envelope))
    all_keys = (keys.transport, *(one.transport for one in keys.former))
    signed = keys_that_signed(envelope, keys)
    found = Unsealed(entry, envelope, signed.sign, transport_keys=all_keys, by_former_key=signed is not keys)
    try:
        _read(found, signed, now)
    except Refusal as refusal:
        found.refusal = refusal
    return found


def _read(found: Unsealed, keys: UsableKeys, now: dt.datetime) -> None:
    envelope = found.envelope
    # The clock was checked at the door; a backlog must not make letters expire that arrived in time.
    verify_outer(envelope, transport_key=keys.transport, own_uid=own_uid(), now=now, check_time=False)
    opened = open_sealed(envelope, seal_key=opening_key(envelope, now), sign_key=keys.sign)
    kind = message_type(opened.raw)
    if kind:
        read = read_resync if kind == RESYNC else read_resynced
        found.message = read(opened.raw, sender=envelope.sender, recipient=own_uid(), now=now)
        return
    found.signed, found.digest, found.order = opened.token, digest(opened.raw), read_order(opened.raw)
    letter = read_letter(opened.raw, sender=envelope.sender, recipient=own_uid(), now=now)
    if letter.header.type == "receipt":
        found.receipts = [
            read_receipt(canonical(one), transport_key=keys.transport, issuer=envelope.sender, addressee=own_uid())
            for one in letter.body["receipts"]
        ]
    elif letter.header.type == CHECKPOINT:
        found.offer = read_offer(letter.body, owner=envelope.sender, keys=found.transport_keys)
    elif letter.header.type == COSIGNATURE:
        found.answer = read_answer(letter.body)
    found.letter = letter
