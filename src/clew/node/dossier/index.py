"""Asks the search index, the store's own on either store, with text folded as the rows were."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from clew.dossier.folding import phrases
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import seen_by, visible_compartments
from clew.node.dossier.models import EntityRow

MOST_PHRASES = 12


def matching_rows(text: str, officer: Officer, *, limit: int, schema: str | None = None) -> list[int]:
    """Rows of the officer's compartments whose text holds every phrase, the last one as a beginning; the newest first.

    An entity whose whole caption begins with the words comes before one that only mentions them.
    """
    wanted = phrases(text)[:MOST_PHRASES]
    if not wanted:
        return []
    named = _named(wanted, officer, limit, schema)
    mentioned = _mentioned(wanted, officer, limit, schema)
    return list(dict.fromkeys([*named, *mentioned]))[:limit]


def _named(wanted: Sequence[str], officer: Officer, limit: int, schema: str | None) -> list[int]:
    """Rows whose sort key begins with the words."""
    start = " ".join(wanted)
    rows = EntityRow.objects.filter(
        seen_by(officer, "compartment_id"), sort_key__gte=start, sort_key__lt=start + "\U0010fffd"
    )
    if schema:
        rows = rows.filter(schema=schema)
    return list(rows.order_by("sort_key", "id").values_list("id", flat=True)[:limit])


def _mentioned(wanted: Sequence[str], officer: Officer, limit: int, schema: str | None) -> list[int]:
    """Rows that the search index finds. The index is walked from the newest, and each row is asked for its team."""
    seen = visible_compartments(officer).values("id").query
    if seen.is_empty():
        return []
    visible, parameters = seen.sql_with_params()
    within = f"EXISTS (SELECT 1 FROM ({visible}) v WHERE v.id = r.compartment_id)"  # noqa: S608 - Django's own
    kind = " AND r.schema = %s" if schema else ""
    if connection.vendor == "postgresql":
        found = "FROM dossier_entityrow r WHERE to_tsvector('simple', r.text) @@ to_tsquery('simple', %s)"
    else:
        found = "FROM dossier_search s JOIN dossier_entityrow r ON r.id = s.rowid WHERE dossier_search MATCH %s"
    newest = "r.id" if connection.vendor == "postgresql" else "s.rowid"
    sql = f"SELECT r.id {found} AND {within}{kind} ORDER BY {newest} DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_query(wanted), *parameters, *([schema] if schema else []), limit])
        return [row[0] for row in cursor.fetchall()]


def _query(wanted: Sequence[str]) -> str:
    """The index's own query. Folded text holds letters and digits only, so nothing needs escaping."""
    if connection.vendor == "postgresql":
        runs = [" <-> ".join(f"'{token}'" for token in phrase.split()) for phrase in wanted]
        return " & ".join(f"({run})" for run in runs[:-1]) + (" & " if runs[1:] else "") + f"({runs[-1]}:*)"
    return " AND ".join([*(f'"{phrase}"' for phrase in wanted[:-1]), f'"{wanted[-1]}"*'])
