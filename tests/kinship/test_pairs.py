"""Pairs that were weighed alone, weighed together: the same as from the genotypes, and no child given twice."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.kinship.assumptions import Assumptions
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.joint import Family, Found, joint_assignments
from clew.kinship.pairs import MOST, linked, weigh_together
from clew.kinship.pedigree import Pedigree, man, woman
from clew.kinship.profiles import Seen

PAIRS = st.dictionaries(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("123")), st.floats(-5, 12, allow_nan=False), max_size=7
)


def test_pairs_weighed_together_are_what_the_genotypes_say() -> None:
    table = FrequencyTable.of(Origin("(fictional)"), {"L1": {"1": 0.2, "2": 0.3, "3": 0.5}, "L2": {"5": 0.4, "6": 0.6}})
    trio = Pedigree.of(man("F"), woman("M"), man("C", "F", "M"))
    families = {
        "one": Family(trio, ("C",), {"F": {"L1": Seen(("1", "2")), "L2": Seen(("5", "6"))}}),
        "two": Family(trio, ("C",), {"M": {"L1": Seen(("2", "3")), "L2": Seen(("6", "6"))}}),
    }
    children = {
        "x": Found({"L1": Seen(("2", "2")), "L2": Seen(("5", "6"))}, "male"),
        "y": Found({"L1": Seen(("2", "3")), "L2": Seen(("6", "6"))}, "male"),
    }
    assumed, loci = Assumptions(table), ["L1", "L2"]
    pairs = {}
    for family in families:
        for child in children:
            made = joint_assignments({family: families[family]}, {child: children[child]}, assumed, loci)
            pairs[family, child] = next(each.log10 for each in made if each.who[child])
    assert len(pairs) == 4
    exact = {
        tuple(sorted((said[0], child) for child, said in each.who.items() if said)): each
        for each in joint_assignments(families, children, assumed, loci)
    }
    found = weigh_together(pairs)
    assert len(found) == len(exact) == 7
    for each in found:
        assert each.log10 == pytest.approx(exact[each.pairs].log10, abs=1e-12)
        assert each.posterior == pytest.approx(exact[each.pairs].posterior, rel=1e-12)


@given(PAIRS)
def test_no_child_has_two_families_and_no_family_two_children(pairs: dict[tuple[str, str], float]) -> None:
    found = weigh_together(pairs)
    assert math.fsum(each.posterior for each in found) == pytest.approx(1)
    assert [each.log10 for each in found] == sorted((each.log10 for each in found), reverse=True)
    assert len({each.pairs for each in found}) == len(found)
    for each in found:
        assert len({family for family, _ in each.pairs}) == len({child for _, child in each.pairs}) == len(each.pairs)
        assert each.log10 == pytest.approx(math.fsum(pairs[one] for one in each.pairs))


@given(PAIRS)
def test_what_is_not_linked_changes_nothing(pairs: dict[tuple[str, str], float]) -> None:
    for first in pairs:
        near = linked(pairs, first)
        apart = {each: pairs[each] for each in pairs.keys() - near.keys()}
        assert not {f for f, _ in near} & {f for f, _ in apart}
        assert not {c for _, c in near} & {c for _, c in apart}
        alone = sum(each.posterior for each in weigh_together(near) if first in each.pairs)
        among_all = sum(each.posterior for each in weigh_together(pairs) if first in each.pairs)
        assert alone == pytest.approx(among_all)


def test_a_child_that_fits_two_families_equally_is_given_to_neither_with_certainty() -> None:
    best, second, nobody = weigh_together({("A", "1"): 9.0, ("B", "1"): 9.0})
    assert (best.pairs, second.pairs, nobody.pairs) == ((("A", "1"),), (("B", "1"),), ())
    assert best.posterior == pytest.approx(0.5)
    assert nobody.posterior < 1e-8


def test_too_many_assignments_are_not_weighed_at_all() -> None:
    assert weigh_together({(f"f{one}", f"c{other}"): 1.0 for one in range(8) for other in range(8)}) == ()
    assert MOST == 20_000
    assert [each.pairs for each in weigh_together({})] == [()]
