"""A family at one locus (or two linked ones) as tables over variables, ready to be summed.

Whoever is typed has one variable: which of the genotypes that could have shown what was seen, with its origin
(paternal, maternal). Anyone else has two, the paternal and the maternal allele. On the X a male has one allele, the
maternal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clew.kinship.elimination import MOST_WORK, Factor, FloatArray, Scaled, eliminate, total
from clew.kinship.locus import Locus
from clew.kinship.pedigree import Pedigree
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen
from clew.kinship.reduction import Drawn, From, Member, PassedOn, members
from clew.kinship.urn import LARGEST_TABLE, Alternative, Gene, Urn


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one allele of one person stands: a variable, and the allele number at each of its values (None: the
    value)."""

    variable: int
    alleles: NDArray[np.intp] | None = None

    def read(self, table: FloatArray) -> FloatArray:
        """A table whose last axis runs over alleles, with the last axis over the values of the variable instead."""
        return table if self.alleles is None else table[..., self.alleles]


@dataclass(slots=True)
class Network:
    """Variables by number with their sizes, the tables over them, and alternatives of which each is multiplied in
    once."""

    sizes: list[int] = field(default_factory=list)
    factors: list[Factor] = field(default_factory=list)
    alternatives: list[Alternative] = field(default_factory=list)

    def variable(self, size: int) -> int:
        """A new variable with that many values."""
        self.sizes.append(size)
        return len(self.sizes) - 1

    def summed(self, keep: Sequence[int] = ()) -> Scaled:
        """The sum over all variables but `keep`. Raises `KinshipProblem` where the work is too much."""
        if not self.alternatives:
            return eliminate(self.factors, self.sizes, keep)
        most = MOST_WORK / len(self.alternatives)
        return total([eliminate(self._with(each), self.sizes, keep, most) for each in self.alternatives])

    def _with(self, alternative: Alternative) -> list[Factor]:
        return [*(_merged(each, alternative.merged) for each in self.factors), *alternative.factors]

    def add(self, variables: tuple[int, ...], table: FloatArray) -> None:
        """One more table over distinct variables."""
        self.factors.append(Factor(variables, table))


def _merged(factor: Factor, merged: Mapping[int, int]) -> Factor:
    """The factor with variables that have become another; where two of its own have become one, they agree."""
    variables, table = [merged.get(each, each) for each in factor.variables], factor.table
    while len(set(variables)) < len(variables):
        twice = next(each for each in variables if variables.count(each) > 1)
        one, other = (place for place, each in enumerate(variables) if each == twice)
        table = np.diagonal(table, axis1=one, axis2=other)
        variables = [*(each for each in variables if each != twice), twice]
    return Factor(tuple(variables), table)


@dataclass(frozen=True, slots=True)
class Placed:
    """The slots of one person: paternal (None on the one X of a male) and maternal."""

    father: Slot | None
    mother: Slot

    @property
    def variables(self) -> tuple[int, ...]:
        """The person's variables, the paternal first."""
        numbers = [each.variable for each in (self.father, self.mother) if each is not None]
        return tuple(dict.fromkeys(numbers))


Meiosis = tuple[str, str]
"""A parent's genome and a child's."""


class LocusNetwork:
    """Adds one locus of a family to a network.

    `seen`: what was seen, by person. `free`: persons whose genotype stays open. `sampled`: persons typed at some
    other locus. `linked`: give each meiosis a variable that says
    whether the paternal or the maternal allele was passed on, in `meioses`.
    """

    def __init__(
        self,
        network: Network,
        pedigree: Pedigree,
        locus: Locus,
        seen: Mapping[str, Seen],
        free: Collection[str] = (),
        *,
        sampled: Collection[str] = (),
        linked: bool = False,
    ) -> None:
        self.network, self.locus, self.linked = network, locus, linked
        self.meioses: dict[Meiosis, int] = {}
        self.free = [pedigree.genome(each) for each in free]
        self._genes: list[Gene] = []
        _check_free(pedigree, seen, free)
        assumptions = locus.assumptions
        self.members = members(
            pedigree, [*seen, *free], sampled, x=assumptions.chromosome == "X", prunes=assumptions.prunes
        )
        _check_inbreeding(pedigree, self.members, locus)
        self.placed = {
            genome: self._place(member, [each for each in seen if pedigree.genome(each) == genome], seen)
            for genome, member in self.members.items()
        }
        for genome, member in self.members.items():
            self._founder_pair(genome, member)
            for source, slot in zip(
                member.sources, (self.placed[genome].father, self.placed[genome].mother), strict=True
            ):
                if slot is not None:
                    self._allele(genome, member, source, slot)
        if self._genes:
            self._draw_together()

    def _draw_together(self) -> None:
        """The founder alleles of a population with theta."""
        locus = self.locus
        urn = Urn.of(self._genes, locus.frequencies, locus.assumptions.theta)
        if urn.entries <= LARGEST_TABLE:
            self.network.factors.append(urn.table())
        else:
            keep = {one for each in self.free for one in self.placed[each].variables}
            self.network.alternatives = urn.by_descent(locus.name, keep)

    def _place(self, member: Member, typed: list[str], seen: Mapping[str, Seen]) -> Placed:
        count = len(self.locus.alleles)
        if not typed:
            father = None if member.haploid else Slot(self.network.variable(count))
            return Placed(father, Slot(self.network.variable(count)))
        shown = np.ones((count,) if member.haploid else (count, count))
        for each in typed:
            shown = shown * self.locus.shown_by(each, seen[each], haploid=member.haploid)
        possible = np.nonzero(shown)
        if not len(possible[0]):  # twins who cannot have one genome: one genotype, which is impossible
            possible = tuple(np.zeros(1, dtype=np.intp) for _ in possible)
        variable = self.network.variable(len(possible[0]))
        self.network.add((variable,), shown[possible])
        if member.haploid:
            return Placed(None, Slot(variable, possible[0]))
        return Placed(Slot(variable, possible[0]), Slot(variable, possible[1]))

    def _founder_pair(self, genome: str, member: Member) -> None:
        """The two alleles of an inbred founder: one by descent with the stated probability."""
        if not member.inbreeding:
            return
        p, placed = self.locus.frequencies, self.placed[genome]
        pair = (1.0 - member.inbreeding) * np.outer(p, p) + np.diag(member.inbreeding * p)
        if placed.father is not None:
            self._add_pair(placed.father, placed.mother, pair)

    def _add_pair(self, father: Slot, mother: Slot, pair: FloatArray) -> None:
        """A table over two alleles, placed where they stand."""
        table = father.read(mother.read(pair).T).T if father.variable != mother.variable else pair
        if father.variable == mother.variable:
            self.network.add((father.variable,), pair[father.alleles, mother.alleles])
        else:
            self.network.add((father.variable, mother.variable), table)

    def _allele(self, genome: str, member: Member, source: Drawn | PassedOn | From | None, slot: Slot) -> None:
        if isinstance(source, From):
            self._inherited(source, genome, slot)
        elif isinstance(source, PassedOn):
            self._passed_on(source, slot)
        elif isinstance(source, Drawn) and not member.inbreeding:
            self._drawn(slot)

    def _drawn(self, slot: Slot) -> None:
        if self.locus.assumptions.theta:
            everything = np.arange(len(self.locus.alleles), dtype=np.intp)
            self._genes.append(Gene(slot.variable, everything if slot.alleles is None else slot.alleles))
        else:
            self.network.add((slot.variable,), slot.read(self.locus.frequencies))

    def _passed_on(self, source: PassedOn, slot: Slot) -> None:
        if not self.locus.mutates(source.sex):
            self._drawn(slot)
            return
        table = self.locus.passed_on(source.sex)
        if self.locus.assumptions.theta:
            own = Slot(self.network.variable(len(self.locus.alleles)))
            self._drawn(own)
            self.network.add((own.variable, slot.variable), slot.read(table))
        else:
            self.network.add((slot.variable,), slot.read(self.locus.frequencies @ table))

    def _inherited(self, source: From, genome: str, slot: Slot) -> None:
        parent = self.placed[source.parent]
        table = self.locus.passed_on(source.sex)
        if parent.father is None:
            self.network.add((parent.mother.variable, slot.variable), slot.read(_of(parent.mother, table)))
            return
        one, other = slot.read(_of(parent.father, table)), slot.read(_of(parent.mother, table))
        typed = parent.father.variable == parent.mother.variable
        if self.linked:
            chosen = self.network.variable(2)
            self.meioses[source.parent, genome] = chosen
            whole = np.stack([one, other] if typed else list(np.broadcast_arrays(one[:, None, :], other[None, :, :])))
            self.network.add((chosen, *parent.variables, slot.variable), whole)
        else:
            either = 0.5 * (one + other) if typed else 0.5 * (one[:, None, :] + other[None, :, :])
            self.network.add((*parent.variables, slot.variable), either)


def _of(slot: Slot, table: FloatArray) -> FloatArray:
    """The rows of a matrix for the alleles at each value of a slot's variable."""
    return table if slot.alleles is None else table[slot.alleles]


def link(network: Network, first: LocusNetwork, second: LocusNetwork, rho: float) -> None:
    """Tie the meioses of two loci together: the same grandparental side with probability 1 - rho."""
    together = 0.5 * np.array([[1.0 - rho, rho], [rho, 1.0 - rho]])
    for meiosis in first.meioses.keys() | second.meioses.keys():
        chosen = [each.meioses[meiosis] for each in (first, second) if meiosis in each.meioses]
        for one, other in pairwise(chosen):
            network.add((one, other), together)
        if len(chosen) == 1:
            network.add((chosen[0],), np.array([0.5, 0.5]))


def _check_free(pedigree: Pedigree, seen: Iterable[str], free: Collection[str]) -> None:
    typed = {pedigree.genome(each) for each in seen}
    for each in free:
        if pedigree.genome(each) in typed:
            raise KinshipProblem(
                each, "is typed and cannot be left open as well.", "Leave the profile out, or the person."
            )


def _check_inbreeding(pedigree: Pedigree, found: Mapping[str, Member], locus: Locus) -> None:
    inbred = next((each for each in found if found[each].inbreeding), None)
    if inbred is not None and locus.assumptions.theta:
        raise KinshipProblem(
            inbred,
            "is an inbred founder, and theta is above 0; both say how related a founder's alleles are.",
            "State one of them.",
        )
