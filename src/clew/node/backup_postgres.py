"""The store of a PostgreSQL node in a backup: one file of rows for each table, and what the store looked like.

`tables/NAME.copy` is the text of PostgreSQL's COPY, `tables/store.json` names the migrations that the store had seen
and the columns of each table in the order in which they were written. A store is filled as it was, and then brought up
to date: so a backup outlives every later migration, and the order in which two stores hold their columns.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from clew.node.backup_keys import Gone, Taken, columns_of, key_columns, query_without_keys, take_from_postgres
from clew.node.backup_problem import BackupProblem
from clew.node.tables import Step, migrate_to, unknown_migrations

if TYPE_CHECKING:
    import psycopg

    from clew.node.types import OnStep

BLOCK: Final = 1024 * 1024
"""Bytes of a table that are in memory at a time."""

SHAPE: Final = "store.json"


def write_tables(directory: Path, store: BaseDatabaseWrapper = connection) -> tuple[int, tuple[Taken, Gone]]:
    """Write every table without its keys, as one snapshot; returns the entries of the audit log, and the keys."""
    import psycopg

    directory.mkdir()
    with_keys = key_columns()
    names = sorted(store.introspection.table_names())
    columns = {name: columns_of(name, store) for name in names}
    seen = sorted(MigrationRecorder(store).applied_migrations())
    (directory / SHAPE).write_text(json.dumps({"migrations": seen, "columns": columns}), encoding="utf-8")
    with psycopg.connect(**_where(store)) as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.read_only = True
        for name in names:
            with (directory / f"{name}.copy").open("wb") as out, session.cursor() as cursor:
                chosen = query_without_keys(name, columns[name], with_keys)
                with cursor.copy(b"COPY (" + chosen + b") TO STDOUT") as copy:
                    for block in copy:
                        out.write(block)
        row = session.execute("SELECT count(*) FROM audit_auditentry").fetchone()
        return int(row[0]) if row else 0, take_from_postgres(session, with_keys)


def fill_tables(directory: Path, on_step: OnStep, store: BaseDatabaseWrapper = connection) -> None:
    """Make the store as it was when it was written, fill it, and remove the files.

    Args:
        on_step: is told of `tables`.

    Raises:
        BackupProblem: the store had seen migrations that this program does not know.
    """
    import psycopg
    from psycopg import sql

    shape = _make_as_it_was(directory, store)
    names = sorted(shape)
    with psycopg.connect(**_where(store)) as session:
        _empty(session, names)
        # Foreign keys of Django are deferred to the commit, so the order of tables does not matter.
        for number, name in enumerate(names, start=1):
            on_step("tables", number, len(names))
            columns = sql.SQL(", ").join(map(sql.Identifier, shape[name]))
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), columns)
            with session.cursor().copy(statement) as copy, (directory / f"{name}.copy").open("rb") as stream:
                while block := stream.read(BLOCK):
                    copy.write(block)
        for statement_text in _sequence_resets(store, names):
            session.execute(statement_text)
    shutil.rmtree(directory)


def refuse_newer(seen: Iterable[Step]) -> None:
    """Refuse what only a later program can read.

    Raises:
        BackupProblem: the store had seen migrations that this program does not know.
    """
    if unknown := unknown_migrations(seen):
        raise BackupProblem(f"A newer Clew made this backup ({', '.join(unknown)}). Restore it with that one.")


def _make_as_it_was(directory: Path, store: BaseDatabaseWrapper) -> dict[str, list[str]]:
    """Make the tables; returns the columns in which the rows of each were written."""
    if (directory / SHAPE).exists():
        said = json.loads((directory / SHAPE).read_text(encoding="utf-8"))
        refuse_newer([(app, name) for app, name in said["migrations"]])
        migrate_to(store, [(app, name) for app, name in said["migrations"]])
        return {str(name): [str(column) for column in columns] for name, columns in said["columns"].items()}
    # Before there was such a file every store was made step by step, so that its columns stand in one order only.
    lines = (directory / "django_migrations.copy").read_text(encoding="utf-8").splitlines()
    seen = [(app, name) for _, app, name, _ in (line.split("\t") for line in lines)]
    refuse_newer(seen)
    migrate_to(store, seen)
    return {path.stem: columns_of(path.stem, store) for path in directory.glob("*.copy")}


def _where(store: BaseDatabaseWrapper) -> dict[str, Any]:
    parameters = store.get_connection_params()
    return {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)}


def _empty(session: psycopg.Connection[tuple[Any, ...]], names: Sequence[str]) -> None:
    """Remove what the migrations wrote. The append-only log could not be emptied, but in a new store it is empty."""
    from psycopg import sql

    def has_rows(name: str) -> bool:
        row = session.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(name))).fetchone()
        return row is not None and bool(row[0])

    # Deferred foreign keys are checked at the commit, when all is there again.
    for name in filter(has_rows, names):
        session.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))


def _sequence_resets(store: BaseDatabaseWrapper, names: Sequence[str]) -> list[bytes]:
    from django.apps import apps
    from django.core.management.color import no_style

    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in names]  # noqa: SLF001
    return [statement.encode() for statement in store.ops.sequence_reset_sql(no_style(), models)]
