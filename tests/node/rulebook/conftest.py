"""Two lawyers, a data-protection officer and an investigator; and rule sets that differ from the shipped one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.actions import Officer
from clew.node.rulebook import actions
from clew.node.rulebook.models import RuleSetAdoption
from tests.node.disclosure.conftest import step_up


@dataclass
class Office:
    """Who acts in these tests."""

    lea: Officer
    luc: Officer
    dora: Officer
    ina: Officer


@pytest.fixture
def office(officer_factory: Callable[..., Officer]) -> Office:
    return Office(
        lea=officer_factory(["legal_adviser"], username="lea"),
        luc=officer_factory(["legal_adviser"], username="luc"),
        dora=officer_factory(["data_protection_officer"], username="dora"),
        ina=officer_factory(["investigator"], username="ina"),
    )


def without(*rules: str) -> dict[str, str]:
    """The shipped files without some rules."""
    return shipped_rules().without(*rules).files


def proposed(office: Office, files: dict[str, str] | None = None) -> RuleSetAdoption:
    """A set that Lea has proposed."""
    return actions.propose_rule_set(
        actor=office.lea, files=files or without("R46"), source="uploaded", reason="To try it (fictional)."
    )


def adopted(office: Office, files: dict[str, str] | None = None) -> RuleSetAdoption:
    """A set that Lea has proposed and Dora adopted."""
    made = proposed(office, files)
    return actions.adopt_rule_set(actor=office.dora, adoption_id=made.pk, step_up=step_up(office.dora))
