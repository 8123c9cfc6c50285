"""Two nodes on which nothing listens for partners, and a relay: real processes, real TLS, nothing beside them."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from clew.exchange.cards import read_card
from clew.node.home import load_home, write_settings
from tests.cli.nodes import PATIENCE, clew, environment, free_ports, make_node, served
from tests.cli.test_carrying_letters import WRITE
from tests.resident import run_python
from tests.two_nodes.test_via_a_post import enter

pytestmark = [pytest.mark.two_nodes, pytest.mark.slow, pytest.mark.sqlite]


@contextmanager
def relay_served(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A running relay, ended afterwards; it has no node beside it and no home of one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "clew", "relay", "serve", "--home", str(home), "--json"],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["state"] == "ready"
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{home / 'store.sqlite3'}?mode=ro", uri=True, timeout=10)) as db:
        return db.execute(sql).fetchall()


def until(home: Path, sql: str, wanted: list[tuple[object, ...]]) -> None:
    deadline = time.monotonic() + PATIENCE
    while (found := rows(home, sql)) != wanted:
        assert time.monotonic() < deadline, (sql, found)
        time.sleep(0.2)


def write(home: Path, to: str) -> None:
    known = environment(home) | {"DJANGO_SETTINGS_MODULE": "clew.node.settings"}
    run_python(["-c", WRITE, to], known).check_returncode()


@pytest.fixture
def homes(tmp_path: Path) -> dict[str, Path]:
    """Vienna and Beijing, each with a mailbox at the relay and the other's confirmed card."""
    port, _other = free_ports()
    found = {name: tmp_path / name for name in ("relay", "vienna", "beijing")}
    made = clew(
        "relay", "init", "--url", f"https://127.0.0.1:{port}", "--port", port, "--home", found["relay"], "--json"
    )
    assert made.code == 0, made.err
    address = tmp_path / "relay.json"
    assert clew("relay", "address", "--out", address, "--home", found["relay"]).code == 0
    cards = {}
    for name in ("vienna", "beijing"):
        pages, _inbound = free_ports()
        assert make_node(found[name], "--port", pages, "--inbound-port", 0).code == 0
        node = load_home(found[name])
        write_settings(node.path, replace(node.settings, pull_pause=1))
        told = clew("letter", "mailbox", "set", address, "--json", home=found[name])
        assert told.code == 0, told.err
        assert told.json["relay_fingerprint"] == made.json["fingerprint"]
        card = tmp_path / f"{name}.card"
        assert clew("partner", "card", "--out", card, home=found[name]).code == 0
        assert clew("relay", "add", card, "--home", found["relay"]).code == 0
        cards[name] = card.read_bytes()
    assert read_card(cards["vienna"]).relay == made.json["relay"]
    enter(found["vienna"], cards["beijing"])
    enter(found["beijing"], cards["vienna"])
    return found


def test_two_nodes_without_an_inbound_port_write_to_each_other_by_a_relay_that_is_killed_between(
    homes: dict[str, Path],
) -> None:
    vienna, beijing = load_home(homes["vienna"]), load_home(homes["beijing"])
    # Sealed before anything runs: they wait.
    write(homes["vienna"], beijing.settings.node_id)
    own = f"FROM exchange_outboxentry WHERE party = '{beijing.settings.node_id}'"
    with ExitStack() as running:
        for name in ("vienna", "beijing"):
            running.enter_context(served(homes[name]))
        # The relay is down: nothing is lost, and nothing is called delivered.
        until(homes["vienna"], f"SELECT DISTINCT last_problem {own}", [("no-connection",)])
        with relay_served(homes["relay"]) as relay:
            until(homes["relay"], "SELECT COUNT(*) >= 0 FROM letter", [(1,)])
            os.kill(relay.pid, signal.SIGKILL)
            relay.wait()
            relay.returncode = 0
        with relay_served(homes["relay"]):
            until(homes["beijing"], "SELECT COUNT(*) FROM exchange_letter", [(2,)])
            until(homes["vienna"], f"SELECT COUNT(*) {own} AND delivered IS NOT NULL", [(2,)])
            until(homes["relay"], "SELECT COUNT(*) FROM letter", [(0,)])
            told = clew("relay", "list", "--home", homes["relay"], "--json").json["nodes"]
    assert {one["node"] for one in told} == {vienna.settings.node_id, beijing.settings.node_id}
    assert rows(homes["beijing"], "SELECT sequence FROM exchange_letter ORDER BY sequence") == [(1,), (2,)]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", 8401)) != 0, "nothing listens where inbound would"


def test_a_node_that_the_relay_ended_is_refused_at_once_and_says_so(homes: dict[str, Path]) -> None:
    beijing = load_home(homes["beijing"])
    with relay_served(homes["relay"]), served(homes["beijing"]):
        deadline = time.monotonic() + PATIENCE
        while (shown := clew("letter", "mailbox", "show", "--json", home=homes["beijing"]).json).get("well") is None:
            assert time.monotonic() < deadline, shown
        assert clew("relay", "end", beijing.settings.node_id, "--home", homes["relay"]).code == 0
        while (shown := clew("letter", "mailbox", "show", "--json", home=homes["beijing"]).json)["problem"] == "":
            assert time.monotonic() < deadline, shown
    assert shown["problem"] == "relay-not-registered"
