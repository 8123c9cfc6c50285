"""What she took back stands against every later letter and question to that recipient (guard 4)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from clew.node.consent import actions as consent
from clew.node.consent.models import Consent
from clew.node.consent.queries import groups_of
from clew.node.disclosure import actions
from clew.node.disclosure.models import Decision
from clew.node.disclosure.queries import disclosures_of_person
from clew.node.partners.models import Party
from tests.node.consent.conftest import draft
from tests.node.disclosure.conftest import World

BEIJING = "cn-office"


def _of_age(world: World) -> None:
    """Somebody has said that she is no child; of whom nobody has said it, her own consent alone does not count."""
    actions.record_safeguard(
        actor=world.anna, person_id=world.person(), kind="child", answer=("no",),
        expires=timezone.localdate() + dt.timedelta(days=30),
    )  # fmt: skip


def _consented(world: World, *, days_ago: int = 0) -> int:
    told = draft(recipient=BEIJING, items=["Phone"], given=timezone.localdate() - dt.timedelta(days=days_ago))
    made = consent.record_consent(
        actor=world.anna, person_id=world.person(), compartment_id=world.case.compartment_id, draft=told
    )
    return int(made.pk)


def _told(world: World) -> set[str]:
    release = world.draft(statements=[world.statement("Phone", "number")])
    decision = actions.decide(actor=world.anna, release_id=release.pk)
    return {each["policy"] for one in decision.outcome["statements"] for each in one["reasons"]}


def _asked(world: World) -> set[str]:
    release = world.draft(items=[actions.Question("What is held on her?", world.person())])
    outcome = actions.decide(actor=world.anna, release_id=release.pk).outcome
    return {each["policy"] for each in outcome["letter"]["reasons"]}


def test_a_statement_about_her_is_refused_once_she_took_her_consent_back(world: World) -> None:
    given = _consented(world)
    assert "G4a" not in _told(world)
    consent.withdraw_consent(actor=world.anna, consent_id=given)
    assert "G4a" in _told(world)


def test_a_question_about_her_is_refused_once_she_took_her_consent_back(world: World) -> None:
    given = _consented(world)
    assert "G4a" not in _asked(world)
    consent.withdraw_consent(actor=world.anna, consent_id=given)
    assert "G4a" in _asked(world)


@pytest.mark.parametrize(("days_ago", "speaks"), [(0, False), (1, True)])
def test_a_consent_given_since_is_what_counts(world: World, days_ago: int, speaks: bool) -> None:
    _of_age(world)
    consent.withdraw_consent(actor=world.anna, consent_id=_consented(world))
    _consented(world, days_ago=days_ago)
    assert ("G4a" in _told(world)) is speaks


def test_a_withdrawal_outlives_the_day_on_which_the_consent_would_have_ended(world: World) -> None:
    given = _consented(world, days_ago=200)
    consent.withdraw_consent(actor=world.anna, consent_id=given)
    Consent.objects.update(expires=timezone.localdate() - dt.timedelta(days=100))
    assert "G4a" in _told(world)


def test_a_withdrawal_towards_another_recipient_says_nothing_of_this_one(world: World) -> None:
    Party.objects.create(uid="at-shelter", name="Shelter (fictional)", country="AT", kind="ngo", status="active",
                         added=timezone.now(), confirmed=timezone.now())  # fmt: skip
    made = consent.record_consent(
        actor=world.anna, person_id=world.person(), compartment_id=world.case.compartment_id,
        draft=draft(recipient="at-shelter", items=["Phone"]),
    )  # fmt: skip
    consent.withdraw_consent(actor=world.anna, consent_id=made.pk)
    assert "G4a" not in _told(world)


def _post(seat: str = "AT") -> None:
    Party.objects.create(
        uid="cn-post", name="Post (fictional)", country="CN", kind="police", status="active", added=timezone.now(),
        confirmed=timezone.now(), parent=Party.objects.get(uid=BEIJING), post_kind="liaison_officer", seat_country=seat,
    )  # fmt: skip


@pytest.mark.parametrize(("named", "post"), [(BEIJING, "cn-post"), ("cn-post", ""), ("cn-post", "cn-post")])
def test_a_withdrawal_means_the_organisation_and_its_posts(world: World, named: str, post: str) -> None:
    _post()
    made = consent.record_consent(
        actor=world.anna, person_id=world.person(), compartment_id=world.case.compartment_id,
        draft=draft(recipient=named, items=["Phone"]),
    )  # fmt: skip
    consent.withdraw_consent(actor=world.anna, consent_id=made.pk)
    release = world.draft(statements=[world.statement("Phone", "number")], post=post)
    decision = actions.decide(actor=world.anna, release_id=release.pk)
    assert "G4a" in {each["policy"] for one in decision.outcome["statements"] for each in one["reasons"]}


@pytest.mark.parametrize("days_ago", [0, 20])
def test_a_consent_signed_before_the_withdrawal_is_not_given_since(world: World, days_ago: int) -> None:
    court = draft(
        recipient=BEIJING, items=["Phone"], purpose="court", given=timezone.localdate() - dt.timedelta(days=60)
    )
    taken_back = consent.record_consent(
        actor=world.anna, person_id=world.person(), compartment_id=world.case.compartment_id, draft=court
    )
    _consented(world, days_ago=days_ago)
    consent.withdraw_consent(actor=world.anna, consent_id=taken_back.pk)
    assert "G4a" in _told(world)


def test_of_a_consent_taken_back_in_part_the_rest_holds(world: World) -> None:
    made = consent.record_consent(
        actor=world.anna, person_id=world.person(), compartment_id=world.case.compartment_id,
        draft=draft(recipient=BEIJING, items=["Phone", "Person"]),
    )  # fmt: skip
    consent.withdraw_consent(actor=world.anna, consent_id=made.pk, items=["Person"])
    assert "G4a" not in _told(world)


def test_what_left_says_to_her_what_it_was_by_which_team_and_to_whom(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = world.draft(statements=[world.statement("Phone", "number")])
    decision = actions.decide(actor=world.anna, release_id=release.pk)
    assert disclosures_of_person(officer=world.anna, person_id=world.person()) == []
    outcome = decision.outcome
    for each in outcome["statements"]:
        each["verdict"] = "permit"
    monkeypatch.setattr(Decision, "outcome", outcome)
    Decision.objects.filter(pk=decision.pk).update(state=Decision.State.DISPATCHED, dispatched=timezone.now())
    (told,) = disclosures_of_person(officer=world.anna, person_id=world.person())
    assert (told.items, told.to, told.team) == (("contact",), (BEIJING,), world.case.compartment_id)
    assert disclosures_of_person(officer=world.anna, person_id=world.person() + 1000) == []


def test_properties_are_called_by_their_groups_and_what_is_in_none_is_not_hidden() -> None:
    assert groups_of({("Phone", "number"), ("Person", "name")}) == ("identity", "contact")
    assert groups_of({("Person", "notes")}) == ("other",)
    assert groups_of(set()) == ()
