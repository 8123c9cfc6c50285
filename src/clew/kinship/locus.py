"""One locus made ready for computing: alleles by number, frequencies, mutation matrices, and what a genotype shows.

Allele numbers run over the table's alleles by length; the silent allele, where there is one, is the last.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from clew.kinship.assumptions import Assumptions
from clew.kinship.elimination import FloatArray
from clew.kinship.mutation import Mutation, Rates, matrix
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen

SILENT = "(silent)"
OTHERS = "(others)"


@dataclass(frozen=True, eq=False)
class Locus:
    """A locus under stated assumptions.

    `frequencies`: by allele number, sum 1. `male`, `female`: mutation matrices (row: parent's allele), None where
    nothing mutates.
    """

    name: str
    alleles: tuple[str, ...]
    frequencies: FloatArray
    male: FloatArray | None
    female: FloatArray | None
    assumptions: Assumptions
    lumpable: bool

    @property
    def visible(self) -> int:
        """How many alleles a test shows."""
        return len(self.alleles) - (self.alleles[-1] == SILENT)

    def number(self, sample: str, allele: str) -> int:
        """The number of an allele. Raises `KinshipProblem` where the table does not have it."""
        if allele in self.alleles[: self.visible]:
            return self.alleles.index(allele)
        raise KinshipProblem(
            f"{sample}, {self.name}",
            f"allele {allele} is not in the table {self.assumptions.table.origin.population}.",
            "Check the typing, or state at what frequency unseen alleles are added.",
        )

    def passed_on(self, sex: str) -> FloatArray:
        """Probability of the child's allele (column) given the one that a parent of this sex transmits (row)."""
        own = self.male if sex == "male" else self.female
        return np.eye(len(self.alleles)) if own is None else own

    def mutates(self, sex: str) -> bool:
        """Whether a parent of this sex may pass on another allele than its own."""
        return (self.male if sex == "male" else self.female) is not None

    def shown_by(self, sample: str, seen: Seen, *, haploid: bool) -> FloatArray:
        """Probability of what was seen given each true genotype: alleles x alleles (ordered), or alleles where
        haploid."""
        numbers = [self.number(sample, each) for each in seen.alleles]
        drop_out = self.assumptions.drop_out_of(sample)
        count = len(self.alleles)
        if haploid:
            if len(set(numbers)) > 1:
                cure = "A male has one X. Correct the sex, or the typing."
                raise KinshipProblem(f"{sample}, {self.name}", f"has two alleles ({seen}) on the one X.", cure)
            one = np.zeros(count)
            one[numbers[0]] = 1.0 - drop_out
            return one
        shown = np.zeros((count, count))
        first = numbers[0]
        if seen.half:
            shown[first, :] = shown[:, first] = 1.0
        elif len(numbers) == 1:
            cure = f"Write {seen}/{seen} where it is homozygous, {seen}/- where the second was not read."
            raise KinshipProblem(f"{sample}, {self.name}", f"has one allele ({seen}) where everyone has two.", cure)
        elif numbers[0] != numbers[1]:
            shown[numbers[0], numbers[1]] = shown[numbers[1], numbers[0]] = (1.0 - drop_out) ** 2
        else:
            shown[first, :] = shown[:, first] = drop_out * (1.0 - drop_out)
            shown[first, self.visible :] = shown[self.visible :, first] = 1.0 - drop_out
            shown[first, first] = 1.0 - drop_out**2
        return shown

    def lumped(self, named: Collection[str]) -> Locus:
        """The locus in which all visible alleles but `named` are one, where that changes no probability; else
        itself."""
        kept = [each for each in range(self.visible) if self.alleles[each] in named]
        others = [each for each in range(self.visible) if self.alleles[each] not in named]
        if len(others) < 2 or not self.lumpable:
            return self
        groups = [*([each] for each in kept), others, *([each] for each in range(self.visible, len(self.alleles)))]
        names = tuple(OTHERS if group is others else self.alleles[group[0]] for group in groups)
        return replace(
            self,
            alleles=names,
            frequencies=np.array([self.frequencies[group].sum() for group in groups]),
            male=_lumped_matrix(self.male, groups),
            female=_lumped_matrix(self.female, groups),
        )


def _lumped_matrix(table: FloatArray | None, groups: list[list[int]]) -> FloatArray | None:
    """Alleles of one group mutate alike into every group, so that the first of each stands for all."""
    if table is None:
        return None
    rows = table[[group[0] for group in groups]]
    return np.stack([rows[:, group].sum(axis=1) for group in groups], axis=1)


def make_locus(assumptions: Assumptions, name: str) -> Locus:
    """The locus `name` under these assumptions. Raises `KinshipProblem` where they do not fit it."""
    own = assumptions.table.locus(name)
    alleles = tuple(own)
    frequencies = np.array([own[each] for each in alleles], dtype=np.float64)
    silent = assumptions.silent_at(name)
    if silent:
        if SILENT in alleles:
            raise KinshipProblem(name, "has a silent allele in the table and another one stated.", "Keep one of them.")
        frequencies = np.append(frequencies * (1.0 - silent), silent)
    mutation = assumptions.mutation_at(name)
    male, female = (
        _matrix(mutation, rates, name, alleles, frequencies)
        for rates in ((mutation.male, mutation.female) if mutation else (None, None))
    )
    return Locus(
        name,
        (*alleles, SILENT) if silent else alleles,
        frequencies,
        male,
        female,
        assumptions,
        lumpable=mutation is None or mutation.lumpable,
    )


def _matrix(
    mutation: Mutation | None, rates: Rates | None, name: str, alleles: tuple[str, ...], frequencies: FloatArray
) -> FloatArray | None:
    """The matrix over all alleles; the silent one neither mutates nor arises by mutation."""
    if mutation is None or rates is None:
        return None
    whole = np.eye(len(frequencies))
    count = len(alleles)
    whole[:count, :count] = matrix(mutation.kind, rates, name, alleles, frequencies[:count])
    return whole
