"""What each team's sources say of entities, for the room that compares them; it serves the worker and never a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from clew.dossier.concerns import protects
from clew.dossier.handling import strictest
from clew.node.dossier.bulk import chunks
from clew.node.dossier.concerning import concerned_persons
from clew.node.dossier.models import Entity, Judgement, SourcePerson, Statement
from clew.node.dossier.queries.engine import person_categories
from clew.node.dossier.reading import opened_values, placed
from clew.node.dossier.rows import GROUPS_AT_ONCE, members_of, most_specific, roots_of
from clew.node.dossier.sealing import Plain


@dataclass(frozen=True, slots=True)
class SaidByTeam:
    """One statement of a team. `number` is the statement's: what was recorded earlier has the smaller one.

    `guarded`: it is sealed, or concerns somebody whose category protects today. `own`: this organisation said it first.
    """

    number: int
    prop: str
    value: str
    original: str | None
    guarded: bool
    handling: str
    purpose: str
    own: bool


@dataclass(frozen=True, slots=True)
class TeamSide:
    """What one compartment says of one entity with all that was judged the same; no two teams' words are mixed.

    `entity_id` is the eldest of the group that the compartment itself speaks of, as in the lists: it is not shown the
    number of one that it does not know. `root` stands for the group.
    """

    root: int
    entity_id: int
    compartment_id: int
    schema: str
    said: tuple[SaidByTeam, ...]

    @property
    def guarded(self) -> bool:
        """Whether any of it must not be known to whoever may not see who a protected person is."""
        return any(one.guarded for one in self.said)


def said_by_teams(*, entity_ids: Iterable[int]) -> list[TeamSide]:
    """What each team says of the entities and all judged the same; sealed values opened, links left out."""
    members = members_of(roots_of(set(entity_ids)).values())
    sides: dict[tuple[int, int], list[tuple[Entity, SaidByTeam]]] = defaultdict(list)
    for chunk in chunks(sorted(members), GROUPS_AT_ONCE):
        for row, said in _said(chunk):
            sides[members[row.entity_id], row.source.compartment_id].append((row.entity, said))
    spoken = _spoken(members)
    return [
        TeamSide(
            root,
            _eldest(root, spoken[root, team] | {entity.pk for entity, _said in found}),
            team,
            most_specific(entity.schema for entity, _said in found),
            tuple(said for _entity, said in found),
        )
        for (root, team), found in sorted(sides.items())
    ]


def _eldest(root: int, known: Collection[int]) -> int:
    return root if root in known else min(known)


def _spoken(members: Mapping[int, int]) -> dict[tuple[int, int], set[int]]:
    """By group and compartment the persons whom its sources speak of, if only by pointing at them."""
    spoken: dict[tuple[int, int], set[int]] = defaultdict(set)
    for chunk in chunks(sorted(members), GROUPS_AT_ONCE):
        persons = SourcePerson.objects.filter(person_id__in=chunk, source__undone__isnull=True)
        for person, team in persons.values_list("person_id", "source__compartment_id"):
            spoken[members[person], team].add(person)
    return spoken


def groups_of(*, entity_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Each entity with all that were judged the same as it, itself included."""
    roots = roots_of(set(entity_ids))
    groups: dict[int, set[int]] = defaultdict(set)
    for member, root in members_of(roots.values()).items():
        groups[root].add(member)
    return {entity: frozenset(groups[root]) for entity, root in roots.items()}


def roots(*, entity_ids: Collection[int]) -> dict[int, int]:
    """The entity that stands for the group of each."""
    return roots_of(entity_ids)


def entity_numbers(*, after: int, limit: int) -> list[int]:
    """The numbers of all entities in portions, ascending."""
    return list(Entity.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])


def judgement_stands(judgement_id: int) -> bool:
    """Whether a judgement that two are the same has not been taken back."""
    return Judgement.objects.filter(pk=judgement_id, undone__isnull=True).exists()


def _said(entities: list[int]) -> Iterator[tuple[Statement, SaidByTeam]]:
    live = Statement.objects.filter(source__undone__isnull=True, end__isnull=True, ref__isnull=True)
    rows = list(live.filter(entity_id__in=entities).select_related("entity", "source", "prop").order_by("pk"))
    opened = opened_values(rows)
    concerned = concerned_persons(placed(row) for row in rows)
    everyone: set[int] = set().union(*concerned.values()) if concerned else set()
    categories = person_categories(everyone, timezone.now())
    guarding = {person for person in everyone if protects(categories[person])}
    own = settings.NODE.node_id
    for row in rows:
        plain = opened.get(row.pk) if row.sealed is not None else Plain(row.value, row.original)
        if plain is None or not plain.value:
            continue
        yield (
            row,
            SaidByTeam(
                number=row.pk,
                prop=row.prop.name,
                value=plain.value,
                original=plain.original,
                guarded=row.sealed is not None or bool(concerned[row.pk] & guarding),
                handling=strictest(row.handling, row.source.handling),
                purpose=row.source.purpose,
                own=row.source.owner == own and not row.source.chain,
            ),
        )
