"""A letter goes via a post: the post's node carries it sealed, and only the recipient's own receipt says it arrived."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clew.exchange.cards import read_card
from clew.exchange.receipts import Stage
from clew.exchange.sealing import LIFETIME, Envelope, read_outer
from clew.node.accounts.actions import Officer
from clew.node.audit.queries import verify
from clew.node.exchange import carrying, queries
from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry, Receipt, Transit
from clew.node.exchange.posting import Destination, NotHandedOver
from clew.node.exchange.worker import run_once
from clew.node.partners.models import Party
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent, enter
from tests.node.exchange.test_replaced_keys import renewed

pytestmark = pytest.mark.django_db


@dataclass
class Line:
    """The network between this node and its partners: who was written to, with what, and what they answer."""

    answers: dict[str, Partner] = field(default_factory=dict)
    sent: list[tuple[str, bytes]] = field(default_factory=list)
    cut: bool = False
    code: str = ""

    def post(self, destination: Destination, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        if self.cut:
            raise NotHandedOver("no-connection")
        self.sent.extend((destination.url, raw) for raw in envelopes)
        partner = self.answers[destination.url]
        return [partner.receipt(read_outer(raw), Stage.STORED, code=self.code) for raw in envelopes]

    def work(self, after: dt.timedelta = dt.timedelta()) -> None:
        now = timezone.now() + after
        for partner in self.answers.values():
            partner.now = now.replace(microsecond=0)
        run_once(now=now, rng=random.Random(1), post=self.post)


@pytest.fixture
def carries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, carries=True))


@pytest.fixture
def sofia(beijing: Correspondent) -> Correspondent:
    partner = Partner("Sofia", country="BG")
    enter(partner, inbound_url="http://sofia.localhost:1")
    return Correspondent(partner)


@pytest.fixture
def line(sofia: Correspondent) -> Line:
    return Line({"http://sofia.localhost:1": sofia.partner})


def letter_for(sender: Correspondent, to: Partner, **changes: object) -> Envelope:
    """A letter of one partner to another, sealed for the latter."""
    sender.partner.now = timezone.now().replace(microsecond=0)
    raw = sender.partner.write(to.uid)
    return sender.partner.seal(raw, to.uid, to.keys.seal, **{"hop": 1, **changes})


def test_it_is_carried_byte_for_byte_and_the_recipients_receipt_comes_back(
    carries: None, beijing: Correspondent, sofia: Correspondent, line: Line
) -> None:
    envelope = letter_for(beijing, sofia.partner)
    ours = beijing.send(envelope).lines[0]
    assert beijing.partner.read_receipt(ours, settings.NODE.node_id, beijing.node_keys).positive
    line.work()
    assert line.sent == [("http://sofia.localhost:1", envelope.raw)]
    theirs = beijing.send(envelope).lines[0]
    receipt = beijing.partner.read_receipt(theirs, sofia.partner.uid, sofia.partner.keys)
    assert (receipt.stage, receipt.positive, receipt.digest) == (Stage.STORED, True, envelope.digest)
    line.work(after=dt.timedelta(hours=1))
    assert len(line.sent) == 1
    assert verify().ok


def test_a_receipt_that_the_recipient_signed_before_it_renewed_its_keys_is_passed_back(
    carries: None,
    beijing: Correspondent,
    sofia: Correspondent,
    line: Line,
    officer_factory: Callable[..., Officer],
) -> None:
    envelope = letter_for(beijing, sofia.partner)
    beijing.send(envelope)
    before, after = renewed(sofia, officer_factory(roles=["liaison_officer"], username="lisa"))
    # The recipient had it by another way already: for the same bytes it gives the receipt that it gave then.
    line.answers = {read_card(after.card()).inbound_url: before}
    line.work()
    receipt = beijing.partner.read_receipt(beijing.send(envelope).lines[0], before.uid, before.keys)
    assert (receipt.stage, receipt.digest) == (Stage.STORED, envelope.digest)
    assert before.keys.transport != after.keys.transport


def test_the_same_bytes_again_are_carried_once(
    carries: None, beijing: Correspondent, sofia: Correspondent, line: Line
) -> None:
    envelope = letter_for(beijing, sofia.partner)
    first, second = beijing.send(envelope, envelope), beijing.send(envelope)
    assert {*first.lines, *second.lines} == {first.lines[0]}
    line.work()
    assert (Transit.objects.count(), len(line.sent)) == (1, 1)


def test_the_post_knows_the_outside_and_nothing_else(
    carries: None,
    beijing: Correspondent,
    sofia: Correspondent,
    line: Line,
    officer: Officer,
    signed_in_client: Callable[[Officer], Client],
) -> None:
    envelope = letter_for(beijing, sofia.partner)
    beijing.send(envelope)
    assert not Letter.objects.exists()
    assert not InboxEntry.objects.exists()
    (shown,) = queries.in_transit(officer=officer)
    assert (shown.sender, shown.recipient, shown.row.size) == (
        "Beijing (fictional)", "Sofia (fictional)", len(envelope.raw),
    )  # fmt: skip
    page = signed_in_client(officer).get("/letters/transit")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Sofia (fictional)" in text
    assert "Goldener Weg" not in text
    line.work()
    assert bytes(Transit.objects.get().envelope) == b""
    assert "Passed on" in signed_in_client(officer).get("/letters/transit").content.decode()


def test_who_may_not_see_letters_does_not_see_those_in_transit(
    carries: None,
    beijing: Correspondent,
    sofia: Correspondent,
    officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
) -> None:
    beijing.send(letter_for(beijing, sofia.partner))
    other = officer_factory(roles=["administrator"], username="otto")
    assert queries.in_transit(officer=other) == []
    assert signed_in_client(other).get("/letters/transit").status_code == 403


def test_a_node_that_carries_nothing_refuses_it_as_addressed_to_another(
    beijing: Correspondent, sofia: Correspondent
) -> None:
    assert beijing.send(letter_for(beijing, sofia.partner)).code == "wrong-recipient"
    assert not Transit.objects.exists()


@pytest.mark.parametrize(
    ("status", "code"),
    [("suspended", "recipient-not-usable"), ("unconfirmed", "recipient-not-usable"), (None, "unknown-recipient")],
)
def test_what_cannot_go_on_is_refused_signed_and_not_kept(
    carries: None, beijing: Correspondent, sofia: Correspondent, status: str | None, code: str
) -> None:
    Party.objects.filter(uid=sofia.partner.uid).update(status=status or "active")
    to = sofia.partner if status else Partner("Nowhere")
    answer = beijing.send(letter_for(beijing, to))
    receipt = beijing.partner.read_receipt(answer.lines[0], settings.NODE.node_id, beijing.node_keys)
    assert receipt.code == code
    assert not Transit.objects.exists()


@pytest.mark.parametrize(("hop", "code"), [(0, "wrong-recipient"), (1, "loop")])
def test_a_sender_that_allows_no_carrier_or_writes_to_itself_is_refused(
    carries: None, beijing: Correspondent, sofia: Correspondent, hop: int, code: str
) -> None:
    to = beijing.partner if code == "loop" else sofia.partner
    assert beijing.send(letter_for(beijing, to, hop=hop)).code == code
    assert not Transit.objects.exists()


def test_an_envelope_that_expired_on_the_way_here_is_refused(
    carries: None, beijing: Correspondent, sofia: Correspondent
) -> None:
    old = timezone.now() - LIFETIME - dt.timedelta(days=3)
    assert beijing.send(letter_for(beijing, sofia.partner, now=old)).code == "expired"
    assert not Transit.objects.exists()


def test_a_forged_envelope_is_turned_away_unsigned(carries: None, beijing: Correspondent, sofia: Correspondent) -> None:
    forger = Correspondent(Partner("Forger"))
    forger.partner.uid = beijing.partner.uid
    answer = beijing.send(letter_for(forger, sofia.partner))
    assert answer.code == "not-accepted"
    assert b'signature":' not in answer.lines[0]
    assert not Transit.objects.exists()


def test_another_envelope_with_a_used_number_is_a_replay(
    carries: None, beijing: Correspondent, sofia: Correspondent
) -> None:
    beijing.send(letter_for(beijing, sofia.partner, envelope_id="a" * 32))
    assert beijing.send(letter_for(beijing, sofia.partner, envelope_id="a" * 32)).code == "replay"
    assert Transit.objects.count() == 1


def test_one_sender_cannot_fill_the_carriers_disk(
    carries: None, beijing: Correspondent, sofia: Correspondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "MOST_WAITING", 1)
    assert beijing.send(letter_for(beijing, sofia.partner)).code == ""
    assert beijing.send(letter_for(beijing, sofia.partner)).code == "transit-full"


def test_a_recipient_out_of_reach_is_tried_again_and_then_gets_it_once(
    carries: None, beijing: Correspondent, sofia: Correspondent, line: Line
) -> None:
    beijing.send(letter_for(beijing, sofia.partner))
    line.cut = True
    line.work()
    waiting = Transit.objects.get()
    assert (waiting.attempts, waiting.last_problem, waiting.passed_on) == (1, "no-connection", None)
    line.cut = False
    line.work()
    assert line.sent == []
    line.work(after=dt.timedelta(minutes=1))
    assert len(line.sent) == 1


def test_a_recipient_suspended_meanwhile_gets_nothing(
    carries: None, beijing: Correspondent, sofia: Correspondent, line: Line
) -> None:
    beijing.send(letter_for(beijing, sofia.partner))
    Party.objects.filter(uid=sofia.partner.uid).update(status="suspended")
    line.work()
    assert line.sent == []
    assert Transit.objects.get().last_problem == "suspended"


def test_an_answer_that_is_not_the_recipients_own_proves_nothing(
    carries: None, beijing: Correspondent, sofia: Correspondent, line: Line
) -> None:
    beijing.send(letter_for(beijing, sofia.partner))
    line.answers["http://sofia.localhost:1"] = Partner("Somebody else")
    line.work()
    assert (Transit.objects.get().passed_on, Transit.objects.get().last_problem) == (None, "not-confirmed")


def test_the_recipients_refusal_goes_back_as_it_was_signed(
    carries: None, beijing: Correspondent, sofia: Correspondent, line: Line
) -> None:
    envelope = letter_for(beijing, sofia.partner)
    beijing.send(envelope)
    line.code = "expired"
    line.work()
    answer = beijing.send(envelope).lines[0]
    assert beijing.partner.read_receipt(answer, sofia.partner.uid, sofia.partner.keys).code == "expired"


def test_what_expires_on_the_way_is_given_up_and_its_bytes_go(
    carries: None, beijing: Correspondent, sofia: Correspondent, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clew.node.exchange.worker.due_for_checkpoint", lambda now: [])
    beijing.send(letter_for(beijing, sofia.partner))
    line.work(after=LIFETIME + dt.timedelta(days=1))
    given_up = Transit.objects.get()
    assert (line.sent, bytes(given_up.envelope), given_up.last_problem) == ([], b"", "expired")
    assert given_up.failed is not None


@pytest.fixture
def bridge(beijing: Correspondent) -> Partner:
    """A partner with a node of its own that letters go by."""
    partner = Partner("Bridge", country="AT")
    enter(partner, inbound_url="http://bridge.localhost:1")
    return partner


@pytest.fixture
def by_bridge(bridge: Partner, beijing: Correspondent) -> Line:
    return Line({"http://bridge.localhost:1": bridge, "http://127.0.0.1:9": beijing.partner})


def test_a_letter_via_a_post_goes_to_its_node_and_has_arrived_when_the_recipient_says_so(
    beijing: Correspondent, bridge: Partner, by_bridge: Line, signed: Callable[..., int], officer: Officer
) -> None:
    signed(via=[bridge.uid])
    by_bridge.work()
    ((url, raw),) = by_bridge.sent
    envelope = read_outer(raw)
    assert (url, envelope.recipient, envelope.hop) == ("http://bridge.localhost:1", beijing.partner.uid, 1)
    assert beijing.partner.open(raw, beijing.node_keys).header.via == (bridge.uid,)
    entry = OutboxEntry.objects.get()
    assert entry.carried is not None
    assert entry.delivered is None
    assert not Receipt.objects.filter(to_send=False, stage="stored").exists()
    assert "Bridge (fictional)" in queries.outbox(officer=officer)[0].problem
    by_bridge.answers["http://bridge.localhost:1"] = beijing.partner
    by_bridge.work(after=dt.timedelta(minutes=1))
    assert OutboxEntry.objects.get().delivered is not None
    assert Receipt.objects.get().issuer == beijing.partner.uid
    assert {raw for _url, raw in by_bridge.sent} == {raw}


@pytest.mark.parametrize("changes", [{"status": "unconfirmed"}, {"inbound_url": ""}])
def test_a_post_without_a_node_of_its_own_is_passed_over(
    beijing: Correspondent, bridge: Partner, by_bridge: Line, signed: Callable[..., int], changes: dict[str, str]
) -> None:
    decision = signed(via=[bridge.uid])
    Party.objects.filter(uid=bridge.uid).update(**changes)
    by_bridge.work()
    assert decision
    ((url, raw),) = by_bridge.sent
    assert (url, read_outer(raw).hop) == ("http://127.0.0.1:9", 0)
    assert OutboxEntry.objects.get().delivered is not None


def test_a_suspended_post_holds_the_letter_and_is_not_gone_round(
    beijing: Correspondent, bridge: Partner, by_bridge: Line, signed: Callable[..., int]
) -> None:
    signed(via=[bridge.uid])
    Party.objects.filter(uid=bridge.uid).update(status="suspended")
    by_bridge.work()
    assert by_bridge.sent == []
    assert OutboxEntry.objects.get().last_problem == "suspended"


def test_a_post_that_refuses_is_named_with_its_reason_and_asked_again(
    beijing: Correspondent, bridge: Partner, by_bridge: Line, signed: Callable[..., int], officer: Officer
) -> None:
    signed(via=[bridge.uid])
    by_bridge.code = "unknown-recipient"
    by_bridge.work()
    entry = OutboxEntry.objects.get()
    assert (entry.last_problem, entry.carried, entry.failed) == ("unknown-recipient", None, None)
    assert "carries it no further" in queries.outbox(officer=officer)[0].problem
    by_bridge.code = ""
    by_bridge.work(after=dt.timedelta(minutes=1))
    assert OutboxEntry.objects.get().carried is not None


@pytest.mark.usefixtures("long_pauses")
def test_a_letter_that_a_post_carries_holds_up_no_later_one(
    beijing: Correspondent, bridge: Partner, by_bridge: Line, signed: Callable[..., int]
) -> None:
    signed(via=[bridge.uid])
    by_bridge.work()
    signed(via=[bridge.uid])
    by_bridge.work()
    assert len(by_bridge.sent) == 2
