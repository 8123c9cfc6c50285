"""Counts the audit entries recorded in this thread, so that an action without one is noticed."""

from __future__ import annotations

from contextvars import ContextVar

_recorded: ContextVar[int] = ContextVar("recorded_audit_entries", default=0)


def recorded_entries() -> int:
    """How many entries this thread has recorded so far."""
    return _recorded.get()


def count_entries(number: int) -> None:
    """Note that so many more entries were recorded."""
    _recorded.set(_recorded.get() + number)
