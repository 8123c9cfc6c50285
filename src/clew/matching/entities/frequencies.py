"""How often a value stands in the files: what many share says little, what nobody else has says much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from clew.matching.entities.entity import Entity
from clew.matching.entities.outcomes import Value, prepare
from clew.matching.entities.table import Comparing, Level, family_of, shipped_table

PRIOR_SIZE = 1000
"""How many entities' worth of trust the table's u has beside what the files show. A file of ten tells little."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many entities each value stands."""

    entities: Counter[str] = field(default_factory=Counter)
    """Family: how many entities."""
    values: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(family, comparison, value's key): how many entities have it."""

    def chance(self, family: str, comparing: Comparing, level: Level, a: Value, b: Value) -> float:
        """u of an agreement in these values: the level's own, moved towards the share of others that have them.

        The two entities that are compared do not count.
        """
        mine = 2 if a.key == b.key else 1
        others = max(max(self.values[family, comparing.name, value.key] for value in (a, b)) - mine, 0)
        size = max(self.entities[family] - 2, 0)
        return (others + PRIOR_SIZE * level.u) / (size + PRIOR_SIZE)


def count(entities: Iterable[Entity]) -> Frequencies:
    """Count values over all entities that are at hand."""
    found = Frequencies()
    for entity in entities:
        family = family_of(entity.schema)
        if family is None:
            continue
        found.entities[family] += 1
        for comparing in shipped_table().families[family]:
            for key in {value.key for value in values_of(entity, comparing)}:
                found.values[family, comparing.name, key] += 1
    return found


def values_of(entity: Entity, comparing: Comparing) -> list[Value]:
    """The entity's values for a comparison, ready to be compared."""
    prepared = (prepare(comparing.compares, text, entity.country) for _, text in entity.values(comparing.properties))
    return [value for value in prepared if value is not None]
