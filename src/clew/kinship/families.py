"""The other way round: one child who was found against every family that looks for one.

The tables of all families lie side by side, for each locus and finding one float32 a family, so that a child reads one
line for each locus. As in `scanning`, the sums only choose; each hit is computed again from its family in float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clew.kinship.alleles import locus_key
from clew.kinship.compiling import CompiledFamily, LocusTable, log10_of
from clew.kinship.findings import in_one_order, number_of
from clew.kinship.pedigree import Sex
from clew.kinship.plan import ROUNDING
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile

BLOCK = 256
"""Families whose tables are written at once."""


@dataclass(frozen=True, slots=True)
class FamilyHit:
    """A family whose missing child the one found may be: a lead."""

    family: str
    log10: float
    per_locus: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class CompiledFamilies:
    """Families compiled under the same assumptions and for the same loci.

    `tables[locus]`: findings x families, log10 of the ratio. `largest[family]`: the sum over its loci of its largest
    finite entry, by which the error of a sum is bounded. `again`: compiles a family anew by its id, for a hit's exact
    ratio.
    """

    ids: tuple[str, ...]
    sexes: tuple[Sex, ...]
    loci: tuple[LocusTable, ...]
    tables: tuple[NDArray[np.float32], ...]
    largest: NDArray[np.float64]
    again: Callable[[str], CompiledFamily]

    @classmethod
    def of(
        cls, ids: Sequence[str], compiled: Iterable[CompiledFamily], again: Callable[[str], CompiledFamily]
    ) -> CompiledFamilies:
        """The families of these ids, in their order; each is read once. Raises `KinshipProblem` where their assumptions
        differ."""
        if len(set(ids)) < len(ids):
            raise KinshipProblem("Families", "have an id twice.", "Give each family its own.")
        sexes: list[Sex] = []
        block: list[CompiledFamily] = []
        tables: tuple[NDArray[np.float32], ...] = ()
        largest = np.zeros(len(ids))
        first: CompiledFamily | None = None
        for each in compiled:
            if first is None:
                first = each
                tables = tuple(np.empty((len(one.ratios), len(ids)), dtype=np.float32) for one in each.tables)
            _check_alike(ids[len(sexes)], first, each)
            sexes.append(each.sex)
            block.append(each)
            if len(block) == BLOCK or len(sexes) == len(ids):
                _write(block, tables, largest, len(sexes) - len(block))
                block.clear()
        if first is None:
            raise KinshipProblem("Families", "are none.", "Compile at least one.")
        return cls(tuple(ids), tuple(sexes), first.tables, tables, largest, again)

    def __len__(self) -> int:
        return len(self.ids)

    def search(
        self, sample: str, profile: Profile, threshold: float, top: int, *, sex: Sex = "unknown"
    ) -> tuple[FamilyHit, ...]:
        """The families for which the child's ratio is at least `threshold`, at most `top`, best first and equal ones by
        id. Raises `KinshipProblem` for a finding that has no ratio.
        """
        if not 0 < threshold < math.inf:
            raise KinshipProblem("Threshold", f"is {threshold}.", "It is a likelihood ratio above 0.")
        seen = {locus_key(name): own for name, own in profile.items()}
        sums = np.zeros(len(self.ids), dtype=np.float32)
        for locus, table in zip(self.loci, self.tables, strict=True):
            own = seen.get(locus_key(locus.name))
            locus.ratio(sample, own)  # refuses what has no ratio in any family
            sums += table[number_of(own and in_one_order(own), locus.numbers)]
        least = math.log10(threshold)
        error = 1.01 * ROUNDING * (len(self.loci) + 2) * self.largest + abs(least) * ROUNDING
        chosen = np.nonzero(sums >= least - error)[0]
        found = [self._hit(int(each), sample, profile) for each in chosen if self._may_be(int(each), sex)]
        reached = [each for each in found if each.log10 >= least]
        return tuple(sorted(reached, key=lambda each: (-each.log10, each.family))[:top])

    def _hit(self, number: int, sample: str, profile: Profile) -> FamilyHit:
        per_locus = self.again(self.ids[number]).per_locus(sample, profile)
        return FamilyHit(self.ids[number], log10_of(per_locus), per_locus)

    def _may_be(self, number: int, sex: Sex) -> bool:
        return {sex, self.sexes[number]} != {"male", "female"}


def _check_alike(name: str, first: CompiledFamily, other: CompiledFamily) -> None:
    if (first.assumptions, first.loci) != (other.assumptions, other.loci):
        raise KinshipProblem(
            name,
            "was compiled under other assumptions or for other loci than the families before it.",
            "Keep one set of compiled families for each set of assumptions.",
        )
    if [each.haploid for each in first.tables] != [each.haploid for each in other.tables]:
        cure = "Keep families that look for a boy and for a girl apart on the X."
        raise KinshipProblem(name, "looks for a child with another number of X than the families before it.", cure)


def _write(
    block: Sequence[CompiledFamily], tables: Sequence[NDArray[np.float32]], largest: NDArray[np.float64], start: int
) -> None:
    for number, table in enumerate(tables):
        ratios = np.stack([each.tables[number].ratios for each in block])
        logs = np.log10(ratios, out=np.full_like(ratios, -np.inf), where=ratios > 0)
        finite = np.where(np.isfinite(logs), np.abs(logs), 0.0)
        largest[start : start + len(block)] += finite.max(axis=1)
        table[:, start : start + len(block)] = logs.T
