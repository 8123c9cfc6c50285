"""When somebody who returned is asked how she is: after 1, 3, 6 and 12 months (IOM practice, to be checked)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection
from typing import Final

MONTHS: Final = (1, 3, 6, 12)


def follow_up_days(returned: dt.date) -> dict[int, dt.date]:
    """By month the day on which she is asked; the last of a month where it has no such day."""
    return {months: _later(returned, months) for months in MONTHS}


def next_follow_up(returned: dt.date, done: Collection[int]) -> tuple[int, dt.date] | None:
    """The first that nobody has recorded, however late it is; None once all are."""
    days = follow_up_days(returned)
    return next(((months, days[months]) for months in MONTHS if months not in done), None)


def _later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
