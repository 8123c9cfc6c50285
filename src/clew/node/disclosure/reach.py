"""What this room needs to know of dossier rows it points to; reached along its own foreign keys."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.apps import apps


def schemata_of(entities: Collection[int]) -> dict[int, str]:
    """The schema of each entity that exists."""
    return dict(_entities().filter(pk__in=entities).values_list("pk", "schema"))


def compartments_of_entity(entity: int) -> set[int]:
    """The compartments that know the entity."""
    found = _entities().filter(pk=entity, rows__isnull=False).values_list("rows__compartment_id", flat=True)
    return set(found)


def persons_of_compartment(compartment: int) -> set[int]:
    """Everyone the compartment's sources speak of: an officer may name any of them in her own words."""
    rows: Any = apps.get_model("dossier", "SourcePerson")
    return set(rows.objects.filter(source__compartment_id=compartment).values_list("person_id", flat=True))


def compartment_of_source(source: int) -> int | None:
    """The compartment a source belongs to, or None where there is no such source."""
    sources: Any = apps.get_model("dossier", "Source")
    found: int | None = sources.objects.filter(pk=source).values_list("compartment_id", flat=True).first()
    return found


def source_of_statement(statement: int) -> int | None:
    """The source that a statement comes from, or None where there is no such statement."""
    statements: Any = apps.get_model("dossier", "Statement")
    found: int | None = statements.objects.filter(pk=statement).values_list("source_id", flat=True).first()
    return found


def owner_of_source(source: int) -> str:
    """The uid of whoever owns a source."""
    sources: Any = apps.get_model("dossier", "Source")
    return str(sources.objects.values_list("owner", flat=True).get(pk=source))


def caption_of(entity: int, compartments: Collection[int]) -> str:
    """The entity's caption as one of these compartments knows it, or ""."""
    rows = _entities().filter(pk=entity, rows__compartment_id__in=compartments).values_list("rows__caption", flat=True)
    return rows.first() or ""


def _entities() -> Any:
    entities: Any = apps.get_model("dossier", "Entity")
    return entities.objects
