"""Comma-separated text (RFC 4180) and its relatives with semicolons, tabs or bars."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from clew.node.transfer.readers import limits
from clew.node.transfer.readers.content import Pieces, PiecesStream, plain
from clew.node.transfer.readers.encodings import detect
from clew.node.transfer.readers.refusals import FileRefused
from clew.node.transfer.readers.tables import Table, checked_columns, checked_rows, nul_refused
from clew.node.transfer.telling import told as _

DELIMITERS = (",", ";", "\t", "|")
EXPORT_MARK = "# "
"""Clew's own exports begin with lines that say what they are; they are no data."""


def read_delimited(pieces: Pieces, *, encoding: str = "", delimiter: str = "") -> Table:
    """Read delimited text, gzipped or not.

    Args:
        encoding: the officer's choice; "" finds it out.
        delimiter: one of `DELIMITERS`; "" takes the one that divides the first line into most cells.

    Raises:
        FileRefused: see the codes there; also while `rows` is walked through.
    """
    content = plain(pieces)
    found = detect(content, encoding)
    start = _first_line(_lines(content, found.name))
    delimiter = delimiter or _delimiter_of(start)
    rows = _rows(_lines(content, found.name), delimiter)
    _number, header = next(rows, (1, []))
    if not any(header):
        raise FileRefused("empty", _("The file is empty."), _("Choose another file."))
    columns = checked_columns(header)
    return Table("csv", columns, checked_rows(rows, columns), found.name, found.certain, delimiter)


def _lines(content: Pieces, encoding: str) -> Iterator[str]:
    buffered = io.BufferedReader(PiecesStream(content()), buffer_size=1024 * 1024)
    with io.TextIOWrapper(buffered, encoding=encoding, newline="") as text:
        number = 0
        while line := text.readline(limits.LINE):
            number += 1
            if "\0" in line:
                raise nul_refused(number)
            if len(line) >= limits.LINE:
                raise FileRefused(
                    "line_too_long",
                    _("A line of the file has more than %(limit)d characters.") % {"limit": limits.LINE},
                    _("Check that this is a table of text."),
                    row=number,
                )
            yield line


def _first_line(lines: Iterator[str]) -> str:
    return next((line for line in lines if line.strip() and not line.startswith(EXPORT_MARK)), "")


def _delimiter_of(line: str) -> str:
    widths = {sign: len(next(csv.reader([line], delimiter=sign), [])) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: widths[sign])


def _without_mark(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith(EXPORT_MARK):
            yield line
            break
    yield from lines


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_without_mark(lines), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _not_a_table(error, number) from error
        yield number, cells


def _not_a_table(error: csv.Error, row: int) -> FileRefused:
    if "unexpected end" in str(error):
        return FileRefused(
            "truncated",
            _("The file ends in the middle of a quoted text: a part of it is missing."),
            _("Copy the file again from its source, then import it again."),
            row=row,
        )
    if "field limit" in str(error):
        return FileRefused(
            "cell_too_long",
            _("A cell holds more than %(limit)d characters.") % {"limit": limits.CELL},
            _("Look for a double quote without its partner, or shorten the cell."),
            row=row,
        )
    return FileRefused(
        "quotes_wrong",
        _("The double quotes in this row do not come in pairs."),
        _("Write a quote inside a quoted text twice."),
        row=row,
    )
