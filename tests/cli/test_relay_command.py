"""The relay's own commands: made once, handed out, nodes added and ended while it runs or not."""

from __future__ import annotations

import datetime as dt
import json
import stat
from pathlib import Path

import pytest

from clew.exchange.relaying import read_address
from clew.node.home import HomeProblem
from clew.relay.home import load_relay
from tests.cli.nodes import Answer, clew
from tests.exchange.partner import Partner

URL = "https://relay.example:8410"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "relay"


def init(home: Path, *more: object) -> Answer:
    return clew("relay", "init", "--url", URL, "--home", home, "--json", *more)


def test_a_relay_is_made_once_and_its_address_is_what_its_fingerprint_says(home: Path, tmp_path: Path) -> None:
    made = init(home, "--keep-days", 3)
    assert made.code == 0, made.err
    assert load_relay(home).settings.keep_days == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()} == {0o600}
    out = tmp_path / "relay.json"
    shown = clew("relay", "address", "--out", out, "--json", home=home)
    found = read_address(out.read_bytes())
    assert found.uid == made.json["relay"]
    assert found.fingerprint == shown.json["fingerprint"] == made.json["fingerprint"]
    assert "BEGIN CERTIFICATE" in found.certificate
    before = {path: path.read_bytes() for path in home.iterdir()}
    again = init(home)
    assert again.code == 3
    assert "not empty" in again.err
    assert {path: path.read_bytes() for path in home.iterdir()} == before


@pytest.mark.parametrize(
    "more",
    [
        ("--tls", "none"),
        ("--url", "http://relay.example"),
        ("--url", "https://re lay"),
        ("--url", "nonsense", "--tls", "proxy"),
    ],
)
def test_a_relay_that_could_not_be_reached_is_not_made(home: Path, more: tuple[str, ...]) -> None:
    told = init(home, *more)
    assert (told.code, told.out) == (1, "")
    assert "Traceback" not in told.err
    assert not home.exists()


def test_nodes_are_added_listed_and_ended(home: Path, tmp_path: Path) -> None:
    assert init(home, "--tls", "proxy").code == 0
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    vienna = Partner("Vienna", "AT", now=now)
    card = tmp_path / "vienna.card"
    card.write_bytes(vienna.card())
    added = clew("relay", "add", card, "--home", home, "--json")
    assert (added.code, added.json["node"]) == (0, vienna.uid)
    (one,) = clew("relay", "list", "--home", home, "--json").json["nodes"]
    assert (one["node"], one["letters"], one["since"]) == (vienna.uid, 0, None)
    card.write_bytes(vienna.card(valid_from=now - dt.timedelta(days=9)))
    assert clew("relay", "add", card, "--home", home).code == 1, "an older card does not come back"
    card.write_bytes(vienna.card(valid_until=now - dt.timedelta(hours=1)))
    assert clew("relay", "add", card, "--home", home).code == 1, "a card that has ended opens nothing"
    assert clew("relay", "add", tmp_path / "nothing", "--home", home).code == 1
    assert clew("relay", "end", vienna.uid, "--home", home).code == 0
    gone = clew("relay", "end", vienna.uid, "--home", home)
    assert (gone.code, "No node" in gone.err) == (1, True)
    assert clew("relay", "list", "--home", home, "--json").json == {"nodes": []}


def test_without_a_relay_a_command_says_how_to_make_one(tmp_path: Path) -> None:
    for words in (["list"], ["serve"], ["address"], ["end", "x"]):
        told = clew("relay", *words, "--home", tmp_path / "none")
        assert told.code == 3
        assert "clew relay init" in told.err
    unnamed = clew("relay", "list")
    assert (unnamed.code, "--home" in unnamed.err) == (3, True)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("keep_days = 0", "at least 1"),
        ("more = 1", "unknown entry"),
        ('port = "x"', "type int"),
        ("=", "cannot be read"),
        ('tls = "none"', "own or proxy"),
    ],
)
def test_settings_that_are_wrong_are_named(tmp_path: Path, line: str, says: str) -> None:
    known = {"relay_id": "ab" * 16, "url": URL}
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in known.items())
    (tmp_path / "relay.toml").write_text(text + line + "\n")
    with pytest.raises(HomeProblem, match=says):
        load_relay(tmp_path)
