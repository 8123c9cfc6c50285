"""Inbound takes so much from each caller and no more; the sender waits as long as it is told."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence

import pytest
from django.conf import settings
from django.utils import timezone

from clew.node.exchange.limits import MOST_CALLERS, Limit, TooMany, network_of
from clew.node.exchange.models import InboxEntry, OutboxEntry
from clew.node.exchange.posting import Destination, NotHandedOver
from clew.node.exchange.worker import run_once
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Answer, Correspondent, enter, post_inbound


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock: Clock) -> Limit:
    return Limit(rate=2, burst=4, clock=clock)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Callable[..., None]:
    """Sets both limits of inbound anew, under a clock that stands still."""

    def set_to(*, requests: int = 1000, envelopes: int = 1000) -> None:
        addresses = Limit(rate=1, burst=requests, clock=clock)
        monkeypatch.setattr("clew.node.exchange.inbound.ADDRESSES", addresses)
        partners = Limit(rate=2, burst=envelopes, clock=clock)
        monkeypatch.setattr("clew.node.exchange.receiving.PARTNERS", partners)

    return set_to


def knock(address: str, **environ: str) -> Answer:
    return post_inbound(b"", PATH_INFO="/v1/health", REQUEST_METHOD="GET", REMOTE_ADDR=address, **environ)


def test_so_many_at_once_then_so_many_a_second(limit: Limit, clock: Clock) -> None:
    limit.take("a", 4)
    with pytest.raises(TooMany) as refused:
        limit.take("a", 3)
    assert refused.value.retry_after == 2
    clock.now = 1.5
    limit.take("a", 3)
    with pytest.raises(TooMany):
        limit.take("a")


def test_one_caller_uses_up_nothing_of_another(limit: Limit) -> None:
    limit.take("a", 4)
    limit.take("b", 4)


def test_what_is_refused_uses_up_nothing(limit: Limit, clock: Clock) -> None:
    limit.take("a", 3)
    for _try in range(5):
        with pytest.raises(TooMany):
            limit.take("a", 2)
    limit.take("a")


def test_more_than_ever_fits_is_taken_when_the_bucket_is_full_and_paid_for_afterwards(
    limit: Limit, clock: Clock
) -> None:
    limit.take("a", 10)
    clock.now = 3
    with pytest.raises(TooMany):
        limit.take("a")
    clock.now = 4
    limit.take("a")


def test_a_bucket_never_holds_more_than_its_burst(limit: Limit, clock: Clock) -> None:
    clock.now = 1000
    limit.take("a", 4)
    with pytest.raises(TooMany):
        limit.take("a")


def test_the_memory_of_callers_has_an_end(limit: Limit) -> None:
    for number in range(MOST_CALLERS + 50):
        limit.take(str(number))
    assert len(limit._left) == MOST_CALLERS


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "no address", True),
    ],
)
def test_an_ipv6_network_is_one_caller(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_an_address_that_asks_too_often_is_told_when_to_come_back(narrow: Callable[..., None]) -> None:
    narrow(requests=2)
    assert [knock("192.0.2.1").status for _knock in range(3)] == ["200 OK", "200 OK", "429 Too Many Requests"]
    assert knock("192.0.2.1").code == "too-many-requests"
    assert knock("192.0.2.2").status == "200 OK"


def test_behind_a_proxy_the_caller_is_whom_the_proxy_names_last(narrow: Callable[..., None]) -> None:
    narrow(requests=1)
    assert knock("127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1").status == "200 OK"
    assert knock("127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.2").status == "200 OK"
    assert knock("127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.7, 192.0.2.1").status.startswith("429")


def test_a_caller_from_elsewhere_cannot_name_another(narrow: Callable[..., None]) -> None:
    narrow(requests=1)
    assert knock("192.0.2.1", HTTP_X_FORWARDED_FOR="192.0.2.8").status == "200 OK"
    assert knock("192.0.2.1", HTTP_X_FORWARDED_FOR="192.0.2.9").status.startswith("429")


@pytest.mark.django_db
def test_a_partner_that_sends_too_much_is_told_to_wait_and_nothing_is_stored(
    beijing: Correspondent, narrow: Callable[..., None], clock: Clock
) -> None:
    narrow(envelopes=3)
    assert beijing.send(beijing.write(), beijing.write()).status == "200 OK"
    late = [beijing.write(), beijing.write()]
    answer = beijing.send(*late)
    assert (answer.status, answer.code) == ("429 Too Many Requests", "too-many-requests")
    assert answer.headers["Retry-After"] == "1"
    assert InboxEntry.objects.count() == 2
    clock.now = 1
    assert beijing.send(*late).status == "200 OK"
    assert InboxEntry.objects.count() == 4


@pytest.mark.django_db
def test_nobody_uses_up_a_partners_allowance_in_its_name(beijing: Correspondent, narrow: Callable[..., None]) -> None:
    narrow(envelopes=1)
    forger = Partner("Forger")
    forger.uid = beijing.partner.uid
    forger.now = timezone.now()
    for _forged in range(3):
        forged = forger.send(settings.NODE.node_id, beijing.node_keys.seal)
        assert beijing.send(forged).code == "not-accepted"
    assert beijing.send(beijing.write()).status == "200 OK"


@pytest.mark.django_db
def test_one_partner_that_floods_leaves_room_for_the_others(
    beijing: Correspondent, narrow: Callable[..., None]
) -> None:
    narrow(envelopes=2)
    sofia = Correspondent(Partner("Sofia"))
    enter(sofia.partner)
    beijing.send(beijing.write(), beijing.write())
    assert beijing.send(beijing.write()).status.startswith("429")
    assert sofia.send(sofia.write()).status == "200 OK"


@pytest.mark.django_db
def test_the_worker_waits_as_long_as_it_was_told(beijing: Correspondent, signed: Callable[..., int]) -> None:
    signed()
    asked: list[int] = []

    def busy(destination: Destination, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        asked.append(len(envelopes))
        raise NotHandedOver("too-many-requests", 600)

    now = timezone.now()
    run_once(now=now, rng=random.Random(1), post=busy)
    entry = OutboxEntry.objects.get()
    assert entry.last_problem == "too-many-requests"
    assert entry.next_attempt >= now + dt.timedelta(seconds=600)
    run_once(now=now + dt.timedelta(seconds=590), rng=random.Random(1), post=busy)
    assert asked == [1]
    beijing.work(after=dt.timedelta(seconds=601))
    assert OutboxEntry.objects.get().delivered is not None
