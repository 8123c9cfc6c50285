"""Writes many rows of one table at once: no model instance per row, the same SQL on both stores."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

Row = tuple[Any, ...]
T = TypeVar("T")

# SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535; below both with room for a few more.
MOST_PARAMETERS = 30_000


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows, values as the database takes them (see `as_stored`)."""
    _many(_insertion(model, columns), rows)


def upsert(model: type[models.Model], columns: Sequence[str], key: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows, or change those that have the same key."""
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(c)} = excluded.{quote(c)}" for c in columns if c not in key)
    conflict = ", ".join(map(quote, key))
    _many(f"{_insertion(model, columns)} ON CONFLICT ({conflict}) DO UPDATE SET {changes}", rows)


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Change columns of rows by id; the id is the last value of each row."""
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(column)} = %s" for column in columns)
    _many(f"UPDATE {quote(table_of(model))} SET {changes} WHERE id = %s", rows)  # noqa: S608 - names of ours


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep the cycle collector from walking, again and again, over hundreds of thousands of tuples without cycles."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def as_stored(model: type[models.Model], column: str, value: Any) -> Any:
    """A value in the form the database takes for that column."""
    options = model._meta  # noqa: SLF001 - Django documents it
    field = next(field for field in options.concrete_fields if field.column == column)
    return field.get_db_prep_save(value, connection)


def table_of(model: type[models.Model]) -> str:
    """The name of the model's table."""
    return model._meta.db_table  # noqa: SLF001 - Django documents it


def chunks(items: Iterable[T], size: int = MOST_PARAMETERS) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def placeholders(count: int) -> str:
    """`%s, %s, …` for a list of parameters."""
    return ", ".join(["%s"] * count)


def _insertion(model: type[models.Model], columns: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    return f"INSERT INTO {quote(table_of(model))} ({names}) VALUES ({placeholders(len(columns))})"  # noqa: S608


def _many(sql: str, rows: Iterable[Row]) -> None:
    rows = rows if isinstance(rows, list) else list(rows)
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)
