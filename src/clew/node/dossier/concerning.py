"""Which persons statements concern, and which statements concern a person, as recorded."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import QuerySet

from clew.dossier.concerns import CategorySaid, category_now, concerned
from clew.node.dossier.bulk import chunks
from clew.node.dossier.models import ConcernSetPerson, PersonCategory, SourcePerson, Statement
from clew.vocabulary.model import UnknownSchema, is_a


class Placed(NamedTuple):
    """What decides whom a statement concerns."""

    statement: int
    entity: int
    schema: str
    source: int
    concern_set: int | None


def is_person(schema: str) -> bool:
    """Whether entities of the schema are persons; what the vocabulary does not know counts as one."""
    try:
        return is_a(schema, "Person")
    except UnknownSchema:
        return True


def concerned_persons(placed: Iterable[Placed]) -> dict[int, frozenset[int]]:
    """The persons each statement concerns, by statement id; as recorded, before any merging."""
    found = list(placed)
    of_source: dict[int, list[int]] = defaultdict(list)
    for chunk in chunks({one.source for one in found if one.concern_set is None}):
        for source, person in SourcePerson.objects.filter(source_id__in=chunk).values_list("source_id", "person_id"):
            of_source[source].append(person)
    of_set: dict[int, list[int]] = defaultdict(list)
    for chunk in chunks({one.concern_set for one in found if one.concern_set is not None}):
        rows = ConcernSetPerson.objects.filter(concern_set_id__in=chunk)
        for concern_set, person in rows.values_list("concern_set_id", "person_id"):
            of_set[concern_set].append(person)
    return {
        one.statement: concerned(
            None if one.concern_set is None else of_set[one.concern_set],
            of_source[one.source] if one.concern_set is None else (),
            one.entity if is_person(one.schema) else None,
        )
        for one in found
    }


def statements_concerning(persons: Iterable[int]) -> list[QuerySet[Statement]]:
    """The statements that concern any of these persons, ended and undone ones included; some may be in two sets."""
    wanted = list(set(persons))
    return [
        Statement.objects.filter(entity_id__in=wanted),
        Statement.objects.filter(concern_set__persons__person_id__in=wanted),
        Statement.objects.filter(concern_set__isnull=True, source__persons__person_id__in=wanted),
    ]


def categories_now(persons: Iterable[int], today: dt.date) -> dict[int, str]:
    """The category that holds for each person as recorded for that entity alone; `unknown` where nothing is said."""
    return {person: category_now(reversed(said), today) for person, said in categories_said(persons).items()}


def categories_said(persons: Iterable[int]) -> dict[int, list[CategorySaid]]:
    """All that was said of each person, for that entity alone, the oldest first."""
    wanted = set(persons)
    said: dict[int, list[CategorySaid]] = defaultdict(list)
    for chunk in chunks(wanted):
        rows = PersonCategory.objects.filter(person_id__in=chunk).order_by("id")
        for person, category, entered, expires in rows.values_list("person_id", "category", "entered", "expires"):
            said[person].append(CategorySaid(category, entered, expires))
    return {person: said[person] for person in wanted}
