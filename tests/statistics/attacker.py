"""Somebody who reads everything published and works out what was withheld.

Written apart from the product's own picture: it knows the answered documents, the rule of the threshold, and
arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import highspy
import numpy as np

Document = dict[str, Any]
Name = tuple[int, str, str]
"""(release, row, column); None of either is "", put as "*"."""
ALL = "*"


class Attacker:
    """Bounds of every number, from the documents of one or several successive releases of one register.

    Args:
        releases: for each release its documents. Nobody left the register between two releases; with `shrunk`,
            nobody came.
    """

    def __init__(self, releases: Sequence[Sequence[Document]], *, shrunk: bool = False) -> None:
        self.shrunk = shrunk
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.names: dict[tuple[int, frozenset[tuple[str, str]]], int] = {}
        self.withheld: list[tuple[int, frozenset[tuple[str, str]], int]] = []
        self.groups: list[tuple[int, frozenset[tuple[str, str]], int]] = []
        for at, documents in enumerate(releases):
            for document in documents:
                self._read(at, document)
        self._grow(len(releases), -1.0 if shrunk else 1.0)
        self._solver = self._build()

    def interval(self, variable: int) -> tuple[float, float]:
        """The least and the most a number can be."""
        return self._extreme(variable, 1.0), self._extreme(variable, -1.0)

    def primaries(self) -> Iterator[tuple[str, int, int]]:
        """(what, variable, k) of each number withheld because it is small."""
        for at, what, k in self.withheld:
            yield f"{at}: {sorted(what)}", self.names[at, what], k

    def _read(self, at: int, document: Document) -> None:
        rows, columns, k, base = (document[name] for name in ("rows", "columns", "k", "base"))
        several = document["multiple"]
        small = {(rows, one["row"]) for one in document["row_totals"] if one["suppressed"] == "primary"}
        small |= {(columns, one["column"]) for one in document["column_totals"] if one["suppressed"] == "primary"}
        total = document["total"]
        self._told(at, frozenset(), total, "complementary" if total is None else None, k, base, False)
        for one in document["row_totals"]:
            self._told(at, frozenset({(rows, one["row"])}), one["value"], one["suppressed"], k, base, False)
        for one in document["column_totals"]:
            self._told(at, frozenset({(columns, one["column"])}), one["value"], one["suppressed"], k, base, False)
        for one in document["cells"]:
            what = frozenset({(rows, one["row"]), (columns, one["column"])})
            self._told(at, what, one["value"], one["suppressed"], k, base, bool(what & small))
        row_values = [one["row"] for one in document["row_totals"]]
        column_values = [one["column"] for one in document["column_totals"]]
        self._add_up(at, rows, row_values, frozenset(), rows in several)
        for one in column_values:
            self._add_up(at, rows, row_values, frozenset({(columns, one)}), rows in several)
        if column_values:
            self._add_up(at, columns, column_values, frozenset(), columns in several)
            for one in row_values:
                self._add_up(at, columns, column_values, frozenset({(rows, one)}), columns in several)

    def _told(
        self, at: int, what: frozenset[tuple[str, str]], value: int | None, suppressed: str | None, k: int, base: int,
        of_small: bool,
    ) -> None:  # fmt: skip
        if suppressed == "primary":
            lower, upper = 0.0 if of_small else 1.0, k - 1.0
            self.withheld.append((at, what, k))
        elif suppressed == "group":
            lower, upper = 0.0, np.inf
            self.groups.append((at, what, k))
        elif value is None:
            lower, upper = float(k), np.inf
        elif value == 0:
            lower = upper = 0.0
        else:
            lower, upper = max(float(k), value - base + 1.0), value + base - 1.0
        variable = self._variable(at, what)
        self.lower[variable] = max(self.lower[variable], lower)
        self.upper[variable] = min(self.upper[variable], upper)

    def _variable(self, at: int, what: frozenset[tuple[str, str]]) -> int:
        if (at, what) not in self.names:
            self.names[at, what] = self._new(0.0)
        return self.names[at, what]

    def _new(self, lower: float) -> int:
        self.lower.append(lower)
        self.upper.append(np.inf)
        return len(self.lower) - 1

    def _add_up(self, at: int, name: str, values: list[str], fixed: frozenset[tuple[str, str]], several: bool) -> None:
        whole = self._variable(at, fixed)
        parts = [self._variable(at, fixed | {(name, one)}) for one in values]
        if not several:
            self.rows.append(({whole: -1.0} | dict.fromkeys(parts, 1.0), 0.0, 0.0))
            return
        self.rows.append(({whole: -1.0} | dict.fromkeys(parts, 1.0), 0.0, np.inf))
        for value, part in zip(values, parts, strict=True):
            # Those without the value are counted by the other column as well as those with it.
            absent = self._variable(at, fixed | {(name, f"not {value}")})
            self.rows.append(({whole: -1.0, part: 1.0, absent: 1.0}, 0.0, 0.0))
            for other in fixed:
                beside = self._variable(at, frozenset({(name, f"not {value}")}))
                self.by_absence.setdefault((at, name, value, other[0]), (beside, []))[1].append(absent)

    @property
    def by_absence(self) -> dict[tuple[int, str, str, str], tuple[int, list[int]]]:
        """Of those without a value: everybody, and by the other column. They add up too."""
        if not hasattr(self, "_by_absence"):
            self._by_absence: dict[tuple[int, str, str, str], tuple[int, list[int]]] = {}
        return self._by_absence

    def _grow(self, releases: int, sign: float) -> None:
        for (at, what), variable in list(self.names.items()):
            later = self.names.get((at + 1, what)) if at + 1 < releases else None
            if later is not None:
                self.rows.append(({later: sign, variable: -sign}, 0.0, np.inf))

    def _build(self) -> highspy.Highs:
        for beside, absent in self.by_absence.values():
            self.rows.append(({beside: -1.0} | dict.fromkeys(absent, 1.0), 0.0, 0.0))
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.addVars(len(self.lower), np.array(self.lower), np.minimum(np.array(self.upper), 1e7))
        for coefficients, lower, upper in self.rows:
            indices = np.array(list(coefficients), dtype=np.int32)
            solver.addRow(lower, upper, len(indices), indices, np.array(list(coefficients.values())))
        return solver

    def _extreme(self, variable: int, direction: float) -> float:
        self._solver.changeColCost(variable, direction)
        self._solver.run()
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found = float(self._solver.getSolution().col_value[variable])
        self._solver.changeColCost(variable, 0.0)
        return found


def found_out(attacker: Attacker) -> list[str]:
    """The small numbers that are known better than "one of 1 to k-1" (docs/methods/safe-tables.md)."""
    found = []
    for what, variable, k in attacker.primaries():
        least, most = attacker.interval(variable)
        if least > 1 + 1e-6 or most < k - 1 - 1e-6:
            found.append(f"{what} is between {least:g} and {most:g}")
    for at, what, k in attacker.groups:
        least, most = attacker.interval(attacker.names[at, what])
        # From all and then a part it may come out that it is small; it is then no better known than any small number.
        may_be_known_as_small = attacker.shrunk and least <= 1 + 1e-6 and most >= k - 1 - 1e-6
        if least > 1e-6 and most < k - 1e-6 and not may_be_known_as_small:
            found.append(f"{sorted(what)} is small: between {least:g} and {most:g}")
    return found


def every_table(document: Document) -> Iterator[dict[tuple[str, str], int]]:
    """Each table of whole numbers that fits a published one, by trying: for very small tables of exact counts."""
    rows = [one["row"] for one in document["row_totals"]]
    columns = [one["column"] for one in document["column_totals"]]
    k, total = document["k"], document["total"]
    small_rows = {one["row"] for one in document["row_totals"] if one["suppressed"] == "primary"}
    small_columns = {one["column"] for one in document["column_totals"] if one["suppressed"] == "primary"}
    choices = []
    for cell in document["cells"]:
        if cell["value"] is not None:
            choices.append(range(cell["value"], cell["value"] + 1))
        elif cell["suppressed"] == "group":
            choices.append(range(total + 1))
        elif cell["suppressed"] == "primary":
            of_small = cell["row"] in small_rows or cell["column"] in small_columns
            choices.append(range(0 if of_small else 1, k))
        else:
            choices.append(range(k, total - k + 1))
    for numbers in product(*choices):
        table = dict(zip(product(rows, columns), numbers, strict=True))
        if sum(numbers) != total:
            continue
        by_row = all(
            _fits(one, sum(table[one["row"], column] for column in columns), k) for one in document["row_totals"]
        )
        if by_row and all(
            _fits(one, sum(table[row, one["column"]] for row in rows), k) for one in document["column_totals"]
        ):
            yield table


def _fits(said: Document, number: int, k: int) -> bool:
    if said["value"] is not None:
        return bool(number == said["value"])
    return 0 < number < k if said["suppressed"] == "primary" else number >= k
