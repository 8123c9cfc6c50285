"""Where sources and entities belong, for other rooms' own checks of who may know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from clew.node.dossier.models import Entity, Source, SourcePerson, Statement
from clew.node.dossier.rows import members_of, roots_of


def compartment_of_source(source_id: int) -> int | None:
    """The compartment a source belongs to; None if there is no such source or it was undone."""
    return Source.objects.filter(pk=source_id, undone__isnull=True).values_list("compartment_id", flat=True).first()


@dataclass(frozen=True, slots=True)
class SourceOrigin:
    """Whose a source is. `chain`: uids of those who had it before its `owner`.

    `undone`: it counts here no more. Then nothing that somebody wrote of it is told: its title and text are "".
    """

    pk: int
    title: str
    owner: str
    chain: tuple[str, ...]
    compartment: int
    recorded: dt.datetime
    handling: str
    handling_text: str
    retain_until: dt.date
    undone: bool


def source_origin(source_id: int) -> SourceOrigin | None:
    """Whose a source is, an undone one too: what left of it is still out; None if there is no such source."""
    found = Source.objects.filter(pk=source_id).values_list(
        "pk", "title", "owner", "chain", "compartment_id", "recorded", "handling", "handling_text", "retain_until",
        "undone",
    )  # fmt: skip
    for pk, title, owner, chain, compartment, recorded, handling, text, until, undone in found:
        told = ("", "") if undone else (title, text)
        return SourceOrigin(
            pk, told[0], owner, tuple(chain), compartment, recorded, handling, told[1], until, undone is not None
        )
    return None


def compartments_of_entity(entity_id: int) -> set[int]:
    """The compartments with a source that speaks of this entity itself, not of those judged the same."""
    spoken = Statement.objects.filter(entity_id=entity_id, source__undone__isnull=True)
    persons = SourcePerson.objects.filter(person_id=entity_id, source__undone__isnull=True)
    return set(spoken.values_list("source__compartment_id", flat=True).distinct()) | set(
        persons.values_list("source__compartment_id", flat=True)
    )


def schemata_of(entity_ids: Iterable[int]) -> dict[int, str]:
    """The kind of each entity that exists."""
    return dict(Entity.objects.filter(id__in=set(entity_ids)).values_list("id", "schema"))


def entities_of_source(source_id: int) -> list[int]:
    """The entities a source speaks of, in the order in which they were first recorded."""
    spoken = Statement.objects.filter(source_id=source_id).values_list("entity_id", flat=True).distinct()
    persons = SourcePerson.objects.filter(source_id=source_id).values_list("person_id", flat=True)
    return sorted({*spoken, *persons})


def same_person(entity_id: int) -> frozenset[int]:
    """The entity and all that were judged to be the same as it; itself alone where there is no such judgement."""
    return frozenset({entity_id, *members_of(roots_of([entity_id]).values())})


def sources_of_statements(statement_ids: Collection[int]) -> dict[int, int]:
    """The source of each statement, by number."""
    return dict(Statement.objects.filter(pk__in=statement_ids).order_by("pk").values_list("pk", "source_id"))
