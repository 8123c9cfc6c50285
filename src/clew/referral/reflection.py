"""The recovery and reflection period: how long it is where she is, as far as anybody has written it down with a source.

It starts on reasonable grounds, is never made to depend on testimony, and nobody is removed while it runs (Council of
Europe Convention CETS 197, Art. 13).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

FILE: Final = Path(__file__).parent / "data" / "reflection_periods.yaml"
LONGEST: Final = 365
"""Days. A longer period is a residence permit and no clock of this kind."""


@dataclass(frozen=True, slots=True)
class Period:
    """A country's period. `checked_by`: who compared it with the official text, "" where nobody has yet."""

    country: str
    days: int
    source: str
    checked_by: str


class PeriodRefused(ValueError):
    """A period that cannot be granted; says what is wrong and what to do."""

    def __init__(self, problem: str, least: int | None = None) -> None:
        self.problem, self.least = problem, least
        super().__init__(problem)


@cache
def periods() -> dict[str, Period]:
    """Every period that is known, by ISO 3166-1 alpha-2 code."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))["countries"]
    return {
        country: Period(country, said["days"], said["source"], said["checked_by"]) for country, said in data.items()
    }


def period_of(country: str) -> Period | None:
    """The period of a country; None where nobody has written one down."""
    return periods().get(country.upper())


def last_day(begins: dt.date, days: int, country: str) -> dt.date:
    """The last day of a period that begins on a day.

    Raises:
        PeriodRefused: `short`: the country's law grants more; `long`: longer than a year; `none`: less than a day.
    """
    known = period_of(country)
    if known is not None and days < known.days:
        raise PeriodRefused("short", known.days)
    if days < 1:
        raise PeriodRefused("none")
    if days > LONGEST:
        raise PeriodRefused("long")
    return begins + dt.timedelta(days=days)
