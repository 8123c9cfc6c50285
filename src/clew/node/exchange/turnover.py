"""Which keys an envelope was made with, in the weeks after a node's own or a partner's keys were replaced."""

from __future__ import annotations

import datetime as dt

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings

from clew.exchange.keys import key_id
from clew.exchange.receipts import Receipt, read_receipt
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import Envelope, sealed_to_key, verify_outer
from clew.node.exchange.identity import own_uid, seal_key
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


def read_receipt_of(answer: bytes, keys: UsableKeys, *, issuer: str) -> Receipt:
    """A partner's receipt, signed with its present transport key or, while that holds, the one before.

    Raises:
        Refusal: neither signed it, or it is not for this node.
    """
    for one in keys.former:
        try:
            return read_receipt(answer, transport_key=one.transport, issuer=issuer, addressee=own_uid())
        except Refusal:
            continue
    return read_receipt(answer, transport_key=keys.transport, issuer=issuer, addressee=own_uid())


def opening_key(envelope: Envelope, now: dt.datetime) -> X25519PrivateKey:
    """This node's key that the letter is sealed to: a replaced one while it may still open, else the present one."""
    present, wanted = seal_key(), sealed_to_key(envelope)
    if wanted == key_id(present.public_key().public_bytes_raw()):
        return present
    return former_seal_key(wanted, now, settings.HOME) or present
