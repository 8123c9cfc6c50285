"""Before a search: can these relatives answer at all, and whose sample would help most?

For the relatives at hand, the distribution of the likelihood ratio is computed for the true child and for unrelated
children. It is no simulation: at each locus every genotype is weighed, and the loci are added up on a grid of log10
LR in steps of `STEP`. Each locus keeps its mean; the rounding of the sum over 23 loci stays below about 0.01 in log10.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clew.kinship.assumptions import Assumptions
from clew.kinship.elimination import FloatArray
from clew.kinship.likelihood import CandidateTable, candidates, genotypes_of
from clew.kinship.locus import Locus, make_locus
from clew.kinship.pedigree import Pedigree
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile, Seen
from clew.kinship.ratios import seen_at

STEP = 0.005
STAND_IN = "(stand-in for the missing person)"
MOST_PAIRS = 12_000_000
"""Genotypes of a relative times genotypes of the child; a locus with more is left out of whom to sample next, and
named."""


@dataclass(frozen=True, eq=False)
class Distribution:
    """How probable each log10 LR is: `weights[i]` at `lowest + i * STEP`; `zero` is the probability of LR = 0."""

    lowest: float
    weights: FloatArray
    zero: float

    def at_least(self, log10: float) -> float:
        """The probability of a log10 LR of at least this."""
        first = math.ceil((log10 - self.lowest) / STEP - 1e-9)
        return min(1.0, float(self.weights[max(first, 0) :].sum()))

    def quantile(self, share: float) -> float:
        """The log10 LR below which this share lies; minus infinity where that many are 0."""
        if share <= self.zero:
            return -math.inf
        reached = np.cumsum(self.weights) + self.zero
        return self.lowest + STEP * min(int(np.searchsorted(reached, share)), len(reached) - 1)

    def plus(self, other: Distribution) -> Distribution:
        """The distribution of the sum of two that do not depend on each other."""
        zero = 1.0 - (1.0 - self.zero) * (1.0 - other.zero)
        return Distribution(self.lowest + other.lowest, np.convolve(self.weights, other.weights), zero)


CERTAIN = Distribution(0.0, np.ones(1), 0.0)
"""Nothing typed: the ratio is 1."""


@dataclass(frozen=True, slots=True)
class Power:
    """What a search with these relatives can do. `left_out`: loci that were too large to weigh."""

    true_child: Distribution
    unrelated: Distribution
    left_out: tuple[str, ...] = ()

    def found(self, log10: float) -> float:
        """The probability that the true child reaches this log10 LR."""
        return self.true_child.at_least(log10)

    def false_hits(self, log10: float, database_size: int) -> float:
        """How many unrelated children of a database reach it, on average."""
        return database_size * self.unrelated.at_least(log10)

    def threshold(self, database_size: int, false_hits: float = 1.0) -> float:
        """The lowest log10 LR, in steps of the grid, at which no more than `false_hits` unrelated children are
        expected."""
        tail = np.cumsum(self.unrelated.weights[::-1])[::-1] * database_size
        few = np.nonzero(tail <= false_hits)[0]
        place = int(few[0]) if len(few) else len(tail)
        return self.unrelated.lowest + STEP * place

    def can_answer(self, database_size: int, *, share: float = 0.5) -> bool:
        """Whether the true child is found with at least this probability where one false hit is expected."""
        return self.found(self.threshold(database_size)) >= share


def power(
    family: Pedigree,
    missing: str,
    profiles: Mapping[str, Profile],
    assumptions: Assumptions,
    loci: Sequence[str],
) -> Power:
    """The power of the relatives at hand, whose profiles are known, for a child typed at all of `loci`. Raises
    `KinshipProblem`."""
    true_child = unrelated = CERTAIN
    for name in loci:
        locus, seen = make_locus(assumptions, name), seen_at(profiles, name)
        related, apart = _tables(family, missing, locus, seen, tuple(profiles))
        if not related.total.value:
            cure = "Check the samples and who is who, or allow for mutation."
            raise KinshipProblem(name, "the relatives exclude one another.", cure)
        scale = 2.0 ** (related.exponent - apart.exponent)
        logs = _log10(related.joint * scale, apart.joint)
        true_child = true_child.plus(_distribution(logs, related.given_family))
        unrelated = unrelated.plus(_distribution(logs, apart.given_family))
    return Power(true_child, unrelated)


def power_with(
    family: Pedigree,
    missing: str,
    profiles: Mapping[str, Profile],
    assumptions: Assumptions,
    loci: Sequence[str],
    relative: str,
) -> Power:
    """The power if `relative`, who is not typed yet, were typed as well: the average over what the test could show.

    Raises `KinshipProblem`.
    """
    true_child = unrelated = CERTAIN
    left_out: list[str] = []
    for name in loci:
        locus, seen = make_locus(assumptions, name), seen_at(profiles, name)
        count = locus.visible * (locus.visible + 1) // 2
        if count * len(locus.alleles) ** 2 > MOST_PAIRS:
            left_out.append(name)
            continue
        sampled = (*profiles, relative)
        one = _pairs(family, locus, seen, (relative, missing), sampled)
        other = _pairs(family.without_link(missing, STAND_IN), locus, seen, (relative, missing), sampled)
        logs = _log10(
            one / one.sum(axis=1, keepdims=True).clip(min=1e-300),
            other / other.sum(axis=1, keepdims=True).clip(min=1e-300),
        )
        true_child = true_child.plus(_distribution(logs.ravel(), (one / one.sum()).ravel()))
        unrelated = unrelated.plus(_distribution(logs.ravel(), (other / other.sum()).ravel()))
    return Power(true_child, unrelated, tuple(left_out))


def whom_to_sample_next(
    family: Pedigree,
    missing: str,
    profiles: Mapping[str, Profile],
    assumptions: Assumptions,
    loci: Sequence[str],
    database_size: int,
) -> tuple[tuple[str, float, Power], ...]:
    """Relatives who are not typed and not dead, with the probability that the true child is found where one false hit
    is expected, the best first; and the power with each. Raises `KinshipProblem`.
    """
    typed = {family.genome(each) for each in (*profiles, missing)}
    open_ones = [each.id for each in family if family.genome(each.id) not in typed and not each.deceased]
    found = [(each, power_with(family, missing, profiles, assumptions, loci, each)) for each in open_ones]
    ranked = [(each, own.found(own.threshold(database_size)), own) for each, own in found]
    return tuple(sorted(ranked, key=lambda one: -one[1]))


def _tables(
    family: Pedigree, missing: str, locus: Locus, seen: Mapping[str, Seen], sampled: tuple[str, ...]
) -> tuple[CandidateTable, CandidateTable]:
    return (
        candidates(family, locus, seen, missing, sampled=sampled),
        candidates(family.without_link(missing, STAND_IN), locus, seen, missing, sampled=sampled),
    )


def _pairs(
    pedigree: Pedigree, locus: Locus, seen: Mapping[str, Seen], persons: tuple[str, str], sampled: tuple[str, ...]
) -> FloatArray:
    """Probability of what was seen with what two persons would show: shown genotypes of the first x of the second."""
    table = genotypes_of(pedigree, locus, seen, persons, sampled=sampled).table
    x = locus.assumptions.chromosome == "X"
    for each in persons:
        haploid = x and pedigree[each].sex == "male"
        shown = _shown(locus, haploid=haploid)
        flat = table.reshape((len(shown), *table.shape[1 if haploid else 2 :]))
        summed = np.zeros((int(shown.max()) + 1, *flat.shape[1:]))
        np.add.at(summed, shown, flat)
        table = np.moveaxis(summed, 0, -1)  # so that the next person's axes come first, and both end up in order
    return table


def _shown(locus: Locus, *, haploid: bool) -> NDArray[np.intp]:
    """For each true genotype (ordered, flattened) the number of what a test shows: the last number is nothing."""
    visible, count = locus.visible, len(locus.alleles)
    if haploid:
        return np.minimum(np.arange(count, dtype=np.intp), visible)
    first, second = np.divmod(np.arange(count * count, dtype=np.intp), count)
    low, high = np.minimum(first, second), np.maximum(first, second)
    high = np.where(high >= visible, np.where(low >= visible, high, low), high)
    numbers = np.where(low >= visible, visible * visible, low * visible + high)
    return np.unique(numbers, return_inverse=True)[1].astype(np.intp).ravel()


def _log10(related: FloatArray, apart: FloatArray) -> FloatArray:
    """The logarithm of the ratio; minus infinity where it is 0."""
    ratios = np.divide(related, apart, out=np.zeros_like(related), where=apart > 0)
    return np.log10(ratios, out=np.full_like(ratios, -np.inf), where=ratios > 0)


def _distribution(logs: FloatArray, weights: FloatArray) -> Distribution:
    """Weights on the grid; each is shared between its two neighbours so that the mean stays."""
    finite = np.isfinite(logs)
    zero = float(weights[~finite].sum())
    places = logs[finite] / STEP
    if not len(places):
        return Distribution(0.0, np.zeros(1), zero)
    low = math.floor(float(places.min()))
    below = np.floor(places).astype(np.intp)
    above = places - below
    size = math.ceil(float(places.max())) - low + 2
    lower = np.bincount(below - low, weights[finite] * (1.0 - above), size)
    upper = np.bincount(below - low + 1, weights[finite] * above, size)
    grid: FloatArray = np.asarray(lower + upper, dtype=np.float64)
    return Distribution(low * STEP, grid, zero)
