"""Families, tables and profiles that the tests of kinship share, and random ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from clew.kinship.assumptions import Assumptions
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.likelihood import likelihood
from clew.kinship.locus import Locus, make_locus
from clew.kinship.mutation import Mutation, Rates
from clew.kinship.pedigree import Pedigree, Person, child, man, woman
from clew.kinship.profiles import Seen, read_seen

FREQUENCIES: Mapping[str, float] = {"10": 0.1, "11": 0.2, "11.3": 0.25, "12": 0.45}

DUO = Pedigree.of(man("F"), woman("M"), child("MP", "F", "M"))
TRIO = DUO
SIBS = Pedigree.of(man("F"), woman("M"), man("SIB", "F", "M"), child("MP", "F", "M"))
WITH_GRANDMOTHER = Pedigree.of(
    man("PGF"), woman("PGM"), man("F", "PGF", "PGM"), woman("M"), man("SIB", "F", "M"), child("MP", "F", "M")
)
UNCLE_AND_NIECE = Pedigree.of(
    man("1"), woman("2"), man("3", "1", "2"), man("4", "1", "2"), woman("5"), woman("6", "4", "5"),
    man("SIB", "3", "6"), man("MP", "3", "6"),
)  # fmt: skip

SEXES_APART = Mutation("stepwise", male=Rates(0.01, 0.2, 0.001), female=Rates(0.003, 0.3, 0.002))
MUTATIONS = (None, Mutation.both("equal", 0.01), Mutation.both("proportional", 0.02), SEXES_APART)


def table(frequencies: Mapping[str, float] = FREQUENCIES, locus: str = "L") -> FrequencyTable:
    """A table of one locus."""
    return FrequencyTable.of(Origin("(fictional)"), {locus: frequencies})


def locus(frequencies: Mapping[str, float] = FREQUENCIES, **assumed: object) -> Locus:
    """A locus under assumptions given by name."""
    return make_locus(Assumptions(table(frequencies), **assumed), "L")  # type: ignore[arg-type]


def seen(**texts: str) -> dict[str, Seen]:
    """What was seen at the locus, by person: seen(F="10/11")."""
    read = {each: read_seen(each, "L", text) for each, text in texts.items()}
    return {each: one for each, one in read.items() if one is not None}


def chance(pedigree: Pedigree, at: Locus, **texts: str) -> float:
    """The likelihood of what was seen."""
    return float(likelihood(pedigree, at, seen(**texts)))


@st.composite
def pedigrees(draw: st.DrawFn, most: int = 5) -> Pedigree:
    """A random family: loops, inbreeding, half sibs and one-sided parents all occur."""
    persons: list[Person] = [man("P0"), woman("P1")]
    for number in range(2, draw(st.integers(2, most))):
        fathers = [each.id for each in persons if each.sex == "male"]
        mothers = [each.id for each in persons if each.sex == "female"]
        father = draw(st.sampled_from([*fathers, *fathers, ""]))
        mother = draw(st.sampled_from([*mothers, *mothers, ""]))
        make = man if draw(st.booleans()) else woman
        persons.append(make(f"P{number}", father, mother))
    return Pedigree(tuple(persons))


@st.composite
def observations(draw: st.DrawFn, pedigree: Pedigree, alleles: Sequence[str], *, x: bool = False) -> dict[str, Seen]:
    """What was seen of some of them."""
    one = st.sampled_from(alleles)
    found: dict[str, Seen] = {}
    for each in pedigree:
        if x and each.sex == "male":
            made = st.builds(lambda a: Seen((a,)), one)
        else:
            made = st.one_of(
                st.builds(lambda a, b: Seen((a, b)), one, one), st.builds(lambda a: Seen((a,), half=True), one)
            )
        typed = draw(st.one_of(st.none(), made))
        if typed is not None:
            found[each.id] = typed
    return found
