"""Who may give a second approval is a setting: widened only by two persons, and never to whoever asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import NODE, Officer, Refused, set_roles
from clew.node.cases import actions as cases
from clew.node.disclosure import actions, queries
from clew.node.disclosure.models import Decision
from tests.node.disclosure.conftest import World, step_up
from tests.node.disclosure.conftest import world as world
from tests.node.rulebook.conftest import Office
from tests.node.rulebook.test_settings import confirmed, propose

pytestmark = pytest.mark.django_db
PROSECUTORS = {"approver": ["prosecutor"]}


@pytest.fixture
def paula(world: World, officer_factory: Callable[..., Officer]) -> Officer:
    """A prosecutor of the team."""
    made = officer_factory(["prosecutor"], username="paula")
    cases.add_to_team(actor=world.anna, case_id=world.case.pk, officer_id=made.pk)
    return made


@pytest.fixture
def decision(world: World) -> Decision:
    return actions.decide(actor=world.anna, release_id=world.draft().pk)


def approve(officer: Officer, decision: Decision) -> Decision:
    return actions.approve(
        actor=officer, decision_id=decision.pk, role="approver", reason="Weighed.", step_up=step_up(officer)
    )


def asked(officer: Officer) -> list[str]:
    return [each.kind for each in queries.desk_items(officer=officer, now=timezone.now())]


def test_a_role_that_is_not_named_does_not_count_until_two_persons_widen_it(
    office: Office, paula: Officer, decision: Decision
) -> None:
    with pytest.raises(Refused):
        approve(paula, decision)
    assert propose(office.lea, "approvers", PROSECUTORS).state == "proposed"
    with pytest.raises(Refused):
        approve(paula, decision)
    assert asked(paula) == []
    confirmed(office, "approvers", PROSECUTORS)
    assert asked(paula) == ["approval.asked"]
    assert "approver" not in {each["role"] for each in approve(paula, decision).outcome["missing"]}


def test_a_role_widened_for_another_country_does_not_count(office: Office, paula: Officer, decision: Decision) -> None:
    confirmed(office, "approvers", PROSECUTORS, country="FR")
    with pytest.raises(Refused):
        approve(paula, decision)
    confirmed(office, "approvers", PROSECUTORS, country="CN")
    approve(paula, decision)


def test_whoever_asks_for_the_letter_never_approves_it_whatever_the_setting_says(
    world: World, office: Office, decision: Decision
) -> None:
    confirmed(office, "approvers", PROSECUTORS)
    set_roles(actor=NODE, officer=world.anna, roles=["investigator", "prosecutor", "approver"])
    with pytest.raises(Refused):
        approve(world.anna, decision)


def test_the_approval_page_opens_for_a_role_that_counts(
    office: Office, paula: Officer, decision: Decision, signed_in_client: Callable[[Officer], Client]
) -> None:
    confirmed(office, "approvers", PROSECUTORS)
    client = signed_in_client(paula)
    answer = client.get(f"/releases/decisions/{decision.pk}/approve/")
    assert answer.status_code == 200
    assert "You answer as:" in answer.content.decode()
