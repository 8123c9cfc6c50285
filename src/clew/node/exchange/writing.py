"""Writes columns of rows that are in memory already."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection
from django.db.models import Model


def write_columns(rows: Collection[Model], names: Sequence[str]) -> None:
    """Update these fields of kept rows of one model, each row with its own values; one statement, given many times.

    `bulk_update` does the same with an expression for each row and field, which cost more than the store itself.
    """
    if not rows:
        return
    meta = next(iter(rows))._meta  # noqa: SLF001 - Django's own, documented way to a model's fields
    known = {field.name: field for field in meta.concrete_fields}
    fields = [known[name] for name in names]
    quote = connection.ops.quote_name
    key = str(meta.pk.column)
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(key)} = %s"  # noqa: S608 - names of the models
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
