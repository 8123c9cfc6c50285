"""Each page: happy, bad input, refused access."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.disclosure import texts
from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.models import Officer
from clew.node.disclosure import actions, queries
from clew.node.disclosure.models import Assurance, Decision, Release, RiskAssessment, Safeguard
from clew.node.partners.models import Instrument, Introduction, Party
from tests.node.disclosure.conftest import World, step_up

SignIn = Callable[[Officer], Client]
CodeOf = Callable[[Officer], str]


def _text(client: Client, name: str, *args: object, status: int = 200) -> str:
    response = client.get(reverse(f"disclosure:{name}", args=args))
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def _decision(world: World, **changes: object) -> Decision:
    return actions.decide(actor=world.anna, release_id=world.draft(**changes).pk)


def _approved(world: World) -> Decision:
    return actions.approve(actor=world.bernd, decision_id=_decision(world).pk, role="approver", reason="Weighed.",
                           step_up=step_up(world.bernd))  # fmt: skip


def test_the_list_shows_the_teams_releases_and_nobody_elses(world: World, signed_in_client: SignIn) -> None:
    world.draft()
    assert "An agency (fictional)" in _text(signed_in_client(world.anna), "list")
    assert "An agency (fictional)" not in _text(signed_in_client(world.stranger), "list")


@pytest.mark.parametrize("name", ["list", "new", "rules", "assurances", "assurance_new", "approvals"])
def test_an_administrator_sees_none_of_it(
    name: str, officer_factory: Callable[..., Officer], signed_in_client: SignIn
) -> None:
    _text(signed_in_client(officer_factory(roles=["administrator"])), name, status=403)


def test_a_letter_is_written_from_its_case_and_decided_at_once(world: World, signed_in_client: SignIn) -> None:
    client, firm = signed_in_client(world.anna), world.statement("Company", "name")
    address = f"{reverse('disclosure:new')}?case={world.case.pk}"
    assert client.get(address).status_code == 200
    response = client.post(address, {
        "kind": "request", "recipient": "cn-office", "instrument": "AT-CN-TEST", "purpose": "criminal_investigation",
        "urgency": "routine-7d", "subject": "From the page (fictional)", "necessity": "Only they know.",
        "languages": ["zh-Hans"], "use": "intelligence", "statement": [firm], "question_1": "Who owns it?",
    })  # fmt: skip
    release = Release.objects.get()
    assert response.status_code == 302
    assert (release.subject, release.items[0]["text"]) == ("From the page (fictional)", "Who owns it?")
    assert release.state == "decided"


def _introduction_to(recipient: str) -> tuple[str, dict[str, str]]:
    """Where the letter of a prepared introduction to Beijing is written, and its form addressed to `recipient`."""
    own = Party.objects.get(is_own=True, parent=None)
    prepared = Introduction.objects.create(
        facilitator=own.uid, recipient="cn-office", party_uid="other", card=b"a card", reason="They should meet.",
        received=timezone.now(), decision="proposed",
    )  # fmt: skip
    return f"{reverse('disclosure:new')}?introduction={prepared.pk}", {
        "kind": "introduction", "recipient": recipient, "instrument": "AT-CN-TEST", "urgency": "routine-7d",
        "purpose": "criminal_investigation", "subject": "Two who should meet (fictional)", "use": "intelligence",
    }  # fmt: skip


def test_an_introduction_encloses_the_card_that_was_vouched_for(world: World, signed_in_client: SignIn) -> None:
    signed_in_client(world.anna).post(*_introduction_to("cn-office"))
    assert Release.objects.get().cards == ["a card"]


def test_a_card_goes_to_nobody_but_the_partner_to_whom_it_was_vouched(world: World, signed_in_client: SignIn) -> None:
    Party.objects.create(
        uid="fr-office", name="Office Paris (fictional)", country="FR", kind="police", status="active",
        added=timezone.now(), confirmed=timezone.now(),
    )  # fmt: skip
    answer = signed_in_client(world.anna).post(*_introduction_to("fr-office"))
    assert "This introduction was prepared for another partner." in answer.content.decode()
    assert not Release.objects.exists()


RESERVED = "Not for fiscal matters (fictional).\nNo use as evidence (fictional)."


def test_what_the_parties_reserved_stands_beside_the_instrument_on_the_preview_and_where_it_is_signed(
    world: World, signed_in_client: SignIn
) -> None:
    Instrument.objects.update(reservations=RESERVED)
    client = signed_in_client(world.anna)
    said = _text(client, "new")
    assert "Reservations of the parties to AT-CN-TEST: Not for fiscal matters (fictional)." in said
    decision = _decision(world)
    for page in ("decision", "sign"):
        said = _text(client, page, decision.pk)
        assert "Reservations of the parties: Not for fiscal matters (fictional).<br>No use as evidence" in said
    assert "fiscal" not in bytes(decision.package).decode()


def test_the_preview_translates_the_conditions_for_who_signs_and_they_travel_word_for_word(
    world: World, signed_in_client: SignIn
) -> None:
    client, decision = signed_in_client(world.anna), _decision(world)
    assert "Translation:" not in _text(client, "decision", decision.pk)
    Officer.objects.filter(pk=world.anna.pk).update(language="de")
    page = _text(client, "decision", decision.pk)
    exact, translated = shipped_rules().policies["R10a"].condition, texts.condition("R10a", "de", shipped_rules())
    # In what they will read, in the same after the approval, and in the list of conditions.
    assert page.count(f'<span lang="en">{exact}</span>') == page.count(f"Übersetzung: {translated}") == 3
    assert translated not in bytes(decision.package).decode()


def test_of_an_instrument_without_reservations_none_are_said(world: World, signed_in_client: SignIn) -> None:
    client = signed_in_client(world.anna)
    assert "Reservations of the parties" not in _text(client, "new")
    assert "Reservations of the parties" not in _text(client, "decision", _decision(world).pk)
    unknown = _decision(world, instrument="GONE")
    assert "Reservations of the parties" not in _text(client, "decision", unknown.pk)


def test_a_long_reservation_is_shortened_beside_the_choice_only(world: World, signed_in_client: SignIn) -> None:
    Instrument.objects.update(reservations="x" * 400)
    client = signed_in_client(world.anna)
    assert "x" * 299 + "…" in _text(client, "new")
    assert "x" * 400 in _text(client, "decision", _decision(world).pk)


def test_a_letter_without_subject_is_not_drafted_and_says_so(world: World, signed_in_client: SignIn) -> None:
    address = f"{reverse('disclosure:new')}?case={world.case.pk}"
    response = signed_in_client(world.anna).post(address, {"kind": "request", "recipient": "cn-office"})
    assert response.status_code == 422
    assert not Release.objects.exists()


def test_another_teams_case_cannot_be_written_from(world: World, signed_in_client: SignIn) -> None:
    address = f"{reverse('disclosure:new')}?case={world.case.pk}"
    assert signed_in_client(world.stranger).get(address).status_code == 404


def test_the_preview_shows_what_leaves_what_stays_and_why(world: World, signed_in_client: SignIn) -> None:
    chosen = [world.statement("Person", "name"), world.statement("Company", "name")]
    decision = _decision(world, statements=chosen)
    text = _text(signed_in_client(world.anna), "decision", decision.pk)
    assert "Goldweg GmbH (fictional)" in text
    assert "left out by default" in text
    assert "Approvals still missing" in text
    assert "What if I send this by mistake?" in text
    assert "Unverified" in text


def test_an_approver_who_may_not_identify_her_does_not_read_her_name(world: World, signed_in_client: SignIn) -> None:
    chosen = [world.statement("Person", "name"), world.statement("Company", "name")]
    decision = _decision(world, statements=chosen)
    assert "Beispielfrau" not in _text(signed_in_client(world.bernd), "decision", decision.pk)


@pytest.mark.parametrize("name", ["decision", "sign", "explain", "approve"])
def test_another_teams_decision_is_not_found(world: World, signed_in_client: SignIn, name: str) -> None:
    _text(signed_in_client(world.stranger), name, _decision(world).pk, status=404)


def test_an_approval_is_asked_for_with_one_click(world: World, signed_in_client: SignIn) -> None:
    decision = _decision(world)
    client = signed_in_client(world.anna)
    address = reverse("disclosure:ask", args=[decision.pk])
    assert client.post(address, {"role": "approver"}).status_code == 302
    assert client.post(address, {"role": "geneticist"}, follow=True).status_code == 200
    assert "Approve or refuse" in _text(signed_in_client(world.bernd), "approvals")


def test_an_approver_answers_with_her_code(world: World, signed_in_client: SignIn, code_of: CodeOf) -> None:
    decision = _decision(world)
    client, address = signed_in_client(world.bernd), reverse("disclosure:approve", args=[decision.pk])
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"reason": "Fine.", "code": "000000"})
    assert wrong.status_code == 422
    assert client.post(address, {"reason": "", "code": code_of(world.bernd)}).status_code == 422
    right = client.post(address, {"reason": "Fine.", "code": code_of(world.bernd)})
    assert right.status_code == 302
    decision.refresh_from_db()
    assert decision.outcome["letter"]["verdict"] == "permit"


def test_an_approver_refuses_with_her_code(world: World, signed_in_client: SignIn, code_of: CodeOf) -> None:
    decision = _decision(world)
    address = f"{reverse('disclosure:approve', args=[decision.pk])}?answer=refuse"
    response = signed_in_client(world.bernd).post(address, {"reason": "Not so.", "code": code_of(world.bernd)})
    assert response.status_code == 302
    decision.refresh_from_db()
    assert decision.outcome["letter"]["verdict"] == "refuse"


def test_signing_shows_the_interruption_and_takes_a_code(
    world: World, signed_in_client: SignIn, code_of: CodeOf
) -> None:
    decision = _approved(world)
    client, address = signed_in_client(world.anna), reverse("disclosure:sign", args=[decision.pk])
    assert "You are about to release this" in client.get(address).content.decode()
    assert client.post(address, {"code": "000000"}).status_code == 422
    assert client.post(address, {"code": code_of(world.anna)}).status_code == 302
    assert list(queries.signed_undispatched(timezone.now())) == [Decision.objects.get(pk=decision.pk)]
    assert "/letters/" in _text(client, "signed", decision.pk)


def test_a_decision_is_explained_and_decided_again(world: World, signed_in_client: SignIn) -> None:
    decision, client = _decision(world), signed_in_client(world.anna)
    assert "comes out the same" in _text(client, "explain", decision.pk)
    client.post(reverse("disclosure:decide", args=[decision.release_id]))
    assert "Out of date" in _text(client, "decision", decision.pk)


def test_a_release_is_changed_and_withdrawn(world: World, signed_in_client: SignIn) -> None:
    decision, client = _decision(world), signed_in_client(world.anna)
    assert "We follow an agency." in _text(client, "change", decision.release_id)
    address = reverse("disclosure:withdraw", args=[decision.release_id])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "No longer needed."}).status_code == 302
    assert Release.objects.get().state == "withdrawn"


def test_every_rule_is_listed_with_its_mark_and_has_a_page(world: World, signed_in_client: SignIn) -> None:
    client = signed_in_client(world.anna)
    assert "R23" in _text(client, "rules")
    assert "not yet been checked" in _text(client, "rule", "R01")
    _text(client, "rule", "R99", status=404)


def test_an_assurance_is_recorded_by_a_legal_adviser_only(world: World, signed_in_client: SignIn) -> None:
    before = Assurance.objects.count()
    given = {
        "kind": "assurance", "party": "cn-office", "text": "No such penalty (fictional).", "issuer": "Office",
        "issued_day": "1", "issued_month": "1", "issued_year": "2026",
        "expires_day": "1", "expires_month": "1", "expires_year": "2030",
    }  # fmt: skip
    address = reverse("disclosure:assurance_new")
    assert signed_in_client(world.anna).post(address, given).status_code == 403
    client = signed_in_client(world.bernd)
    assert client.post(address, given | {"expires_year": "2020"}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert Assurance.objects.count() == before + 1
    assert "No such penalty" in _text(client, "assurances")


def test_a_protected_circumstance_is_sealed_and_never_shown(world: World, signed_in_client: SignIn) -> None:
    client, person = signed_in_client(world.anna), world.person()
    address = reverse("disclosure:safeguards", args=[person])
    assert client.get(f"{address}?kind=protection").status_code == 200
    expires = {"expires_day": "1", "expires_month": "1", "expires_year": "2030"}
    assert client.post(address, {"kind": "protection", "answer": "asylum", **expires}).status_code == 422
    assert client.post(address, {"kind": "protection", "answer": "applicant", **expires}).status_code == 302
    assert b"applicant" not in bytes(Safeguard.objects.get().sealed)
    assert "Has applied for asylum" not in client.get(address).content.decode()
    assert signed_in_client(world.stranger).get(address).status_code == 404


def test_a_risk_assessment_is_recorded(world: World, signed_in_client: SignIn) -> None:
    client, address = signed_in_client(world.anna), reverse("disclosure:risk", args=[world.person()])
    given = {"state": "CN", "assessed_day": "1", "assessed_month": "1", "assessed_year": "2026", "favourable": "no",
             "reasons": "Debt (fictional)."}  # fmt: skip
    assert client.get(address).status_code == 200
    assert client.post(address, given | {"reasons": ""}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert not RiskAssessment.objects.get().favourable
    assert signed_in_client(world.bernd).get(address).status_code == 403
