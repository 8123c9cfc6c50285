"""How long what a named human says of a person holds: a category is an input that must not be guessed, and expires."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _

LONGEST: Final = dt.timedelta(days=365)
"""A person's part in a matter is looked at again at least once a year."""


def longest_category(today: dt.date) -> dt.date:
    """The last day that may be named today."""
    return today + LONGEST


def check_category_until(until: object, today: dt.date) -> tuple[str, str] | None:
    """What is wrong with a last day, and its cure; None where nothing is."""
    if not isinstance(until, dt.date):
        return _("It is not said until when this holds."), _("Enter the last day on which it holds.")
    if until < today:
        return _("This day has passed."), _("Choose a day to come.")
    if until > longest_category(today):
        return _("This is longer than a year."), _("Enter an earlier day, and say it again then.")
    return None
