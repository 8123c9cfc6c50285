"""Reserves numbers for rows that are written in bulk, so that rows can refer to one another before they exist."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, models

from clew.node.dossier.bulk import table_of


def reserve(model: type[models.Model], count: int) -> Sequence[int]:
    """`count` new ids for the model, ascending; never handed out again, whether used or not."""
    if count == 0:
        return ()
    table = table_of(model)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, table])
        found = cursor.fetchone()
        if found is None:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        last = found[0] if found else count
    return range(last - count + 1, last + 1)
