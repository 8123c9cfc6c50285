"""How many points a partner may have evaluated: every evaluated point is a guess that it may make.

    allowed = allowance(question_points, earlier, partner="gd-police", now=now)
    allowed.allowed, allowed.reasons, allowed.changes

Counted are points, padding included, over the last 24 hours and the last 30 days, whatever the rounds were: many small
rounds are worth as much as a large one, and midnight is no moment at which anything begins anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY, MONTH = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Quota:
    """Bounds for one partner: points in 24 hours and in 30 days, and rounds in 24 hours (each tells one bit)."""

    points_a_day: int = 10_000
    points_a_month: int = 100_000
    rounds_a_day: int = 3


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A round that was answered, or whose answer was begun: `at` has a time zone."""

    partner: str
    at: datetime
    points: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether the points may be evaluated now, why not, and what would change it."""

    allowed: bool
    points: int
    left_today: int
    left_this_month: int
    reasons: tuple[str, ...]
    changes: tuple[str, ...]


def allowance(
    points: int, earlier: Iterable[Evaluated], *, partner: str, now: datetime, quota: Quota | None = None
) -> Allowance:
    """Whether a question of so many points may be answered now.

    `earlier`: every answer of the last 30 days, of any partner; one that lies after `now` counts as today's.
    """
    bounds = quota or Quota()
    own = [each for each in earlier if each.partner == partner]
    today = [each for each in own if each.at > now - DAY]
    month = [each for each in own if each.at > now - MONTH]
    left_today = bounds.points_a_day - sum(each.points for each in today)
    left_month = bounds.points_a_month - sum(each.points for each in month)
    reasons: list[str] = []
    changes: list[str] = []
    if points < 1:
        reasons.append("A question without points is none.")
    if len(today) >= bounds.rounds_a_day:
        reasons.append(f"{len(today)} rounds were answered in the last 24 hours; {bounds.rounds_a_day} may be.")
        changes.append(_free(sorted(each.at for each in today), len(today) - bounds.rounds_a_day + 1, DAY))
    for left, bound, span, past in (
        (left_today, bounds.points_a_day, DAY, today),
        (left_month, bounds.points_a_month, MONTH, month),
    ):
        if points > left:
            reasons.append(f"{points} points are asked; {max(left, 0)} of {bound} in {span.days} day(s) are left.")
            changes.append(_enough(points, left, bound, span, past))
    return Allowance(not reasons, points, max(left_today, 0), max(left_month, 0), tuple(reasons), tuple(changes))


def _enough(points: int, left: int, bound: int, span: timedelta, past: list[Evaluated]) -> str:
    """When enough of the earlier points are so old that they do not count."""
    if points > bound:
        return f"Ask about fewer identifiers: more than {bound} points are never evaluated in {span.days} day(s)."
    missing = points - left
    for each in sorted(past, key=lambda one: one.at):
        missing -= each.points
        if missing <= 0:
            return f"Ask again after {each.at + span:%Y-%m-%d %H:%M} UTC, or about fewer identifiers."
    raise AssertionError("what is not past cannot be missing")


def _free(times: list[datetime], too_many: int, span: timedelta) -> str:
    return f"Ask again after {times[too_many - 1] + span:%Y-%m-%d %H:%M} UTC."
