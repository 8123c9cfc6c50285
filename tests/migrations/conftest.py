"""An empty store of its own for each test: a SQLite file, or a PostgreSQL database beside the suite's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pytest
from django.apps.registry import Apps
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoDbBlocker

ALIAS = "migrating"
_numbers = count(1)

Step = tuple[str, str]
"""An app's label and the name of one of its migrations."""


@dataclass(frozen=True)
class Store:
    """A store that is migrated step by step."""

    connection: BaseDatabaseWrapper

    def migrate(self, *targets: Step) -> Apps:
        """Bring the store to these migrations, or to the newest of all; returns the models as they are then."""
        executor = MigrationExecutor(self.connection)
        wanted = list(targets) or executor.loader.graph.leaf_nodes()
        state = executor.migrate(wanted)
        return state.apps

    def before(self, step: Step) -> Apps:
        """Bring the store to everything that stands before a migration."""
        executor = MigrationExecutor(self.connection)
        parents = [node.key for node in executor.loader.graph.node_map[step].parents]
        return self.migrate(*parents)

    def pending(self) -> list[str]:
        """The migrations that would still run, in their order."""
        executor = MigrationExecutor(self.connection)
        return [str(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]

    def shape(self) -> dict[str, list[str]]:
        """The columns of each table."""
        tables = self.connection.introspection
        with self.connection.cursor() as cursor:
            return {
                name: [column.name for column in tables.get_table_description(cursor, name)]
                for name in sorted(tables.table_names(cursor))
            }

    def execute(self, statement: str, *values: str | int) -> list[tuple[Any, ...]]:
        """Run SQL and return its rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def store(tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Store]:
    url = os.environ.get("CLEW_TEST_DATABASE_URL", "")
    name = f"clew_migrating_{os.getpid()}_{next(_numbers)}"
    if url:
        _administer(url, f'CREATE DATABASE "{name}"')
    with django_db_blocker.unblock():
        connection = _connect(url, name, tmp_path)
        try:
            yield Store(connection)
        finally:
            connection.close()
            del connections[ALIAS]
            connections.settings.pop(ALIAS)
            if url:
                _administer(url, f'DROP DATABASE "{name}"')


def _connect(url: str, name: str, directory: Path) -> BaseDatabaseWrapper:
    given = {**settings.DATABASES["default"], "NAME": name if url else directory / "store.sqlite3"}
    if url:
        given = {**given, **dj_database_url.parse(url), "NAME": name}
    connections.settings[ALIAS] = {**connections.settings["default"], **given}
    return connections[ALIAS]


def _administer(url: str, statement: str) -> None:
    to = dj_database_url.parse(url)
    wanted = {"host": to.get("HOST"), "port": to.get("PORT"), "user": to.get("USER"), "password": to.get("PASSWORD")}
    given = {key: value for key, value in wanted.items() if value}
    with psycopg.connect(dbname=to["NAME"], autocommit=True, **given) as session:  # type: ignore[arg-type]
        session.execute(statement.encode())
