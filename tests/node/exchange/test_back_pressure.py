"""A partner that is down, slow or odd holds up no other; so much is in flight at once, and no more."""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Iterator, Sequence

import httpx
import pytest
from django.conf import settings
from django.utils import timezone

from clew.exchange.receipts import Stage
from clew.exchange.sealing import read_outer
from clew.node.accounts.actions import NODE
from clew.node.exchange import posting
from clew.node.exchange.actions import send_receipts, sign_receipts
from clew.node.exchange.inbound import ANSWER_TYPE, MAX_LINES
from clew.node.exchange.lines import AT_ONCE, FOR_SLOW, SLOW, Lines, Way
from clew.node.exchange.models import OutboxEntry, Receipt, Transit
from clew.node.exchange.outbox import deliver
from clew.node.exchange.passing_on import pass_on
from clew.node.exchange.posting import Destination, NotHandedOver, post
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent, enter

STUCK = 30.0
"""Seconds a thread of a test waits before it counts as stuck; none does when the tests pass."""


class Street:
    """Stands where the network stands: partners that answer at once, and some that say nothing until told."""

    def __init__(self, *partners: Partner) -> None:
        self.by_address = {address(partner): partner for partner in partners}
        self.silent: set[str] = set()
        self.go_on = threading.Event()
        self.asked: list[tuple[str, int]] = []

    def post(self, destination: Destination, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        partner = self.by_address[destination.url]
        self.asked.append((partner.name, len(envelopes)))
        if partner.name in self.silent:
            assert self.go_on.wait(STUCK)
        return [partner.receipt(read_outer(raw), Stage.STORED) for raw in envelopes]

    def round(self, lines: Lines) -> int:
        """One round of deliveries."""
        now = timezone.now()
        for partner in self.by_address.values():
            partner.now = now.replace(microsecond=0)
        return deliver(now=now, rng=random.Random(1), post=self.post, lines=lines)


def address(partner: Partner) -> str:
    return f"http://{partner.uid}.localhost:1"


@pytest.fixture
def lines() -> Iterator[Lines]:
    made = Lines(patience=STUCK)
    yield made
    made.close(STUCK)


def neighbours(number: int) -> list[Partner]:
    """So many partners in the directory, each with an address of its own."""
    made = [Partner(f"Office {place}") for place in range(number)]
    for partner in made:
        enter(partner, inbound_url=address(partner))
    return made


def owe(partner: Partner, number: int = 1) -> None:
    """Queue so many letters of receipts to a partner."""
    for _each in range(number):
        now = timezone.now()
        receipt = Receipt.objects.create(
            issuer=settings.NODE.node_id, addressee=partner.uid, envelope_id=secrets.token_hex(16), to_send=True,
            envelope_digest=secrets.token_hex(32), stage="opened", at=now, recorded=now,
        )  # fmt: skip
        sign_receipts(actor=NODE, receipts=[receipt])
        send_receipts(actor=NODE, receipts=[receipt], now=now)


def waiting_for(partner: Partner) -> int:
    return OutboxEntry.objects.filter(party=partner.uid, delivered=None).count()


@pytest.mark.django_db
def test_a_partner_that_says_nothing_holds_up_neither_another_nor_the_next_rounds(beijing: Correspondent) -> None:
    quiet, quick = neighbours(2)
    street = Street(quiet, quick)
    street.silent = {quiet.name}
    lines = Lines(patience=0.0)
    owe(quiet)
    street.round(lines)
    # The quiet one's line is open; what comes for the other afterwards goes out while it is.
    owe(quick)
    for _round in range(100):
        street.round(lines)
        if not waiting_for(quick):
            break
        street.go_on.wait(0.05)
    assert (waiting_for(quiet), waiting_for(quick)) == (1, 0)
    street.go_on.set()
    lines.close(STUCK)
    assert street.round(lines) == 1
    assert waiting_for(quiet) == 0


@pytest.mark.django_db
def test_one_request_at_a_time_goes_to_a_partner_and_holds_so_many_letters_at_most(beijing: Correspondent) -> None:
    (quiet,) = neighbours(1)
    street = Street(quiet)
    street.silent = {quiet.name}
    lines = Lines(patience=0.0)
    owe(quiet, MAX_LINES + 3)
    for _round in range(3):
        street.round(lines)
    street.go_on.set()
    lines.close(STUCK)
    assert street.asked == [(quiet.name, MAX_LINES)]
    assert waiting_for(quiet) == MAX_LINES + 3
    assert street.round(lines) == MAX_LINES


@pytest.mark.django_db
def test_no_more_requests_than_there_are_lines_are_open_and_who_was_left_out_comes_next(beijing: Correspondent) -> None:
    partners = neighbours(AT_ONCE + 1)
    street = Street(*partners)
    for partner in partners:
        owe(partner, MAX_LINES + 1)
    lines = Lines(patience=STUCK)
    street.round(lines)
    first = {name for name, _number in street.asked}
    assert len(first) == len(street.asked) == AT_ONCE
    street.asked.clear()
    street.round(lines)
    (left_out,) = {partner.name for partner in partners} - first
    assert left_out in {name for name, _number in street.asked}
    lines.close(STUCK)


@pytest.mark.django_db
def test_an_address_that_makes_a_request_impossible_is_named_and_ends_nothing(
    beijing: Correspondent, lines: Lines
) -> None:
    odd, sound = neighbours(2)
    street = Street(sound)
    for partner in (odd, sound):
        owe(partner)
    assert street.round(lines) == 1
    (left,) = OutboxEntry.objects.filter(delivered=None)
    assert (left.party, left.last_problem, left.attempts) == (odd.uid, "own-fault", 1)


@pytest.mark.django_db
def test_a_refusal_that_may_pass_is_asked_again_after_a_pause_only(
    beijing: Correspondent, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    (full,) = neighbours(1)
    street = Street(full)

    def refuse(_to: Destination, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        return [full.receipt(read_outer(raw), Stage.STORED, code="transit-full") for raw in envelopes]

    monkeypatch.setattr(street, "post", refuse)
    owe(full)
    assert street.round(lines) == 0
    (entry,) = OutboxEntry.objects.all()
    assert (entry.attempts, entry.last_problem, entry.failed) == (1, "transit-full", None)
    assert entry.next_attempt > entry.created


@pytest.mark.django_db
def test_a_letter_carried_for_others_waits_for_its_own_recipient_only(beijing: Correspondent) -> None:
    quiet, quick = neighbours(2)
    street = Street(quiet, quick)
    street.silent = {quiet.name}
    now = timezone.now()
    for partner in (quiet, quick):
        beijing.partner.now = now.replace(microsecond=0)
        envelope = beijing.partner.seal(beijing.partner.write(partner.uid), partner.uid, partner.keys.seal, hop=1)
        Transit.objects.create(
            sender=beijing.partner.uid, recipient=partner.uid, envelope_id=envelope.id, digest=envelope.digest,
            envelope=envelope.raw, size=len(envelope.raw), received=now, expires=envelope.expires, receipt=b"{}",
            next_attempt=now,
        )  # fmt: skip
    lines = Lines(patience=0.0)
    for _round in range(100):
        pass_on(now=timezone.now(), rng=random.Random(1), post=street.post, lines=lines)
        done = Transit.objects.filter(recipient=quick.uid).exclude(attempts=0, passed_on=None).exists()
        # Each is asked on a thread of its own: the one that answers may be through before the other was asked.
        if done and quiet.name in {name for name, _number in street.asked}:
            break
        street.go_on.wait(0.05)
    assert Transit.objects.get(recipient=quiet.uid).attempts == 0
    assert [name for name, _number in street.asked].count(quiet.name) == 1
    street.go_on.set()
    lines.close(STUCK)


def test_ways_that_were_slow_leave_half_of_the_lines_to_the_others() -> None:
    told = iter(range(0, 1000, int(SLOW) + 1))
    slow = Lines(patience=STUCK, clock=lambda: next(told))
    ways: list[Way] = [("own", str(number), "") for number in range(AT_ONCE)]
    for way in ways[:-1]:
        slow.start(way, lambda: None, lambda _now: 1)
        assert slow.settle("own", timezone.now()) == 1
    go_on = threading.Event()
    opened = []
    for way in ways:
        if slow.is_free(way):
            slow.start(way, lambda: assert_set(go_on), lambda _now: 1)
            opened.append(way)
    assert opened == [*ways[:FOR_SLOW], ways[-1]]
    go_on.set()
    slow.close(STUCK)


def test_an_answer_is_expected_soon_of_a_way_that_was_not_slow_and_for_a_while_only() -> None:
    now = [0.0]
    lines = Lines(patience=0.0, clock=lambda: now[0])
    assert not lines.expect_soon()
    go_on = threading.Event()
    lines.start(("own", "one", ""), lambda: assert_set(go_on), lambda _now: 1)
    assert lines.expect_soon()
    now[0] = SLOW
    assert not lines.expect_soon()
    go_on.set()
    lines.close(STUCK)
    now[0] = 2 * SLOW
    assert lines.settle("own", timezone.now()) == 1
    assert not lines.expect_soon()


def assert_set(event: threading.Event) -> None:
    assert event.wait(STUCK)


class Flood(httpx.SyncByteStream):
    """An answer that does not end by itself."""

    read = 0

    def __iter__(self) -> Iterator[bytes]:
        while Flood.read < 10_000:
            Flood.read += 1
            yield b"x" * 1000


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, headers={"Content-Type": ANSWER_TYPE}, stream=Flood()),
        httpx.Response(200, headers={"Content-Type": ANSWER_TYPE, "Content-Encoding": "gzip"}),
    ],
)
def test_no_more_of_an_answer_is_read_than_receipts_can_be_long(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response
) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _request: answer))
    monkeypatch.setattr(posting, "_client", lambda _certificate: client)
    with pytest.raises(NotHandedOver, match="bad-answer"):
        post(Destination("http://beijing.localhost:1", ""), [b"{}"], secure=False)
    assert Flood.read < 10


def test_who_sends_a_byte_now_and_then_loses_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(0, 10_000, 60))
    monkeypatch.setattr("clew.node.exchange.posting.time.monotonic", lambda: next(seconds))

    class Drops(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield from [b"x"] * 100

    answer = httpx.Response(200, headers={"Content-Type": ANSWER_TYPE}, stream=Drops())
    client = httpx.Client(transport=httpx.MockTransport(lambda _request: answer))
    monkeypatch.setattr(posting, "_client", lambda _certificate: client)
    with pytest.raises(NotHandedOver, match="timeout"):
        post(Destination("http://beijing.localhost:1", ""), [b"{}"], secure=False)
