"""A relay without a network: its door is asked as its server would ask it."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from clew.exchange.cards import read_card
from clew.exchange.relaying import REQUEST_TYPE, Caller, Method, make_request
from clew.exchange.sealing import Envelope
from clew.relay.door import Door
from clew.relay.home import RelaySettings
from clew.relay.store import Store
from tests.exchange.partner import NOW, Partner

RELAY = "ab" * 16


@dataclass(frozen=True)
class Answer:
    """What the relay answered."""

    status: str
    body: bytes
    headers: dict[str, str]

    @property
    def lines(self) -> list[bytes]:
        return self.body.removesuffix(b"\n").split(b"\n") if self.body else []

    @property
    def codes(self) -> list[str]:
        return [json.loads(line).get("code", "") for line in self.lines]


@dataclass
class Relay:
    """A relay with a clock that is set by hand, and how nodes ask it."""

    home: Path
    settings: RelaySettings
    now: dt.datetime = NOW
    asked: int = 0
    sent: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.home / "store.sqlite3", self.settings)
        self.door = Door(self.store, self.settings, lambda: self.now)

    def add(self, *nodes: Partner, **changes: Any) -> None:
        with self.store.transaction() as visit:
            for node in nodes:
                visit.add_node(read_card(node.card(**changes)))

    def end(self, node: Partner) -> None:
        with self.store.transaction() as visit:
            assert visit.end_node(node.uid)

    def post(self, path: str, body: bytes, **environ: Any) -> Answer:
        """A request as the server hands it on."""
        self.sent.append(body)
        seen: list[tuple[str, dict[str, str]]] = []
        asked = {
            "REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_TYPE": REQUEST_TYPE, "REMOTE_ADDR": "192.0.2.1",
            "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
        }  # fmt: skip
        told = self.door({**asked, **environ}, lambda status, headers, exc=None: seen.append((status, dict(headers))))  # type: ignore[arg-type]
        return Answer(seen[0][0], b"".join(told), seen[0][1])

    def signed(self, node: Partner, method: Method, **content: Any) -> bytes:
        self.asked += 1
        caller = Caller(node.uid, content.pop("relay", RELAY), node.transport_key)
        return make_request(caller, method, **{"at": self.now, "nonce": f"{self.asked:032x}", **content})

    def ask(self, node: Partner, method: Method, **content: Any) -> Answer:
        return self.post(f"/v1/{method.value}", self.signed(node, method, **content))

    def deposit(self, node: Partner, to: Partner, *envelopes: Envelope) -> Answer:
        lines, digests = [one.raw for one in envelopes], [one.digest for one in envelopes]
        return self.ask(node, Method.DEPOSIT, mailbox=to.uid, digests=digests, lines=lines)

    def pull(self, node: Partner) -> list[bytes]:
        answer = self.ask(node, Method.PULL)
        assert answer.status == "200 OK", answer.body
        return answer.lines

    def acknowledge(self, node: Partner, *answers: tuple[Envelope, bytes]) -> Answer:
        digests: Sequence[str] = [one.digest for one, _receipt in answers]
        return self.ask(node, Method.ACKNOWLEDGE, digests=digests, lines=[receipt for _one, receipt in answers])


@pytest.fixture
def settings() -> RelaySettings:
    return RelaySettings(RELAY, "https://relay.example:8410")


@pytest.fixture
def relay(tmp_path: Path, settings: RelaySettings, vienna: Partner, beijing: Partner) -> Relay:
    found = Relay(tmp_path, settings)
    found.add(vienna, beijing)
    return found


@pytest.fixture
def vienna() -> Partner:
    return Partner("Vienna", "AT")


@pytest.fixture
def beijing() -> Partner:
    return Partner("Beijing", "CN")


@pytest.fixture
def letters(vienna: Partner, beijing: Partner) -> list[Envelope]:
    """Three letters from Vienna to Beijing."""
    return [vienna.send(beijing.uid, beijing.keys.seal) for _letter in range(3)]
