"""A family compiled for a search: for each locus the likelihood ratio of everything a child's test could show.

    compiled = compile_family(family, "MP", {"F": profile}, assumptions, loci)
    compiled.ratio(found_child)     # the same as `ratios.ratio`, by look-up

Every table is checked when it is made; one that does not hold is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np

from clew.kinship.alleles import locus_key
from clew.kinship.assumptions import Assumptions, Founders
from clew.kinship.elimination import FloatArray, Scaled
from clew.kinship.findings import NOTHING, count_of, number_of, probabilities, shows_nothing
from clew.kinship.likelihood import Likelihood, genotypes_of, likelihood
from clew.kinship.locus import Locus, make_locus
from clew.kinship.pedigree import Pedigree, Sex
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile, Seen
from clew.kinship.ratios import seen_at

STAND_IN = "(stand-in for the missing person)"
TOLERANCE = 1e-9
"""How far from 1 a sum of probabilities may be in a table that is used."""


@dataclass(frozen=True, eq=False)
class LocusTable:
    """One locus of a compiled family. `ratios`: by finding number (`findings`); not a number where a child cannot have
    been found so, or the table of frequencies says that nobody can.

    `haploid`: the child has one copy (X of a male). `numbers`: that of each allele.
    """

    locus: Locus
    haploid: bool
    ratios: FloatArray
    numbers: Mapping[str, int] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", {each: number for number, each in enumerate(self.alleles)})

    @property
    def name(self) -> str:
        """The name of the locus."""
        return self.locus.name

    @property
    def alleles(self) -> tuple[str, ...]:
        """The alleles that a test shows, by number."""
        return self.locus.alleles[: self.locus.visible]

    def ratio(self, sample: str, seen: Seen | None) -> float:
        """The likelihood ratio of what was seen of a child. Raises `KinshipProblem`, as `ratios.ratio` does."""
        number = number_of(seen, self.numbers)
        value = math.nan if number < 0 else float(self.ratios[number])
        if math.isnan(value):
            self.refuse(sample, seen)
        return value

    def refuse(self, sample: str, seen: Seen | None) -> NoReturn:
        """Raise `KinshipProblem` for a finding that has no ratio."""
        if seen is not None:
            self.locus.shown_by(sample, seen, haploid=self.haploid)
        raise KinshipProblem(
            f"{sample}, {self.name}",
            f"{seen} has probability 0 in the table {self.locus.assumptions.table.origin.population}.",
            "Check the typing, or raise the table's frequencies to a stated minimum.",
        )


@dataclass(frozen=True, eq=False)
class CompiledFamily:
    """A family ready to be searched with, and what its figures rest on, by digest."""

    missing: str
    sex: Sex
    tables: tuple[LocusTable, ...]
    untyped_founders: Founders
    assumptions: str
    frequencies: str
    table_steps: tuple[str, ...]

    @property
    def loci(self) -> tuple[str, ...]:
        """The names of the loci, in the order of the tables."""
        return tuple(each.name for each in self.tables)

    def per_locus(self, sample: str, profile: Profile) -> tuple[float, ...]:
        """The likelihood ratio at each locus for a child found. Raises `KinshipProblem`."""
        seen = {locus_key(name): own for name, own in profile.items()}
        return tuple(each.ratio(sample, seen.get(locus_key(each.name))) for each in self.tables)


def log10_of(per_locus: Sequence[float]) -> float:
    """The logarithm of the product; minus infinity where one ratio is 0."""
    return -math.inf if 0.0 in per_locus else math.fsum(map(math.log10, per_locus))


def compile_family(
    family: Pedigree,
    missing: str,
    profiles: Mapping[str, Profile],
    assumptions: Assumptions,
    loci: Sequence[str],
) -> CompiledFamily:
    """The tables of a family that looks for `missing`, from the profiles of relatives.

    The hypothesis against which the ratio stands is that the child found is unrelated. Drop-out of the child is the
    one stated for `missing`. Raises `KinshipProblem`.
    """
    apart = family.without_link(missing, STAND_IN)
    if missing in profiles:
        raise KinshipProblem(missing, "is missing and has a profile.", "Take the profile out, or name who is missing.")
    for each in profiles:
        family[each]
    makers = [
        _Maker(make_locus(assumptions, each), family, apart, missing, seen_at(profiles, each), tuple(profiles))
        for each in loci
    ]
    return CompiledFamily(
        missing,
        family[missing].sex,
        tuple(each.table() for each in makers),
        "prune" if assumptions.prunes else "keep",
        assumptions.digest,
        assumptions.table.digest,
        assumptions.table.steps,
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes and checks the table of one locus."""

    locus: Locus
    family: Pedigree
    apart: Pedigree
    missing: str
    seen: Mapping[str, Seen]
    typed: tuple[str, ...]

    def table(self) -> LocusTable:
        related = genotypes_of(self.family, self.locus, self.seen, [self.missing], sampled=self.typed)
        alone = self._alone(self.family)
        self._check_total(alone, related)
        # Of the relatives alone both pedigrees say the same; pruning asks who was sampled, and may not.
        unrelated = self._unrelated(self._alone(self.apart) if self.locus.assumptions.prunes else alone)
        drop_out = self.locus.assumptions.drop_out_of(self.missing)
        one, other = (probabilities(each.table, self.locus.visible, drop_out) for each in (related, unrelated))
        self._check_possible(one, other)
        ratios = np.full(count_of(self.locus.visible), np.nan)
        np.divide(one, other, out=ratios, where=other > 0)
        blank = shows_nothing(related.table, self.locus.visible, drop_out)
        self._check_average(ratios, other, blank)
        shift = related.exponent - unrelated.exponent
        return LocusTable(self.locus, related.table.ndim == 1, np.ldexp(ratios, shift))

    def _alone(self, pedigree: Pedigree) -> Likelihood:
        """The likelihood of what was seen of the relatives, without a child found."""
        return likelihood(pedigree, self.locus, self.seen, sampled=(*self.typed, self.missing))

    def _unrelated(self, alone: Likelihood) -> Scaled:
        """The same table if the child is unrelated; without theta it is a product and needs no summing."""
        if self.locus.assumptions.theta:
            made = genotypes_of(self.apart, self.locus, self.seen, [self.missing], sampled=self.typed)
            self._check_total(self._alone(self.apart), made)
            return made
        p = self.locus.frequencies
        haploid = self.locus.assumptions.chromosome == "X" and self.family[self.missing].sex == "male"
        return Scaled(alone.value * (p if haploid else np.outer(p, p)), alone.exponent)

    def _check_total(self, alone: Likelihood, made: Scaled) -> None:
        """The probabilities of all genotypes given the family sum to 1: the table against the family alone."""
        if alone.value == 0:
            cure = "Check the samples and who is who, or allow for mutation."
            raise KinshipProblem(self.locus.name, "the relatives exclude one another.", cure)
        total = math.ldexp(math.fsum(made.table.ravel()) / alone.value, made.exponent - alone.exponent)
        self._hold(total, "the probabilities of all genotypes given the family")

    def _check_possible(self, related: FloatArray, unrelated: FloatArray) -> None:
        """A child of the family may show only what somebody in the population may."""
        if ((unrelated == 0) & (related > 0)).any():
            raise KinshipProblem(
                self.locus.name,
                "has alleles of frequency 0 that the missing person may have, and no ratio can be given for them.",
                "Raise the table's frequencies to a stated minimum.",
            )

    def _check_average(self, ratios: FloatArray, unrelated: FloatArray, blank: float) -> None:
        """Over unrelated children the ratio is on average that of an untyped one (1, but where pruning says otherwise).

        `blank`: what the family gives to a child whose test shows nothing.
        """
        pairs = slice(1, 1 + self.locus.visible * (self.locus.visible + 1) // 2)
        products = np.where(unrelated[pairs] > 0, ratios[pairs] * unrelated[pairs], 0.0)
        average = (math.fsum(products) + blank) / (float(unrelated[NOTHING]) * float(ratios[NOTHING]))
        self._hold(average, "probability times ratio of all findings")

    def _hold(self, total: float, what: str) -> None:
        if not abs(total - 1.0) <= TOLERANCE:
            raise KinshipProblem(
                self.locus.name,
                f"has a table that does not hold: {what} sum to {total!r}, not to 1.",
                "Do not search with it. This is a fault of Clew: report the family's shape and the assumptions.",
            )
