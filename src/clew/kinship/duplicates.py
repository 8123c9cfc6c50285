"""Children who show the very same profile: one child sampled twice, an exchanged sample, or monozygotic twins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clew.kinship.columns import Columns

LEAST_LOCI = 10
"""Two strangers with as many loci in common do not exist in any database."""
MIXED = np.uint64(0x9E3779B97F4A7C15)


def same_profiles(columns: Columns, *, least_loci: int = LEAST_LOCI) -> tuple[tuple[str, ...], ...]:
    """The ids of children who are alike at every locus and typed at `least_loci` of them, in groups, by id."""
    sums = _sums(columns)
    order = np.argsort(sums, kind="stable")
    alike = np.nonzero(sums[order[1:]] == sums[order[:-1]])[0]
    groups: dict[bytes, set[int]] = {}
    for place in alike:
        for row in (int(order[place]), int(order[place + 1])):
            groups.setdefault(columns.codes[:, row].tobytes(), set()).add(row)
    named = [
        tuple(sorted(columns.id(row) for row in rows))
        for rows in groups.values()
        if len(rows) > 1 and len(columns.profile(min(rows))) >= least_loci
    ]
    return tuple(sorted(named))


def _sums(columns: Columns) -> NDArray[np.uint64]:
    """A number for each profile that is the same where profiles are, and hardly ever else."""
    sums = np.zeros(len(columns), dtype=np.uint64)
    for column in columns.codes:
        sums ^= column
        sums *= MIXED
        sums ^= sums >> np.uint64(29)
    return sums
