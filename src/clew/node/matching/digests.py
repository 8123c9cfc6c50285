"""What keys are kept as: digests under a key of the node's own, so that the table confirms nothing to whoever has it.

Every key is kept so, not only a protected person's: who is protected changes, and a table in two forms would show it.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clew.matching.entities.blocking import VERSION, Key
from clew.node.keys import rest_key

LENGTH: Final = 16


@lru_cache(maxsize=4)
def _of_rest(rest: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"clew matching keys 1").derive(rest)


def digests_of(keys: Sequence[Key]) -> list[bytes]:
    """The digest of each key, bound to its kind and to the version of the normaliser."""
    secret = _of_rest(rest_key())
    texts = (f"{VERSION}|{key.kind}|{key.text}" for key in keys)
    return [hmac.digest(secret, text.encode(), "sha256")[:LENGTH] for text in texts]
