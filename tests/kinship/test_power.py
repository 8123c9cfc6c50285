"""Whether relatives can answer is known before the search, and agrees with counting and with simulation."""

from __future__ import annotations

import math
from itertools import product
from random import Random

import pytest

from clew.kinship.assumptions import Assumptions
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.likelihood import candidates
from clew.kinship.locus import make_locus
from clew.kinship.mutation import Mutation
from clew.kinship.pedigree import Pedigree, child, man, woman
from clew.kinship.power import STEP, power, power_with, whom_to_sample_next
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen
from clew.kinship.tables import shipped_table
from tests.kinship.families import DUO, FREQUENCIES, SIBS

NORWAY = shipped_table("norstr_norway")
LOCI = (
    "D1S1656", "TPOX", "D2S441", "D2S1338", "D3S1358", "FGA", "D5S818", "CSF1PO", "D7S820", "D8S1179", "D10S1248",
    "TH01",
    "vWA", "D12S391", "D13S317", "Penta E", "D16S539", "D18S51", "D19S433", "D21S11", "Penta D", "D22S1045",
)  # fmt: skip
SMALL = FrequencyTable.of(Origin("(fictional)"), {"L1": FREQUENCIES, "L2": {"5": 0.3, "6": 0.7}})
GRANDFATHER = Pedigree.of(man("GF"), man("F", "GF"), woman("M"), child("MP", "F", "M"))


def drawn(seed: int) -> dict[str, Seen]:
    """A simulated profile."""
    rng = Random(seed)
    tables = {each: NORWAY.locus(each) for each in LOCI}
    return {each: Seen(tuple(rng.choices(list(own), list(own.values()), k=2))) for each, own in tables.items()}


def counted(threshold: float, profile: dict[str, Seen], assumed: Assumptions) -> tuple[float, float]:
    """Probabilities of reaching the threshold by going through every pair of genotypes."""
    rows = []
    for name in ("L1", "L2"):
        at = make_locus(assumed, name)
        one = candidates(DUO, at, {"F": profile[name]}, "MP")
        other = candidates(DUO.without_link("MP", "X0"), at, {"F": profile[name]}, "MP")
        rows.append(list(zip(one.given_family, other.given_family, one.joint / other.joint, strict=True)))
    reached = [
        (a[0] * b[0], a[1] * b[1]) for a, b in product(*rows) if math.log10(max(a[2] * b[2], 1e-99)) >= threshold
    ]
    return math.fsum(one for one, _ in reached), math.fsum(other for _, other in reached)


def test_the_distributions_are_those_of_counting_every_genotype() -> None:
    profile = {"L1": Seen(("10", "11")), "L2": Seen(("5", "5"))}
    for mutation in (None, Mutation.both("equal", 0.01)):
        assumed = Assumptions(SMALL, mutation)
        made = power(DUO, "MP", {"F": profile}, assumed, ["L1", "L2"])
        for threshold in (-2.05, -0.333, 0.111, 0.777):
            true, unrelated = counted(threshold, profile, assumed)
            low, high = made.true_child.at_least(threshold + 2 * STEP), made.true_child.at_least(threshold - 2 * STEP)
            assert low - 1e-12 <= true <= high + 1e-12
            low, high = made.unrelated.at_least(threshold + 2 * STEP), made.unrelated.at_least(threshold - 2 * STEP)
            assert low - 1e-12 <= unrelated <= high + 1e-12
        assert made.true_child.weights.sum() + made.true_child.zero == pytest.approx(1, rel=1e-12)
        assert made.unrelated.zero == pytest.approx(0.0 if mutation else 1 - counted(-50, profile, assumed)[1])


def test_a_parent_answers_in_a_million_and_a_grandfather_does_not() -> None:
    assumed = Assumptions(NORWAY, Mutation.both("equal", 0.002))
    parent = power(DUO, "MP", {"F": drawn(1)}, assumed, LOCI)
    assert parent.can_answer(1_000_000)
    assert parent.found(4) > 0.98
    assert parent.false_hits(4, 1_000_000) < 5
    grandfather = power(GRANDFATHER, "MP", {"GF": drawn(1)}, assumed, LOCI)
    assert not grandfather.can_answer(1_000_000)
    assert grandfather.found(6) < 0.05
    assert grandfather.threshold(1_000_000) > grandfather.true_child.quantile(0.5)


def test_the_threshold_leaves_the_stated_number_of_false_hits() -> None:
    made = power(SIBS, "MP", {"SIB": drawn(2)}, Assumptions(NORWAY), LOCI)
    threshold = made.threshold(1_000_000, false_hits=2)
    assert made.false_hits(threshold, 1_000_000) <= 2 < made.false_hits(threshold - STEP, 1_000_000)


def test_the_one_to_sample_next_is_the_one_who_helps_most() -> None:
    family = Pedigree.of(
        man("GF"), woman("GM", deceased=True), man("F", "GF", "GM"), woman("M"), woman("M2"), man("HALF", "F", "M2"),
        child("MP", "F", "M"),
    )  # fmt: skip
    loci = LOCI[:6]
    asked = whom_to_sample_next(family, "MP", {"HALF": drawn(3)}, Assumptions(NORWAY), loci, 1000)
    assert [each for each, _, _ in asked][:2] in (["M", "F"], ["F", "M"])
    assert {each for each, _, _ in asked} == {"GF", "F", "M", "M2"}
    alone = power(family, "MP", {"HALF": drawn(3)}, Assumptions(NORWAY), loci)
    assert asked[0][1] > alone.found(alone.threshold(1000)) + 0.2


def test_typing_one_more_is_the_average_over_what_the_test_could_show() -> None:
    assumed = Assumptions(SMALL, silent=0.05)
    seen_now = {"SIB": {"L2": Seen(("5", "6"))}}
    made = power_with(SIBS, "MP", seen_now, assumed, ["L2"], "F")
    at = make_locus(assumed, "L2")
    table = candidates(SIBS, at, {"SIB": Seen(("5", "6"))}, "F")
    average = 0.0
    for first, second, weight in zip(table.first, table.second, table.given_family, strict=True):
        shown = Seen((table.alleles[first], table.alleles[second]))
        own = power(SIBS, "MP", {"SIB": {"L2": Seen(("5", "6"))}, "F": {"L2": shown}}, assumed, ["L2"])
        average += float(weight) * own.found(0.05)
    assert made.found(0.05) == pytest.approx(average, abs=0.02)
    assert made.left_out == ()


def test_relatives_who_exclude_one_another_cannot_be_searched_with() -> None:
    family = Pedigree.of(man("F"), man("A", "F"), child("MP", "F"))
    profiles = {"F": {"L2": Seen(("5", "5"))}, "A": {"L2": Seen(("6", "6"))}}
    with pytest.raises(KinshipProblem, match="L2: the relatives exclude one another"):
        power(family, "MP", profiles, Assumptions(SMALL), ["L2"])
