"""The list of entities, page by page: the cost of a page does not grow with the pages before it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import seen_by, visible_compartments
from clew.node.dossier.index import matching_rows
from clew.node.dossier.models import EntityRow
from clew.node.dossier.queries.naming import shown_caption

PAGE = 50
MOST_FOUND = 200
LAST_ROW = 2**62
FEW_TEAMS = 100
"""Up to so many teams each one's own index is asked. SQLite takes at most 500 parts in one union."""

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ListedEntity:
    """One row of the list: what one compartment says of one entity."""

    entity_id: int
    schema: str
    caption: str
    compartment_id: int
    statements: int
    protected: bool
    row_id: int
    sort_key: str


@dataclass(frozen=True, slots=True)
class EntityPage:
    """One page. `next` names the page after it, "" on the last; `cut` says that a search found more than is shown."""

    entities: tuple[ListedEntity, ...]
    next: str
    cut: bool = False


def entity_list(
    *, officer: Officer, schema: str | None = None, text: str | None = None, page: str = "", size: int = PAGE
) -> EntityPage:
    """The entities that the officer's compartments speak of, by name.

    Args:
        schema: only this kind. Links are listed only when asked for by their kind.
        text: only those whose words hold all of these; the best 200, in one page.
        page: `next` of the page before; anything else is the first page.
    """
    if text and text.strip():
        ids = matching_rows(text, officer, limit=MOST_FOUND + 1, schema=schema)
        found = sorted(_rows(ids[:MOST_FOUND]), key=lambda row: (row.sort_key, row.row_id))
        return EntityPage(tuple(found), "", cut=len(ids) > MOST_FOUND)
    ids = _page_ids(officer, schema, _after(page, schema), size + 1)
    found = sorted(_rows(ids[:size]), key=lambda row: (row.sort_key, row.row_id))
    more = len(ids) > size
    return EntityPage(tuple(found), page_key(found[-1].sort_key, found[-1].row_id) if more else "")


def _page_ids(officer: Officer, schema: str | None, after: Key, count: int) -> list[int]:
    teams = list(visible_compartments(officer).values_list("pk", flat=True)[: FEW_TEAMS + 1])
    if not teams:
        return []
    if len(teams) <= FEW_TEAMS:
        return _gathered(teams, schema, after, count)
    return _walked(officer, schema, after, count)


def _walked(officer: Officer, schema: str | None, after: Key, count: int) -> list[int]:
    """The next rows in the order of all rows, each asked whether she may see it: most of the time she may."""
    sort_key, row = after
    rows = EntityRow.objects.filter(seen_by(officer, "compartment_id"), sort_key__gte=sort_key)
    rows = rows.filter(Q(sort_key__gt=sort_key) | Q(id__gt=row))
    if schema:
        rows = rows.filter(schema=schema)
    return list(rows.order_by("sort_key", "id").values_list("id", flat=True)[:count])


def _gathered(teams: Sequence[int], schema: str | None, after: Key, count: int) -> list[int]:
    """Each team's next rows, from its index; then the first of all of them."""
    # One indexed range per team: a single range over several would sort everything they hold.
    one = (
        "SELECT id, sort_key FROM dossier_entityrow WHERE compartment_id = %s AND (sort_key, id) > (%s, %s)"  # noqa: S608
        + (" AND schema = %s" if schema else "")
        + " ORDER BY sort_key, id LIMIT %s"
    )
    parameters: list[Any] = []
    for team in teams:
        parameters += [team, *after, *([schema] if schema else []), count]
    union = " UNION ALL ".join(f"SELECT * FROM ({one}) AS part{n}" for n, _team in enumerate(teams))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({union}) AS parts ORDER BY sort_key, id LIMIT %s", [*parameters, count])  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def _rows(ids: Sequence[int]) -> list[ListedEntity]:
    fields = ("entity_id", "schema", "caption", "compartment_id", "statements", "protected", "id", "sort_key")
    return [
        ListedEntity(
            entity,
            schema,
            shown_caption(entity_id=entity, schema=schema, caption=caption, protected=protected),
            compartment,
            statements,
            protected,
            row,
            sort_key,
        )
        for entity, schema, caption, compartment, statements, protected, row, sort_key in EntityRow.objects.filter(
            id__in=ids
        ).values_list(*fields)
    ]


def page_key(sort_key: str, row: int) -> str:
    """The name of the page that begins after this row."""
    return base64.urlsafe_b64encode(json.dumps([sort_key, row], ensure_ascii=False).encode()).decode().rstrip("=")


def _after(page: str, schema: str | None) -> Key:
    try:
        sort_key, row = json.loads(base64.urlsafe_b64decode(page + "=" * (-len(page) % 4)))
        return str(sort_key), int(row)
    except (ValueError, TypeError, binascii.Error):
        # Links have no name and an empty key, so that the list of all kinds begins after them.
        return ("", 0) if schema else ("", LAST_ROW)
