"""A letter that came: opened, quarantined, taken or declined by an officer; hostile ones change nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone

from clew.disclosure.context import years_later
from clew.exchange.receipts import Stage
from clew.node.accounts.actions import Officer, Refused
from clew.node.cases.actions import add_to_team
from clew.node.cases.models import Case, CaseReference, Deadline, Event
from clew.node.cases.queries import timeline
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.gathering.statements import statement_facts
from clew.node.disclosure.models import Mark
from clew.node.dossier.models import Entity, Source, Statement
from clew.node.exchange import actions, queries
from clew.node.exchange.actions import read_letter
from clew.node.exchange.models import InboxEntry, Letter, PairState, Receipt, Thread
from clew.node.partners.models import Introduction
from clew.node.rulebook.queries import settings_for
from clew.node.types import BadInput
from tests.exchange.partner import Partner, body
from tests.node.disclosure.conftest import step_up
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db


def receive(beijing: Correspondent, content: dict[str, object] | None = None, **changes: object) -> Letter:
    """Send a letter and let the worker open it."""
    beijing.send(beijing.write(content, **changes))
    beijing.work()
    return Letter.objects.latest("pk")


def test_a_letter_is_opened_into_quarantine_and_its_sender_told_so(beijing: Correspondent) -> None:
    letter = receive(beijing)
    assert letter.state == "quarantined"
    assert InboxEntry.objects.get().state == "quarantined"
    assert [(one.stage, one.positive, one.letter) for one in beijing.receipts()] == [(Stage.OPENED, True, letter.uid)]
    assert not Source.objects.exists()


def test_nothing_that_a_letter_says_is_stored_in_clear(beijing: Correspondent) -> None:
    receive(beijing, body(subject="Canary subject (fictional)", facts="Canary facts"))
    for model in (Letter, Thread, InboxEntry, Receipt):
        for row in model.objects.values():
            assert b"Canary" not in repr(row).encode()
            assert not any(b"Canary" in bytes(value) for value in row.values() if isinstance(value, bytes | memoryview))


def test_taking_a_letter_makes_its_statements_a_source_and_starts_the_clock(
    beijing: Correspondent, officer: Officer, case: Case
) -> None:
    letter = receive(beijing)
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    source = Source.objects.get()
    assert (source.kind, source.owner, source.received_letter) == ("letter", beijing.partner.uid, letter.uid)
    assert source.compartment_id == case.compartment_id
    assert source.handling == "H1"
    assert [one.value for one in Statement.objects.all()] == ["Goldener Weg Arbeitsvermittlung (fictional)"]
    deadline = Deadline.objects.get()
    assert deadline.set_by == "FICTIONAL-ARRANGEMENT (routine-7d)"
    assert CaseReference.objects.get().reference == "F-2026-1"
    beijing.work()
    assert [(one.stage, one.positive) for one in beijing.receipts()] == [(Stage.OPENED, True), (Stage.ACCEPTED, True)]
    assert Thread.objects.get().state == "accepted"


@pytest.mark.parametrize("schema", ["Phone", "BankAccount", "OfAnotherClew"])
def test_a_letter_that_asks_about_something_of_which_it_says_nothing_is_taken_without_it(
    beijing: Correspondent, officer: Officer, case: Case, schema: str
) -> None:
    asked = {
        "entities": [{"id": "e1", "schema": "Company"}, {"id": "e2", "schema": schema}],
        "items": [{"n": 1, "entity": "e1", "text": "Who owns it?"}, {"n": 2, "entity": "e2", "text": "Who uses it?"}],
    }
    letter = receive(beijing, body(**asked))
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    assert [one.schema for one in Entity.objects.all()] == ["Company"]


@pytest.mark.parametrize(
    ("schema", "prop", "named"),
    [("Ownership", "owner", "LegalEntity"), ("Company", "addressEntity", "Address"), ("Sanction", "entity", "Thing")],
)
def test_a_letter_that_refers_to_something_of_which_it_says_nothing_else_is_taken_without_the_reference(
    beijing: Correspondent, officer: Officer, case: Case, schema: str, prop: str, named: str
) -> None:
    told = body()
    told["entities"] = [*told["entities"], {"id": "e8", "schema": schema}, {"id": "e9", "schema": named}]
    told["statements"] = [
        *told["statements"],
        {**told["statements"][0], "n": 2, "entity": "e8", "prop": prop, "value": "e9"},
    ]
    letter = receive(beijing, told)
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    assert [one.value for one in Statement.objects.all()] == ["Goldener Weg Arbeitsvermittlung (fictional)"]
    assert [one.schema for one in Entity.objects.all()] == ["Company"]


def test_a_letter_that_holds_nothing_but_such_a_reference_is_taken_all_the_same(
    beijing: Correspondent, officer: Officer, case: Case
) -> None:
    told = body()
    told["entities"] = [{"id": "e8", "schema": "Ownership"}, {"id": "e9", "schema": "Company"}]
    told["statements"] = [{**told["statements"][0], "entity": "e8", "prop": "owner", "value": "e9"}]
    told["items"] = [{"n": 1, "text": "Who owns it?"}]
    letter = receive(beijing, told)
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    assert not Statement.objects.exists()
    assert not Entity.objects.exists()


def test_what_refers_to_a_person_of_whom_nothing_else_is_said_is_taken(
    beijing: Correspondent, officer: Officer, case: Case
) -> None:
    told = body()
    told["entities"] = [*told["entities"], {"id": "e8", "schema": "Ownership"}, {"id": "e9", "schema": "Person"}]
    told["persons"] = [{"id": "e9", "category": "other"}]
    owner = {**told["statements"][0], "n": 2, "entity": "e8", "prop": "owner", "value": "e9"}
    told["statements"] = [*told["statements"], owner]
    letter = receive(beijing, told)
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    assert sorted(one.schema for one in Entity.objects.all()) == ["Company", "Ownership", "Person"]
    assert Statement.objects.filter(ref__schema="Person").count() == 1


def test_a_new_case_can_be_opened_for_a_letter(beijing: Correspondent, officer: Officer) -> None:
    letter = receive(beijing)
    new_case = actions.NewCase("Agency (fictional)", "investigation")
    actions.take_letter(actor=officer, letter_uid=letter.uid, new_case=new_case)
    assert Thread.objects.get().case == Case.objects.get()


def test_a_letter_is_taken_once(beijing: Correspondent, officer: Officer, case: Case) -> None:
    letter = receive(beijing)
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    with pytest.raises(BadInput):
        actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    with pytest.raises(BadInput):
        actions.refuse_letter(actor=officer, letter_uid=letter.uid, code="other", reason="Late.")
    assert Source.objects.count() == 1


def test_a_letter_does_not_go_into_a_case_of_others(
    beijing: Correspondent, case: Case, officer_factory: Callable[..., Officer]
) -> None:
    letter = receive(beijing)
    stranger = officer_factory(roles=["investigator"])
    with pytest.raises(Refused):
        actions.take_letter(actor=stranger, letter_uid=letter.uid, case_id=case.pk)
    letter.refresh_from_db()
    assert letter.state == "quarantined"


def test_an_officer_without_the_role_neither_sees_nor_takes_a_letter(
    beijing: Correspondent, case: Case, officer_factory: Callable[..., Officer]
) -> None:
    letter = receive(beijing)
    administrator = officer_factory(roles=["administrator"])
    assert queries.quarantine(officer=administrator) == []
    with pytest.raises(Refused):
        read_letter(actor=administrator, letter_uid=letter.uid)
    with pytest.raises(Refused):
        actions.take_letter(actor=administrator, letter_uid=letter.uid, case_id=case.pk)


def test_a_taken_letter_is_seen_by_its_case_team_only(
    beijing: Correspondent, officer: Officer, case: Case, officer_factory: Callable[..., Officer]
) -> None:
    letter = receive(beijing)
    stranger = officer_factory(roles=["investigator"])
    assert read_letter(actor=stranger, letter_uid=letter.uid) is not None
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    assert read_letter(actor=stranger, letter_uid=letter.uid) is None
    assert queries.thread(officer=stranger, uid=letter.thread.uid) is None
    assert queries.search_hits(officer=stranger, text="Goldener", limit=5) == []
    assert [hit.kind for hit in queries.search_hits(officer=officer, text="goldener", limit=5)] == ["letter"]


def test_a_declined_letter_tells_the_partner_why_and_changes_nothing(beijing: Correspondent, officer: Officer) -> None:
    letter = receive(beijing)
    actions.refuse_letter(actor=officer, letter_uid=letter.uid, code="not-competent", reason="Ask the ministry.")
    beijing.work()
    declined = beijing.receipts()[-1]
    assert (declined.stage, declined.code) == (Stage.ACCEPTED, "declined")
    assert "Ask the ministry." in declined.sentence
    assert Thread.objects.get().state == "refused"
    assert not Source.objects.exists()


def test_an_introduction_waits_as_an_introduction_and_trusts_nobody(beijing: Correspondent, officer: Officer) -> None:
    sofia = Partner("Sofia", "BG")
    sofia.now = timezone.now()
    letter = receive(beijing, body("introduction", cards=[sofia.card().decode()]), deadline=None)
    liaison = officer
    actions.take_letter(actor=liaison, letter_uid=letter.uid)
    introduction = Introduction.objects.get()
    assert (introduction.party_uid, introduction.facilitator, introduction.decision) == (
        sofia.uid,
        beijing.partner.uid,
        "",
    )


def test_the_same_letter_sealed_anew_has_one_effect_and_its_own_receipt(beijing: Correspondent) -> None:
    raw = beijing.partner.write(settings.NODE.node_id)
    beijing.partner.now = timezone.now()
    for _time in range(2):
        beijing.send(beijing.partner.seal(raw, settings.NODE.node_id, beijing.node_keys.seal))
        beijing.work()
    assert Letter.objects.count() == 1
    assert [one.positive for one in beijing.receipts()] == [True, True]


def test_a_gap_is_found_and_closed_when_the_missing_letter_comes(beijing: Correspondent) -> None:
    first, second, third = beijing.write(), beijing.write(), beijing.write()
    beijing.send(first, third)
    beijing.work()
    assert PairState.objects.get(direction="in").missing == [2]
    assert Letter.objects.count() == 2
    beijing.send(second)
    beijing.work()
    assert PairState.objects.get(direction="in").missing == []
    assert Letter.objects.count() == 3


def test_a_second_history_is_refused_and_kept(beijing: Correspondent) -> None:
    beijing.send(beijing.write())
    beijing.partner.sent, beijing.partner.previous = 0, "0" * 64
    beijing.send(beijing.write())
    beijing.work()
    assert Letter.objects.count() == 1
    assert InboxEntry.objects.get(state="rejected").code == "fork"
    assert sorted(one.code for one in beijing.receipts()) == ["", "fork"]


def test_a_letter_in_another_partners_correspondence_is_refused(beijing: Correspondent) -> None:
    Thread.objects.create(uid="a" * 32, party="f" * 32, kind="request", opened=timezone.now(), changed=timezone.now())
    beijing.send(beijing.write(thread="a" * 32))
    beijing.work()
    assert InboxEntry.objects.get().code == "foreign-thread"
    assert not Letter.objects.exists()


def test_a_letter_sealed_to_another_key_is_rejected_with_a_receipt(beijing: Correspondent) -> None:
    sofia = Partner("Sofia")
    raw = beijing.partner.write(settings.NODE.node_id)
    beijing.partner.now = timezone.now()
    beijing.send(beijing.partner.seal(raw, settings.NODE.node_id, sofia.keys.seal))
    beijing.work()
    assert InboxEntry.objects.get().code == "wrong-key"
    assert beijing.receipts()[0].code == "wrong-key"


def test_a_rejected_envelope_leaves_the_list_only_after_a_human_looked(
    beijing: Correspondent, officer: Officer
) -> None:
    sofia = Partner("Sofia")
    raw = beijing.partner.write(settings.NODE.node_id)
    beijing.partner.now = timezone.now()
    beijing.send(beijing.partner.seal(raw, settings.NODE.node_id, sofia.keys.seal))
    beijing.work()
    (line,) = queries.rejected(officer=officer)
    assert line.problem
    assert any(item.kind == "letter.rejected" for item in queries.desk_items(officer=officer, now=timezone.now()))
    actions.discard_rejected(actor=officer, entry_id=line.row.pk)
    assert queries.rejected(officer=officer) == []
    assert bytes(InboxEntry.objects.get().envelope)


def test_the_desk_shows_letters_to_take_and_clocks(beijing: Correspondent, officer: Officer) -> None:
    receive(beijing)
    kinds = {item.kind for item in queries.desk_items(officer=officer, now=timezone.now())}
    assert {"letter.quarantined", "clock.running"} <= kinds


def test_a_sender_suspended_meanwhile_waits_unopened(beijing: Correspondent) -> None:
    from clew.node.partners.models import Party

    beijing.send(beijing.write())
    Party.objects.filter(uid=beijing.partner.uid).update(status="suspended")
    beijing.work()
    assert InboxEntry.objects.get().state == "stored"
    Party.objects.filter(uid=beijing.partner.uid).update(status="active")
    beijing.work()
    assert InboxEntry.objects.get().state == "quarantined"


def test_clocks_are_said_once_at_each_mark(beijing: Correspondent, officer: Officer, case: Case) -> None:
    letter = receive(beijing)
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    said = [beijing.work(dt.timedelta(days=days)).warned for days in (0, 4, 4, 6, 6, 8, 8)]
    assert said == [0, 1, 0, 1, 0, 1, 0]
    assert case.tasks.filter(kind="clock.passed").count() == 1


CONDITION = {"rule": "R14b", "text": "Keep the facts and the existence of this letter confidential."}


def test_what_a_confidential_letter_brings_is_marked_and_left_out_of_letters_to_others(
    beijing: Correspondent, officer: Officer, case: Case
) -> None:
    letter = receive(beijing, body(conditions=[CONDITION]))
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    mark = Mark.objects.get()
    assert (mark.kind, mark.source, mark.statement, mark.recorded_by) == (
        "reveals_request", Source.objects.get(), None, officer,
    )  # fmt: skip
    assert letter.uid[:8] in mark.reason
    chosen = [{"statement": Statement.objects.get().pk, "needed": ""}]
    (facts,) = statement_facts(chosen, officer, timezone.now())
    assert facts.reveals_request


def test_the_mark_of_a_confidential_letter_is_lifted_by_another_with_the_second_factor_only(
    beijing: Correspondent,
    officer: Officer,
    case: Case,
    officer_factory: Callable[..., Officer],
) -> None:
    letter = receive(beijing, body(conditions=[CONDITION]))
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    mark = Mark.objects.get()
    lawyer = officer_factory(roles=["legal_adviser"], username="lea")
    add_to_team(actor=officer, case_id=case.pk, officer_id=lawyer.pk)
    with pytest.raises(Refused):
        disclosure.lift_mark(actor=officer, mark_id=mark.pk, reason="They agree.", step_up=step_up(officer))
    with pytest.raises(BadInput):
        disclosure.lift_mark(actor=lawyer, mark_id=mark.pk, reason="They agree.", step_up=step_up(officer))
    disclosure.lift_mark(actor=lawyer, mark_id=mark.pk, reason="They agree.", step_up=step_up(lawyer))
    (facts,) = statement_facts([{"statement": Statement.objects.get().pk, "needed": ""}], officer, timezone.now())
    assert not facts.reveals_request


@pytest.mark.parametrize(
    "conditions",
    [[], [{"text": "Keep it (fictional)."}], [{"rule": "R12b", "text": "x"}, {"rule": "R140", "text": "x"}]],
)
def test_a_letter_that_is_not_marked_confidential_marks_nothing(
    beijing: Correspondent, officer: Officer, case: Case, conditions: list[dict[str, str]]
) -> None:
    letter = receive(beijing, body(conditions=conditions))
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    assert Source.objects.exists()
    assert not Mark.objects.exists()
    assert not Event.objects.filter(kind="letter.confidential").exists()


def test_a_confidential_request_of_questions_only_says_in_the_case_that_what_tells_of_it_is_to_be_marked(
    beijing: Correspondent, officer: Officer, case: Case
) -> None:
    letter = receive(beijing, body(conditions=[CONDITION], statements=[]))
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    assert not Mark.objects.exists()
    said = [each.sentence for each in timeline(officer=officer, case_id=case.pk).events]
    assert any("wants this letter kept confidential" in each for each in said)


@pytest.mark.parametrize(
    ("theirs", "kept"), [("2031-01-01", None), ("2100-01-01", None), (None, 365), (30, 30), (5000, None)]
)
def test_what_was_received_is_kept_until_the_shorter_of_both_laws(
    beijing: Correspondent, officer: Officer, case: Case, theirs: str | int | None, kept: int | None
) -> None:
    today = timezone.now().date()
    day = (today + dt.timedelta(days=theirs)).isoformat() if isinstance(theirs, int) else theirs
    letter = receive(beijing, body(**({"retain_until": day} if day else {})))
    actions.take_letter(actor=officer, letter_uid=letter.uid, case_id=case.pk)
    ours = years_later(today, settings_for("", today).retention_years_initial)
    expected = today + dt.timedelta(days=kept) if kept else min(ours, dt.date.fromisoformat(str(day)))
    assert Source.objects.get().retain_until == min(expected, ours)
