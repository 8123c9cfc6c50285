"""Sessions: sealed in the store, and ended when nobody has looked at a page for `SESSION_COOKIE_AGE` seconds."""

from __future__ import annotations

import json
import time
from typing import Any

from django.http import HttpRequest

from clew.node.at_rest import Unreadable, seal, unseal

BOUND_TO = b"session"
LAST_SEEN = "last_seen"
SAVED_EVERY = 60
"""Seconds. A session lives on each time it is saved; saving it with every page would make every page a write."""


class SealedSerializer:
    """Django's `SESSION_SERIALIZER`: JSON, encrypted under the node's rest key.

    While an officer sets up her second factor, its secret lies in her session.
    """

    def dumps(self, obj: Any) -> bytes:
        """The session's bytes as they lie in the store."""
        return seal(json.dumps(obj, separators=(",", ":")).encode(), BOUND_TO)

    def loads(self, data: bytes) -> Any:
        """The session; one that cannot be read counts as empty, so that its holder signs in again."""
        try:
            return json.loads(unseal(data, BOUND_TO))
        except Unreadable:
            return {}


def note_presence(request: HttpRequest) -> None:
    """Let the session live on, because its officer has asked for a page.

    What a page fetches by itself, such as the progress of an import, is no sign of anyone being there.
    """
    if request.headers.get("HX-Request"):
        return
    now = int(time.time())
    if now - request.session.get(LAST_SEEN, 0) >= SAVED_EVERY:
        request.session[LAST_SEEN] = now
