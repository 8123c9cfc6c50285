"""Which tables are refused before any number of them is printed, and why."""

from __future__ import annotations

from collections.abc import Sequence

from clew.statistics.counting import Column, Counts, Key
from clew.statistics.problems import TableRefused
from clew.statistics.published import SafeTable

PERSONS_FOR_K = 5
"""A population of fewer than this times k persons is too small for any table."""


def refuse_columns(rows: Column, columns: Column | None, k: int) -> None:
    """Refuse columns that cannot be put into one table, and those that nearly name each person."""
    if columns is not None:
        if rows.name == columns.name:
            raise TableRefused("columns", "A table needs two different columns.", "Choose another column, or one only.")
        if rows.multiple and columns.multiple:
            raise TableRefused(
                "columns",
                f"{rows.name} and {columns.name} both hold several values a person; what such a table says about one "
                "person cannot be bounded.",
                "Choose a column with one value a person, such as the flag of one of the values.",
            )
    persons = len(rows.values)
    if persons < PERSONS_FOR_K * k:
        raise TableRefused(
            "dataset",
            f"There are fewer than {PERSONS_FOR_K * k} records; a table of so few persons identifies.",
            "Put several years or organisations together.",
        )
    for one in filter(None, (rows, columns)):
        different = len({value for values in one.values for value in values})
        if different * k > persons:
            raise TableRefused(
                one.name,
                f"{one.name} has {different} different values for {persons} records, on average fewer than {k} persons "
                "for each.",
                "Join values into larger groups, such as regions or age bands.",
            )


def refuse_fineness(counts: Counts, k: int) -> None:
    """Refuse a table that puts many persons into small groups: together its columns single them out."""
    keys: list[Key] = counts.cell_keys() or counts.row_keys()
    numbers = [counts.counts.get(key, 0) for key in keys]
    few = sum(number for number in numbers if number < k)
    if few * 4 > sum(numbers):
        raise TableRefused(
            "columns" if counts.columns else "rows",
            f"{few} of {sum(numbers)} persons would stand in groups of fewer than {k}: together the columns of this "
            "table single persons out.",
            "Join values into larger groups, or count by one column only.",
        )


def refuse_circles(earlier: Sequence[SafeTable], rows: Column, columns: Column | None) -> None:
    """Refuse the table that closes a circle, A by B, B by C, C by A: what the three say together is more than each.

    Without circles, all numbers that fit the single tables fit one set of persons as well, so that constraints between
    numbers of single tables are everything a reader knows.
    """
    if columns is None:
        return
    joined = {frozenset((one.rows, one.columns)) for one in earlier if one.columns}
    asked = frozenset((rows.name, columns.name))
    if asked in joined:
        return
    several = {one.name for one in (rows, columns) if one.multiple}
    if any(several & pair for pair in joined) or columns.name in _reached(rows.name, joined):
        raise TableRefused(
            "columns",
            f"With the tables published before, {rows.name} by {columns.name} would describe persons by three columns "
            "or more at once.",
            "Leave it out, or publish it instead of another one, before the others are published.",
        )


def refuse_related(earlier: Sequence[SafeTable], rows: Column, columns: Column | None) -> None:
    """Refuse a column that repeats, in other words, one published already: the constraints do not know what joins them.

    Where a table published before has both, or this one has, what joins them is told and counted.
    """
    joined = {frozenset((one.rows, one.columns)) for one in earlier}
    published = set().union(*joined)
    asked = {one.name for one in (rows, columns) if one is not None}
    for one in filter(None, (rows, columns)):
        for other in sorted(one.related & published - asked):
            if frozenset((one.name, other)) not in joined:
                raise TableRefused(
                    one.name,
                    f"{one.name} and {other}, of which there are published tables, say the same thing in other words; "
                    "one could be worked out from the other.",
                    f"Count by {other} in every table of these records.",
                )


def _reached(start: str, joined: set[frozenset[str]]) -> set[str]:
    """The columns that tables connect with one."""
    found, waiting = {start}, [start]
    while waiting:
        one = waiting.pop()
        for pair in joined:
            if one in pair:
                new = pair - found
                found |= new
                waiting += new
    return found


def refuse_small_change(counts: Counts, k: int, earlier: Sequence[SafeTable]) -> None:
    """Refuse exact counts anew where few persons came or went since: the difference would be a table of those few."""
    for table in earlier:
        before = table.total.value
        if before is not None and table.base == 1 and 0 < abs(counts.total - before) < k:
            raise TableRefused(
                "dataset",
                f"Only {abs(counts.total - before)} records more or fewer than in a table published before: the "
                "difference would be a table of these persons.",
                f"Wait until at least {k} records have changed.",
            )
