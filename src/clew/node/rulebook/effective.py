"""Which value of a setting holds on a day, and whether a change would make anything looser.

Rows are folded in the order in which they took effect, those for everywhere first. A row that two persons stand for
replaces what was before; a row of one person can only make it stricter. So whatever rows there are, and however they
end, nothing becomes looser than what two persons have agreed to or the default.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from clew.disclosure.ruleset import BrokenRules
from clew.node.rulebook.adopted import active_rules
from clew.node.rulebook.models import Setting
from clew.node.rulebook.schema import SettingKind, Unreadable

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a value holds: a country (ISO 3166-1 alpha-2, upper case) or everywhere, an instrument or any ("")."""

    country: str = ""
    instrument: str = ""

    def covers(self, other: Scope) -> bool:
        """Whether what is said of this scope is also said of the other."""
        return self.country in {"", other.country} and self.instrument in {"", other.instrument}

    @property
    def narrowness(self) -> int:
        """0 for everywhere; a larger number says more exactly where."""
        return 2 * bool(self.instrument) + bool(self.country)


@dataclass(frozen=True, slots=True)
class Value:
    """One row as it is folded; `order` is the order in which rows of one scope took effect."""

    scope: Scope
    value: Any
    by_two: bool
    start: dt.date
    end: dt.date | None
    order: tuple[Any, ...]

    def holds(self, on: dt.date) -> bool:
        """Whether it is in effect on a day."""
        return self.start <= on and (self.end is None or on <= self.end)


def taken(key: str) -> list[Value]:
    """Every row of a key that is in effect at some time."""
    return [as_value(each) for each in Setting.objects.filter(key=key, state=Setting.State.TAKEN)]


def all_taken() -> dict[str, list[Value]]:
    """The same for every key at once."""
    found: dict[str, list[Value]] = {}
    for each in Setting.objects.filter(state=Setting.State.TAKEN):
        found.setdefault(each.key, []).append(as_value(each))
    return found


def as_value(row: Setting, *, by_two: bool | None = None) -> Value:
    """A row as it is folded. A second person who is the first is no second person."""
    two = row.confirmed_by_id is not None and row.confirmed_by_id != row.proposed_by_id
    return Value(
        Scope(row.country, row.instrument),
        row.value,
        two if by_two is None else by_two,
        row.from_day,
        row.until_day,
        (row.taken is None, row.taken.isoformat() if row.taken else "", row.pk or 0),
    )


def effective(
    kind: SettingKind, rows: Iterable[Value], scope: Scope, on: dt.date, listed: frozenset[str] | None = None
) -> tuple[Any, bool]:
    """The value that holds for a scope on a day, and whether every row of it could be read.

    Args:
        listed: `listed_without_death_penalty`, where it was read already.
    """
    value, readable = default_of(kind, scope, listed), True
    holding = [each for each in rows if each.scope.covers(scope) and each.holds(on)]
    for row in sorted(holding, key=lambda each: (each.scope.narrowness, each.order)):
        try:
            said = kind.read(row.value)
        except Unreadable:
            value, readable = kind.stricter_of(value, strictest_of(kind)), False
            continue
        value = said if row.by_two else kind.stricter_of(value, said)
    return (value, readable) if readable else (kind.stricter_of(value, strictest_of(kind)), False)


def default_of(kind: SettingKind, scope: Scope, listed: frozenset[str] | None = None) -> Any:
    """The default; for the penalties the country's place on the list of the rules in force."""
    if kind.default == "shipped":
        return scope.country.lower() in (listed_without_death_penalty() if listed is None else listed)
    return kind.read(kind.default)


def strictest_of(kind: SettingKind) -> Any:
    """The strictest value the schema names."""
    return kind.read(kind.strictest)


def listed_without_death_penalty() -> frozenset[str]:
    """The countries on the list of the rules in force; none where no rules can be used."""
    try:
        return active_rules().penalties_excluded
    except BrokenRules:
        return frozenset()


def loosens(kind: SettingKind, before: Sequence[Value], after: Sequence[Value], today: dt.date) -> bool:
    """Whether anything becomes looser, in any scope that is named anywhere, on any day from today on."""
    rows = [*before, *after]
    days = {today} | {day for each in rows for day in _edges(each) if day >= today}
    countries = {each.scope.country for each in rows} | {""}
    instruments = {each.scope.instrument for each in rows} | {""}
    for scope in (Scope(country, instrument) for country in countries for instrument in instruments):
        for day in days:
            if kind.loosens(effective(kind, before, scope, day)[0], effective(kind, after, scope, day)[0]):
                return True
    return False


def _edges(row: Value) -> list[dt.date]:
    return [row.start, *([row.end, row.end + DAY] if row.end is not None else [])]
