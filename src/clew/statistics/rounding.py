"""Random rounding to a base, the same each time the same count of the same persons is asked for.

A count between two multiples goes to one of them, to the nearer one the likelier, so that on average nothing is added
or taken away. Which one follows from a secret, what is counted and the count: asking again does not average the chance
out.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from clew.statistics.counting import Key


def rounded(count: int, key: Key, base: int, secret: bytes) -> int:
    """The multiple of `base` for a count of the persons whom `key` describes."""
    down, rest = divmod(count, base)
    said = json.dumps([key, count, base], ensure_ascii=False, separators=(",", ":")).encode()
    drawn = int.from_bytes(hmac.new(secret, said, hashlib.sha256).digest()[:8]) % base
    return (down + (drawn < rest)) * base
