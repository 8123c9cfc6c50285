"""XLSX, XLSM and ODS. Formulas are never computed: the value that the file shows for them is read as text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from clew.node.transfer.readers import limits
from clew.node.transfer.readers.content import Pieces, bomb, plain, whole
from clew.node.transfer.readers.refusals import FileRefused
from clew.node.transfer.readers.tables import Table, checked_columns, checked_rows
from clew.node.transfer.telling import told as _

ZIP = b"PK\x03\x04"
_PIECE = 256 * 1024
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]*)(\d+)["']""")

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def read_spreadsheet(pieces: Pieces, sheet: str = "") -> Table:
    """Read one sheet: the one named, else the first.

    The file is unpacked once, counting, before the reader of sheets sees it: a bomb, a damaged part or a lone cell a
    million rows away is refused without filling the memory.

    Raises:
        FileRefused: see the codes there.
    """
    content = whole(plain(pieces), limits.BYTES)
    form = _check_parts(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = _sheet(book, sheet)
    except CalamineError as error:
        raise _damaged() from error
    rows = _texts(found)
    _number, header = next(rows, (1, []))
    columns = checked_columns(header)
    return Table(form, columns, checked_rows(rows, columns))


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    names = book.sheet_names
    if not names or (name and name not in names):
        raise FileRefused(
            "no_such_sheet",
            _("The workbook has no sheet “%(name)s”.") % {"name": name},
            _("Choose one of: %(names)s.") % {"names": ", ".join(names)},
        )
    return book.get_sheet_by_name(name or names[0])


def _check_parts(content: bytes) -> str:
    """Unpack every part, counting. Returns the format: xlsx or ods."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > limits.PARTS:
                raise bomb(len(content))
            names = {part.filename for part in parts}
            _refuse_locked(parts)
            total = 0
            for part in parts:
                total += _check_part(archive, part, total, len(content))
            return _format_of(archive, names)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError) as error:
        raise _damaged() from error


def _refuse_locked(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 0x1 for part in parts):
        raise FileRefused(
            "locked", _("The workbook is locked with a password."), _("Save it without a password, then import it.")
        )


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, before: int, packed: int) -> int:
    size, edge = 0, _Edge()
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            total = before + size
            if total > limits.UNCOMPRESSED_SPREADSHEET_BYTES:
                raise bomb(total)
            if total > limits.RATIO_COUNTS_FROM and total > limits.RATIO * packed:
                raise bomb(total)
            edge.see(piece)  # any part can be named as a sheet
    edge.check()
    return size


class _Edge:
    """The last row and column that a sheet's cells name: the reader of sheets reserves the whole rectangle."""

    def __init__(self) -> None:
        self.row = self.column = 1
        self._tail = b""

    def see(self, piece: bytes) -> None:
        text = self._tail + piece
        for letters, digits in _PLACE.findall(text):
            self.row = max(self.row, int(digits[:9]))
            self.column = max(self.column, _column_number(letters[:4]))
        self._tail = text[-64:]

    def check(self) -> None:
        _check_cells(self.row, self.column)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_cells(rows: int, columns: int) -> None:
    if rows * columns > limits.SPREADSHEET_CELLS or columns > 2 * limits.COLUMNS:
        raise FileRefused(
            "too_many_cells",
            _("The sheet reaches to row %(rows)d and column %(columns)d; that is more than is read.")
            % {"rows": rows, "columns": columns},
            _("Delete empty rows and columns behind the table, or save the table as CSV."),
        )


def _format_of(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and archive.read("mimetype").startswith(b"application/vnd.oasis.opendocument.spreads"):
        _check_ods(archive)
        return "ods"
    raise FileRefused(
        "unknown_format",
        _("This is no workbook that can be read."),
        _("Save the table as XLSX, ODS or “CSV UTF-8”."),
    )


def _check_ods(archive: zipfile.ZipFile) -> None:
    """ODS writes a repeated row or cell once with a number, so that a short file can mean billions of cells."""
    walk = _OdsWalk()
    # Names with their prefixes, since that is how the reader of sheets compares them, whatever the prefix stands for.
    parser = expat.ParserCreate()
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.EntityDeclHandler = walk.entity
    try:
        with archive.open("content.xml") as stream:
            parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise _damaged() from error


class _OdsWalk:
    """Counts the rows and columns up to the last filled cell of each table."""

    def __init__(self) -> None:
        self.row = self.column = self.last_row = self.last_column = 0
        self.repeated_rows = 1
        self.filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self.row = self.last_row = self.last_column = 0
        elif name == "table:table-row":
            self.repeated_rows = _repeated(attributes.get("table:number-rows-repeated"))
            self.column, self.filled = 0, False
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self.column += _repeated(attributes.get("table:number-columns-repeated"))
            if any(attribute.endswith(("value", "value-type", "formula")) for attribute in attributes):
                self.fill()
        elif name == "text:p":
            self.fill()

    def fill(self) -> None:
        self.filled = True
        self.last_column = max(self.last_column, self.column)

    def end(self, name: str) -> None:
        if name == "table:table-row":
            self.row += self.repeated_rows
            self.last_row = self.row if self.filled else self.last_row
            _check_cells(max(self.last_row, 1), max(self.last_column, 1))

    def entity(self, *_declaration: object) -> None:
        raise _damaged()


def _repeated(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else 1


def _texts(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    first = (sheet.start or (0, 0))[0] + 1
    for number, cells in enumerate(sheet.iter_rows(), start=first):
        if any(cell != "" for cell in cells):  # sheets end in formatted rows without a value
            yield number, [cell if type(cell) is str else _text(cell) for cell in cells]


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        # A sheet holds whole numbers as floats: 2019 must not become 2019.0.
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _damaged() -> FileRefused:
    return FileRefused(
        "damaged",
        _("The workbook is damaged, or a part of it is missing."),
        _("Open it in the program it comes from, save it again, then import it."),
    )
