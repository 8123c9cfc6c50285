"""The same probabilities by the slowest road: every assignment of alleles to everyone, one after the other.

It shares nothing with the engine but the meaning of the words; small families and few alleles only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import numpy as np

from clew.kinship.locus import Locus
from clew.kinship.pedigree import Pedigree, Person
from clew.kinship.profiles import Seen

Genome = tuple[int | None, int]


def by_enumeration(pedigree: Pedigree, locus: Locus, seen: Mapping[str, Seen]) -> float:
    """The likelihood, everyone kept."""
    whole = _with_both_parents(pedigree)
    x = locus.assumptions.chromosome == "X"
    genomes = list(dict.fromkeys(whole.genome(each) for each in _parents_first(whole)))
    total = 0.0
    for given in _assignments(genomes, whole, locus, seen, x=x):
        shown = float(
            np.prod([_shown(locus, person, one, given[whole.genome(person)]) for person, one in seen.items()])
        )
        total += shown * _prior(whole, genomes, given, locus)
    return total


def _with_both_parents(pedigree: Pedigree) -> Pedigree:
    """Whoever has one parent named gets the other one, unnamed and unrelated."""
    persons = list(pedigree.persons)
    for number, each in enumerate(pedigree.persons):
        if bool(each.father) != bool(each.mother):
            twin_of = pedigree.genome(each.id)
            name = f"unnamed parent of {twin_of}"
            sex = "female" if each.father else "male"
            persons[number] = replace(each, father=each.father or name, mother=each.mother or name)
            if name not in {one.id for one in persons}:
                persons.append(Person(name, sex=sex))  # type: ignore[arg-type]
    return Pedigree(tuple(persons), pedigree.twins)


def _parents_first(pedigree: Pedigree) -> Iterator[str]:
    done: set[str] = set()
    while len(done) < len(pedigree):
        for each in pedigree:
            if each.id not in done and {each.father, each.mother} - {""} <= done:
                done.add(each.id)
                yield each.id


def _assignments(
    genomes: list[str], pedigree: Pedigree, locus: Locus, seen: Mapping[str, Seen], *, x: bool
) -> Iterator[dict[str, Genome]]:
    """Every assignment, without those that could not have shown what was seen."""
    spaces: list[list[Genome]] = []
    every = range(len(locus.alleles))
    for each in genomes:
        first: list[int | None] = [None] if x and pedigree[each].sex == "male" else list(every)
        own = [(person, one) for person, one in seen.items() if pedigree.genome(person) == each]
        spaces.append(
            [pair for pair in product(first, every) if all(_shown(locus, name, one, pair) for name, one in own)]
        )
    for chosen in product(*spaces):
        yield dict(zip(genomes, chosen, strict=True))


def _shown(locus: Locus, sample: str, seen: Seen, genome: Genome) -> float:
    drop_out = locus.assumptions.drop_out_of(sample)
    visible = [locus.alleles[each] for each in genome if each is not None and each < locus.visible]
    if seen.half:
        return 1.0 if seen.alleles[0] in visible else 0.0
    wanted = sorted(set(seen.alleles))
    chance = 0.0
    for kept in product([True, False], repeat=len(visible)):
        left = sorted({name for name, stays in zip(visible, kept, strict=True) if stays})
        if left == wanted:
            chance += float(np.prod([1 - drop_out if stays else drop_out for stays in kept]))
    return chance


def _prior(pedigree: Pedigree, genomes: list[str], given: Mapping[str, Genome], locus: Locus) -> float:
    p, theta = locus.frequencies, locus.assumptions.theta
    chance, drawn = 1.0, [0] * len(p)

    def draw(allele: int) -> float:
        before = sum(drawn)
        made = (drawn[allele] * theta + (1 - theta) * p[allele]) / (1 + (before - 1) * theta)
        drawn[allele] += 1
        return float(made)

    for each in genomes:
        person, (paternal, maternal) = pedigree[each], given[each]
        if person.is_founder and person.inbreeding and paternal is not None:
            f = person.inbreeding
            chance *= p[paternal] * ((1 - f) * p[maternal] + f * (paternal == maternal))
        elif person.is_founder:
            for allele in (paternal, maternal):
                chance *= 1.0 if allele is None else draw(allele)
        else:
            for parent, allele, sex in ((person.father, paternal, "male"), (person.mother, maternal, "female")):
                if allele is not None:
                    own = [one for one in given[pedigree.genome(parent)] if one is not None]
                    chance *= float(np.mean([locus.passed_on(sex)[one, allele] for one in own]))
        if not chance:
            return 0.0
    return chance
