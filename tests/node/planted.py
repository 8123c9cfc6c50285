"""A world that many tests look at is planted by the actions once, and afterwards its rows are put back as they were.

Planting takes seconds, putting back takes milliseconds. Each test gets the rows inside its own transaction and objects
of its own, so that none sees what another did.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import connection, transaction

from clew.node.audit.models import AuditEntry

T = TypeVar("T")
Rows = dict[str, list[tuple[Any, ...]]]

FRESH = 300.0
"""Seconds: what was planted longer ago is planted anew, because sessions end and moments pass."""


@dataclass(frozen=True)
class _Kept:
    """What planting left: rows by table, those that it changed or removed, files, and what it returned."""

    at: float
    day: float
    added: Rows
    rewritten: Rows
    files: dict[Path, bytes]
    value: object


_kept: dict[str, _Kept] = {}


def planted(name: str, plant: Callable[[], T]) -> T:
    """What `plant` returns, its rows and its files in place.

    Args:
        name: of the world; one name always stands for the same planting.
        plant: makes the world through the actions. What it returns is copied deeply for each test.

    Rows are put back where nothing is in the audit log yet; after other acts of the test it is planted anew, because
    its own entries come after theirs.
    """
    if AuditEntry.objects.exists():
        return plant()
    kept = _kept.get(name)
    if kept is None or time.monotonic() - kept.at > FRESH or kept.day != _day():
        return _plant(name, plant)
    _put_back(kept)
    return cast("T", copy.deepcopy(kept.value))


def _plant(name: str, plant: Callable[[], T]) -> T:
    rows, files = _rows(), _files()
    value = plant()
    added, rewritten = {}, {}
    for table, found in _rows().items():
        before = set(rows[table])
        if before <= set(found):
            added[table] = [row for row in found if row not in before]
        else:
            rewritten[table] = found
    new = {path: path.read_bytes() for path in _files() - files}
    _kept[name] = _Kept(time.monotonic(), _day(), added, rewritten, new, copy.deepcopy(value))
    return value


def _put_back(kept: _Kept) -> None:
    # In one transaction, also where the test has none around it: a row may come before the one that it names.
    with transaction.atomic(), connection.cursor() as cursor:
        for table in kept.rewritten:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        for table, rows in (*kept.rewritten.items(), *kept.added.items()):
            if rows:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {connection.ops.quote_name(table)} VALUES ({places})", rows)
    for path, content in kept.files.items():
        if not path.exists():
            path.write_bytes(content)
            path.chmod(0o600)


def _rows() -> Rows:
    """Every row of every table that a model or a relation of one has."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in cursor]
    return found


def _files() -> set[Path]:
    """What lies in the node's directory, the store and what belongs to it excepted."""
    return {path for path in settings.HOME.path.rglob("*") if path.is_file() and not path.name.startswith("store.")}


def _day() -> float:
    return time.time() // 86_400
