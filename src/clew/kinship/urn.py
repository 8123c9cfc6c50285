"""Founder alleles in a population whose members are related: theta, after Balding and Nichols.

The next allele drawn is `a` with probability (n_a theta + (1 - theta) p_a) / (1 + (n - 1) theta), where n alleles
were drawn before and n_a of them were `a`. The order of drawing does not matter. All founders draw from one urn,
whichever family they belong to.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clew.kinship.elimination import Factor, FloatArray
from clew.kinship.problems import KinshipProblem

LARGEST_TABLE = 10_000_000
"""More entries than this, and the ways in which alleles are copies of one another are summed instead."""
MOST_OPEN = 8
"""Founder alleles that nobody typed: 8 can be copies of one another in 4,140 ways."""


@dataclass(frozen=True, slots=True)
class Gene:
    """One founder allele: the variable that says which it is, and the allele number at each of the variable's
    values."""

    variable: int
    alleles: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which founder alleles may be copies: variables that become another, and further tables."""

    merged: dict[int, int]
    factors: list[Factor]


@dataclass(frozen=True, slots=True)
class Urn:
    """All founder alleles drawn from one urn: those whose alleles are certain, and the others.

    `chance`: the probability of the certain ones, up to the order in which they were drawn. `counts`: how many of
    each allele.
    """

    open: tuple[Gene, ...]
    counts: FloatArray
    chance: float
    frequencies: FloatArray
    theta: float

    @classmethod
    def of(cls, genes: Sequence[Gene], frequencies: FloatArray, theta: float) -> Urn:
        """The urn with these founder alleles."""
        certain = {each.variable for each in genes if _one_draw(genes, each.variable)}
        counts, chance = np.zeros(len(frequencies)), 1.0
        for each in genes:
            if each.variable in certain:
                drawn = int(each.alleles[0])
                chance *= float(_weight(frequencies, counts, theta)[drawn]) / _before(float(counts.sum()), theta)
                counts[drawn] += 1.0
        return cls(tuple(each for each in genes if each.variable not in certain), counts, chance, frequencies, theta)

    @property
    def entries(self) -> int:
        """How many entries the table over the open alleles has."""
        return math.prod({each.variable: len(each.alleles) for each in self.open}.values())

    def table(self) -> Factor:
        """The probability of all founder alleles over the variables of the open ones."""
        variables = tuple(dict.fromkeys(each.variable for each in self.open))
        table = np.full([1] * len(variables), self.chance)
        base = _weight(self.frequencies, self.counts, self.theta)
        drawn: list[NDArray[np.intp]] = []
        for gene in self.open:
            shape = [1] * len(variables)
            shape[variables.index(gene.variable)] = -1
            alleles = gene.alleles.reshape(shape)
            same = sum(
                (np.asarray(alleles == each, dtype=np.float64) for each in drawn), np.zeros([1] * len(variables))
            )
            table = table * (base[alleles] + self.theta * same) / _before(self._certain + len(drawn), self.theta)
            drawn.append(alleles)
        return Factor(variables, np.array(table))

    def by_descent(self, locus: str, keep: Collection[int]) -> list[Alternative]:
        """The same as alternatives to be summed: every way in which the open alleles may be copies of one another.

        `keep`: variables that must stay as they are. Raises `KinshipProblem` where there are too many ways.
        """
        if len(self.open) > MOST_OPEN:
            raise KinshipProblem(
                locus,
                f"has theta above 0 and {len(self.open)} founder alleles that nobody typed: too many to weigh.",
                "Type another founder, leave out distant untyped relatives, or compute with theta 0.",
            )
        drawn = math.prod(_before(self._certain + each, self.theta) for each in range(len(self.open)))
        alternatives: list[Alternative] = []
        for groups in _partitions(len(self.open)):
            copies = math.prod(math.factorial(len(each) - 1) * self.theta ** (len(each) - 1) for each in groups)
            made = Alternative({}, [Factor((), np.array(self.chance * copies / drawn))])
            for group in groups:
                self._add_copies(made, [self.open[each] for each in group], keep)
            alternatives.append(made)
        return alternatives

    def _add_copies(self, made: Alternative, genes: list[Gene], keep: Collection[int]) -> None:
        """Genes that are one allele: the variables of the plain ones become one, the others are tied to it."""
        base = _weight(self.frequencies, self.counts, self.theta)
        every = np.arange(len(base))
        plain = [each for each in genes if np.array_equal(each.alleles, every) and each.variable not in keep]
        first = plain[0] if plain else genes[0]
        made.merged.update({each.variable: first.variable for each in plain})
        made.factors.append(Factor((first.variable,), base[first.alleles]))
        for each in genes:
            if each is first or any(each is one for one in plain):
                continue
            if each.variable == first.variable:
                made.factors.append(
                    Factor((first.variable,), np.asarray(first.alleles == each.alleles, dtype=np.float64))
                )
            else:
                same = np.asarray(first.alleles[:, None] == each.alleles, dtype=np.float64)
                made.factors.append(Factor((first.variable, each.variable), same))

    @property
    def _certain(self) -> float:
        return float(self.counts.sum())


def _weight(frequencies: FloatArray, counts: FloatArray, theta: float) -> FloatArray:
    made: FloatArray = counts * theta + (1.0 - theta) * frequencies
    return made


def _before(drawn: float, theta: float) -> float:
    return 1.0 + (drawn - 1.0) * theta


def _partitions(count: int) -> Iterator[list[list[int]]]:
    """Every way to put 0, 1, … count - 1 into groups."""
    if count == 0:
        yield []
        return
    for groups in _partitions(count - 1):
        for place in range(len(groups)):
            yield [[*group, count - 1] if place == number else group for number, group in enumerate(groups)]
        yield [*groups, [count - 1]]


def _one_draw(genes: Sequence[Gene], variable: int) -> bool:
    """Whether the variable's values differ in order only, as the two phases of one typed founder do."""
    columns = np.sort(np.stack([each.alleles for each in genes if each.variable == variable]), axis=0)
    return bool((columns == columns[:, :1]).all())
