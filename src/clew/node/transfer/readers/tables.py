"""What every reader of tables gives, and the checks that hold for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clew.node.transfer.readers import limits
from clew.node.transfer.readers.refusals import FileRefused, RowProblem
from clew.node.transfer.telling import told as _

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `cells` has as many entries as the table has columns; a row that had not carries its problem."""

    number: int
    cells: Cells
    problem: RowProblem | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: `rows` can be walked through once. `encoding` and `delimiter` are "" where there are none."""

    format: str
    columns: Cells
    rows: Iterator[Row]
    encoding: str = ""
    encoding_certain: bool = True
    delimiter: str = ""


def checked_columns(header: Sequence[str]) -> Cells:
    """The names of the columns without outer blanks; nameless ones at the right end are left out."""
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise FileRefused(
            "empty", _("The file holds no line of column names."), _("Put the names of the columns into the first row.")
        )
    if len(names) > limits.COLUMNS:
        raise FileRefused(
            "too_many_columns",
            _("The table has %(count)d columns; at most %(limit)d are read.")
            % {"count": len(names), "limit": limits.COLUMNS},
            _("Leave out columns that are not needed."),
            row=1,
        )
    if "" in names:
        raise FileRefused(
            "column_without_name",
            _("Column %(number)d has no name.") % {"number": names.index("") + 1},
            _("Give every column a name in the first row."),
            row=1,
        )
    _refuse_doubles(names)
    return tuple(names)


def _refuse_doubles(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise FileRefused(
                "duplicate_column",
                _("Two columns are called “%(name)s”.") % {"name": name},
                _("Give every column a name of its own."),
                row=1,
                field=name,
            )
        seen.add(name)


def checked_rows(rows: Iterable[tuple[int, Sequence[str]]], columns: Cells) -> Iterator[Row]:
    """Each row with exactly one cell for each column, or with the problem that it has not.

    Empty lines are skipped; a row that holds a blank for every column is one, since it may be a record of blanks.
    """
    for count, (number, cells) in enumerate(rows, start=1):
        if count > limits.ROWS:
            raise FileRefused(
                "too_many_rows",
                _("The table has more than %(limit)d rows.") % {"limit": limits.ROWS},
                _("Split it into several files."),
                row=number,
            )
        if len(cells) > 1 or any(cells):
            yield _row(number, cells, columns)


def _row(number: int, cells: Sequence[str], columns: Cells) -> Row:
    width = len(columns)
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        return Row(number, tuple(cells), _wrong_width(number, len(cells), width))
    too_long = next((place for place, cell in enumerate(cells) if len(cell) > limits.CELL), None)
    problem = None if too_long is None else _too_long(number, columns[too_long], cells[too_long])
    return Row(number, tuple(cells), problem)


def _wrong_width(number: int, found: int, width: int) -> RowProblem:
    return RowProblem(
        "wrong_number_of_cells",
        number,
        "",
        "",
        _("This row has %(found)d cells, and the table has %(width)d columns.") % {"found": found, "width": width},
        _("Put texts that contain the delimiter or a line break between double quotes."),
    )


def _too_long(number: int, column: str, value: str) -> RowProblem:
    return RowProblem(
        "cell_too_long",
        number,
        column,
        value,
        _("This cell holds %(count)d characters; at most %(limit)d are read.")
        % {"count": len(value), "limit": limits.CELL},
        _("Shorten it, or add the text to the case as a document."),
    )


def nul_refused(row: int) -> FileRefused:
    """The refusal of a text that contains the character NUL, which no text has and which cuts values short."""
    return FileRefused(
        "nul_bytes",
        _("The file contains the character NUL: it is no text, or it was damaged."),
        _("Save it again as “CSV UTF-8” in the program it comes from."),
        row=row,
    )
