"""A service of a partner is asked by letter: a release of the least, answered by codes, and ended at both nodes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clew.exchange.letters import Letter as SignedLetter
from clew.node.accounts.models import Officer
from clew.node.cases.models import Task
from clew.node.consent.actions import withdraw_consent
from clew.node.consent.queries import shared_about
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.models import Decision, Release
from clew.node.dossier.actions import erase_person
from clew.node.exchange.models import ControlOrder, InboxEntry, Letter
from clew.node.partners.models import Instrument, Party
from clew.node.referral import actions
from clew.node.referral.actions import LetterDraft, ReferralDraft
from clew.node.referral.models import Referral, Service
from clew.node.referral.queries import desk_items, referral_page
from clew.node.types import BadInput, BadInputs
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent, approve_and_sign, enter
from tests.node.referral.conftest import World, from_today

pytestmark = pytest.mark.django_db

CONTACT = "Wednesdays after nine, through the desk (fictional)"
SITUATION = "Papers taken, a debt (fictional)"


@pytest.fixture
def house(world: World) -> Correspondent:
    """A house in the same country, with a node of its own, that may be asked for help."""
    assert Party.objects.get(is_own=True).uid == settings.NODE.node_id
    partner = Partner("House", country="AT")
    enter(partner, kind="ngo", name="House of Roses (fictional)")
    Instrument.objects.create(
        code="HELP-1", title="Cooperation (fictional)", kind="domestic_protocol", fictional=True,
        parties=[settings.NODE.node_id, partner.uid], in_force_from=dt.date(2025, 1, 1), registered=timezone.now(),
        translations=[], enables=[{"letter": "notify", "purposes": ["referral"]}], clocks={},
    )  # fmt: skip
    return Correspondent(partner)


@pytest.fixture
def service(world: World, house: Correspondent) -> Service:
    return world.service(party=house.partner.uid, team_id=None, address="")


@pytest.fixture
def approver(world: World, officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(
        roles=["approver", "child_protection_officer"], username="bea", compartments=[world.team]
    )  # fmt: skip


@pytest.fixture
def path(world: World) -> int:
    """A path of hers of which the rules know what they ask."""
    for kind, said in (("protection", "none"), ("sheltered", "no"), ("origin", "BG"), ("child", "no")):
        disclosure.record_safeguard(
            actor=world.caseworker, person_id=world.person, kind=kind, answer=[said], expires=from_today(90)
        )
    return int(world.path().pk)


def ask(world: World, service: Service, path_id: int, **changes: Any) -> Referral:
    said = {"needs": ("shelter", "legal"), "urgency": "urgent-8h", "contact": CONTACT}
    more = {"instrument": "HELP-1", "why": "They call before she comes (fictional)."}
    draft = ReferralDraft(
        service_id=service.pk, **{**said, **{k: v for k, v in changes.items() if k in {*said, "situation"}}}
    )
    letter = LetterDraft(**{**more, **{k: v for k, v in changes.items() if k not in {*said, "situation"}}})
    return actions.refer_by_letter(actor=world.caseworker, path_id=path_id, draft=draft, letter=letter)


def consent(world: World, house: Correspondent, **changes: Any) -> Any:
    return world.consent(recipient=house.partner.uid, **changes)


@pytest.fixture
def sent(
    world: World, house: Correspondent, service: Service, path: int, approver: Officer,
    code_of: Callable[[Officer], str],
) -> Referral:  # fmt: skip
    """A referral that was signed and has left."""
    consent(world, house, items=["contact"])
    made = ask(world, service, path)
    approve_and_sign(made.release or 0, world.caseworker, second=approver, code_of=code_of)
    house.work()
    made.refresh_from_db()
    return made


def the_letter(house: Correspondent) -> SignedLetter:
    return next(one for one in house.letters() if one.header.type == "referral")


def reply(house: Correspondent, kind: str, **content: Any) -> InboxEntry:
    """The house says something about the referral, and this node reads it."""
    asked = the_letter(house).header
    house.send(
        house.write({"type": kind, **content}, thread=asked.thread, in_reply_to=asked.id, deadline=None, decision=None)
    )
    house.work()
    return InboxEntry.objects.filter(kind=kind).latest("pk")


def reasons(made: Referral) -> dict[str, set[str]]:
    """Of each thing that would be told, the rules that hold it back."""
    decision = Decision.objects.filter(release=made.release).latest("pk")
    found: dict[str, set[str]] = {}
    for each in decision.statement_outcomes.exclude(verdict="permit").select_related("statement__prop"):
        found.setdefault(each.statement.prop.name, set()).update(each.policies)
    return found


def test_the_service_reads_the_least_and_nothing_of_the_case(
    house: Correspondent, sent: Referral, world: World
) -> None:
    letter = the_letter(house)
    body = dict(letter.body)
    assert sent.state == "asked"
    assert sent.letter == letter.header.id
    assert {name: body[name] for name in ("needs", "group", "language", "contact", "basis", "urgency", "subject")} == {
        "needs": ["legal", "shelter"], "group": "women", "language": "bg", "contact": CONTACT, "basis": "consent",
        "urgency": "urgent-8h", "subject": "Referral",
    }  # fmt: skip
    assert not {"situation", "necessity", "facts", "statements", "entities", "persons", "case_reference"} & set(body)
    assert letter.header.decision is not None
    raw = letter.raw.decode()
    assert not [word for word in ("Mila", world.case.reference, "They call", sent.uid, "BG") if word in raw]


def test_a_reference_is_made_for_this_recipient_and_correspondence(
    house: Correspondent, sent: Referral, world: World, service: Service, path: int
) -> None:
    again = ask(world, service, path)
    other = Decision.objects.filter(release=again.release).latest("pk")
    assert the_letter(house).body["reference"] not in bytes(other.after).decode()


def test_nothing_leaves_before_it_is_signed(world: World, house: Correspondent, service: Service, path: int) -> None:
    consent(world, house)
    made = ask(world, service, path)
    house.work()
    assert (made.state, house.letters()) == ("prepared", [])
    # How she can be reached waits for a second person, whatever she agreed to (R18).
    assert reasons(made)["contact"] == {"R18b"}


@pytest.mark.parametrize(
    "changes",
    [
        {"items": ["situation"]}, {"purpose": "assistance"}, {"recipient": "5" * 32},
        {"given": -9, "expires": -1},
    ],
)  # fmt: skip
def test_without_a_consent_for_a_referral_that_names_it_and_the_item_no_letter_is_prepared(
    world: World, house: Correspondent, service: Service, path: int, changes: dict[str, Any]
) -> None:
    days = {name: from_today(each) if isinstance(each, int) else each for name, each in changes.items()}
    world.consent(**{"recipient": house.partner.uid, **days})
    with pytest.raises(BadInputs, match="No consent of hers names this service"):
        ask(world, service, path)
    assert not Release.objects.exists()
    assert not Referral.objects.exists()


def test_she_who_agrees_to_be_helped_and_to_nothing_more_is_asked_for_with_codes_alone(
    world: World,
    house: Correspondent,
    service: Service,
    path: int,
    approver: Officer,
    code_of: Callable[[Officer], str],
) -> None:
    consent(world, house, items=["identity"])
    made = ask(world, service, path, contact="")
    approve_and_sign(made.release or 0, world.caseworker, second=approver, code_of=code_of)
    house.work()
    assert not {"contact", "situation"} & set(the_letter(house).body)


def test_the_rules_hold_it_back_even_where_the_page_was_passed_by(
    world: World, house: Correspondent, service: Service, path: int
) -> None:
    given = consent(world, house)
    made = ask(world, service, path)
    withdraw_consent(actor=world.caseworker, consent_id=given.pk, reason="She changed her mind.")
    release = Release.objects.get(pk=made.release)
    assert release.state == "withdrawn"
    Release.objects.filter(pk=release.pk).update(state="draft")
    disclosure.decide(actor=world.caseworker, release_id=release.pk)
    held = reasons(made)
    assert all({"R48a", "G4a"} <= found for found in held.values())
    assert set(held) == {"needs", "group", "language", "contact"}


def test_words_that_name_her_or_a_protected_place_go_into_no_letter(
    world: World, house: Correspondent, service: Service, path: int
) -> None:
    consent(world, house, items=["contact", "situation"])
    named = ask(world, service, path, situation="Mila Fictional was locked in.")
    letter = Decision.objects.filter(release=named.release).latest("pk").outcome["letter"]
    assert "G2b" in {each["policy"] for each in letter["reasons"]}
    world.service(name="Safe flat (fictional)")
    with pytest.raises(BadInputs, match="address of a protected place"):
        ask(world, service, path, contact="Come to Brunnquistgasse 7")
    with pytest.raises(BadInputs, match="address of a protected place"):
        ask(world, service, path, situation="She lives in brunnquistgasse 7, wien")


def test_a_child_for_whom_nobody_answers_is_asked_for_with_codes_once_two_others_agreed(
    world: World, house: Correspondent, service: Service, path: int, approver: Officer,
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str],
) -> None:  # fmt: skip
    actions.record_contact(actor=world.caseworker, path_id=path, draft=contact(age="child"))
    with pytest.raises(BadInput):
        ask(world, service, path, contact="", needs=("legal",))
    with pytest.raises(BadInput):
        ask(world, service, path, needs=("shelter",))
    made = ask(world, service, path, contact="", needs=("shelter",))
    assert reasons(made)["needs"] >= {"R48a"}
    made = ask(world, service, path, contact="", needs=("shelter",), danger="life", danger_state="AT")
    assert made.for_safety
    assert reasons(made)["needs"] == {"R15d", "R19b"}
    protector = officer_factory(roles=["child_protection_officer"], username="pia", compartments=[world.team])
    decision = Decision.objects.filter(release=made.release).latest("pk")
    from clew.node.accounts.actions import verify_step_up

    for who, role in ((approver, "approver"), (protector, "child_protection_officer")):
        proof = verify_step_up(officer=who, code=code_of(who))
        disclosure.approve(actor=who, decision_id=decision.pk, role=role, reason="Tonight.", step_up=proof)
    disclosure.sign(
        actor=world.caseworker, decision_id=decision.pk,
        step_up=verify_step_up(officer=world.caseworker, code=code_of(world.caseworker)),
    )  # fmt: skip
    house.work()
    body = the_letter(house).body
    assert (body["basis"], body["needs"]) == ("child-safety", ("shelter",)) or body["needs"] == ["shelter"]
    assert not {"contact", "situation"} & set(body)


def contact(**changes: Any) -> Any:
    from tests.node.referral.conftest import contact_draft

    return contact_draft(**changes)


def test_an_answer_that_comes_by_letter_is_shown_and_asks_the_team(
    house: Correspondent, sent: Referral, world: World
) -> None:
    assert reply(house, "referral-answer", outcome="accepted").state == "done"
    sent.refresh_from_db()
    assert (sent.state, sent.code, sent.answered_by) == ("accepted", "", None)
    assert Task.objects.filter(kind="referral.answered", case=world.case).count() == 1
    # The first answer counts, and a day to come does not.
    reply(house, "referral-answer", outcome="refused", code="no-place")
    reply(house, "referral-arrived", on=(timezone.localdate() + dt.timedelta(days=30)).isoformat())
    sent.refresh_from_db()
    assert (sent.state, sent.arrived) == ("accepted", None)
    today = timezone.localdate()
    reply(house, "referral-arrived", on=today.isoformat())
    sent.refresh_from_db()
    assert sent.arrived == today


def test_a_refusal_names_its_reason_and_she_came_means_nothing_then(
    house: Correspondent, sent: Referral, client: Client, world: World
) -> None:
    reply(house, "referral-answer", outcome="refused", code="not-in-this-language")
    reply(house, "referral-arrived", on=timezone.localdate().isoformat())
    sent.refresh_from_db()
    assert (sent.state, sent.code, sent.arrived) == ("refused", "not-in-this-language", None)


def test_nobody_answers_by_hand_for_a_partner_with_a_node(sent: Referral, world: World) -> None:
    with pytest.raises(BadInput, match="answers by letter"):
        actions.answer_referral(actor=world.caseworker, referral_id=sent.pk, accept=True)
    with pytest.raises(BadInput, match="answers by letter"):
        actions.record_arrival(actor=world.caseworker, referral_id=sent.pk, on=timezone.localdate())


def test_no_answer_in_time_is_on_the_desk(sent: Referral, world: World) -> None:
    later = timezone.now() + dt.timedelta(hours=9)
    (item,) = [one for one in desk_items(officer=world.caseworker, now=later) if one.kind == "referral.overdue"]
    assert item.urgent
    assert not [one for one in desk_items(officer=world.outsider, now=later) if one.kind == "referral.overdue"]


def test_what_is_unknown_of_the_way_is_shown_as_unknown(house: Correspondent, sent: Referral, world: World) -> None:
    found = referral_page(officer=world.caseworker, referral_id=sent.pk)
    assert found is not None
    assert found.way is not None
    assert {one.stage: one.at is not None for one in found.way.facts}["opened"] is False
    assert referral_page(officer=world.outsider, referral_id=sent.pk) is None


@pytest.mark.parametrize("answered", [False, True])
def test_a_consent_withdrawn_in_the_middle_ends_it_at_the_partner_by_itself_and_says_no_reason(
    house: Correspondent, sent: Referral, world: World, answered: bool
) -> None:
    if answered:
        reply(house, "referral-answer", outcome="accepted")
    given = sent.consent
    assert given is not None
    withdraw_consent(actor=world.caseworker, consent_id=given.pk, reason="She changed her mind.")
    sent.refresh_from_db()
    assert (sent.state, bytes(sent.sealed)) == ("stopped", b"")
    house.work()
    ended = [one for one in house.letters() if one.header.type == "referral-ended"]
    assert [dict(one.body) for one in ended] == [{"type": "referral-ended"}]
    assert ended[0].header.in_reply_to == sent.letter
    assert ended[0].header.decision is None
    # What comes afterwards counts for nothing.
    reply(house, "referral-answer", outcome="accepted")
    sent.refresh_from_db()
    assert sent.state == "stopped"
    (earlier,) = shared_about(officer=world.caseworker, person_id=world.person, recipient=house.partner.uid)
    assert earlier.purpose == "referral"
    assert "needs" in earlier.items


def test_who_is_erased_here_is_ended_at_the_partner_in_the_same_act(
    house: Correspondent, sent: Referral, world: World, officer_factory: Callable[..., Officer]
) -> None:
    guard = officer_factory(roles=["data_protection_officer"], compartments=[world.team])
    erase_person(actor=guard, entity_id=world.person, reason="Asked for by her (fictional).")
    sent.refresh_from_db()
    assert (sent.state, bytes(sent.sealed)) == ("stopped", b"")
    house.work()
    ended = [one for one in house.letters() if one.header.type == "referral-ended"]
    assert [(dict(one.body), one.header.in_reply_to) for one in ended] == [({"type": "referral-ended"}, sent.letter)]


def test_an_officer_takes_a_referral_back_and_it_ends_once(house: Correspondent, sent: Referral, world: World) -> None:
    actions.stop_referral(actor=world.caseworker, referral_id=sent.pk)
    with pytest.raises(BadInput):
        actions.stop_referral(actor=world.caseworker, referral_id=sent.pk)
    assert ControlOrder.objects.filter(kind="referral-ended", about__uid=sent.letter).count() == 1


def test_a_letter_that_had_not_arrived_is_not_tried_again_and_is_ended_all_the_same(
    world: World, house: Correspondent, service: Service, path: int, approver: Officer,
    code_of: Callable[[Officer], str],
) -> None:  # fmt: skip
    consent(world, house)
    made = ask(world, service, path)
    approve_and_sign(made.release or 0, world.caseworker, second=approver, code_of=code_of)
    house.cut = True
    house.work()
    made.refresh_from_db()
    assert made.state == "asked"
    actions.stop_referral(actor=world.caseworker, referral_id=made.pk)
    house.cut = False
    house.work(after=dt.timedelta(hours=1))
    assert [one.header.type for one in house.letters()] == ["referral-ended"]


def test_one_that_was_signed_and_stopped_does_not_leave(
    world: World, house: Correspondent, service: Service, path: int, approver: Officer,
    code_of: Callable[[Officer], str],
) -> None:  # fmt: skip
    given = consent(world, house)
    made = ask(world, service, path)
    approve_and_sign(made.release or 0, world.caseworker, second=approver, code_of=code_of)
    withdraw_consent(actor=world.caseworker, consent_id=given.pk, reason="She changed her mind.")
    house.work()
    assert house.letters() == []
    assert not Letter.objects.filter(kind="referral").exists()


def test_only_the_one_who_was_asked_answers(house: Correspondent, sent: Referral, world: World) -> None:
    stranger = Partner("Stranger", country="AT")
    enter(stranger, kind="ngo", name="Stranger (fictional)")
    asked = the_letter(house).header
    stranger.now = timezone.now().replace(microsecond=0)
    other = Correspondent(stranger)
    content = {"type": "referral-answer", "outcome": "accepted"}
    other.send(other.write(content, thread=asked.thread, in_reply_to=asked.id, deadline=None, decision=None))
    house.work()
    entry = InboxEntry.objects.get(sender=stranger.uid)
    assert (entry.state, entry.code) == ("rejected", "foreign-thread")
    sent.refresh_from_db()
    assert sent.state == "asked"


def test_a_service_with_a_node_is_asked_in_no_other_way(
    world: World, service: Service, path: int, house: Correspondent
) -> None:
    consent(world, house)
    draft = ReferralDraft(service_id=service.pk, needs=("shelter",), urgency="urgent-8h")
    with pytest.raises(BadInputs, match="asked by letter"):
        actions.make_referral(actor=world.caseworker, path_id=path, draft=draft)
    note = world.service(party="5" * 32, team_id=None, address="")
    with pytest.raises(BadInputs, match="not asked by letter"):
        ask(world, note, path)
    Party.objects.filter(uid=house.partner.uid).update(status="suspended")
    with pytest.raises(BadInputs):
        ask(world, service, path)


def test_the_recipient_of_a_referral_and_its_parts_cannot_be_changed_in_the_release(
    world: World, service: Service, path: int, house: Correspondent
) -> None:
    consent(world, house)
    made = ask(world, service, path)
    with pytest.raises(BadInput, match="to another service"):
        disclosure.revise_release(actor=world.caseworker, release_id=made.release or 0, recipient="5" * 32)
    with pytest.raises(BadInputs, match="carries what was entered for it"):
        disclosure.revise_release(actor=world.caseworker, release_id=made.release or 0, statements=[])
    disclosure.revise_release(actor=world.caseworker, release_id=made.release or 0, subject="Mila needs you")
    decision = disclosure.decide(actor=world.caseworker, release_id=made.release or 0)
    assert b"Mila" not in bytes(decision.package) + bytes(decision.after)


def test_what_she_needs_cannot_be_left_out(world: World, service: Service, path: int, house: Correspondent) -> None:
    with pytest.raises(BadInputs):
        ask(world, service, path, needs=())
    with pytest.raises(BadInputs):
        ask(world, service, path, needs=("flowers",))
    with pytest.raises(BadInputs):
        ask(world, service, path, instrument="OTHER")
    with pytest.raises(BadInputs):
        ask(world, service, path, why=" ")
    assert replace(LetterDraft(instrument="a", why="b"), danger="life").danger == "life"


def test_pages_prepare_the_letter_show_what_leaves_and_follow_its_way(
    world: World, house: Correspondent, service: Service, path: int, approver: Officer,
    code_of: Callable[[Officer], str], signed_in_client: Callable[[Officer], Client],
) -> None:  # fmt: skip
    client, outsider = signed_in_client(world.caseworker), signed_in_client(world.outsider)
    url = f"/help/paths/{path}/services/{service.pk}/"
    assert outsider.get(url).status_code == 404
    shown = client.get(url).content.decode()
    assert "is asked by letter" in shown
    assert "id_danger" not in shown
    given = {
        "needs": ["shelter"], "urgency": "urgent-8h", "contact": CONTACT, "instrument": "HELP-1", "why": "They call.",
    }  # fmt: skip
    assert client.post(url, {**given, "why": ""}).status_code == 422
    refused = client.post(url, given)
    assert refused.status_code == 422
    assert "No consent of hers names this service" in refused.content.decode()
    consent(world, house)
    answer = client.post(url, given)
    made = Referral.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/releases/{made.release}/")
    assert "Nothing has left" in client.get(f"/help/referrals/{made.pk}/").content.decode()
    decision = Decision.objects.get(release=made.release)
    read = client.get(f"/releases/decisions/{decision.pk}/").content.decode()
    assert "What it is called between both" in read
    assert "R18b" in read
    approve_and_sign(made.release or 0, world.caseworker, second=approver, code_of=code_of)
    house.work()
    page = client.get(f"/help/referrals/{made.pk}/").content.decode()
    assert "Unknown: nothing has come back" in page
    reply(house, "referral-answer", outcome="refused", code="no-place")
    assert "There is no free place" in client.get(f"/help/referrals/{made.pk}/").content.decode()
    assert outsider.get(f"/help/referrals/{made.pk}/").status_code == 404


def test_for_a_child_for_whom_nobody_answers_the_page_asks_what_threatens_it(
    world: World, service: Service, path: int, signed_in_client: Callable[[Officer], Client]
) -> None:
    actions.record_contact(actor=world.caseworker, path_id=path, draft=contact(age="child"))
    shown = signed_in_client(world.caseworker).get(f"/help/paths/{path}/services/{service.pk}/").content.decode()
    assert "id_danger" in shown
