"""Each rule by worked cases, read from the data files beside: yes, no, and what nobody has said."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from clew.disclosure.decision import Outcome, Ruling
from clew.disclosure.replay import decide_plain
from clew.disclosure.ruleset import shipped_rules
from tests.disclosure.bases import BASES, base, put

CASES = Path(__file__).parent / "cases"


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['case']}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def _outcome(case: dict[str, Any]) -> Outcome:
    plain = base(case["base"])
    for path, value in case.get("change", {}).items():
        put(plain, path, copy.deepcopy(value))
    if case.get("change", {}).get("statements.0.refers_to") == 8:
        plain["persons"].append(plain["persons"][0] | {"id": 8, "category": "suspect"})
    return decide_plain(plain, shipped_rules())


def _policies(ruling: Ruling) -> set[str]:
    return {reason.policy for reason in ruling.reasons}


@pytest.mark.parametrize("case", _cases())
def test_the_case_comes_out_as_the_rule_says(case: dict[str, Any]) -> None:
    outcome = _outcome(case)
    (statement,) = outcome.statements
    if "letter" in case:
        assert outcome.letter.verdict == case["letter"], outcome.letter
    if "statement" in case:
        assert statement.verdict == case["statement"], statement
    told = _policies(statement if "statement" in case else outcome.letter)
    assert set(case.get("by", ())) <= told
    assert not set(case.get("not_by", ())) & told
    if "conditions" in case:
        assert [each.policy for each in outcome.conditions] == case["conditions"]
    if "task" in case:
        assert case["task"] in {each.task for each in outcome.tasks}
    if "no_task" in case:
        assert case["no_task"] not in {each.task for each in outcome.tasks}


@pytest.mark.parametrize("name", BASES)
def test_every_starting_point_is_permitted(name: str) -> None:
    outcome = decide_plain(base(name), shipped_rules())
    assert outcome.letter.verdict == "permit", outcome.letter
    assert outcome.ready
    assert len(outcome.permitted) == 1


def test_every_rule_has_its_case_file() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == set(shipped_rules().rules)


def test_every_policy_decides_some_case() -> None:
    deciding = set()
    for (case,) in (param.values for param in _cases()):
        outcome = _outcome(case)
        for ruling in (outcome.letter, *outcome.statements):
            deciding |= _policies(ruling)
        deciding |= {each.policy for each in outcome.conditions} | {each.policy for each in outcome.tasks}
    assert set(shipped_rules().policies) <= deciding
