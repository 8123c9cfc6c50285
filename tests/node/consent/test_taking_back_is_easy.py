"""Taking a consent back, and saying no, need no second factor: she must not fail because a telephone is not at hand."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import NODE, Refused, add_member
from clew.node.accounts.models import Compartment, Officer
from clew.node.audit.models import AuditEntry
from clew.node.consent import actions, queries
from clew.node.consent.actions import Answer
from clew.node.consent.models import Consent, Refusal
from clew.node.partners.models import Party
from tests.node.consent.conftest import PARTNER, said
from tests.node.consent.test_answers import page_answers

SIGNING = ('name="code"', 'name="credential"', "data-passkey-sign", "sign.js")
"""What a page that asks for a second factor holds."""


@pytest.fixture
def without_factor(officer_factory: Callable[..., Officer], team: Compartment) -> Officer:
    """A colleague in the team who can prove her presence by nothing."""
    return officer_factory(roles=["caseworker"], compartments=[team], second_factor=False)


def standing(person: int) -> int:
    return len(queries.consents_of([person], timezone.now()))


def proofs_asked() -> list[str]:
    return [act for act in AuditEntry.objects.values_list("act", flat=True) if "step_up" in act]


@pytest.mark.parametrize("act", [actions.withdraw_consent, actions.withdraw_consents, actions.record_answers])
def test_no_act_that_takes_back_or_refuses_takes_a_proof_of_presence(act: Callable[..., object]) -> None:
    assert not {"step_up", "code", "credential", "proof"} & set(inspect.signature(act).parameters)


def test_who_has_no_second_factor_at_hand_withdraws_all_the_same(
    consent: Consent, without_factor: Officer, person: int
) -> None:
    assert standing(person) == 1
    taken = actions.withdraw_consent(actor=without_factor, consent_id=consent.pk)
    assert [each.pk for each in taken.consents] == [consent.pk]
    assert standing(person) == 0
    assert proofs_asked() == []


def test_who_has_no_second_factor_at_hand_withdraws_everything_and_records_a_no(
    consent: Consent, without_factor: Officer, team: Compartment, person: int
) -> None:
    no = [Answer("criminal_investigation", PARTNER, refused=["situation"])]
    recorded = actions.record_answers(
        actor=without_factor, person_id=person, compartment_id=team.pk, said=said(), answers=no
    )
    assert len(recorded.refusals) == len(recorded.withdrawn.consents) == 1
    actions.withdraw_consents(actor=without_factor, person_id=person)
    assert standing(person) == 0
    assert proofs_asked() == []


@pytest.mark.parametrize("page", ["/consent/{consent}/withdraw", "/consent/person/{person}/withdraw"])
def test_the_pages_of_withdrawing_ask_for_no_code_and_work_without_one(
    page: str, consent: Consent, officer: Officer, person: int, signed_in_client: Callable[[Officer], Client]
) -> None:
    client, address = signed_in_client(officer), page.format(consent=consent.pk, person=person)
    text = client.get(address).content.decode()
    assert not [each for each in SIGNING if each in text]
    assert client.post(address, {}).headers["Location"] == f"/consent/person/{person}/shared"
    assert standing(person) == 0
    assert proofs_asked() == []


def test_the_page_of_refusing_asks_for_no_code_and_works_without_one(
    officer: Officer, team: Compartment, person: int, partner: Party, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer)
    address = f"/consent/person/{person}/answers?purpose=court&recipient={PARTNER}"
    text = client.get(address).content.decode()
    assert not [each for each in SIGNING if each in text]
    assert client.post(address, page_answers(team, **{"answer-0-situation": "no"})).status_code == 302
    assert Refusal.objects.get().items == ["situation"]
    assert proofs_asked() == []


def test_a_page_that_does_ask_would_be_known_by_its_marks() -> None:
    source = get_template("accounts/step_up.html").template.source  # type: ignore[attr-defined]
    assert [each for each in SIGNING if each not in source] == []


def test_a_stranger_takes_nothing_back(
    consent: Consent, officer_factory: Callable[..., Officer], team: Compartment, person: int
) -> None:
    """Easy is not open: whoever is not of the team, or has not this task, is refused."""
    stranger, analyst = officer_factory(roles=["caseworker"]), officer_factory(roles=["analyst"])
    add_member(actor=NODE, compartment=team, officer=analyst)
    for each in (stranger, analyst):
        with pytest.raises(Refused):
            actions.withdraw_consent(actor=each, consent_id=consent.pk)
    assert standing(person) == 1
