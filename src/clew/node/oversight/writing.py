"""The register as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable

from clew.node.disclosure.queries import DisclosureLine
from clew.node.marking import csv_of
from clew.node.partners.queries import names_of

COLUMNS = ("decision", "day", "recipient", "recipient_name", "letter", "purpose", "instrument", "outcome")


def register_csv(lines: Iterable[DisclosureLine]) -> bytes:
    """One row for each disclosure, without a mark."""
    found = list(lines)
    names = names_of({one.recipient for one in found})
    return csv_of(COLUMNS, [_row(one, names.get(one.recipient, "")) for one in found])


def _row(one: DisclosureLine, name: str) -> list[str]:
    day = one.at.date().isoformat()
    return [str(one.decision), day, one.recipient, name, one.kind, one.purpose, one.instrument, one.outcome]
