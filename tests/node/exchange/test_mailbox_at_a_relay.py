"""A node that nobody can reach, and a relay that may do what it likes: letters arrive once, or it is known."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from clew.exchange.receipts import Stage
from clew.exchange.relaying import Method, RelayAddress
from clew.exchange.sealing import Envelope, read_outer
from clew.node.exchange import posting
from clew.node.exchange.limits import PARTNERS
from clew.node.exchange.models import Attempt, InboxEntry, Letter, OutboxEntry, PairState, Receipt, Thread, Transit
from clew.node.exchange.posting import Destination, NotHandedOver
from clew.node.exchange.pulling import Mailbox
from clew.node.exchange.queries import health_findings, metric_families
from clew.node.exchange.relay_lines import post
from clew.node.exchange.worker import Round, run_once
from clew.node.home import HomeProblem
from clew.node.keys import transport_key
from clew.node.mailbox import entrance, keep_relay, last_state
from clew.node.partners.models import NodeCard, Party
from clew.relay.door import Door
from clew.relay.home import RelaySettings
from clew.relay.store import Visit, _Room
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent, enter
from tests.relay.conftest import RELAY, Relay

pytestmark = pytest.mark.django_db

Sign = Callable[..., int]
ADDRESS = RelayAddress(RELAY, "http://127.0.0.1:9")


@dataclass
class Between:
    """The relay on the line, and what somebody in its place may do."""

    relay: Relay
    beijing: Correspondent
    mailbox: Mailbox = field(default_factory=lambda: Mailbox(random.Random(1)))
    down: bool = False
    gives: Callable[[list[bytes]], Sequence[bytes]] = list
    asked: list[str] = field(default_factory=list)
    direct: dict[str, Correspondent] = field(default_factory=dict)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Stands where the network stands."""
        if self.down:
            raise httpx.ConnectError("no route")
        path = request.url.path
        self.asked.append(path)
        told = self.relay.post(path, request.read())
        content = b"\n".join(self.gives(told.lines)) if path == "/v1/pull" else told.body
        return httpx.Response(int(told.status[:3]), headers=told.headers | {"Content-Length": str(len(content))},
                              content=content)  # fmt: skip

    def post(self, destination: Destination, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        """As the worker posts; who is reached directly answers directly."""
        if not destination.relay and destination.mailbox in self.direct:
            return self.direct[destination.mailbox].post(destination, envelopes, secure=secure)
        return post(destination, envelopes, secure=secure)

    def work(self, after: dt.timedelta = dt.timedelta()) -> Round:
        """One round of this node's worker, which looks into its mailbox."""
        self.clock = timezone.now() + after
        self.beijing.partner.now = self.clock.replace(microsecond=0)
        return run_once(now=self.clock, rng=random.Random(1), post=self.post, mailbox=self.mailbox)

    clock: dt.datetime = field(default_factory=timezone.now)

    def restart(self) -> None:
        self.mailbox = Mailbox(random.Random(1))

    def beijing_deposits(self, *envelopes: Envelope) -> list[str]:
        own = Partner("Own")
        own.uid = settings.NODE.node_id
        return self.relay.deposit(self.beijing.partner, own, *envelopes).codes

    def beijing_pulls(self, *, acknowledge: bool = True) -> list[Envelope]:
        """Beijing takes what lies for it; returns what was new to it."""
        got = [read_outer(raw) for raw in self.relay.pull(self.beijing.partner)]
        new = [one for one in got if one.raw not in self.beijing.got]
        self.beijing.got += [one.raw for one in new]
        if acknowledge and got:
            receipts = [(one, self.beijing.partner.receipt(one, Stage.STORED)) for one in got]
            assert self.relay.acknowledge(self.beijing.partner, *receipts).status == "200 OK"
        return new

    def known_to_beijing(self, *envelopes: Envelope) -> list[bytes]:
        digests = [one.digest for one in envelopes]
        told = self.relay.ask(self.beijing.partner, Method.ASK, mailbox=settings.NODE.node_id, digests=digests)
        return told.lines


@pytest.fixture
def between(
    tmp_path: Path, beijing: Correspondent, monkeypatch: pytest.MonkeyPatch, long_pauses: None
) -> Generator[Between]:
    """This node and Beijing have their mailboxes at one relay, and no line between them."""
    beijing.cut = True
    relay = Relay(tmp_path, RelaySettings(RELAY, ADDRESS.url))
    found = Between(relay, beijing)
    # What is simulated is the worker's time; requests are signed and judged at the real one.
    relay.now, relay.door = timezone.now(), Door(relay.store, relay.settings, timezone.now)
    own = Partner("Own", now=timezone.now())
    own.uid, own.transport_key = settings.NODE.node_id, transport_key()
    raw = beijing.partner.card(relay=RELAY, inbound_url=ADDRESS.url)
    NodeCard.objects.filter(party__uid=beijing.partner.uid).update(raw=raw)
    Party.objects.filter(uid=beijing.partner.uid).update(inbound_url=ADDRESS.url)
    relay.add(own, beijing.partner)
    client = httpx.Client(transport=httpx.MockTransport(found.answer))
    monkeypatch.setattr(posting, "_client", lambda _certificate: client)
    keep_relay(settings.HOME, ADDRESS)
    yield found
    keep_relay(settings.HOME, None)


LATER = dt.timedelta(minutes=5)


def test_two_nodes_that_nobody_can_reach_write_to_each_other_and_every_receipt_comes_back(
    between: Between, signed: Sign
) -> None:
    signed()
    between.work()
    entry = OutboxEntry.objects.get()
    assert (entry.delivered, entry.carried is not None, entry.last_problem) == (None, True, "")
    assert Thread.objects.get().state == "sent"
    (question,) = between.beijing_pulls()
    assert between.work(LATER).delivered == 1
    assert Thread.objects.get().state == "stored"
    answer = between.beijing.write()
    assert between.beijing_deposits(answer) == ["held"]
    assert between.work(2 * LATER).pulled == 1
    assert Letter.objects.filter(direction="in").get().state == "quarantined"
    # The acknowledgement leaves with the next look; then the relay has nothing of it any more but the receipt.
    between.work(3 * LATER)
    (stored,) = between.known_to_beijing(answer)
    partner = between.beijing.partner
    assert partner.read_receipt(stored, settings.NODE.node_id, between.beijing.node_keys).positive
    between.beijing_pulls()
    assert [one.stage for one in between.beijing.receipts()] == [Stage.OPENED]
    assert question.digest == entry.envelope_digest
    assert [one.letters for one in nodes(between.relay)] == [0, 0]


def nodes(relay: Relay) -> list[Any]:
    with relay.store.transaction() as visit:
        return visit.nodes()


def test_a_letter_that_lies_at_the_relay_is_asked_about_and_not_sent_again(between: Between, signed: Sign) -> None:
    signed()
    between.work()
    between.work(LATER)
    assert [path for path in between.asked if path != "/v1/pull"] == ["/v1/ask", "/v1/deposit", "/v1/ask"]


def test_a_letter_that_the_relay_lost_is_deposited_again(between: Between, signed: Sign) -> None:
    signed()
    between.work()
    lost = between.relay.store
    with lost.transaction() as visit:
        visit._db.execute("DELETE FROM letter")
    between.work(LATER)
    assert len(between.beijing_pulls()) == 1
    assert between.work(2 * LATER).delivered == 1


def test_a_receipt_that_the_relay_lost_comes_again(between: Between, signed: Sign) -> None:
    signed()
    between.work()
    between.beijing_pulls()
    with between.relay.store.transaction() as visit:
        visit._db.execute("DELETE FROM receipt")
    between.work(LATER)
    assert OutboxEntry.objects.get().delivered is None
    assert between.beijing_pulls() == []
    assert between.work(3 * LATER).delivered == 1


def test_a_relay_that_says_it_has_what_it_dropped_is_never_believed_to_have_delivered(
    between: Between, signed: Sign
) -> None:
    signed()
    between.work()
    for hours in range(1, 4):
        between.work(dt.timedelta(hours=hours))
    entry = OutboxEntry.objects.get()
    assert (entry.delivered, Thread.objects.get().state) == (None, "sent")
    found = {one.check: one for one in health_findings(now=timezone.now() + dt.timedelta(hours=3))}
    assert "whether they arrived is unknown" in found["carried: Beijing (fictional)"].says
    assert between.work(dt.timedelta(days=31)) is not None
    assert Thread.objects.get().state == "undeliverable"


def test_a_receipt_that_somebody_made_up_delivers_nothing(between: Between, signed: Sign) -> None:
    signed()
    between.work()
    (got,) = between.beijing_pulls(acknowledge=False)
    forger = Partner("Forger")
    forger.uid = between.beijing.partner.uid
    between.relay.acknowledge(between.beijing.partner, (got, forger.receipt(got, Stage.STORED)))
    between.work(LATER)
    assert OutboxEntry.objects.get().delivered is None
    assert not Receipt.objects.filter(issuer=between.beijing.partner.uid).exists()


@pytest.mark.parametrize("times", [2, 5])
def test_what_the_relay_repeats_has_one_effect(between: Between, times: int) -> None:
    sent = [between.beijing.write() for _letter in range(2)]
    between.beijing_deposits(*sent)
    between.gives = lambda lines: lines * times
    assert between.work().pulled == 2 * times
    for again in range(1, 4):
        between.work(again * LATER)
    assert Letter.objects.count() == InboxEntry.objects.count() == 2


def test_what_the_relay_reorders_is_put_into_its_order_and_a_gap_is_said_until_it_is_closed(between: Between) -> None:
    sent = [between.beijing.write() for _letter in range(3)]
    between.beijing_deposits(*sent)
    held: list[bytes] = []

    def last_first(lines: list[bytes]) -> list[bytes]:
        held.extend(lines)
        return lines[-1:]

    between.gives = last_first
    between.work()
    assert PairState.objects.get(direction="in").missing == [1, 2]
    between.gives = lambda lines: lines[::-1]
    between.work(LATER)
    between.work(2 * LATER)
    assert PairState.objects.get(direction="in").missing == []
    assert sorted(Letter.objects.values_list("sequence", flat=True)) == [1, 2, 3]
    assert held


def test_what_the_relay_cuts_or_changes_is_not_taken_is_said_and_comes_whole_later(between: Between) -> None:
    sent = between.beijing.write()
    between.beijing_deposits(sent)
    between.gives = lambda lines: [line[:-20] for line in lines]
    assert between.work().pulled == 0 or InboxEntry.objects.count() == 0
    between.work(LATER)
    assert InboxEntry.objects.count() == Letter.objects.count() == 0
    said = {one.check: one for one in health_findings(now=timezone.now() + LATER)}
    assert said["mailbox: content"].state == "wrong"
    between.gives = list
    between.work(2 * LATER)
    assert Letter.objects.get().state == "quarantined"


@pytest.mark.parametrize(
    "content", [b"x" * (8 * 1024 * 1024), b"\n" * 500], ids=["more than a page", "more lines than a page"]
)
def test_an_endless_answer_is_not_read_to_its_end(between: Between, content: bytes) -> None:
    between.beijing_deposits(between.beijing.write())
    between.gives = lambda _lines: [content]
    between.work()
    assert InboxEntry.objects.count() == 0
    state = last_state(settings.HOME.path)
    assert state is not None
    assert (state.problem, state.failures) == ("bad-answer", 1)


def test_the_same_letter_by_two_ways_has_one_effect_and_the_same_receipt(between: Between) -> None:
    sent = between.beijing.write()
    direct = between.beijing.send(sent).lines
    between.beijing_deposits(sent)
    assert between.work().pulled == 0
    between.work(LATER)
    assert between.known_to_beijing(sent) == direct
    assert Letter.objects.count() == InboxEntry.objects.count() == 1


def test_a_worker_that_ended_before_it_acknowledged_gets_the_letter_again_and_answers_the_same(
    between: Between,
) -> None:
    sent = between.beijing.write()
    between.beijing_deposits(sent)
    assert between.work().pulled == 1
    receipt = bytes(InboxEntry.objects.get().stored_receipt)
    between.restart()
    assert between.work(LATER).pulled == 0
    between.work(2 * LATER)
    assert between.known_to_beijing(sent) == [receipt]
    assert Letter.objects.count() == 1


def test_what_could_not_be_stored_is_not_acknowledged(between: Between, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = between.beijing.write()
    between.beijing_deposits(sent)

    def full(*_arguments: Any, **_named: Any) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("clew.node.exchange.receiving.store_envelopes", full)
        with pytest.raises(OperationalError):
            between.work()
    assert InboxEntry.objects.count() == 0
    assert between.work(LATER).pulled == 1
    assert "/v1/acknowledge" not in between.asked
    assert Letter.objects.count() == 1


def test_letters_of_strangers_and_of_a_suspended_partner_do_not_get_in_and_clog_nothing(between: Between) -> None:
    stranger = Partner("Stranger", now=timezone.now().replace(microsecond=0))
    between.relay.add(stranger)
    own = Partner("Own")
    own.uid = settings.NODE.node_id
    unknown = stranger.send(settings.NODE.node_id, between.beijing.node_keys.seal)
    assert between.relay.deposit(stranger, own, unknown).codes == ["held"]
    Party.objects.filter(uid=between.beijing.partner.uid).update(status="suspended")
    sent = between.beijing.write()
    between.beijing_deposits(sent)
    between.work()
    between.work(LATER)
    assert InboxEntry.objects.count() == 0
    assert set(Attempt.objects.values_list("code", flat=True)) == {"unknown-sender", "sender-not-usable"}
    assert [one.letters for one in nodes(between.relay)] == [0] * 3
    # Nothing was signed, so that Beijing, once it is reinstated, deposits it again and it is taken.
    Party.objects.filter(uid=between.beijing.partner.uid).update(status="active")
    between.beijing_deposits(sent)
    assert between.work(2 * LATER).pulled == 1


def test_one_sender_who_sends_too_much_holds_up_no_other(between: Between, monkeypatch: pytest.MonkeyPatch) -> None:
    sofia = Partner("Sofia", "BG")
    enter(sofia)
    between.relay.add(sofia)
    own = Partner("Own")
    own.uid = settings.NODE.node_id
    sofia.now = timezone.now().replace(microsecond=0)
    flood = between.beijing.write()
    between.beijing_deposits(flood)
    quiet = sofia.send(settings.NODE.node_id, between.beijing.node_keys.seal)
    between.relay.deposit(sofia, own, quiet)
    PARTNERS.forget()
    PARTNERS.take(between.beijing.partner.uid, 1500)
    monkeypatch.setattr(PARTNERS, "_clock", lambda: 0.0)
    between.work()
    assert list(InboxEntry.objects.values_list("sender", flat=True)) == [sofia.uid]
    PARTNERS.forget()
    monkeypatch.undo()


def test_while_the_relay_is_down_letters_wait_others_go_and_the_doctor_says_so(between: Between, signed: Sign) -> None:
    sofia = Correspondent(Partner("Sofia", "BG"))
    enter(sofia.partner)
    between.direct[sofia.partner.uid] = sofia
    between.relay.post("/v1/health", b"", REQUEST_METHOD="GET")
    between.down = True
    signed()
    letter = sofia.write()
    sofia.send(letter)
    between.work()
    entry = OutboxEntry.objects.get(party=between.beijing.partner.uid)
    assert (entry.delivered, entry.carried, entry.last_problem) == (None, None, "no-connection")
    assert OutboxEntry.objects.get(party=sofia.partner.uid).delivered is not None
    later = timezone.now() + dt.timedelta(hours=2)
    found = {one.check: one for one in health_findings(now=later)}
    assert found["mailbox"].state == "wrong"
    assert found["stuck: Beijing (fictional)"].state == "wrong"
    figures = {one.name: one.samples[0].value for one in metric_families(now=later, by_partner=False) if one.samples}
    assert figures["clew_mailbox_failures"] == 1
    between.down = False
    between.work(dt.timedelta(hours=2))
    assert len(between.beijing_pulls()) == 1


def test_looks_that_fail_come_at_growing_pauses_and_those_that_find_nothing_at_the_usual(between: Between) -> None:
    between.work()
    first = len(between.asked)
    between.work(dt.timedelta(seconds=settings.NODE.pull_pause / 4))
    assert len(between.asked) == first == 1
    between.work(dt.timedelta(seconds=settings.NODE.pull_pause * 2))
    assert len(between.asked) == 2
    between.down = True
    waits = []
    at = dt.timedelta(minutes=10)
    for _try in range(4):
        between.work(at)
        due = between.mailbox._due
        assert due is not None
        waits.append(due - between.clock)
        at += due - between.clock + dt.timedelta(seconds=1)
    assert waits[-1] > waits[0] * 2


def test_a_clock_that_was_a_day_ahead_does_not_keep_the_mailbox_shut_for_a_day(between: Between) -> None:
    between.work(dt.timedelta(days=1))
    between.work()
    assert between.asked.count("/v1/pull") == 2


def test_a_relay_that_does_not_know_this_node_any_more_is_said_in_words(between: Between, signed: Sign) -> None:
    with between.relay.store.transaction() as visit:
        visit.end_node(settings.NODE.node_id)
    signed()
    between.work()
    assert OutboxEntry.objects.get().last_problem == "relay-not-registered"
    state = last_state(settings.HOME.path)
    assert state is not None
    assert state.problem == "relay-not-registered"


@pytest.mark.parametrize("why", ["full", "no mailbox", "clock"])
def test_why_a_relay_took_nothing_is_kept_in_a_code_of_its_own(
    between: Between, signed: Sign, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    signed()
    if why == "full":
        monkeypatch.setattr(Visit, "_room", lambda _self, _request: _Room(0, 0))
    elif why == "no mailbox":
        between.relay.end(between.beijing.partner)
    else:
        between.relay.door = Door(
            between.relay.store, between.relay.settings, lambda: timezone.now() + dt.timedelta(hours=1)
        )
    between.work()
    told = {"full": "relay-full", "no mailbox": "relay-no-mailbox", "clock": "relay-clock"}
    assert OutboxEntry.objects.get().last_problem == told[why]


def test_a_partner_who_is_no_relay_is_not_believed_to_be_one(between: Between, signed: Sign) -> None:
    """Only the confirmed card says that a relay answers; a partner's node may not put its own receipt off by a word."""
    NodeCard.objects.filter(party__uid=between.beijing.partner.uid).update(raw=between.beijing.partner.card())
    signed()
    between.post = lambda _destination, envelopes, *, secure: [b'{"code":"held"}'] * len(envelopes)  # type: ignore[method-assign]
    between.work()
    entry = OutboxEntry.objects.get()
    assert (entry.carried, entry.last_problem) == (None, "not-confirmed")


def test_a_node_without_a_mailbox_asks_nobody_and_says_nothing_of_one(between: Between) -> None:
    keep_relay(settings.HOME, None)
    between.work()
    assert between.asked == []
    assert "mailbox" not in {one.check for one in health_findings(now=timezone.now())}


def test_a_relay_in_clear_is_refused_by_a_node_that_insists_on_tls(between: Between) -> None:
    destination = Destination("http://relay.example", "", RELAY, between.beijing.partner.uid)
    with pytest.raises(NotHandedOver, match="not-secure"):
        post(destination, [between.beijing.write().raw], secure=True)


def test_a_post_behind_a_relay_carries_and_hands_back_the_recipients_own_receipt(
    between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, carries=True))
    sofia, own = Partner("Sofia", "BG"), Partner("Own")
    enter(sofia)
    between.relay.add(sofia)
    own.uid = settings.NODE.node_id
    sofia.now = timezone.now().replace(microsecond=0)
    beijing = between.beijing.partner
    letter = sofia.seal(sofia.write(beijing.uid), beijing.uid, beijing.keys.seal, hop=1)
    assert between.relay.deposit(sofia, own, letter).codes == ["held"]
    between.work()
    between.work(LATER)
    assert [one.digest for one in between.beijing_pulls()] == [letter.digest]
    entry = Transit.objects.get()
    assert (entry.passed_on, entry.last_problem) == (None, "at-relay")
    first = between.relay.deposit(sofia, own, letter).lines[0]
    assert sofia.read_receipt(first, own.uid, between.beijing.node_keys).positive
    between.work(3 * LATER)
    assert Transit.objects.get().passed_on is not None
    # Asked again, the post answers with the recipient's word.
    assert between.relay.deposit(sofia, own, letter).codes == ["held"]
    between.work(4 * LATER)
    between.work(5 * LATER)
    last = between.relay.deposit(sofia, own, letter).lines[0]
    assert sofia.read_receipt(last, beijing.uid, beijing.keys).positive


def test_a_mailbox_whose_address_cannot_be_read_is_said_and_never_taken_for_none(between: Between) -> None:
    (settings.HOME.keys / "mailbox.json").write_bytes(b"{}")
    between.work()
    (said,) = [one for one in health_findings(now=timezone.now()) if one.check == "mailbox"]
    assert (said.state, "clew letter mailbox set" in said.says) == ("wrong", True)
    with pytest.raises(HomeProblem):
        entrance(settings.HOME)


def test_this_nodes_card_names_the_relay_and_not_its_own_inbound(between: Between) -> None:
    found = entrance(settings.HOME)
    assert (found.url, found.certificate, found.relay) == (ADDRESS.url, "", RELAY)
    keep_relay(settings.HOME, None)
    assert entrance(settings.HOME).relay == ""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_the_relay_and_the_line_do_every_letter_has_one_effect_and_its_receipt(
    between: Between, signed: Sign, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Both ways at once: repeated, reordered, cut, kept back, answers lost, the worker killed, some by inbound too."""
    rng = random.Random(seed)
    faults = [True]
    signed()
    theirs = [between.beijing.write() for _letter in range(8)]

    def lossy(request: httpx.Request) -> httpx.Response:
        told = between.answer(request)
        if faults[0] and rng.random() < 0.25:
            # The relay did it, and nobody hears so.
            raise httpx.ReadError("cut off")
        return told

    def hostile(lines: list[bytes]) -> list[bytes]:
        given = [line for line in lines if rng.random() < 0.7] + [line for line in lines if rng.random() < 0.3]
        rng.shuffle(given)
        return [line[:-9] if rng.random() < 0.2 else line for line in given][:64]

    between.gives = hostile
    client = httpx.Client(transport=httpx.MockTransport(lossy))
    monkeypatch.setattr(posting, "_client", lambda _certificate: client)
    for step in range(14):
        between.down = rng.random() < 0.2
        between.beijing_deposits(*rng.sample(theirs, rng.randint(1, len(theirs))))
        between.beijing_pulls(acknowledge=rng.random() < 0.6)
        if rng.random() < 0.3:
            between.beijing.send(rng.choice(theirs))
        if rng.random() < 0.3:
            between.restart()
        between.work(step * LATER)
        assert Letter.objects.filter(direction="in").count() <= len(theirs)
    between.down, between.gives, faults[0] = False, list, False
    between.beijing_deposits(*theirs)
    for step in range(10):
        between.beijing_pulls()
        between.work(14 * LATER + step * dt.timedelta(minutes=25))
    assert sorted(Letter.objects.filter(direction="in").values_list("sequence", flat=True)) == list(range(1, 9))
    assert PairState.objects.get(direction="in").missing == []
    assert OutboxEntry.objects.filter(delivered=None).count() == 0
    assert [letter.header.type for letter in between.beijing.letters()] == ["request"]
    for one in theirs:
        (stored,) = between.beijing.send(one).lines
        assert between.beijing.partner.read_receipt(stored, settings.NODE.node_id, between.beijing.node_keys).positive
