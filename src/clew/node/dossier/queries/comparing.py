"""Two entries beside each other: before they are judged the same, and before that is taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from clew.dossier.assemble import EntityView, assemble
from clew.dossier.pseudonym import pseudonym
from clew.dossier.rows import Said, row_of
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.dossier.concerning import is_person
from clew.node.dossier.judgements import judgement_to_undo, led_to
from clew.node.dossier.models import Entity, PersonKey, Statement
from clew.node.dossier.queries.engine import person_categories
from clew.node.dossier.queries.naming import captions_seen, shown_caption
from clew.node.dossier.queries.viewing import in_order
from clew.node.dossier.reach import reachable
from clew.node.dossier.reading import read
from clew.node.dossier.rows import members_of, most_specific, roots_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, as the officer may see it. `category` is "" for what is no person."""

    entity_id: int
    schema: str
    name: str
    view: EntityView
    names: dict[int, str]
    facts: int
    sources: int
    protected: bool
    category: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement that a split would take back: what stays under the number, what leaves, and who had said so."""

    stays: Side
    leaves: Side
    by: str
    at: dt.datetime
    reason: str


def two_sides(*, officer: Officer, one: int, other: int) -> tuple[Side, Side] | None:
    """Two entries with all that is judged the same as each; None unless the officer may know of both."""
    if {one, other} - reachable(officer, [one, other]):
        return None
    roots = roots_of([one, other])
    groups = members_of(roots.values())
    return (
        _side(officer, one, [member for member, root in groups.items() if root == roots[one]]),
        _side(officer, other, [member for member, root in groups.items() if root == roots[other]]),
    )


def judged(*, officer: Officer, entity_id: int) -> Judged | None:
    """What splitting this entry would undo; None where nothing is, or the officer may not know of both."""
    judgement = judgement_to_undo(entity_id)
    if judgement is None:
        return None
    kept, other = judgement.kept_id, judgement.other_id
    if {kept, other, entity_id} - reachable(officer, [kept, other, entity_id]):
        return None
    members = members_of(roots_of([entity_id]).values())
    leaving = led_to(other, members)
    return Judged(
        _side(officer, kept, members.keys() - leaving),
        _side(officer, other, leaving),
        str(judgement.by or ""),
        judgement.at,
        judgement.reason,
    )


def _side(officer: Officer, entity_id: int, members: Collection[int]) -> Side:
    visible = Statement.objects.filter(seen_by(officer, "source__compartment_id"), entity_id__in=members)
    statements = read(
        visible.filter(source__undone__isnull=True, end__isnull=True),
        open_sealed="dossier.identify" in permissions_of(officer),
    )
    schema = most_specific(Entity.objects.filter(id__in=members).values_list("schema", flat=True))
    # As long as they are one, the strictest category governs both sides.
    group = members_of(roots_of([entity_id]).values())
    protected = PersonKey.objects.filter(person_id__in=group, in_use=True).exists()
    said = [Said(one.id, one.prop, None if one.sealed else one.value, one.accuracy, one.original) for one in statements]
    caption = row_of(schema, said, pseudonym=pseudonym(entity_id) if protected else None).caption
    return Side(
        entity_id=entity_id,
        schema=schema,
        name=shown_caption(entity_id=entity_id, schema=schema, caption=caption, protected=protected),
        view=assemble(statements, order=in_order(schema)),
        names=captions_seen({one.refers_to for one in statements if one.refers_to}, officer=officer),
        facts=len(statements),
        sources=len({one.source.id for one in statements}),
        protected=protected,
        category=person_categories([entity_id], timezone.now())[entity_id] if is_person(schema) else "",
    )
