"""Tokens: how one is made, kept and recognised.

A token is `clew_<handle>_<secret>`: the handle finds its row, the secret has 256 random bits. Kept is an HMAC under a
key made from the node's rest key, so that a stolen store alone neither holds a token nor lets one be tried out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

from clew.node.keys import rest_key

FORM: Final = re.compile(r"clew_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
NOBODY: Final = bytes(32)
"""Compared with where no row is found, so that both take the same time."""


def new_token() -> tuple[str, str]:
    """A fresh token and its handle."""
    handle = secrets.token_hex(8)
    return f"clew_{handle}_{secrets.token_urlsafe(32)}", handle


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    key = hmac.digest(rest_key(), b"clew.api.token.1", "sha256")
    return hmac.digest(key, token.encode("ascii", "replace"), hashlib.sha256)


def handle_of(token: str) -> str | None:
    """The handle; None for what is no token of this form."""
    found = FORM.fullmatch(token)
    return found[1] if found else None


def is_token(token: str, kept: bytes | None) -> bool:
    """Whether the token is the one whose digest was kept; None = there is no such row."""
    fits = hmac.compare_digest(digest_of(token), kept if kept is not None else NOBODY)
    return fits and kept is not None
