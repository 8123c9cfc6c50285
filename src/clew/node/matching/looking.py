"""Finds what some entities share with others of the store: reads alone, in the worker, outside any transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from django.db.models import Count

from clew.matching.entities.blocking import largest
from clew.node.dossier.queries import groups_of, roots, said_by_teams
from clew.node.matching.evidence import Pair, pair_of
from clew.node.matching.models import Key
from clew.node.matching.sides import Found, Place, Side, side_of

ACROSS: Final = 200
"""In how many entities of all teams together a key may stand for two teams' entities to be compared by it.

Within a team only what the team itself holds counts: what others hold must not change what it is shown.
"""
DIGESTS_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Shared:
    """An identifier that two teams' entities share. `later`: the place where it was recorded later."""

    holder: Place
    later: Place
    kind: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found. `groups`: the members of each group looked at, by the entity that stands for it.

    `roots`: that entity for every other one that is spoken of here.
    """

    groups: Mapping[int, frozenset[int]]
    sides: tuple[Side, ...]
    pairs: tuple[Pair, ...]
    shared: tuple[Shared, ...]
    roots: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _Row:
    """A key of the store."""

    place: Place
    digest: bytes
    first: int
    tells: bool


@dataclass(frozen=True, slots=True)
class _Block:
    """The teams within which a key tells something, and whether it may bring two teams' entities together."""

    teams: frozenset[int]
    across: bool

    def joins(self, a: Place, b: Place) -> bool:
        """Whether the two are compared because of this key."""
        return a[0] != b[0] and {a[1], b[1]} <= self.teams and (self.across or a[1] == b[1])


Holders = Mapping[bytes, list[tuple[Place, Found]]]


def look_at(entity_ids: Collection[int]) -> Looked:
    """Everything that these entities, with all judged the same as each, may be one with or share with another team."""
    groups = _groups(entity_ids)
    sides = {side.place: side for said in said_by_teams(entity_ids=entity_ids) if (side := side_of(said))}
    by_digest: dict[bytes, list[tuple[Place, Found]]] = defaultdict(list)
    for side in sides.values():
        for key in side.keys:
            by_digest[key.digest].append((side.place, key))
    own = {member for group in groups.values() for member in group}
    blocks: dict[bytes, _Block] = {}
    rows: list[_Row] = []
    digests = list(by_digest)
    for start in range(0, len(digests), DIGESTS_AT_ONCE):
        found = _blocks(digests[start : start + DIGESTS_AT_ONCE], by_digest, own)
        blocks |= found
        rows += _rows(found, own)
    meetings = _meetings(by_digest, rows, blocks)
    all_sides = sides | _others({place for pair in meetings for place in pair} - sides.keys())
    pairs = (pair_of(all_sides[a], all_sides[b]) for a, b in sorted(meetings) if a in all_sides and b in all_sides)
    standing = roots(entity_ids={row.place[0] for row in rows}) | {side.place[0]: side.root for side in sides.values()}
    shared = tuple(
        each for each in dict.fromkeys(_shared(by_digest, rows)) if standing[each.holder[0]] != standing[each.later[0]]
    )
    return Looked(groups, tuple(sides.values()), tuple(pair for pair in pairs if pair), shared, standing)


def _groups(entity_ids: Collection[int]) -> dict[int, frozenset[int]]:
    standing, groups = roots(entity_ids=entity_ids), groups_of(entity_ids=entity_ids)
    return {root: groups[entity] for entity, root in standing.items()}


def _others(wanted: Collection[Place]) -> dict[Place, Side]:
    """The store's sides that are to be compared."""
    said = said_by_teams(entity_ids={entity for entity, _team in wanted}) if wanted else []
    sides = (side_of(each) for each in said if (each.entity_id, each.compartment_id) in wanted)
    return {side.place: side for side in sides if side}


def _rows(blocks: Mapping[bytes, _Block], own: Collection[int]) -> Iterator[_Row]:
    """The store's other keys with these digests, in the teams where they tell something."""
    found = Key.objects.filter(digest__in=[digest for digest, block in blocks.items() if block.teams])
    for entity, team, digest, first, tells in (
        found.exclude(entity_id__in=own).values_list("entity_id", "team_id", "digest", "first", "tells").iterator()
    ):
        if team in blocks[bytes(digest)].teams:
            yield _Row((entity, team), bytes(digest), first, tells)


def _blocks(digests: Collection[bytes], by_digest: Holders, own: Collection[int]) -> dict[bytes, _Block]:
    """In which teams each digest stands seldom enough."""
    standing: dict[bytes, Counter[int]] = {
        digest: Counter(team for (_entity, team), _key in by_digest[digest]) for digest in digests
    }
    counted = Key.objects.filter(digest__in=digests).exclude(entity_id__in=own).values_list("digest", "team_id")
    for digest, team, number in counted.annotate(number=Count("pk")):
        standing[bytes(digest)][team] += number
    found = {}
    for digest, teams in standing.items():
        most = largest(by_digest[digest][0][1].kind)
        few = frozenset(team for team, number in teams.items() if number <= most)
        found[digest] = _Block(few, sum(teams.values()) <= ACROSS)
    return found


def _meetings(by_digest: Holders, rows: Iterable[_Row], blocks: Mapping[bytes, _Block]) -> set[tuple[Place, Place]]:
    """Which sides to compare: the looked-at with the store's, and with each other; the lesser place first."""
    found: set[tuple[Place, Place]] = set()
    for row in rows:
        block = blocks[row.digest]
        found |= {_ordered(place, row.place) for place, _key in by_digest[row.digest] if block.joins(place, row.place)}
    for digest, holders in by_digest.items():
        block = blocks[digest]
        within = [place for place, _key in holders if place[1] in block.teams]
        found |= {_ordered(a, b) for a, b in combinations(within, 2) if block.joins(a, b)}
    return found


def _ordered(a: Place, b: Place) -> tuple[Place, Place]:
    return (a, b) if a < b else (b, a)


def _shared(by_digest: Holders, rows: Iterable[_Row]) -> Iterator[Shared]:
    """Identifiers of two teams; whoever recorded it first is the holder, however often either side changes."""
    standing: dict[bytes, list[tuple[Place, int]]] = defaultdict(list)
    for row in rows:
        if row.tells:
            standing[row.digest].append((row.place, row.first))
    for digest, holders in by_digest.items():
        telling = [(place, key) for place, key in holders if key.tells]
        known = [*standing[digest], *((place, key.first) for place, key in telling)]
        for place, key in telling:
            for other, first in known:
                if other[0] == place[0] or other[1] == place[1]:
                    continue
                yield Shared(other, place, key.kind) if first < key.first else Shared(place, other, key.kind)
