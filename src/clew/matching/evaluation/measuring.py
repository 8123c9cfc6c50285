"""Precision, recall and F1 of a judge of names, over all and by category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clew.matching.evaluation.pairs import Pair

Judge = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of pair. A category of same names has recall, one of different names the share told apart."""

    name: str
    same: bool
    pairs: int
    right: int

    @property
    def share_right(self) -> float:
        """Recall where the names are the same; where they differ, the share that was called different."""
        return self.right / self.pairs


@dataclass(frozen=True, slots=True)
class Quality:
    """What a judge reached."""

    pairs: int
    precision: float
    recall: float
    f1: float
    categories: tuple[Category, ...]
    """Those of same names first."""


def quality(pairs: Sequence[Pair], judge: Judge) -> Quality:
    """Ask the judge of every pair whether both strings can write one name."""
    asked: Counter[tuple[bool, str]] = Counter()
    right: Counter[tuple[bool, str]] = Counter()
    for pair in pairs:
        kind = (pair.same, pair.category)
        asked[kind] += 1
        right[kind] += judge(pair.a, pair.b) == pair.same
    found = sum(many for (same, _), many in right.items() if same)
    missed = sum(many for (same, _), many in asked.items() if same) - found
    wrong = sum(asked[kind] - right[kind] for kind in asked if not kind[0])
    categories = [Category(name, same, many, right[same, name]) for (same, name), many in asked.items()]
    return Quality(
        len(pairs),
        found / max(found + wrong, 1),
        found / max(found + missed, 1),
        2 * found / max(2 * found + missed + wrong, 1),
        tuple(sorted(categories, key=lambda each: (not each.same, each.name))),
    )
