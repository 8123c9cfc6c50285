"""From links to clusters: one cluster is one person, as far as the file says, and never contradicts itself.

Links are taken the surest first. One is cut where it would put two valid national numbers of one kind into a cluster,
and where, not sure itself, it alone would tie two clusters of several records together.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clew.matching.bulk.blocking import Weighed
from clew.matching.bulk.persons import Persons
from clew.matching.bulk.words import Ints

SURE = 6.64
"""log2 odds of a probability of 0.99."""
_KINDS = (1, 2)


@dataclass(frozen=True, slots=True)
class Clusters:
    """`of[row]`: the least row of its cluster. Links that were cut are rows of the pairs that were given."""

    of: Ints
    contradicting: npt.NDArray[np.int64]
    weak: npt.NDArray[np.int64]

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """By row: how many records its cluster has, where it is the cluster's least; 0 elsewhere."""
        return np.bincount(self.of, minlength=len(self.of))

    def several(self) -> list[list[int]]:
        """The rows of each cluster of two records or more."""
        sizes = self.sizes
        rows = np.flatnonzero(sizes[self.of] > 1)
        order = rows[np.argsort(self.of[rows], kind="stable")].tolist()
        ends = np.cumsum(sizes[sizes > 1]).tolist()
        return [order[start:end] for start, end in zip([0, *ends], ends, strict=False)]


class _Forest:
    """Clusters while they grow: root, size, and the national numbers that each holds."""

    def __init__(self, persons: Persons) -> None:
        self.above = list(range(len(persons)))
        self.size = [1] * len(persons)
        kind = np.where(persons.document >= 0, persons.only_one[persons.document], 0) if len(persons.only_one) else 0
        self.numbers = [np.where(kind == each, persons.document, -1).tolist() for each in _KINDS]

    def root(self, row: int) -> int:
        while self.above[row] != row:
            self.above[row] = self.above[self.above[row]]
            row = self.above[row]
        return row

    def contradict(self, a: int, b: int) -> bool:
        return any(numbers[a] >= 0 and numbers[b] >= 0 and numbers[a] != numbers[b] for numbers in self.numbers)

    def join(self, a: int, b: int) -> None:
        low, high = min(a, b), max(a, b)
        self.above[high] = low
        self.size[low] += self.size[high]
        for numbers in self.numbers:
            numbers[low] = max(numbers[low], numbers[high])


def cluster(persons: Persons, links: Weighed) -> Clusters:
    """Join records along links; `links` are those that reach the threshold."""
    forest = _Forest(persons)
    order = np.lexsort((links.pairs[:, 1], links.pairs[:, 0], -links.bits))
    contradicting: list[int] = []
    bridges: list[tuple[int, int, int]] = []
    for row, (i, j), bits in zip(order.tolist(), links.pairs[order].tolist(), links.bits[order].tolist(), strict=True):
        a, b = forest.root(i), forest.root(j)
        if a == b:
            continue
        if forest.contradict(a, b):
            contradicting.append(row)
        elif bits < SURE and forest.size[a] > 1 and forest.size[b] > 1:
            bridges.append((row, i, j))
        else:
            forest.join(a, b)
    weak = _join_twice_tied(forest, bridges, contradicting)
    of = np.array([forest.root(row) for row in range(len(persons))], dtype=np.int32)
    return Clusters(of, np.array(sorted(contradicting), np.int64), np.array(sorted(weak), np.int64))


def _join_twice_tied(forest: _Forest, bridges: list[tuple[int, int, int]], contradicting: list[int]) -> list[int]:
    """Join clusters that two links or more tie; answers the links that were cut because they stood alone."""
    ties: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for row, i, j in bridges:
        a, b = sorted((forest.root(i), forest.root(j)))
        if a != b:
            ties[a, b].append(row)
    cut: list[int] = []
    for (a, b), rows in ties.items():
        one, other = forest.root(a), forest.root(b)
        if one == other:
            continue
        if forest.contradict(one, other):
            contradicting += rows
        elif len(rows) > 1:
            forest.join(one, other)
        else:
            cut += rows
    return cut
