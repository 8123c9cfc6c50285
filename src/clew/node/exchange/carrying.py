"""Letters that this node carries for others, at the door: taken in still sealed, and answered for.

The recipient's signed `stored` receipt is the answer when the sender asks again with the same bytes. Nothing here
holds a key that opens an envelope.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings

from clew.exchange.receipts import Receipt, Stage, make_receipt
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import Envelope, verify_outer
from clew.node.accounts.actions import NODE
from clew.node.exchange.actions.carrying import store_in_transit
from clew.node.exchange.identity import own_uid, transport_key
from clew.node.exchange.models import Transit
from clew.node.partners.queries import KeysWithheld, UsableKeys, usable_keys

MOST_WAITING: Final = 1000
"""Envelopes under way for one sender: what a carrier's disk gives to one partner, 6 GB at the very most."""


def is_to_be_carried(envelope: Envelope) -> bool:
    """Whether an envelope is for somebody else, its sender allows it to be carried, and this node does that."""
    return bool(settings.NODE.carries) and envelope.hop > 0 and envelope.recipient != own_uid()


def carry(envelope: Envelope, keys: UsableKeys, now: dt.datetime) -> bytes:
    """Take an envelope in transit, or ask again for one; returns the recipient's receipt if it is here, else our own.

    Raises:
        Refusal: the outside does not verify, or it cannot be passed on. Nothing is kept then.
    """
    verify_outer(envelope, transport_key=keys.transport, own_uid=envelope.recipient, now=now, check_time=False)
    known = Transit.objects.filter(sender=envelope.sender, envelope_id=envelope.id).defer("envelope").first()
    if known is not None and known.digest == envelope.digest:
        return bytes(known.answer) or bytes(known.receipt)
    if known is not None:
        raise Refusal("replay")
    verify_outer(envelope, transport_key=keys.transport, own_uid=envelope.recipient, now=now)
    _refuse_unless_it_can_go_on(envelope, now)
    receipt = signed_receipt(envelope, now)
    store_in_transit(actor=NODE, envelope=envelope, receipt=receipt, now=now)
    return receipt


def signed_receipt(envelope: Envelope, now: dt.datetime, code: str = "") -> bytes:
    """This node's own word that it has the envelope, or why it does not take it."""
    receipt = Receipt(Stage.STORED, own_uid(), envelope.sender, envelope.id, envelope.digest, now, code=code)
    return make_receipt(receipt, transport_key())


def _refuse_unless_it_can_go_on(envelope: Envelope, now: dt.datetime) -> None:
    if envelope.recipient == envelope.sender:
        raise Refusal("loop")
    keys = usable_keys(envelope.recipient, now)
    if isinstance(keys, KeysWithheld):
        raise Refusal("unknown-recipient" if keys.code == "unknown" else "recipient-not-usable")
    waiting = Transit.objects.filter(sender=envelope.sender, passed_on=None, failed=None).count()
    if waiting >= MOST_WAITING:
        raise Refusal("transit-full")
