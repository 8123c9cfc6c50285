"""How far it is, and that it is not needed any more: asked and said in codes alone, and done as soon as it is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.receipts import Stage
from clew.exchange.schema import schema
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.cases.models import Case, Deadline, Task
from clew.node.desk.queries import desk_of
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.models import Decision, Release
from clew.node.exchange import actions
from clew.node.exchange.answering import draft_answer
from clew.node.exchange.controlling import PROGRESS, WITHDRAWALS
from clew.node.exchange.models import (
    ControlOrder,
    DelayReason,
    DispatchProblem,
    InboxEntry,
    Letter,
    OutboxEntry,
    Thread,
)
from clew.node.exchange.queries import request_clocks
from clew.node.types import BadInput, DeskItem
from tests.exchange.partner import body
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.test_clarifying import second as second
from tests.node.exchange.test_clarifying import send_release as send_release
from tests.node.exchange.test_clarifying import taken as taken

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


@pytest.fixture
def ours(beijing: Correspondent, signed: Callable[..., int]) -> Letter:
    """A request of ours that left."""
    signed(urgency="urgent-8h")
    beijing.work()
    return Letter.objects.get(direction="out")


def on_desk(officer: Officer) -> list[DeskItem]:
    return [item for group in desk_of(officer=officer, now=timezone.now()) for item in group.items]


def letter_in(entry: InboxEntry) -> Letter:
    assert entry.letter is not None
    return entry.letter


def send(beijing: Correspondent, content: dict[str, Any], about: Letter, **changes: Any) -> InboxEntry:
    """The partner's control letter about a letter, taken in by this node."""
    header = {"thread": about.thread.uid, "in_reply_to": about.uid, "decision": None, "deadline": None} | changes
    beijing.send(beijing.write(content, **header))
    beijing.work()
    return InboxEntry.objects.latest("pk")


def test_one_click_asks_and_until_an_answer_it_is_unknown(beijing: Correspondent, client: Client, ours: Letter) -> None:
    page = client.get(f"/letters/letter/{ours.uid}/").content.decode()
    assert "Ask how far it is" in page
    assert client.post(f"/letters/letter/{ours.uid}/ask-status").status_code == 302
    beijing.work()
    query = beijing.letters()[-1]
    assert (query.header.type, query.header.in_reply_to, query.header.decision) == ("status-query", ours.uid, None)
    assert query.body == {"type": "status-query"}
    page = client.get(f"/letters/{ours.thread.uid}/").content.decode()
    assert "Unknown: they were asked, and nothing has come back" in page
    assert client.post(f"/letters/letter/{ours.uid}/ask-status").status_code == 404, "asked already"

    asked = Letter.objects.get(kind="status-query")
    entry = send(beijing, {"type": "status", "state": "in-progress", "expected": "2027-01-31"}, asked)
    assert (entry.state, entry.code, letter_in(entry).state) == ("done", "", "noted")
    assert Thread.objects.get().state == "in-progress"
    page = client.get(f"/letters/{ours.thread.uid}/").content.decode()
    assert "It is being worked on" in page
    assert "2027-01-31" in client.get(f"/letters/letter/{letter_in(entry).uid}/").content.decode()
    assert client.post(f"/letters/letter/{ours.uid}/ask-status").status_code == 302, "it may be asked again"


def test_a_request_that_nobody_has_taken_waits_and_the_node_says_so_by_itself(beijing: Correspondent) -> None:
    beijing.send(beijing.write())
    beijing.work()
    entry = send(beijing, {"type": "status-query"}, Letter.objects.get())
    beijing.work()
    assert beijing.letters()[-1].body == {"type": "status", "state": "waiting"}
    assert ControlOrder.objects.get().ordered_by is None
    assert [one.code for one in beijing.receipts() if one.envelope == entry.envelope_id] == [""]


def test_of_a_taken_request_an_officer_says_how_far_it_is_from_a_closed_list(
    beijing: Correspondent, client: Client, officer: Officer, taken: Letter
) -> None:
    query = letter_in(send(beijing, {"type": "status-query"}, taken))
    beijing.work()
    assert beijing.letters() == [], "nothing is said by itself"
    (item,) = [one for one in on_desk(officer) if one.kind == "letter.progress_asked"]
    assert item.url == f"/letters/letter/{query.uid}/"
    assert "Say how far it is" in client.get(item.url).content.decode()
    assert client.get(f"{item.url}tell-status").status_code == 200
    refused = client.post(f"{item.url}tell-status", {"state": "nothing-found"})
    assert refused.status_code == 422
    past = {"state": "done", "expected_day": "1", "expected_month": "1", "expected_year": "2020"}
    assert "This day has passed" in client.post(f"{item.url}tell-status", past).content.decode()
    assert client.post(f"{item.url}tell-status", {"state": "in-progress"}).status_code == 302
    beijing.work()
    answer = beijing.letters()[-1]
    assert (answer.body, answer.header.in_reply_to) == ({"type": "status", "state": "in-progress"}, query.uid)
    assert "letter.progress_asked" not in {one.kind for one in on_desk(officer)}
    with pytest.raises(BadInput, match="its answer already"):
        actions.tell_status(actor=officer, letter_uid=query.uid, state="done")


def test_a_withdrawn_request_ends_the_task_and_the_clock_and_nothing_more_leaves(
    beijing: Correspondent, client: Client, officer: Officer, taken: Letter
) -> None:
    beijing.work(after=5 * DAY)
    assert Task.objects.filter(kind="clock.running", done=None).exists()
    letter = actions.read_letter(actor=officer, letter_uid=taken.uid)
    assert letter is not None
    release = draft_answer(officer, letter)
    disclosure.decide(actor=officer, release_id=release)
    entry = send(beijing, {"type": "withdraw", "reason": "answered-elsewhere"}, taken)
    assert (entry.state, entry.code) == ("done", "")
    assert Thread.objects.get().state == "withdrawn"
    assert Deadline.objects.get().met is not None
    assert not Task.objects.filter(kind__startswith="clock.", done=None).exists()
    (task,) = Task.objects.filter(kind="letter.withdrawn")
    assert "the answer in preparation is stopped" in task.words
    assert Release.objects.get(pk=release).state == "withdrawn"
    assert set(Decision.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert [one.outcome(timezone.now() + 90 * DAY) for one in request_clocks()] == ["ended"]
    beijing.work(after=90 * DAY)
    assert not Letter.objects.filter(direction="out", kind="reply").exists(), "nothing is postponed either"
    assert not Task.objects.filter(kind="clock.passed").exists()
    page = client.get(f"/letters/letter/{taken.uid}/").content.decode()
    assert f"/letters/letter/{taken.uid}/answer" not in page
    assert "It was answered elsewhere" in client.get(f"/letters/letter/{letter_in(entry).uid}/").content.decode()


def test_an_answer_that_is_signed_after_the_withdrawal_becomes_no_letter(
    beijing: Correspondent, client: Client, officer: Officer, taken: Letter,
    send_release: Callable[[int], SignedLetter],
) -> None:  # fmt: skip
    letter = actions.read_letter(actor=officer, letter_uid=taken.uid)
    assert letter is not None
    send(beijing, {"type": "withdraw", "reason": "sent-in-error"}, taken)
    form = {"reason": "unclear", "item_1": "Which?", "necessity": "x"}
    assert client.post(f"/letters/letter/{taken.uid}/ask", form).status_code == 404
    release = disclosure.draft_particular(
        actor=officer, kind="clarify", case_id=taken.thread.case_id, recipient=beijing.partner.uid,
        urgency="routine-7d", particulars=_question(), instrument="FICTIONAL-ARRANGEMENT",
        purpose="criminal_investigation", subject="x",
        necessity="y", thread=taken.thread.uid, in_reply_to=taken.uid, languages=["zh-Hans"],
    )  # fmt: skip
    disclosure.decide(actor=officer, release_id=release.pk)
    with pytest.raises(IndexError):
        send_release(release.pk)
    assert DispatchProblem.objects.get().code == "withdrawn"


def _question() -> Any:
    from clew.disclosure.particulars import Asked, Particulars

    return Particulars(reason="unclear", asked=(Asked("Which?", 1),))


def test_an_answer_that_waits_in_the_outbox_is_stopped_by_the_withdrawal(
    beijing: Correspondent, client: Client, taken: Letter, send_release: Callable[[int], SignedLetter]
) -> None:
    from tests.node.exchange.test_clarifying import ask

    release = ask(client, taken)
    beijing.cut = True
    with pytest.raises(IndexError):
        send_release(release)
    assert OutboxEntry.objects.filter(letter__kind="clarify", failed=None).count() == 1
    send(beijing, {"type": "withdraw", "reason": "no-longer-needed"}, taken)
    entry = OutboxEntry.objects.get(letter__kind="clarify")
    assert (entry.last_problem, entry.failed is not None) == ("withdrawn", True)
    beijing.cut = False
    beijing.work(after=DAY)
    assert "clarify" not in {one.header.type for one in beijing.letters()}


def test_a_withdrawal_that_overtakes_its_request_waits_for_it(beijing: Correspondent, officer: Officer) -> None:
    """Carried by hand, the courier with the request was slower: nobody is asked to work on it when it comes."""
    late = beijing.write(id="b" * 32, thread="c" * 32)
    content = {"type": "withdraw", "reason": "sent-in-error"}
    early = beijing.write(content, thread="c" * 32, in_reply_to="b" * 32, decision=None, deadline=None)
    beijing.send(early)
    beijing.work()
    assert InboxEntry.objects.get().code == ""
    beijing.send(late)
    beijing.work()
    assert Letter.objects.get(uid="b" * 32).state == "withdrawn"
    thread = Thread.objects.get()
    assert (thread.state, thread.kind, thread.instrument) == ("withdrawn", "request", "FICTIONAL-ARRANGEMENT")
    assert [item.kind for item in on_desk(officer) if item.kind.startswith("letter.")] == []


def test_what_overtook_a_letter_that_it_may_not_be_about_counts_for_nothing(beijing: Correspondent) -> None:
    late = beijing.write(body("notify"), id="b" * 32, thread="c" * 32)
    content = {"type": "withdraw", "reason": "sent-in-error"}
    beijing.send(beijing.write(content, thread="c" * 32, in_reply_to="b" * 32, decision=None, deadline=None))
    beijing.work()
    beijing.send(late)
    beijing.work()
    assert Letter.objects.get(uid="b" * 32).state == "quarantined"


def test_an_untaken_request_that_is_withdrawn_waits_for_nobody(
    beijing: Correspondent, client: Client, officer: Officer
) -> None:
    beijing.send(beijing.write())
    beijing.work()
    row = Letter.objects.get()
    send(beijing, {"type": "withdraw", "reason": "sent-in-error"}, row)
    assert Letter.objects.get(pk=row.pk).state == "withdrawn"
    assert b"Goldener Weg" not in client.get("/letters/quarantine").content
    with pytest.raises(BadInput):
        actions.take_letter(actor=officer, letter_uid=row.uid)


def test_of_a_part_that_is_withdrawn_the_team_is_told_and_the_clock_runs_on(
    beijing: Correspondent, taken: Letter
) -> None:
    send(beijing, {"type": "withdraw", "reason": "no-longer-needed", "items": [2]}, taken)
    assert Thread.objects.get().state != "withdrawn"
    assert Deadline.objects.get().met is None
    assert "Some items" in Task.objects.get(kind="letter.withdrawn").words


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"type": "withdraw", "reason": "consent-withdrawn"}, "bad-field"),
        ({"type": "withdraw", "reason": "case-closed", "text": "She is here."}, "unknown-field"),
        ({"type": "status", "state": "done"}, "bad-field"),
    ],
)
def test_a_control_letter_with_more_than_its_codes_or_from_the_wrong_side_changes_nothing(
    beijing: Correspondent, taken: Letter, content: dict[str, Any], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third is right by its schema; but a status is said by who was asked, and it names its own request."""
    before = Thread.objects.values().get()
    monkeypatch.setattr("clew.exchange.letters.schema.check", lambda *_args: None)
    monkeypatch.setattr("clew.exchange.letters.check_parts", lambda *_args: None)
    envelope = beijing.write(content, thread=taken.thread.uid, in_reply_to=taken.uid, decision=None, deadline=None)
    monkeypatch.undo()
    beijing.send(envelope)
    beijing.work()
    assert InboxEntry.objects.latest("pk").code == code
    assert Thread.objects.values().get() == before


def test_nobody_withdraws_anothers_request(beijing: Correspondent, ours: Letter) -> None:
    entry = send(beijing, {"type": "withdraw", "reason": "case-closed"}, ours)
    assert (entry.state, entry.code, entry.where) == ("rejected", "bad-field", "header/in_reply_to")
    assert Thread.objects.get().state != "withdrawn"


def test_we_withdraw_our_request_with_a_reason_of_the_list(
    beijing: Correspondent, client: Client, officer: Officer, ours: Letter
) -> None:
    url = f"/letters/letter/{ours.uid}/withdraw"
    assert "partner keeps your request" in client.get(url).content.decode()
    assert client.post(url, {"reason": "curious"}).status_code == 422
    with pytest.raises(BadInput, match="reason is unknown"):
        actions.withdraw_request(actor=officer, letter_uid=ours.uid, reason="curious")
    assert client.post(url, {"reason": "case-closed"}).status_code == 302
    assert client.post(url, {"reason": "case-closed"}).status_code == 404
    beijing.work()
    assert beijing.letters()[-1].body == {"type": "withdraw", "reason": "case-closed"}
    assert Thread.objects.get().state == "withdrawn"
    assert "clock.running" not in {one.kind for one in on_desk(officer)}
    assert AuditEntry.objects.filter(act="exchange.order_withdraw").count() == 1
    assert client.post(f"/letters/letter/{ours.uid}/ask-status").status_code == 404


def test_who_may_not_take_letters_or_is_of_another_team_asks_and_withdraws_nothing(
    ours: Letter, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    stranger = officer_factory(roles=["investigator"], username="stranger")
    analyst = officer_factory(roles=["analyst"], username="analyst")
    for way in ("ask-status", "withdraw"):
        url = f"/letters/letter/{ours.uid}/{way}"
        assert signed_in_client(stranger).post(url, {"reason": "case-closed"}).status_code == 404
        assert signed_in_client(analyst).post(url, {"reason": "case-closed"}).status_code == 403
    for actor in (stranger, NODE):
        with pytest.raises(Refused):
            actions.withdraw_request(actor=actor, letter_uid=ours.uid, reason="case-closed")
    assert not ControlOrder.objects.exists()


def test_a_breach_asks_for_an_explanation_that_is_kept_at_home(
    beijing: Correspondent, client: Client, officer: Officer, taken: Letter
) -> None:
    url = f"/letters/letter/{taken.uid}/delay"
    assert client.get(url).status_code == 404, "its time has not passed"
    beijing.work(after=5 * DAY)
    beijing.work(after=20 * DAY)
    assert "Explain the delay" in client.get(f"/letters/{taken.thread.uid}/").content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url, {"code": "curious", "words": "x"}).status_code == 422
    assert client.post(url, {"code": "workload", "words": ""}).status_code == 422
    before = OutboxEntry.objects.count()
    assert client.post(url, {"code": "protection", "words": "We moved her first (fictional)."}).status_code == 302
    beijing.work(after=20 * DAY)
    assert OutboxEntry.objects.count() == before, "nothing of it leaves"
    kept = DelayReason.objects.get()
    assert b"moved her" not in bytes(kept.sealed_words)
    assert not Task.objects.filter(kind="clock.passed", done=None).exists()
    assert "We moved her first" in client.get(f"/letters/{taken.thread.uid}/").content.decode()
    assert client.get(url).status_code == 404
    with pytest.raises(BadInput, match="explained already"):
        actions.explain_delay(actor=officer, letter_uid=taken.uid, code="other", words="Again.")


def test_an_officer_of_another_team_or_the_node_explains_no_delay(
    beijing: Correspondent, taken: Letter, officer_factory: Callable[..., Officer]
) -> None:
    beijing.work(after=20 * DAY)
    for actor in (officer_factory(roles=["investigator"], username="stranger"), NODE):
        with pytest.raises(Refused):
            actions.explain_delay(actor=actor, letter_uid=taken.uid, code="other", words="x")
    assert not DelayReason.objects.exists()


def test_the_lists_of_codes_are_those_of_the_schemas() -> None:
    assert list(WITHDRAWALS) == schema("withdraw")["properties"]["reason"]["enum"]
    assert list(PROGRESS) == schema("status")["properties"]["state"]["enum"]


def test_a_control_letter_is_answered_with_receipts_and_never_taken(beijing: Correspondent, taken: Letter) -> None:
    entry = send(beijing, {"type": "status-query"}, taken)
    beijing.work()
    stages = {one.stage for one in beijing.receipts() if one.digest == entry.digest}
    assert stages == {Stage.OPENED}
    assert body()["type"] == "request"


def test_what_waits_for_a_partner_that_cannot_be_written_to_is_written_later(
    beijing: Correspondent, officer: Officer, ours: Letter, case: Case
) -> None:
    from clew.node.partners.models import Party

    actions.withdraw_request(actor=officer, letter_uid=ours.uid, reason="case-closed")
    Party.objects.filter(uid=beijing.partner.uid).update(status="suspended")
    beijing.work()
    assert ControlOrder.objects.get().written is None
    Party.objects.filter(uid=beijing.partner.uid).update(status="active")
    beijing.work()
    assert ControlOrder.objects.get().written is not None
