"""What only this node itself reads, at rest: AES-256-GCM under its rest key, bound to its use (NIST SP 800-38D)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clew.node.keys import rest_key

NONCE_SIZE = 12


class Unreadable(Exception):
    """What is stored was not sealed by this node for this purpose, or was changed."""


def seal(content: bytes, bound_to: bytes) -> bytes:
    """Encrypt; `bound_to` is not stored and must be given again to open."""
    nonce = os.urandom(NONCE_SIZE)
    return nonce + AESGCM(rest_key()).encrypt(nonce, content, bound_to)


def unseal(sealed: bytes, bound_to: bytes) -> bytes:
    """Decrypt.

    Raises:
        Unreadable: changed, cut off, or sealed for something else.
    """
    try:
        return AESGCM(rest_key()).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise Unreadable("This was not sealed by this node for this purpose, or was changed.") from error
