"""Reads statements from the store as plain facts, opening sealed values for those who may see them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from clew.dossier.types import NATURES, Ending, SourceFacts, Statement
from clew.node.dossier import models
from clew.node.dossier.concerning import Placed, concerned_persons
from clew.node.dossier.keyring import keys_of
from clew.node.dossier.sealing import Plain, Sealer

RELATED = ("source", "source__recorded_by", "prop", "entity", "end", "end__by", "replaces", "replaces__by")


def read(statements: QuerySet[models.Statement], *, open_sealed: bool) -> list[Statement]:
    """The statements as facts, in the order of their numbers. `value` is None where it is sealed and not opened."""
    rows = list(statements.select_related(*RELATED).order_by("id"))
    opened = opened_values(rows) if open_sealed else {}
    return [_facts(row, opened.get(row.pk)) for row in rows]


def opened_values(rows: Iterable[models.Statement]) -> dict[int, Plain]:
    """The sealed values that can be read, by statement; three queries however many there are."""
    sealed = [row for row in rows if row.sealed is not None]
    if not sealed:
        return {}
    concerned = concerned_persons(placed(row) for row in sealed)
    sealer = Sealer(keys_of(frozenset().union(*concerned.values())))
    found: dict[int, Plain] = {}
    for row in sealed:
        persons = sealer.sealing(concerned[row.pk])
        plain = sealer.open(persons, row.entity_id, row.prop.name, bytes(row.sealed or b""))
        if plain is not None:
            found[row.pk] = plain
    return found


def placed(row: models.Statement) -> Placed:
    """What decides whom a statement concerns."""
    return Placed(row.pk, row.entity_id, row.entity.schema, row.source_id, row.concern_set_id)


def _facts(row: models.Statement, opened: Plain | None) -> Statement:
    end = getattr(row, "end", None)
    began = getattr(row, "replaces", None)
    plain = opened if row.sealed is not None else Plain(row.value, row.original)
    return Statement(
        id=row.pk,
        entity_id=row.entity_id,
        schema=row.entity.schema,
        prop=row.prop.name,
        value=plain.value if plain else None,
        original=plain.original if plain else None,
        source=source_facts(row.source),
        accuracy=row.accuracy,
        nature=NATURES[row.nature],
        recorded=began.at if began else row.source.recorded,
        recorded_by=_who(began.by) if began else _who(row.source.recorded_by),
        lang=row.lang,
        seen_on=row.seen_on,
        handling=row.handling,
        sealed=row.sealed is not None,
        refers_to=row.ref_id,
        ending=Ending(end.at, _who(end.by), end.reason, end.replaced_by_id) if end else None,
    )


def source_facts(source: models.Source) -> SourceFacts:
    """A source as a dossier shows it."""
    return SourceFacts(
        id=source.pk,
        compartment_id=source.compartment_id,
        kind=source.kind,
        title=source.title,
        owner=source.owner,
        reliability=source.reliability,
        handling=source.handling,
        handling_text=source.handling_text,
        purpose=source.purpose,
        basis=source.basis,
        language=source.language,
        retain_until=source.retain_until,
        received_letter=source.received_letter,
        recorded=source.recorded,
        recorded_by=_who(source.recorded_by),
        undone=source.undone,
    )


def _who(officer: object) -> str:
    return str(officer) if officer is not None else ""
