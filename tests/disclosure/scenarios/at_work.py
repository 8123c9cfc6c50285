"""Which rules a story sets against each other, as the engine says and not as the story is labelled.

A rule is at work where it holds, or where it would hold but for what lifts it: an approval, a consent, a stated need,
an authorisation, an assessment of risk. `python -m tests.disclosure.scenarios.at_work` writes `tested.yaml`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import yaml

from clew.disclosure.engine import Engine
from clew.disclosure.replay import decide_plain
from clew.disclosure.ruleset import Effect, shipped_rules
from clew.disclosure.tested import LIST
from tests.disclosure.scenarios.read import HERE, inputs_of, scenarios

ALWAYS = {"R10a", "R11c"}
"""Conditions that travel with nearly every letter: they set nothing against anything."""


def _without_approvals(plain: dict[str, Any]) -> None:
    plain["transfer"]["approvals"] = []


def _without_consents(plain: dict[str, Any]) -> None:
    for each in plain["persons"]:
        each["consents"] = [consent for consent in each["consents"] if consent["withdrawn"]]


def _without_need(plain: dict[str, Any]) -> None:
    for each in plain["statements"]:
        each["needed"] = ""


def _without_authorisations(plain: dict[str, Any]) -> None:
    for each in plain["statements"]:
        each["authorisations"] = []


def _without_risks(plain: dict[str, Any]) -> None:
    for each in plain["persons"]:
        each["risks"] = []


LIFTING: tuple[Callable[[dict[str, Any]], None], ...] = (
    _without_approvals, _without_consents, _without_need, _without_authorisations, _without_risks,
)  # fmt: skip


@cache
def _engine() -> Engine:
    return Engine(shipped_rules())


def rules_at_work(plain: dict[str, Any]) -> frozenset[str]:
    """The rules that hold or are lifted in this decision."""
    found = _holding(plain)
    for lifted in LIFTING:
        other = copy.deepcopy(plain)
        lifted(other)
        found |= _holding(other)
    return found


def _holding(plain: dict[str, Any]) -> frozenset[str]:
    rules = shipped_rules()
    outcome = decide_plain(plain, rules, _engine())
    policies = {
        reason.policy
        for ruling in (outcome.letter, *outcome.statements)
        for reason in ruling.reasons
        if reason.effect is not Effect.PERMIT
    }
    policies |= {each.policy for each in outcome.conditions if each.policy not in ALWAYS}
    policies |= {each.policy for each in outcome.tasks}
    return frozenset(rules.policies[each].rule for each in policies if each in rules.policies)


@cache
def at_work() -> dict[str, frozenset[str]]:
    """The rules at work in each scenario, by its id."""
    return {each["id"]: rules_at_work(inputs_of(each)) for each in scenarios()}


def derived() -> dict[str, dict[str, Any]]:
    """What `tested.yaml` must say: of each rule the number of its cases, and the scenarios it is at work in."""
    cases = HERE.parent / "cases"
    return {
        rule: {
            "cases": len(yaml.safe_load((cases / f"{rule}.yaml").read_text(encoding="utf-8"))),
            "scenarios": sorted(story for story, found in at_work().items() if rule in found),
        }
        for rule in sorted(shipped_rules().rules)
    }


if __name__ == "__main__":
    HEAD = "# Written by tests/disclosure/scenarios/at_work.py; the suite fails where it is not what the tests are.\n"
    LIST.write_text(HEAD + yaml.safe_dump(derived(), sort_keys=True, width=120), encoding="utf-8")
