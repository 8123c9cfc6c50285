"""What a hit means: how probable it is that the child found is the one missing, which loci say so, and what would
change it.

A likelihood ratio is weighed with how many children were searched. A hit is a lead, never an identification.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clew.kinship.assumptions import Assumptions
from clew.kinship.frequencies import FrequencyTable
from clew.kinship.likelihood import likelihood
from clew.kinship.locus import make_locus
from clew.kinship.pedigree import Pedigree
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile, Seen
from clew.kinship.ratios import LocusRatio, Ratio, ratio, seen_at


def posteriors(
    ratios: Sequence[float], *, database_size: int, in_database: float, others: float | None = None
) -> tuple[float, ...]:
    """For each candidate the probability of being the one looked for, if at most one child of the database is.

    `ratios`: the likelihood ratios of the candidates that were found. `database_size`: how many children were searched.
    `in_database`: how probable it was before that the missing child is among them, above 0 and below 1. `others`: the
    sum of the ratios of everyone else; left out, it is what unrelated children give on average, 1 each. Raises
    `KinshipProblem`.
    """
    if not 0 < in_database < 1:
        cure = "It is a probability above 0 and below 1: nobody is certain beforehand."
        raise KinshipProblem("Prior", f"that the child is in the database is {in_database}.", cure)
    if database_size < max(1, len(ratios)):
        raise KinshipProblem("Database size", f"is {database_size}.", "It counts every child searched, hits included.")
    if any(not 0 <= each < math.inf for each in ratios):
        raise KinshipProblem("Ratios", "hold one that is no finite number.", "Look at that candidate's loci first.")
    rest = float(database_size - len(ratios)) if others is None else others
    share = in_database / database_size
    total = (1.0 - in_database) + share * (math.fsum(ratios) + rest)
    return tuple(share * each / total for each in ratios)


@dataclass(frozen=True, slots=True)
class LocusMeaning:
    """One locus of a hit: who showed what, its ratio, and whether the claimed family needs something unusual to show
    it.

    `unusual`: without mutation, silent alleles and drop-out the claimed family could not show these profiles.
    """

    ratio: LocusRatio
    seen: Mapping[str, Seen]
    unusual: bool

    @property
    def excludes(self) -> bool:
        """Whether the claimed family is impossible at this locus."""
        return self.ratio.first.value == 0


@dataclass(frozen=True, slots=True)
class Meaning:
    """A hit explained: the ratio under the table in use and under others, and locus by locus.

    `by_table`: the ratio by the name of a population table; the lowest of all is `lowest`.
    """

    ratio: Ratio
    loci: tuple[LocusMeaning, ...]
    by_table: Mapping[str, Ratio]

    @property
    def lowest(self) -> Ratio:
        """The ratio that claims least: what is reported where the population is not known."""
        return min((self.ratio, *self.by_table.values()), key=lambda each: each.log10)

    @property
    def unusual(self) -> tuple[str, ...]:
        """Loci at which the claimed family needs a mutation, a silent allele or drop-out."""
        return tuple(each.ratio.locus for each in self.loci if each.unusual)

    def without(self, locus: str) -> float:
        """The logarithm of the ratio if one locus is left out: how much hangs on it. Raises `KinshipProblem`."""
        left = [each.ratio for each in self.loci if each.ratio.locus != locus]
        if len(left) == len(self.loci):
            raise KinshipProblem(locus, "is not among the loci of this hit.", "Name one that is.")
        return replace(self.ratio, loci=tuple(left)).log10


def explain(
    claimed: Pedigree,
    otherwise: Pedigree,
    profiles: Mapping[str, Profile],
    assumptions: Assumptions,
    loci: Sequence[str],
    tables: Mapping[str, FrequencyTable] | None = None,
) -> Meaning:
    """What the profiles say about the claimed family against the other. `tables`: further population tables, by name.

    Raises `KinshipProblem`, also where a further table lacks a locus or an allele: a silent gap would change the ratio.
    """
    found = ratio(claimed, otherwise, profiles, assumptions, loci)
    by_table = {
        name: ratio(claimed, otherwise, profiles, replace(assumptions, table=each), loci)
        for name, each in (tables or {}).items()
    }
    meanings = tuple(
        LocusMeaning(each, seen_at(profiles, each.locus), _is_unusual(claimed, profiles, assumptions, each))
        for each in found.loci
    )
    return Meaning(found, meanings, by_table)


def _is_unusual(
    claimed: Pedigree, profiles: Mapping[str, Profile], assumptions: Assumptions, found: LocusRatio
) -> bool:
    plain = replace(
        assumptions,
        mutation=None,
        mutation_by_locus={},
        silent=0.0,
        silent_by_locus={},
        drop_out=0.0,
        drop_out_by_sample={},
    )
    return likelihood(claimed, make_locus(plain, found.locus), seen_at(profiles, found.locus)).value == 0
