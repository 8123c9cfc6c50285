from __future__ import annotations

import pytest

from clew.kinship.pedigree import Pedigree, Person, child, man, woman
from clew.kinship.problems import KinshipProblem
from tests.kinship.families import SIBS, UNCLE_AND_NIECE


@pytest.mark.parametrize(
    ("persons", "sentence"),
    [
        ([man("A", "A")], "listed as an own ancestor"),
        ([man("A", "B"), man("B", "C"), man("C", "A")], "listed as an own ancestor"),
        ([woman("F"), child("C", "F")], "has F as father, who is female"),
        ([man("M"), child("C", "", "M")], "has M as mother, who is male"),
        ([child("C", "F")], "has F as father, who is not listed"),
        ([child("F"), child("C", "F", "F")], "has F as father and as mother"),
        ([child("F"), child("A", "F"), child("B", "", "F")], "is a father and a mother"),
        ([man("A"), man("A")], "is listed 2 times"),
        ([man("")], "a person without a name"),
        ([], "has no persons"),
        ([man("A", inbreeding=1.5)], "has inbreeding 1.5"),
        ([man("F"), man("A", "F", inbreeding=0.1)], "has parents in the pedigree and an inbreeding of its own"),
    ],
)
def test_a_pedigree_that_cannot_be_is_refused_in_a_sentence(persons: list[Person], sentence: str) -> None:
    with pytest.raises(KinshipProblem, match=sentence) as refused:
        Pedigree.of(*persons)
    assert refused.value.cure


@pytest.mark.parametrize(
    ("twins", "sentence"),
    [
        ([["A"]], "fewer than two"),
        ([["A", "B"], ["B", "C"]], "B: is in two sets"),
        ([["A", "F"]], "different parents"),
        ([["A", "S"]], "different sex"),
        ([["A", "nobody"]], "is not in the pedigree"),
    ],
)
def test_twins_that_cannot_be_are_refused(twins: list[list[str]], sentence: str) -> None:
    family = (man("F"), woman("M"), man("A", "F", "M"), man("B", "F", "M"), man("C", "F", "M"), woman("S", "F", "M"))
    with pytest.raises(KinshipProblem, match=sentence):
        Pedigree.of(*family, twins=twins)


def test_loops_are_no_fault() -> None:
    assert len(UNCLE_AND_NIECE) == 8
    daughter = Pedigree.of(man("F"), woman("M"), woman("D", "F", "M"), child("C", "F", "D"))
    assert [each.id for each in daughter.children("F")] == ["D", "C"]


def test_the_sex_of_a_parent_follows_from_the_role() -> None:
    made = Pedigree.of(child("F"), child("M"), child("C", "F", "M"))
    assert [each.sex for each in made] == ["male", "female", "unknown"]


def test_the_missing_one_as_a_stranger_leaves_an_untyped_one_in_the_place() -> None:
    apart = SIBS.without_link("SIB", "X0")
    assert (apart["X0"].father, apart["X0"].mother) == ("F", "M")
    assert apart["SIB"].is_founder
    assert apart["SIB"].sex == "male"
    father_apart = SIBS.without_link("F", "X0")
    assert [each.id for each in father_apart.children("X0")] == ["SIB", "MP"]
    with pytest.raises(KinshipProblem, match="already in the pedigree"):
        SIBS.without_link("SIB", "F")


def test_a_twin_cannot_be_a_stranger_to_the_other() -> None:
    twins = Pedigree.of(man("A"), man("B"), twins=[["A", "B"]])
    assert (twins.genome("B"), twins.genome("A")) == ("A", "A")
    with pytest.raises(KinshipProblem, match="monozygotic twin"):
        twins.without_link("B", "X0")


def test_someone_who_is_not_there_is_named_with_those_who_are() -> None:
    with pytest.raises(KinshipProblem, match="The pedigree has: F, M, SIB, MP"):
        SIBS["Z"]
