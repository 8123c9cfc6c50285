"""Who is the same as whom: judgements that can be taken back, and that never touch a statement.

Each entity points at most once at the one it was judged the same as. The entities that lead to the same root form a
group. Merging adds one pointer between two roots, splitting removes one: so a merge followed by its split gives the
former groups back, and no statement is ever moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class SameAlready(ValueError):
    """The two entities are already one."""


class NotMerged(ValueError):
    """The entity was not merged with any other."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The pointers: `kept[other]` is the entity that `other` was judged the same as."""

    kept: Mapping[int, int]

    def root(self, entity: int) -> int:
        """The entity that stands for the group."""
        while entity in self.kept:
            entity = self.kept[entity]
        return entity

    def group(self, entity: int) -> frozenset[int]:
        """Every entity judged the same as this one, itself included."""
        root = self.root(entity)
        return frozenset({root} | {other for other in self.kept if self.root(other) == root})

    def merge(self, keep: int, other: int) -> Identity:
        """Judge two entities the same. Raises `SameAlready`."""
        kept_root, other_root = self.root(keep), self.root(other)
        if kept_root == other_root:
            raise SameAlready(f"{keep} and {other} are already one entity.")
        return Identity({**self.kept, other_root: kept_root})

    def split(self, other: int) -> Identity:
        """Take back that `other` is the same as the one it points at. Raises `NotMerged`."""
        if other not in self.kept:
            raise NotMerged(f"{other} was not merged into another entity.")
        return Identity({entity: target for entity, target in self.kept.items() if entity != other})


def identity(judgements: Iterable[tuple[int, int]]) -> Identity:
    """The identity that (kept, other) judgements in force describe."""
    return Identity({other: kept for kept, other in judgements})
