"""The keys whose destruction erases, in a file of their own beside the backups.

A person, a letter, a document, a DNA profile is erased by destroying its key. Were the key in every backup, nobody
would be erased before the last backup is gone. So a backup holds none of these keys; they lie in one file beside the
backups, which the next backup replaces. An older backup comes back with the newest keys, and whoever was erased since
then stays unreadable. A copy of an older file of keys that somebody kept is refused once it has expired.

The file is an age file under the passphrase of the backup (https://age-encryption.org/v1) with JSON in it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyrage
from django.apps import apps
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField

from clew.node.backup_problem import BackupProblem

if TYPE_CHECKING:
    import psycopg

FORMAT: Final = 1
PREFIX: Final = "wrapped"
"""So begins the name of every column of the store that holds a wrapped key."""
KEPT: Final = 90
"""Days after which a file of keys is not taken any more, where nobody says otherwise."""
MOST_DAYS: Final = 366
AT_ONCE: Final = 1_000
SETTLED: Final = {"dossier_personkey", "kinship_profile"}
"""Tables in which more is to be noted of a key that was destroyed after the backup; actions of their apps do that."""

Taken = dict[str, dict[int, bytes]]
"""Wrapped keys by `table.column` and the row's number."""
Gone = dict[str, list[int]]
"""Rows without a key, by `table.column`."""


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column that holds wrapped keys; `pk` is the column by which a row is named. `nullable`: NULL says destroyed."""

    table: str
    pk: str
    column: str
    nullable: bool

    @property
    def name(self) -> str:
        """As the file of keys names it."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What a file of keys holds: the node, every backup in its log until it was made, the keys, and rows without one.

    `gone`: the rows, by `table.column`, whose keys had been destroyed when it was made.
    """

    node: str
    backups: tuple[str, ...]
    made: dt.datetime
    expires: dt.datetime
    keys: Taken
    gone: Mapping[str, Sequence[int]]


def key_columns() -> list[KeyColumn]:
    """Every column of the node's models that holds wrapped keys and that its store has; an older store has fewer."""
    found = [
        KeyColumn(model._meta.db_table, str(model._meta.pk.column), str(field.column), field.null)  # noqa: SLF001
        for model in apps.get_models()
        for field in model._meta.local_fields  # noqa: SLF001
        if isinstance(field, BinaryField) and field.name.startswith(PREFIX)
    ]
    there = {table: columns_of(table) for table in {each.table for each in found}}
    return [each for each in found if each.column in there[each.table]]


def columns_of(table: str, store: BaseDatabaseWrapper = connection) -> list[str]:
    """The columns of a table of the node's store, as they stand in it; none where there is no such table."""
    with store.cursor() as cursor:
        if table not in store.introspection.table_names(cursor):
            return []
        return [each.name for each in store.introspection.get_table_description(cursor, table)]


def take_from_sqlite(store: Path, columns: Iterable[KeyColumn]) -> tuple[Taken, Gone]:
    """Take the keys out of a copy of a SQLite store, which holds none of their bytes afterwards.

    Returns:
        The keys, and the rows that have none.
    """
    taken: Taken = {}
    gone: Gone = {}
    with closing(sqlite3.connect(store, isolation_level=None)) as copy:
        copy.execute("PRAGMA secure_delete = ON")
        copy.execute("BEGIN")
        for each in columns:
            rows = copy.execute(f'SELECT "{each.pk}", "{each.column}" FROM "{each.table}" WHERE {_holds(each)}')  # noqa: S608
            taken[each.name] = {int(pk): bytes(wrapped) for pk, wrapped in rows}
            without = copy.execute(f'SELECT "{each.pk}" FROM "{each.table}" WHERE NOT ({_holds(each)})')  # noqa: S608
            gone[each.name] = [int(pk) for (pk,) in without]
            copy.execute(f'UPDATE "{each.table}" SET "{each.column}" = x\'\' WHERE {_holds(each)}')  # noqa: S608
        copy.execute("COMMIT")
        # A value that moved when its page was split is not overwritten by secure_delete; a new file has none of it.
        copy.execute("VACUUM")
    return taken, gone


def _holds(each: KeyColumn) -> str:
    return f'"{each.column}" IS NOT NULL AND length("{each.column}") > 0'


def take_from_postgres(session: psycopg.Connection[Any], columns: Iterable[KeyColumn]) -> tuple[Taken, Gone]:
    """Likewise of a PostgreSQL store, as a session sees it; `query_without_keys` leaves the keys out of the copy."""
    taken: Taken = {}
    gone: Gone = {}
    for each in columns:
        rows = session.execute(f'SELECT "{each.pk}", "{each.column}" FROM "{each.table}" WHERE {_holds(each)}'.encode())  # noqa: S608
        taken[each.name] = {int(pk): bytes(wrapped) for pk, wrapped in rows}
        without = session.execute(f'SELECT "{each.pk}" FROM "{each.table}" WHERE NOT ({_holds(each)})'.encode())  # noqa: S608
        gone[each.name] = [int(pk) for (pk,) in without]
    return taken, gone


def query_without_keys(table: str, names: Iterable[str], columns: Iterable[KeyColumn]) -> bytes:
    """The query of all rows of a table for PostgreSQL's COPY, with an empty value in place of each key."""
    without = {each.column for each in columns if each.table == table}
    chosen = ", ".join(
        f"CASE WHEN \"{name}\" IS NULL THEN NULL ELSE '\\x'::bytea END" if name in without else f'"{name}"'
        for name in names
    )
    return f'SELECT {chosen} FROM "{table}"'.encode()  # noqa: S608


def may_be_replaced(file: Path, passphrase: str, node: str) -> bytes:
    """The bytes of a file of keys that is this node's; none where no file lies there.

    Raises:
        BackupProblem: what lies there is another node's, or does not open with this passphrase.
    """
    if not file.exists():
        return b""
    before = file.read_bytes()
    if (found := read_key_file(file, passphrase)).node != node:
        raise BackupProblem(f"{file} holds the keys of another node ({found.node}). Name another file with --keys.")
    return before


def write_key_file(file: Path, passphrase: str, content: KeyFile, before: bytes = b"") -> None:
    """Write the file of keys in place of the one that lies there; after a crash one of the two is there whole.

    Args:
        before: the bytes of which `may_be_replaced` has said so: stretching the passphrase takes a second.

    Raises:
        BackupProblem: as of `may_be_replaced`.
    """
    if not (file.exists() and before and file.read_bytes() == before):
        may_be_replaced(file, passphrase, content.node)
    said = {
        "format": FORMAT, "node": content.node, "backups": content.backups,
        "made": content.made.isoformat(), "expires": content.expires.isoformat(),
        "gone": content.gone,
        "keys": {name: {str(pk): key.hex() for pk, key in rows.items()} for name, rows in content.keys.items()},
    }  # fmt: skip
    part = file.with_name(file.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(pyrage.passphrase.encrypt(json.dumps(said).encode(), passphrase))
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def read_key_file(file: Path, passphrase: str) -> KeyFile:
    """Read a file of keys.

    Raises:
        BackupProblem: it is missing, damaged, or under another passphrase.
    """
    if not file.is_file():
        raise BackupProblem(
            f"There is no file of keys {file}. It lies beside the backups; name it with --keys. Without it what "
            "concerns protected persons could not be read."
        )
    try:
        said = json.loads(pyrage.passphrase.decrypt(file.read_bytes(), passphrase))
        if said["format"] != FORMAT:
            raise BackupProblem(f"{file} has format {said['format']!r}; this program reads {FORMAT}.")
        return _read(said)
    except (pyrage.DecryptError, OSError, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise BackupProblem(
            f"{file} does not open as a file of keys ({problem}). Check the passphrase; where it was changed since, "
            "move the file away, make a backup, then destroy the old file."
        ) from problem


def _read(said: Mapping[str, Any]) -> KeyFile:
    return KeyFile(
        str(said["node"]), tuple(map(str, said["backups"])), dt.datetime.fromisoformat(said["made"]),
        dt.datetime.fromisoformat(said["expires"]),
        {name: {int(pk): bytes.fromhex(key) for pk, key in rows.items()} for name, rows in said["keys"].items()},
        {name: [int(pk) for pk in rows] for name, rows in said["gone"].items()},
    )  # fmt: skip


def check_key_file(found: KeyFile, *, node: str, backup: str, now: dt.datetime) -> None:
    """Whether these keys belong to that backup of that node, and may still be used.

    Raises:
        BackupProblem: another node's, made before the backup or on another way of the log, or expired.
    """
    if found.node != node:
        raise BackupProblem("These keys are another node's. Name the file that lies beside this node's backups.")
    if backup not in found.backups:
        raise BackupProblem(
            "These keys were made before the backup, or after the node was brought back from another one. Name the "
            "file of keys that was made with this backup or after it."
        )
    if now >= found.expires:
        raise BackupProblem(
            f"These keys expired on {found.expires.date()}: who was erased since they were made must not come back. "
            "Use the newest file of keys, and destroy this one."
        )


def put_back(taken: Taken) -> int:
    """Write the keys into the restored store, in a transaction of the caller's; returns how many.

    What was erased after the backup has no key among them, and stays without one.
    """
    done = 0
    with connection.cursor() as cursor:
        for each in key_columns():
            # What was destroyed before the backup was made is NULL there, and stays so.
            change = (
                f'UPDATE "{each.table}" SET "{each.column}" = %s WHERE "{each.pk}" = %s AND "{each.column}" IS NOT NULL'  # noqa: S608
            )
            for portion in _portions(taken.get(each.name, {})):
                cursor.executemany(change, [(key, pk) for pk, key in portion])
                done += len(portion)
            if each.nullable and each.table not in SETTLED:
                cursor.execute(f'UPDATE "{each.table}" SET "{each.column}" = NULL WHERE length("{each.column}") = 0')  # noqa: S608
    return done


def _portions(rows: Mapping[int, bytes]) -> Iterator[list[tuple[int, bytes]]]:
    ordered = sorted(rows.items())
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))
