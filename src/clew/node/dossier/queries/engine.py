"""What the release engine needs: decrypted facts and categories."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.utils import timezone

from clew.dossier.concerns import governing, protects
from clew.dossier.handling import strictest
from clew.dossier.types import NATURES, ConcernedPerson, StatementFacts
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import seen_by
from clew.node.dossier.concerning import categories_now, concerned_persons
from clew.node.dossier.models import Statement
from clew.node.dossier.reading import RELATED, opened_values, placed
from clew.node.dossier.rows import members_of, roots_of
from clew.node.dossier.sealing import Plain
from clew.vocabulary.fields import field_class


def release_facts(*, officer: Officer, statement_ids: Collection[int]) -> list[StatementFacts]:
    """All the engine needs of these statements, values opened; only for disclosure.

    Statements outside the officer's compartments are left out: what she may not see she cannot release.
    """
    rows = list(
        Statement.objects.filter(seen_by(officer, "source__compartment_id"), id__in=statement_ids)
        .select_related(*RELATED)
        .order_by("id")
    )
    opened = opened_values(rows)
    concerned = concerned_persons(placed(row) for row in rows)
    everyone = frozenset().union(*concerned.values()) if concerned else frozenset()
    roots = roots_of(everyone | {row.entity_id for row in rows} | {row.ref_id for row in rows if row.ref_id})
    categories = person_categories(everyone, timezone.now())
    return [_facts(row, opened.get(row.pk), _concerns(concerned[row.pk], roots, categories), roots) for row in rows]


def persons_always_concerned(*, officer: Officer, entity_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Whom everything that is known of each entity concerns: her telephone has her, an agency she spoke of has nobody.

    Judged by what stands in the officer's compartments; an entity of which nothing stands there is missing.
    """
    rows = Statement.objects.filter(
        seen_by(officer, "source__compartment_id"), entity_id__in=members_of(roots_of(set(entity_ids)).values()),
        end__isnull=True, source__undone__isnull=True,
    ).select_related(*RELATED)  # fmt: skip
    found = list(rows)
    concerned = concerned_persons(placed(row) for row in found)
    roots = roots_of({row.entity_id for row in found} | set(entity_ids) | set().union(*concerned.values()))
    always: dict[int, frozenset[int]] = {}
    for row in found:
        root = roots.get(row.entity_id, row.entity_id)
        persons = frozenset(roots.get(person, person) for person in concerned[row.pk])
        always[root] = always.get(root, persons) & persons
    return {each: always[roots.get(each, each)] for each in entity_ids if roots.get(each, each) in always}


def person_categories(entity_ids: Iterable[int], now: dt.datetime) -> dict[int, str]:
    """The category that holds for each person now: the strictest said of anyone judged the same; else `unknown`."""
    wanted = set(entity_ids)
    roots = roots_of(wanted)
    members = members_of(roots.values())
    said: dict[int, list[str]] = defaultdict(list)
    for person, category in categories_now(members, now.date()).items():
        said[members[person]].append(category)
    return {person: governing(said[roots[person]]) if person in roots else "unknown" for person in wanted}


def _concerns(
    persons: frozenset[int], roots: dict[int, int], categories: dict[int, str]
) -> tuple[ConcernedPerson, ...]:
    canonical = {roots.get(person, person): categories.get(person, "unknown") for person in persons}
    return tuple(ConcernedPerson(one, canonical[one], protects(canonical[one])) for one in sorted(canonical))


def _facts(
    row: Statement, opened: Plain | None, concerns: tuple[ConcernedPerson, ...], roots: dict[int, int]
) -> StatementFacts:
    plain = opened if row.sealed is not None else Plain(row.value, row.original)
    source = row.source
    return StatementFacts(
        id=row.pk,
        subject_id=roots.get(row.entity_id, row.entity_id),
        schema=row.entity.schema,
        prop=row.prop.name,
        field_class=field_class(row.entity.schema, row.prop.name),
        value=plain.value if plain else None,
        original=plain.original if plain else None,
        lang=row.lang,
        accuracy=row.accuracy,
        nature=NATURES[row.nature],
        reliability=source.reliability,
        handling=strictest(row.handling, source.handling),
        handling_text=source.handling_text,
        purpose=source.purpose,
        basis=source.basis,
        owner=source.owner,
        received_letter=source.received_letter,
        retain_until=source.retain_until,
        seen_on=row.seen_on,
        compartment_id=source.compartment_id,
        source_id=row.source_id,
        concerns=concerns,
        recorded=source.recorded.date(),
        chain=tuple(source.chain),
        live=not hasattr(row, "end") and source.undone is None,
        refers_to=roots.get(row.ref_id, row.ref_id) if row.ref_id else None,
    )
