"""Counting records into a table of two columns, or of one.

A record is one person, without a name. A column gives each record one value or, where it is `multiple`, several; a
blank is the value "", which says "not known" and stands alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Condition = tuple[str, str]
"""(column, value)."""
Key = tuple[Condition, ...]
"""What a number counts: the persons who meet all these conditions, ordered by the columns' names. () is everybody."""


def key_of(*conditions: Condition) -> Key:
    """The key of a number, whichever way round its table was asked for."""
    return tuple(sorted(conditions))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the records: `values` holds one tuple of values for each record.

    `related` names the columns that say the same thing in other words: an age band and whether she is a minor.
    """

    name: str
    values: Sequence[tuple[str, ...]]
    multiple: bool = False
    related: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Counts:
    """The exact table: never published as it is.

    Args:
        rows, columns: names of the columns counted by; `columns` is "" for a table of one column.
        counts: number of persons for each key: cells, totals of rows and columns, and ().
    """

    rows: str
    columns: str
    row_values: tuple[str, ...]
    column_values: tuple[str, ...]
    multiple: frozenset[str]
    counts: dict[Key, int]

    @property
    def total(self) -> int:
        """Everybody, each counted once."""
        return self.counts[()]

    def cell_keys(self) -> list[Key]:
        """The keys of the cells, row by row; for a table of one column there are none."""
        return [
            key_of((self.rows, row), (self.columns, column)) for row in self.row_values for column in self.column_values
        ]

    def row_keys(self) -> list[Key]:
        """The keys of the rows' totals."""
        return [key_of((self.rows, row)) for row in self.row_values]

    def column_keys(self) -> list[Key]:
        """The keys of the columns' totals."""
        return [key_of((self.columns, column)) for column in self.column_values]


def count(rows: Column, columns: Column | None = None) -> Counts:
    """Count the records by one column or by two. A person with several values counts in each, in totals once."""
    found: Counter[Key] = Counter({(): len(rows.values)})
    by_row = Counter(value for values in rows.values for value in values)
    found.update({key_of((rows.name, value)): number for value, number in by_row.items()})
    if columns is None:
        return Counts(rows.name, "", _sorted(by_row), (), _multiple(rows), dict(found))
    by_column = Counter(value for values in columns.values for value in values)
    found.update({key_of((columns.name, value)): number for value, number in by_column.items()})
    pairs = Counter(zip(rows.values, columns.values, strict=True))
    for (of_row, of_column), number in pairs.items():
        for row in of_row:
            for column in of_column:
                found[key_of((rows.name, row), (columns.name, column))] += number
    multiple = _multiple(rows) | _multiple(columns)
    return Counts(rows.name, columns.name, _sorted(by_row), _sorted(by_column), multiple, dict(found))


def _multiple(column: Column) -> frozenset[str]:
    return frozenset({column.name} if column.multiple else ())


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(values))
