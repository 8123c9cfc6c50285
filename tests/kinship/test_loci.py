"""Frequency tables, alleles, profiles and mutation models, and what is refused of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.kinship.alleles import allele_name, in_order, locus_key
from clew.kinship.assumptions import Assumptions
from clew.kinship.frequencies import FrequencyTable, Origin, five_of
from clew.kinship.likelihood import candidates, likelihood, linked_likelihood
from clew.kinship.locus import make_locus
from clew.kinship.mutation import Kind, Mutation, Rates, matrix
from clew.kinship.pedigree import Pedigree, child, man, woman
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen, read_seen
from clew.kinship.ratios import ratio
from clew.kinship.tables import shipped_names, shipped_table
from tests.kinship.families import DUO, FREQUENCIES, chance, locus, seen, table


def test_one_allele_and_one_locus_have_one_spelling() -> None:
    assert [allele_name(each) for each in ("9.0", " 9", "9,3", "09.3", "OL")] == ["9", "9", "9.3", "9.3", "OL"]
    assert {locus_key(each) for each in ("PENTA E", "Penta_E", "PentaE")} == {"PENTAE"}
    assert in_order(["OL", "10", "9.3", "9"]) == ("9", "9.3", "10", "OL")


@pytest.mark.parametrize(
    ("loci", "sentence"),
    [
        ({"L": {"10": 0.5, "11": 0.4}}, "L: has frequencies that sum to 0.900000"),
        ({"L": {"10": -0.1, "11": 1.1}}, "has frequency -0.1"),
        ({"L": {"10": math.nan, "11": 1.0}}, "has frequency nan"),
        ({"L": {"10": 0.5, "10.0": 0.5}}, "has allele 10 twice"),
        ({"L": {}}, "has no alleles"),
        ({"vWA": {"10": 1.0}, "VWA": {"10": 1.0}}, "stands in the table twice"),
    ],
)
def test_a_table_that_cannot_be_is_refused(loci: dict[str, dict[str, float]], sentence: str) -> None:
    with pytest.raises(KinshipProblem, match=sentence):
        FrequencyTable.of(Origin("(fictional)"), loci)


def test_what_was_done_to_a_table_stands_in_it_and_changes_its_digest() -> None:
    raw = {"L": {"10": 0.001, "11": 0.999}}
    plain = FrequencyTable.of(Origin("(fictional)"), raw)
    raised = FrequencyTable.of(Origin("(fictional)"), raw, minimum=0.01)
    assert raised.locus("l") == pytest.approx({"10": 0.01 / 1.009, "11": 0.999 / 1.009})
    assert raised.steps == ("raised to at least 0.01", "scaled to the sum 1")
    assert len({plain.digest, raised.digest, FrequencyTable.of(Origin("other"), raw).digest}) == 3
    assert plain.digest == FrequencyTable.of(Origin("(fictional)"), {"l": {"11": 0.999, "10.0": 0.001}}).digest


def test_an_unseen_allele_is_refused_until_a_policy_is_stated() -> None:
    with pytest.raises(KinshipProblem, match=r"F, L: allele 15 is not in the table \(fictional\)"):
        chance(DUO, locus(), F="10/15")
    added = table().with_unseen({"L": ["15", "10"]}, five_of(500))
    assert added.locus("L")["15"] == pytest.approx(0.005 / 1.005)
    assert added.steps == ("L: 15 added at 0.005, scaled to the sum 1",)
    assert table().with_unseen({"L": ["10"]}, 0.001).steps == ()
    at = make_locus(Assumptions(added), "L")
    assert chance(DUO, at, F="10/15") == pytest.approx(2 * (0.1 / 1.005) * (0.005 / 1.005))


def test_a_locus_that_the_table_lacks_is_named() -> None:
    with pytest.raises(KinshipProblem, match="M: is not in the table"):
        table().locus("M")


def test_every_table_that_is_shipped_says_where_it_is_from() -> None:
    assert len(shipped_names()) == 11
    for name in shipped_names():
        made = shipped_table(name)
        assert made.origin.source
        assert made.origin.licence
        assert "TH01" in made
    assert shipped_table("nist1036_asian").origin.people == 97
    assert shipped_table("norstr_norway").locus("penta e")["5"] == 0.073359
    with pytest.raises(KinshipProblem, match="is no table"):
        shipped_table("atlantis")


def test_a_profile_is_read_as_laboratories_write_it() -> None:
    assert read_seen("S", "L", "12/9.30") == Seen(("12", "9.30")) or read_seen("S", "L", "12/9.3") == Seen(
        ("12", "9.3")
    )
    assert read_seen("S", "L", "12/-") == Seen(("12",), half=True)
    assert read_seen("S", "L", "-/12") == Seen(("12",), half=True)
    assert read_seen("S", "L", "20") == Seen(("20",))
    assert read_seen("S", "L", "-/-") is read_seen("S", "L", "") is read_seen("S", "L", None) is None


def test_three_alleles_are_refused_with_sample_and_locus() -> None:
    with pytest.raises(KinshipProblem, match="S, TH01: has 3 alleles"):
        read_seen("S", "TH01", "6/7/9")


def test_one_allele_is_refused_where_everyone_has_two() -> None:
    with pytest.raises(KinshipProblem, match="F, L: has one allele"):
        chance(DUO, locus(), F="10")
    x = locus(chromosome="X")
    assert chance(DUO, x, F="10") == pytest.approx(0.1)
    assert chance(DUO, x, F="10/10") == pytest.approx(0.1)
    with pytest.raises(KinshipProblem, match="two alleles"):
        chance(DUO, x, F="10/11")


def test_on_the_x_everyone_who_matters_has_a_sex() -> None:
    with pytest.raises(KinshipProblem, match="MP: has no sex"):
        chance(DUO, locus(chromosome="X"), MP="10/11")


def test_a_father_gives_his_daughter_his_x_and_his_son_none() -> None:
    x = locus(chromosome="X")
    daughter = Pedigree.of(man("F"), woman("M"), woman("D", "F", "M"))
    son = Pedigree.of(man("F"), woman("M"), man("S", "F", "M"))
    assert chance(daughter, x, F="10", D="10/11") == pytest.approx(0.1 * 0.2)
    assert chance(daughter, x, F="10", D="11/12") == 0.0
    assert chance(son, x, F="10", S="11") == pytest.approx(0.1 * 0.2)


def test_a_half_read_genotype_is_every_genotype_with_that_allele() -> None:
    every = sum(chance(DUO, locus(), F=f"10/{each}") for each in FREQUENCIES)
    assert chance(DUO, locus(), F="10/-") == pytest.approx(every, rel=1e-14)


def test_what_a_test_shows_under_drop_out_sums_to_one_with_the_empty_result() -> None:
    names = list(FREQUENCIES)
    at = locus(drop_out=0.2)
    shown = sum(chance(DUO, at, F=f"{a}/{b}") for i, a in enumerate(names) for b in names[i:])
    assert shown == pytest.approx(1 - 0.2**2, rel=1e-12)
    assert chance(DUO, at, F="10/10") == pytest.approx(0.1**2 * (1 - 0.04) + 2 * 0.1 * 0.9 * 0.2 * 0.8)
    own = Assumptions(table(), drop_out_by_sample={"F": 0.2})
    assert chance(DUO, make_locus(own, "L"), F="10/10") == chance(DUO, at, F="10/10")
    assert chance(DUO, make_locus(own, "L"), M="10/10") == pytest.approx(0.01)


@given(
    kind=st.sampled_from(["equal", "proportional", "stepwise", "onestep", "dawid"]),
    rate=st.floats(1e-5, 0.02),
    weights=st.lists(st.floats(0.05, 1), min_size=2, max_size=8),
)
def test_every_mutation_model_is_a_matrix_of_probabilities(kind: Kind, rate: float, weights: list[float]) -> None:
    frequencies = np.array(weights) / sum(weights)
    names = [str(10 + each) for each in range(len(weights))]
    made = matrix(kind, Rates(rate, 0.1, 0.0), "L", names, frequencies)
    assert (made >= 0).all()
    assert made.sum(axis=1) == pytest.approx(1, abs=1e-12)
    if kind in {"proportional", "dawid"}:
        assert frequencies @ made == pytest.approx(frequencies, abs=1e-12)
        assert 1 - float(frequencies @ np.diag(made)) == pytest.approx(rate, rel=1e-9)
    else:
        assert np.diag(made) == pytest.approx(1 - rate, abs=1e-12)


def test_alleles_between_whole_repeats_mutate_with_the_second_rate() -> None:
    made = matrix("stepwise", Rates(0.01, 0.5, 0.002), "L", ["10", "11", "11.3", "13"], np.full(4, 0.25))
    assert made[0] == pytest.approx([1 - 0.012, 0.01 * 4 / 5, 0.002, 0.01 * 1 / 5])
    assert made[2] == pytest.approx([0.002 / 3, 0.002 / 3, 1 - 0.002, 0.002 / 3])


def test_onestep_goes_to_the_neighbours_and_from_the_ends_to_the_one() -> None:
    made = matrix("onestep", Rates(0.01), "L", ["10", "11", "12"], np.full(3, 1 / 3))
    assert made == pytest.approx(np.array([[0.99, 0.01, 0], [0.005, 0.99, 0.005], [0, 0.01, 0.99]]))


def test_a_matrix_of_ones_own_is_read_by_its_alleles() -> None:
    rates = Rates(0, matrix=((0.9, 0.1), (0.3, 0.7)), matrix_alleles=("11", "10"))
    assert matrix("custom", rates, "L", ["10", "11"], np.array([0.5, 0.5])).tolist() == [[0.7, 0.3], [0.1, 0.9]]


@pytest.mark.parametrize(
    ("kind", "rates", "alleles", "sentence"),
    [
        ("equal", Rates(1.5), ["10", "11"], "has a mutation rate of 1.5"),
        ("stepwise", Rates(0.6, 0.1, 0.6), ["10", "11", "11.3"], "with a probability above 1"),
        ("stepwise", Rates(0.1, 0.0), ["10", "11"], "has a mutation range of 0.0"),
        ("stepwise", Rates(0.1), ["10", "OL"], "has allele OL, which is no number of repeats"),
        ("onestep", Rates(0.1), ["10", "10.3"], "has microvariants"),
        ("dawid", Rates(0.1), ["10", "10.3"], "has microvariants"),
        ("custom", Rates(0, matrix=((1.0,),), matrix_alleles=("10",)), ["10", "11"], "for other alleles"),
        ("custom", Rates(0, matrix=((1.0,),), matrix_alleles=("10", "11")), ["10", "11"], "not square"),
        ("custom", Rates(0, matrix=((1, 0), (1, 1)), matrix_alleles=("10", "11")), ["10", "11"], "no probabilities"),
    ],
)
def test_a_mutation_model_that_does_not_fit_is_refused(
    kind: Kind, rates: Rates, alleles: list[str], sentence: str
) -> None:
    with pytest.raises(KinshipProblem, match=sentence):
        matrix(kind, rates, "L", alleles, np.full(len(alleles), 1 / len(alleles)))


def test_a_silent_allele_neither_mutates_nor_arises() -> None:
    at = locus(silent=0.1, mutation=Mutation.both("proportional", 0.02))
    assert at.male is not None
    assert at.male[-1].tolist() == [0, 0, 0, 0, 1]
    assert at.male[:, -1].tolist() == [0, 0, 0, 0, 1]
    visible = at.frequencies[:-1]
    assert float(visible @ (1 - np.diag(at.male)[:-1])) == pytest.approx(0.02)


def test_the_table_over_candidates_shows_what_a_test_would_show() -> None:
    at = locus(silent=0.05)
    made = candidates(DUO, at, seen(F="10/10"), "MP")
    for first, second, joint in zip(made.first, made.second, made.joint, strict=True):
        text = f"{made.alleles[first]}/{made.alleles[second]}"
        assert joint == pytest.approx(chance(DUO, at, F="10/10", MP=text), rel=1e-12)
    assert float(made.total) == pytest.approx(chance(DUO, at, F="10/10"), rel=1e-12)
    assert made.nothing_shown > 0


def test_a_family_whose_members_exclude_one_another_has_no_candidates() -> None:
    family = Pedigree.of(man("F"), woman("M"), man("A", "F", "M"), child("MP", "F", "M"))
    with pytest.raises(KinshipProblem, match="exclude one another"):
        _ = candidates(family, locus(), seen(F="10/10", A="11/11"), "MP").given_family


@pytest.mark.parametrize("field", ["theta", "silent", "drop_out"])
def test_a_number_that_is_no_probability_is_refused(field: str) -> None:
    with pytest.raises(KinshipProblem, match="It is a probability"):
        locus(**{field: 1.0})


def test_theta_together_with_an_inbred_founder_is_refused() -> None:
    with pytest.raises(KinshipProblem, match="both say how related"):
        chance(Pedigree.of(man("F", inbreeding=0.1)), locus(theta=0.01), F="10/10")


def test_theta_together_with_linked_loci_is_refused() -> None:
    at = locus(theta=0.01)
    with pytest.raises(KinshipProblem, match="linked, and theta is above 0"):
        linked_likelihood(DUO, (at, at), (seen(F="10/10"), seen(F="10/10")), 0.1)
    with pytest.raises(KinshipProblem, match=r"rho: is 0\.7"):
        linked_likelihood(DUO, (locus(), locus()), (seen(F="10/10"), seen(F="10/10")), 0.7)


def test_theta_with_too_many_open_founder_alleles_says_whom_to_type() -> None:
    many = {str(each): 1 / 40 for each in range(40)}
    family = Pedigree.of(
        *(man(f"F{each}") for each in range(6)), *(woman(f"M{each}") for each in range(6)),
        *(man(f"A{each}", f"F{each}", f"M{each}") for each in range(6)),
        *(man(f"B{each}", f"F{each}", f"M{each}") for each in range(6)),
    )  # fmt: skip
    typed = seen(**{f"A{each}": f"{each}/{each + 10}" for each in range(6)}, **{f"B{each}": "1/2" for each in range(6)})
    with pytest.raises(KinshipProblem, match="Type another founder"):
        likelihood(family, locus(many, theta=0.01), typed)


def test_a_typed_person_cannot_be_left_open() -> None:
    with pytest.raises(KinshipProblem, match="cannot be left open"):
        candidates(DUO, locus(), seen(MP="10/11"), "MP")


def test_a_typed_person_who_is_not_in_the_pedigree_is_named() -> None:
    with pytest.raises(KinshipProblem, match="Z: is not in the pedigree"):
        ratio(DUO, Pedigree.of(man("F"), child("MP")), {"Z": {"L": Seen(("10", "11"))}}, Assumptions(table()), ["L"])


def test_neither_hypothesis_showing_the_profiles_gives_no_number() -> None:
    profiles = {"F": {"L": Seen(("10", "10"))}, "MP": {"L": Seen(("11", "11"))}}
    nothing = ratio(DUO, DUO, profiles, Assumptions(table()), ["L"])
    assert math.isnan(nothing.lr)
    assert math.isnan(nothing.log10)
    infinite = ratio(Pedigree.of(man("F"), child("MP")), DUO, profiles, Assumptions(table()), ["L"])
    assert (infinite.lr, infinite.log10) == (math.inf, math.inf)
