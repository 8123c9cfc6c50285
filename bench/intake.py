"""How fast facts go into the store through the real path, and how large they are.

    .venv/bin/python bench/intake.py [statements]

Default 200,000. Prints statements a second for the real path (checks, statements, rows, search index, audit leaf), for
a bare `executemany` of the same rows into the same tables in the same run, their ratio, the same with every person
protected, and megabytes per million statements. On a machine that other programs share, the figures per second of
processor are what it costs; those on the clock stand beside them. Exits with 1 when the real path stays under 30,000
statements for each second of processor, or needs more than 3 times as much of it as the bare `executemany`.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench._machine import machine

STATEMENTS_PER_ENTITY = 8
ENTITIES_PER_SOURCE = 5_000
LEAST_PER_SECOND, MOST_TIMES_BARE = 30_000, 3.0


def main() -> None:
    import django

    # The suite's settings make a throw-away node directory.
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.core.management import call_command

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    call_command("migrate", verbosity=0)
    team = _team()
    # The vocabulary and the telephone tables are loaded once for each process, not for each intake.
    _report("warming up", 800, lambda: _companies(800), team)
    print(machine())
    real = _report("plain companies", count, lambda: _companies(count), team)
    bare = _bare(count)
    print(f"bare executemany is {bare[0] / real[0]:.1f} times as fast, {bare[1] / real[1]:.1f} times in processor time")
    _report("protected persons (encrypted)", count // 4, lambda: _persons(count // 4), team)
    missed = real[1] < LEAST_PER_SECOND or bare[1] / real[1] > MOST_TIMES_BARE
    if missed:
        print("MISSED")
    sys.exit(1 if missed else 0)


def _team() -> int:
    from clew.node.accounts.actions import NODE, create_compartment

    return int(create_compartment(actor=NODE, name="Bench (fictional)").pk)


def _report(what: str, count: int, drafts: Callable[[], Iterator[Any]], team: int) -> tuple[float, float]:
    """Statements a second on the clock and of processor."""
    from clew.node.accounts.actions import NODE
    from clew.node.dossier.actions import record_source

    made = list(drafts())
    before = _size()
    started, busy = time.perf_counter(), time.process_time()
    for draft in made:
        record_source(actor=NODE, compartment_id=team, draft=draft)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    grown = _size() - before
    print(
        f"{what}: {count / seconds:,.0f} statements/s, {count / busy:,.0f} per second of processor; "
        f"{grown / count:.0f} MB per million statements ({grown:,} bytes)"
    )
    return count / seconds, count / busy


def _size() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
    return Path(str(connection.settings_dict["NAME"])).stat().st_size


def _companies(count: int) -> Iterator[Any]:
    from clew.dossier.types import EntityDraft, StatementDraft

    per_source = ENTITIES_PER_SOURCE * STATEMENTS_PER_ENTITY
    for first in range(0, count, per_source):
        entities, statements = [], []
        for n in range(first // STATEMENTS_PER_ENTITY, min(first + per_source, count) // STATEMENTS_PER_ENTITY):
            key = f"c{n}"
            entities.append(EntityDraft(key, "Company"))
            values = (
                ("name", f"Harbour Trading {n} (fictional)"), ("registrationNumber", f"FN {n:07d}a"),
                ("country", "at"), ("incorporationDate", f"20{n % 20:02d}-03-{n % 28 + 1:02d}"),
                ("address", f"Fictional Street {n % 900}, 1{n % 99:02d}0 Vienna"),
                ("phone", f"+4366012{n % 100000:05d}"),
                ("email", f"office{n}@example.org"), ("status", "active"),
            )  # fmt: skip
            statements += [StatementDraft(key, prop, value, accuracy=2) for prop, value in values]
        yield _draft(entities, statements)


def _persons(count: int) -> Iterator[Any]:
    from clew.dossier.types import EntityDraft, StatementDraft

    per_source = ENTITIES_PER_SOURCE * STATEMENTS_PER_ENTITY
    for first in range(0, count, per_source):
        entities, statements = [], []
        for n in range(first // STATEMENTS_PER_ENTITY, min(first + per_source, count) // STATEMENTS_PER_ENTITY):
            key = f"p{n}"
            entities.append(EntityDraft(key, "Person", category="victim"))
            values = (
                ("name", f"Fictional {n}"), ("birthDate", f"19{n % 99:02d}-04-{n % 28 + 1:02d}"), ("nationality", "bg"),
                ("passportNumber", f"P{n:07d}"), ("address", f"Fictional Street {n % 900}, Sofia"),
                ("phone", f"+3598812{n % 100000:05d}"), ("email", f"person{n}@example.org"), ("gender", "female"),
            )  # fmt: skip
            statements += [StatementDraft(key, prop, value, accuracy=2, concerns=(key,)) for prop, value in values]
        yield _draft(entities, statements)


def _draft(entities: Sequence[Any], statements: Sequence[Any]) -> Any:
    import datetime as dt

    from clew.dossier.types import SourceDraft

    return SourceDraft(
        kind="import", title="Bench (fictional)", owner="own", reliability="B", handling="H1",
        purpose="criminal_investigation", retain_until=dt.date(2031, 1, 1), basis="intelligence",
        entities=tuple(entities), statements=tuple(statements),
    )  # fmt: skip


def _bare(count: int) -> tuple[float, float]:
    """The same rows, in one transaction, into an empty copy of the same tables, indexes and search index."""
    from django.db import connection

    store = Path(str(connection.settings_dict["NAME"]))
    source = sqlite3.connect(store)
    tables = ("dossier_source", "dossier_entity", "dossier_sourceperson", "dossier_statement", "dossier_entityrow")
    target = sqlite3.connect(store.with_name("bare.sqlite3"))
    target.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    schema = source.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'dossier_search_%' AND (tbl_name IN"
        f" ({', '.join('?' * len(tables))}) OR name = 'dossier_search') ORDER BY type = 'table' DESC",
        tables,
    ).fetchall()
    triggers = source.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'dossier_entityrow'")
    for (sql,) in dict.fromkeys([*schema, *triggers.fetchall()]):
        target.execute(sql)
    rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    started, busy = time.perf_counter(), time.process_time()
    for table in tables:
        if rows[table]:
            target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[table][0]))})", rows[table])
    target.commit()
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    print(
        f"bare executemany of the same rows: {count / seconds:,.0f} statements/s, "
        f"{count / busy:,.0f} per second of processor"
    )
    return count / seconds, count / busy


if __name__ == "__main__":
    main()
