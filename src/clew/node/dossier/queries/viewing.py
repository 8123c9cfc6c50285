"""One entity's page, and why one fact is believed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import timezone

from clew.dossier import assemble as assembling
from clew.dossier.assemble import EntityView, assemble
from clew.dossier.concerns import category_now, governing, protects, turning_day
from clew.dossier.types import SourceFacts, Statement
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.dossier import models
from clew.node.dossier.concerning import categories_said, concerned_persons, is_person
from clew.node.dossier.queries.naming import captions_seen
from clew.node.dossier.reading import placed, read, source_facts
from clew.node.dossier.rows import members_of, most_specific
from clew.vocabulary.model import is_edge, properties

MOST_LINKS = 200


@dataclass(frozen=True, slots=True)
class Person:
    """A person's category, whether it protects, and whether she has been erased.

    `category_day` is the last day of what holds today; or, where that is `category_over`, of what was said last.
    """

    category: str
    category_day: dt.date | None
    category_over: bool
    protected: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    """A thing that refers to the entity: a link with the names of its other ends, or anything else that names it."""

    entity_id: int
    schema: str
    prop: str
    others: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class DossierView:
    """What an officer may see of an entity.

    `name` is the caption of lists: a pseudonym for a protected person, whose values stand in `view` only for those
    who may see who she is (`identified`). `names` are the captions of the entities that values name.
    """

    entity_id: int
    schema: str
    name: str
    view: EntityView
    names: dict[int, str]
    links: tuple[LinkView, ...]
    sources: tuple[SourceFacts, ...]
    members: tuple[int, ...]
    person: Person | None
    identified: bool
    as_of: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a fact is believed: the statement, its source, and whom it concerns, by what they are called in lists."""

    statement: Statement
    concerns: tuple[tuple[int, str], ...]
    name: str


def dossier(*, officer: Officer, entity_id: int, as_of: dt.datetime | None = None) -> DossierView | None:
    """The entity's page, of the officer's compartments only; None where they do not speak of it."""
    entity = models.Entity.objects.filter(pk=entity_id).first()
    if entity is None:
        return None
    members = members_of([entity.canonical_id or entity.pk])
    identified = "dossier.identify" in permissions_of(officer)
    visible = models.Statement.objects.filter(seen_by(officer, "source__compartment_id"))
    statements = read(visible.filter(entity_id__in=members), open_sealed=identified)
    spoken = _spoken_of(members, officer)
    seen = spoken | {one.entity_id for one in statements}
    if entity_id not in seen:
        return None
    shown = _then(statements, as_of)
    links = _links(seen, officer)
    named = {one.refers_to for one in shown if one.refers_to} | {entity_id} | {end for link in links for end in link[3]}
    names = captions_seen(named, officer=officer)
    schemata = models.Entity.objects.filter(id__in=seen).values_list("schema", flat=True)
    schema = most_specific(schemata)
    return DossierView(
        entity_id=entity_id,
        schema=schema,
        name=names.get(entity_id, ""),
        view=assemble(shown, order=in_order(schema)),
        names=names,
        links=tuple(
            LinkView(link, kind, prop, tuple((end, names[end]) for end in ends if end in names))
            for link, kind, prop, ends in links
        ),
        sources=_sources(statements, members, officer),
        members=tuple(sorted(seen)),
        person=_person(entity_id, members) if is_person(schema) else None,
        identified=identified,
        as_of=as_of,
    )


def _then(statements: list[Statement], at: dt.datetime | None) -> list[Statement]:
    """The statements as they stood at a moment; None is now."""
    return statements if at is None else assembling.as_of(statements, at)


def why(*, officer: Officer, statement_id: int) -> Why | None:
    """Why a fact is believed; None where the officer may not see it."""
    visible = models.Statement.objects.filter(seen_by(officer, "source__compartment_id"), pk=statement_id)
    row = visible.select_related("entity").first()
    if row is None:
        return None
    (statement,) = read(visible, open_sealed="dossier.identify" in permissions_of(officer))
    persons = concerned_persons([placed(row)])[row.pk]
    named = persons | {row.entity_id} | ({row.ref_id} if row.ref_id else set())
    names = captions_seen(named, officer=officer)
    concerns = tuple((person, names[person]) for person in sorted(persons) if person in names)
    return Why(statement, concerns, names.get(row.entity_id, ""))


def entity_caption(*, officer: Officer, entity_id: int) -> str | None:
    """What lists call the entity; None where the officer may not know of it."""
    return captions_seen([entity_id], officer=officer).get(entity_id)


def in_order(schema: str) -> Callable[[str], tuple[int, str]]:
    """Properties as forms show them: what must be known first, then what is featured, then by name."""
    places = {info.name: place for place, info in enumerate(properties(schema))}
    return lambda prop: (places.get(prop, len(places)), prop)


def _spoken_of(members: Iterable[int], officer: Officer) -> set[int]:
    """The persons among the members whom a visible source speaks of, if only by pointing at them."""
    found = models.SourcePerson.objects.filter(
        seen_by(officer, "source__compartment_id"), person_id__in=list(members), source__undone__isnull=True
    )
    return set(found.values_list("person_id", flat=True))


def _sources(statements: list[Statement], members: Iterable[int], officer: Officer) -> tuple[SourceFacts, ...]:
    """The visible sources that speak of the entity, the newest first."""
    found = {one.source.id: one.source for one in statements}
    pointing = models.Source.objects.filter(
        seen_by(officer, "compartment_id"), persons__person_id__in=list(members)
    ).exclude(id__in=found)
    found |= {source.pk: source_facts(source) for source in pointing.select_related("recorded_by").distinct()}
    return tuple(sorted(found.values(), key=lambda source: source.id, reverse=True))


def _links(members: Iterable[int], officer: Officer) -> list[tuple[int, str, str, list[int]]]:
    """What refers to the members: (entity, kind, property, the entities at its other ends)."""
    live = models.Statement.objects.filter(
        seen_by(officer, "source__compartment_id"), source__undone__isnull=True, end__isnull=True
    )
    own = set(members)
    referring = list(
        live.filter(ref_id__in=own).values_list("entity_id", "entity__schema", "prop__name").distinct()[:MOST_LINKS]
    )
    ends: dict[int, list[int]] = defaultdict(list)
    edges = [entity for entity, schema, _prop in referring if is_edge(schema)]
    for entity, ref in live.filter(entity_id__in=edges, ref__isnull=False).values_list("entity_id", "ref_id"):
        if ref not in own and ref not in ends[entity]:
            ends[entity].append(ref)
    return [(entity, schema, prop, ends[entity] if is_edge(schema) else [entity]) for entity, schema, prop in referring]


def _person(entity_id: int, members: Iterable[int]) -> Person:
    today = timezone.now().date()
    said = categories_said(members)
    category = governing(category_now(one, today) for one in said.values())
    keys = models.PersonKey.objects.filter(person_id__in=list(members)).values_list("in_use", "destroyed")
    erased = any(destroyed for _in_use, destroyed in keys)
    protected = protects(category) or any(in_use for in_use, _destroyed in keys)
    day = turning_day(said.values(), today)
    return Person(category, day, day is not None and day < today, protected, erased)
