"""The likelihood of what was seen in a family, exactly, locus by locus; and the table over everything one person
could be.

at = make_locus(assumptions, "D3S1358")
likelihood(family, at, {"F": Seen(("15", "17")), "MP": Seen(("15", "16"))})
candidates(family, at, {"F": Seen(("15", "17"))}, "MP")
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clew.kinship.elimination import FloatArray, Scaled
from clew.kinship.locus import Locus
from clew.kinship.network import LocusNetwork, Network, link
from clew.kinship.pedigree import Pedigree
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen


@dataclass(frozen=True, slots=True)
class Likelihood:
    """A probability as `value` times two to the power of `exponent`, so that large families do not underflow."""

    value: float
    exponent: int = 0

    def __float__(self) -> float:
        return math.ldexp(self.value, self.exponent)

    def over(self, other: Likelihood) -> float:
        """The ratio of two likelihoods; infinite where only the other is 0, not a number where both are."""
        if other.value == 0:
            return math.nan if self.value == 0 else math.inf
        return math.ldexp(self.value / other.value, self.exponent - other.exponent)


def likelihood(
    pedigree: Pedigree, locus: Locus, seen: Mapping[str, Seen], *, sampled: Collection[str] = ()
) -> Likelihood:
    """The probability of what was seen at one locus, by person. `sampled`: who has a profile at all; it decides only
    whom `prune` may leave out. Raises `KinshipProblem`.
    """
    _check_persons(pedigree, seen)
    network = Network()
    LocusNetwork(network, pedigree, locus.lumped(_named(seen)), seen, sampled=sampled)
    return _single(network.summed())


def linked_likelihood(
    pedigree: Pedigree, loci: tuple[Locus, Locus], seen: tuple[Mapping[str, Seen], Mapping[str, Seen]], rho: float
) -> Likelihood:
    """The probability of what was seen at two linked loci together; `rho`: how often a meiosis recombines between them.

    The founders' alleles at the two loci are independent (linkage equilibrium). Raises `KinshipProblem`.
    """
    if not 0 <= rho <= 0.5:
        raise KinshipProblem("rho", f"is {rho}.", "A recombination rate is from 0 (never) to 0.5 (not linked).")
    if any(each.assumptions.theta for each in loci):
        raise KinshipProblem(
            f"{loci[0].name} and {loci[1].name}",
            "are linked, and theta is above 0; how founders are related at both loci at once is not known.",
            "Compute with theta 0, or take only one of the two loci.",
        )
    network, parts, sampled = Network(), [], [*seen[0], *seen[1]]
    for locus, own in zip(loci, seen, strict=True):
        _check_persons(pedigree, own)
        made = LocusNetwork(network, pedigree, locus.lumped(_named(own)), own, sampled=sampled, linked=True)
        parts.append(made)
    link(network, parts[0], parts[1], rho)
    return _single(network.summed())


def genotypes_of(
    pedigree: Pedigree,
    locus: Locus,
    seen: Mapping[str, Seen],
    persons: Sequence[str],
    *,
    sampled: Collection[str] = (),
) -> Scaled:
    """The probability of what was seen together with each true genotype of `persons`, who are not typed.

    One axis for each allele: a person's paternal, then maternal allele (one axis for the X of a male), persons in
    order. Its sum is the likelihood of what was seen. Raises `KinshipProblem`.
    """
    _check_persons(pedigree, [*seen, *persons])
    network = Network()
    made = LocusNetwork(network, pedigree, locus, seen, persons, sampled=[*sampled, *persons])
    keep = [variable for each in persons for variable in made.placed[pedigree.genome(each)].variables]
    return network.summed(keep)


@dataclass(frozen=True, eq=False)
class CandidateTable:
    """What was seen in a family, with each genotype that a test of one more person could show.

    `alleles`: by number. `first`, `second`: the genotypes, first <= second; equal where homozygous (or the one X of a
    male). `joint`: probability of what was seen in the family and of the genotype, times two to the power of
    `exponent`. The silent allele is summed over: a person with an allele and a silent one shows as homozygous; one
    with two silent ones shows nothing, and is in `nothing_shown`.
    """

    alleles: tuple[str, ...]
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    joint: FloatArray
    nothing_shown: float
    exponent: int

    @property
    def total(self) -> Likelihood:
        """The probability of what was seen in the family."""
        return Likelihood(math.fsum(self.joint) + self.nothing_shown, self.exponent)

    @property
    def given_family(self) -> FloatArray:
        """The probability of each genotype given what was seen in the family. Raises `KinshipProblem` where that is
        0."""
        total = math.fsum(self.joint) + self.nothing_shown
        if total == 0:
            cure = "Check the samples and who is who, or allow for mutation."
            raise KinshipProblem("Family", "cannot show what was seen: its members exclude one another.", cure)
        return self.joint / total


def candidates(
    pedigree: Pedigree, locus: Locus, seen: Mapping[str, Seen], person: str, *, sampled: Collection[str] = ()
) -> CandidateTable:
    """The table over every genotype that `person`, who is not typed, could show at the locus. Raises
    `KinshipProblem`."""
    scaled = genotypes_of(pedigree, locus, seen, [person], sampled=sampled)
    table, visible = scaled.table, locus.visible
    if table.ndim == 1:
        every = np.arange(visible, dtype=np.intp)
        return CandidateTable(
            locus.alleles[:visible], every, every, table[:visible], float(table[visible:].sum()), scaled.exponent
        )
    first, second = np.triu_indices(visible)
    either = table + table.T
    joint = np.where(first == second, table[first, second], either[first, second])
    if visible < len(locus.alleles):
        joint = joint + np.where(first == second, either[first, -1], 0.0)
    return CandidateTable(
        locus.alleles[:visible], first, second, joint, float(table[visible:, visible:].sum()), scaled.exponent
    )


def _single(scaled: Scaled) -> Likelihood:
    return Likelihood(float(scaled.table), scaled.exponent)


def _named(seen: Mapping[str, Seen]) -> frozenset[str]:
    return frozenset(allele for each in seen.values() for allele in each.alleles)


def _check_persons(pedigree: Pedigree, persons: Sequence[str] | Mapping[str, Seen]) -> None:
    for each in persons:
        pedigree[each]
