"""Who is who, weighed together. The figures of the first test were computed for this project with dvir 3.4.2 (its
example 1)."""

from __future__ import annotations

import math

import pytest

from clew.kinship.assumptions import Assumptions
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.joint import Assignment, Family, Found, joint_assignments
from clew.kinship.pedigree import Pedigree, man, woman
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen

TABLE = FrequencyTable.of(Origin("(fictional)"), {"L1": {"1": 0.05, "2": 0.05, "3": 0.9}})
ASSUMED = Assumptions(TABLE)
LINE = Family(
    Pedigree.of(woman("R"), man("M1"), man("M2", "M1", "R"), woman("W"), man("M3", "M2", "W")),
    ("M1", "M2", "M3"),
    {"R": {"L1": Seen(("1", "1"))}},
)
VICTIMS = {
    "V1": Found({"L1": Seen(("1", "1"))}, "male"),
    "V2": Found({"L1": Seen(("2", "2"))}, "male"),
    "V3": Found({"L1": Seen(("1", "2"))}, "male"),
}
DVIR = [
    (("M3", "M1", "M2"), 2000, 0.689536286847096),
    (("M2", None, "M1"), 199.999999999999, 0.0689536286847095),
    (("M2", None, "M3"), 199.999999999999, 0.0689536286847095),
    ((None, "M1", "M2"), 199.999999999999, 0.0689536286847095),
    (("M3", None, "M2"), 99.9999999999999, 0.0344768143423548),
]
MATRIX = [[1, 20, 10.5], [1, 0, 0.5], [1, 10, 5.5]]


def names(one: Assignment) -> tuple[str | None, ...]:
    return tuple(pair[1] if (pair := one.who[each]) else None for each in ("V1", "V2", "V3"))


def test_the_assignments_and_their_posteriors_are_those_of_dvir() -> None:
    made = {names(each): each for each in joint_assignments({"line": LINE}, VICTIMS, ASSUMED, ["L1"])}
    for who, ratio, posterior in DVIR:
        assert 10 ** made[who].log10 == pytest.approx(ratio, rel=1e-9)
        assert made[who].posterior == pytest.approx(posterior, rel=1e-9)
    best = sorted((each.posterior for each in made.values()), reverse=True)[:5]
    assert best == pytest.approx([posterior for _, _, posterior in DVIR], rel=1e-9)
    assert math.fsum(each.posterior for each in made.values()) == pytest.approx(1, rel=1e-12)


def test_each_pair_alone_is_that_of_dvir() -> None:
    for row, (victim, found) in zip(MATRIX, VICTIMS.items(), strict=True):
        made = {each.who[victim]: each for each in joint_assignments({"line": LINE}, {victim: found}, ASSUMED, ["L1"])}
        for missing, ratio in zip(LINE.missing, row, strict=True):
            if ratio == 0:
                assert ("line", missing) not in made
            else:
                assert 10 ** made["line", missing].log10 == pytest.approx(ratio, rel=1e-9)


def test_no_child_is_given_to_two_families() -> None:
    families = {
        name: Family(Pedigree.of(man("F"), woman("MP", "F")), ("MP",), {"F": {"L1": Seen(("1", "2"))}})
        for name in ("one", "two")
    }
    found = {"C": Found({"L1": Seen(("1", "3"))}, "female")}
    made = joint_assignments(families, found, ASSUMED, ["L1"])
    assert sorted(str(each.who["C"]) for each in made) == ["('one', 'MP')", "('two', 'MP')", "None"]
    assert made[0].posterior == pytest.approx(made[1].posterior)
    assert made[0].posterior < 0.5


def test_a_girl_is_not_the_missing_boy() -> None:
    made = joint_assignments({"line": LINE}, {"V1": Found({"L1": Seen(("1", "1"))}, "female")}, ASSUMED, ["L1"])
    assert [each.who for each in made] == [{"V1": None}]


def test_theta_and_a_family_that_cannot_be_are_refused() -> None:
    with pytest.raises(KinshipProblem, match="no family can be weighed apart"):
        joint_assignments({"line": LINE}, VICTIMS, Assumptions(TABLE, theta=0.01), ["L1"])
    family = Pedigree.of(man("F"), man("A", "F"), man("MP", "F"))
    wrong = Family(family, ("MP",), {"F": {"L1": Seen(("1", "1"))}, "A": {"L1": Seen(("2", "2"))}})
    with pytest.raises(KinshipProblem, match="wrong: has relatives who exclude one another"):
        joint_assignments({"wrong": wrong}, VICTIMS, ASSUMED, ["L1"])


def test_too_many_assignments_are_refused_before_they_are_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clew.kinship.joint.MOST_ASSIGNMENTS", 5)
    with pytest.raises(KinshipProblem, match="Assignments: are more than"):
        joint_assignments({"line": LINE}, VICTIMS, ASSUMED, ["L1"])
