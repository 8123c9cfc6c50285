"""The pages: what each shows, what bad input is told, and who is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clew.node.accounts.models import Officer
from clew.node.consent.actions import withdraw_consent
from clew.node.dossier.queries import captions
from clew.node.referral import actions
from clew.node.referral.models import Entry, IndicatorSignOff, Path, Referral, Screening, Service
from clew.node.referral.queries import case_sections, entity_links
from tests.node.referral.conftest import LABOUR, OTHER, OWN, World, decision_draft, from_today

pytestmark = pytest.mark.django_db
SignIn = Callable[[Officer], Client]


@pytest.fixture
def client(world: World, signed_in_client: SignIn) -> Client:
    return signed_in_client(world.caseworker)


def day(name: str, days: int = 0) -> dict[str, int]:
    found = from_today(days)
    return {f"{name}_day": found.day, f"{name}_month": found.month, f"{name}_year": found.year}


CONTACT: dict[str, Any] = {"danger": "yes", "safe": "no", "age": "adult", "channel": "in_person", "needs": ["shelter"]}


def step(path: Path, name: str) -> str:
    return reverse("referral:step", args=[path.pk, name])


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_path_is_begun_from_the_cases_page(world: World, client: Client) -> None:
    case_page = text_of(client.get(reverse("cases:case", args=[world.case.pk])))
    opened = reverse("referral:open", args=[world.case.pk, world.person])
    assert opened in case_page
    response = client.post(opened, follow=True)
    path = Path.objects.get()
    assert response.redirect_chain == [(reverse("referral:path", args=[path.pk]), 302)]
    assert "Safety first" in text_of(response)
    # The page of the path takes nothing: its form goes to the page of the step.
    assert f'action="{step(path, "contact")}"' in text_of(response)
    assert reverse("referral:path", args=[path.pk]) in text_of(client.get(reverse("cases:case", args=[world.case.pk])))


def test_the_page_shows_the_present_step_and_a_way_out(world: World, client: Client) -> None:
    path = world.path()
    shown = text_of(client.get(reverse("referral:path", args=[path.pk])))
    assert "Screening, not a legal finding" in shown
    assert "What is not found" in shown
    assert reverse("leave") in shown
    assert captions([world.person], [world.team.pk])[world.person] in shown
    assert "Mila" not in shown
    assert len(re.findall(r'aria-current="step"', shown)) == 1


def test_a_contact_is_recorded_and_its_faults_are_said_on_the_field(world: World, client: Client) -> None:
    path = actions.open_path(actor=world.caseworker, case_id=world.case.pk, person_id=world.person)
    wrong = client.post(step(path, "contact"), CONTACT | day("met", 1))
    assert wrong.status_code == 422
    assert "lies in the future" in text_of(wrong)
    assert client.post(step(path, "contact"), CONTACT | day("met")).status_code == 302
    shown = text_of(client.get(step(path, "contact")))
    assert "In immediate danger" in shown
    assert "Do not call: not safe" in shown


def test_a_screening_is_answered_question_by_question(world: World, client: Client) -> None:
    path = world.path()
    address = step(path, "screening") + "?set=ilo_labour"
    shown = text_of(client.get(address))
    asked = re.findall(r'<select[^>]+name="(q-[\w-]+)"', shown)
    assert len(asked) == len(LABOUR.asked("adult"))
    answers = dict.fromkeys(asked, "not_asked") | {"q-exploitation-hours": "yes:observed"}
    assert client.post(address, answers).status_code == 302
    result = text_of(client.get(step(path, "screening")))
    assert "Unverified: nobody has signed" in result
    assert "observed" in result
    assert Screening.objects.count() == 1
    assert client.post(address, answers).status_code == 422
    assert client.post(step(path, "screening"), answers).status_code == 404


def test_a_childs_steps_are_held_back_with_the_reason(world: World, client: Client) -> None:
    path = world.path(age="doubt", group="girls")
    shown = text_of(client.get(step(path, "screening")))
    assert "nobody answers for her" in shown
    assert "?set=" not in shown
    refused = client.post(step(path, "screening") + "?set=ilo_labour", {})
    assert refused.status_code == 422
    world.guardian()
    assert "?set=" in text_of(client.get(step(path, "screening")))


def test_a_second_person_finds_the_buttons_and_the_first_does_not(
    world: World, client: Client, signed_in_client: SignIn
) -> None:
    path = world.path()
    sent = {
        "outcome": "identified", "body": "Police", "body_name": "Unit (fictional)", "grounds": "Papers taken.",
        **day("decided"),
    }  # fmt: skip
    assert client.post(step(path, "identification"), sent).status_code == 302
    answer = reverse("referral:answer", args=[Entry.objects.get(kind="identification").pk])
    assert answer not in text_of(client.get(step(path, "identification")))
    other = signed_in_client(world.colleague)
    assert answer in text_of(other.get(step(path, "identification")))
    elsewhere = text_of(other.get(step(path, "contact")))
    assert answer not in elsewhere
    assert "Waits for a second person" in elsewhere
    assert client.post(answer, {"answer": "approve"}).status_code == 403
    assert other.post(answer, {"answer": "approve"}).status_code == 302
    path.refresh_from_db()
    assert path.status == "identified"
    assert signed_in_client(world.outsider).post(answer, {"answer": "approve"}).status_code == 404


def test_the_period_offers_what_the_country_grants(world: World, client: Client) -> None:
    path = world.path()
    actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=decision_draft())
    shown = text_of(client.get(step(path, "reflection")))
    assert "At least 30 days here" in shown
    assert "Nobody has compared this" in shown
    sent = {"country": "AT", "days": 20, **day("begins")}
    assert "30 days at least" in text_of(client.post(step(path, "reflection"), sent))
    assert client.post(step(path, "reflection"), sent | {"days": 30}).status_code == 302


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("assistance", {"kinds": ["legal"], "goal": "Wages.", "provider": "House", **day("review", 9)}),
        ("justice", {"wish": "does_not", "compensation": "no", "compelled": "no"}),
        ("residence", {"wish": "stay", "told": "Everything."}),
        ("closing", {"outcome": "closed", "reason": "Done.", **day("retain", 90)}),
    ],
)
def test_each_later_step_is_recorded_and_an_empty_form_is_not(
    world: World, client: Client, name: str, sent: dict[str, Any]
) -> None:
    path = world.path()
    assert client.get(step(path, name)).status_code == 200
    assert client.post(step(path, name), {}).status_code == 422
    assert client.post(step(path, name), sent).status_code == 302
    assert Entry.objects.filter(kind=name).count() == 1


def test_what_stands_against_a_return_is_listed(world: World, client: Client) -> None:
    path = world.path()
    shown = text_of(client.get(step(path, "residence")))
    for sentence in ("has not said that she wants to return", "no consent of hers to a return", "Nobody has assessed"):
        assert sentence in shown


def test_interests_of_a_child_are_a_child_protection_officers(
    world: World, client: Client, signed_in_client: SignIn
) -> None:
    path = world.path(age="child", group="girls")
    sent = {"kind": "assessment", "view": "School.", "present": "Teacher", "result": "School.", "reasons": "So."}
    assert client.post(step(path, "interests"), sent).status_code == 403
    protector = signed_in_client(world.protector)
    assert protector.post(step(path, "interests"), sent).status_code == 302


def test_services_are_compared_asked_and_answered(world: World, client: Client, signed_in_client: SignIn) -> None:
    path, service = world.path(), world.service()
    compared = text_of(client.get(step(path, "referral"), {"kinds": ["shelter", "work"], "country": "AT"}))
    assert "Nothing is chosen for you" in compared
    assert "No service of the directory covers" in compared
    assert "Brunnquist" not in compared
    asking = reverse("referral:refer", args=[path.pk, service.pk])
    sent = {"needs": ["shelter"], "urgency": "urgent-3d", "contact": "Wednesdays (fictional)"}
    assert "No consent of hers" in text_of(client.post(asking, sent))
    world.consent()
    assert client.post(asking, sent).status_code == 302
    found = Referral.objects.get()
    helper = signed_in_client(world.helper)
    address = reverse("referral:referral", args=[found.pk])
    assert address in text_of(helper.get(reverse("referral:list")))
    shown = text_of(helper.get(address))
    assert "Wednesdays (fictional)" in shown
    assert world.case.reference not in shown
    assert helper.post(address, {"accept": "no"}).status_code == 422
    assert helper.post(address, {"accept": "yes"}).status_code == 302
    arrival = reverse("referral:arrival", args=[found.pk])
    assert helper.get(arrival).status_code == 200
    assert helper.post(arrival, day("on")).status_code == 302
    assert client.get(arrival).status_code == 404
    assert client.post(reverse("referral:stop", args=[found.pk])).status_code == 302
    assert "void" in text_of(helper.get(address))


def test_a_consent_taken_back_in_the_middle_is_shown_to_both_teams(
    world: World, client: Client, signed_in_client: SignIn
) -> None:
    path, service = world.path(), world.service()
    given = world.consent()
    sent = {"needs": ["shelter"], "urgency": "urgent-3d", "contact": "Wednesdays (fictional)"}
    client.post(reverse("referral:refer", args=[path.pk, service.pk]), sent)
    address = reverse("referral:referral", args=[Referral.objects.get().pk])
    helper = signed_in_client(world.helper)
    helper.post(address, {"accept": "yes"})
    withdraw_consent(actor=world.caseworker, consent_id=given.pk, reason="She changed her mind.")
    for reader in (helper, client):
        shown = text_of(reader.get(address))
        assert "Help goes on, and nothing more is shared" in shown
        assert "Wednesdays" not in shown
    assert "Stopped: no consent any more" in text_of(client.get(step(path, "referral")))
    assert "A consent was withdrawn: help goes on" in text_of(helper.get(reverse("desk:desk")))


def test_she_goes_herself_and_nothing_is_handed_on(world: World, client: Client) -> None:
    path, service = world.path(), world.service()
    assert client.post(reverse("referral:told", args=[path.pk, service.pk])).status_code == 302
    assert Referral.objects.get().state == "told"
    assert client.post(reverse("referral:told", args=[path.pk, 999])).status_code == 302
    assert Referral.objects.count() == 1


def test_a_service_is_entered_shown_and_taken_out(world: World, signed_in_client: SignIn) -> None:
    helper = signed_in_client(world.helper)
    new = reverse("referral:service_new")
    sent = {"name": "House (fictional)", "party": OTHER, "kinds": ["shelter"], "country": "AT", "address": "Quist 1"}
    assert helper.get(new).status_code == 200
    assert helper.post(new, sent | {"party": "x"}).status_code == 422
    assert helper.post(new, sent).status_code == 302
    caseworker = signed_in_client(world.caseworker)
    assert "Case (fictional)" not in text_of(caseworker.get(new))
    assert caseworker.post(new, sent | {"team": str(world.team.pk)}).status_code == 422
    service = Service.objects.get()
    page = reverse("referral:service", args=[service.pk])
    assert "Quist 1" not in text_of(helper.get(page)) + text_of(helper.get(reverse("referral:services")))
    assert "Quist 1" in text_of(helper.post(reverse("referral:address", args=[service.pk])))
    assert helper.post(page, {"places": "-4"}).status_code == 422
    assert helper.post(page, {"places": "3"}).status_code == 302
    prosecutor = signed_in_client(world.prosecutor)
    assert prosecutor.get(page).status_code == 200
    assert prosecutor.post(reverse("referral:address", args=[service.pk])).status_code == 403
    assert prosecutor.post(page, {"places": "3"}).status_code == 403
    assert helper.post(reverse("referral:service_end", args=[service.pk])).status_code == 302
    assert helper.get(page).status_code == 404
    assert OWN != OTHER


def test_a_set_is_signed_for_and_the_signature_taken_back(
    world: World, officer_factory: Callable[..., Officer], signed_in_client: SignIn
) -> None:
    adviser = signed_in_client(officer_factory(roles=["legal_adviser"]))
    address = reverse("referral:indicator_set", args=["ilo_labour"])
    assert "Unverified" in text_of(adviser.get(reverse("referral:indicators")))
    assert adviser.post(address, {"digest": LABOUR.digest, "read_in": ""}).status_code == 422
    assert adviser.post(address, {"digest": LABOUR.digest, "read_in": "WCMS_105023"}).status_code == 302
    assert "Signed for" in text_of(adviser.get(address))
    signed = IndicatorSignOff.objects.get()
    assert adviser.post(reverse("referral:sign_off_end", args=[signed.pk])).status_code == 302
    assert adviser.get(reverse("referral:indicator_set", args=["weather"])).status_code == 404
    assert signed_in_client(world.caseworker).get(address).status_code == 403


def test_another_team_finds_no_page_of_a_path_and_no_mention_of_it(world: World, signed_in_client: SignIn) -> None:
    path = world.path()
    outsider = signed_in_client(world.outsider)
    for address in (reverse("referral:path", args=[path.pk]), step(path, "contact")):
        assert outsider.get(address).status_code == 404
    assert outsider.post(step(path, "contact"), CONTACT | day("met")).status_code == 404
    assert "AT-2026" not in text_of(outsider.get(reverse("referral:list")))
    assert case_sections(officer=world.outsider, case_id=world.case.pk) == []
    assert entity_links(officer=world.outsider, entity_id=world.person, schema="Person") == []
    assert entity_links(officer=world.caseworker, entity_id=world.person, schema="Person") != []


def test_a_role_without_the_permission_is_refused(
    world: World, officer_factory: Callable[..., Officer], signed_in_client: SignIn
) -> None:
    path = world.path()
    geneticist = signed_in_client(officer_factory(roles=["geneticist"], compartments=[world.team]))
    assert geneticist.get(reverse("referral:path", args=[path.pk])).status_code == 403
    assert geneticist.get(reverse("referral:list")).status_code == 403
    assert geneticist.get(reverse("referral:services")).status_code == 403
    lawyer = signed_in_client(officer_factory(roles=["legal_adviser"], compartments=[world.team]))
    assert lawyer.get(reverse("referral:path", args=[path.pk])).status_code == 200
    assert lawyer.post(step(path, "contact"), CONTACT | day("met")).status_code == 403


def test_a_closed_path_is_read_and_opened_again(world: World, client: Client) -> None:
    path = world.path()
    draft = actions.ClosingDraft(outcome="closed", reason="Done.", retain=from_today(9))
    made = actions.propose_closing(actor=world.caseworker, path_id=path.pk, draft=draft)
    actions.answer_entry(actor=world.colleague, entry_id=made.pk, approve=True)
    shown = text_of(client.get(step(path, "contact")))
    assert "This path is closed" in shown
    assert 'name="danger"' not in shown
    assert client.post(reverse("referral:reopen", args=[path.pk])).status_code == 302
    assert 'name="danger"' in text_of(client.get(step(path, "contact")))
