"""A store of its own for each test: a SQLite file, or a PostgreSQL database beside the suite's."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
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
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoDbBlocker

from clew.node.tables import Step, migrate_to

ALIAS = "migrating"
_numbers = count(1)


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

    def models(self) -> Apps:
        """The models as they are now."""
        return MigrationExecutor(self.connection)._create_project_state(with_applied_migrations=True).apps

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

    def schema(self) -> dict[str, list[str]]:
        """Each table's columns, constraints and indexes, in no order; triggers and further indexes by their text."""
        return _sqlite_schema(self) if self.connection.vendor == "sqlite" else _postgres_schema(self)

    def execute(self, statement: str, *values: str | int) -> list[tuple[Any, ...]]:
        """Run SQL and return its rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def store(tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Store]:
    with django_db_blocker.unblock(), _store(tmp_path, ALIAS) as made:
        yield made


@pytest.fixture
def second_store(tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Store]:
    with django_db_blocker.unblock(), _store(tmp_path, "second") as made:
        yield made


class Stages:
    """A store that is brought forward, and of which copies are taken: each test begins where its migration does."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.opened = ExitStack()
        self.store: Store | None = None

    def before(self, step: Step) -> AbstractContextManager[Store]:
        """A copy of a store that has seen all that comes before a migration, in the order of the whole plan."""
        if self.store is None or f"{step[0]}.{step[1]}" not in self.store.pending():
            self.close()
            self.store = self.opened.enter_context(_store(self.directory, "stages"))
        steps = whole_plan()
        migrate_to(self.store.connection, steps[: steps.index(step)])
        self.store.connection.close()
        return _store(self.directory, ALIAS, like=self.store)

    def close(self) -> None:
        """Let go of the store."""
        self.opened.close()
        self.store = None


@pytest.fixture(scope="module")
def stages(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Stages]:
    made = Stages(tmp_path_factory.mktemp("stages"))
    with django_db_blocker.unblock():
        yield made
        made.close()


def whole_plan() -> list[Step]:
    """Every migration in the order in which an empty store meets them."""
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    return list(dict.fromkeys(step for leaf in graph.leaf_nodes() for step in graph.forwards_plan(leaf)))


@contextmanager
def _store(directory: Path, alias: str, like: Store | None = None) -> Iterator[Store]:
    """An empty store, or a copy of another one whose connection is closed."""
    url = os.environ.get("CLEW_TEST_DATABASE_URL", "")
    name = f"clew_migrating_{os.getpid()}_{next(_numbers)}"
    if url:
        template = f' TEMPLATE "{like.connection.settings_dict["NAME"]}"' if like else ""
        _administer(url, f'CREATE DATABASE "{name}"{template}')
    elif like:
        shutil.copyfile(like.connection.settings_dict["NAME"], directory / name)
    connection = _connect(url, name, directory, alias)
    try:
        yield Store(connection)
    finally:
        connection.close()
        del connections[alias]
        connections.settings.pop(alias)
        if url:
            _administer(url, f'DROP DATABASE "{name}"')


def _connect(url: str, name: str, directory: Path, alias: str) -> BaseDatabaseWrapper:
    given = {**settings.DATABASES["default"], "NAME": name if url else str(directory / name)}
    if url:
        given = {**given, **dj_database_url.parse(url), "NAME": name}
    connections.settings[alias] = {**connections.settings["default"], **given}
    return connections[alias]


def _administer(url: str, statement: str) -> None:
    to = dj_database_url.parse(url)
    wanted = {"host": to.get("HOST"), "port": to.get("PORT"), "user": to.get("USER"), "password": to.get("PASSWORD")}
    given = {key: value for key, value in wanted.items() if value}
    with psycopg.connect(dbname=to["NAME"], autocommit=True, **given) as session:  # type: ignore[arg-type]
        session.execute(statement.encode())


def _sqlite_schema(store: Store) -> dict[str, list[str]]:
    found = {}
    for kind, name, text in store.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master"):
        # A table's text is the list of its columns and constraints, in the order in which they came about.
        parts = re.split(r', (?=CONSTRAINT|")', text.partition("(")[2].removesuffix(")"))
        found[f"{kind} {name}"] = sorted(part.strip() for part in parts) if kind == "table" else [text]
    return found


def _postgres_schema(store: Store) -> dict[str, list[str]]:
    asked = {
        "columns": "SELECT table_name || ' ' || column_name, data_type || ' ' || is_nullable || ' ' || "
        "coalesce(column_default, '') || coalesce(character_maximum_length::text, '') || is_identity "
        "FROM information_schema.columns WHERE table_schema = current_schema()",
        "constraints": "SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = current_schema()::regnamespace",
        "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
        "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    }
    return {f"{kind} {name}": [text] for kind, question in asked.items() for name, text in store.execute(question)}
