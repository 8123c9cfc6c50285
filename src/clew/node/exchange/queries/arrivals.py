"""When letters came in, for the rooms that know a letter by its uid alone."""

from __future__ import annotations

import datetime as dt

from clew.node.exchange.models import Letter


def clock_of_letter(*, uid: str) -> tuple[dt.datetime, dt.datetime | None] | None:
    """When this node stored a letter, and until when that asks for an answer; None for one that never came."""
    return Letter.objects.filter(uid=uid, direction="in").values_list("recorded", "due").first()
