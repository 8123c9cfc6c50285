"""Files for the tests, good and hostile; every person and firm in them is fictional."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence

from openpyxl import Workbook

from clew.node.transfer.mapping.shipped import shipped

AGENCY_COLUMNS = ("agency_name", "registration_number", "jurisdiction", "phone", "iban", "address", "website")
TD = "table:table-cell"
GOOD_IBAN = "AT880000000000000001"


def agency(number: int = 1, **changes: str) -> dict[str, str]:
    row = {
        "agency_name": f"Agency {number} (fictional)",
        "registration_number": f"FN 00000{number}x",
        "jurisdiction": "AT",
        "phone": f"+43 660 100000{number}",
        "iban": "",
        "address": f"Musterstraße {number}, 1000 Wien (fictional)",
        "website": "",
    }
    return row | changes


def csv_of(rows: Sequence[dict[str, str]], columns: Sequence[str] = AGENCY_COLUMNS, delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def pieces(content: bytes | str) -> Callable[[], Iterator[bytes]]:
    data = content.encode() if isinstance(content, str) else content
    return lambda: iter([data[at : at + 7_919] for at in range(0, len(data), 7_919)])


def xlsx_of(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zip_of(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def ods_of(rows: Sequence[Sequence[str]], repeated: int = 1) -> bytes:
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    body = "".join(
        f'<table:table-row table:number-rows-repeated="{repeated if place else 1}">'
        + "".join(f'<{TD} office:value-type="string"><text:p>{cell}</text:p></{TD}>' for cell in row)
        + "</table:table-row>"
        for place, row in enumerate(rows)
    )
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{office}" xmlns:table="{table}" '
        f'xmlns:text="{text}"><office:body>'
        f'<office:spreadsheet><table:table table:name="One">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>'
    )
    return zip_of({
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content.encode(),
        "META-INF/manifest.xml": manifest.encode(),
    })  # fmt: skip


def xlsx_with_far_cell() -> bytes:
    """A workbook of a few hundred bytes whose one cell stands in the last row and column there is."""
    original = xlsx_of([["a"]])
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'r="A1"', b'r="XFD1048576"').replace(b'<row r="1"', b'<row r="1048576"')
    return zip_of(parts)


def gzip_bomb() -> bytes:
    return gzip.compress(b"0" * 64 * 1024 * 1024)


def ctdc_rows(**columns: Sequence[str]) -> str:
    """A table with the columns of the statistical mapping; what is not named is blank."""
    rules = shipped("ctdc")
    assert rules is not None
    count = len(next(iter(columns.values())))
    rows = [{name: columns[name][place] if name in columns else "" for name in rules.columns} for place in range(count)]
    return csv_of(rows, rules.columns)


def ftm_lines(*entities: dict[str, object]) -> str:
    return "".join(json.dumps(one) + "\n" for one in entities)


def ftm(key: str, schema: str, **properties: list[str]) -> dict[str, object]:
    return {"id": key, "schema": schema, "properties": properties}
