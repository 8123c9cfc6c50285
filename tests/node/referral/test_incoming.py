"""A partner's referral: it waits, a team takes it, answers by a code, and what it told is void once it ended."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from clew.exchange.moments import to_text
from clew.exchange.receipts import Stage
from clew.exchange.sealing import Envelope
from clew.exchange.strict_json import canonical
from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Compartment, Officer
from clew.node.audit.models import AuditEntry
from clew.node.cases.models import Case, Task
from clew.node.discovery import offers
from clew.node.dossier.models import Entity, Source
from clew.node.exchange import actions as exchange
from clew.node.exchange.models import InboxEntry, Letter
from clew.node.referral import actions
from clew.node.referral.models import IncomingReferral, Path
from clew.node.referral.queries import desk_items
from clew.node.referral.queries.incoming import incoming_page
from clew.node.types import BadInput, BadInputs
from tests.exchange.partner import Partner, body
from tests.node.exchange.conftest import Correspondent, enter
from tests.node.referral.conftest import World, from_today

pytestmark = pytest.mark.django_db

CONTACT = "Ringlotte at the desk, after six (fictional)"


@pytest.fixture
def house(world: World) -> Correspondent:
    partner = Partner("House", country="AT")
    enter(partner, kind="ngo", name="House of Roses (fictional)")
    return Correspondent(partner)


def asked(**changes: Any) -> dict[str, Any]:
    """What a partner asks."""
    whole = {
        "type": "referral", "subject": "Referral", "purpose": "referral", "handling": {"code": "H2"},
        "legal_basis": {"code": "HELP-1"}, "reference": "r7", "needs": ["shelter", "legal"], "group": "women",
        "language": "bg", "urgency": "urgent-8h", "basis": "consent", "contact": CONTACT,
        "answer_by": to_text(timezone.now().replace(microsecond=0) + dt.timedelta(hours=8)),
        "retain_until": from_today(60).isoformat(),
    }  # fmt: skip
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def came(house: Correspondent, **changes: Any) -> Letter:
    house.send(house.write(asked(**changes), deadline=None))
    house.work()
    return Letter.objects.filter(kind="referral").latest("pk")


def say(house: Correspondent, row: Letter, kind: str, **content: Any) -> InboxEntry:
    header = {"thread": row.thread.uid, "in_reply_to": row.uid, "deadline": None, "decision": None}
    house.send(house.write({"type": kind, **content}, **header))
    house.work()
    return InboxEntry.objects.filter(kind=kind).latest("pk")


@pytest.fixture
def waiting(house: Correspondent) -> Letter:
    return came(house)


@pytest.fixture
def taken(waiting: Letter, world: World) -> IncomingReferral:
    return actions.take_incoming(actor=world.helper, letter_uid=waiting.uid, team_id=world.helping_team.pk)


def hostile(house: Correspondent, content: dict[str, Any]) -> Envelope:
    """A letter that the library would not write: another body under a signature that fits it."""
    house.partner.now = timezone.now().replace(microsecond=0)
    letter = json.loads(house.partner.write(settings.NODE.node_id, asked(), deadline=None))
    letter["body"] = {name: value for name, value in content.items() if value is not None}
    proof = house.partner.decision(canonical(letter["body"])).officer
    letter["header"]["decision"]["officer"]["signature"] = proof.signature
    return house.partner.seal(canonical(letter), settings.NODE.node_id, house.node_keys.seal)


def told(house: Correspondent, kind: str) -> list[dict[str, Any]]:
    return [dict(one.body) for one in house.letters() if one.header.type == kind]


def everything_stored() -> bytes:
    """Every byte of every table, as it would be found on a disk."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"select * from {connection.ops.quote_name(table)}")
            found.append(repr(cursor.fetchall()).encode())
    return b"\n".join(found)


def test_it_waits_in_quarantine_and_only_those_who_answer_referrals_see_it(
    waiting: Letter,
    officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
    world: World,
) -> None:
    assert waiting.state == "quarantined"
    page = f"/letters/letter/{waiting.uid}/"
    helper = signed_in_client(world.helper)
    assert CONTACT in helper.get(page).content.decode()
    assert f"/help/incoming/take/{waiting.uid}/" in helper.get(page).content.decode()
    for role in ("investigator", "liaison_officer", "prosecutor", "analyst"):
        other = signed_in_client(officer_factory(roles=[role], username=role))
        assert other.get(page).status_code in {403, 404}
        assert waiting.uid not in other.get("/letters/quarantine").content.decode()
        assert other.get(f"/letters/{waiting.thread.uid}/").status_code in {403, 404}


def test_a_team_takes_it_and_the_partner_is_told_so(
    house: Correspondent, waiting: Letter, world: World, taken: IncomingReferral
) -> None:
    house.work()
    assert Stage.ACCEPTED in {one.stage for one in house.receipts() if one.letter == waiting.uid}
    found = incoming_page(officer=world.helper, incoming_id=taken.pk)
    assert found is not None
    assert found.told == {
        "needs": ["shelter", "legal"], "group": "women", "language": "bg", "contact": CONTACT,
    }  # fmt: skip
    assert (taken.state, taken.keep_until) == ("taken", from_today(60))
    assert incoming_page(officer=world.caseworker, incoming_id=taken.pk) is None
    with pytest.raises(BadInput, match="taken or refused already"):
        actions.take_incoming(actor=world.helper, letter_uid=waiting.uid, team_id=world.helping_team.pk)


def test_what_it_told_is_in_one_place_alone_and_in_no_case_dossier_or_search(
    waiting: Letter, world: World, taken: IncomingReferral
) -> None:
    waiting.refresh_from_db()
    assert (bytes(waiting.sealed), bytes(waiting.wrapped_key)) == (b"", b"")
    assert bytes(InboxEntry.objects.get(letter=waiting).envelope) == b""
    assert b"Ringlotte" not in everything_stored()
    assert (Source.objects.filter(received_letter=waiting.uid).count(), waiting.thread.case_id) == (0, None)
    assert Entity.objects.count() == 1
    assert Path.objects.count() == 0
    for officer in (world.helper, world.caseworker):
        for find in offers("search_hits"):
            assert find(officer=officer, text="Ringlotte", limit=9) == []


def test_it_is_taken_by_a_team_of_ones_own_that_is_no_cases(
    waiting: Letter,
    world: World,
    officer_factory: Callable[..., Officer],
    compartment_factory: Callable[..., Compartment],
) -> None:
    with pytest.raises(Refused):
        actions.take_incoming(actor=world.outsider, letter_uid=waiting.uid, team_id=world.helping_team.pk)
    with pytest.raises(BadInput, match="team of one case"):
        actions.take_incoming(actor=world.caseworker, letter_uid=waiting.uid, team_id=world.team.pk)
    prosecutor = officer_factory(roles=["prosecutor"], username="pru", compartments=[world.helping_team])
    with pytest.raises(Refused):
        actions.take_incoming(actor=prosecutor, letter_uid=waiting.uid, team_id=world.helping_team.pk)
    assert not IncomingReferral.objects.exists()


def test_it_goes_into_no_case_and_is_refused_by_no_sentence(
    waiting: Letter, world: World, house: Correspondent
) -> None:
    with pytest.raises(BadInput, match="asks for help"):
        exchange.take_letter(actor=world.caseworker, letter_uid=waiting.uid, case_id=world.case.pk)
    with pytest.raises(BadInput, match="asks for help"):
        exchange.refuse_letter(actor=world.caseworker, letter_uid=waiting.uid, code="other", reason="She is here.")
    assert Case.objects.count() == 1


def test_accepting_and_her_arrival_are_told_by_code_and_day_alone(
    house: Correspondent, world: World, taken: IncomingReferral
) -> None:
    with pytest.raises(BadInput, match="Nothing waits"):
        actions.record_incoming_arrival(actor=world.helper, incoming_id=taken.pk, on=from_today(0))
    actions.answer_incoming(actor=world.helper, incoming_id=taken.pk)
    with pytest.raises(BadInputs):
        actions.record_incoming_arrival(actor=world.helper, incoming_id=taken.pk, on=from_today(1))
    actions.record_incoming_arrival(actor=world.helper, incoming_id=taken.pk, on=from_today(0))
    house.work()
    assert told(house, "referral-answer") == [{"type": "referral-answer", "outcome": "accepted"}]
    assert told(house, "referral-arrived") == [{"type": "referral-arrived", "on": from_today(0).isoformat()}]
    for again in (actions.answer_incoming,):
        with pytest.raises(BadInput, match="answered before"):
            again(actor=world.helper, incoming_id=taken.pk)
    with pytest.raises(BadInput, match="Nothing waits"):
        actions.record_incoming_arrival(actor=world.helper, incoming_id=taken.pk, on=from_today(0))


def test_refusing_names_a_code_and_voids_what_was_told(
    house: Correspondent, world: World, taken: IncomingReferral
) -> None:
    with pytest.raises(BadInput, match="reason is unknown"):
        actions.answer_incoming(actor=world.helper, incoming_id=taken.pk, code="she was here before")
    actions.answer_incoming(actor=world.helper, incoming_id=taken.pk, code="no-place")
    house.work()
    assert told(house, "referral-answer") == [{"type": "referral-answer", "outcome": "refused", "code": "no-place"}]
    taken.refresh_from_db()
    assert (taken.state, bytes(taken.sealed)) == ("refused", b"")


@pytest.mark.parametrize("when", ["waiting", "taken", "accepted", "arrived"])
def test_when_the_partner_ends_it_what_was_told_is_void_at_once_and_whoever_helps_learns_it(
    house: Correspondent, waiting: Letter, world: World, when: str
) -> None:
    made = None
    if when != "waiting":
        made = actions.take_incoming(actor=world.helper, letter_uid=waiting.uid, team_id=world.helping_team.pk)
    if made is not None and when in {"accepted", "arrived"}:
        actions.answer_incoming(actor=world.helper, incoming_id=made.pk)
    if made is not None and when == "arrived":
        actions.record_incoming_arrival(actor=world.helper, incoming_id=made.pk, on=from_today(0))
    assert say(house, waiting, "referral-ended").state == "done"
    waiting.refresh_from_db()
    assert (bytes(waiting.sealed), bytes(InboxEntry.objects.get(letter=waiting).envelope)) == (b"", b"")
    if made is None:
        assert waiting.state == "void"
        with pytest.raises(BadInput):
            actions.take_incoming(actor=world.helper, letter_uid=waiting.uid, team_id=world.helping_team.pk)
        return
    made.refresh_from_db()
    assert (made.state, bytes(made.sealed)) == ("ended", b"")
    assert Task.objects.get(kind="referral.incoming_ended").assigned_id == world.helper.pk
    found = incoming_page(officer=world.helper, incoming_id=made.pk)
    assert found is not None
    assert found.told == {}
    with pytest.raises(BadInput):
        actions.answer_incoming(actor=world.helper, incoming_id=made.pk)
    assert AuditEntry.objects.filter(act="referral.note_end").count() == 1


def test_an_end_that_overtakes_its_referral_voids_it_as_it_comes(house: Correspondent, world: World) -> None:
    first = house.write(asked(), deadline=None, id="7" * 32, thread="8" * 32)
    ended = house.write(
        {"type": "referral-ended"}, thread="8" * 32, in_reply_to="7" * 32, deadline=None, decision=None
    )  # fmt: skip
    house.send(ended)
    house.work()
    house.send(first)
    house.work()
    row = Letter.objects.get(kind="referral")
    assert (row.state, bytes(row.sealed)) == ("void", b"")


def test_only_its_sender_ends_it(house: Correspondent, waiting: Letter, taken: IncomingReferral) -> None:
    stranger = Partner("Stranger", country="AT")
    enter(stranger, kind="ngo", name="Stranger (fictional)")
    entry = say(Correspondent(stranger), waiting, "referral-ended")
    assert (entry.state, entry.code) == ("rejected", "foreign-thread")
    taken.refresh_from_db()
    assert taken.state == "taken"


def test_the_same_letter_twice_is_one_referral(house: Correspondent, world: World) -> None:
    envelope = house.write(asked(), deadline=None)
    house.send(envelope, envelope)
    house.work()
    row = Letter.objects.get(kind="referral")
    actions.take_incoming(actor=world.helper, letter_uid=row.uid, team_id=world.helping_team.pk)
    house.send(envelope)
    house.work()
    assert Letter.objects.filter(kind="referral").count() == IncomingReferral.objects.count() == 1
    row.refresh_from_db()
    assert bytes(row.sealed) == b""


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"needs": None}, "missing-field"), ({"needs": ["Li Na"]}, "bad-field"), ({"name": "Li Na"}, "unknown-field"),
        ({"statements": []}, "unknown-field"), ({"basis": "child-safety"}, "bad-field"),
        ({"subject": "Li Na needs help"}, "bad-field"), ({"group": "sisters"}, "bad-field"),
        ({"contact": "x" * 1001}, "bad-field"),
    ],
)  # fmt: skip
def test_a_hostile_referral_is_refused_with_a_code_and_kept_for_review(
    house: Correspondent, changes: dict[str, Any], code: str
) -> None:
    house.send(hostile(house, {**asked(), **changes}))
    house.work()
    entry = InboxEntry.objects.latest("pk")
    assert (entry.state, entry.code) == ("rejected", code)
    assert not Letter.objects.exists()


def test_what_its_sender_lets_be_read_until_a_day_is_not_shown_after_it(world: World, taken: IncomingReferral) -> None:
    IncomingReferral.objects.filter(pk=taken.pk).update(keep_until=from_today(-1))
    found = incoming_page(officer=world.helper, incoming_id=taken.pk)
    assert found is not None
    assert found.told == {}
    assert actions.void_expired(actor=NODE) == 1
    taken.refresh_from_db()
    assert (taken.state, bytes(taken.sealed)) == ("taken", b"")
    assert actions.void_expired(actor=NODE) == 0


def test_the_store_itself_keeps_nothing_of_what_has_ended(taken: IncomingReferral) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IncomingReferral.objects.filter(pk=taken.pk).update(state="ended")


def test_it_stands_on_the_desk_of_its_team_until_it_is_answered(world: World, taken: IncomingReferral) -> None:
    now = timezone.now()
    (item,) = [one for one in desk_items(officer=world.helper, now=now) if one.kind == "referral.incoming"]
    assert (item.due, item.urgent) == (taken.answer_by, True)
    assert "Ringlotte" not in str(item)
    assert not [one for one in desk_items(officer=world.outsider, now=now) if one.kind == "referral.incoming"]
    actions.answer_incoming(actor=world.helper, incoming_id=taken.pk)
    assert not [one for one in desk_items(officer=world.helper, now=now) if one.kind == "referral.incoming"]


def test_pages_take_answer_and_tell_of_her_arrival(
    waiting: Letter, world: World, signed_in_client: Callable[[Officer], Client]
) -> None:
    helper, outsider = signed_in_client(world.helper), signed_in_client(world.outsider)
    listed = helper.get("/help/").content.decode()
    take = f"/help/incoming/take/{waiting.uid}/"
    assert take in listed
    assert CONTACT in helper.get(take).content.decode()
    assert helper.post(take, {"team": "999"}).status_code == 422
    answer = helper.post(take, {"team": str(world.helping_team.pk)})
    made = IncomingReferral.objects.get()
    page = f"/help/incoming/{made.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert helper.get(take).status_code == 404
    assert CONTACT in helper.get(page).content.decode()
    assert page in helper.get("/help/").content.decode()
    for other in (page, f"{page}arrival/"):
        assert outsider.get(other).status_code == 404
    assert helper.post(page, {"accept": "no"}).status_code == 422
    assert helper.post(page, {"accept": "yes"}).status_code == 302
    day = from_today(0)
    arrived = {"on_0": str(day.day), "on_1": str(day.month), "on_2": str(day.year), "on_day": str(day.day),
               "on_month": str(day.month), "on_year": str(day.year)}  # fmt: skip
    assert helper.post(f"{page}arrival/", {"on_day": "x"}).status_code == 422
    assert helper.post(f"{page}arrival/", arrived).status_code == 302
    assert "She arrived" in helper.get(page).content.decode()
    assert helper.post(page, {"accept": "yes"}).status_code == 404


def test_one_that_comes_in_the_correspondence_of_a_case_is_not_for_everybody_of_its_team(
    house: Correspondent, world: World, officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
) -> None:  # fmt: skip
    house.send(house.write(body("notify"), deadline=None, thread="9" * 32))
    house.work()
    told = Letter.objects.get(kind="notify")
    exchange.take_letter(actor=world.caseworker, letter_uid=told.uid, case_id=world.case.pk)
    house.send(house.write(asked(), deadline=None, thread="9" * 32))
    house.work()
    row = Letter.objects.get(kind="referral")
    assert row.thread.case_id == world.case.pk
    detective = officer_factory(roles=["investigator"], username="ida", compartments=[world.team])
    assert signed_in_client(detective).get(f"/letters/letter/{told.uid}/").status_code == 200
    assert signed_in_client(detective).get(f"/letters/letter/{row.uid}/").status_code == 404
    assert signed_in_client(world.caseworker).get(f"/letters/letter/{row.uid}/").status_code == 200
