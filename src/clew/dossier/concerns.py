"""Whom a statement concerns, and which person category governs it.

Her phone, her flat and the payment she sent are other entities, but they concern her. By default a statement concerns
every person its source speaks of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from clew.vocabulary.person_categories import strictest_category

UNKNOWN = "unknown"
OPEN_CATEGORIES = frozenset({"suspect", "convicted", "other"})
"""The only categories that do not protect; whatever else is said, or not said, protects."""


@dataclass(frozen=True, slots=True)
class CategorySaid:
    """A named human said what a person is. `expires` is the last day on which it holds; without one it never did."""

    category: str
    entered: dt.datetime
    expires: dt.date | None


def concerned(
    explicit: Collection[int] | None, persons_of_source: Iterable[int], about_person: int | None
) -> frozenset[int]:
    """The persons a statement concerns. A statement about a person always concerns her, whatever else is said."""
    chosen = frozenset(persons_of_source if explicit is None else explicit)
    return chosen if about_person is None else chosen | {about_person}


def category_now(said: Iterable[CategorySaid], today: dt.date) -> str:
    """The category that holds: what was said last. Nothing said, or expired, is `unknown`."""
    latest = max(said, key=lambda one: one.entered, default=None)
    if latest is None or latest.expires is None or latest.expires < today:
        return UNKNOWN
    return latest.category


def turning_day(said: Iterable[Iterable[CategorySaid]], today: dt.date) -> dt.date | None:
    """The last day of what holds for a person today, or where nothing does, of what was said last.

    Args:
        said: all that was said of each of those judged to be the same person.

    Returns:
        None where nothing was said that ends; a day before `today` where it has ended.
    """
    each = [list(one) for one in said]
    holds = governing(category_now(one, today) for one in each)
    ends = sorted({last.expires for one in each if one and (last := max(one, key=_entered)).expires is not None})
    for day in (day for day in ends if day >= today):
        if governing(category_now(one, day + dt.timedelta(days=1)) for one in each) != holds:
            return day
    return ends[-1] if ends and ends[-1] < today else None


def _entered(said: CategorySaid) -> dt.datetime:
    return said.entered


def governing(categories: Iterable[str | None]) -> str:
    """The strictest category of several persons; a missing one counts as `unknown`."""
    return strictest_category(categories)


def protects(category: str | None) -> bool:
    """Whether a person of this category is protected; fails closed."""
    return category not in OPEN_CATEGORIES
