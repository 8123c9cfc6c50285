"""A signed decision becomes one sealed letter; it arrives once, and "unknown" stays unknown until a receipt is here."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone

from clew.exchange.receipts import Stage
from clew.exchange.sealing import read_outer
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.cases.models import Case
from clew.node.disclosure.models import Decision
from clew.node.dossier.models import Source
from clew.node.exchange import actions, queries
from clew.node.exchange.actions import read_letter
from clew.node.exchange.models import DispatchProblem, Letter, OutboxEntry, Receipt, Thread
from clew.node.exchange.outbox import LONGEST_PAUSE, pause
from clew.node.partners.models import Party
from tests.exchange.partner import body
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db


def facts(officer: Officer) -> dict[str, bool]:
    """The facts known about the only letter."""
    thread = queries.thread(officer=officer, uid=Thread.objects.get().uid)
    assert thread is not None
    return {fact.stage: fact.positive for fact in thread.letters[0].facts if fact.at is not None}


def test_a_signed_decision_arrives_as_exactly_the_package_that_was_signed(
    beijing: Correspondent, signed: Callable[..., int], case: Case
) -> None:
    decision = Decision.objects.get(pk=signed())
    beijing.work()
    (letter,) = beijing.letters()
    assert letter.package == bytes(decision.package)
    assert letter.header.decision is not None
    assert letter.header.decision.digest(letter.package) == decision.digest
    assert letter.header.deadline is not None
    assert letter.header.deadline.due is not None
    decision.refresh_from_db()
    assert (decision.state, decision.letter) == ("dispatched", letter.header.id)
    assert Thread.objects.get().case == case


def test_nothing_leaves_without_a_signed_decision(beijing: Correspondent, signed: Callable[..., int]) -> None:
    decision = Decision.objects.get(pk=signed())
    Decision.objects.filter(pk=decision.pk).update(state="decided")
    beijing.work()
    assert beijing.got == []


def test_a_package_that_was_changed_after_signing_does_not_leave_and_holds_up_no_other(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    decision = Decision.objects.get(pk=signed())
    decision.package = decision.package.replace(b"agency", b"person")
    decision.save()
    other = signed()
    beijing.work()
    assert [letter.header.decision is not None for letter in beijing.letters()] == [True]
    assert Letter.objects.get().decision == other
    beijing.work()
    assert DispatchProblem.objects.get().code == "not-as-decided"
    items = queries.desk_items(officer=officer, now=timezone.now())
    assert [item.url for item in items if item.kind == "letter.unsent"] == [f"/releases/decisions/{decision.pk}/"]


def test_a_decision_makes_one_letter_however_often_the_worker_looks(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    for _round in range(3):
        beijing.work()
    assert Letter.objects.count() == 1
    assert len(beijing.letters()) == 1


def test_each_receipt_is_a_fact_of_its_own_and_its_absence_is_unknown(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    assert facts(officer) == {}
    beijing.cut = False
    beijing.work(dt.timedelta(minutes=1))
    assert facts(officer) == {"stored": True}
    envelope = read_outer(beijing.got[0])
    for stage in (Stage.OPENED, Stage.ACCEPTED):
        raw = beijing.partner.receipt(envelope, stage)
        beijing.send(beijing.partner.receipts(settings.NODE.node_id, beijing.node_keys.seal, raw))
        beijing.work()
        assert facts(officer)[stage.value]
    assert Thread.objects.get().state == "accepted"


def test_a_receipt_of_somebody_else_proves_nothing(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    signed()
    beijing.work()
    other = beijing.write()
    raw = beijing.partner.receipt(other, Stage.ACCEPTED)
    beijing.send(beijing.partner.receipts(settings.NODE.node_id, beijing.node_keys.seal, raw))
    beijing.work()
    assert facts(officer) == {"stored": True}


def test_an_answer_without_a_signed_receipt_is_tried_again(
    beijing: Correspondent, signed: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed()
    monkeypatch.setattr(
        beijing, "post", lambda _to, envelopes, *, secure: [b'{"code":"not-accepted"}'] * len(envelopes)
    )
    beijing.work()
    entry = OutboxEntry.objects.get()
    assert (entry.delivered, entry.failed, entry.last_problem) == (None, None, "not-confirmed")


def test_a_pause_that_a_clock_a_day_ahead_has_set_does_not_hold_a_letter_back_for_a_day(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.cut = True
    beijing.work(dt.timedelta(days=1))
    beijing.cut = False
    beijing.work()
    assert OutboxEntry.objects.get(letter__isnull=False).delivered is not None


def test_a_pause_is_kept_to_the_end(beijing: Correspondent, signed: Callable[..., int], long_pauses: None) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    beijing.cut = False
    beijing.work(dt.timedelta(seconds=5))
    assert OutboxEntry.objects.get().delivered is None


def test_a_lost_answer_sends_the_same_bytes_again(beijing: Correspondent, signed: Callable[..., int]) -> None:
    signed()
    beijing.lose_answers = True
    beijing.work()
    assert OutboxEntry.objects.get().last_problem == "cut-off"
    beijing.lose_answers = False
    beijing.work(dt.timedelta(minutes=1))
    assert len(beijing.got) == 1
    assert OutboxEntry.objects.get().delivered is not None


@pytest.mark.usefixtures("long_pauses")
def test_letters_leave_in_their_order(beijing: Correspondent, signed: Callable[..., int]) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    signed()
    beijing.cut = False
    beijing.work()
    assert beijing.got == []
    beijing.work(dt.timedelta(minutes=1))
    assert [letter.header.sequence for letter in beijing.letters()] == [1, 2]
    first, second = beijing.letters()
    assert second.header.previous == first.digest


@pytest.mark.usefixtures("long_pauses")
def test_what_waits_for_a_partner_that_was_away_leaves_as_soon_as_the_partner_is_heard_of(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    beijing.cut = False
    beijing.work()
    assert beijing.got == []
    beijing.send(beijing.write())
    beijing.work()
    assert len(beijing.letters()) == 1


@pytest.mark.usefixtures("long_pauses")
def test_what_was_refused_is_not_tried_again_because_a_letter_came(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    OutboxEntry.objects.update(last_problem="too-many-requests")
    beijing.cut = False
    beijing.send(beijing.write())
    beijing.work()
    assert beijing.got == []


def test_a_suspended_partner_gets_nothing_until_it_is_reinstated(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    Party.objects.filter(uid=beijing.partner.uid).update(status="suspended")
    beijing.work()
    assert (beijing.got, Letter.objects.count()) == ([], 0)
    Party.objects.filter(uid=beijing.partner.uid).update(status="active")
    beijing.work(dt.timedelta(hours=1))
    assert len(beijing.letters()) == 1


def test_a_letter_that_expires_unsent_is_undeliverable_and_said_so(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    beijing.work(dt.timedelta(days=31))
    assert Thread.objects.get().state == "undeliverable"
    items = queries.desk_items(officer=officer, now=timezone.now())
    assert [item.title for item in items if item.kind == "letter.undeliverable"] == [
        "A letter to Beijing (fictional) could not be delivered"
    ]


def test_a_waiting_letter_can_be_tried_at_once(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    beijing.cut = False
    (line,) = queries.outbox(officer=officer)
    assert line.problem == "The partner's node cannot be reached."
    actions.retry_now(actor=officer, entry_id=line.row.pk, now=timezone.now())
    beijing.work()
    assert queries.outbox(officer=officer) == []


def test_pauses_grow_are_spread_and_have_an_end() -> None:
    rng = random.Random(1)
    pauses = [pause(attempts, rng) for attempts in range(30)]
    assert pauses[0] < dt.timedelta(seconds=4)
    assert max(pauses) <= LONGEST_PAUSE * 1.5
    assert len(set(pauses[12:])) > 1


def test_an_answer_becomes_statements_whose_source_is_that_letter(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer, case: Case
) -> None:
    signed()
    beijing.work()
    (request,) = beijing.letters()
    entity = request.body["entities"][0]["id"]
    statement = {**body()["statements"][0], "entity": entity, "prop": "jurisdiction", "value": "cn"}
    content = body(
        "reply",
        entities=[{"id": entity, "schema": "Company"}],
        statements=[statement],
        answers=[{"item": 1, "outcome": "provided", "statements": [1]}],
    )
    beijing.send(beijing.write(content, thread=request.header.thread, in_reply_to=request.header.id, deadline=None))
    beijing.work()
    assert Thread.objects.get().state == "answered"
    reply = Letter.objects.get(direction="in")
    actions.take_letter(actor=officer, letter_uid=reply.uid)
    source = Source.objects.get(kind="letter")
    assert source.received_letter == reply.uid
    ours = Source.objects.get(kind="document").statements.get().entity_id
    assert source.statements.get().entity_id == ours


def test_an_opened_letter_verifies_every_layer_again(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    beijing.send(beijing.write())
    beijing.work()
    letter = Letter.objects.get(direction="in")
    opened = read_letter(actor=officer, letter_uid=letter.uid)
    assert opened is not None
    assert opened.outer.holds
    assert opened.inner.holds
    assert opened.officer.holds
    assert opened.fingerprint
    Letter.objects.filter(pk=letter.pk).update(signed_with=b"x" * 32)
    forged = read_letter(actor=officer, letter_uid=letter.uid)
    assert forged is not None
    assert not forged.inner.holds
    assert forged.body is None


def test_receipts_are_told_even_when_the_partner_was_away(beijing: Correspondent) -> None:
    beijing.send(beijing.write())
    beijing.cut = True
    beijing.work()
    assert Receipt.objects.filter(to_send=False, stage="opened").exists()
    beijing.cut = False
    beijing.work(dt.timedelta(minutes=1))
    assert [one.stage for one in beijing.receipts()] == [Stage.OPENED]


def test_the_node_itself_may_not_take_a_letter(beijing: Correspondent, case: Case) -> None:
    beijing.send(beijing.write())
    beijing.work()
    with pytest.raises(Refused, match="Only a human"):
        actions.take_letter(actor=NODE, letter_uid=Letter.objects.get().uid, case_id=case.pk)


@pytest.mark.parametrize("step", ["sign_letter", "_letter_row", "queued", "mark_dispatched"])
def test_a_dispatch_that_breaks_anywhere_leaves_nothing_and_is_done_whole_later(
    beijing: Correspondent, signed: Callable[..., int], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    decision = signed()

    def broken(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as patch:
        patch.setattr(f"clew.node.exchange.actions.dispatching.{step}", broken)
        beijing.work()
    assert not Letter.objects.exists()
    assert not Thread.objects.exists()
    assert Decision.objects.get(pk=decision).state == "signed"
    beijing.work()
    assert [letter.header.sequence for letter in beijing.letters()] == [1]
