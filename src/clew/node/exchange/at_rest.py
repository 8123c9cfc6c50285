"""A letter at rest: encrypted under a data key of its own, which the node's rest key wraps (AES-256-GCM).

Destroying the wrapped key makes a received letter unreadable, which is how it is later restricted or erased.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clew.node.exchange.identity import rest_key

NONCE = 12
DATA_KEY = 32
MAX_SUBJECT = 500


class NotReadableAtRest(Exception):
    """A letter at rest does not open: its key was destroyed, or its bytes were changed."""


@dataclass(frozen=True, slots=True)
class AtRest:
    """A letter's signed form and its subject, both encrypted, and the wrapped key."""

    wrapped_key: bytes
    sealed: bytes
    sealed_subject: bytes


def put_to_rest(uid: str, signed: str, subject: str) -> AtRest:
    """Encrypt a letter; `uid` binds the ciphertext to its row."""
    data_key = AESGCM.generate_key(bit_length=DATA_KEY * 8)
    return AtRest(
        _encrypt(rest_key(), data_key, f"letter-key:{uid}"),
        _encrypt(data_key, signed.encode("ascii"), f"letter:{uid}"),
        _encrypt(data_key, subject[:MAX_SUBJECT].encode(), f"subject:{uid}"),
    )


def signed_form(uid: str, rest: AtRest) -> str:
    """The signed letter (compact JWS). Raises `NotReadableAtRest`."""
    return _decrypt(_data_key(uid, rest), rest.sealed, f"letter:{uid}").decode("ascii")


def subject(uid: str, rest: AtRest) -> str:
    """The subject. Raises `NotReadableAtRest`."""
    return _decrypt(_data_key(uid, rest), rest.sealed_subject, f"subject:{uid}").decode()


def _data_key(uid: str, rest: AtRest) -> bytes:
    return _decrypt(rest_key(), rest.wrapped_key, f"letter-key:{uid}")


def _encrypt(key: bytes, plain: bytes, place: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def _decrypt(key: bytes, sealed: bytes, place: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise NotReadableAtRest("The letter at rest does not open under its key.") from error
