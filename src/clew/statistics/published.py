"""A table as it is published: numbers, and numbers withheld with the reason. It holds nothing that is not published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from clew.statistics.counting import Key, key_of
from clew.statistics.problems import TableRefused

Reason = Literal["primary", "complementary", "group"]
"""`primary`: of fewer than k persons, or a cell of a group of fewer than k. `complementary`: of k persons or more,
withheld because a primary one could be worked out from it. `group`: a cell of a row or column of which nothing but the
total is told, because more would give a small cell of it away; it may be of any size."""
Method = Literal["suppress", "round"]


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a table; `value` is None where it is withheld."""

    value: int | None
    suppressed: Reason | None = None


@dataclass(frozen=True, slots=True)
class SafeTable:
    """What may be published.

    Args:
        base: with `round`, every number is a multiple of it and less than one base away from the count; else 1.
        multiple: the columns in which one person may count under several values.
        numbers: cells, totals of rows and of columns, and () for everybody.
        notes: what a reader has to be told, in words.
    """

    rows: str
    columns: str
    k: int
    method: Method
    base: int
    row_values: tuple[str, ...]
    column_values: tuple[str, ...]
    multiple: frozenset[str]
    numbers: Mapping[Key, Number]
    notes: tuple[str, ...] = field(default=())

    def cell(self, row: str, column: str) -> Number:
        """The number in a row and a column."""
        return self.numbers[key_of((self.rows, row), (self.columns, column))]

    def row_total(self, row: str) -> Number:
        """The number of persons in a row."""
        return self.numbers[key_of((self.rows, row))]

    def column_total(self, column: str) -> Number:
        """The number of persons in a column."""
        return self.numbers[key_of((self.columns, column))]

    @property
    def total(self) -> Number:
        """Everybody."""
        return self.numbers[()]

    def small(self, key: Key) -> bool:
        """Whether the key is a cell of a row or a column that is itself of fewer than k persons."""
        return len(key) > 1 and any(self.numbers[(one,)].suppressed == "primary" for one in key)

    def withheld(self) -> dict[str, int]:
        """How many numbers are withheld, by reason."""
        reasons = [number.suppressed for number in self.numbers.values()]
        return {reason: reasons.count(reason) for reason in ("primary", "complementary", "group")}

    def as_json(self) -> dict[str, Any]:
        """The document described in docs/use/safe-tables.md; `table_of` reads it again."""
        return {
            "rows": self.rows, "columns": self.columns, "k": self.k, "method": self.method, "base": self.base,
            "multiple": sorted(self.multiple),
            "cells": [
                {"row": row, "column": column, **_said(self.cell(row, column))}
                for row in self.row_values
                for column in self.column_values
            ],
            "row_totals": [{"row": row, **_said(self.row_total(row))} for row in self.row_values],
            "column_totals": [{"column": one, **_said(self.column_total(one))} for one in self.column_values],
            "total": self.total.value, "withheld": self.withheld(), "notes": list(self.notes),
        }  # fmt: skip


def _said(number: Number) -> dict[str, Any]:
    return {"value": number.value, "suppressed": number.suppressed}


def table_of(document: Mapping[str, Any]) -> SafeTable:
    """The table of a document that `as_json` made.

    Raises:
        TableRefused: the document is no such table.
    """
    try:
        rows, columns = document["rows"], document["columns"]
        numbers = {key_of((rows, one["row"]), (columns, one["column"])): _number(one) for one in document["cells"]}
        numbers |= {key_of((rows, one["row"])): _number(one) for one in document["row_totals"]}
        numbers |= {key_of((columns, one["column"])): _number(one) for one in document["column_totals"]}
        total = document["total"]
        numbers[()] = Number(total, "complementary" if total is None else None)
        return SafeTable(
            rows, columns, document["k"], document["method"], document["base"],
            tuple(one["row"] for one in document["row_totals"]),
            tuple(one["column"] for one in document["column_totals"]),
            frozenset(document["multiple"]), numbers, tuple(document["notes"]),
        )  # fmt: skip
    except (KeyError, TypeError) as fault:
        raise TableRefused(
            "table", f"This is no table that Clew published ({fault}).", "Give the document as it was answered."
        ) from fault


def _number(said: Mapping[str, Any]) -> Number:
    return Number(said["value"], said["suppressed"])
