"""What a partner lost goes again in portions, each a transaction of its own, in the order of the numbers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from clew.exchange.sealing import LIFETIME
from clew.node.audit.models import AuditEntry
from clew.node.exchange import outbox, resending, restoring
from clew.node.exchange.models import Letter, OutboxEntry, PairState, ResyncQuestion, Thread
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db

Sent = Callable[..., list[OutboxEntry]]


@pytest.fixture
def sent(beijing: Correspondent) -> Sent:
    """Envelopes that arrived at the partner, under these numbers."""

    def make(*numbers: int, **changes: Any) -> list[OutboxEntry]:
        now = timezone.now()
        values = {"delivered": now, "expires": now + LIFETIME, **changes}
        PairState.objects.update_or_create(
            party=beijing.partner.uid, direction="out", defaults={"sequence": max(numbers), "digest": "d" * 64}
        )
        return [
            OutboxEntry.objects.create(
                party=beijing.partner.uid, kind="request", sequence=number, letter_digest=f"{number:064d}",
                envelope_id=f"{OutboxEntry.objects.count():032d}", envelope_digest="e" * 64, envelope=b"sealed",
                created=now, next_attempt=now, **values,
            )
            for number in numbers
        ]  # fmt: skip

    return make


def question(beijing: Correspondent, **changes: Any) -> ResyncQuestion:
    now = timezone.now()
    values = {"sent_sequence": 0, "sent_digest": "", "known_sequence": 0, "missing": [], **changes}
    return ResyncQuestion.objects.create(party=beijing.partner.uid, nonce="9" * 32, created=now, came=now, **values)


def warning(beijing: Correspondent) -> Letter:
    """A letter with a decision, whose number is higher than what goes again."""
    now, uid = timezone.now(), "w" * 32
    thread = Thread.objects.create(uid=uid, party=beijing.partner.uid, kind="notify", opened=now, changed=now)
    return Letter.objects.create(
        uid=uid, thread=thread, direction="out", state="sent", kind="notify", party=beijing.partner.uid, sequence=4,
        previous="", digest="4" * 64, envelope=uid, envelope_digest=uid * 2, signed_with=b"", header={}, created=now,
        recorded=now, wrapped_key=b"", sealed=b"", sealed_subject=b"", decision=77,
    )  # fmt: skip


def told(act: str) -> list[dict[str, Any]]:
    rows = AuditEntry.objects.filter(act=act).order_by("index").values_list("leaf", flat=True)
    return [json.loads(bytes(leaf))["details"] for leaf in rows]


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (resending, restoring):
        monkeypatch.setattr(module, "PORTION", 2)


@pytest.mark.usefixtures("two_at_once")
def test_letters_go_again_a_portion_in_a_round_and_the_answer_leaves_with_the_last(
    beijing: Correspondent, sent: Sent
) -> None:
    sent(1, 2, 3, 4, 5)
    asked = question(beijing)
    for waiting in ([1, 2], [1, 2, 3, 4]):
        restoring.answer_partners(timezone.now())
        asked.refresh_from_db()
        assert asked.answered is None
        rows = OutboxEntry.objects.filter(delivered=None).order_by("sequence")
        assert list(rows.values_list("sequence", flat=True)) == waiting
    restoring.answer_partners(timezone.now())
    asked.refresh_from_db()
    assert (asked.answered is not None, asked.coming, asked.resent) == (True, [[1, 5]], 5)
    assert [(one["from"], one["to"], one["put_back"]) for one in told("exchange.resend_letters")] == [
        (1, 2, 2),
        (3, 4, 2),
        (5, 5, 1),
    ]
    assert told("exchange.answer_resync")[0]["resent"] == 5


@pytest.mark.usefixtures("two_at_once")
def test_a_node_that_was_killed_goes_on_after_the_last_portion_that_was_kept(
    beijing: Correspondent, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(1, 2, 3, 4)
    question(beijing)
    restoring.answer_partners(timezone.now())
    OutboxEntry.objects.update(delivered=timezone.now())
    with monkeypatch.context() as killed:
        # After its rows were written and before the transaction ended: nothing of this portion is kept.
        killed.setattr("clew.node.exchange.actions.resyncing.record", _killed)
        with pytest.raises(KeyboardInterrupt):
            restoring.answer_partners(timezone.now())
    assert not OutboxEntry.objects.filter(delivered=None).exists()
    restoring.answer_partners(timezone.now())
    rows = OutboxEntry.objects.filter(delivered=None, kind="request").order_by("sequence")
    assert list(rows.values_list("sequence", flat=True)) == [3, 4]


def _killed(**_arguments: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("two_at_once")
def test_what_is_newer_waits_until_everything_older_goes_again(beijing: Correspondent, sent: Sent) -> None:
    sent(1, 2, 3)
    (newer,) = sent(4, delivered=None)
    asked = question(beijing)
    restoring.answer_partners(timezone.now())
    soon = timezone.now() + dt.timedelta(seconds=1)
    assert [one.sequence for one in outbox._next_entries(beijing.partner.uid, "", soon, ())] == [1, 2]
    for _round in range(2):
        restoring.answer_partners(timezone.now())
    asked.refresh_from_db()
    assert asked.answered is not None
    found = outbox._next_entries(beijing.partner.uid, "", soon, ())
    assert newer.pk in {one.pk for one in found}
    assert [one.sequence for one in found if one.sequence] == [1, 2, 3, 4]


def test_a_warning_of_a_danger_waits_for_nothing_that_goes_again(
    beijing: Correspondent, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(1, 2, 3)
    letter = warning(beijing)
    sent(4, delivered=None, letter=letter)
    sent(5, delivered=None)
    question(beijing)
    soon = timezone.now() + dt.timedelta(seconds=1)
    assert outbox._next_entries(beijing.partner.uid, "", soon, ()) == []
    monkeypatch.setattr(outbox, "danger_decisions", lambda *, since: [letter.decision])
    assert [one.sequence for one in outbox._next_entries(beijing.partner.uid, "", soon, ())] == [4]


def test_only_what_the_partner_lacks_goes_again_and_of_two_envelopes_the_later_one(
    beijing: Correspondent, sent: Sent
) -> None:
    sent(1, 2, 3, 4, 5, 6)
    (again,) = sent(3)
    asked = question(beijing, known_sequence=5, missing=[[2, 3]])
    found = resending.next_mine(asked, timezone.now())
    assert [one.sequence for one in found] == [2, 3, 6]
    assert found[1].pk == again.pk


def test_numbers_that_do_not_come_are_named_up_to_the_last_that_was_given(beijing: Correspondent, sent: Sent) -> None:
    sent(12)
    asked = question(beijing, known_sequence=5, missing=[[2, 3]], coming=[[3, 3], [7, 8], [10, 10]])
    assert resending.gone(asked) == ((2, 2), (6, 6), (9, 9), (11, 12))


@pytest.mark.sqlite
def test_what_each_round_of_the_worker_looks_for_is_found_without_reading_what_waits(db: None) -> None:
    now = timezone.now()
    assert "outbox_expiring" in outbox._waiting().filter(expires__lte=now).explain()
    assert "outbox_ways" in outbox._waiting().order_by().values_list("party", "carrier").distinct().explain()
    requests = Letter.objects.filter(kind="request")
    assert "letters_due" in requests.filter(due__isnull=False).explain()
    assert "letters_of_kind" in requests.filter(direction="in", state__in=("quarantined", "accepted")).explain()


def test_runs_are_told_as_far_as_an_answer_has_room_for() -> None:
    assert resending.with_numbers([[1, 2]], [3, 5, 6]) == [[1, 3], [5, 6]]
    full = [[n, n] for n in range(0, 2 * resending.MOST_SPANS, 2)]
    assert resending.with_numbers(full, [9_999]) == full
