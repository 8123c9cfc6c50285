"""Worked scenarios, read from the data files beside: what the rules say to whole stories."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clew.disclosure import tested as tests_of_rules
from clew.disclosure.decision import Outcome, Ruling
from clew.disclosure.facts import Inputs
from clew.disclosure.records import from_plain
from clew.disclosure.replay import decide_plain
from clew.disclosure.ruleset import shipped_rules
from tests.disclosure.bases import base
from tests.disclosure.scenarios.at_work import at_work, derived, rules_at_work
from tests.disclosure.scenarios.read import inputs_of, scenarios

SCENARIOS = scenarios()
GUARDS = ("G1", "G2", "G3", "G4", "G5", "G6")


def _params() -> list[Any]:
    return [
        pytest.param(
            each,
            id=each["id"],
            marks=[pytest.mark.xfail(reason=each["disputed"], strict=True)] if "disputed" in each else [],
        )
        for each in SCENARIOS
    ]


@pytest.mark.parametrize("scenario", _params())
def test_the_story_ends_as_the_rules_say(scenario: dict[str, Any]) -> None:
    assert faults(scenario, decide_plain(inputs_of(scenario), shipped_rules())) == []


def faults(scenario: dict[str, Any], outcome: Outcome) -> list[str]:
    """Where the outcome is another one than the scenario expects, in words."""
    expect = scenario["expect"]
    rulings = {each.statement: each for each in outcome.statements}
    found = _ruling_faults(
        "letter", outcome.letter, expect.get("letter"), expect.get("letter_by"), expect.get("letter_not_by")
    )
    for number, told in expect.get("statements", {}).items():
        found += _ruling_faults(
            f"statement {number}", rulings[number], told["verdict"], told.get("by"), told.get("not_by")
        )
    exact = {
        "missing": sorted(each.role for each in outcome.missing),
        "conditions": sorted(each.policy for each in outcome.conditions),
        "tasks": _tasks(outcome),
    }
    for key, came in exact.items():
        told = expect.get(key, came)
        wanted = sorted(told) if isinstance(told, list) else told
        if came != wanted:
            found.append(f"{key}: {came}, expected {wanted}")
    return found


def _tasks(outcome: Outcome) -> dict[str, list[int]]:
    tasks: dict[str, set[int]] = {}
    for each in outcome.tasks:
        tasks.setdefault(each.task, set()).update(each.statements)
    return {task: sorted(statements) for task, statements in tasks.items()}


def _ruling_faults(
    where: str, ruling: Ruling, verdict: str | list[str] | None, by: list[str] | None, not_by: list[str] | None
) -> list[str]:
    policies = {each.policy for each in ruling.reasons}
    wanted = [verdict] if isinstance(verdict, str) else verdict
    found = [f"{where}: {ruling.verdict} by {sorted(policies)}, expected {wanted}"] * (
        wanted is not None and ruling.verdict not in wanted
    )
    found += [f"{where}: {each} is not among {sorted(policies)}" for each in by or () if each not in policies]
    return found + [f"{where}: {each} is among {sorted(policies)}" for each in not_by or () if each in policies]


def test_no_scenario_is_refused_for_being_unreadable() -> None:
    for each in SCENARIOS:
        from_plain(Inputs, inputs_of(each))


def test_every_scenario_has_a_name_of_its_own_a_story_and_an_outcome() -> None:
    assert len({each["id"] for each in SCENARIOS}) == len({each["title"] for each in SCENARIOS}) == len(SCENARIOS)
    known = {"id", "title", "story", "rules", "base", "letter", "persons", "statements", "expect", "disputed"}
    for each in SCENARIOS:
        assert set(each) <= known, each["id"]
        assert len(each["story"].split()) >= 25, each["id"]
        assert each["expect"], each["id"]


def test_there_are_sixty_and_twenty_set_three_rules_against_each_other() -> None:
    """Counted by the rules that hold or are lifted in the decision; what a story is labelled with counts nothing."""
    assert len(SCENARIOS) >= 60
    assert sum(len(found) >= 3 for found in at_work().values()) >= 20


def test_a_rule_that_a_consent_or_an_approval_lifts_is_at_work() -> None:
    assert {"R16"} <= rules_at_work(base("referral"))
    assert {"G1", "R16", "R46", "R23"} <= rules_at_work(base("consulate"))
    assert rules_at_work(base("suspect")) == frozenset()


def test_the_list_of_what_tests_each_rule_is_what_tests_it() -> None:
    """Write it anew with `python -m tests.disclosure.scenarios.at_work`."""
    listed = {rule: tests_of_rules.tested(rule) for rule in shipped_rules().rules}
    wanted = derived()
    assert {rule: (each.cases, list(each.scenarios)) for rule, each in listed.items()} == {
        rule: (each["cases"], each["scenarios"]) for rule, each in wanted.items()
    }
    assert not [rule for rule, each in listed.items() if not each.cases]
    assert tests_of_rules.tested("R99").scenarios == ()


@pytest.mark.parametrize("guard", GUARDS)
def test_each_hard_guard_is_attacked_in_three_ways(guard: str) -> None:
    assert sum(guard in each["rules"] and _withheld(each, guard) for each in SCENARIOS) >= 3


def _withheld(scenario: dict[str, Any], guard: str) -> bool:
    """Whether the guard is what refuses or leaves out."""
    return f'"{guard}' in json.dumps([scenario["expect"].get("letter_by"), scenario["expect"].get("statements")])


def test_no_two_scenarios_differ_only_in_names_or_countries() -> None:
    seen: dict[str, str] = {}
    for each in SCENARIOS:
        shape = _shape(each)
        assert shape not in seen, (each["id"], seen.get(shape))
        seen[shape] = each["id"]


def _shape(scenario: dict[str, Any]) -> str:
    """The inputs with every country, party and text made alike."""
    plain = inputs_of(scenario)
    codes: dict[str, str] = {}
    free = {"necessity", "case", "value", "needed", "minimum", "text", "issuer", "reason", "handling_text", "code"}

    def alike(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: alike(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [alike(each, key) for each in value]
        if not isinstance(value, str) or not value:
            return value
        if key in {
            "country",
            "states",
            "onward",
            "origin",
            "feared",
            "state",
            "uid",
            "owner",
            "by",
            "recipient",
            "chain",
        }:
            return codes.setdefault(value, f"#{len(codes)}")
        return "words" if key in free else value

    return json.dumps(alike(plain), sort_keys=True)
