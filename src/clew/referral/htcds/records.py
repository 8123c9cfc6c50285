"""A row of a table of HTCDS as a record, and a record as a row. One row is one case of one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from clew.referral.htcds.fields import fields
from clew.referral.htcds.values import SEPARATOR, Value, Wrong, text_of, value_of

Record = Mapping[str, Value]
"""What is known of one case, by field name; what is not known is not there."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of a file. `row` counts as a spreadsheet does: the line of names is row 1."""

    file: str
    row: int
    field: str
    value: str
    problem: str
    cure: str


@dataclass(slots=True)
class Checked:
    """A file that was read: the records of the rows without problems, and every problem."""

    records: list[dict[str, Value]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0


def columns_problems(file: str, columns: Sequence[str]) -> list[Problem]:
    """What is wrong with the line of names: names that are none of the standard's, and no name that is."""
    known = fields()
    found = [
        Problem(file, 1, name, name, "The standard has no field of this name.", _meant(name))
        for name in columns
        if name not in known
    ]
    if not any(name in known for name in columns):
        cure = "Name the columns as HTCDS 2.0 does, with the prefix, such as prs_Gender."
        found.append(Problem(file, 1, "", "", "No column is a field of HTCDS 2.0.", cure))
    return found


def _meant(name: str) -> str:
    known = {one.lower(): one for one in fields()}
    known |= {one.split("_", 1)[1].lower(): one for one in fields()}
    wanted = name.strip().replace(" ", "").lower()
    if wanted in known:
        return f"Did you mean {known[wanted]}?"
    return "Leave the column out, or name it as HTCDS 2.0 does."


def check(file: str, columns: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], today: dt.date) -> Checked:
    """Read the rows of a table; a row with a problem gives no record, and each of its problems is named.

    Args:
        rows: (number, cells); columns that are none of the standard's are passed over, as `columns_problems` says.
    """
    checked = Checked(problems=columns_problems(file, columns))
    for number, cells in rows:
        checked.rows += 1
        record, problems = record_of(file, number, dict(zip(columns, cells, strict=False)), today)
        checked.problems += problems
        if len(cells) != len(columns):
            text = f"This row has {len(cells)} cells, and the table has {len(columns)} columns."
            cure = "Put texts that contain the delimiter or a line break between double quotes."
            checked.problems.append(Problem(file, number, "", "", text, cure))
        elif not problems:
            checked.records.append(record)
    return checked


def record_of(file: str, row: int, cells: Mapping[str, str], today: dt.date) -> tuple[dict[str, Value], list[Problem]]:
    """The record of one row, and what is wrong with it. A blank cell says nothing."""
    record: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, text in cells.items():
        known = fields().get(name)
        if known is None or not text.strip(f"{SEPARATOR} \t\r\n"):
            continue
        try:
            record[name] = value_of(known, text, today)
        except Wrong as wrong:
            problems.append(Problem(file, row, name, text[:200], wrong.problem, wrong.cure))
    problems += [Problem(file, row, *one) for one in _contradictions(record)]
    return record, problems


def _contradictions(record: Record) -> Iterator[tuple[str, str, str, str]]:
    """What no two values of one row can say together: (field, value, problem, cure)."""
    born, began = record.get("prs_Birthdate"), record.get("hte_Date")
    if isinstance(born, dt.date) and isinstance(began, dt.date) and began < born:
        yield "hte_Date", began.isoformat(), "The event lies before the birth of the person.", "Correct one of the two."
    for place in ("org_Shipping", "prs_Mailing", "hte_"):
        longitude, latitude = f"{place}Longitude", f"{place}Latitude"
        if (longitude in record) != (latitude in record):
            lone = longitude if longitude in record else latitude
            yield (
                lone,
                text_of(record[lone]),
                "A place needs longitude and latitude.",
                "Add the other, or leave both out.",
            )


def row_of(record: Record) -> dict[str, str]:
    """The row of a record: a text for every field of the standard, blank where nothing is known."""
    return {name: text_of(record[name]) if name in record else "" for name in fields()}


def losses(record: Record) -> list[tuple[str, str]]:
    """(field, sentence) for every value of a record that a case of Clew does not hold, or not wholly."""
    return [(name, known.lost) for name, known in fields().items() if name in record and known.lost]
