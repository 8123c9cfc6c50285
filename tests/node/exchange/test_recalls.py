"""A recall stops the use of what it names at once, goes on to every onward holder, and is answered by a human."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.cases.models import Case
from clew.node.disclosure.actions import record_authorisation
from clew.node.disclosure.models import Decision
from clew.node.dossier.models import Source, Statement
from clew.node.dossier.queries import still_standing
from clew.node.exchange import actions, worker
from clew.node.exchange.models import DispatchProblem, InboxEntry, Letter, OutboxEntry, Recall, Receipt
from clew.node.exchange.queries import desk_items, thread
from clew.node.exchange.queries.copies import copies_of_source
from clew.node.partners import actions as partners
from clew.node.types import BadInput
from tests.exchange.partner import body
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.recalls import DAY, Between, of_kind
from tests.node.exchange.recalls import between as between

pytestmark = pytest.mark.django_db


def standing(source: Source) -> int:
    return len(still_standing(Statement.objects.filter(source=source).values_list("pk", flat=True)))


def test_a_recall_stops_what_the_letter_said_at_once_and_waits_for_a_human_to_say_what_became_of_it(
    between: Between,
) -> None:
    letter = between.receive()
    source = between.take(letter)
    assert standing(source) == 2
    between.recall(letter)
    letter.refresh_from_db()
    assert (standing(source), letter.state) == (0, "recalled")
    assert of_kind(between.beijing, "recall-ack") == []
    assert "recall.to_answer" in {item.kind for item in desk_items(officer=between.officer, now=timezone.now())}
    assert AuditEntry.objects.filter(act="exchange.stop_recalled", object_id=letter.uid).exists()


def test_a_letter_that_nobody_took_is_erased_and_answered_without_a_human(between: Between) -> None:
    letter = between.receive()
    between.recall(letter)
    letter.refresh_from_db()
    assert (letter.state, bytes(letter.wrapped_key), bytes(letter.sealed)) == ("recalled", b"", b"")
    (ack,) = of_kind(between.beijing, "recall-ack")
    assert (ack.body["outcome"], ack.body["digest"]) == ("done", letter.digest)
    with pytest.raises(BadInput):
        actions.take_letter(actor=between.officer, letter_uid=letter.uid, case_id=between.case.pk)


def test_only_the_statements_that_are_named_stop(between: Between) -> None:
    source = between.take(letter := between.receive())
    between.recall(letter, statement_numbers=[2], action="restrict")
    first, second = Statement.objects.filter(source=source).order_by("pk")
    assert still_standing([first.pk, second.pk]) == [first.pk]
    letter.refresh_from_db()
    assert letter.state == "accepted"


def test_statements_recalled_before_the_letter_is_taken_never_count(between: Between) -> None:
    letter = between.receive()
    between.recall(letter, statement_numbers=[1], action="restrict")
    source = between.take(letter)
    first, second = Statement.objects.filter(source=source).order_by("pk")
    assert still_standing([first.pk, second.pk]) == [second.pk]


def test_a_recall_that_arrives_before_its_letter_keeps_it_from_being_taken(between: Between) -> None:
    named = {"id": "b" * 32, "thread": "c" * 32}
    late = between.beijing.write(body("notify"), **named)
    content = {"type": "recall", "digest": between.beijing.partner.previous, "action": "erase", "reason": "wrong"}
    between.beijing.send(
        between.beijing.write(content, thread="c" * 32, in_reply_to="b" * 32, decision=None, deadline=None)
    )
    between.work()
    assert of_kind(between.beijing, "recall-ack")[0].body["outcome"] == "not-held"
    between.beijing.send(late)
    between.work()
    assert Letter.objects.get(uid="b" * 32).state == "recalled"
    with pytest.raises(BadInput):
        actions.take_letter(actor=between.officer, letter_uid="b" * 32, case_id=between.case.pk)


def test_an_onward_holder_is_told_and_the_answer_names_it(between: Between) -> None:
    source = between.take(letter := between.receive())
    between.pass_on(source, 1, 2)
    between.work()
    (passed,) = of_kind(between.sofia, "request")
    between.recall(letter, action="restrict", reason="unlawfully-sent")
    (onward,) = of_kind(between.sofia, "recall")
    assert onward.header.in_reply_to == passed.header.id
    assert onward.body["digest"] == passed.digest
    assert (onward.body["action"], onward.body["reason"]) == ("restrict", "unlawfully-sent")
    recall = Recall.objects.get(direction="in")
    actions.answer_recall(actor=between.officer, recall_uid=recall.uid, outcome="done")
    between.work()
    (ack,) = of_kind(between.beijing, "recall-ack")
    assert ack.body["outcome"] == "done"
    assert ack.body["passed_on"] == [{"letter": onward.header.id, "to": between.sofia.partner.uid}]


def test_a_letter_with_what_was_recalled_that_has_not_left_does_not_leave(between: Between) -> None:
    source = between.take(letter := between.receive())
    between.sofia.cut = True
    between.pass_on(source, 1)
    between.work()
    entry = OutboxEntry.objects.get(kind="request")
    assert entry.failed is None
    between.recall(letter)
    entry.refresh_from_db()
    assert (entry.failed is not None, entry.last_problem) == (True, "recalled")
    between.sofia.cut = False
    between.work(after=dt.timedelta(hours=1))
    assert of_kind(between.sofia, "request") == []
    with pytest.raises(BadInput, match="taken back"):
        actions.retry_now(actor=between.officer, entry_id=entry.pk, now=timezone.now())


def test_a_signed_letter_that_rests_on_it_is_held_back(between: Between) -> None:
    source = between.take(letter := between.receive())
    decision = between.pass_on(source, 1)
    content = {"type": "recall", "digest": letter.digest, "action": "erase", "reason": "wrong"}
    between.beijing.send(
        between.beijing.write(
            content, thread=letter.thread.uid, in_reply_to=letter.uid, decision=None, deadline=None
        )
    )  # fmt: skip
    worker._open(timezone.now())
    between.work()
    assert Decision.objects.get(pk=decision).state == "stale"
    assert of_kind(between.sofia, "request") == []


def test_done_destroys_what_was_to_be_erased(between: Between) -> None:
    source = between.take(letter := between.receive())
    between.pass_on(source, 1)
    between.work()
    between.recall(letter)
    recall = Recall.objects.get(direction="in")
    actions.answer_recall(actor=between.officer, recall_uid=recall.uid, outcome="done")
    assert set(Statement.objects.filter(source=source).values_list("value", "sealed")) == {("", None)}
    letter.refresh_from_db()
    onward = Letter.objects.get(direction="out", kind="request")
    assert (bytes(letter.sealed), bytes(onward.sealed)) == (b"", b"")
    between.work()
    assert of_kind(between.beijing, "recall-ack")[0].body["outcome"] == "done"


def test_done_for_some_statements_destroys_these_and_leaves_the_others(between: Between) -> None:
    source = between.take(letter := between.receive())
    between.recall(letter, statement_numbers=[2])
    recall = Recall.objects.get(direction="in")
    actions.answer_recall(actor=between.officer, recall_uid=recall.uid, outcome="done")
    first, second = Statement.objects.filter(source=source).order_by("pk")
    assert (first.value, second.value) == ("Goldener Weg (fictional)", "")
    assert standing(source) == 1


def test_what_a_court_holds_is_kept_unused_and_its_reference_stays_at_home(between: Between) -> None:
    source = between.take(letter := between.receive())
    between.recall(letter)
    recall = Recall.objects.get(direction="in")
    until = timezone.now().date() + 100 * DAY
    with pytest.raises(BadInput):
        actions.answer_recall(actor=between.officer, recall_uid=recall.uid, outcome="held-by-court-order")
    actions.answer_recall(
        actor=between.officer, recall_uid=recall.uid, outcome="held-by-court-order", until=until, reference="7 Hv 4/26"
    )
    between.work()
    (ack,) = of_kind(between.beijing, "recall-ack")
    assert (ack.body["outcome"], ack.body["until"]) == ("held-by-court-order", until.isoformat())
    assert b"7 Hv" not in ack.raw
    assert Statement.objects.filter(source=source).exclude(value="").count() == 2
    assert standing(source) == 0


def test_a_recall_is_answered_once_by_an_officer_of_the_team(
    between: Between, officer_factory: Callable[..., Officer]
) -> None:
    letter = between.receive()
    between.take(letter)
    between.recall(letter, action="restrict")
    recall = Recall.objects.get(direction="in")
    other = officer_factory(roles=["investigator"], username="other")
    for actor in (other, NODE):
        with pytest.raises(Refused):
            actions.answer_recall(actor=actor, recall_uid=recall.uid, outcome="done")
    actions.answer_recall(actor=between.officer, recall_uid=recall.uid, outcome="done")
    with pytest.raises(BadInput, match="answered already"):
        actions.answer_recall(actor=between.officer, recall_uid=recall.uid, outcome="done")


@pytest.mark.parametrize("digest", ["0" * 64])
def test_a_recall_that_names_another_digest_is_refused_and_changes_nothing(between: Between, digest: str) -> None:
    source = between.take(letter := between.receive())
    between.recall(letter, digest=digest)
    entry = InboxEntry.objects.latest("pk")
    assert (entry.state, entry.code, entry.where) == ("rejected", "bad-field", "body/digest")
    assert (standing(source), Recall.objects.exists()) == (2, False)


def test_nobody_takes_back_a_letter_of_another(between: Between) -> None:
    source = between.take(letter := between.receive())
    between.pass_on(source, 1)
    between.work()
    ours = Letter.objects.get(direction="out", kind="request")
    between.answer_from(
        between.sofia, ours, {"type": "recall", "digest": ours.digest, "action": "erase", "reason": "wrong"}
    )
    assert InboxEntry.objects.latest("pk").code == "bad-field"
    between.answer_from(
        between.sofia, letter, {"type": "recall", "digest": letter.digest, "action": "erase", "reason": "wrong"}
    )
    assert InboxEntry.objects.latest("pk").code == "foreign-thread"
    assert standing(source) == 2


def test_no_answer_leaves_to_a_request_that_was_recalled(
    beijing: Correspondent, officer: Officer, case: Case, signed: Callable[..., int]
) -> None:
    beijing.send(beijing.write())
    beijing.work()
    asked = Letter.objects.get(direction="in")
    actions.take_letter(actor=officer, letter_uid=asked.uid, case_id=case.pk)
    decision = signed(kind="notify", items=[], thread=asked.thread.uid, in_reply_to=asked.uid)
    content = {"type": "recall", "digest": asked.digest, "action": "restrict", "reason": "no-longer-needed"}
    beijing.send(beijing.write(content, thread=asked.thread.uid, in_reply_to=asked.uid, decision=None, deadline=None))
    worker._open(timezone.now())
    beijing.work(after=dt.timedelta(hours=3))
    assert DispatchProblem.objects.filter(decision=decision, code="recalled").exists()
    assert not Letter.objects.filter(direction="out", kind="notify").exists()
    asked.thread.refresh_from_db()
    assert asked.thread.state == "recalled"


def test_the_owner_takes_a_letter_back_and_reads_who_has_not_answered(
    between: Between,
) -> None:
    source = between.take(between.receive())
    between.pass_on(source, 1, 2)
    between.work()
    ours = Letter.objects.get(direction="out", kind="request")
    recall = actions.recall_letter(actor=between.officer, letter_uid=ours.uid, what="erase", reason="basis-ended")
    between.work()
    (told,) = of_kind(between.sofia, "recall")
    assert (told.header.id, told.body["reason"]) == (recall.uid, "basis-ended")
    (line,) = copies_of_source(officer=between.officer, source_id=source.pk).copies[0].recalls  # type: ignore[union-attr]
    assert (line.outcome, line.overdue, line.row.asked) == ("", False, recall.asked)
    between.answer_from(
        between.sofia, Letter.objects.get(uid=recall.uid),
        {"type": "recall-ack", "digest": ours.digest, "outcome": "done",
         "passed_on": [{"to": between.beijing.partner.uid, "letter": "a" * 32}]},
    )  # fmt: skip
    (line,) = copies_of_source(officer=between.officer, source_id=source.pk).copies[0].recalls  # type: ignore[union-attr]
    assert (line.outcome, list(line.passed_on)) == ("Done", ["Beijing (fictional)"])
    found = thread(officer=between.officer, uid=ours.thread.uid)
    assert found is not None
    assert found.line.row.state == "recalled"
    assert [len(each.recalls) for each in found.letters] == [1, 0, 0]
    with pytest.raises(BadInput, match="already"):
        actions.recall_letter(actor=between.officer, letter_uid=ours.uid, what="restrict", reason="wrong")


def test_nothing_that_a_holder_says_later_undoes_done(between: Between) -> None:
    source = between.take(between.receive())
    between.pass_on(source, 1)
    between.work()
    ours = Letter.objects.get(direction="out", kind="request")
    recall = actions.recall_letter(actor=between.officer, letter_uid=ours.uid, what="erase", reason="wrong")
    between.work()
    for outcome in ("done", "held-by-court-order"):
        between.answer_from(
            between.sofia, Letter.objects.get(uid=recall.uid),
            {"type": "recall-ack", "digest": ours.digest, "outcome": outcome},
        )  # fmt: skip
    recall.refresh_from_db()
    assert recall.outcome == "done"


def test_a_suspended_holder_gets_nothing_and_is_listed_with_the_reason(between: Between) -> None:
    source = between.take(between.receive())
    between.pass_on(source, 1)
    between.work()
    partners.suspend_party(actor=between.approver, party_uid=between.sofia.partner.uid, reason="A question")
    between.sofia.got.clear()
    actions.recall_source(actor=between.officer, source_id=source.pk, what="erase", reason="wrong")
    between.work()
    between.work(after=10 * DAY)
    assert between.sofia.got == []
    (line,) = copies_of_source(officer=between.officer, source_id=source.pk).copies[0].recalls  # type: ignore[union-attr]
    assert (line.outcome, line.unreached) == ("", "The partner is suspended.")
    late = timezone.now() + 10 * DAY
    silent = [item for item in desk_items(officer=between.officer, now=late) if item.kind == "recall.silent"]
    assert [item.detail for item in silent] == ["The partner is suspended."]
    partners.reinstate_party(actor=between.approver, party_uid=between.sofia.partner.uid, reason="Answered")
    between.work(after=11 * DAY)
    assert len(of_kind(between.sofia, "recall")) == 1


def test_a_source_is_taken_back_by_the_numbers_that_its_statements_have_in_each_letter(between: Between) -> None:
    first, second = between.take(between.receive()), between.take(between.receive())
    between.pass_on(first, 1)
    one = Statement.objects.filter(source=first).order_by("pk")[0].pk
    two = Statement.objects.filter(source=second).order_by("pk")[1].pk
    today = timezone.now().date()
    record_authorisation(
        actor=between.approver, source_id=second.pk, recipient=between.sofia.partner.uid, reference="Mail (fictional)",
        given=today - DAY, expires=today + 30 * DAY,
    )  # fmt: skip
    between.signed(recipient=between.sofia.partner.uid, statements=[one, two], languages=["en"])
    between.work()
    made = actions.recall_source(actor=between.officer, source_id=second.pk, what="restrict", reason="wrong")
    assert [each.numbers for each in made] == [[2]]
    with pytest.raises(BadInput, match="not taken back already"):
        actions.recall_source(actor=between.officer, source_id=second.pk, what="restrict", reason="wrong")


def test_codes_that_are_not_on_the_list_and_what_is_not_the_officers_are_refused(
    between: Between, officer_factory: Callable[..., Officer]
) -> None:
    source = between.take(between.receive())
    between.pass_on(source, 1)
    between.work()
    ours = Letter.objects.get(direction="out", kind="request")
    for what, reason in (("burn", "wrong"), ("erase", "consent-withdrawn")):
        with pytest.raises(BadInput):
            actions.recall_letter(actor=between.officer, letter_uid=ours.uid, what=what, reason=reason)
    other = officer_factory(roles=["investigator"], username="other")
    for actor in (other, NODE):
        with pytest.raises(Refused):
            actions.recall_letter(actor=actor, letter_uid=ours.uid, what="erase", reason="wrong")
        with pytest.raises(Refused):
            actions.recall_source(actor=actor, source_id=source.pk, what="erase", reason="wrong")
    assert not Recall.objects.exists()


def test_a_recall_and_its_answer_are_as_large_outside_as_a_short_letter(between: Between) -> None:
    letter = between.receive()
    between.recall(letter, action="restrict")
    assert {len(bytes(one.envelope)) for one in InboxEntry.objects.all()} == {
        len(bytes(one.envelope)) for one in OutboxEntry.objects.filter(kind="recall-ack")
    }
    assert Receipt.objects.exists()


def test_a_partner_cannot_use_the_number_that_was_chosen_for_a_recall(between: Between) -> None:
    source = between.take(letter := between.receive())
    between.pass_on(source, 1)
    between.work()
    partners.suspend_party(actor=between.approver, party_uid=between.sofia.partner.uid, reason="A question")
    between.recall(letter, action="restrict")
    onward = Recall.objects.get(direction="out")
    assert onward.sent is None
    between.beijing.send(between.beijing.write(body("notify"), id=onward.uid))
    between.work()
    entry = InboxEntry.objects.latest("pk")
    assert (entry.state, entry.code) == ("rejected", "replay")


def test_statements_erased_from_a_letter_that_nobody_took_close_it(between: Between) -> None:
    letter = between.receive()
    between.recall(letter, statement_numbers=[1])
    recall = Recall.objects.get()
    assert recall.outcome == ""
    actions.answer_recall(actor=between.officer, recall_uid=recall.uid, outcome="done")
    letter.refresh_from_db()
    assert (letter.state, bytes(letter.sealed)) == ("recalled", b"")


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


def test_a_letter_is_taken_back_through_its_page_which_says_what_software_cannot_do(
    between: Between, client: Client
) -> None:
    source = between.take(between.receive())
    between.pass_on(source, 1)
    between.work()
    ours = Letter.objects.get(direction="out", kind="request")
    url = f"/letters/letter/{ours.uid}/recall"
    assert url in client.get(f"/letters/letter/{ours.uid}/").content.decode()
    page = client.get(url).content.decode()
    assert "Software cannot pull a copy back." in page
    assert "Sofia (fictional)" in page
    assert client.post(url, {"what": "erase"}).status_code == 422
    assert client.post(url, {"what": "erase", "reason": "wrong"}).status_code == 302
    between.work()
    for shown in (f"/letters/{ours.thread.uid}/", f"/letters/letter/{ours.uid}/", f"/letters/copies/{source.pk}/"):
        page = client.get(shown).content.decode()
        assert "Taken back from its recipient" in page
        assert "Not answered" in page
    control = client.get(f"/letters/letter/{Recall.objects.get().uid}/").content.decode()
    assert "Recall" in control
    assert "it has no room for a word or a fact" in control


def test_a_source_is_taken_back_through_the_page_of_its_copies(between: Between, client: Client) -> None:
    source = between.take(between.receive())
    between.pass_on(source, 1)
    between.work()
    url = f"/letters/copies/{source.pk}/recall"
    assert url in client.get(f"/letters/copies/{source.pk}/").content.decode()
    assert "undo it in the dossier" in client.get(url).content.decode()
    page = client.post(url, {"what": "restrict", "reason": "basis-ended"}, follow=True).content.decode()
    assert "It is taken back from the holder of 1 letter." in page
    assert "Nothing of it is out" in client.post(url, {"what": "restrict", "reason": "wrong"}).content.decode()


def test_a_recall_is_answered_through_its_page(between: Between, client: Client) -> None:
    letter = between.receive()
    between.take(letter)
    between.recall(letter)
    thread_page = client.get(f"/letters/{letter.thread.uid}/").content.decode()
    url = f"/letters/recalls/{Recall.objects.get().uid}/answer"
    assert "Taken back by its sender: it must not be used" in thread_page
    assert url in thread_page
    assert url in client.get("/").content.decode()
    assert "It cannot be undone." in client.get(url).content.decode()
    assert "number, no sentence" in client.post(url, {"outcome": "held-by-court-order"}).content.decode()
    assert client.post(url, {"outcome": "held-by-court-order", "reference": "7 Hv 4/26"}).status_code == 302
    assert "7 Hv 4/26" in client.get(f"/letters/{letter.thread.uid}/").content.decode()
    assert client.get(url).status_code == 404


def test_the_pages_of_recalls_are_not_found_for_what_is_another_teams(
    between: Between, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    source = between.take(letter := between.receive())
    between.pass_on(source, 1)
    between.work()
    between.recall(letter, action="restrict")
    other = signed_in_client(officer_factory(roles=["investigator"], username="other"))
    blind = signed_in_client(officer_factory(roles=["analyst"], username="blind"))
    ours = Letter.objects.get(direction="out", kind="request")
    for url in (
        f"/letters/recalls/{Recall.objects.get(direction='in').uid}/answer",
        f"/letters/letter/{ours.uid}/recall",
        f"/letters/copies/{source.pk}/recall",
    ):
        assert other.get(url).status_code == 404
        assert blind.get(url).status_code == 403
