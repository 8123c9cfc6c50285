"""What a proof of deletion keeps of a value: a digest that only this node can make again.

A plain digest of a name could be guessed from a list of names. This one is keyed: whoever knows a value can have this
node say whether it was among what was deleted, and nobody else learns anything from it.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clew.node.keys import rest_key


def digest_of(value: str) -> str:
    """HMAC-SHA-256 of the value under a key derived from the node's rest key (RFC 5869), in hexadecimal."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"clew proof of deletion 1").derive(rest_key())
    return hmac.digest(key, value.encode(), "sha256").hex()
