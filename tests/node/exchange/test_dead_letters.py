"""What did not arrive stands before a human, with what to do; and it never leaves around the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from clew.exchange.receipts import Stage
from clew.exchange.sealing import read_outer
from clew.node.accounts.actions import Officer
from clew.node.cases.models import Case
from clew.node.disclosure.models import Assurance, Decision
from clew.node.exchange import actions, queries
from clew.node.exchange.models import DispatchProblem, OutboxEntry
from clew.node.types import BadInput
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db
PAGE = "/letters/outbox"


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


@pytest.fixture
def given_up(beijing: Correspondent, signed: Callable[..., int]) -> OutboxEntry:
    """A letter that the partner's node refused for good, though it has not expired."""
    signed()
    beijing.cut = True
    beijing.work()
    OutboxEntry.objects.update(failed=timezone.now(), last_problem="unknown-version")
    beijing.cut = False
    return OutboxEntry.objects.get()


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def test_a_letter_that_was_given_up_is_tried_again_while_its_decision_holds(
    beijing: Correspondent, given_up: OutboxEntry, officer: Officer
) -> None:
    actions.retry_now(actor=officer, entry_id=given_up.pk, now=timezone.now())
    beijing.work()
    given_up.refresh_from_db()
    assert (given_up.failed, given_up.delivered is not None) == (None, True)
    assert len(beijing.letters()) == 1


def test_a_letter_whose_decision_does_not_hold_any_more_stays_and_a_new_decision_is_asked_for(
    beijing: Correspondent, given_up: OutboxEntry, officer: Officer, client: Client
) -> None:
    Assurance.objects.all().delete()
    with pytest.raises(BadInput) as problem:
        actions.retry_now(actor=officer, entry_id=given_up.pk, now=timezone.now())
    assert problem.value.problem == "Something has changed since this was decided."
    assert "decided anew" in problem.value.cure
    told = client.post(f"{PAGE}/{given_up.pk}/retry", follow=True)
    assert "Something has changed since this was decided." in text(told)
    beijing.work()
    assert beijing.got == []


def test_a_letter_that_waits_does_not_leave_once_the_rules_would_not_let_it(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    Assurance.objects.all().delete()
    (line,) = queries.outbox(officer=officer)
    with pytest.raises(BadInput, match="decided anew"):
        actions.retry_now(actor=officer, entry_id=line.row.pk, now=timezone.now())
    beijing.cut = False
    beijing.work(dt.timedelta(minutes=1))
    assert beijing.got == []
    (line,) = queries.outbox(officer=officer)
    assert (line.row.last_problem, line.row.failed is not None) == ("outdated", True)
    items = queries.desk_items(officer=officer, now=timezone.now())
    assert "the rules would not let this letter leave now" in next(
        item.detail for item in items if item.kind == "letter.undeliverable"
    )


def test_a_letter_that_waits_goes_on_after_a_change_that_is_nothing_to_the_rules(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    Decision.objects.update(basis="0" * 64)
    beijing.cut = False
    beijing.work(dt.timedelta(minutes=1))
    assert len(beijing.letters()) == 1


def test_one_letter_that_may_not_leave_any_more_holds_up_no_other(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    first, second = signed(), signed()
    beijing.cut = True
    beijing.work()
    Decision.objects.filter(pk=first).update(state="withdrawn")
    beijing.cut = False
    beijing.work(dt.timedelta(minutes=1))
    assert OutboxEntry.objects.get(letter__decision=first).last_problem == "outdated"
    assert OutboxEntry.objects.get(letter__decision=second).delivered is not None


@pytest.mark.parametrize("state", ["stale", "withdrawn"])
def test_a_letter_behind_which_no_decision_stands_stays(given_up: OutboxEntry, officer: Officer, state: str) -> None:
    Decision.objects.update(state=state)
    with pytest.raises(BadInput, match="not in force"):
        actions.retry_now(actor=officer, entry_id=given_up.pk, now=timezone.now())


def test_what_cannot_be_derived_again_stays(
    given_up: OutboxEntry, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise LookupError("Takenvalq")

    monkeypatch.setattr("clew.node.disclosure.holding.derive_with", fail)
    with pytest.raises(BadInput, match="could not be found out"):
        actions.retry_now(actor=officer, entry_id=given_up.pk, now=timezone.now())


def test_unknown_undeliverable_refused_and_unsent_are_told_apart_each_with_what_to_do(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer, client: Client, case: Case
) -> None:
    refused, expired, waiting = signed(), signed(), signed()
    beijing.cut = True
    beijing.work()
    entries = {entry.letter.decision: entry for entry in OutboxEntry.objects.exclude(letter=None)}  # type: ignore[union-attr]
    now = timezone.now()
    OutboxEntry.objects.filter(pk=entries[expired].pk).update(
        failed=now, last_problem="expired", expires=now - dt.timedelta(hours=1)
    )
    OutboxEntry.objects.filter(pk=entries[waiting].pk).update(created=now - dt.timedelta(hours=2))
    declined = beijing.partner.receipt(
        read_outer(bytes(entries[refused].envelope)),
        Stage.ACCEPTED,
        code="declined",
        reason="other: Ask the consulate.",
    )
    beijing.send(beijing.partner.receipts("0" * 31 + "1", beijing.node_keys.seal, declined))
    beijing.work()
    DispatchProblem.objects.create(decision=waiting, case=case, code="not-as-decided", at=now)
    shown = text(client.get(PAGE))
    for part in (
        "Whether they arrived is unknown.", "Stuck", "The partner&#x27;s node cannot be reached.",
        "call the partner&#x27;s duty contact", "Could not be delivered", "It arrived after its expiry.",
        "Draft the letter again, so that it is decided anew.", "Refused by the partner", "Ask the consulate.",
        "Signed, but not sent", "Withdraw its release and decide again.",
    ):  # fmt: skip
        assert part in shown, part
    assert f"{PAGE}/{entries[expired].pk}/retry" not in shown
    assert f"{PAGE}/{entries[waiting].pk}/retry" in shown
    assert f"{PAGE}/{entries[refused].pk}/retry" not in shown


def test_another_team_sees_none_of_it(
    given_up: OutboxEntry,
    officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
) -> None:
    DispatchProblem.objects.create(decision=1, case=given_up.letter.thread.case, code="bad-field", at=timezone.now())  # type: ignore[union-attr]
    other = officer_factory(roles=["investigator"], username="clara")
    assert queries.outbox(officer=other) == []
    assert queries.unsent(officer=other) == []
    assert queries.refused_by_partners(officer=other) == []
    assert "Could not be delivered" not in text(signed_in_client(other).get(PAGE))
