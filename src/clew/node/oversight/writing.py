"""The register as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from clew.node.disclosure.queries import DisclosureLine
from clew.node.partners.queries import names_of

COLUMNS = ("decision", "day", "recipient", "recipient_name", "letter", "purpose", "instrument", "outcome")
COMPUTED = ("=", "+", "-", "@", "\t", "\r")
"""Signs with which a spreadsheet begins to compute (CWE-1236)."""


def register_csv(lines: Iterable[DisclosureLine]) -> bytes:
    """One row for each disclosure; UTF-8 with the mark that spreadsheets look for."""
    found = list(lines)
    names = names_of({one.recipient for one in found})
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in found:
        row = (one.decision, one.at.date().isoformat(), one.recipient, names.get(one.recipient, ""), one.kind,
               one.purpose, one.instrument, one.outcome)  # fmt: skip
        writer.writerow([_escaped(str(cell)) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith(COMPUTED) else text
