"""Who this node is in letters, and its keys, read once in each process that may use them."""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings

from clew.exchange.suites import Opener
from clew.node import keys
from clew.node.keys import Process, current_process


def own_uid() -> str:
    """The uid that partners know this node by."""
    return str(settings.NODE.node_id)


def sign_key() -> Ed25519PrivateKey:
    """The key that signs letters; raises `KeyRefused` where it may not be used."""
    return _sign(current_process(), keys.stamp("sign.pem", settings.HOME))


def transport_key() -> Ed25519PrivateKey:
    """The key that signs envelopes and receipts; raises `KeyRefused` where it may not be used."""
    return _transport(current_process(), keys.stamp("transport.pem", settings.HOME))


def seal_key() -> X25519PrivateKey:
    """The key that opens letters; raises `KeyRefused` where it may not be used."""
    return _seal(current_process(), keys.stamp("seal.pem", settings.HOME))


def opening_keys() -> tuple[Opener, ...]:
    """The keys that open letters now, one for each suite that this node ever listed."""
    hybrid = keys.hybrid_key(settings.HOME)
    return (seal_key(),) if hybrid is None else (seal_key(), hybrid)


def rest_key() -> bytes:
    """The key that wraps the data key of each letter; raises `KeyRefused` where it may not be used."""
    return _rest(current_process())


# A refusal is not remembered, and what one kind of process may read is never handed to another: the process is part of
# what is remembered, and so is the key file itself, which may be replaced while the process runs.
@lru_cache(maxsize=4)
def _sign(_process: Process, _stamp: tuple[int, int]) -> Ed25519PrivateKey:
    return keys.sign_key(settings.HOME)


@lru_cache(maxsize=4)
def _transport(_process: Process, _stamp: tuple[int, int]) -> Ed25519PrivateKey:
    return keys.transport_key(settings.HOME)


@lru_cache(maxsize=4)
def _seal(_process: Process, _stamp: tuple[int, int]) -> X25519PrivateKey:
    return keys.seal_key(settings.HOME)


@lru_cache(maxsize=4)
def _rest(_process: Process) -> bytes:
    return keys.rest_key(settings.HOME)
