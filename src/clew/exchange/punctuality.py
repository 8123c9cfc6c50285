"""How time limits were kept: counts of requests by what became of their clocks, for statistics that name no case.

What a single point of contact has to count: requests, by urgency, answers in and beyond their time (Directive (EU)
2023/977, Art. 18 [K]). A request without a fixed moment ("as soon as possible") is counted apart, never as in time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Literal

Outcome = Literal["in_time", "late", "no_limit", "running", "overdue", "waiting", "ended"]
"""Answered in time, late, or without a limit; not answered: the clock runs, has run out, there is none, or the request
ended otherwise (declined, never delivered)."""


@dataclass(frozen=True, slots=True)
class ClockedRequest:
    """One request with its clock. Moments are UTC; `ended`: it waits for no answer any more although none came."""

    direction: Literal["in", "out"]
    party: str
    urgency: str
    started: dt.datetime
    due: dt.datetime | None
    answered: dt.datetime | None
    ended: bool = False

    def outcome(self, now: dt.datetime) -> Outcome:
        """What became of its clock until now."""
        if self.answered is not None:
            if self.due is None:
                return "no_limit"
            return "in_time" if self.answered <= self.due else "late"
        if self.ended:
            return "ended"
        if self.due is None:
            return "waiting"
        return "running" if now < self.due else "overdue"


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How the clocks of some requests were kept. `hours`: the median from request to whole answer, if there is one."""

    requests: int
    in_time: int
    late: int
    no_limit: int
    running: int
    overdue: int
    waiting: int
    ended: int
    hours: float | None


def punctuality(requests: Iterable[ClockedRequest], now: dt.datetime) -> Punctuality:
    """Count requests by what became of their clocks; the counts add up to the number of requests."""
    kept = list(requests)
    outcomes = [each.outcome(now) for each in kept]
    # Two clocks may differ, so that an answer seems to come before its request; it took no time then.
    taken = [max(each.answered - each.started, dt.timedelta(0)) for each in kept if each.answered is not None]
    return Punctuality(
        requests=len(kept),
        in_time=outcomes.count("in_time"),
        late=outcomes.count("late"),
        no_limit=outcomes.count("no_limit"),
        running=outcomes.count("running"),
        overdue=outcomes.count("overdue"),
        waiting=outcomes.count("waiting"),
        ended=outcomes.count("ended"),
        hours=median(each / dt.timedelta(hours=1) for each in taken) if taken else None,
    )
