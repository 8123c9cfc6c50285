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
from clew.matching.bulk.forest import BRIDGE, CONTRADICTS, contradict, join, join_sure, root, roots
from clew.matching.bulk.persons import Persons
from clew.matching.bulk.words import Ints

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


def cluster(persons: Persons, links: Weighed) -> Clusters:
    """Join records along links; `links` are those that reach the threshold."""
    size = len(persons)
    above, many = np.arange(size, dtype=np.int32), np.ones(size, dtype=np.int32)
    kind = np.where(persons.document >= 0, persons.only_one[persons.document], 0) if len(persons.only_one) else 0
    numbers = np.stack([np.where(kind == each, persons.document, -1) for each in _KINDS], axis=1).astype(np.int32)
    order = np.lexsort((links.pairs[:, 1], links.pairs[:, 0], -links.bits))
    state = join_sure(above, many, numbers, links.pairs[order], links.bits[order])
    contradicting, bridges = order[state == CONTRADICTS].tolist(), order[state == BRIDGE].tolist()
    cut = _join_twice_tied(above, many, numbers, links, bridges, contradicting)
    of = roots(above)
    return Clusters(of, np.array(sorted(contradicting), np.int64), np.array(sorted(cut), np.int64))


def _join_twice_tied(
    above: Ints, many: Ints, numbers: Ints, links: Weighed, bridges: list[int], contradicting: list[int]
) -> list[int]:
    """Join clusters that two links or more tie; answers the links that were cut because they stood alone."""
    ties: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for row in bridges:
        a, b = sorted(root(above, end) for end in links.pairs[row].tolist())
        if a != b:
            ties[a, b].append(row)
    cut: list[int] = []
    for (a, b), rows in ties.items():
        one, other = root(above, a), root(above, b)
        if one == other:
            continue
        if contradict(numbers, one, other):
            contradicting += rows
        elif len(rows) > 1:
            join(above, many, numbers, one, other)
        else:
            cut += rows
    return cut
