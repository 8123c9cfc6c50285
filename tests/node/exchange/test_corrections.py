"""A correction stops what it names at once, reaches every holder through the chain, and brings its value by a human."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clew.exchange.schema import schema
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.models import Release
from clew.node.disclosure.queries import REASONS_TO_CORRECT
from clew.node.dossier.actions import correct_statement, retract_statement
from clew.node.dossier.models import Source, Statement
from clew.node.dossier.queries import ended_statement, still_standing
from clew.node.exchange import actions
from clew.node.exchange.models import InboxEntry, Letter, Recall
from clew.node.exchange.queries import desk_items, thread
from clew.node.exchange.queries.copies import copies_of_source
from clew.node.types import BadInput, BadInputs
from tests.exchange.partner import body
from tests.node.exchange.conftest import approve_and_sign
from tests.node.exchange.recalls import DAY, Between, fact, of_kind
from tests.node.exchange.recalls import between as between

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign(between: Between, code_of: Callable[[Officer], str]) -> Callable[[int], None]:
    """Approves and signs a decided release, and lets it leave."""

    def make(release_id: int) -> None:
        second = Officer.objects.get(username="bernd")
        approve_and_sign(release_id, between.officer, second=second, code_of=code_of)
        between.work()

    return make


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


def facts(source: Source) -> list[Statement]:
    return list(Statement.objects.filter(source=source, replaces__isnull=True).order_by("pk"))


def correction(letter: Letter, *, right: str = "Goldener Pfad (fictional)", **changes: Any) -> dict[str, Any]:
    """Beijing's letter that replaces the first statement of that one."""
    content = body("correct", handling={"code": "H0"}, statements=[fact(1, right)])
    return {**content, "reason": "wrong", "replaces": [{"statement": 1, "by": 1}], **changes}


def correct(between: Between, letter: Letter, **changes: Any) -> None:
    content = correction(letter, **changes)
    between.beijing.send(
        between.beijing.write(content, thread=letter.thread.uid, in_reply_to=letter.uid, deadline=None)
    )  # fmt: skip
    between.work()


def passed_on(between: Between) -> tuple[Source, Letter]:
    """Beijing's letter was taken, and its first statement went on to Sofia."""
    source = between.take(letter := between.receive())
    between.pass_on(source, 1)
    between.work()
    return source, letter


def kinds_on_desk(officer: Officer, after: dt.timedelta = dt.timedelta()) -> set[str]:
    return {item.kind for item in desk_items(officer=officer, now=timezone.now() + after)}


def test_what_was_wrong_stops_at_once_and_what_is_right_comes_by_a_human(between: Between, client: Client) -> None:
    source = between.take(letter := between.receive())
    old, other = facts(source)
    correct(between, letter)
    assert still_standing([old.pk, other.pk]) == [other.pk]
    old.refresh_from_db()
    assert (old.value, "Its sender corrected it" in old.end.reason) == ("Goldener Weg (fictional)", True)
    assert AuditEntry.objects.filter(act="exchange.stop_corrected", object_id=letter.uid).exists()
    row = Letter.objects.get(kind="correct")
    assert row.state == "quarantined"

    recall = Recall.objects.get(direction="in")
    with pytest.raises(BadInput, match="waits to be taken"):
        actions.answer_recall(actor=between.officer, recall_uid=recall.uid, outcome="done")
    actions.take_letter(actor=between.officer, letter_uid=row.uid)
    new = Statement.objects.get(source__received_letter=row.uid)
    ended = ended_statement(old.pk)
    assert ended is not None
    assert (new.value, new.entity_id, ended.replacement) == ("Goldener Pfad (fictional)", old.entity_id, new.pk)

    assert "recall.to_answer" in kinds_on_desk(between.officer)
    assert "Corrected" in client.get(f"/letters/{letter.thread.uid}/").content.decode()
    url = f"/letters/recalls/{recall.uid}/answer"
    page = client.get(url).content.decode()
    assert "The old value has stopped counting already" in page
    assert "Use what replaces it" in page
    assert client.post(url, {"outcome": "done"}).status_code == 302
    between.work()
    (ack,) = of_kind(between.beijing, "correct-ack")
    assert (ack.header.in_reply_to, ack.body) == (row.uid, {"type": "correct-ack", "outcome": "done"})
    assert Statement.objects.get(pk=old.pk).value == "Goldener Weg (fictional)"
    assert "recall.to_answer" not in kinds_on_desk(between.officer)


def test_a_letter_of_which_every_statement_is_corrected_is_not_undone(between: Between) -> None:
    """Each statement ends by itself, so that it can point at what replaced it."""
    source = between.take(letter := between.receive())
    correct(between, letter, replaces=[{"statement": 1, "by": 1}, {"statement": 2}])
    source.refresh_from_db()
    assert source.undone is None
    old, other = facts(source)
    assert still_standing([old.pk, other.pk]) == []
    actions.take_letter(actor=between.officer, letter_uid=Letter.objects.get(kind="correct").uid)
    ends = [ended_statement(one.pk) for one in (old, other)]
    assert [one is not None and one.replacement is not None for one in ends] == [True, False]


def test_an_onward_holder_is_told_at_once_that_it_is_wrong_and_by_a_signed_letter_what_is_right(
    between: Between, sign: Callable[[int], None]
) -> None:
    source, letter = passed_on(between)
    old = facts(source)[0]
    correct(between, letter, reason="outdated")
    (told,) = of_kind(between.sofia, "recall")
    assert (told.body["action"], told.body["reason"], told.body["statement_numbers"]) == ("restrict", "wrong", [1])
    assert "letter.correction_untold" not in kinds_on_desk(between.officer)

    row = Letter.objects.get(kind="correct", direction="in")
    actions.take_letter(actor=between.officer, letter_uid=row.uid)
    assert "letter.correction_untold" in kinds_on_desk(between.officer)
    disclosure.record_authorisation(
        actor=between.approver, source_id=Source.objects.get(received_letter=row.uid).pk, reference="Mail (fictional)",
        recipient=between.sofia.partner.uid, given=timezone.now().date() - DAY,
        expires=timezone.now().date() + 30 * DAY,
    )  # fmt: skip
    made = actions.tell_holders(actor=between.officer, statement_id=old.pk, reason="outdated")
    assert (len(made.releases), made.recalls) == (1, ())
    sign(made.releases[0])
    (right,) = of_kind(between.sofia, "correct")
    assert right.body["replaces"] == [{"statement": 1, "by": 1}]
    assert [one["value"] for one in right.body["statements"]] == ["Goldener Pfad (fictional)"]
    assert "letter.correction_untold" not in kinds_on_desk(between.officer)

    actions.answer_recall(actor=between.officer, recall_uid=row.uid, outcome="done")
    between.work()
    (ack,) = of_kind(between.beijing, "correct-ack")
    assert ack.body["passed_on"] == [{"letter": told.header.id, "to": between.sofia.partner.uid}]


def test_a_correction_made_here_reaches_whoever_got_it_and_its_answer_is_kept(
    between: Between, sign: Callable[[int], None], client: Client
) -> None:
    source, _letter = passed_on(between)
    old = facts(source)[0]
    new = correct_statement(
        actor=between.officer, statement_id=old.pk, value="Goldener Steg (fictional)", reason="Typo"
    )
    assert "letter.correction_untold" in kinds_on_desk(between.officer)
    url = f"/letters/correct/{old.pk}/"
    assert url in client.get(f"/dossier/statement/{old.pk}/").content.decode()
    page = client.get(url).content.decode()
    assert "Sofia (fictional)" in page
    assert "Until it is signed, the old value counts" in page
    assert client.post(url, {"reason": "typo"}).status_code == 422
    answer = client.post(url, {"reason": "wrong"})
    release = Release.objects.get(kind="correct")
    assert (answer.status_code, answer["Location"]) == (302, f"/releases/{release.pk}/")
    assert [each["statement"] for each in release.chosen] == [new.pk]
    preview = client.get(f"/releases/{release.pk}/", follow=True).content.decode()
    assert "Statement 1 of the earlier letter is replaced by statement 1 of this one." in preview
    assert "Nobody is left to tell" in client.get(url).content.decode()

    sign(release.pk)
    (letter,) = of_kind(between.sofia, "correct")
    ours = Letter.objects.get(direction="out", kind="request")
    assert (letter.header.in_reply_to, letter.header.thread) == (ours.uid, ours.thread.uid)
    assert letter.header.decision is not None
    assert letter.body["reason"] == "wrong"
    found = copies_of_source(officer=between.officer, source_id=source.pk)
    assert found is not None
    (line,) = next(copy for copy in found.copies if copy.recalls).recalls
    assert (line.corrects, line.outcome, line.row.numbers) == (True, "", [1])
    assert "Not answered" in client.get(f"/letters/{ours.thread.uid}/").content.decode()
    assert "recall.silent" in kinds_on_desk(between.officer, after=8 * DAY)

    between.answer_from(
        between.sofia, Letter.objects.get(uid=letter.header.id), {"type": "correct-ack", "outcome": "done"}
    )
    assert Recall.objects.get(uid=letter.header.id).outcome == "done"
    assert "recall.silent" not in kinds_on_desk(between.officer, after=8 * DAY)
    shown = thread(officer=between.officer, uid=ours.thread.uid)
    assert shown is not None


def test_what_was_retracted_here_is_taken_back_without_a_release(between: Between) -> None:
    source, _letter = passed_on(between)
    old = facts(source)[0]
    with pytest.raises(Refused):
        actions.tell_holders(actor=between.officer, statement_id=old.pk, reason="wrong")
    retract_statement(actor=between.officer, statement_id=old.pk, reason="Never true")
    made = actions.tell_holders(actor=between.officer, statement_id=old.pk, reason="mixed-up")
    assert (made.releases, len(made.recalls)) == ((), 1)
    between.work()
    (told,) = of_kind(between.sofia, "recall")
    assert (told.body["action"], told.body["reason"], told.body["statement_numbers"]) == ("restrict", "wrong", [1])
    with pytest.raises(BadInput, match="Nobody is left"):
        actions.tell_holders(actor=between.officer, statement_id=old.pk, reason="wrong")


def test_what_may_not_be_told_is_struck_out_without_a_new_value(between: Between, sign: Callable[[int], None]) -> None:
    """The authorisation of whoever gave it has ended: that it is wrong is told, what is right is not."""
    source, _letter = passed_on(between)
    old = facts(source)[0]
    new = correct_statement(
        actor=between.officer, statement_id=old.pk, value="Goldener Steg (fictional)", reason="Typo"
    )
    disclosure.set_mark(
        actor=between.approver, kind="on_hold", source_id=source.pk, statement_id=new.pk, reason="A question",
        review=timezone.now().date() + DAY,
    )  # fmt: skip
    (release,) = actions.tell_holders(actor=between.officer, statement_id=old.pk, reason="wrong").releases
    sign(release)
    (letter,) = of_kind(between.sofia, "correct")
    assert letter.body["replaces"] == [{"statement": 1}]
    assert "statements" not in letter.body


def test_a_correction_before_its_letter_keeps_what_was_wrong_from_ever_counting(between: Between) -> None:
    named = {"id": "b" * 32, "thread": "c" * 32}
    late = between.beijing.write(
        body("notify", handling={"code": "H0"}, statements=[fact(1, "Wrong (fictional)"), fact(2, "Jin Lu")]), **named
    )
    content = body("correct", handling={"code": "H0"}, statements=[fact(1, "Right (fictional)")])
    content |= {"reason": "wrong", "replaces": [{"statement": 1, "by": 1}]}
    between.beijing.send(between.beijing.write(content, thread="c" * 32, in_reply_to="b" * 32, deadline=None))
    between.work()
    assert Recall.objects.get(direction="in").outcome == ""
    between.beijing.send(late)
    between.work()
    source = between.take(Letter.objects.get(uid="b" * 32))
    old, other = facts(source)
    assert still_standing([old.pk, other.pk]) == [other.pk]


def test_a_correction_of_a_letter_that_was_declined_finds_nothing_held(between: Between) -> None:
    letter = between.receive()
    actions.refuse_letter(actor=between.officer, letter_uid=letter.uid, code="not-competent", reason="Not us.")
    correct(between, letter)
    (ack,) = of_kind(between.beijing, "correct-ack")
    assert ack.body["outcome"] == "not-held"


def test_what_corrects_anothers_letter_or_a_number_it_does_not_have_is_refused_and_changes_nothing(
    between: Between,
) -> None:
    source, letter = passed_on(between)
    ours = Letter.objects.get(direction="out", kind="request")
    standing = still_standing([one.pk for one in facts(source)])
    for side, about, numbers in (
        (between.sofia, ours, [1]), (between.sofia, letter, [1]), (between.beijing, letter, [9]),
    ):  # fmt: skip
        content = body("correct") | {"reason": "wrong", "replaces": [{"statement": n} for n in numbers]}
        del content["statements"]
        side.send(side.write(content, thread=about.thread.uid, in_reply_to=about.uid, deadline=None))
        between.work()
        entry = InboxEntry.objects.latest("pk")
        assert (entry.state, entry.code) in {("rejected", "bad-field"), ("rejected", "foreign-thread")}
    assert still_standing([one.pk for one in facts(source)]) == standing
    assert not Recall.objects.exists()


def test_nobody_else_tells_holders_and_an_unknown_reason_is_none(
    between: Between, officer_factory: Callable[..., Officer]
) -> None:
    source, _letter = passed_on(between)
    old = facts(source)[0]
    retract_statement(actor=between.officer, statement_id=old.pk, reason="Never true")
    stranger = officer_factory(roles=["investigator"], username="stranger")
    for actor in (stranger, NODE):
        with pytest.raises(Refused):
            actions.tell_holders(actor=actor, statement_id=old.pk, reason="wrong")
    with pytest.raises(BadInput, match="reason is unknown"):
        actions.tell_holders(actor=between.officer, statement_id=old.pk, reason="basis-ended")
    assert "letter.correction_untold" not in kinds_on_desk(stranger)


def test_a_correction_carries_nothing_but_what_replaces_something(between: Between, client: Client) -> None:
    source, _letter = passed_on(between)
    old, other = facts(source)
    correct_statement(actor=between.officer, statement_id=old.pk, value="Goldener Steg (fictional)", reason="Typo")
    (release,) = actions.tell_holders(actor=between.officer, statement_id=old.pk, reason="wrong").releases
    with pytest.raises(BadInputs, match="only what replaces something"):
        disclosure.revise_release(actor=between.officer, release_id=release, statements=[other.pk])
    page = client.get(f"/releases/{release}/change/").content.decode()
    assert "Statements to send" not in page
    assert "What it replaces" in page


def test_the_reasons_are_those_of_the_schema() -> None:
    assert set(REASONS_TO_CORRECT) == set(schema("correct")["properties"]["reason"]["enum"])
