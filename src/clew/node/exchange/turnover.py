"""Which keys an envelope was made with, in the weeks after a node's own or a partner's keys were replaced."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from clew.exchange.receipts import Receipt, read_receipt
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import Envelope, sealed_to_key, verify_outer
from clew.exchange.suites import Opener, name_of
from clew.node.exchange.identity import opening_keys, own_uid
from clew.node.keys_renewing import former_seal_key
from clew.node.partners.queries import UsableKeys


def keys_that_signed(envelope: Envelope, keys: UsableKeys) -> UsableKeys:
    """The sender's keys that signed the outside: the present ones, or those before while they hold.

    Where none did, the present ones, with which the envelope is then refused.
    """
    if not keys.former or is_signed_with(envelope, keys.transport):
        return keys
    return next((one for one in keys.former if is_signed_with(envelope, one.transport)), keys)


def is_signed_with(envelope: Envelope, transport: bytes) -> bool:
    """Whether this public transport key signed the outside."""
    try:
        verify_outer(
            envelope, transport_key=transport, own_uid=envelope.recipient, now=envelope.expires, check_time=False
        )
    except Refusal:
        return False
    return True


def read_receipt_of(answer: bytes, keys: UsableKeys, *, issuer: str, addressee: str = "") -> Receipt:
    """A partner's receipt, signed with its present transport key or, while that holds, the one before.

    Args:
        addressee: for whom it is; "" for this node.

    Raises:
        Refusal: neither signed it, or it is for somebody else.
    """
    addressee = addressee or own_uid()
    for one in keys.former:
        try:
            return read_receipt(answer, transport_key=one.transport, issuer=issuer, addressee=addressee)
        except Refusal:
            continue
    return read_receipt(answer, transport_key=keys.transport, issuer=issuer, addressee=addressee)


def opening_key(envelope: Envelope, now: dt.datetime) -> Opener:
    """This node's key that the letter is sealed to: a replaced one while it may still open, else a present one."""
    present, wanted = opening_keys(), sealed_to_key(envelope)
    for key in present:
        if wanted == name_of(key):
            return key
    return former_seal_key(wanted, now, settings.HOME) or present[0]
