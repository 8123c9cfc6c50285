"""At a request's slot its answer leaves, or the word that it is postponed: whatever the reason, in the same form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clew.exchange.letters import Letter as SignedLetter
from clew.node.accounts.actions import Officer, verify_step_up
from clew.node.audit.models import AuditEntry
from clew.node.cases.actions import add_to_team, close_case, meet_deadline, reopen_case
from clew.node.cases.models import Case, Deadline
from clew.node.desk.queries import desk_of
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.actions import Answer
from clew.node.disclosure.models import Decision
from clew.node.exchange import actions, queries
from clew.node.exchange.models import Letter, OutboxEntry, Thread
from clew.node.partners.actions import end_instrument
from clew.node.partners.models import Party
from clew.node.types import DeskItem
from tests.exchange.partner import body
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db

WEEK, HOUR = dt.timedelta(days=7), dt.timedelta(hours=1)
TWO = [{"n": 1, "text": "Who runs it?"}, {"n": 2, "text": "Since when?"}]


@pytest.fixture
def asked(beijing: Correspondent) -> Letter:
    """A request of two items that waits in quarantine, due in a week."""
    beijing.send(beijing.write(body(items=TWO)))
    beijing.work()
    letter = Letter.objects.get()
    letter.due = letter.recorded + WEEK
    letter.save()
    return letter


@pytest.fixture
def reply(
    beijing: Correspondent, asked: Letter, signed: Callable[..., int], case: Case, officer: Officer,
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str],
) -> Callable[..., Decision]:  # fmt: skip
    """Takes the request and signs an answer with these outcomes; `signed` has entered the assurances it rests on."""
    second = {role: officer_factory(roles=[role], username=role) for role in ("approver", "legal_adviser")}
    for one in second.values():
        add_to_team(actor=officer, case_id=case.pk, officer_id=one.pk)

    def make(*answers: Answer) -> Decision:
        actions.take_letter(actor=officer, letter_uid=asked.uid, case_id=case.pk)
        release = disclosure.draft_release(
            actor=officer, kind="reply", case_id=case.pk, recipient=beijing.partner.uid, thread=asked.thread.uid,
            instrument="FICTIONAL-ARRANGEMENT", purpose="criminal_investigation", subject="Answer (fictional)",
            necessity="They asked.", languages=["zh-Hans"], answers=list(answers), in_reply_to=asked.uid,
        )  # fmt: skip
        decision = disclosure.decide(actor=officer, release_id=release.pk)
        for missing in decision.outcome["missing"]:
            by = second[missing["role"]]
            decision = disclosure.approve(
                actor=by, decision_id=decision.pk, role=missing["role"], reason="Read (fictional).",
                step_up=verify_step_up(officer=by, code=code_of(by)),
            )  # fmt: skip
        proof = verify_step_up(officer=officer, code=code_of(officer))
        return disclosure.sign(actor=officer, decision_id=decision.pk, step_up=proof)

    return make


def answers(beijing: Correspondent) -> list[SignedLetter]:
    return [letter for letter in beijing.letters() if letter.header.type == "reply"]


def outcomes(letter: SignedLetter) -> list[tuple[int, str]]:
    return [(one["item"], one["outcome"]) for one in letter.body["answers"]]


def clocks(officer: Officer) -> list[DeskItem]:
    """The clocks on her desk, as the page lists them."""
    groups = desk_of(officer=officer, now=timezone.now())
    return [item for group in groups if group.name == "clocks" for item in group.items]


def test_nothing_leaves_before_the_slot_and_one_postponement_at_it(beijing: Correspondent, asked: Letter) -> None:
    beijing.work(WEEK - HOUR)
    assert answers(beijing) == []
    for _round in range(3):
        beijing.work(WEEK + HOUR)
    (letter,) = answers(beijing)
    assert outcomes(letter) == [(1, "postponed"), (2, "postponed")]
    assert (letter.header.decision, letter.header.in_reply_to) == (None, asked.uid)
    assert {one["until"] for one in letter.body["answers"]} == {(asked.recorded + 2 * WEEK).date().isoformat()}
    assert Thread.objects.get().state == "postponed"
    assert Thread.objects.get().answered is None


def test_it_is_postponed_again_when_the_next_slot_is_missed(beijing: Correspondent, asked: Letter) -> None:
    for weeks in (1, 2, 3):
        beijing.work(weeks * WEEK + HOUR)
    assert [letter.header.sequence for letter in answers(beijing)] == sorted(
        letter.header.sequence for letter in answers(beijing)
    )
    assert len(answers(beijing)) == 3
    assert len({letter.body["answers"][0]["until"] for letter in answers(beijing)}) == 3


def test_a_request_that_nobody_took_and_one_that_an_officer_works_on_are_postponed_in_the_same_bytes(
    beijing: Correspondent, asked: Letter, officer: Officer, case: Case
) -> None:
    beijing.send(beijing.write(body(items=TWO, facts="Other facts")))
    beijing.work()
    other = Letter.objects.exclude(pk=asked.pk).get()
    Letter.objects.filter(pk=other.pk).update(due=asked.due, recorded=asked.recorded)
    actions.take_letter(actor=officer, letter_uid=other.uid, case_id=case.pk)
    beijing.work(WEEK + HOUR)
    first, second = answers(beijing)
    assert first.package == second.package
    sizes = {len(bytes(raw)) for raw in OutboxEntry.objects.filter(kind="reply").values_list("envelope", flat=True)}
    assert len(sizes) == 1


def test_an_answer_that_is_signed_leaves_in_its_slot_and_nothing_is_postponed(
    beijing: Correspondent, asked: Letter, reply: Callable[..., Decision]
) -> None:
    decision = reply(Answer(1, "no-information"), Answer(2, "no-information"))
    assert decision.not_before is not None
    assert (decision.not_before - asked.recorded) % dt.timedelta(seconds=settings.NODE.reply_slot) == dt.timedelta(0)
    beijing.work()
    assert answers(beijing) == []
    beijing.work(decision.not_before - timezone.now() + dt.timedelta(seconds=1))
    (letter,) = answers(beijing)
    assert letter.header.decision is not None
    beijing.work(WEEK + HOUR)
    assert len(answers(beijing)) == 1


def test_the_answer_of_which_the_slot_was_missed_leaves_at_the_next(
    beijing: Correspondent, asked: Letter, reply: Callable[..., Decision]
) -> None:
    beijing.work(WEEK + HOUR)
    decision = reply(Answer(1, "no-information"), Answer(2, "no-information"))
    assert decision.not_before is not None
    beijing.work(2 * WEEK + HOUR)
    postponed, answered = answers(beijing)
    assert {outcome for _n, outcome in outcomes(postponed)} == {"postponed"}
    assert {outcome for _n, outcome in outcomes(answered)} == {"no-information"}
    assert Thread.objects.get().state == "answered"


def test_only_the_items_without_an_answer_are_postponed(
    beijing: Correspondent, asked: Letter, reply: Callable[..., Decision]
) -> None:
    reply(Answer(1, "no-information"))
    beijing.work(WEEK - HOUR)
    beijing.work(WEEK + HOUR)
    first, second = answers(beijing)
    assert outcomes(first) == [(1, "no-information")]
    assert outcomes(second) == [(2, "postponed")]


def test_an_answer_that_the_rules_hold_back_at_the_last_moment_is_postponed(
    beijing: Correspondent, asked: Letter, reply: Callable[..., Decision], officer_factory: Callable[..., Officer]
) -> None:
    decision = reply(Answer(1, "no-information"), Answer(2, "no-information"))
    adviser = officer_factory(roles=["legal_adviser"], username="ends_it")
    end_instrument(actor=adviser, code="FICTIONAL-ARRANGEMENT", until=timezone.now().date() - dt.timedelta(days=1))
    for _round in range(2):
        beijing.work(WEEK + HOUR)
    (letter,) = answers(beijing)
    assert {outcome for _n, outcome in outcomes(letter)} == {"postponed"}
    decision.refresh_from_db()
    assert decision.state == "stale"


def test_a_postponement_meets_no_deadline_and_stands_in_the_log(
    beijing: Correspondent, asked: Letter, officer: Officer, case: Case
) -> None:
    actions.take_letter(actor=officer, letter_uid=asked.uid, case_id=case.pk)
    beijing.work(WEEK + HOUR)
    assert Deadline.objects.get().met is None
    assert "exchange.postpone_answers" in set(AuditEntry.objects.values_list("act", flat=True))


def test_the_clock_in_the_case_runs_until_every_item_has_its_answer(
    beijing: Correspondent, asked: Letter, reply: Callable[..., Decision], officer: Officer
) -> None:
    reply(Answer(1, "no-information"))
    beijing.work(WEEK - HOUR)
    assert [outcomes(letter) for letter in answers(beijing)] == [[(1, "no-information")]]
    assert Deadline.objects.get().met is None
    assert len(clocks(officer)) == 1


def test_the_clock_in_the_case_stops_with_the_answer(
    beijing: Correspondent, asked: Letter, reply: Callable[..., Decision], officer: Officer
) -> None:
    reply(Answer(1, "no-information"), Answer(2, "no-information"))
    beijing.work(WEEK - HOUR)
    assert len(answers(beijing)) == 1
    assert Deadline.objects.get().met is not None
    assert clocks(officer) == []


def test_one_clock_is_one_line_on_the_desk_wherever_it_stands(
    beijing: Correspondent, asked: Letter, officer: Officer, case: Case, officer_factory: Callable[..., Officer]
) -> None:
    subject = queries.thread(officer=officer, uid=asked.thread.uid).line.subject  # type: ignore[union-attr]
    (waiting,) = clocks(officer)
    assert waiting.url == f"/letters/{asked.thread.uid}/"
    actions.take_letter(actor=officer, letter_uid=asked.uid, case_id=case.pk)
    (running,) = clocks(officer)
    assert (running.url, running.title) == (f"/cases/{case.pk}/", f"Answer is due: {subject}")
    assert running.due == waiting.due
    assert clocks(officer_factory(roles=["investigator"])) == []


def test_a_clock_is_not_lost_when_its_case_is_closed_or_its_deadline_was_called_met(
    beijing: Correspondent, asked: Letter, officer: Officer, case: Case
) -> None:
    actions.take_letter(actor=officer, letter_uid=asked.uid, case_id=case.pk)
    close_case(actor=officer, case_id=case.pk, reason="Done (fictional)")
    assert [item.url for item in clocks(officer)] == [f"/letters/{asked.thread.uid}/"]
    reopen_case(actor=officer, case_id=case.pk, reason="Not done (fictional)")
    assert [item.url for item in clocks(officer)] == [f"/cases/{case.pk}/"]
    meet_deadline(actor=officer, deadline_id=Deadline.objects.get().pk)
    assert [item.url for item in clocks(officer)] == [f"/letters/{asked.thread.uid}/"]


def test_a_declined_request_and_a_suspended_partner_get_no_postponement(
    beijing: Correspondent, asked: Letter, officer: Officer
) -> None:
    Party.objects.filter(uid=beijing.partner.uid).update(status="suspended")
    beijing.work(WEEK + HOUR)
    Party.objects.filter(uid=beijing.partner.uid).update(status="active")
    actions.refuse_letter(actor=officer, letter_uid=asked.uid, code="not-competent", reason="Not ours.")
    beijing.work(WEEK + HOUR)
    assert answers(beijing) == []


def test_a_request_that_cannot_be_read_any_more_holds_up_no_other(beijing: Correspondent, asked: Letter) -> None:
    beijing.send(beijing.write(body(items=TWO)))
    beijing.send(beijing.write(body(items=TWO)))
    beijing.work()
    forgotten, spoiled = Letter.objects.exclude(pk=asked.pk)
    Letter.objects.exclude(pk=asked.pk).update(due=asked.due)
    Letter.objects.filter(pk=forgotten.pk).update(wrapped_key=b"", sealed=b"", sealed_subject=b"")
    Letter.objects.filter(pk=spoiled.pk).update(sealed=b"spoiled")
    beijing.work(WEEK + HOUR)
    assert [letter.header.in_reply_to for letter in answers(beijing)] == [asked.uid]


def test_the_asker_sees_until_when_each_item_is_postponed(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer, client: Client
) -> None:
    signed()
    beijing.work()
    (request,) = beijing.letters()
    content = {
        "type": "reply", "subject": "Postponed", "purpose": "criminal_investigation", "handling": {"code": "H0"},
        "legal_basis": {"code": "X"}, "answers": [{"item": 1, "outcome": "postponed", "until": "2026-12-01"}],
    }  # fmt: skip
    changes = {"thread": request.header.thread, "in_reply_to": request.header.id, "deadline": None, "decision": None}
    beijing.send(beijing.write(content, **changes))
    beijing.work()
    thread = Thread.objects.get()
    assert (thread.state, thread.answered) == ("postponed", None)
    shown = queries.thread(officer=officer, uid=thread.uid)
    assert shown is not None
    assert [(one.number, one.outcome, one.beside) for one in shown.items] == [(1, "postponed", "2026-12-01")]
    client.force_login(officer)
    assert "2026-12-01" in client.get(f"/letters/{thread.uid}/").content.decode()
    received = Letter.objects.get(direction="in")
    page = client.get(f"/letters/letter/{received.uid}/").content.decode()
    assert "Until 2026-12-01" in page
    assert "None is needed: it only says that an answer is postponed." in page
