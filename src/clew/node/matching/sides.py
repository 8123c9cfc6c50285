"""One team's words on one entity, ready to be compared, and with the digests that it is found by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from clew.matching.entities import Entity, keys_of
from clew.matching.entities.blocking import Key
from clew.node.dossier.queries import SaidByTeam, TeamSide
from clew.node.matching.digests import digests_of
from clew.vocabulary.model import UnknownSchema

NAMES: Final = frozenset({"name", "alias", "weakAlias", "previousName"})
"""Properties whose original spelling is compared too: characters say more than their pinyin."""
TOLD_HANDLING: Final = frozenset({"H0", "H1"})
"""Under these codes the own organisation may use a fact; H2 and H3 ask whoever gave it first."""
TOLD_PURPOSES: Final = frozenset({"criminal_investigation", "court", "life_in_danger"})
"""What was recorded to help somebody raises no notice in another team, whoever it is about."""

Place = tuple[int, int]
"""An entity and the team that speaks of it; the eldest of its group that this team knows."""


@dataclass(frozen=True, slots=True)
class Found:
    """One key of a side, as it is kept."""

    kind: str
    digest: bytes
    first: int
    guarded: bool
    tells: bool
    identifies: bool


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared. `root`: the entity that stands for its group."""

    root: int
    place: Place
    entity: Entity
    keys: tuple[Found, ...]
    guarded: bool


def side_of(said: TeamSide) -> Side | None:
    """The side; None where entities of its kind are not compared or nothing of it can be."""
    entity = entity_of(said.entity_id, said.schema, ((one.prop, one.value, one.original) for one in said.said))
    try:
        keys = keys_of(entity)
    except UnknownSchema:
        return None
    by_value: dict[str, list[SaidByTeam]] = defaultdict(list)
    for one in said.said:
        for text in {one.value.strip(), (one.original or "").strip()} - {""}:
            by_value[text].append(one)
    found = tuple(_found(key, digest, by_value) for key, digest in zip(keys, digests_of(keys), strict=True))
    return Side(said.root, (said.entity_id, said.compartment_id), entity, found, said.guarded) if found else None


def entity_of(number: int, schema: str, said: Iterable[tuple[str, str, str | None]]) -> Entity:
    """The library's entity of (property, value, original spelling)."""
    values: dict[str, dict[str, None]] = defaultdict(dict)
    for prop, value, original in said:
        values[prop][value] = None
        if original and prop in NAMES:
            values[prop][original] = None
    return Entity(str(number), schema, {prop: tuple(texts) for prop, texts in values.items()})


def _found(key: Key, digest: bytes, by_value: dict[str, list[SaidByTeam]]) -> Found:
    saying = [one for value in key.values for one in by_value.get(value.strip(), ())]
    # A value that cannot be traced to its statement is treated as a protected person's.
    guarded = not saying or any(one.guarded for one in saying)
    return Found(
        key.kind,
        digest,
        min((one.number for one in saying), default=0),
        guarded,
        key.identifies and not guarded and _may_tell(saying),
        key.identifies,
    )


def _may_tell(saying: Sequence[SaidByTeam]) -> bool:
    """Whether each of the statements was made here, for an investigation, under a code that allows own use."""
    return all(one.own and one.handling in TOLD_HANDLING and one.purpose in TOLD_PURPOSES for one in saying)
