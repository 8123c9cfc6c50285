"""What a reader of everything published can know: each number as a variable, everything told as constraints on it.

The reader is taken to know the rule as well: that nothing of 1 to k-1 is published, that `primary` means fewer than k
and `complementary` k or more, and that a published 0 is a true one (docs/methods/safe-tables.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from clew.statistics.counting import Condition, Counts, Key, key_of
from clew.statistics.linear import INFINITY, Constraints
from clew.statistics.published import SafeTable

Place = tuple[str, Key, str]
"""Which number of which population. The third part names the column whose value is *not* that of the key, or is ""."""
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Need:
    """A number that must not be known too well: at least one of the ranges has to remain possible for it."""

    variable: int
    ways: tuple[Range, ...]


@dataclass(slots=True)
class Picture:
    """All that is known of the populations that tables were published about."""

    constraints: Constraints = field(default_factory=Constraints)
    places: dict[Place, int] = field(default_factory=dict)
    needs: list[Need] = field(default_factory=list)
    _stated: set[tuple[str, str, str]] = field(default_factory=set)

    def variable(self, place: Place, lower: float = 0, upper: float = INFINITY) -> int:
        """The variable of a number; what is told of it twice holds both times."""
        found = self.places.get(place)
        if found is None:
            found = self.places[place] = self.constraints.variable(lower, upper)
        else:
            self.constraints.lower[found] = max(self.constraints.lower[found], lower)
            self.constraints.upper[found] = min(self.constraints.upper[found], upper)
        return found

    def publish(self, population: str, table: SafeTable) -> None:
        """Take in a table that was published."""
        for key, number in table.numbers.items():
            variable = self.variable((population, key, ""), *told_of(table, key))
            if number.suppressed == "primary":
                self.keep_small_open(variable, table.k)
            elif number.suppressed == "group":
                self.keep_uncertain(variable, table.k)
        self.state(population, table)
        for place in without(population, table):
            self.keep_uncertain(self.variable(place), table.k)

    def state(self, population: str, table: SafeTable | Counts) -> None:
        """State how the numbers of a table add up."""
        if (population, table.rows, table.columns) in self._stated:
            return
        self._stated.add((population, table.rows, table.columns))
        for dimension, values, fixed in parts_of(table):
            if dimension in table.multiple:
                self._several(population, dimension, values, fixed)
            else:
                whole = self.variable((population, fixed, ""))
                parts = [self.variable((population, key_of((dimension, one), *fixed), "")) for one in values]
                self.constraints.total(whole, parts)

    def _several(self, population: str, dimension: str, values: tuple[str, ...], fixed: Key) -> None:
        """A column of several values: each has those with it and those without it; everyone has one or a blank."""
        whole = self.variable((population, fixed, ""))
        each: dict[str, int] = {}
        for value in values:
            key = key_of((dimension, value), *fixed)
            each[value] = self.variable((population, key, ""))
            self.constraints.total(whole, [each[value], self.variable((population, key, dimension))])
        self.constraints.row({whole: -1.0} | dict.fromkeys(each.values(), 1.0), 0.0, INFINITY)
        if blank := each.pop("", None):
            for one in each.values():
                self.constraints.row({whole: -1.0, blank: 1.0, one: 1.0}, -INFINITY, 0.0)

    def link(self, earlier: str, later: str, change_of: Range) -> list[int]:
        """Say that the later population came from the earlier one by changes in a range; answers the changes."""
        changes: list[int] = []
        for (population, key, without_column), before in list(self.places.items()):
            after = self.places.get((later, key, without_column))
            if population != earlier or after is None:
                continue
            change = self.constraints.variable(*change_of)
            self.constraints.row({after: 1.0, before: -1.0, change: -1.0}, 0.0, 0.0)
            changes.append(change)
        return changes

    def keep_small_open(self, variable: int, k: int) -> None:
        """A number of fewer than k persons: it may have to be thought 1 as well as k-1."""
        self.needs += [Need(variable, ((-INFINITY, 1),)), Need(variable, ((k - 1, INFINITY),))]

    def keep_uncertain(self, variable: int, k: int) -> None:
        """A number that may or may not be small: if it is, nobody may know more than that it is one of 1 to k-1.

        Of one that may be negative, the same with the signs changed.
        """
        if self.constraints.upper[variable] > 0:
            self.needs += [
                Need(variable, ((-INFINITY, 1), (k, INFINITY))),
                Need(variable, ((-INFINITY, 0), (k - 1, INFINITY))),
            ]
        if self.constraints.lower[variable] < 0:
            self.needs += [
                Need(variable, ((-INFINITY, -k), (-1, INFINITY))),
                Need(variable, ((-INFINITY, 1 - k), (0, INFINITY))),
            ]


def told_of(table: SafeTable, key: Key) -> Range:
    """The range of counts in which a published table puts a number."""
    number = table.numbers[key]
    if number.suppressed == "primary":
        return (0 if table.small(key) else 1, table.k - 1)
    if number.suppressed == "group":
        return (0, INFINITY)
    if number.value is None:
        return (table.k, INFINITY)
    return published_range(number.value, table.k, table.base)


def published_range(value: int, k: int, base: int) -> Range:
    """The counts that a published value may stand for."""
    if value == 0:
        return (0, 0)
    return (max(k, value - base + 1), value + base - 1)


def parts_of(table: SafeTable | Counts) -> Iterator[tuple[str, tuple[str, ...], Key]]:
    """Every sum in a table: the column summed over, its values, and the condition that all its parts share."""
    yield from _sums(table.rows, table.row_values, table.columns, table.column_values)
    if table.columns:
        yield from _sums(table.columns, table.column_values, table.rows, table.row_values)


def _sums(
    dimension: str, values: tuple[str, ...], other: str, others: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], Key]]:
    yield dimension, values, ()
    for one in others:
        yield dimension, values, ((other, one),)


def without(population: str, table: SafeTable | Counts) -> Iterator[Place]:
    """The numbers nobody prints and anybody subtracts: those who do not have one of several values."""
    for dimension, values, fixed in parts_of(table):
        if dimension in table.multiple:
            for value in values:
                yield population, key_of((dimension, value), *fixed), dimension


def count_at(counts: Counts, key: Key, without_column: str) -> int:
    """The exact count of a place."""
    if not without_column:
        return counts.counts.get(key, 0)
    fixed: tuple[Condition, ...] = tuple(one for one in key if one[0] != without_column)
    return counts.counts.get(key_of(*fixed), 0) - counts.counts.get(key, 0)
