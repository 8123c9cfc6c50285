from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import pytest
import yaml
from cryptography.exceptions import InvalidTag
from django.test import Client
from django.utils import timezone

from clew.dossier.types import EntityDraft, StatementDraft
from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Compartment, Officer
from clew.node.audit.models import AuditEntry
from clew.node.consent import actions, queries
from clew.node.consent.items import GROUPS, WITH_ANY, is_known
from clew.node.consent.models import Consent, Guardian
from clew.node.discovery import offers
from clew.node.dossier.actions import erase_person, record_source
from clew.node.partners.models import Party
from clew.node.types import BadInput, BadInputs
from tests.node.consent.conftest import by_guardian, draft, from_today, source_about


def test_the_words_of_the_items_are_those_of_the_rules() -> None:
    text = files("clew.disclosure").joinpath("rules/consent_items.yaml").read_text(encoding="utf-8")
    # What goes with any item is agreed to with it, and with no other; nobody can agree to it alone.
    assert {*GROUPS, WITH_ANY} == set(yaml.safe_load(text))
    assert not is_known(WITH_ANY)


@pytest.mark.parametrize("item", ["situation", "identifying", "Phone", "Person:name"])
def test_a_group_a_class_a_schema_and_a_property_are_known(item: str) -> None:
    assert is_known(item)


@pytest.mark.parametrize("item", ["", "everything", "*", "Person:", ":", "Person:nonsense", "Nonsense:name"])
def test_anything_else_is_not(item: str) -> None:
    assert not is_known(item)


def test_a_consent_in_force_is_found_for_the_rules(consent: Consent, person: int) -> None:
    (found,) = queries.consents_of([person], timezone.now())
    assert (found.person_id, found.purpose, found.recipient, found.withdrawn) == (
        person, "criminal_investigation", "p" * 32, None,
    )  # fmt: skip
    assert set(found.items) == {"situation", "Person:name"}


@pytest.mark.parametrize("days", [-1, 91])
def test_before_and_after_its_days_there_is_none(consent: Consent, person: int, days: int) -> None:
    assert queries.consents_of([person], timezone.now() + dt.timedelta(days=days)) == []


def test_nobody_has_agreed_to_anything_by_default(person: int) -> None:
    assert queries.consents_of([person], timezone.now()) == []
    assert queries.consents_of([], timezone.now()) == []


def test_withdrawing_stops_all_later_sharing_and_needs_no_reason(
    officer: Officer, consent: Consent, person: int
) -> None:
    withdrawal = actions.withdraw_consent(actor=officer, consent_id=consent.pk)
    assert queries.consents_of([person], timezone.now()) == []
    assert withdrawal.earlier == ()
    with pytest.raises(BadInput):
        actions.withdraw_consent(actor=officer, consent_id=consent.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "nonsense"}, "purpose"),
        ({"purpose": "own_use"}, "purpose"),
        ({"recipient": "*"}, "recipient"),
        ({"recipient": ""}, "recipient"),
        ({"items": []}, "items"),
        ({"items": ["everything"]}, "items"),
        ({"given_by": "friend"}, "given_by"),
        ({"given_by": "guardian"}, "assent"),
        ({"given_by": "guardian"}, "guardian_id"),
        ({"given_by": "guardian", "assent": "no"}, "assent"),
        ({"given_by": "guardian", "assent": "too_young"}, "assent_reason"),
        ({"assent": "yes"}, "assent"),
        ({"guardian_id": 1}, "guardian_id"),
        ({"understood": False}, "understood"),
        ({"explained_by": " "}, "explained_by"),
        ({"capacity": ""}, "capacity"),
        ({"capacity": "doubt"}, "second_person"),
        ({"capacity": "doubt", "second_person": "Dora Fictional"}, "second_note"),
        ({"capacity": "doubt", "second_person": " clara fictional", "second_note": "Fine."}, "second_person"),
        ({"language": "xx"}, "language"),
        ({"method": "nonsense"}, "method"),
        ({"method": "oral_witnessed"}, "witness"),
        ({"method": "interpreted", "witness": " "}, "witness"),
        ({"given": dt.timedelta(days=2)}, "given"),
        ({"expires": dt.timedelta(0)}, "expires"),
        ({"expires": dt.timedelta(days=366)}, "expires"),
    ],
)
def test_a_faulty_consent_is_refused_at_its_field(
    officer: Officer, team: Compartment, person: int, partner: Party, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInputs) as fault:
        actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=draft(**changes))
    assert field in {problem.field for problem in fault.value.problems}
    assert not Consent.objects.exists()


def test_a_guardian_s_consent_counts_with_the_child_s_assent(
    officer: Officer, team: Compartment, person: int, partner: Party, guardian: Guardian
) -> None:
    both = draft(**by_guardian(guardian))
    actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=both)
    (found,) = queries.consents_of([person], timezone.now())
    assert (found.assent, found.assent_answer, found.guardian_standing) == (True, "yes", "good")


def test_a_child_too_young_to_be_asked_is_recorded_as_such_and_not_as_agreeing(
    officer: Officer, team: Compartment, person: int, partner: Party, guardian: Guardian
) -> None:
    young = draft(**by_guardian(guardian, assent="too_young", assent_reason="Two years old."))
    actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=young)
    (found,) = queries.consents_of([person], timezone.now())
    assert (found.assent, found.assent_answer) == (False, "too_young")


def test_where_there_is_doubt_a_second_person_s_note_makes_it_a_consent(
    officer: Officer, team: Compartment, person: int, partner: Party
) -> None:
    doubted = draft(capacity="doubt", second_person="Dora Fictional", second_note="She knew what was asked.")
    actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=doubted)
    (found,) = queries.consents_of([person], timezone.now())
    assert found.guardian_standing == "not_needed"
    (view,) = queries.consents_of_person(officer=officer, person_id=person, now=timezone.now())
    assert view.texts["second_note"] == "She knew what was asked."


def test_the_words_of_a_consent_lie_sealed_and_are_gone_once_the_person_is_erased(
    officer: Officer, team: Compartment, person: int, partner: Party, officer_factory: Callable[..., Officer]
) -> None:
    told = draft(method="oral_witnessed", witness="Canary Fictional")
    kept = actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=told)
    assert b"Canary" not in bytes(kept.sealed)
    (view,) = queries.consents_of_person(officer=officer, person_id=person, now=timezone.now())
    assert view.texts["witness"] == "Canary Fictional"
    dpo = officer_factory(roles=["data_protection_officer"], compartments=[team])
    erase_person(actor=dpo, entity_id=person, reason="Her wish (fictional).")
    (view,) = queries.consents_of_person(officer=officer, person_id=person, now=timezone.now())
    assert view.texts == {}


def test_sealed_words_do_not_open_in_the_place_of_others(
    officer: Officer, team: Compartment, person: int, partner: Party
) -> None:
    one, other = (
        actions.record_consent(
            actor=officer, person_id=person, compartment_id=team.pk,
            draft=draft(method="oral_witnessed", witness=f"Witness {number}"),
        )
        for number in (1, 2)
    )  # fmt: skip
    Consent.objects.filter(pk=one.pk).update(sealed=other.sealed)
    with pytest.raises(InvalidTag):
        queries.consents_of_person(officer=officer, person_id=person, now=timezone.now())


def test_the_search_finds_no_word_of_a_consent_or_guardian(
    officer: Officer, team: Compartment, person: int, partner: Party, guardian: Guardian
) -> None:
    told = draft(method="oral_witnessed", witness="Canary Fictional")
    actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=told)
    for text in ("Canary", "Vormund"):
        assert [hit for offer in offers("search_hits") for hit in offer(officer=officer, text=text, limit=9)] == []


def test_another_team_neither_sees_nor_records_nor_withdraws(
    officer_factory: Callable[..., Officer], team: Compartment, consent: Consent, person: int
) -> None:
    stranger = officer_factory(roles=["caseworker"])
    assert queries.consents_of_person(officer=stranger, person_id=person, now=timezone.now()) == []
    assert list(queries.person_heads(officer=stranger, person_id=person)) == []
    with pytest.raises(Refused):
        actions.record_consent(actor=stranger, person_id=person, compartment_id=team.pk, draft=draft())
    with pytest.raises(Refused):
        actions.withdraw_consent(actor=stranger, consent_id=consent.pk)
    consent.refresh_from_db()
    assert consent.withdrawn is None


def test_a_thing_that_is_no_person_agrees_to_nothing(officer: Officer, team: Compartment, partner: Party) -> None:
    source = replace(
        source_about(),
        entities=(EntityDraft(key="firm", schema="Company"),),
        statements=(StatementDraft(entity_key="firm", prop="name", value="Firm (fictional)", accuracy=1),),
    )
    firm = record_source(actor=officer, compartment_id=team.pk, draft=source).entity_numbers["firm"]
    with pytest.raises(Refused):
        actions.record_consent(actor=officer, person_id=firm, compartment_id=team.pk, draft=draft())


def test_the_node_itself_records_no_consent(team: Compartment, person: int, partner: Party) -> None:
    with pytest.raises(Refused):
        actions.record_consent(actor=NODE, person_id=person, compartment_id=team.pk, draft=draft())


def test_the_log_holds_no_word_of_the_witness(officer: Officer, team: Compartment, person: int, partner: Party) -> None:
    told = draft(method="oral_witnessed", witness="Canary Fictional")
    actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=told)
    assert not any(b"Canary" in bytes(entry.leaf) for entry in AuditEntry.objects.all())


def test_the_pages_record_show_print_and_withdraw(
    officer: Officer, team: Compartment, person: int, partner: Party, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer)
    base = f"/consent/person/{person}"
    assert "No consent is recorded" in client.get(f"{base}/").content.decode()
    until = from_today(30)
    answers = {
        "compartment": team.pk,
        "purpose": "referral",
        "recipient": partner.uid,
        "items": ["situation"],
        "given_by": "self",
        "guardian_id": "",
        "assent": "",
        "capacity": "able",
        "understood": "on",
        "explained_by": "Clara Fictional",
        "language": "bg",
        "method": "written",
        "given_day": from_today(0).day,
        "given_month": from_today(0).month,
        "given_year": from_today(0).year,
        "expires_day": until.day,
        "expires_month": until.month,
        "expires_year": until.year,
    }
    assert client.get(f"{base}/new").status_code == 200
    assert client.post(f"{base}/new", {**answers, "method": "interpreted"}).status_code == 422
    assert client.post(f"{base}/new", answers).status_code == 302
    for page in ("/", "/print"):
        text = client.get(f"{base}{page}").content.decode()
        assert "Holds" in text
        assert "no help" in text
    pk = Consent.objects.get().pk
    assert "Nothing was shared" in client.get(f"/consent/{pk}/withdraw").content.decode()
    assert client.post(f"/consent/{pk}/withdraw", {"reason": ""}).status_code == 302
    assert "Withdrawn" in client.get(f"{base}/").content.decode()
    assert client.post(f"/consent/{pk}/withdraw", {}).status_code == 422


def test_the_pages_are_closed_to_others(
    consent: Consent,
    person: int,
    officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
) -> None:
    stranger = signed_in_client(officer_factory(roles=["caseworker"]))
    roleless = signed_in_client(officer_factory(roles=["auditor"]))
    base = f"/consent/person/{person}"
    pages = ("/", "/print", "/shared", "/new", "/ask", "/answers", "/withdraw", "/guardian/new")
    pages += ("/paper/form", "/paper/shared")
    for url in (*(f"{base}{page}" for page in pages), f"/consent/{consent.pk}/withdraw"):
        assert stranger.get(url).status_code == 404
        assert roleless.get(url).status_code == 403
