"""Several families and several children of whom each pair was weighed alone: who is who, so that no child has two.

A family that misses one child and a child found are a pair; each pair has its likelihood ratio against "not the one".
An assignment gives each family one child at most and each child one family at most. Where families are independent of
one another given the allele frequencies (theta 0), its ratio is the product of its pairs' ratios, and `joint` gives the
same from the genotypes (a test compares them).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MOST: Final = 20_000
"""Assignments that are weighed at most."""

Pair = tuple[str, str]
"""A family and a child."""


@dataclass(frozen=True, slots=True)
class Together:
    """An assignment: its pairs, in order; log10 of its ratio; and how probable it is among all."""

    pairs: tuple[Pair, ...]
    log10: float
    posterior: float


def weigh_together(pairs: Mapping[Pair, float]) -> tuple[Together, ...]:
    """All assignments, the most probable first; each is as probable as any other beforehand, "nobody" among them.

    Args:
        pairs: log10 of each pair's ratio. A pair that is not named is taken for impossible.

    Returns:
        Nothing where there are more than `MOST`: then fewer families or children have to be weighed.
    """
    found: list[tuple[tuple[Pair, ...], float]] = []
    for each in _assignments(sorted(pairs), pairs):
        found.append(each)
        if len(found) > MOST:
            return ()
    highest = max(log10 for _, log10 in found)
    weights = [10 ** (log10 - highest) for _, log10 in found]
    total = math.fsum(weights)
    made = [Together(who, log10, weight / total) for (who, log10), weight in zip(found, weights, strict=True)]
    return tuple(sorted(made, key=lambda each: (-each.log10, each.pairs)))


def linked(pairs: Mapping[Pair, float], first: Pair) -> dict[Pair, float]:
    """The pairs to weigh with the first one: those that share a child or a family with it, or with such a pair."""
    near = {first} & pairs.keys()
    while True:
        families, children = {family for family, _ in near}, {child for _, child in near}
        wider = {each for each in pairs if each[0] in families or each[1] in children}
        if wider == near:
            return {each: pairs[each] for each in sorted(near)}
        near = wider


def _assignments(left: Sequence[Pair], pairs: Mapping[Pair, float]) -> Iterator[tuple[tuple[Pair, ...], float]]:
    """Ways to choose from the pairs that are left, no family and no child twice."""
    if not left:
        yield (), 0.0
        return
    (family, child), *rest = left
    yield from _assignments(rest, pairs)
    apart = [each for each in rest if each[0] != family and each[1] != child]
    for chosen, log10 in _assignments(apart, pairs):
        yield ((family, child), *chosen), log10 + pairs[family, child]
