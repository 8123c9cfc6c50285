"""Statements as they stand, for lists and exports: nothing sealed is ever opened here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from clew.dossier.types import Statement
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import seen_by
from clew.node.dossier import models
from clew.node.dossier.bulk import chunks
from clew.node.dossier.reading import read
from clew.node.dossier.rows import members_of, roots_of
from clew.vocabulary.model import is_edge

CHUNK = 5_000


def standing_statements(*, officer: Officer, entity_ids: Iterable[int]) -> dict[int, list[Statement]]:
    """The statements that stand, by the entity they are about, merged ones together under the one that stands for all.

    Of the officer's compartments only. Links between two of the entities are added. `value` is None where it is sealed.
    """
    roots = set(roots_of(set(entity_ids)).values())
    members = members_of(roots)
    found: dict[int, list[Statement]] = {root: [] for root in roots}
    for chunk in chunks(sorted(members), CHUNK):
        _collect(found, members, chunk, officer)
    links = _links_between(members, officer)
    for chunk in chunks(sorted(links), CHUNK):
        _collect(found, {link: link for link in chunk}, chunk, officer)
    return {root: statements for root, statements in found.items() if statements}


def standing_of(*, officer: Officer, statement_ids: Iterable[int]) -> list[Statement]:
    """Those of these statements that stand, of the officer's compartments only; `value` is None where it is sealed."""
    return read(_standing(officer).filter(pk__in=list(statement_ids)), open_sealed=False)


def _standing(officer: Officer) -> QuerySet[models.Statement]:
    return models.Statement.objects.filter(
        seen_by(officer, "source__compartment_id"), source__undone__isnull=True, end__isnull=True
    )


def _collect(found: dict[int, list[Statement]], members: dict[int, int], chunk: list[int], officer: Officer) -> None:
    rows = _standing(officer).filter(entity_id__in=chunk)
    for statement in read(rows, open_sealed=False):
        found.setdefault(members[statement.entity_id], []).append(statement)


def _links_between(members: dict[int, int], officer: Officer) -> set[int]:
    links: set[int] = set()
    for chunk in chunks(sorted(members), CHUNK):
        referring = _standing(officer).filter(ref_id__in=chunk)
        links |= {
            entity
            for entity, schema in referring.values_list("entity_id", "entity__schema").distinct()
            if is_edge(schema)
        }
    return links - set(members)
