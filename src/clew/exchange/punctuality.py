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

from clew.exchange.clocks import Clock, Pause, stood

Outcome = Literal["in_time", "late", "no_limit", "running", "standing", "overdue", "waiting", "ended"]
"""Answered in time, late, or without a limit; not answered: the clock runs, stands while the meaning of the request is
asked, has run out, there is none, or the request ended otherwise (declined, withdrawn, never delivered)."""


@dataclass(frozen=True, slots=True)
class ClockedRequest:
    """One request with its clock. Moments are UTC; `ended`: it waits for no answer any more although none came.

    `due`: as the request set it; `pauses`: when the clock stood, by which it counts as later.
    """

    direction: Literal["in", "out"]
    party: str
    urgency: str
    started: dt.datetime
    due: dt.datetime | None
    answered: dt.datetime | None
    ended: bool = False
    pauses: tuple[Pause, ...] = ()

    @property
    def deadline(self) -> dt.datetime | None:
        """`due`, later by the time that the clock stood; None where there is none, or while it stands."""
        return Clock(self.started, self.due, self.urgency, "", "UTC", self.pauses).deadline()

    @property
    def taken(self) -> dt.timedelta | None:
        """Running time from the request to its whole answer; None while there is none."""
        if self.answered is None:
            return None
        # Two clocks may differ, so that an answer seems to come before its request; it took no time then.
        whole = self.answered - self.started - stood(self.pauses, self.started, self.answered)
        return max(whole, dt.timedelta(0))

    def outcome(self, now: dt.datetime) -> Outcome:
        """What became of its clock until now."""
        if self.answered is not None:
            if self.due is None:
                return "no_limit"
            # An answer that comes while the clock stands is in time, whenever it comes.
            return "in_time" if self.deadline is None or self.answered <= self.deadline else "late"
        if self.ended:
            return "ended"
        if self.due is None:
            return "waiting"
        if self.deadline is None:
            return "standing"
        return "running" if now < self.deadline else "overdue"


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How the clocks of some requests were kept. `hours`: the median from request to whole answer, if there is one,
    without the time that the clock stood."""

    requests: int
    in_time: int
    late: int
    no_limit: int
    running: int
    standing: int
    overdue: int
    waiting: int
    ended: int
    hours: float | None


def punctuality(requests: Iterable[ClockedRequest], now: dt.datetime) -> Punctuality:
    """Count requests by what became of their clocks; the counts add up to the number of requests."""
    kept = list(requests)
    outcomes = [each.outcome(now) for each in kept]
    taken = [each.taken for each in kept if each.taken is not None]
    return Punctuality(
        requests=len(kept),
        in_time=outcomes.count("in_time"),
        late=outcomes.count("late"),
        no_limit=outcomes.count("no_limit"),
        running=outcomes.count("running"),
        standing=outcomes.count("standing"),
        overdue=outcomes.count("overdue"),
        waiting=outcomes.count("waiting"),
        ended=outcomes.count("ended"),
        hours=median(each / dt.timedelta(hours=1) for each in taken) if taken else None,
    )
