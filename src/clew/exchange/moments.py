"""Points in time as they are written in letters: UTC, to the second, `2026-11-24T10:30:00Z`."""

from __future__ import annotations

import datetime as dt

from clew.exchange.refusals import Refusal


def to_text(moment: dt.datetime) -> str:
    """Write an aware moment; fractions of a second are cut off.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment in a letter needs a time zone")
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> dt.datetime:
    """Read it back.

    Raises:
        Refusal: not that form, or no such day.
    """
    try:
        return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise Refusal("bad-field", "moment") from error
