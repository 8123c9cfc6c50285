"""Long-lived processes drop store connections that broke or grew old; never one in the middle of a transaction."""

from __future__ import annotations

from django.db import close_old_connections, connection


def renew_connection() -> None:
    """Let the next query open a fresh connection if the present one is unusable or too old."""
    if not connection.in_atomic_block:
        close_old_connections()
