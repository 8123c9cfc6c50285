"""What happens at the door: an envelope is read outside, its sender is looked up, and it is stored or refused.

Runs in the inbound process, which cannot open a letter. Whatever the answer, nothing of the content is known here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from clew.exchange.refusals import Refusal
from clew.exchange.sealing import Envelope, read_outer, verify_outer
from clew.exchange.strict_json import canonical
from clew.node.accounts.actions import NODE
from clew.node.exchange.actions.storing import Confirmed, note_attempt, store_envelopes, store_refused
from clew.node.exchange.carrying import carry, is_to_be_carried, signed_receipt
from clew.node.exchange.identity import own_uid
from clew.node.exchange.limits import PARTNERS
from clew.node.exchange.models import Attempt, InboxEntry
from clew.node.exchange.turnover import keys_that_signed
from clew.node.partners.queries import KeysWithheld, UsableKeys, usable_keys

KEPT_REFUSED = 1000
"""Refused envelopes kept for review per sender: enough to see what goes wrong, too few to fill a disk."""

KEPT_ATTEMPTS = 200
"""Different unknown senders remembered."""

ATTEMPT_PAUSE = dt.timedelta(minutes=1)
"""An unknown sender's count is written at most this often: a flood must not become a flood of writes."""

ATTEMPTS_PER_PAUSE = 20

TOLD_ALIKE = frozenset({"unknown-sender", "sender-not-usable", "bad-signature"})
"""What somebody is not told apart who has not proved that he is the sender.

Else anybody could ask with forged envelopes which parties this node knows and whom it has suspended.
"""


def receive_all(lines: Sequence[bytes], now: dt.datetime, *, by_hand: bool = False) -> list[bytes]:
    """Take or refuse envelopes; returns one line of answer for each. To be called in one transaction.

    A known sender gets a signed receipt, positive or negative; for the same bytes always the same one. Someone whose
    signature was not verified gets an unsigned `{"code", "sentence"}`: this node signs nothing for strangers, and
    does not tell them whom it knows. The reason is kept here, for the pages.

    Args:
        by_hand: an officer of this node carries them in and reads the answers: she is told why.

    Raises:
        TooMany: a partner sends more than is taken from one; the transaction is to be undone.
    """
    read = [_read(line) for line in lines]
    door = _Door([one for one in read if isinstance(one, Envelope)], now, by_hand=by_hand)
    answers = [door.answer(one) for one in read]
    # Only what was verified counts: nobody can use up a partner's allowance in its name.
    for sender, number in Counter([*(sender for sender, _id in door.confirmed), *door.carried]).items():
        PARTNERS.take(sender, number)
    if door.confirmed:
        store_envelopes(actor=NODE, confirmed=list(door.confirmed.values()), now=now)
    return answers


class _Door:
    """What is known while the envelopes of one request are judged; those to be stored are gathered."""

    def __init__(self, envelopes: Sequence[Envelope], now: dt.datetime, *, by_hand: bool) -> None:
        self.now, self.by_hand = now, by_hand
        self.confirmed: dict[tuple[str, str], Confirmed] = {}
        self._keys: dict[str, UsableKeys | KeysWithheld] = {}
        self.carried: list[str] = []
        self._known = _known(envelopes)

    def answer(self, envelope: Envelope | Refusal) -> bytes:
        """The line of answer for one envelope, or for what is none."""
        if isinstance(envelope, Refusal):
            return self._turn_away("", envelope)
        keys = self._keys_of(envelope.sender)
        if isinstance(keys, KeysWithheld):
            code = "unknown-sender" if keys.code == "unknown" else "sender-not-usable"
            return self._turn_away(envelope.sender, Refusal(code))
        if is_to_be_carried(envelope):
            return self._carry(envelope, keys)
        present = self._present(envelope)
        if envelope.digest in present:
            return present[envelope.digest]
        try:
            signed = keys_that_signed(envelope, keys)
            verify_outer(envelope, transport_key=signed.transport, own_uid=own_uid(), now=self.now)
            if present:
                raise Refusal("replay")
        except Refusal as refusal:
            if refusal.code == "bad-signature":
                return self._turn_away(envelope.sender, refusal)
            return self._refuse(envelope, refusal)
        receipt = signed_receipt(envelope, self.now)
        self.confirmed[envelope.sender, envelope.id] = Confirmed(envelope, receipt)
        return receipt

    def _carry(self, envelope: Envelope, keys: UsableKeys) -> bytes:
        """A refusal is signed but not kept: tomorrow it may go on."""
        try:
            receipt = carry(envelope, keys, self.now)
        except Refusal as refusal:
            if refusal.code == "bad-signature":
                return self._turn_away(envelope.sender, refusal)
            return signed_receipt(envelope, self.now, refusal.code)
        self.carried.append(envelope.sender)
        return receipt

    def _turn_away(self, claimed: str, refusal: Refusal) -> bytes:
        """Count it, and say so unsigned."""
        _count_attempt(claimed, refusal, self.now)
        alike = refusal.code in TOLD_ALIKE and not self.by_hand
        told = Refusal("not-accepted") if alike else refusal
        return canonical({"code": told.code, "sentence": told.sentence})

    def _refuse(self, envelope: Envelope, refusal: Refusal) -> bytes:
        receipt = _refuse(envelope, refusal, self.now)
        # The same bytes may stand in the request twice.
        self._known.setdefault(envelope.sender, []).append((envelope.digest, envelope.id, True, receipt))
        return receipt

    def _keys_of(self, sender: str) -> UsableKeys | KeysWithheld:
        if sender not in self._keys:
            self._keys[sender] = usable_keys(sender, self.now)
        return self._keys[sender]

    def _present(self, envelope: Envelope) -> dict[str, bytes]:
        """Receipts by digest of what this sender sent with this number before, or of these very bytes."""
        present = {
            digest: receipt
            for digest, number, at_the_door, receipt in self._known.get(envelope.sender, ())
            if digest == envelope.digest or (number == envelope.id and not at_the_door)
        }
        now_too = self.confirmed.get((envelope.sender, envelope.id))
        if now_too is not None:
            present[now_too.envelope.digest] = now_too.receipt
        return present


Known = tuple[str, str, bool, bytes]
"""Digest and number of an envelope that came before, whether it was refused at the door, and its receipt."""


def _read(line: bytes) -> Envelope | Refusal:
    try:
        return read_outer(line)
    except Refusal as refusal:
        return refusal


def _known(envelopes: Sequence[Envelope]) -> dict[str, list[Known]]:
    """By sender, what came before with the number or the bytes of one of these; one query, however many they are."""
    found = InboxEntry.objects.filter(
        Q(digest__in={one.digest for one in envelopes}) | Q(envelope_id__in={one.id for one in envelopes}),
        sender__in={one.sender for one in envelopes},
    )
    known: dict[str, list[Known]] = {}
    for sender, digest, number, at_the_door, receipt in found.values_list(
        "sender", "digest", "envelope_id", "at_the_door", "stored_receipt"
    ):
        known.setdefault(sender, []).append((digest, number, at_the_door, bytes(receipt)))
    return known


def _refuse(envelope: Envelope, refusal: Refusal, now: dt.datetime) -> bytes:
    receipt = signed_receipt(envelope, now, refusal.code)
    if InboxEntry.objects.filter(sender=envelope.sender, at_the_door=True).count() < KEPT_REFUSED:
        store_refused(actor=NODE, envelope=envelope, receipt=receipt, refusal=refusal, now=now)
    return receipt


def turn_away(claimed: str, refusal: Refusal, now: dt.datetime) -> Refusal:
    """Count something behind which nobody known stands; the refusal that may be told, which tells not whom we know."""
    with transaction.atomic():
        _count_attempt(claimed, refusal, now)
    return Refusal("not-accepted") if refusal.code in TOLD_ALIKE else refusal


def _count_attempt(claimed: str, refusal: Refusal, now: dt.datetime) -> None:
    known = Attempt.objects.filter(claimed=claimed, code=refusal.code).first()
    recent = Attempt.objects.filter(last__gt=now - ATTEMPT_PAUSE).count()
    new_and_room = known is None and Attempt.objects.count() < KEPT_ATTEMPTS
    due_again = known is not None and known.last <= now - ATTEMPT_PAUSE
    if recent < ATTEMPTS_PER_PAUSE and (new_and_room or due_again):
        note_attempt(actor=NODE, claimed=claimed, code=refusal.code, now=now)
