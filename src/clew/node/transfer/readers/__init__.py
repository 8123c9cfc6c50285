"""Readers of files: tables of text, spreadsheets, JSON lines. What they refuse, and why, is said in sentences."""

from __future__ import annotations

from clew.node.transfer.readers import limits
from clew.node.transfer.readers.content import Pieces, first_bytes, pieces_of, plain
from clew.node.transfer.readers.delimited import read_delimited
from clew.node.transfer.readers.json_lines import Line, Lines, read_json_lines
from clew.node.transfer.readers.refusals import FileRefused, RowProblem
from clew.node.transfer.readers.spreadsheets import ZIP, read_spreadsheet
from clew.node.transfer.readers.tables import Row, Table
from clew.node.transfer.telling import told as _

__all__ = [
    "FileRefused",
    "Line",
    "Lines",
    "Pieces",
    "Row",
    "RowProblem",
    "Table",
    "limits",
    "pieces_of",
    "read_file",
]

OLE = b"\xd0\xcf\x11\xe0"
NO_TEXT = {OLE: "XLS", b"%PDF": "PDF", b"\x89PNG": "PNG", b"Rar!": "RAR", b"7z\xbc\xaf": "7Z"}


def read_file(pieces: Pieces, *, json_lines: bool, encoding: str = "", sheet: str = "") -> Table | Lines:
    """Read a file by what it holds, never by its name.

    Args:
        json_lines: the mapping expects FollowTheMoney entities rather than a table.

    Raises:
        FileRefused: also while the rows are walked through.
    """
    start = first_bytes(plain(pieces), 8)
    for mark, kind in NO_TEXT.items():
        if start.startswith(mark):
            raise _unreadable(kind)
    if start.startswith(ZIP):
        if json_lines:
            raise _unreadable("ZIP")
        return read_spreadsheet(pieces, sheet)
    if json_lines:
        return read_json_lines(pieces)
    if start.lstrip().startswith(b'{"'):
        raise _unreadable("JSON")
    return read_delimited(pieces, encoding=encoding)


def _unreadable(kind: str) -> FileRefused:
    return FileRefused(
        "unknown_format",
        _("This is a file of the kind %(kind)s; this mapping cannot read it.") % {"kind": kind},
        _("Save the table as XLSX, ODS or “CSV UTF-8”, or choose the mapping for FollowTheMoney."),
    )
