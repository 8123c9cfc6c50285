"""How fast a table of agencies is checked and imported, from the upload to the last row in the search.

    .venv/bin/python bench/importing.py [rows]

Default 20,000 rows of a CSV with the shipped mapping `agencies`: seven columns, an agency and, where there is one, its
telephone and account. Prints rows and statements a second of the dry run and of the import (which uploads, checks and
writes), on the clock and per second of processor.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench._machine import machine

COLUMNS = ("agency_name", "registration_number", "jurisdiction", "phone", "iban", "address", "website")


def main() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.core.management import call_command

    from clew.node.accounts.actions import NODE, create_compartment
    from clew.node.dossier.models import Statement

    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    call_command("migrate", verbosity=0)
    unit = int(create_compartment(actor=NODE, name="Bench (fictional)").pk)
    print(machine())
    _import(unit, _table(100, "warming up"), dry_run=False)
    checked = _import(unit, _table(rows, "checked"), dry_run=True)
    before = Statement.objects.count()
    written = _import(unit, _table(rows, "written"), dry_run=False)
    made = Statement.objects.count() - before
    _say("dry run", rows, 0, checked)
    _say("import", rows, made, written)


def _import(unit: int, table: bytes, *, dry_run: bool) -> tuple[float, float]:
    from clew.node.accounts.actions import NODE
    from clew.node.transfer.actions import import_now

    started, busy = time.perf_counter(), time.process_time()
    batch: Any = import_now(
        actor=NODE, file_name="agencies.csv", content=_pieces(table), mapping="agencies", compartment_id=unit,
        dry_run=dry_run,
    )  # fmt: skip
    if batch.rejected or (batch.state != "done" and not dry_run):
        raise RuntimeError(f"The import ended as {batch.state} with {batch.rejected} rejected rows.")
    return time.perf_counter() - started, time.process_time() - busy


def _table(rows: int, kind: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for n in range(rows):
        phone = f"+43 660 {len(kind)}{n:06d}"
        street = f"Musterstraße {n % 900}, 1000 Wien (fictional)"
        writer.writerow((f"Agency {kind} {n} (fictional)", f"FN {kind} {n:06d}x", "AT", phone, "", street, ""))
    return text.getvalue().encode()


def _pieces(table: bytes) -> Iterator[bytes]:
    for first in range(0, len(table), 65_536):
        yield table[first : first + 65_536]


def _say(what: str, rows: int, statements: int, took: tuple[float, float]) -> None:
    seconds, busy = took
    made = f"; {statements / seconds:,.0f} statements/s, {statements / busy:,.0f} of processor" if statements else ""
    print(f"{what} of {rows:,} rows: {rows / seconds:,.0f} rows/s, {rows / busy:,.0f} per second of processor{made}")


if __name__ == "__main__":
    main()
