"""Persons and sources across all teams, for oversight and upkeep: numbers, days and codes.

Read by `clew.node.oversight`, whose own permissions say who sees it; no officer is asked here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from clew.dossier.folding import exact_key, phrases
from clew.node.dossier.concerning import concerned_persons, is_person
from clew.node.dossier.keyring import lookup_key, lookup_of
from clew.node.dossier.models import Entity, EntityRow, Source, Statement
from clew.node.dossier.reading import placed
from clew.node.dossier.rows import members_of, roots_of

MOST_CANDIDATES = 200


def same_persons(person_id: int) -> set[int]:
    """The person and all whom officers judged to be the same; empty where there is no such entity."""
    return set(members_of(roots_of([person_id]).values()))


def persons_as_one(entity_ids: Iterable[int]) -> dict[int, int]:
    """The entity that stands for the group of each."""
    return roots_of(entity_ids)


def statements_about(persons: Collection[int]) -> QuerySet[Statement, Any]:
    """The numbers of the statements that concern any of these persons, or name one, ended and undone ones included."""
    wanted = list(persons)
    concerning = (
        Q(entity_id__in=wanted)
        | Q(ref_id__in=wanted)
        | Q(concern_set__persons__person_id__in=wanted)
        | Q(concern_set__isnull=True, source__persons__person_id__in=wanted)
    )
    return Statement.objects.filter(concerning).values("id").distinct()


def persons_called(text: str) -> list[int]:
    """The persons one of whose names, numbers or addresses is exactly this (spelling folded); in every team.

    Sealed values are found by their keyed digest, plain ones by the search index and then compared whole.
    """
    wanted = exact_key(text)
    if len(wanted) < 2:
        return []
    sealed = Statement.objects.filter(lookup=lookup_of(text, lookup_key())).select_related("entity")
    # A name is its owner's; a telephone or a document is everyone's whom its statement concerns.
    persons = {row.entity_id for row in sealed if is_person(row.entity.schema)}
    others = [placed(row) for row in sealed if not is_person(row.entity.schema)]
    persons = persons.union(*concerned_persons(others).values())
    rows = EntityRow.objects.filter(id__in=_mentioning(text), protected=False).values_list("entity_id", flat=True)
    said = Statement.objects.filter(entity_id__in=members_of(rows), sealed__isnull=True).select_related("entity")
    for entity, schema, value, original in said.values_list("entity_id", "entity__schema", "value", "original"):
        if is_person(schema) and wanted in {exact_key(value), exact_key(original or "")}:
            persons.add(entity)
    return sorted(set(roots_of(persons).values()))


def is_known_person(entity_id: int) -> bool:
    """Whether an entity of that number exists and is a person."""
    schema = Entity.objects.filter(pk=entity_id).values_list("schema", flat=True).first()
    return schema is not None and is_person(schema)


def sources_due(*, before: dt.date) -> QuerySet[Source]:
    """The sources of all teams that are kept until a day before this one, the soonest first; titles are not read.

    Those that were destroyed are among them: whoever had it done knows which they are.
    """
    found = Source.objects.filter(retain_until__lt=before).only(
        "pk", "kind", "owner", "received_letter", "retain_until"
    )
    return found.order_by("retain_until", "pk")


def letters_of_sources(source_ids: Collection[int]) -> list[str]:
    """The uids of the letters by which sources came, each once, in the order of the sources. One query."""
    rows = Source.objects.filter(pk__in=source_ids).exclude(received_letter="").order_by("pk")
    return list(dict.fromkeys(rows.values_list("received_letter", flat=True)))


def _mentioning(text: str) -> list[int]:
    """Rows of any team whose text holds every phrase."""
    wanted = phrases(text)
    if not wanted:
        return []
    if connection.vendor == "postgresql":
        query = " & ".join("(" + " <-> ".join(f"'{token}'" for token in one.split()) + ")" for one in wanted)
        sql = "SELECT id FROM dossier_entityrow WHERE to_tsvector('simple', text) @@ to_tsquery('simple', %s) LIMIT %s"
    else:
        query = " AND ".join(f'"{one}"' for one in wanted)
        sql = "SELECT rowid FROM dossier_search WHERE dossier_search MATCH %s LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, MOST_CANDIDATES])
        return [row[0] for row in cursor.fetchall()]
