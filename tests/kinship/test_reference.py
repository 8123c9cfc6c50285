"""Every reference case computed with the peer engines, each in the founder convention of the engine that computed
it."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from clew.kinship.assumptions import Founders
from clew.kinship.cases import answer

REFERENCE = json.loads((Path(__file__).parent / "data" / "reference_lrs.json").read_text(encoding="utf-8"))
CONVENTIONS: dict[str, Founders] = {"pedprobr": "keep", "familias": "prune"}
BY_ENGINE = [(case["id"], engine) for case in REFERENCE["cases"] for engine in CONVENTIONS if engine in case]


@cache
def answered(founders: Founders) -> dict[str, Any]:
    return answer(REFERENCE, founders)


def case_of(id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in REFERENCE["cases"] if each["id"] == id)
    return found


def test_the_answers_come_in_the_order_of_the_file() -> None:
    made = answered("keep")
    assert set(made) == {"cases", "linked_pairs"}
    assert [each["id"] for each in made["cases"]] == [each["id"] for each in REFERENCE["cases"]]
    assert [(each["relation"], each["rho"]) for each in made["linked_pairs"]] == [
        (each["relation"], each["rho"]) for each in REFERENCE["linked_pairs"]
    ]


@pytest.mark.parametrize(("id", "engine"), BY_ENGINE)
def test_each_locus_of_each_case_agrees_with_the_engine_that_computed_it(id: str, engine: str) -> None:
    made = next(each for each in answered(CONVENTIONS[engine])["cases"] if each["id"] == id)
    expected = case_of(id)[engine]
    assert len(made["LR_per_locus"]) == len(expected["LR_per_locus"]) == len(case_of(id)["loci"])
    for found, wanted in zip(made["LR_per_locus"], expected["LR_per_locus"], strict=True):
        if wanted == 0:
            assert found == 0.0
        else:
            assert found == pytest.approx(wanted, rel=1e-12)
    assert made["LR"] == pytest.approx(expected["LR"], rel=1e-12)


def test_a_case_that_cannot_be_has_a_ratio_of_exactly_nothing() -> None:
    made = next(each for each in answered("keep")["cases"] if each["id"] == "duo_false")
    assert (made["LR"], made["log10LR"]) == (0.0, "-Inf")


def test_a_linked_pair_agrees_with_its_printed_value() -> None:
    for found, wanted in zip(answered("keep")["linked_pairs"], REFERENCE["linked_pairs"], strict=True):
        assert found["LR_vs_unrelated"] == pytest.approx(wanted["LR_vs_unrelated"], abs=1e-6)


def test_the_two_conventions_differ_only_where_a_model_changes_the_frequencies() -> None:
    kept, pruned = answered("keep")["cases"], answered("prune")["cases"]
    different = {
        one["id"]
        for one, other in zip(kept, pruned, strict=True)
        if any(
            not math.isclose(a, b, rel_tol=1e-9)
            for a, b in zip(one["LR_per_locus"], other["LR_per_locus"], strict=True)
        )
    }
    assert different
    for name in different:
        assert case_of(name)["mutation"]["model"] in {"equal", "stepwise", "onestep"}
    assert {each["untyped_founders"] for each in pruned if case_of(each["id"])["theta"]} == {"keep"}


def test_every_result_says_on_which_frequencies_it_rests() -> None:
    by_table: dict[str, set[str]] = {}
    for each in answered("keep")["cases"]:
        case = case_of(each["id"])
        if "freqs" not in case and len(case["loci"]) == 23:
            by_table.setdefault(case["db"], set()).add(each["frequencies"])
    assert all(len(each) == 1 for each in by_table.values())
    assert len(set.union(*by_table.values())) == len(by_table) == 3
