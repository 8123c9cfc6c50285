"""A relay keeps what registered nodes deposit until it is acknowledged, reads nothing, and knows little."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clew.exchange.receipts import Stage
from clew.exchange.relaying import FRESH, PATHS, Method
from clew.exchange.sealing import Envelope
from clew.relay.home import RelaySettings
from tests.exchange.partner import NOW, Partner, body, secret
from tests.relay.conftest import Answer, Relay

CANARY = "CANARY-Goldener-Weg"


def receipt(beijing: Partner, letter: Envelope, **changes: Any) -> tuple[Envelope, bytes]:
    return letter, beijing.receipt(letter, Stage.STORED, **changes)


def test_letters_are_given_in_their_order_until_each_is_acknowledged_and_its_receipt_goes_back(
    relay: Relay, vienna: Partner, beijing: Partner, letters: list[Envelope]
) -> None:
    assert relay.deposit(vienna, beijing, *letters).codes == ["held"] * 3
    assert relay.pull(beijing) == [one.raw for one in letters]
    assert relay.pull(beijing) == [one.raw for one in letters]
    first, *rest = letters
    signed = receipt(beijing, first)
    assert relay.acknowledge(beijing, signed).status == "200 OK"
    assert relay.pull(beijing) == [one.raw for one in rest]
    digests = [one.digest for one in letters]
    told = relay.ask(vienna, Method.ASK, mailbox=beijing.uid, digests=digests)
    assert told.lines[0] == signed[1]
    assert told.codes[1:] == ["held", "held"]
    # The receipt is the depositor's now; whoever lost it deposits again, and gets it again.
    assert relay.ask(vienna, Method.ASK, mailbox=beijing.uid, digests=digests[:1]).codes == ["unknown"]
    assert relay.deposit(vienna, beijing, first).codes == ["held"]
    relay.acknowledge(beijing, signed)
    assert relay.deposit(vienna, beijing, first).lines == [signed[1]]


def test_a_deposit_that_is_repeated_lies_there_once(
    relay: Relay, vienna: Partner, beijing: Partner, letters: list[Envelope]
) -> None:
    for _time in range(3):
        assert relay.deposit(vienna, beijing, letters[0]).codes == ["held"]
    assert relay.pull(beijing) == [letters[0].raw]


def test_an_envelope_that_was_not_taken_is_acknowledged_without_a_receipt_and_goes(
    relay: Relay, vienna: Partner, beijing: Partner, letters: list[Envelope]
) -> None:
    relay.deposit(vienna, beijing, letters[0])
    relay.acknowledge(beijing, (letters[0], b""))
    assert relay.pull(beijing) == []
    assert relay.ask(vienna, Method.ASK, mailbox=beijing.uid, digests=[letters[0].digest]).codes == ["unknown"]


def test_nobody_gets_or_acknowledges_what_lies_for_another(
    relay: Relay, vienna: Partner, beijing: Partner, letters: list[Envelope]
) -> None:
    sofia = Partner("Sofia", "BG")
    relay.add(sofia)
    relay.deposit(vienna, beijing, letters[0])
    assert relay.pull(sofia) == []
    relay.acknowledge(sofia, (letters[0], b""))
    assert relay.pull(beijing) == [letters[0].raw]
    signed = receipt(beijing, letters[0])
    relay.acknowledge(beijing, signed)
    assert relay.ask(sofia, Method.ASK, mailbox=beijing.uid, digests=[letters[0].digest]).codes == ["unknown"]
    assert relay.ask(vienna, Method.ASK, mailbox=beijing.uid, digests=[letters[0].digest]).lines == [signed[1]]


def test_a_page_is_bounded_and_the_next_one_goes_on(
    relay: Relay, vienna: Partner, beijing: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [vienna.send(beijing.uid, beijing.keys.seal) for _letter in range(5)]
    relay.deposit(vienna, beijing, *many)
    monkeypatch.setattr("clew.relay.store.MOST_LINES", 2)
    got: list[bytes] = []
    while page := relay.pull(beijing):
        assert len(page) <= 2
        got += page
        relay.acknowledge(beijing, *[(one, b"") for one in many if one.raw in page])
    assert got == [one.raw for one in many]
    relay.deposit(vienna, beijing, *many[:2])
    monkeypatch.setattr("clew.relay.store.MAX_PAGE", len(many[0].raw) + 2)
    assert relay.pull(beijing) == [many[0].raw]


def test_who_is_not_registered_is_told_the_same_as_who_signs_badly(
    relay: Relay, vienna: Partner, beijing: Partner, letters: list[Envelope]
) -> None:
    stranger, forger = Partner("Stranger"), Partner("Forger")
    forger.uid = vienna.uid
    answers = [relay.ask(one, Method.PULL) for one in (stranger, forger)]
    answers += [relay.deposit(one, beijing, letters[0]) for one in (stranger, forger)]
    assert {(one.status, one.body) for one in answers} == {(answers[0].status, answers[0].body)}
    assert answers[0].status == "403 Forbidden"
    assert relay.pull(beijing) == []


def test_a_node_whose_membership_ended_is_refused_at_once_and_what_lay_for_it_is_gone(
    relay: Relay, vienna: Partner, beijing: Partner, letters: list[Envelope]
) -> None:
    relay.deposit(vienna, beijing, letters[0])
    relay.end(beijing)
    assert relay.ask(beijing, Method.PULL).status == "403 Forbidden"
    assert relay.deposit(vienna, beijing, letters[1]).codes == ["no-mailbox"]
    relay.add(beijing)
    assert relay.pull(beijing) == []
    relay.end(vienna)
    assert relay.deposit(vienna, beijing, letters[0]).status == "403 Forbidden"


def test_a_node_whose_card_has_ended_is_refused(relay: Relay, vienna: Partner, beijing: Partner) -> None:
    relay.add(vienna, valid_until=NOW + dt.timedelta(days=1))
    relay.now = NOW + dt.timedelta(days=1)
    assert relay.ask(vienna, Method.PULL).status == "403 Forbidden"
    assert relay.pull(beijing) == []


def test_a_replayed_or_stale_request_or_one_for_another_relay_is_refused(
    relay: Relay, vienna: Partner, beijing: Partner
) -> None:
    raw = relay.signed(vienna, Method.PULL)
    assert relay.post("/v1/pull", raw).status == "200 OK"
    again = relay.post("/v1/pull", raw)
    assert (again.status, again.codes) == ("409 Conflict", ["replay"])
    # The number is remembered until the request is stale: there is no moment at which it is taken again.
    relay.now = NOW + FRESH
    assert relay.ask(beijing, Method.PULL).status == "200 OK"
    assert relay.post("/v1/pull", raw).codes == ["replay"]
    relay.now = NOW + FRESH + dt.timedelta(seconds=1)
    assert relay.post("/v1/pull", raw).codes == ["stale"]
    assert relay.ask(vienna, Method.PULL, relay="cd" * 16).codes == ["wrong-recipient"]


def test_a_replay_is_refused_after_a_restart_too(relay: Relay, vienna: Partner) -> None:
    raw = relay.signed(vienna, Method.PULL)
    assert relay.post("/v1/pull", raw).status == "200 OK"
    relay.__post_init__()
    assert relay.post("/v1/pull", raw).codes == ["replay"]


def test_a_node_with_new_keys_is_known_by_both_for_a_week(relay: Relay, vienna: Partner) -> None:
    former = vienna.transport_key
    vienna.transport_key = Ed25519PrivateKey.from_private_bytes(secret("Vienna", "new transport"))
    relay.add(vienna, valid_from=NOW)
    assert relay.pull(vienna) == []
    relay.add(vienna, valid_from=NOW)
    vienna.transport_key, present = former, vienna.transport_key
    assert relay.pull(vienna) == []
    relay.now = NOW + dt.timedelta(days=7)
    assert relay.ask(vienna, Method.PULL).status == "403 Forbidden"
    vienna.transport_key = present
    assert relay.pull(vienna) == []


@pytest.mark.parametrize(
    "limits", [{"mailbox_letters": 2}, {"depositor_letters": 2}, {"mailbox_mib": 1}, {"depositor_mib": 1}]
)
def test_what_finds_no_room_is_refused_with_words_and_fits_later(
    tmp_path: Path, settings: RelaySettings, vienna: Partner, beijing: Partner, limits: dict[str, int]
) -> None:
    # In its size class of 256 KiB, three are a little more than 1 MiB.
    large = {"facts": "x" * 49_999} if "mib" in next(iter(limits)) else {}
    relay = Relay(tmp_path, replace(settings, **limits))
    relay.add(vienna, beijing)
    many = [vienna.send(beijing.uid, beijing.keys.seal, body(**large)) for _letter in range(3)]
    told = relay.deposit(vienna, beijing, *many)
    fitted = told.codes.count("held")
    assert 0 < fitted < 3
    assert told.codes == ["held"] * fitted + ["full"] * (3 - fitted)
    full = relay.deposit(vienna, beijing, many[2])
    assert full.status == "507 Insufficient Storage"
    assert "full" in json.loads(full.body)["sentence"]
    relay.acknowledge(beijing, *[(one, b"") for one in many[:fitted]])
    assert relay.deposit(vienna, beijing, many[2]).codes == ["held"]


def test_who_asks_too_often_is_told_to_wait(relay: Relay, vienna: Partner, beijing: Partner) -> None:
    answers = [relay.ask(vienna, Method.PULL) for _time in range(90)]
    busy = [one for one in answers if one.status == "429 Too Many Requests"]
    assert busy
    assert all(int(one.headers["Retry-After"]) >= 1 for one in busy)
    other = relay.signed(beijing, Method.PULL)
    assert relay.post("/v1/pull", other, REMOTE_ADDR="192.0.2.2").status == "200 OK"


def test_nothing_lies_longer_than_it_may(
    relay: Relay, vienna: Partner, beijing: Partner, letters: list[Envelope]
) -> None:
    relay.deposit(vienna, beijing, *letters)
    relay.acknowledge(beijing, receipt(beijing, letters[0]))
    relay.now = NOW + relay.settings.keep
    assert relay.pull(beijing) == []
    assert relay.ask(vienna, Method.ASK, mailbox=beijing.uid, digests=[letters[0].digest]).codes == ["unknown"]
    assert rows(relay, "letter") == rows(relay, "receipt") == []
    relay.now = NOW + dt.timedelta(days=31)
    assert relay.deposit(vienna, beijing, letters[0]).codes == ["expired"]


def test_a_letter_that_the_disk_changed_is_not_given_and_can_be_deposited_again(
    relay: Relay, vienna: Partner, beijing: Partner, letters: list[Envelope]
) -> None:
    relay.deposit(vienna, beijing, *letters)
    with sqlite3.connect(relay.home / "store.sqlite3") as db:
        db.execute("UPDATE letter SET envelope = ? WHERE digest = ?", [letters[1].raw[:-9], letters[1].digest])
    assert relay.pull(beijing) == [letters[0].raw, letters[2].raw]
    assert relay.deposit(vienna, beijing, letters[1]).codes == ["held"]
    assert relay.pull(beijing) == [letters[0].raw, letters[2].raw, letters[1].raw]


def rows(relay: Relay, table: str) -> list[Any]:
    with sqlite3.connect(relay.home / "store.sqlite3") as db:
        return db.execute(f"SELECT * FROM {table}").fetchall()


def test_a_relay_holds_routing_facts_only(
    relay: Relay, vienna: Partner, beijing: Partner, caplog: pytest.LogCaptureFixture
) -> None:
    letter = vienna.send(beijing.uid, beijing.keys.seal, body(subject=CANARY, facts=CANARY, case_reference=CANARY))
    caplog.set_level(logging.DEBUG)
    relay.deposit(vienna, beijing, letter)
    relay.pull(beijing)
    relay.acknowledge(beijing, receipt(beijing, letter))
    relay.post("/v1/deposit", CANARY.encode())
    relay.post(f"/{CANARY}", b"", QUERY_STRING=CANARY)
    stored = b"".join(path.read_bytes() for path in relay.home.rglob("*") if path.is_file())
    assert CANARY.encode() not in stored
    assert CANARY not in caplog.text
    with sqlite3.connect(relay.home / "store.sqlite3") as db:
        tables = dict(db.execute("SELECT name, 1 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"))
        columns = {name: [one[1] for one in db.execute(f"PRAGMA table_info({name})")] for name in tables}
    assert columns == {
        "node": ["uid", "name", "card_from", "card_until", "transport", "former", "former_until"],
        "letter": ["number", "mailbox", "digest", "depositor", "size", "arrived", "until", "envelope"],
        "receipt": ["mailbox", "digest", "depositor", "until", "receipt"],
        "nonce": ["node", "nonce", "until"],
    }


def test_what_was_acknowledged_is_in_no_byte_of_the_store(
    relay: Relay, vienna: Partner, beijing: Partner, letters: list[Envelope]
) -> None:
    relay.deposit(vienna, beijing, *letters)
    assert letters[1].sealed[-200:].encode() in (relay.home / "store.sqlite3").read_bytes()
    relay.acknowledge(beijing, *[receipt(beijing, one) for one in letters])
    left = b"".join(path.read_bytes() for path in relay.home.rglob("*") if path.is_file())
    for one in letters:
        assert one.sealed[-200:].encode() not in left


def test_a_store_that_cannot_be_written_confirms_nothing(
    relay: Relay, vienna: Partner, beijing: Partner, letters: list[Envelope], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full: " + CANARY)

    monkeypatch.setattr("clew.relay.store.Visit.remember", broken)
    answer = relay.deposit(vienna, beijing, letters[0])
    assert answer.status == "503 Service Unavailable"
    assert CANARY.encode() not in answer.body
    monkeypatch.undo()
    assert relay.pull(beijing) == []


@pytest.mark.parametrize(
    ("path", "environ", "status"),
    [
        ("/v1/letters", {}, "404"),
        ("/", {"REQUEST_METHOD": "GET"}, "404"),
        ("/v1/pull", {"REQUEST_METHOD": "GET"}, "405"),
        ("/v1/pull", {"CONTENT_TYPE": "application/json"}, "415"),
        ("/v1/pull", {"CONTENT_LENGTH": ""}, "411"),
        ("/v1/pull", {"CONTENT_LENGTH": "-1"}, "411"),
        ("/v1/pull", {"CONTENT_LENGTH": "99999999"}, "413"),
        ("/v1/pull", {"CONTENT_LENGTH": "500"}, "400"),
        ("/v1/health", {"REQUEST_METHOD": "GET"}, "200"),
    ],
)
def test_the_door_is_narrow(relay: Relay, path: str, environ: dict[str, str], status: str) -> None:
    assert relay.post(path, b"{}", **environ).status.startswith(status)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(path=st.sampled_from([*PATHS, "/v1/x"]), body=st.binary(max_size=400), cut=st.integers(0, 900))
def test_no_bytes_make_the_door_fail_otherwise_than_by_refusing(
    relay: Relay, vienna: Partner, path: str, body: bytes, cut: int
) -> None:
    whole = relay.signed(vienna, Method.PULL)
    damaged = whole[:cut] + body
    assume(damaged != whole)
    for raw in (body, damaged):
        told: Answer = relay.post(path, raw, REMOTE_ADDR=f"192.0.2.{relay.asked % 250}")
        assert told.status[:3] in {"400", "403", "404", "429"}
    assert rows(relay, "letter") == []
