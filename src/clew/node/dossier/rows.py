"""Keeps the rows that lists and search read equal to what the statements say; the statements are the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Coalesce

from clew.dossier.pseudonym import pseudonym
from clew.dossier.rows import RowFacts, Said, row_of
from clew.node.discovery import offers
from clew.node.dossier.bulk import chunks, upsert
from clew.node.dossier.models import Entity, EntityRow, PersonKey, SourcePerson, Statement
from clew.node.types import OnProgress
from clew.vocabulary.model import is_a

COLUMNS = (
    "entity_id", "compartment_id", "schema", "caption", "sort_key", "text", "statements", "protected",
)  # fmt: skip
GROUPS_AT_ONCE = 2_000


@dataclass(slots=True)
class _Spoken:
    """What one compartment says of one group."""

    schemata: dict[int, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)


def refresh(entity_ids: Iterable[int]) -> None:
    """Make the rows of these entities, and of all judged the same as them, say what their statements say."""
    for chunk in chunks(dict.fromkeys(entity_ids), GROUPS_AT_ONCE):
        _refresh_groups(roots_of(chunk).values())
        tell_changed(chunk)


def tell_changed(entity_ids: Collection[int]) -> None:
    """Tell the rooms that keep something made of facts that what is said of these entities is another.

    Called in the transaction of the change: what must not outlive it, as an erased person's name, goes with it.
    """
    for told in offers("facts_changed", module="actions") if entity_ids else ():
        told(entity_ids=entity_ids)


def rebuild(on_progress: OnProgress | None = None) -> int:
    """Make every row anew from the statements, and the search index from the rows. Returns the number of rows."""
    roots = Entity.objects.filter(canonical__isnull=True).order_by("id").values_list("id", flat=True)
    total, done = roots.count() if on_progress else 0, 0
    for chunk in chunks(roots.iterator(), GROUPS_AT_ONCE):
        _refresh_groups(chunk)
        done += len(chunk)
        if on_progress:
            on_progress(done, total)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO dossier_search(dossier_search) VALUES ('rebuild')")
    return EntityRow.objects.count()


def roots_of(entity_ids: Iterable[int]) -> dict[int, int]:
    """The entity that stands for the group of each entity."""
    found: dict[int, int] = {}
    for chunk in chunks(set(entity_ids)):
        found |= dict(Entity.objects.filter(id__in=chunk).values_list("id", Coalesce("canonical_id", "id")))
    return found


def members_of(roots: Iterable[int]) -> dict[int, int]:
    """Every entity of the groups, with the root that stands for its group."""
    wanted = list(set(roots))
    found: dict[int, int] = {}
    for chunk in chunks(wanted, GROUPS_AT_ONCE):
        rows = Entity.objects.filter(Q(id__in=chunk) | Q(canonical_id__in=chunk))
        found |= dict(rows.values_list("id", Coalesce("canonical_id", "id")))
    return found


def stored_row(entity: int, compartment: int, schema: str, facts: RowFacts, protected: bool) -> tuple[Any, ...]:
    """A row in the order of `COLUMNS`."""
    return entity, compartment, schema, facts.caption, facts.sort_key, facts.text, facts.statements, protected


def _refresh_groups(roots: Iterable[int]) -> None:
    members = members_of(roots)
    protected = _protected(members)
    spoken = _spoken(members)
    rows = [_row(root, compartment, one, root in protected) for (root, compartment), one in sorted(spoken.items())]
    keep = {(row[0], row[1]) for row in rows}
    stale = [
        pk
        for chunk in chunks(members, GROUPS_AT_ONCE)
        for pk, entity, compartment in EntityRow.objects.filter(entity_id__in=chunk).values_list(
            "id", "entity_id", "compartment_id"
        )
        if (entity, compartment) not in keep
    ]
    for chunk in chunks(stale, GROUPS_AT_ONCE):
        EntityRow.objects.filter(id__in=chunk).delete()
    upsert(EntityRow, COLUMNS, ("entity_id", "compartment_id"), rows)


def _protected(members: Mapping[int, int]) -> set[int]:
    """The roots of groups with a protected person."""
    keys: set[int] = set()
    for chunk in chunks(members):
        keys |= set(PersonKey.objects.filter(person_id__in=chunk, in_use=True).values_list("person_id", flat=True))
    return {members[person] for person in keys}


def _spoken(members: Mapping[int, int]) -> dict[tuple[int, int], _Spoken]:
    spoken: dict[tuple[int, int], _Spoken] = defaultdict(_Spoken)
    for entity, schema, compartment, said in _statements(list(members)):
        one = spoken[members[entity], compartment]
        one.schemata[entity] = schema
        one.said.append(said)
    persons = SourcePerson.objects.filter(source__undone__isnull=True)
    for chunk in chunks(members):
        for person, schema, compartment in persons.filter(person_id__in=chunk).values_list(
            "person_id", "person__schema", "source__compartment_id"
        ):
            spoken[members[person], compartment].schemata[person] = schema
    return spoken


def _statements(entities: Sequence[int]) -> Iterator[tuple[int, str, int, Said]]:
    live = Statement.objects.filter(source__undone__isnull=True, end__isnull=True)
    for chunk in chunks(entities):
        for entity, schema, compartment, pk, prop, value, sealed, accuracy, original in (
            live.filter(entity_id__in=chunk)
            .values_list(
                "entity_id", "entity__schema", "source__compartment_id", "id", "prop__name", "value", "sealed",
                "accuracy", "original",
            )
            .iterator()
        ):  # fmt: skip
            shown = (None, None) if sealed else (value, original)
            yield entity, schema, compartment, Said(pk, prop, shown[0], accuracy, shown[1])


def _row(root: int, compartment: int, spoken: _Spoken, protected: bool) -> tuple[Any, ...]:
    entity = root if root in spoken.schemata else min(spoken.schemata)
    schema = most_specific(spoken.schemata.values())
    facts = row_of(schema, spoken.said, pseudonym=pseudonym(entity) if protected else None)
    return stored_row(entity, compartment, schema, facts, protected)


def most_specific(schemata: Iterable[str]) -> str:
    """The schema that is one of all the others, as far as there is one; the first by name otherwise."""
    found = sorted(set(schemata))
    return next((one for one in found if all(is_a(one, other) for other in found)), found[0])
