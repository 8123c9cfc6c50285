"""A table that may be published, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from clew.statistics.counting import Column, Condition, Counts, Key, count
from clew.statistics.linear import INFINITY
from clew.statistics.picture import Picture, Range
from clew.statistics.problems import TableRefused
from clew.statistics.protecting import Protector, first_numbers
from clew.statistics.published import Method, Number, SafeTable
from clew.statistics.refusing import (
    refuse_circles,
    refuse_columns,
    refuse_fineness,
    refuse_related,
    refuse_small_change,
)
from clew.statistics.rounding import rounded

K = 11
"""Nothing of fewer persons is published. CTDC answers no query with fewer than eleven."""
BASE = 5
GROWN: Range = (0, INFINITY)
SHRUNK: Range = (-INFINITY, 0)
CHANGED: Range = (-INFINITY, INFINITY)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a table is made safe.

    Args:
        k: the smallest number that is published, 0 apart.
        method: `suppress` prints exact counts, `round` multiples of `base`; both withhold what is smaller than k.
        secret: decides the rounding; whoever has it can undo a part of it.
    """

    k: int = K
    method: Method = "suppress"
    base: int = BASE
    secret: bytes = b""

    def __post_init__(self) -> None:
        if self.k < 3:
            raise TableRefused("k", f"A threshold of {self.k} protects nobody.", "Choose 3 or more; 11 is usual.")
        if self.method not in ("suppress", "round"):
            raise TableRefused("method", f"There is no method {self.method}.", "Choose suppress or round.")
        if self.method == "round" and not (2 <= self.base <= self.k and self.secret):
            raise TableRefused(
                "base", "Rounding needs a secret and a base between 2 and the threshold.", "Five is usual."
            )


@dataclass(frozen=True, slots=True)
class Earlier:
    """A table published before: of the same population, or of an earlier one from which this one came."""

    population: str
    table: SafeTable


def safe_table(
    rows: Column,
    columns: Column | None,
    rule: Rule | None = None,
    *,
    population: str = "",
    earlier: Sequence[Earlier] = (),
) -> SafeTable:
    """Count the records by `rows` and `columns` and withhold what has to be.

    Args:
        columns: None for a table of one column.
        population: which persons the records are; the same name means exactly the same records.
        earlier: every table published of this population and of those it came from, oldest first.

    Raises:
        TableRefused: the table would identify persons, or no withholding of single numbers would protect them.
    """
    rule = rule or Rule()
    refuse_columns(rows, columns, rule.k)
    before = [one.table for one in earlier]
    refuse_circles(before, rows, columns)
    refuse_related(before, rows, columns)
    counts = count(rows, columns)
    refuse_fineness(counts, rule.k)
    refuse_small_change(counts, rule.k, [one.table for one in earlier if one.population != population])
    done = _protected(counts, rule, population, earlier)
    return replace(done, notes=notes_of(done, len(earlier)))


def _protected(counts: Counts, rule: Rule, population: str, earlier: Sequence[Earlier]) -> SafeTable:
    """The table in which everything small is protected; where single numbers do not help, whole rows or columns."""
    settled = _settled(counts, population, earlier)
    groups: set[Condition] = set()
    while True:
        table = _first(counts, rule, settled, groups)
        protector = _protector(counts, table, population, earlier, settled)
        failed = protector.protect()
        if not failed:
            return replace(table, numbers=protector.numbers)
        more = protector.groups_of(failed, groups)
        if not more:
            raise TableRefused(
                "rows",
                f"Whatever is withheld, counts of fewer than {rule.k} persons could be worked out from the rest and "
                "from what was published before.",
                "Join values into larger groups, round instead, or wait until more of the records have changed.",
            )
        groups |= more


def _settled(counts: Counts, population: str, earlier: Sequence[Earlier]) -> dict[Key, Number]:
    """What tables of the same population have said already about numbers of this one."""
    asked = {(), *counts.row_keys(), *counts.column_keys(), *counts.cell_keys()}
    return {
        key: number
        for one in earlier
        if one.population == population
        for key, number in one.table.numbers.items()
        if key in asked
    }


def _first(counts: Counts, rule: Rule, settled: dict[Key, Number], groups: set[Condition]) -> SafeTable:
    base = rule.base if rule.method == "round" else 1
    printed = {key: rounded(number, key, base, rule.secret) for key, number in counts.counts.items()}
    for key in counts.cell_keys():
        printed.setdefault(key, 0)
    numbers = first_numbers(counts, rule.k, printed, groups) | settled
    return SafeTable(
        counts.rows, counts.columns, rule.k, rule.method, base, counts.row_values, counts.column_values,
        counts.multiple, numbers,
    )  # fmt: skip


def _protector(
    counts: Counts, table: SafeTable, population: str, earlier: Sequence[Earlier], settled: dict[Key, Number]
) -> Protector:
    """The protector that lets a reader know as much as the counts allow of how one population came from the other.

    What he knows may be that nobody left, or that nobody came: a table of all, then one of a part.
    """
    for before, at_last in ((GROWN, GROWN), (GROWN, SHRUNK), (GROWN, CHANGED), (CHANGED, CHANGED)):
        picture = Picture()
        for one in earlier:
            picture.publish(one.population, one.table)
        protector = Protector(picture, population, counts, table, settled)
        _link(picture, population, earlier, table.k, before, at_last)
        if protector.is_possible():
            return protector
    raise TableRefused(
        "earlier",
        "The tables published before do not fit these records.",
        "Name the population as it was named then, or another one if the records are others.",
    )


def _link(picture: Picture, population: str, earlier: Sequence[Earlier], k: int, before: Range, at_last: Range) -> None:
    names = dict.fromkeys([*(one.population for one in earlier), population])
    for one, next_one in pairwise(names):
        is_last = population in (one, next_one)
        for change in picture.link(one, next_one, at_last if is_last else before):
            if is_last:
                picture.keep_uncertain(change, k)


def notes_of(table: SafeTable, earlier: int) -> tuple[str, ...]:
    """What a reader has to be told of a table, in words."""
    withheld = table.withheld()
    notes = [
        f"Numbers of fewer than {table.k} persons are withheld: {withheld['primary']}.",
        f"Larger numbers are withheld where a smaller one could be worked out from them: {withheld['complementary']}.",
    ]
    if withheld["group"]:
        notes.append(
            "Of some rows or columns only the total is told, because more would give a small number away: "
            f"{withheld['group']} numbers, of any size."
        )
    if table.base > 1:
        notes.append(
            f"Every number is rounded by chance to a multiple of {table.base} and less than {table.base} away from the "
            "count. Totals are rounded by themselves, so rows and columns need not add up."
        )
    if table.multiple:
        notes.append(
            f"{', '.join(sorted(table.multiple))}: one person may have several values and counts under each of them. "
            "Totals count each person once, so they are smaller than the sums."
        )
    if earlier:
        notes.append(f"Checked against {earlier} tables published before.")
    notes.append("Not a random sample: never read it as prevalence.")
    return tuple(notes)
