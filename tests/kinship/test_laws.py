"""What holds for every family and every profile, whatever they are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.kinship.assumptions import Assumptions
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.likelihood import Likelihood, candidates, genotypes_of, likelihood, linked_likelihood
from clew.kinship.locus import make_locus
from clew.kinship.mutation import Mutation
from clew.kinship.pedigree import Pedigree, Person, child, man, woman
from clew.kinship.profiles import Seen
from tests.kinship.brute_force import by_enumeration
from tests.kinship.families import (
    FREQUENCIES,
    MUTATIONS,
    SIBS,
    UNCLE_AND_NIECE,
    WITH_GRANDMOTHER,
    chance,
    locus,
    observations,
    pedigrees,
    seen,
)

SMALL = {"10": 0.15, "11": 0.25, "12.2": 0.6}
STEPS = settings(max_examples=40)


@settings(max_examples=25)
@given(data=st.data(), pedigree=pedigrees(most=4), mutation=st.sampled_from(MUTATIONS))
def test_the_engine_agrees_with_counting_every_possibility(
    data: st.DataObject, pedigree: Pedigree, mutation: Mutation | None
) -> None:
    x = data.draw(st.booleans())
    at = locus(
        SMALL,
        mutation=mutation,
        theta=data.draw(st.sampled_from([0.0, 0.03])),
        silent=data.draw(st.sampled_from([0.0, 0.02])),
        drop_out=data.draw(st.sampled_from([0.0, 0.1])),
        chromosome="X" if x else "autosomal",
    )
    own = data.draw(observations(pedigree, list(SMALL), x=x))
    one_sided = sum(bool(each.father) != bool(each.mother) for each in pedigree)
    for each in pedigree.ids[: len(pedigree) - len(own) + one_sided - 2]:  # beyond two, counting takes minutes
        own[each] = Seen(("10",)) if x and pedigree[each].sex == "male" else Seen(("10", "11"))
    assert float(likelihood(pedigree, at, own)) == pytest.approx(
        by_enumeration(pedigree, at, own), rel=1e-11, abs=1e-300
    )


@STEPS
@given(
    data=st.data(), pedigree=pedigrees(most=6), mutation=st.sampled_from(MUTATIONS), theta=st.sampled_from([0.0, 0.02])
)
def test_the_probabilities_of_all_genotypes_given_the_family_sum_to_one(
    data: st.DataObject, pedigree: Pedigree, mutation: Mutation | None, theta: float
) -> None:
    person = data.draw(st.sampled_from(pedigree.ids))
    own = data.draw(observations(pedigree, list(FREQUENCIES)))
    own.pop(person, None)
    at = locus(mutation=mutation, theta=theta)
    made = candidates(pedigree, at, own, person)
    alone = likelihood(pedigree, at, own)
    assert made.total.over(alone) == pytest.approx(1, rel=1e-12) if alone.value else made.total.value == 0
    if alone.value:
        assert math.fsum(made.given_family) == pytest.approx(1, rel=1e-12)


@STEPS
@given(data=st.data(), pedigree=pedigrees(most=6), mutation=st.sampled_from(MUTATIONS))
def test_the_ratio_averages_to_one_over_unrelated_children(
    data: st.DataObject, pedigree: Pedigree, mutation: Mutation | None
) -> None:
    person = data.draw(st.sampled_from(pedigree.ids))
    own = data.draw(observations(pedigree, list(FREQUENCIES)))
    own.pop(person, None)
    at = locus(mutation=mutation)
    related = candidates(pedigree, at, own, person)
    apart = candidates(pedigree.without_link(person, "(stand-in)"), at, own, person)
    if apart.total.value:
        weights = apart.joint / apart.total.value
        ratios = np.divide(related.joint, apart.joint, out=np.zeros_like(apart.joint), where=apart.joint > 0)
        assert math.fsum(weights * ratios) == pytest.approx(1, rel=1e-12)


@STEPS
@given(data=st.data(), pedigree=pedigrees(most=6), mutation=st.sampled_from(MUTATIONS))
def test_what_persons_are_called_and_in_which_order_they_stand_changes_nothing(
    data: st.DataObject, pedigree: Pedigree, mutation: Mutation | None
) -> None:
    own = data.draw(observations(pedigree, list(FREQUENCIES)))
    shuffled = data.draw(st.permutations(pedigree.persons))
    names = {each: f"Z{number}" for number, each in enumerate(data.draw(st.permutations(pedigree.ids)))} | {"": ""}
    renamed = Pedigree(
        tuple(
            replace(each, id=names[each.id], father=names[each.father], mother=names[each.mother]) for each in shuffled
        )
    )
    at = locus(mutation=mutation)
    before = float(likelihood(pedigree, at, own))
    after = float(likelihood(renamed, at, {names[each]: one for each, one in own.items()}))
    assert after == pytest.approx(before, rel=1e-12, abs=1e-300)


@STEPS
@given(data=st.data(), pedigree=pedigrees(most=6), kind=st.sampled_from([None, "equal", "proportional"]))
def test_what_alleles_are_called_changes_nothing_where_no_steps_count(
    data: st.DataObject, pedigree: Pedigree, kind: str | None
) -> None:
    own = data.draw(observations(pedigree, list(FREQUENCIES)))
    other = dict(zip(FREQUENCIES, data.draw(st.permutations(["7", "8.1", "20", "A"])), strict=True))
    mutation = None if kind is None else Mutation.both("equal" if kind == "equal" else "proportional", 0.01)
    renamed = locus({other[each]: value for each, value in FREQUENCIES.items()}, mutation=mutation)
    translated = {each: replace(one, alleles=tuple(other[a] for a in one.alleles)) for each, one in own.items()}
    before = float(likelihood(pedigree, locus(mutation=mutation), own))
    assert float(likelihood(pedigree, renamed, translated)) == pytest.approx(before, rel=1e-12, abs=1e-300)


@STEPS
@given(
    data=st.data(), pedigree=pedigrees(most=5), mutation=st.sampled_from(MUTATIONS), theta=st.sampled_from([0.0, 0.02])
)
def test_an_untyped_childless_person_more_changes_nothing(
    data: st.DataObject, pedigree: Pedigree, mutation: Mutation | None, theta: float
) -> None:
    own = data.draw(observations(pedigree, list(FREQUENCIES)))
    fathers = [each.id for each in pedigree if each.sex == "male"]
    larger = pedigree.with_person(Person("leaf", data.draw(st.sampled_from([*fathers, ""]))))
    at = locus(mutation=mutation, theta=theta)
    before = float(likelihood(pedigree, at, own))
    assert float(likelihood(larger, at, own)) == pytest.approx(before, rel=1e-12, abs=1e-300)


def test_naming_an_unknown_parent_changes_nothing() -> None:
    named = Pedigree.of(man("F"), woman("M"), man("A", "F", "M"))
    unnamed = Pedigree.of(man("F"), man("A", "F"))
    for mutation in MUTATIONS:
        for convention in ("keep", "prune"):
            at = locus(mutation=mutation, untyped_founders=convention)
            assert chance(named, at, F="10/11", A="11/12") == pytest.approx(
                chance(unnamed, at, F="10/11", A="11/12"), rel=1e-13
            )


def test_taking_unseen_alleles_as_one_changes_nothing() -> None:
    many = {str(each): 1 / 12 for each in range(5, 17)}
    own = seen(SIB="6/9", M="9/9", PGM="6/7")
    for mutation in (None, Mutation.both("equal", 0.01), Mutation.both("proportional", 0.02)):
        at = locus(many, mutation=mutation)
        assert len(at.lumped({"6", "7", "9"}).alleles) == 4
        lumped = float(likelihood(WITH_GRANDMOTHER, at, own))
        assert float(genotypes_of(WITH_GRANDMOTHER, at, own, ["MP"]).value.sum()) == pytest.approx(lumped, rel=1e-12)
    stepwise = locus(many, mutation=Mutation.both("stepwise", 0.01))
    assert stepwise.lumped({"6"}) is stepwise


@settings(max_examples=20)
@given(data=st.data(), pedigree=pedigrees(most=4), mutation=st.sampled_from(MUTATIONS))
def test_theta_by_copies_of_one_another_is_theta_by_one_table(
    data: st.DataObject, pedigree: Pedigree, mutation: Mutation | None
) -> None:
    own = data.draw(observations(pedigree, list(SMALL)))
    at = locus(SMALL, mutation=mutation, theta=0.05, silent=data.draw(st.sampled_from([0.0, 0.02])))
    whole = float(likelihood(pedigree, at, own))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("clew.kinship.network.LARGEST_TABLE", 0)
        assert float(likelihood(pedigree, at, own)) == pytest.approx(whole, rel=1e-12, abs=1e-300)
        person = data.draw(st.sampled_from(pedigree.ids))
        if person not in own and whole:
            assert candidates(pedigree, at, own, person).total.over(Likelihood(whole)) == pytest.approx(1, rel=1e-12)


def test_loci_that_recombine_freely_are_as_good_as_apart() -> None:
    table = FrequencyTable.of(Origin("(fictional)"), {"L1": SMALL, "L2": FREQUENCIES})
    for mutation in MUTATIONS:
        assumed = Assumptions(table, mutation)
        loci = (make_locus(assumed, "L1"), make_locus(assumed, "L2"))
        one = {"SIB": Seen(("10", "11")), "MP": Seen(("10", "12.2"))}
        other = {"SIB": Seen(("10", "12")), "MP": Seen(("10", "11.3"))}
        for family in (SIBS, UNCLE_AND_NIECE):
            together = linked_likelihood(family, loci, (one, other), 0.5)
            apart = float(likelihood(family, loci[0], one)) * float(likelihood(family, loci[1], other))
            assert float(together) == pytest.approx(apart, rel=1e-12)
            assert float(linked_likelihood(family, loci, (one, other), 0.05)) != pytest.approx(apart, rel=1e-3)


def test_linked_loci_summed_over_one_of_them_are_the_other() -> None:
    table = FrequencyTable.of(Origin("(fictional)"), {"L1": SMALL, "L2": SMALL})
    loci = (make_locus(Assumptions(table), "L1"), make_locus(Assumptions(table), "L2"))
    one = {"SIB": Seen(("10", "11")), "MP": Seen(("10", "12.2"))}
    names = list(SMALL)
    total = math.fsum(
        float(linked_likelihood(SIBS, loci, (one, {"SIB": Seen((a, b)), "MP": Seen((c, d))}), 0.1))
        for i, a in enumerate(names) for b in names[i:] for j, c in enumerate(names) for d in names[j:]
    )  # fmt: skip
    assert total == pytest.approx(float(likelihood(SIBS, loci[0], one)), rel=1e-12)


def test_one_egg_makes_one_genome() -> None:
    twins = Pedigree.of(
        man("F"),
        woman("M"),
        man("A", "F", "M"),
        man("B", "F", "M"),
        woman("W"),
        child("MP", "B", "W"),
        twins=[["A", "B"]],
    )
    plain = Pedigree.of(man("F"), woman("M"), man("A", "F", "M"), woman("W"), child("MP", "A", "W"))
    for mutation in MUTATIONS:
        at = locus(mutation=mutation)
        assert chance(twins, at, A="10/11", MP="10/12") == pytest.approx(
            chance(plain, at, A="10/11", MP="10/12"), rel=1e-13
        )
    assert chance(twins, locus(), A="10/11", B="10/12") == 0.0
    dropped = locus(drop_out=0.1)
    own = {**seen(F="10/11", M="10/12", W="11/12"), "A": Seen(("10", "11")), "B": Seen(("10", "10"))}
    assert float(likelihood(twins, dropped, own)) == pytest.approx(by_enumeration(twins, dropped, own), rel=1e-12)


def test_an_inbred_founder_is_more_often_homozygous() -> None:
    alone = Pedigree.of(man("F", inbreeding=0.25))
    assert chance(alone, locus(), F="10/10") == pytest.approx(0.75 * 0.1**2 + 0.25 * 0.1, rel=1e-14)
    assert chance(alone, locus(), F="10/11") == pytest.approx(0.75 * 2 * 0.1 * 0.2, rel=1e-14)
    family = Pedigree.of(man("F", inbreeding=0.25), woman("M"), man("A", "F", "M"), man("B", "F", "M"))
    own = {"A": Seen(("10", "11")), "B": Seen(("10", "12.2"))}
    for mutation in MUTATIONS:
        at = locus(SMALL, mutation=mutation)
        assert float(likelihood(family, at, own)) == pytest.approx(by_enumeration(family, at, own), rel=1e-11)


def test_a_founder_seen_elsewhere_is_not_pruned_where_one_locus_failed() -> None:
    at = locus(mutation=Mutation.both("equal", 0.05), untyped_founders="prune")
    family = Pedigree.of(man("F"), woman("M"), man("A", "F", "M"))
    own = seen(F="10/10", A="10/11")
    assert float(likelihood(family, at, own)) != pytest.approx(
        float(likelihood(family, at, own, sampled=["M"])), rel=1e-4
    )
    kept = locus(mutation=Mutation.both("equal", 0.05))
    assert float(likelihood(family, at, own, sampled=["M"])) == pytest.approx(
        float(likelihood(family, kept, own)), rel=1e-13
    )


def test_seven_hundred_relatives_do_not_underflow() -> None:
    many = Pedigree.of(man("F"), woman("M"), *(man(f"C{each}", "F", "M") for each in range(700)))
    found = likelihood(many, locus(), seen(**{f"C{each}": "10/11" for each in range(700)}, F="10/12", M="11/12"))
    assert found.value > 0
    assert math.log10(found.value) + found.exponent * math.log10(2) == pytest.approx(
        math.log10(2 * 0.1 * 0.45 * 2 * 0.2 * 0.45) + 700 * math.log10(0.25), rel=1e-12
    )
