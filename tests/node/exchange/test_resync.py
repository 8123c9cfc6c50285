"""After a restore: this node asks what it has lost and sends nothing twice; and it answers a partner that asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.letters import read_letter
from clew.exchange.resync import (
    LEFT_FREE,
    Point,
    Received,
    Resync,
    Resynced,
    message_type,
    read_resync,
    read_resynced,
    write_resync,
    write_resynced,
)
from clew.exchange.sealing import Envelope, OpenedLetter, open_sealed, read_outer
from clew.exchange.sequence import NO_PREVIOUS
from clew.node.accounts.actions import NODE, Officer
from clew.node.audit.models import AuditEntry
from clew.node.disclosure.models import Decision
from clew.node.exchange import actions
from clew.node.exchange.bundling import carry_out
from clew.node.exchange.models import (
    InboxEntry,
    Letter,
    OutboxEntry,
    PairState,
    Recall,
    Restored,
    ResyncQuestion,
    SentBefore,
)
from clew.node.exchange.queries import desk_items
from clew.node.exchange.restoring import AGAIN
from tests.exchange.partner import secret
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)


def opened(beijing: Correspondent) -> list[OpenedLetter]:
    keys = beijing.node_keys
    return [open_sealed(read_outer(raw), seal_key=beijing.partner.seal_key, sign_key=keys.sign) for raw in beijing.got]


def letters(beijing: Correspondent) -> list[SignedLetter]:
    """The letters that came to the partner, what is no letter left out."""
    now = timezone.now() + 60 * A_DAY
    return [
        read_letter(one.raw, sender=settings.NODE.node_id, recipient=beijing.partner.uid, now=now)
        for one in opened(beijing)
        if not message_type(one.raw)
    ]


def messages(beijing: Correspondent, kind: str) -> list[Any]:
    """What came to the partner about a restore."""
    read = read_resync if kind == "resync" else read_resynced
    sides = {"sender": settings.NODE.node_id, "recipient": beijing.partner.uid, "now": timezone.now()}
    return [read(one.raw, **sides) for one in opened(beijing) if message_type(one.raw) == kind]  # type: ignore[arg-type]


def sealed(beijing: Correspondent, message: Resync | Resynced) -> Envelope:
    raw = write_resync(message) if isinstance(message, Resync) else write_resynced(message)
    beijing.partner.now = timezone.now().replace(microsecond=0)
    return beijing.partner.seal(raw, settings.NODE.node_id, beijing.node_keys.seal)


def answer(beijing: Correspondent, **changes: Any) -> None:
    """The partner answers the newest question, and the node reads it."""
    asked: Resync = messages(beijing, "resync")[-1]
    values: dict[str, Any] = {"agrees": True, "resume": asked.sent.sequence + LEFT_FREE}
    now = timezone.now().replace(microsecond=0)
    message = Resynced(beijing.partner.uid, settings.NODE.node_id, now, asked.nonce, **{**values, **changes})
    beijing.send(sealed(beijing, message))
    beijing.work()


def bring_back(beijing: Correspondent) -> Restored:
    """The restore, and the question that leaves after it."""
    actions.hold_restored(actor=NODE, now=timezone.now())
    beijing.work()
    return Restored.objects.get()


def as_received(letter: SignedLetter) -> Received:
    header = letter.header
    decision = header.decision.digest(letter.package) if header.decision else ""
    return Received(header.sequence, letter.digest, header.previous, header.type, header.id, decision)


def forget(*letters: Letter) -> None:
    """What was written after the backup is not in it."""
    for row in letters:
        entry = OutboxEntry.objects.get(letter=row)
        PairState.objects.filter(direction="out").update(sequence=row.sequence - 1, digest=row.previous)
        decision = row.decision
        entry.delete()
        row.receipts.all().delete()
        thread = row.thread
        row.delete()
        thread.delete()
        Decision.objects.filter(pk=decision).update(state=Decision.State.SIGNED, letter="", dispatched=None)


@pytest.fixture
def guardian(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["data_protection_officer"], username="dora")


@pytest.fixture
def sent_after(beijing: Correspondent, signed: Callable[..., int]) -> SignedLetter:
    """A letter that was signed before the backup and left after it; the node is as the backup was."""
    signed()
    beijing.work()
    (letter,) = letters(beijing)
    forget(Letter.objects.get())
    return letter


def question(beijing: Correspondent, **changes: Any) -> Resync:
    now = timezone.now().replace(microsecond=0)
    values: dict[str, Any] = {"nonce": secret(str(changes)).hex()[:32], "sent": Point(), "known": Point()}
    made = Resync(beijing.partner.uid, settings.NODE.node_id, now, **values)
    return replace(made, **changes)


def asked(beijing: Correspondent, **changes: Any) -> Resynced:
    """The partner was brought back and asks; what this node answers."""
    beijing.send(sealed(beijing, question(beijing, **changes)))
    # No restore takes less than a second: what is confirmed again is confirmed at another time.
    beijing.work(dt.timedelta(seconds=5))
    found: Resynced = messages(beijing, "resynced")[-1]
    return found


# This node was brought back


def test_a_node_that_was_brought_back_asks_outside_the_order_and_once(beijing: Correspondent) -> None:
    row = bring_back(beijing)
    beijing.work()
    (asked_now,) = messages(beijing, "resync")
    assert (asked_now.sent, asked_now.known, asked_now.resend) == (Point(), Point(), True)
    assert asked_now.nonce == row.nonce
    assert letters(beijing) == []
    state = PairState.objects.filter(direction="out").first()
    assert state is None or state.sequence == 0


def test_a_decision_whose_letter_the_partner_has_is_marked_sent_and_leaves_no_second_time(
    beijing: Correspondent, sent_after: SignedLetter
) -> None:
    bring_back(beijing)
    answer(beijing, received=(as_received(sent_after),), resume=1 + LEFT_FREE)
    for _ in range(2):
        beijing.work()
    assert [one.header.id for one in letters(beijing)] == [sent_after.header.id]
    decision = Decision.objects.get()
    assert (decision.state, decision.letter) == (Decision.State.DISPATCHED, sent_after.header.id)
    kept = SentBefore.objects.get()
    assert (kept.sequence, kept.digest, kept.letter) == (1, sent_after.digest, sent_after.header.id)
    assert Restored.objects.get().resolved is not None


def test_one_that_the_partner_does_not_have_leaves_once_under_a_number_that_none_had(
    beijing: Correspondent, sent_after: SignedLetter
) -> None:
    bring_back(beijing)
    beijing.got = [raw for raw in beijing.got if read_outer(raw).digest != read_outer(beijing.got[0]).digest]
    answer(beijing)
    beijing.work()
    (again,) = letters(beijing)
    assert again.header.sequence == LEFT_FREE + 1
    assert again.package == sent_after.package
    assert Decision.objects.get().letter == again.header.id


def test_a_partner_cannot_keep_a_letter_from_another_by_saying_that_it_has_it(
    beijing: Correspondent, sent_after: SignedLetter
) -> None:
    Decision.objects.get().release.__class__.objects.update(recipient="e" * 32)
    bring_back(beijing)
    answer(beijing, received=(as_received(sent_after),), resume=1 + LEFT_FREE)
    assert Decision.objects.get().state == Decision.State.SIGNED


def test_a_sealed_letter_that_the_partner_has_is_delivered_and_not_handed_over_again(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.lose_answers = True
    beijing.work()
    (letter,) = letters(beijing)
    beijing.lose_answers = False
    bring_back(beijing)
    assert messages(beijing, "resync")[-1].sent == Point()
    answer(beijing, received=(as_received(letter),), resume=1 + LEFT_FREE)
    assert OutboxEntry.objects.get(kind="request").delivered is not None
    assert SentBefore.objects.count() == 0
    assert len(letters(beijing)) == 1


def test_letters_leave_again_only_when_all_has_come_that_the_partner_is_sending(
    beijing: Correspondent, sent_after: SignedLetter
) -> None:
    first, second = beijing.write(), beijing.write()
    bring_back(beijing)
    answer(beijing, received=(as_received(sent_after),), resume=1 + LEFT_FREE, coming=((1, 2),))
    assert Restored.objects.get().resolved is None
    beijing.send(first)
    beijing.work()
    assert Restored.objects.get().resolved is None
    beijing.send(second)
    beijing.work()
    beijing.work()
    assert Restored.objects.get().resolved is not None
    assert Letter.objects.filter(direction="in").count() == 2


def test_a_partner_that_is_silent_is_asked_again_after_some_hours_under_another_nonce(beijing: Correspondent) -> None:
    bring_back(beijing)
    beijing.work(AGAIN / 2)
    assert len(messages(beijing, "resync")) == 1
    beijing.work(AGAIN)
    one, other = messages(beijing, "resync")
    assert one.nonce != other.nonce


def test_a_recall_that_the_partner_has_is_not_sent_again(beijing: Correspondent) -> None:
    bring_back(beijing)
    beijing.send(beijing.write())
    beijing.work()
    thread = Letter.objects.get().thread
    Recall.objects.create(
        uid="a" * 32, direction="out", thread=thread, party=beijing.partner.uid, recalled="b" * 32, digest="c" * 64,
        action="erase", reason="wrong", asked=timezone.now(),
    )  # fmt: skip
    told = (Received(1, "d" * 64, NO_PREVIOUS, "recall", "a" * 32),)
    answer(beijing, received=told, resume=1 + LEFT_FREE)
    assert Recall.objects.get().sent is not None


LINK = Received(1, "1" * 64, NO_PREVIOUS)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agrees": False, "resume": 0}, "fork"),
        ({"received": (replace(LINK, previous="2" * 64),)}, "history"),
        ({"received": (LINK, Received(2, "2" * 64, "3" * 64))}, "history"),
        ({"received": (LINK, Received(3, "2" * 64, "3" * 64))}, "bad-field"),
        ({"received": (LINK,), "resume": 0}, "bad-field"),
        ({"received": (LINK,), "resume": 2**52}, "bad-field"),
    ],
)
def test_an_answer_that_does_not_go_on_from_what_is_known_frees_nothing_and_a_human_is_told(
    beijing: Correspondent, guardian: Officer, changes: dict[str, Any], code: str
) -> None:
    bring_back(beijing)
    answer(beijing, **changes)
    row = Restored.objects.get()
    assert (row.fault, row.answered, row.resolved) == (code, None, None)
    assert SentBefore.objects.count() == 0
    beijing.work(2 * AGAIN)
    assert len(messages(beijing, "resync")) == 1
    assert [one.kind for one in desk_items(officer=guardian, now=timezone.now())] == ["letter.restored"]


def test_a_gap_that_is_named_breaks_no_chain(beijing: Correspondent) -> None:
    bring_back(beijing)
    told = (LINK, Received(4, "2" * 64, "3" * 64))
    answer(beijing, received=told, missing=((2, 3),), resume=4 + LEFT_FREE)
    assert Restored.objects.get().fault == ""
    assert PairState.objects.get(direction="out").sequence == 4 + LEFT_FREE


def test_an_answer_to_another_question_or_a_second_one_changes_nothing(
    beijing: Correspondent, sent_after: SignedLetter
) -> None:
    bring_back(beijing)
    asked_now = messages(beijing, "resync")[-1]
    now = timezone.now().replace(microsecond=0)
    other = Resynced(beijing.partner.uid, settings.NODE.node_id, now, "f" * 32, agrees=True, resume=LEFT_FREE)
    beijing.send(sealed(beijing, other))
    beijing.work()
    assert Restored.objects.get().answered is None
    answer(beijing)
    beijing.send(sealed(beijing, replace(other, nonce=asked_now.nonce, resume=5 * LEFT_FREE)))
    beijing.work()
    assert PairState.objects.get(direction="out").sequence < 2 * LEFT_FREE


def test_many_letters_are_told_in_portions_each_going_on_from_the_last(beijing: Correspondent) -> None:
    bring_back(beijing)
    answer(beijing, received=(LINK,), more=True, resume=0)
    beijing.work()
    second = messages(beijing, "resync")[-1]
    assert (second.sent, second.resend) == (Point(1, LINK.digest), False)
    answer(beijing, received=(Received(2, "2" * 64, LINK.digest),), resume=2 + LEFT_FREE)
    assert Restored.objects.get().answered is not None
    assert list(SentBefore.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2]


def test_a_partner_that_no_line_reaches_is_asked_on_a_stick(beijing: Correspondent, signed: Callable[..., int]) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    bring_back(beijing)
    made = carry_out(actor=NODE, party=beijing.partner.uid, now=timezone.now())
    assert [OutboxEntry.objects.get(envelope_id=one.envelope).kind for one in made.envelopes] == ["resync"]


def test_a_partner_entered_after_the_restore_is_asked_too_before_anything_leaves_to_it(beijing: Correspondent) -> None:
    bring_back(beijing)
    Restored.objects.update(party="f" * 32, resolved=timezone.now())
    beijing.work()
    assert Restored.objects.filter(party=beijing.partner.uid, resolved=None).exists()


# A partner was brought back


def test_a_partner_that_asks_is_told_numbers_and_digests_and_no_word_of_its_letters(beijing: Correspondent) -> None:
    first, second = beijing.write(), beijing.write()
    beijing.send(first, second)
    beijing.work()
    told = asked(beijing)
    assert [one.sequence for one in told.received] == [1, 2]
    assert told.received[1].previous == told.received[0].digest
    assert told.received[1].digest == InboxEntry.objects.get(sequence=2).letter_digest
    assert {one.type for one in told.received} == {"request"}
    assert all(one.letter and one.decision for one in told.received)
    (raw,) = [one.raw for one in opened(beijing) if message_type(one.raw) == "resynced"]
    assert b"Goldener" not in raw
    assert b"massage" not in raw
    assert told.resume == 2 + LEFT_FREE
    assert AuditEntry.objects.filter(act="exchange.answer_resync").count() == 1


def test_its_next_letter_follows_under_the_number_it_was_given_and_one_that_lay_on_a_stick_still_counts(
    beijing: Correspondent,
) -> None:
    beijing.send(beijing.write())
    on_a_stick = beijing.write()
    beijing.work()
    told = asked(beijing, sent=Point(1, InboxEntry.objects.get(sequence=1).letter_digest))
    assert (told.received, told.resume) == ((), 1 + LEFT_FREE)
    beijing.partner.sent, beijing.partner.previous = told.resume, InboxEntry.objects.get(sequence=1).letter_digest
    beijing.send(beijing.write(), on_a_stick)
    beijing.work()
    assert list(InboxEntry.objects.exclude(sequence=None).order_by("sequence").values_list("sequence", "code")) == [
        (1, ""),
        (2, ""),
        (told.resume + 1, ""),
    ]
    assert PairState.objects.get(direction="in").missing == []
    assert asked(beijing, nonce="9" * 32).resume == told.resume + 1 + LEFT_FREE


def test_what_it_does_not_have_is_sent_again_byte_for_byte_and_confirmed_once_more(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.work()
    entry = OutboxEntry.objects.get(kind="request")
    before = list(beijing.got)
    beijing.got.clear()
    told = asked(beijing)
    assert (1, 1) in told.coming
    beijing.work()
    assert before[0] in beijing.got
    entry.refresh_from_db()
    assert (entry.delivered is not None, entry.attempts) == (True, 1)


def test_what_it_has_or_what_was_taken_back_is_not_sent_again(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    signed()
    beijing.work()
    letter = Letter.objects.get()
    told = asked(beijing, known=Point(letter.sequence, letter.digest))
    assert told.coming == ()
    actions.recall_letter(actor=officer, letter_uid=letter.uid, what="erase", reason="wrong")
    beijing.got.clear()
    told = asked(beijing, nonce="9" * 32)
    assert all(first > letter.sequence for first, _last in told.coming)
    assert any(first <= letter.sequence <= last for first, last in told.gone)
    assert letter.uid not in {one.header.id for one in letters(beijing)}


def test_what_has_expired_is_sealed_anew_with_the_same_letter_in_it(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.work()
    before = letters(beijing)[0]
    OutboxEntry.objects.update(expires=timezone.now() - A_DAY)
    beijing.got.clear()
    assert (1, 1) in asked(beijing).coming
    beijing.work()
    (again,) = [one for one in letters(beijing) if one.header.id == before.header.id]
    assert again.raw == before.raw
    assert OutboxEntry.objects.filter(kind="request").count() == 2


def test_one_that_names_a_letter_that_is_not_the_one_here_is_told_so_and_nothing_else(beijing: Correspondent) -> None:
    beijing.send(beijing.write())
    beijing.work()
    told = asked(beijing, sent=Point(1, "e" * 64))
    assert (told.agrees, told.received, told.resume, told.coming) == (False, (), 0, ())


def test_an_older_question_than_the_last_is_not_answered(beijing: Correspondent) -> None:
    old = question(beijing, nonce="8" * 32, created=timezone.now().replace(microsecond=0) - A_DAY)
    asked(beijing)
    beijing.send(sealed(beijing, old))
    beijing.work()
    assert len(messages(beijing, "resynced")) == 1
    assert not ResyncQuestion.objects.filter(nonce="8" * 32).exists()


def test_a_question_signed_with_replaced_keys_waits_for_a_human(beijing: Correspondent, guardian: Officer) -> None:
    from clew.node.exchange import resyncing
    from clew.node.exchange.unsealing import Unsealed

    entry = InboxEntry(sender=beijing.partner.uid)
    envelope = read_outer(sealed(beijing, question(beijing)).raw)
    one = Unsealed(entry, envelope, b"", message=question(beijing), by_former_key=True)
    resyncing.take_resync(one, timezone.now())
    beijing.work()
    assert messages(beijing, "resynced") == []
    (item,) = desk_items(officer=guardian, now=timezone.now())
    assert (item.kind, beijing.partner.uid in item.url) == ("letter.resync", True)


def test_a_stranger_in_the_message_or_an_unknown_field_is_refused(beijing: Correspondent) -> None:
    beijing.send(sealed(beijing, question(beijing, sender="7" * 32)))
    beijing.work()
    assert InboxEntry.objects.get().code == "wrong-sender"
    assert not ResyncQuestion.objects.exists()
