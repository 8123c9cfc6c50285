"""Asking a service: under a consent that names it, with the least it needs, and void once the consent ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clew.node.accounts.actions import Refused
from clew.node.audit.models import AuditEntry
from clew.node.cases.models import Task
from clew.node.consent.actions import record_guardian_conflict, withdraw_consent
from clew.node.consent.queries import shared_about
from clew.node.referral import actions
from clew.node.referral.actions import ReferralDraft, ServiceDraft
from clew.node.referral.models import Referral, Service
from clew.node.referral.queries import desk_items, matches, need_of, referral_page, services, team_choices
from clew.node.referral.sealing import Sealed, open_all
from clew.node.types import BadInput, BadInputs
from tests.node.referral.conftest import OTHER, OWN, POLICE, World, contact_draft, from_today

pytestmark = pytest.mark.django_db


def ask(world: World, service: Service, path_id: int, **changes: object) -> Referral:
    said = {"needs": ("shelter",), "urgency": "urgent-8h", "contact": "Wednesdays (fictional)", **changes}
    draft = ReferralDraft(service_id=service.pk, **said)  # type: ignore[arg-type]
    return actions.make_referral(actor=world.caseworker, path_id=path_id, draft=draft)


def told(found: Referral) -> dict[str, object]:
    return open_all([Sealed(found.sealed, "referral", found.uid)])[0]


def test_a_service_reads_the_minimum_and_nothing_else_of_the_case(world: World) -> None:
    path, service = world.path(), world.service()
    world.consent()
    made = ask(world, service, path.pk)
    assert told(made) == {
        "needs": ["shelter"], "group": "women", "language": "bg", "contact": "Wednesdays (fictional)", "situation": "",
    }  # fmt: skip
    found = referral_page(officer=world.helper, referral_id=made.pk)
    assert found is not None
    assert found.told["contact"] == "Wednesdays (fictional)"
    assert not found.asked
    assert referral_page(officer=world.outsider, referral_id=made.pk) is None
    with connection.cursor() as cursor:
        cursor.execute("select sealed from referral_referral")
        assert b"Wednesdays" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": OTHER}, {"items": ["situation"]}, {"expires": dt.timedelta(days=-1)},
    ],
)  # fmt: skip
def test_without_a_consent_that_names_the_service_nothing_is_handed_on(world: World, changes: dict[str, Any]) -> None:
    path, service = world.path(), world.service()
    if "expires" in changes:
        changes = {"given": from_today(-9), "expires": from_today(-1)}
    world.consent(**changes)
    with pytest.raises(BadInputs, match="No consent of hers names this service"):
        ask(world, service, path.pk)
    assert not Referral.objects.exists()


def test_a_consent_for_another_purpose_hands_nothing_on(world: World) -> None:
    path, service = world.path(), world.service(party=OTHER)
    world.consent(purpose="court", recipient=OTHER)
    with pytest.raises(BadInputs, match="No consent of hers names this service"):
        ask(world, service, path.pk)


def test_what_happened_to_her_needs_its_own_item(world: World) -> None:
    path, service = world.path(), world.service()
    world.consent()
    with pytest.raises(BadInputs):
        ask(world, service, path.pk, situation="Locked in (fictional).")
    world.consent(items=["contact", "situation"])
    assert told(ask(world, service, path.pk, situation="Locked in (fictional)."))["situation"]


def test_whoever_refuses_everything_is_told_of_the_service_and_goes_herself(world: World) -> None:
    path, service = world.path(), world.service()
    made = actions.tell_of_service(actor=world.caseworker, path_id=path.pk, service_id=service.pk)
    assert (made.state, bytes(made.sealed), made.consent_number) == ("told", b"", None)
    assert referral_page(officer=world.helper, referral_id=made.pk) is None
    arrived = actions.record_arrival(actor=world.caseworker, referral_id=made.pk, on=from_today(0))
    assert arrived.arrived == from_today(0)


def test_the_store_itself_refuses_a_referral_without_consent(world: World) -> None:
    path, service = world.path(), world.service()
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.create(
            path=path, service=service, state="asked", made_by=world.caseworker, made=timezone.now()
        )


def test_the_team_that_helps_answers_and_nobody_else(world: World) -> None:
    path, service = world.path(), world.service()
    world.consent()
    made = ask(world, service, path.pk)
    for actor in (world.caseworker, world.outsider):
        with pytest.raises(Refused):
            actions.answer_referral(actor=actor, referral_id=made.pk, accept=True)
    with pytest.raises(BadInputs):
        actions.answer_referral(actor=world.helper, referral_id=made.pk, accept=False)
    with pytest.raises(BadInput, match="Nothing waits"):
        actions.record_arrival(actor=world.helper, referral_id=made.pk, on=from_today(0))
    actions.answer_referral(actor=world.helper, referral_id=made.pk, accept=True)
    with pytest.raises(BadInput, match="answered before"):
        actions.answer_referral(actor=world.helper, referral_id=made.pk, accept=True)
    with pytest.raises(BadInputs):
        actions.record_arrival(actor=world.helper, referral_id=made.pk, on=from_today(1))
    actions.record_arrival(actor=world.helper, referral_id=made.pk, on=from_today(0))


def test_a_service_elsewhere_is_answered_for_by_whoever_asked_it(world: World) -> None:
    path = world.path()
    service = world.service(party=OTHER, team_id=None)
    world.consent(recipient=OTHER)
    made = ask(world, service, path.pk)
    answered = actions.answer_referral(actor=world.caseworker, referral_id=made.pk, accept=False, why="Full.")
    assert answered.state == "refused"
    found = referral_page(officer=world.colleague, referral_id=made.pk)
    assert found is not None
    assert found.why == "Full."


def test_an_answer_that_does_not_come_is_on_both_desks(world: World) -> None:
    path, service = world.path(), world.service()
    world.consent()
    made = ask(world, service, path.pk)
    now = timezone.now()
    kinds = [one.kind for one in desk_items(officer=world.helper, now=now)]
    assert kinds == ["referral.to_answer"]
    assert not [one for one in desk_items(officer=world.caseworker, now=now) if one.kind == "referral.overdue"]
    later = now + dt.timedelta(hours=9)
    (overdue,) = [one for one in desk_items(officer=world.caseworker, now=later) if one.kind == "referral.overdue"]
    assert overdue.urgent
    assert overdue.case_reference == world.case.reference
    assert "Wednesdays" not in str(desk_items(officer=world.helper, now=later))
    assert desk_items(officer=world.outsider, now=later) == []
    assert made.answer_by == made.made + dt.timedelta(hours=8)


def test_withdrawing_a_consent_in_the_middle_voids_what_was_handed_on_and_help_goes_on(world: World) -> None:
    path, service = world.path(), world.service()
    consent = world.consent()
    made = ask(world, service, path.pk)
    actions.answer_referral(actor=world.helper, referral_id=made.pk, accept=True)
    withdraw_consent(actor=world.caseworker, consent_id=consent.pk, reason="She changed her mind.")
    made.refresh_from_db()
    assert (made.state, bytes(made.sealed)) == ("stopped", b"")
    found = referral_page(officer=world.helper, referral_id=made.pk)
    assert found is not None
    assert found.told == {}
    task = Task.objects.get(kind="referral.consent_ended")
    assert task.assigned_id == world.helper.pk
    assert AuditEntry.objects.filter(act="referral.stop_referral").count() == 1
    (earlier,) = shared_about(officer=world.caseworker, person_id=world.person, recipient="")
    assert earlier.title == service.name
    with pytest.raises(BadInputs):
        ask(world, service, path.pk)


def test_a_withdrawal_of_something_else_lets_the_referral_stand(world: World) -> None:
    path, service = world.path(), world.service()
    consent = world.consent(items=["contact", "situation"])
    made = ask(world, service, path.pk)
    withdraw_consent(actor=world.caseworker, consent_id=consent.pk, reason="Only that.", items=["situation"])
    made.refresh_from_db()
    assert made.state == "asked"
    assert made.consent_number != consent.pk


def test_a_consent_that_ran_out_hides_what_was_handed_on(world: World) -> None:
    path, service = world.path(), world.service()
    consent = world.consent()
    made = ask(world, service, path.pk)
    type(consent).objects.filter(pk=consent.pk).update(expires=from_today(-1))
    found = referral_page(officer=world.helper, referral_id=made.pk)
    assert found is not None
    assert found.told == {}


def test_a_child_for_whom_nobody_answers_is_referred_for_safety_and_for_nothing_else(world: World) -> None:
    path = world.path(age="doubt", group="girls")
    house = world.service(kinds=("shelter", "child_protection", "work"), groups=("girls",))
    made = ask(world, house, path.pk, needs=("shelter", "child_protection"), contact="")
    assert made.for_safety
    assert made.consent_number is None
    for changes in ({"needs": ("work",), "contact": ""}, {"needs": ("shelter",), "contact": "Call her."}):
        with pytest.raises(BadInput, match="nobody answers for her"):
            ask(world, house, path.pk, **changes)


def test_a_guardian_with_a_conflict_cannot_answer_for_a_child(world: World) -> None:
    path = world.path(age="child", group="girls")
    house = world.service(groups=("girls",))
    guardian = world.guardian()
    world.consent(given_by="guardian", guardian_id=guardian.pk, assent="yes", capacity="")
    assert ask(world, house, path.pk).consent_number
    record_guardian_conflict(actor=world.caseworker, guardian_id=guardian.pk, answer="yes", reason="He was paid.")
    with pytest.raises(BadInput, match="conflict of interest"):
        ask(world, house, path.pk)
    with pytest.raises(BadInput, match="conflict of interest"):
        world.screening(path)


def test_a_referral_is_taken_back_by_whoever_asked(world: World) -> None:
    path, service = world.path(), world.service()
    world.consent()
    made = ask(world, service, path.pk)
    with pytest.raises(Refused):
        actions.stop_referral(actor=world.outsider, referral_id=made.pk)
    actions.stop_referral(actor=world.colleague, referral_id=made.pk)
    with pytest.raises(BadInput, match="Nothing runs"):
        actions.stop_referral(actor=world.colleague, referral_id=made.pk)


def test_an_authority_is_no_service(world: World) -> None:
    with pytest.raises(BadInputs, match="An authority is no service"):
        world.service(party=POLICE, team_id=None)


def test_a_service_is_entered_with_every_fault_named(world: World) -> None:
    draft = ServiceDraft(
        name="", party="none", kinds=(), country="Atlantis", groups=("cats",), languages=("xx",), place_class="moon"
    )
    with pytest.raises(BadInputs) as wrong:
        actions.register_service(actor=world.helper, draft=draft)
    assert {each.field for each in wrong.value.problems} == {
        "name", "party", "kinds", "country", "groups", "languages", "place_class",
    }  # fmt: skip
    with pytest.raises(Refused):
        actions.register_service(
            actor=world.outsider,
            draft=ServiceDraft(
                name="X", party=OWN, kinds=("work",), country="AT", team_id=world.helping_team.pk
            ),
        )  # fmt: skip


def test_no_team_of_a_case_answers_for_a_service_because_its_name_is_the_cases(world: World) -> None:
    draft = ServiceDraft(name="House (fictional)", party=OWN, kinds=("work",), country="AT", team_id=world.team.pk)
    with pytest.raises(BadInputs, match="team of one case") as wrong:
        actions.register_service(actor=world.caseworker, draft=draft)
    assert [each.field for each in wrong.value.problems] == ["team"]
    assert not Service.objects.exists()
    assert team_choices(officer=world.caseworker) == []
    assert team_choices(officer=world.helper) == [(str(world.helping_team.pk), "House (fictional)")]


def test_the_address_of_a_shelter_is_sealed_and_each_look_at_it_is_logged(world: World) -> None:
    service = world.service()
    stored = bytes(Service.objects.values_list("sealed_address", flat=True).get(pk=service.pk))
    assert b"Brunnquist" not in stored
    (listed,) = services()
    assert "sealed_address" in listed.get_deferred_fields()
    assert "Brunnquist" in (actions.read_address(actor=world.helper, service_id=service.pk) or "")
    assert AuditEntry.objects.filter(act="referral.read_address", actor_id=world.helper.pk).count() == 1
    with pytest.raises(Refused):
        actions.read_address(actor=world.prosecutor, service_id=service.pk)
    assert actions.read_address(actor=world.caseworker, service_id=service.pk) is None
    path = world.path()
    world.consent()
    made = ask(world, service, path.pk)
    assert actions.read_address(actor=world.caseworker, service_id=service.pk) is None
    actions.answer_referral(actor=world.helper, referral_id=made.pk, accept=True)
    assert "Brunnquist" in (actions.read_address(actor=world.caseworker, service_id=service.pk) or "")
    assert actions.read_address(actor=world.helper, service_id=world.service(address="").pk) is None


def test_places_are_set_and_a_service_leaves_the_directory(world: World) -> None:
    service = world.service()
    assert actions.set_places(actor=world.helper, service_id=service.pk, places=0).places == 0
    with pytest.raises(BadInput):
        actions.set_places(actor=world.helper, service_id=service.pk, places=-1)
    actions.end_service(actor=world.helper, service_id=service.pk)
    assert list(services()) == []
    with pytest.raises(BadInput):
        actions.end_service(actor=world.helper, service_id=service.pk)


def test_the_comparison_lists_every_service_and_names_what_nobody_covers(world: World) -> None:
    path = world.path()
    world.service()
    world.service(name="For men (fictional)", groups=("men",))
    contact = {"group": "women", "language": "bg"}
    listed, uncovered = matches(need_of(path, contact, ["shelter", "work"], "AT"))
    assert [each.match.fit for each in listed] == ["ask", "does_not"]
    assert uncovered == ("work",)
    assert contact_draft().group == "women"
