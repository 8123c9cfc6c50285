"""What judges a mutant: the rule cases, the worked scenarios, and the permitted starting points."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from clew.disclosure.decision import Outcome, Ruling
from tests.disclosure.bases import BASES, base, put
from tests.disclosure.scenarios.read import inputs_of, scenarios
from tests.disclosure.test_scenarios import faults

CASES = Path(__file__).parents[1] / "cases"
KNOWN = {"case", "base", "change", "letter", "statement", "by", "not_by", "conditions", "task", "no_task"}


@dataclass(frozen=True)
class Judge:
    """One story with its inputs in plain form; `fails` says whether an outcome is not the expected one."""

    name: str
    rules: frozenset[str]
    inputs: dict[str, Any]
    fails: Callable[[Outcome], bool]


def judges() -> list[Judge]:
    """All of them, the starting points first."""
    return [*_starting_points(), *_rule_cases(), *_scenarios()]


def _starting_points() -> list[Judge]:
    def fails(outcome: Outcome) -> bool:
        return not outcome.ready or len(outcome.permitted) != 1

    return [Judge(f"base {name}", frozenset(), base(name), fails) for name in BASES]


def _rule_cases() -> list[Judge]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            if surplus := set(case) - KNOWN:
                raise ValueError(f"{path.name}, {case['case']}: {surplus} is not judged here.")
            found.append(
                Judge(f"{path.stem}: {case['case']}", frozenset({path.stem}), _inputs(case), _case_judge(case))
            )
    return found


def _inputs(case: dict[str, Any]) -> dict[str, Any]:
    plain = base(case["base"])
    for path, value in case.get("change", {}).items():
        put(plain, path, copy.deepcopy(value))
    if case.get("change", {}).get("statements.0.refers_to") == 8:
        plain["persons"].append(plain["persons"][0] | {"id": 8, "category": "suspect"})
    return plain


def _case_judge(case: dict[str, Any]) -> Callable[[Outcome], bool]:
    def fails(outcome: Outcome) -> bool:
        (statement,) = outcome.statements
        told = _policies(statement if "statement" in case else outcome.letter)
        return (
            case.get("letter", outcome.letter.verdict) != outcome.letter.verdict
            or case.get("statement", statement.verdict) != statement.verdict
            or not set(case.get("by", ())) <= told
            or bool(set(case.get("not_by", ())) & told)
            or case.get("conditions", [each.policy for each in outcome.conditions])
            != [each.policy for each in outcome.conditions]
            or ("task" in case and case["task"] not in {each.task for each in outcome.tasks})
            or ("no_task" in case and case["no_task"] in {each.task for each in outcome.tasks})
        )

    return fails


def _policies(ruling: Ruling) -> set[str]:
    return {reason.policy for reason in ruling.reasons}


def _scenarios() -> list[Judge]:
    """Scenarios whose outcome is disputed judge nothing: they fail without a mutant too."""

    def judge(scenario: dict[str, Any]) -> Judge:
        rules = frozenset(scenario["rules"])
        return Judge(scenario["id"], rules, inputs_of(scenario), lambda outcome: bool(faults(scenario, outcome)))

    return [judge(each) for each in scenarios() if "disputed" not in each]
