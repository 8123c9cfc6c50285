"""What a hit means: posterior, locus by locus, and under which table it claims least."""

from __future__ import annotations

import math

import pytest

from clew.kinship.assumptions import Assumptions
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.meaning import explain, posteriors
from clew.kinship.mutation import Mutation
from clew.kinship.pedigree import Pedigree, child, man
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen
from tests.kinship.families import DUO

TABLE = FrequencyTable.of(Origin("one"), {"A": {"10": 0.1, "11": 0.9}, "B": {"10": 0.5, "11": 0.5}})
OTHER = FrequencyTable.of(Origin("two"), {"A": {"10": 0.4, "11": 0.6}, "B": {"10": 0.5, "11": 0.5}})
APART = Pedigree.of(man("F"), child("MP"))
PROFILES = {
    "F": {"A": Seen(("10", "10")), "B": Seen(("10", "10"))},
    "MP": {"A": Seen(("10", "10")), "B": Seen(("11", "11"))},
}


def test_a_ratio_is_weighed_with_how_many_were_searched() -> None:
    (small,) = posteriors([1e6], database_size=100, in_database=0.5)
    (large,) = posteriors([1e6], database_size=10_000_000, in_database=0.5)
    assert small > 0.9998
    assert large < 0.05
    assert small == pytest.approx(0.005 * 1e6 / (0.5 + 0.005 * (1e6 + 99)))
    (doubtful,) = posteriors([1e6], database_size=100, in_database=0.01, others=0.0)
    assert doubtful == pytest.approx(0.0001 * 1e6 / (0.99 + 0.0001 * 1e6))


def test_two_good_hits_share_what_one_would_have_alone() -> None:
    alone, both = (
        posteriors([1e9], database_size=1000, in_database=0.5),
        posteriors([1e9, 1e9], database_size=1000, in_database=0.5),
    )
    assert both[0] == both[1] == pytest.approx(alone[0] / 2, rel=1e-3)
    assert posteriors([0.0], database_size=10, in_database=0.5) == (0.0,)


@pytest.mark.parametrize(
    ("ratios", "size", "prior", "sentence"),
    [
        ([1.0], 10, 1.0, "nobody is certain beforehand"),
        ([1.0], 10, 0.0, "Prior"),
        ([1.0, 1.0], 1, 0.5, "Database size: is 1"),
        ([math.inf], 10, 0.5, "no finite number"),
        ([math.nan], 10, 0.5, "no finite number"),
    ],
)
def test_a_prior_or_a_ratio_that_cannot_be_is_refused(
    ratios: list[float], size: int, prior: float, sentence: str
) -> None:
    with pytest.raises(KinshipProblem, match=sentence):
        posteriors(ratios, database_size=size, in_database=prior)


def test_loci_that_need_a_mutation_are_named_and_what_hangs_on_them_is_said() -> None:
    assumed = Assumptions(TABLE, Mutation.both("equal", 0.002))
    made = explain(DUO, APART, PROFILES, assumed, ["A", "B"])
    assert made.unusual == ("B",)
    assert [each.excludes for each in made.loci] == [False, False]
    assert made.loci[1].seen == {"F": Seen(("10", "10")), "MP": Seen(("11", "11"))}
    assert made.without("B") == pytest.approx(math.log10(made.loci[0].ratio.ratio))
    assert made.without("B") > 0 > made.ratio.log10
    with pytest.raises(KinshipProblem, match="C: is not among the loci"):
        made.without("C")


def test_without_a_mutation_model_the_same_locus_excludes() -> None:
    made = explain(DUO, APART, PROFILES, Assumptions(TABLE), ["A", "B"])
    assert [each.excludes for each in made.loci] == [False, True]
    assert (made.ratio.lr, made.lowest.lr) == (0.0, 0.0)


def test_the_lowest_ratio_over_the_tables_is_reported() -> None:
    made = explain(DUO, APART, PROFILES, Assumptions(TABLE), ["A"], {"two": OTHER})
    assert made.ratio.lr == pytest.approx(10)
    assert made.lowest is made.by_table["two"]
    assert made.lowest.lr == pytest.approx(1 / 0.4)
    assert made.lowest.assumptions != made.ratio.assumptions


def test_a_table_that_lacks_an_allele_is_no_silent_gap() -> None:
    gap = FrequencyTable.of(Origin("gap"), {"A": {"11": 1.0}})
    with pytest.raises(KinshipProblem, match="allele 10 is not in the table gap"):
        explain(DUO, APART, PROFILES, Assumptions(TABLE), ["A"], {"gap": gap})
