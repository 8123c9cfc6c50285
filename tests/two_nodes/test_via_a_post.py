"""A letter via a post, over real processes with certificates of their own; the sender is made of the library."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import time
from collections.abc import Generator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from clew.exchange.cards import Card, read_card
from clew.exchange.receipts import Receipt
from clew.exchange.refusals import Refusal
from clew.node.exchange.posting import Destination, post
from tests.cli.nodes import clew, environment, free_ports, make_node, served
from tests.exchange.partner import Partner
from tests.resident import run_python

pytestmark = [pytest.mark.two_nodes, pytest.mark.slow, pytest.mark.sqlite]

PATIENCE = 60.0
ENTER = """
import sys
import django
django.setup()
from django.utils import timezone
from clew.exchange.cards import read_card
from clew.node.partners.models import NodeCard, Party
now = timezone.now()
for raw in sys.stdin.buffer.read().split():
    card = read_card(raw)
    party = Party.objects.create(uid=card.uid, name=card.name, country=card.country, kind=card.kind, status="active",
                                 added=now, confirmed=now, inbound_url=card.inbound_url)
    NodeCard.objects.create(party=party, raw=raw, fingerprint=card.fingerprint, sign_key=card.keys.sign,
                            seal_key=card.keys.seal, transport_key=card.keys.transport, valid_from=card.valid_from,
                            valid_until=card.valid_until, received=now, confirmed=now)
"""


def make(home: Path, *more: str) -> Card:
    """A node's directory; returns its card."""
    pages, inbound = free_ports()
    address = f"https://127.0.0.1:{inbound}"
    answer = make_node(home, "--port", pages, "--inbound-port", inbound, "--inbound-url", address, *more)
    assert answer.code == 0, answer.err
    return read_card(clew("partner", "card", "--json", home=home).json["card"].encode())


def enter(home: Path, *cards: bytes) -> None:
    """Put cards into a node's directory, as after an officer compared their fingerprints."""
    known = environment(home) | {"DJANGO_SETTINGS_MODULE": "clew.node.settings"}
    run_python(["-c", ENTER], known, b"\n".join(cards)).check_returncode()


@pytest.fixture
def vienna() -> Partner:
    return Partner("Vienna", country="AT", now=dt.datetime.now(dt.UTC).replace(microsecond=0))


@pytest.fixture
def nodes(tmp_path: Path, vienna: Partner) -> Generator[tuple[Card, Card]]:
    """The cards of a running post and of a running recipient that know each other and Vienna."""
    bridge, sofia = make(tmp_path / "bridge", "--carries"), make(tmp_path / "sofia")
    enter(tmp_path / "bridge", sofia.raw, vienna.card())
    enter(tmp_path / "sofia", bridge.raw, vienna.card())
    with ExitStack() as running:
        for name in ("bridge", "sofia"):
            running.enter_context(served(tmp_path / name))
        yield bridge, sofia


def receipt_of(vienna: Partner, answer: bytes, card: Card) -> Receipt | None:
    try:
        return vienna.read_receipt(answer, card.uid, card.keys)
    except Refusal:
        return None


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "store.sqlite3")) as store:
        return list(store.execute(query))


def test_a_letter_goes_via_a_post_and_the_recipients_receipt_comes_back(
    tmp_path: Path, vienna: Partner, nodes: tuple[Card, Card]
) -> None:
    bridge, sofia = nodes
    envelope = vienna.seal(vienna.write(sofia.uid), sofia.uid, sofia.keys.seal, hop=1)
    to_the_post = Destination(bridge.inbound_url, bridge.certificate)
    deadline = time.monotonic() + PATIENCE
    answers: list[bytes] = []
    while time.monotonic() < deadline:
        answers += post(to_the_post, [envelope.raw], secure=True)
        if receipt_of(vienna, answers[-1], sofia) is not None:
            break
        time.sleep(0.2)
    first, last = receipt_of(vienna, answers[0], bridge), receipt_of(vienna, answers[-1], sofia)
    assert first is None or first.positive
    assert last is not None
    assert (last.positive, last.digest) == (True, envelope.digest)
    (carried,) = rows(tmp_path / "bridge", "select sender, recipient, size, length(envelope) from exchange_transit")
    assert carried == (vienna.uid, sofia.uid, len(envelope.raw), 0)
    assert rows(tmp_path / "bridge", "select count(*) from exchange_letter") == [(0,)]
    while not (found := rows(tmp_path / "sofia", "select state from exchange_letter")):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert found == [("quarantined",)]
    for name in ("bridge", "sofia"):
        assert json.loads(clew("audit", "verify", "--json", home=tmp_path / name).out)["ok"]
    assert b"Goldener Weg" not in b"".join(path.read_bytes() for path in (tmp_path / "bridge").glob("store.sqlite3*"))
