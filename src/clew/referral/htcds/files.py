"""Records as a file: CSV, XLSX and ODS. In all of them every cell is text, and none is a formula.

In CSV a cell that a spreadsheet would compute begins with an apostrophe, which `plain` takes away again.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from clew.referral.htcds.fields import fields
from clew.referral.htcds.records import Record, row_of

SHEET = "HTCDS 2.0"
_COMPUTED = ("=", "+", "-", "@", "\t", "\r", "'")
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_FIXED = (1980, 1, 1, 0, 0, 0)


def write_csv(records: Iterable[Record]) -> bytes:
    """The records as CSV in UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(fields())
    writer.writerows([_escaped(cell) for cell in row_of(record).values()] for record in records)
    return text.getvalue().encode()


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith(_COMPUTED) else text


def plain(text: str) -> str:
    """The text of a cell of CSV as it was before it was written."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_COMPUTED) else text


def write_xlsx(records: Iterable[Record]) -> bytes:
    """The records as a workbook with one sheet."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)

    def cells(row: Iterable[str]) -> Iterable[object]:
        for text in row:
            cell = WriteOnlyCell(sheet, text)
            cell.data_type = "s"  # or a text that begins with "=" would be a formula
            yield cell if text else None

    for row in _rows(records):
        sheet.append(list(cells(row)))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_ods(records: Iterable[Record]) -> bytes:
    """The records as an OpenDocument spreadsheet with one sheet."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        # The type comes first and unpacked, so that the file is known by its first bytes.
        archive.writestr(zipfile.ZipInfo("mimetype", _FIXED), _ODS, zipfile.ZIP_STORED)
        for name, text in (("META-INF/manifest.xml", _manifest()), ("content.xml", _content(_rows(records)))):
            archive.writestr(zipfile.ZipInfo(name, _FIXED), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _manifest() -> str:
    entries = "".join(
        f"<manifest:file-entry manifest:full-path={quoteattr(path)} manifest:media-type={quoteattr(kind)}/>"
        for path, kind in (("/", _ODS), ("content.xml", "text/xml"))
    )
    head = f'<manifest:manifest xmlns:manifest="{_OFFICE}manifest:1.0" manifest:version="1.3">'
    return f'<?xml version="1.0"?>{head}{entries}</manifest:manifest>'


def _content(rows: Iterable[Sequence[str]]) -> str:
    lines = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(f'xmlns:{name}="{_OFFICE}{name}:1.0"' for name in ("office", "table", "text"))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3">'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(SHEET)}>{lines}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )


def _cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    paragraphs = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def _spaced(line: str) -> str:
    """A line whose blanks stay: OpenDocument takes several for one."""
    said = escape(line)
    while "  " in said:
        said = said.replace("  ", " <text:s/>", 1)
    return f"<text:s/>{said[1:]}" if said.startswith(" ") else said


def _rows(records: Iterable[Record]) -> Iterable[list[str]]:
    yield list(fields())
    for record in records:
        yield list(row_of(record).values())
