"""Writes an export: JSON lines of FollowTheMoney, CSV or XLSX, each with its mark."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from openpyxl import Workbook

from clew.dossier.handling import strictest
from clew.node.marking import Mark, csv_of, escaped, marked_csv, one_line
from clew.node.transfer.exporting.collecting import Collected, ExportedEntity
from clew.node.transfer.mapping.ftm_lines import MARK_ID

FORMATS = {
    "ftm": ("application/x-ndjson", "json"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
"""Media type and file extension of each format."""

BAG = "bag"
"""The format of documents (`bagging`)."""

MEDIA_TYPES = {**{form: media_type for form, (media_type, _ending) in FORMATS.items()}, BAG: "application/zip"}

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
FACT_COLUMNS = (
    "entity", "schema", "property", "value", "refers_to", "original", "accuracy", "nature", "reliability", "handling",
    "restriction", "source", "source_kind", "received", "seen_on",
)  # fmt: skip

Table = tuple[Sequence[str], list[list[str]]]


def facts_table(collected: Collected) -> Table:
    """One row for each fact, with the evaluation of its source; entities and sources are numbered within the file."""
    sources: dict[int, int] = {}
    rows = []
    for entity in collected.entities:
        for fact in entity.facts:
            said, source = fact.statement, fact.statement.source
            number = sources.setdefault(source.id, len(sources) + 1)
            rows.append([
                str(entity.number), entity.schema, fact.prop, "" if fact.refers_to else fact.value,
                str(fact.refers_to or ""), said.original or "", str(said.accuracy), said.nature, source.reliability,
                strictest(said.handling, source.handling), fact.restriction, str(number), source.kind,
                "1" if source.received_letter else "", said.seen_on.isoformat() if said.seen_on else "",
            ])  # fmt: skip
    return FACT_COLUMNS, rows


def write_table(form: str, table: Table, mark: Mark, language: str) -> tuple[bytes, str]:
    """The file and the hash of its data; `form` is csv or xlsx."""
    data = csv_of(*table)
    if form == "csv":
        return marked_csv(data, mark, language)
    digest = hashlib.sha256(data).hexdigest()
    return _xlsx(table, replace(mark, content_sha256=digest), language), digest


def _xlsx(table: Table, mark: Mark, language: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Data")[:31])
    columns, rows = table
    sheet.oddHeader.center.text = f"{mark.classification} {mark.number}"
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_cell(cell) for cell in row])
    marking = book.create_sheet(_("Marking")[:31])
    for label, text in mark.lines(language):
        marking.append([label, _cell(text)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(text: str) -> str:
    return escaped(_NO_TEXT.sub("", text))[:32_767]


def write_ftm(collected: Collected, mark: Mark, language: str) -> tuple[bytes, str]:
    """JSON lines that FollowTheMoney's tools read. The first entity is a note: the mark; the hash is of the rest."""
    prefix = mark.number.lower()
    data = b"".join(_json_line(_entity(entity, prefix)) for entity in collected.entities)
    digest = hashlib.sha256(data).hexdigest()
    lines = replace(mark, content_sha256=digest).lines(language)
    note: dict[str, object] = {
        "id": f"{MARK_ID}-{prefix}",
        "schema": "Note",
        "properties": {
            "name": [mark.number],
            "description": ["\n".join(f"{label}: {one_line(text)}" for label, text in lines)],
        },
    }
    return _json_line(note) + data, digest


def _entity(entity: ExportedEntity, prefix: str) -> dict[str, object]:
    properties: dict[str, list[str]] = {}
    for fact in entity.facts:
        value = f"{prefix}-{fact.refers_to}" if fact.refers_to else fact.value
        found = properties.setdefault(fact.prop, [])
        if value not in found:
            found.append(value)
    return {"id": f"{prefix}-{entity.number}", "schema": entity.schema, "properties": properties}


def _json_line(entity: dict[str, object]) -> bytes:
    return json.dumps(entity, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def case_table(cases: Iterable[Sequence[str]]) -> Table:
    """The list of cases. Titles are left out: they are free text, in which a name can stand."""
    return ("reference", "kind", "status", "opened", "changed"), [list(one) for one in cases]
