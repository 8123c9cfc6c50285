"""What a request means is asked and answered under a release decision; in between its clock stands on both sides."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clew.disclosure.particulars import Asked, Particulars
from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.receipts import Stage
from clew.exchange.schema import schema
from clew.exchange.threads import Event, EventKind, fold
from clew.node.accounts.actions import Officer
from clew.node.cases.actions import add_to_team, link_entities
from clew.node.cases.models import Case, Deadline, Task
from clew.node.desk.queries import desk_of
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.models import Decision, Release
from clew.node.disclosure.particulars import particulars_of
from clew.node.disclosure.queries import REASONS_TO_ASK
from clew.node.dossier.actions import record_source
from clew.node.exchange import actions
from clew.node.exchange.models import DispatchProblem, InboxEntry, Letter, Thread, ThreadEvent
from clew.node.exchange.queries import request_clocks
from clew.node.types import BadInput, BadInputs, DeskItem
from tests.exchange.partner import body
from tests.node.exchange.conftest import Correspondent, approve_and_sign

pytestmark = pytest.mark.django_db

TWO = [{"n": 1, "text": "Who runs it?"}, {"n": 2, "text": "Since when?"}]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def second(officer: Officer, case: Case, officer_factory: Callable[..., Officer]) -> Officer:
    """Gives every second approval."""
    found = officer_factory(roles=["approver", "legal_adviser"], username="second")
    add_to_team(actor=officer, case_id=case.pk, officer_id=found.pk)
    return found


@pytest.fixture
def send_release(
    beijing: Correspondent, officer: Officer, second: Officer, signed: Callable[..., int],
    code_of: Callable[[Officer], str],
) -> Callable[[int], SignedLetter]:  # fmt: skip
    """Approves, signs and sends a decided release; returns the letter that the partner got."""

    def send(release_id: int) -> SignedLetter:
        approve_and_sign(release_id, officer, second=second, code_of=code_of)
        beijing.work()
        return beijing.letters()[-1]

    return send


@pytest.fixture
def taken(beijing: Correspondent, officer: Officer, case: Case) -> Letter:
    """A request of two items that an officer took."""
    beijing.send(beijing.write(body(items=TWO)))
    beijing.work()
    row = Letter.objects.get()
    actions.take_letter(actor=officer, letter_uid=row.uid, case_id=case.pk)
    return Letter.objects.get()


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


def on_desk(officer: Officer) -> list[DeskItem]:
    return [item for group in desk_of(officer=officer, now=timezone.now()) for item in group.items]


ASK = {"reason": "unclear", "item_1": "Which agency do you mean?", "item_2": "", "whole": "", "necessity": "Unclear."}


def ask(client: Client, row: Letter, **changes: str) -> int:
    answer = client.post(f"/letters/letter/{row.uid}/ask", ASK | changes)
    assert answer.status_code == 302, answer.content.decode()
    return Release.objects.latest("pk").pk


def explanation(question: SignedLetter) -> dict[str, object]:
    content = {key: value for key, value in body("clarified").items() if key not in {"items", "urgency"}}
    return {**content, "answers": [{"question": 1, "text": "The one in Vienna (fictional)."}]}


def test_a_question_leaves_under_a_decision_and_the_clock_stands_until_the_answer(
    beijing: Correspondent, client: Client, officer: Officer, taken: Letter, send_release: Callable[[int], SignedLetter]
) -> None:
    due = Deadline.objects.get().due
    question = send_release(ask(client, taken))
    assert question.header.type == "clarify"
    assert question.header.in_reply_to == taken.uid
    assert question.header.thread == taken.thread.uid
    assert question.header.decision is not None
    assert question.body["reason"] == "unclear"
    assert question.body["questions"] == [{"n": 1, "item": 1, "text": "Which agency do you mean?"}]
    assert "statements" not in question.body
    assert "items" not in question.body

    thread, deadline = Thread.objects.get(), Deadline.objects.get()
    assert (thread.state, thread.due) == ("clarification", None)
    assert deadline.stands_since == question.header.created
    assert [one.kind for one in on_desk(officer) if one.kind == "clock.running"] == []
    page = client.get(f"/letters/{thread.uid}/").content.decode()
    assert "The clock stands since" in page
    assert "until they answer what you asked" in page
    assert "The clock stands since" in client.get(f"/cases/{deadline.case_id}/").content.decode()
    (clock,) = request_clocks()
    assert clock.outcome(due + 30 * DAY) == "standing"

    answered = question.header.created + HOUR
    beijing.send(
        beijing.write(
            explanation(question), thread=thread.uid, in_reply_to=question.header.id, deadline=None, created=answered
        )
    )
    beijing.work(after=2 * HOUR)
    thread, deadline = Thread.objects.get(), Deadline.objects.get()
    assert InboxEntry.objects.latest("pk").code == ""
    assert (thread.due, deadline.due, deadline.stands_since) == (due + HOUR, due + HOUR, None)
    (clock,) = request_clocks()
    assert (clock.deadline, clock.outcome(due + HOUR / 2)) == (due + HOUR, "running")


def test_both_sides_fold_the_same_events_to_the_same_clock(
    beijing: Correspondent, client: Client, taken: Letter, send_release: Callable[[int], SignedLetter]
) -> None:
    question = send_release(ask(client, taken))
    theirs = [
        Event(EventKind.LETTER, taken.created, taken.uid, beijing.partner.uid, "request", items=(1, 2), due=taken.due),
        Event(EventKind.LETTER, question.header.created, question.header.id, question.header.sender.node, "clarify",
              in_reply_to=taken.uid),
    ]  # fmt: skip
    assert (fold(theirs).state.value, fold(theirs).deadline) == (Thread.objects.get().state, Thread.objects.get().due)


def test_a_warning_is_not_said_while_the_clock_stands_and_comes_later_by_the_time_it_stood(
    beijing: Correspondent, client: Client, taken: Letter, send_release: Callable[[int], SignedLetter]
) -> None:
    question = send_release(ask(client, taken))
    beijing.work(after=30 * DAY)
    assert not Task.objects.filter(kind__startswith="clock.").exists()
    beijing.partner.now = timezone.now()
    ThreadEvent.objects.create(
        thread=taken.thread, kind="letter", letter="f" * 32, by=beijing.partner.uid,
        at=question.header.created + 30 * DAY, data={"type": "clarified", "in_reply_to": question.header.id},
    )  # fmt: skip
    beijing.work(after=31 * DAY)
    assert not Task.objects.filter(kind__startswith="clock.").exists()
    beijing.work(after=35 * DAY)
    assert [task.kind for task in Task.objects.filter(kind__startswith="clock.")] == ["clock.running"]


def test_no_postponement_leaves_while_the_partner_is_asked(
    beijing: Correspondent, client: Client, taken: Letter, send_release: Callable[[int], SignedLetter]
) -> None:
    send_release(ask(client, taken))
    beijing.work(after=3 * DAY)
    assert "reply" not in {one.header.type for one in beijing.letters()}


def test_what_a_partner_asks_about_our_request_waits_on_the_desk_until_it_is_answered(
    beijing: Correspondent, client: Client, officer: Officer, case: Case, signed: Callable[..., int],
    send_release: Callable[[int], SignedLetter],
) -> None:  # fmt: skip
    signed(urgency="urgent-8h")
    beijing.work()
    ours = beijing.letters()[0]
    content = {key: value for key, value in body("clarify").items() if key not in {"entities", "statements", "urgency"}}
    content |= {"reason": "unclear", "questions": [{"n": 1, "item": 1, "text": "Which agency?"}]}
    beijing.send(beijing.write(content, thread=ours.header.thread, in_reply_to=ours.header.id, deadline=None))
    beijing.work()
    question = Letter.objects.get(kind="clarify")
    assert [one.code for one in beijing.receipts() if one.stage is Stage.OPENED] == [""]
    assert Thread.objects.get().state == "clarification"
    assert "until you answer what they asked" in client.get(f"/letters/{question.thread.uid}/").content.decode()
    actions.take_letter(actor=officer, letter_uid=question.uid, case_id=case.pk)
    (item,) = [one for one in on_desk(officer) if one.kind == "letter.asked_about"]
    assert (item.url, item.urgent) == (f"/letters/letter/{question.uid}/", True)
    assert "Which agency?" in client.get(item.url).content.decode()

    form = {"question_1": "The one in the Goldgasse (fictional).", "necessity": "They asked."}
    assert client.post(f"{item.url}explain", form).status_code == 302
    letter = send_release(Release.objects.latest("pk").pk)
    assert (letter.header.type, letter.header.in_reply_to) == ("clarified", question.uid)
    assert letter.body["answers"] == [{"question": 1, "text": "The one in the Goldgasse (fictional)."}]
    assert Thread.objects.get().state != "clarification"
    assert Thread.objects.get().due is not None
    assert "letter.asked_about" not in {one.kind for one in on_desk(officer)}
    assert client.get(f"{item.url}explain").status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": "curious"}, "Select a valid choice"),
        ({"item_1": ""}, "Nothing is asked"),
        ({"necessity": ""}, "This field is required"),
        ({"item_1": "x" * 6000}, "at most 5000"),
    ],
)
def test_a_question_that_does_not_do_drafts_nothing(
    client: Client, taken: Letter, changes: dict[str, str], said: str
) -> None:
    answer = client.post(f"/letters/letter/{taken.uid}/ask", ASK | changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Release.objects.exists()


def test_a_question_about_the_whole_request_needs_a_second_approval(
    client: Client, taken: Letter, officer: Officer
) -> None:
    release = ask(client, taken, item_1="", whole="What is all this about?")
    reasons = Decision.objects.get(release=release).outcome["letter"]["reasons"]
    assert "R42c" in {one["policy"] for one in reasons}
    reasons = Decision.objects.get(release=ask(client, taken)).outcome["letter"]["reasons"]
    assert "R42c" not in {one["policy"] for one in reasons}


def test_the_words_of_a_question_are_looked_at_like_all_words(
    client: Client, taken: Letter, officer: Officer, case: Case
) -> None:
    """A person who is known here and whom nobody may name is named in a question: it does not leave."""
    draft = SourceDraft(
        kind="document", title="Interview (fictional)", owner=settings.NODE.node_id, reliability="B", handling="H1",
        purpose="criminal_investigation", retain_until=timezone.now().date() + dt.timedelta(days=300),
        basis="intelligence", entities=(EntityDraft("her", "Person", category="victim"),),
        statements=(StatementDraft("her", "name", "Lotte Beispiel", 1),),
    )  # fmt: skip
    source = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft)
    link_entities(actor=officer, case_id=case.pk, entity_ids=[source.statements.get().entity_id])
    release = ask(client, taken, item_1="Do you mean the agency of Lotte Beispiel?")
    decision = Decision.objects.get(release=release)
    assert json.loads(decision.inputs)["inputs"]["transfer"]["words_naming"] == ["asked.1"]
    assert decision.outcome["letter"]["verdict"] == "refuse"
    assert "question 1" in client.get(f"/releases/decisions/{decision.pk}/").content.decode()


def test_a_question_carries_no_statement_and_is_drafted_from_its_letter_alone(
    client: Client, taken: Letter, officer: Officer, case: Case, beijing: Correspondent
) -> None:
    release = ask(client, taken)
    with pytest.raises(BadInputs, match="carries no statements"):
        disclosure.revise_release(actor=officer, release_id=release, statements=[1])
    with pytest.raises(BadInputs, match="about no other letter"):
        disclosure.draft_release(
            actor=officer, kind="clarify", case_id=case.pk, recipient=beijing.partner.uid, purpose="referral",
            instrument="FICTIONAL-ARRANGEMENT", subject="x",
        )  # fmt: skip
    with pytest.raises(BadInputs, match="no such part"):
        disclosure.draft_particular(
            actor=officer, kind="notify", particulars=Particulars(reason="unclear"), case_id=case.pk, urgency="mla",
            recipient=beijing.partner.uid, purpose="referral", instrument="FICTIONAL-ARRANGEMENT", subject="x",
            necessity="y", thread=taken.thread.uid, in_reply_to=taken.uid,
        )  # fmt: skip
    page = client.get(f"/releases/{release}/change/").content.decode()
    assert "cannot be changed here" in page
    assert "Statements to send" not in page


def test_an_item_that_the_request_does_not_have_is_not_asked_about(
    client: Client, taken: Letter, officer: Officer
) -> None:
    from clew.node.exchange.asking import draft_question

    letter = actions.read_letter(actor=officer, letter_uid=taken.uid)
    assert letter is not None
    with pytest.raises(BadInput, match="no such item"):
        draft_question(officer, letter, reason="unclear", asked=[Asked("What?", 9)], necessity="x")


def test_a_letter_of_another_team_is_asked_about_by_nobody_else(
    taken: Letter, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    stranger = signed_in_client(officer_factory(roles=["investigator"], username="stranger"))
    assert stranger.get(f"/letters/letter/{taken.uid}/ask").status_code == 404
    analyst = signed_in_client(officer_factory(roles=["analyst"], username="analyst"))
    assert analyst.get(f"/letters/letter/{taken.uid}/ask").status_code == 403


def test_a_partners_question_about_nothing_of_ours_is_refused_and_changes_nothing(
    beijing: Correspondent, taken: Letter
) -> None:
    """It names its own request: only the other side may ask what a request means."""
    before = (Thread.objects.values().get(), ThreadEvent.objects.count())
    content = {key: value for key, value in body("clarify").items() if key not in {"entities", "statements", "urgency"}}
    content |= {"reason": "unclear", "questions": [{"n": 1, "text": "Which agency?"}]}
    for about in (taken.uid, "a" * 32):
        beijing.send(beijing.write(content, thread=taken.thread.uid, in_reply_to=about, deadline=None))
        beijing.work()
        entry = InboxEntry.objects.latest("pk")
        assert (entry.state, entry.code, entry.where) == ("rejected", "bad-field", "header/in_reply_to")
    assert (Thread.objects.values().get(), ThreadEvent.objects.count()) == before


def test_a_signed_question_that_refers_to_no_request_becomes_no_letter(
    beijing: Correspondent, client: Client, taken: Letter, send_release: Callable[[int], SignedLetter]
) -> None:
    release = ask(client, taken)
    Release.objects.filter(pk=release).update(in_reply_to="a" * 32)
    disclosure.decide(actor=Officer.objects.get(username="anna"), release_id=release)
    with pytest.raises(IndexError):
        send_release(release)
    assert DispatchProblem.objects.get().code == "bad-field"


def test_the_reasons_are_those_of_the_schema_and_old_releases_have_no_particulars() -> None:
    assert list(REASONS_TO_ASK) == schema("clarify")["properties"]["reason"]["enum"]
    assert particulars_of({"reason": "unclear", "asked": [], "said": []}) == Particulars(reason="unclear")
