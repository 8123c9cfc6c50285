"""Until when an answer is due, in whose calendar, and when to warn.

Hours run in UTC. Calendar days run in the executing state's own calendar: the day on which the clock starts is not
counted, and the last day runs to its end (Regulation (EEC, Euratom) No 1182/71, Art. 3(1) and 3(2)(b) [K]). The time
limits themselves come from the instrument, for instance 8 hours, 3 and 7 calendar days of Directive (EU) 2023/977,
Art. 5 [K]; this module only counts. While the meaning of a request is being asked, its clock stands, and every moment
that it had not reached yet moves by exactly the time it stood.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

WARN_AT: Final = (50, 80)
"""Percent of the time that has run when somebody is warned (field note exchange.md, 3.6)."""

AS_SOON_AS_POSSIBLE: Final = "as-soon-as-possible"


class NoClock(Exception):
    """The instrument sets no clock for this urgency, or the country's calendar is not known."""


@dataclass(frozen=True, slots=True)
class Pause:
    """When a clock stood: from `start` on, to `end`; None while it still stands. Moments are UTC."""

    start: dt.datetime
    end: dt.datetime | None

    def order(self) -> tuple[dt.datetime, bool, dt.datetime]:
        """By their start, then by their end, an open one last."""
        return (self.start, self.end is None, self.end or self.start)


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline with what set it. Moments are UTC; `due` is None where no moment is fixed ("as soon as possible")."""

    started: dt.datetime
    due: dt.datetime | None
    urgency: str
    instrument: str
    calendar: str
    """Name of the time zone in which days were counted; "UTC" for hours."""

    pauses: tuple[Pause, ...] = ()
    """When it stood, in any order; what overlaps counts once, and what came before the start not at all."""

    def deadline(self) -> dt.datetime | None:
        """`due`, later by the time that the clock stood. None where no moment is fixed, or while the clock stands."""
        return None if self.due is None else self._moved(self.due)

    def warnings(self) -> tuple[tuple[int, dt.datetime], ...]:
        """The moments to warn at, with the percentage of running time by then; not those that a standing clock keeps
        away."""
        if self.due is None:
            return ()
        length = self.due - self.started
        marks = ((percent, self._moved(self.started + length * percent / 100)) for percent in WARN_AT)
        return tuple((percent, at) for percent, at in marks if at is not None)

    def stage(self, now: dt.datetime) -> int:
        """The highest mark that `now` has passed: 0, 50, 80, or 100 when it is overdue."""
        deadline = self.deadline()
        if deadline is not None and now >= deadline:
            return 100
        return max((percent for percent, at in self.warnings() if now >= at), default=0)

    def _moved(self, moment: dt.datetime) -> dt.datetime | None:
        """A moment of running time on the wall's clock; None where the clock stands before it and does not run on."""
        for pause in _apart(self.pauses, self.started):
            # What was reached before the clock stood, or at that very moment, stays reached.
            if pause.start >= moment:
                break
            if pause.end is None:
                return None
            moment += pause.end - pause.start
        return moment


def stood(pauses: Iterable[Pause], started: dt.datetime, until: dt.datetime) -> dt.timedelta:
    """How long a clock that started then has stood by a moment; pauses that overlap count once."""
    spans = [(pause.start, until if pause.end is None else pause.end) for pause in _apart(pauses, started)]
    return sum((max(min(end, until) - start, dt.timedelta(0)) for start, end in spans), dt.timedelta(0))


def _apart(pauses: Iterable[Pause], started: dt.datetime) -> list[Pause]:
    """Pauses in their order, from the clock's start on, none of which touches another."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=Pause.order):
        start = max(pause.start, started)
        if pause.end is not None and pause.end <= start:
            continue
        last = found[-1] if found else None
        if last is None or (last.end is not None and start > last.end):
            found.append(Pause(start, pause.end))
        elif last.end is not None:
            found[-1] = Pause(last.start, None if pause.end is None else max(last.end, pause.end))
    return found


def start_clock(
    *, clocks: Mapping[str, Mapping[str, int]], urgency: str, instrument: str, started: dt.datetime, country: str
) -> Clock:
    """Start an instrument's clock.

    Args:
        clocks: the instrument's, `{urgency: {"hours": n} or {"calendar_days": n}}`; an empty rule under the urgency
            `as-soon-as-possible` or `treaty` sets no fixed moment.
        country: the executing state, ISO 3166-1 alpha-2.

    Raises:
        NoClock: the instrument has no such clock, or a rule that is neither hours nor calendar days.
    """
    if urgency not in clocks and urgency != AS_SOON_AS_POSSIBLE:
        raise NoClock(f"The instrument {instrument} sets no time limit for {urgency}.")
    rule = clocks.get(urgency, {})
    if not rule:
        return Clock(started, None, urgency, instrument, "UTC")
    if set(rule) == {"hours"}:
        return Clock(started, started + dt.timedelta(hours=rule["hours"]), urgency, instrument, "UTC")
    if set(rule) == {"calendar_days"}:
        zone = time_zone(country)
        return Clock(started, end_of_day_after(started, rule["calendar_days"], zone), urgency, instrument, zone.key)
    raise NoClock(f"The instrument {instrument} has a time limit for {urgency} that is neither hours nor days.")


def end_of_day_after(started: dt.datetime, days: int, zone: ZoneInfo) -> dt.datetime:
    """The end of the `days`-th calendar day after the day of `started` in that zone, in UTC."""
    first_moment_after = started.astimezone(zone).date() + dt.timedelta(days=days + 1)
    return dt.datetime.combine(first_moment_after, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def time_zone(country: str) -> ZoneInfo:
    """The time zone of a country's seat of government.

    Raises:
        NoClock: the country is not in the table.
    """
    name = _zones().get(country)
    if name is None:
        raise NoClock(f"The calendar of {country!r} is not known.")
    return ZoneInfo(name)


@cache
def _zones() -> dict[str, str]:
    text = files("clew.exchange").joinpath("time_zones.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return {str(country): str(zone) for country, zone in loaded["zones"].items()}
