"""Settings and sign-offs reach the rules: each changes what a decision looks at, and what comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.actions import Officer
from clew.node.disclosure import actions
from clew.node.disclosure.models import Decision
from clew.node.rulebook import queries
from tests.node.disclosure.conftest import World
from tests.node.disclosure.conftest import world as world
from tests.node.rulebook.conftest import Office
from tests.node.rulebook.test_settings import confirmed, propose
from tests.node.rulebook.test_sign_offs import sign

pytestmark = pytest.mark.django_db


def decided(world: World, **changes: object) -> Decision:
    return actions.decide(actor=world.anna, release_id=world.draft(**changes).pk)


def transfer(decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decision.inputs)["inputs"]["transfer"]
    return found


def policies(decision: Decision) -> set[str]:
    return {each["policy"] for each in decision.outcome["letter"]["reasons"]}


def test_the_recipients_countrys_settings_are_among_the_facts(world: World, office: Office) -> None:
    propose(office.lea, "risk_days", 10, country="CN")
    propose(office.lea, "retention_years_initial", 2)
    propose(office.lea, "stale_days", 100)
    propose(office.lea, "request_limit_selectors", 1)
    propose(office.lea, "request_limit_refuse", 3)
    propose(office.lea, "dual_criminality_required", "mandatory", country="CN")
    confirmed(office, "adequacy", {"sector": "police", "reference": "C 1 (fictional)"}, country="CN")
    found = transfer(decided(world))
    assert found["settings"] == {
        "risk_days": 10, "retention_years": 2, "selectors_second": 1, "selectors_refuse": 3, "stale_days": 100,
    }  # fmt: skip
    assert found["instrument"]["dual_criminality"] == "mandatory"
    assert found["recipient"]["adequacy"] == "C 1 (fictional)"


def test_a_limit_on_what_one_request_names_is_enforced(world: World, office: Office) -> None:
    question = actions.Question("Who owns it?", None)
    before = policies(decided(world, items=[question] * 2))
    propose(office.lea, "request_limit_selectors", 1)
    after = policies(decided(world, items=[question] * 2))
    assert {each[:3] for each in after - before} == {"R42"}


def test_where_a_sign_off_is_demanded_a_letter_on_an_unsigned_rule_is_refused_and_names_it(
    world: World, office: Office, signed_in_client: Callable[[Officer], Client]
) -> None:
    before = decided(world)
    assert before.outcome["letter"]["verdict"] == "second"
    assert transfer(before)["rules_unsigned"] == []
    propose(office.lea, "require_sign_off", "refuse")
    refused = decided(world)
    assert refused.outcome["letter"]["verdict"] == "refuse"
    assert "R00c" in policies(refused)
    unsigned = transfer(refused)["rules_unsigned"]
    assert unsigned
    assert {shipped_rules().rules[each].mark for each in unsigned} == {"unverified"}
    page = reverse("disclosure:decision", args=[refused.pk])
    assert (
        f"await a lawyer’s sign-off: {', '.join(unsigned)}" in signed_in_client(world.anna).get(page).content.decode()
    )
    for rule in unsigned:
        sign(office.lea, rule)
    again = decided(world)
    assert again.outcome["letter"]["verdict"] == "second"
    assert queries.unsigned_rules()


def test_a_sign_off_lifts_no_refusal(world: World, office: Office) -> None:
    propose(office.lea, "require_sign_off", "refuse")
    for rule in queries.unsigned_rules():
        sign(office.lea, rule)
    assert decided(world, instrument="ANOTHER").outcome["letter"]["verdict"] == "refuse"
