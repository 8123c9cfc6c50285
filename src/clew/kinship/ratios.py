"""Likelihood ratios of two pedigrees over a whole profile, locus by locus."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clew.kinship.assumptions import Assumptions, Founders
from clew.kinship.likelihood import Likelihood, likelihood
from clew.kinship.locus import make_locus
from clew.kinship.pedigree import Pedigree
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile, Seen


@dataclass(frozen=True, slots=True)
class LocusRatio:
    """One locus: the likelihood under each hypothesis, and their ratio."""

    locus: str
    first: Likelihood
    second: Likelihood

    @property
    def ratio(self) -> float:
        """How many times likelier what was seen is under the first; not a number where neither can show it."""
        return self.first.over(self.second)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A likelihood ratio, what it is made of, and what it rests on.

    `untyped_founders`: the convention that was used (theta above 0 keeps everyone). `assumptions`: digest of tables
    and models.
    """

    loci: tuple[LocusRatio, ...]
    untyped_founders: Founders
    assumptions: str
    table_steps: tuple[str, ...]

    @property
    def lr(self) -> float:
        """The product over the loci; exactly 0 where one is 0, infinite beyond float64."""
        product = 1.0
        for each in self.per_locus:
            product *= each
        return product if 0 < product < math.inf else self._extreme(product)

    @property
    def log10(self) -> float:
        """The logarithm, which neither overflows nor underflows; minus infinity where the ratio is 0."""
        ratios = self.per_locus
        if any(math.isnan(each) for each in ratios) or (0.0 in ratios and math.inf in ratios):
            return math.nan
        return -math.inf if 0.0 in ratios else math.fsum(math.log10(each) for each in ratios)

    @property
    def per_locus(self) -> tuple[float, ...]:
        """The ratios in the order of the loci."""
        return tuple(each.ratio for each in self.loci)

    def _extreme(self, product: float) -> float:
        log10 = self.log10
        if math.isinf(log10):
            return math.inf if log10 > 0 else 0.0
        return math.nan if math.isnan(log10) else product


def ratio(
    first: Pedigree,
    second: Pedigree,
    profiles: Mapping[str, Profile],
    assumptions: Assumptions,
    loci: Sequence[str],
) -> Ratio:
    """How many times likelier the profiles are if the family is `first` than if it is `second`.

    Each typed person is in both pedigrees. A locus of which a person has nothing counts with what the others have.
    Raises `KinshipProblem`.
    """
    check_persons(first, second, profiles)
    made = tuple(_at(first, second, profiles, assumptions, each) for each in loci)
    convention: Founders = "prune" if assumptions.prunes else "keep"
    return Ratio(made, convention, assumptions.digest, assumptions.table.steps)


def check_persons(first: Pedigree, second: Pedigree, profiles: Mapping[str, Profile]) -> None:
    """Raises `KinshipProblem` where a typed person is missing from a pedigree, or changes sex between the two."""
    for each in profiles:
        one, other = first[each], second[each]
        if {one.sex, other.sex} == {"male", "female"}:
            raise KinshipProblem(each, "is male in one pedigree and female in the other.", "Correct the sex in one.")


def seen_at(profiles: Mapping[str, Profile], locus: str) -> dict[str, Seen]:
    """What was seen at one locus, by person."""
    return {each: profile[locus] for each, profile in profiles.items() if locus in profile}


def _at(
    first: Pedigree, second: Pedigree, profiles: Mapping[str, Profile], assumptions: Assumptions, name: str
) -> LocusRatio:
    locus, seen = make_locus(assumptions, name), seen_at(profiles, name)
    one, other = (likelihood(each, locus, seen, sampled=tuple(profiles)) for each in (first, second))
    return LocusRatio(name, one, other)
