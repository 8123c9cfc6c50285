"""The words that no officer's own text may hold: what identifies certain persons, and what others gave."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils import timezone

from clew.dossier.concerns import protects
from clew.dossier.folding import fold
from clew.dossier.rows import EXACT_TYPES, SEARCHED_TYPES, property_type
from clew.dossier.types import HeldSource, ProtectedText, SourceText
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import seen_by
from clew.node.dossier.concerning import concerned_persons, is_person, statements_concerning
from clew.node.dossier.models import EntityRow, Source, SourcePerson, Statement
from clew.node.dossier.queries.engine import person_categories
from clew.node.dossier.reading import opened_values, placed
from clew.node.dossier.rows import members_of, roots_of
from clew.node.dossier.sealing import Plain
from clew.vocabulary.fields import FieldClass, field_class

SHORTEST_TEXT = 3
TELLING_TYPES = EXACT_TYPES | {"address"}
"""Types of which a value alone shows whence it was taken; a word such as "active" does not."""


def protected_texts(*, case_entity_ids: Collection[int]) -> list[ProtectedText]:
    """Folded identifying values that concern protected persons among these entities or their statements.

    An officer's own words that hold one of them must not leave.
    """
    persons = persons_spoken_of(entity_ids=case_entity_ids)
    categories = person_categories(persons, timezone.now())
    return identifying_texts(persons={person for person, category in categories.items() if protects(category)})


def persons_spoken_of(*, entity_ids: Collection[int]) -> set[int]:
    """The persons among the entities, and those whom the entities' statements concern; with all judged the same."""
    members = members_of(roots_of(entity_ids).values())
    rows = Statement.objects.filter(entity_id__in=members).select_related("entity")
    concerned = concerned_persons(placed(row) for row in rows.iterator())
    persons = set().union(*concerned.values()) if concerned else set()
    return persons | set(members_of(roots_of(persons).values()))


def persons_seen(*, officer: Officer) -> set[int]:
    """Everyone of whom the officer's compartments speak: as an entity of theirs, or by one of their sources."""
    spoken = SourcePerson.objects.filter(seen_by(officer, "source__compartment_id"), source__undone__isnull=True)
    rows = EntityRow.objects.filter(seen_by(officer)).values_list("entity_id", "schema")
    persons = {entity for entity, schema in rows.iterator() if is_person(schema)}
    persons |= set(spoken.values_list("person_id", flat=True).distinct())
    return persons | set(members_of(roots_of(persons).values()))


def identifying_texts(*, persons: Collection[int]) -> list[ProtectedText]:
    """Folded values that identify these persons, or tell where they are, in whatever compartment they stand."""
    wanted = frozenset(persons)
    found: dict[tuple[int, str, str], ProtectedText] = {}
    for statements in statements_concerning(wanted) if wanted else ():
        rows = list(
            statements.filter(end__isnull=True, source__undone__isnull=True).select_related("prop", "entity", "source")
        )
        rows = [row for row in rows if _names_someone(row)]
        opened = opened_values(rows)
        concerned = concerned_persons(placed(row) for row in rows)
        for row in rows:
            plain = opened.get(row.pk) if row.sealed is not None else Plain(row.value, row.original)
            kind, schema = property_type(row.entity.schema, row.prop.name), row.entity.schema
            for text in _folded(plain):
                for person in concerned[row.pk] & wanted:
                    one = ProtectedText(person, row.prop.name, text, kind, str(field_class(schema, row.prop.name)))
                    found[person, row.prop.name, text] = one
    return sorted(found.values(), key=lambda one: (one.person_id, one.prop, one.folded))


def held_sources(*, officer: Officer, compartment_id: int | None) -> list[HeldSource]:
    """The sources of one compartment, or of all the officer's: whose they are and what they were given for."""
    sources = Source.objects.filter(seen_by(officer), undone__isnull=True)
    if compartment_id is not None:
        sources = sources.filter(compartment_id=compartment_id)
    rows = sources.order_by("pk").values_list("pk", "owner", "chain", "purpose")
    return [HeldSource(pk, owner, tuple(chain), purpose) for pk, owner, chain, purpose in rows]


def texts_of_sources(*, source_ids: Collection[int]) -> list[SourceText]:
    """Folded values of these sources that show where they were taken from, as they stand now."""
    rows = list(
        Statement.objects.filter(source_id__in=source_ids, end__isnull=True, source__undone__isnull=True)
        .select_related("prop", "entity", "source")
        .order_by("pk")
    )
    rows = [row for row in rows if property_type(row.entity.schema, row.prop.name) in TELLING_TYPES]
    opened = opened_values(rows)
    return [
        SourceText(row.source_id, row.prop.name, text, is_person(row.entity.schema))
        for row in rows
        for text in _folded(opened.get(row.pk) if row.sealed is not None else Plain(row.value, row.original))
    ]


def _folded(plain: Plain | None) -> Iterable[str]:
    if plain is None:
        return
    for text in sorted({fold(plain.value), fold(plain.original or "")}):
        if len(text.replace(" ", "")) >= SHORTEST_TEXT or (text and not text.isascii()):
            yield text


def _names_someone(row: Statement) -> bool:
    schema, prop = row.entity.schema, row.prop.name
    named = property_type(schema, prop) in SEARCHED_TYPES and property_type(schema, prop) != "text"
    return named and field_class(schema, prop) is not FieldClass.PLAIN
