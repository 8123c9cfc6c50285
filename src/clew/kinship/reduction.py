"""Who matters at a locus, and where each one's alleles come from.

Leaving out an untyped person without children changes nothing. So does taking an untyped founder with one child as
one draw from the population that is passed on once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from clew.kinship.pedigree import Pedigree
from clew.kinship.problems import KinshipProblem

Parent = Literal["male", "female"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An allele taken from the population."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """An allele taken from the population by a parent of this sex who is not looked at otherwise, and passed on."""

    sex: Parent


@dataclass(frozen=True, slots=True)
class From:
    """One of the alleles of a parent who is looked at."""

    parent: str
    sex: Parent


Source: TypeAlias = Drawn | PassedOn | From


@dataclass(slots=True)
class Member:
    """One genome that matters: where its paternal and maternal alleles come from; None where there is none (X of a
    male)."""

    father: Source | None
    mother: Source | None
    inbreeding: float

    @property
    def sources(self) -> tuple[Source | None, Source | None]:
        return self.father, self.mother

    @property
    def haploid(self) -> bool:
        return self.father is None

    @property
    def founder(self) -> bool:
        return all(each is None or isinstance(each, Drawn) for each in self.sources)


def members(
    pedigree: Pedigree, informative: Collection[str], sampled: Collection[str], *, x: bool, prunes: bool
) -> dict[str, Member]:
    """Everyone who matters, by genome (twins are one).

    `informative`: those typed at the locus, and those whose genotype is asked for. `sampled`: those typed at any locus.
    `x`: on the X chromosome. `prunes`: leave untyped founders with one child out, and draw the child's allele
    instead; whoever was sampled is not untyped, even where this locus failed.
    """
    known = {pedigree.genome(each) for each in informative}
    genomes = dict.fromkeys(map(pedigree.genome, pedigree.ids))
    found = {each: _member(pedigree, each, x=x, prunes=prunes) for each in genomes}
    if prunes:
        _prune(found, known | {pedigree.genome(each) for each in sampled})
    _leave_out_childless(found, known)
    for founder, child in _founders_of_one(found, known):
        _replace_parent(found[child], founder, prunes=False)
        del found[founder]
    for each in found:
        if x and pedigree[each].sex == "unknown":
            raise KinshipProblem(each, "has no sex, which decides how many X there are.", "Say the sex.")
    return found


def _prune(found: dict[str, Member], known: Collection[str]) -> None:
    while True:
        _leave_out_childless(found, known)
        single = _founders_of_one(found, known)
        if not single:
            return
        for founder, child in single:
            _replace_parent(found[child], founder, prunes=True)
            del found[founder]


def _leave_out_childless(found: dict[str, Member], known: Collection[str]) -> None:
    while True:
        children = _children(found)
        childless = [each for each in found if each not in known and not children[each]]
        if not childless:
            return
        for each in childless:
            del found[each]


def _founders_of_one(found: Mapping[str, Member], known: Collection[str]) -> list[tuple[str, str]]:
    """Founders of whom nothing is known with the one child that they have."""
    children = _children(found)
    return [
        (each, children[each][0])
        for each, own in found.items()
        if each not in known and own.founder and len(children[each]) == 1
    ]


def _member(pedigree: Pedigree, id: str, *, x: bool, prunes: bool) -> Member:
    person = pedigree[id]
    unnamed = Drawn() if prunes or person.is_founder else None
    father: Source | None = unnamed or PassedOn("male")
    mother: Source | None = unnamed or PassedOn("female")
    if person.father:
        father = From(pedigree.genome(person.father), "male")
    if person.mother:
        mother = From(pedigree.genome(person.mother), "female")
    haploid = x and person.sex == "male"
    return Member(None if haploid else father, mother, 0.0 if haploid else person.inbreeding)


def _children(found: Mapping[str, Member]) -> dict[str, list[str]]:
    """For each one the children who have an allele from them."""
    children: dict[str, list[str]] = {each: [] for each in found}
    for each, own in found.items():
        for source in own.sources:
            if isinstance(source, From):
                children[source.parent].append(each)
    return children


def _replace_parent(member: Member, parent: str, *, prunes: bool) -> None:
    for side in ("father", "mother"):
        source = getattr(member, side)
        if isinstance(source, From) and source.parent == parent:
            setattr(member, side, Drawn() if prunes else PassedOn(source.sex))
