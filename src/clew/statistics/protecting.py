"""Which numbers of a new table have to be withheld, so that nothing small can be worked out from all that is published.

One number after another is asked for: may it still be thought 1, may it still be thought k-1? Where it may not, the
published numbers that have to give way are found with a linear programme, cheapest first, and withheld. A number that
was withheld is never published again on the way, so what was shown to be possible remains so.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clew.statistics.counting import Condition, Counts, Key
from clew.statistics.linear import INFINITY, NEARLY, Numbers, Solver
from clew.statistics.picture import Need, Picture, Range, count_at, told_of, without
from clew.statistics.published import Number, SafeTable

DEAR = {2: 1.0, 1: 10.0, 0: 100.0}
"""How much dearer it is to withhold a total than a cell, by the number of conditions."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The variables of one published number: how far the truth would have to lie above or below what is printed."""

    key: Key
    above: int
    below: int


def first_numbers(
    counts: Counts, k: int, printed: Mapping[Key, int], groups: Collection[Condition]
) -> dict[Key, Number]:
    """The numbers of a table with its small ones withheld: counts of 1 to k-1, and every cell of a row that small.

    Of the rows and columns in `groups` every cell is withheld, whatever its size, and nobody is told which are small.
    """
    keys = [(), *counts.row_keys(), *counts.column_keys(), *counts.cell_keys()]
    small = {key for key in keys if len(key) == 1 and 0 < counts.counts[key] < k}
    found: dict[Key, Number] = {}
    for key in keys:
        count = counts.counts.get(key, 0)
        of_small_group = len(key) > 1 and any((one,) in small for one in key)
        if len(key) > 1 and any(one in groups for one in key):
            found[key] = Number(None, "group")
        elif 0 < count < k or of_small_group:
            found[key] = Number(None, "primary")
        else:
            found[key] = Number(printed[key])
    return found


class Protector:
    """Withholds what must be, in a table that is drawn into a picture of all that was published before.

    Args:
        table: the table with its primary suppressions.
        settled: numbers of it that earlier tables told already, or withheld; they are not decided again.
    """

    def __init__(
        self, picture: Picture, population: str, counts: Counts, table: SafeTable, settled: Mapping[Key, Number]
    ) -> None:
        self.picture, self.population, self.counts, self.table = picture, population, counts, table
        self.numbers = dict(table.numbers)
        self.drawn: list[Drawn] = []
        self.costs: dict[int, float] = {}
        for key, number in table.numbers.items():
            if key not in settled:
                self._draw(key, number)
        picture.state(population, table)
        for place in without(population, counts):
            self._draw_without(place[1], place[2])

    def _draw(self, key: Key, number: Number) -> None:
        picture, k, count = self.picture, self.table.k, self.counts.counts.get(key, 0)
        if number.value is None or count < k:
            variable = picture.variable((self.population, key, ""), *told_of(self.table, key))
            if number.suppressed == "primary" or 0 < count < k:
                picture.keep_small_open(variable, k)
            return
        variable = picture.variable((self.population, key, ""), k, INFINITY)
        add = picture.constraints.variable
        above, below = add(0, INFINITY), add(0, INFINITY)
        row = {variable: 1.0, above: -1.0, below: 1.0}
        if self.table.base > 1:
            row[add(1 - self.table.base, self.table.base - 1)] = -1.0
        picture.constraints.row(row, number.value, number.value)
        self.drawn.append(Drawn(key, above, below))
        price = DEAR[len(key)] * (1 + math.log10(number.value))
        self.costs |= {above: price, below: price}

    def _draw_without(self, key: Key, column: str) -> None:
        variable = self.picture.variable((self.population, key, column))
        if 0 < count_at(self.counts, key, column) < self.table.k:
            self.picture.keep_small_open(variable, self.table.k)

    def is_possible(self) -> bool:
        """Whether the exact counts fit into the picture; they do not where it states a growth that there was not."""
        return self._truth(self.picture.constraints.solver()) is not None

    def protect(self) -> list[Need]:
        """Withhold what is necessary. Answers the needs that could not be met: then the table must not be published."""
        solver = self.picture.constraints.solver()
        seen = self._truth(solver)
        open_needs = [need for need in self.picture.needs if seen is None or not _met(need, seen)]
        failed: list[Need] = []
        while open_needs:
            need = open_needs.pop(0)
            found = self._cheapest(solver, need)
            if found is None:
                failed.append(need)
                continue
            self._withhold(found)
            open_needs = [one for one in open_needs if not _met(one, found)]
        return failed

    def groups_of(self, failed: Sequence[Need], groups: Collection[Condition]) -> set[Condition]:
        """The rows and columns that may be withheld whole to meet the needs that failed in them."""
        found: set[Condition] = set()
        keys = {self.picture.places.get((self.population, key, "")): key for key in self.counts.cell_keys()}
        for key in filter(None, (keys.get(need.variable) for need in failed)):
            free = [one for one in key if one not in groups]
            if free and not found.intersection(free):
                found.add(min(free, key=lambda one: (self.counts.counts[(one,)], one)))
        return found

    def _truth(self, solver: Solver) -> Numbers | None:
        """A solution with the exact counts of this table, whatever the earlier ones may have been."""
        places = {
            variable: count_at(self.counts, key, column)
            for (population, key, column), variable in self.picture.places.items()
            if population == self.population and self._is_counted(key)
        }
        for variable, count in places.items():
            solver.bound(variable, count, count)
        found = solver.least(self.costs)
        for variable in places:
            solver.bound(variable, *self._bounds(variable))
        return found

    def _is_counted(self, key: Key) -> bool:
        return {column for column, _value in key} <= {self.table.rows, self.table.columns}

    def _cheapest(self, solver: Solver, need: Need) -> Numbers | None:
        best: Numbers | None = None
        for way in need.ways:
            found = self._with(solver, need.variable, way)
            if found is not None and (best is None or self._price(found) < self._price(best)):
                best = found
        return best

    def _with(self, solver: Solver, variable: int, way: Range) -> Numbers | None:
        lower, upper = self._bounds(variable)
        if max(lower, way[0]) > min(upper, way[1]):
            return None
        solver.bound(variable, max(lower, way[0]), min(upper, way[1]))
        found = solver.least(self.costs)
        solver.bound(variable, lower, upper)
        return found

    def _bounds(self, variable: int) -> Range:
        constraints = self.picture.constraints
        return constraints.lower[variable], constraints.upper[variable]

    def _price(self, found: Numbers) -> float:
        return sum(price * float(found[variable]) for variable, price in self.costs.items())

    def _withhold(self, found: Numbers) -> None:
        """Withhold the numbers that gave way in a solution."""
        for one in self.drawn:
            if one.above in self.costs and max(found[one.above], found[one.below]) > NEARLY:
                self.numbers[one.key] = Number(None, "complementary")
                del self.costs[one.above], self.costs[one.below]


def _met(need: Need, found: Numbers) -> bool:
    value = float(np.rint(found[need.variable]))
    return any(lower <= value <= upper for lower, upper in need.ways)
