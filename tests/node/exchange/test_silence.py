"""Where no receipt comes in time, the desk says whom to call; it never says that a letter arrived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone

from clew.exchange.receipts import Stage
from clew.exchange.sealing import read_outer
from clew.node.accounts.actions import Officer
from clew.node.disclosure.models import Decision, Release
from clew.node.exchange import queries
from clew.node.exchange.models import OutboxEntry, Thread
from clew.node.partners.models import Party
from clew.node.types import DeskItem
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def silent(officer: Officer, after: dt.timedelta) -> list[DeskItem]:
    items = queries.desk_items(officer=officer, now=timezone.now() + after)
    return [item for item in items if item.kind == "letter.silent"]


def answer(beijing: Correspondent, *stages: Stage, code: str = "") -> None:
    envelope = read_outer(beijing.got[0])
    for stage in stages:
        raw = beijing.partner.receipt(envelope, stage, code=code)
        beijing.send(beijing.partner.receipts(settings.NODE.node_id, beijing.node_keys.seal, raw))
        beijing.work()


def test_a_letter_that_nobody_has_opened_within_a_day_is_asked_about_by_telephone(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    Party.objects.filter(uid=beijing.partner.uid).update(
        contacts=[{"kind": "duty phone", "value": "+86 10 0000", "note": ""}]
    )
    signed()
    beijing.work()
    Thread.objects.update(urgency="")
    assert silent(officer, 23 * HOUR) == []
    (item,) = silent(officer, 25 * HOUR)
    assert (item.detail, item.urgent) == ("duty phone: +86 10 0000", True)
    assert item.title == "Whether Beijing (fictional) has the letter is unknown: call its contact point"
    answer(beijing, Stage.OPENED)
    assert silent(officer, 25 * HOUR) == []


def test_an_urgent_request_is_asked_about_sooner(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    Thread.objects.update(urgency="urgent-8h")
    assert silent(officer, HOUR / 4) == []
    (item,) = silent(officer, HOUR)
    assert item.detail == "No contact point is known."


def test_a_warning_is_asked_about_until_a_human_has_taken_it(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer
) -> None:
    signed()
    beijing.work()
    # The letter of a warning, as far as silence looks: what it says is the release's business.
    Release.objects.update(kind="notify", purpose="life_in_danger")
    answer(beijing, Stage.OPENED)
    assert Decision.objects.get().state == "dispatched"
    assert silent(officer, dt.timedelta(minutes=10)) == []
    (item,) = silent(officer, dt.timedelta(minutes=16))
    assert item.title == "Nobody at Beijing (fictional) has taken the warning yet: call"
    answer(beijing, Stage.ACCEPTED)
    assert silent(officer, HOUR) == []


def test_a_letter_that_was_refused_or_given_up_is_no_silence_and_another_teams_is_not_told(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer, officer_factory: Callable[..., Officer]
) -> None:
    signed()
    beijing.work()
    other = officer_factory(roles=["investigator"], username="olga")
    assert silent(officer, 25 * HOUR)
    assert silent(other, 25 * HOUR) == []
    OutboxEntry.objects.exclude(letter=None).update(failed=timezone.now())
    assert silent(officer, 25 * HOUR) == []
    OutboxEntry.objects.update(failed=None)
    answer(beijing, Stage.OPENED, code="wrong-key")
    assert silent(officer, 25 * HOUR) == []
