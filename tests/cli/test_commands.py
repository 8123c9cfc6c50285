"""What every command has in common, and the commands that make and check a node."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import typer

from clew.cli.app import COMMANDS, build
from clew.exchange.cards import read_card
from clew.node.certificate import keep_certificate, make_certificate, own_certificate, valid_until
from clew.node.home import load_home
from tests.cli.nodes import Answer, clew, environment, make_node

TOLD_STEP_BY_STEP = {
    "demo start": "tells the story while it plays",
    "demo stop": "one word for each node",
    "demo reset": "as demo stop",
    "disclosure schema": "prints JSON and nothing else",
    "disclosure template": "prints JSON and nothing else",
}
"""Commands without --json, each with the reason."""


def all_commands() -> dict[str, Any]:
    """Every command by what is typed for it."""
    root: Any = typer.main.get_command(build(""))
    return dict(_commands_of(root))


def _commands_of(group: Any, typed: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands_of(command, f"{typed}{name} ")
        else:
            yield f"{typed}{name}", command


def test_help_names_every_command_and_needs_neither_django_nor_typer() -> None:
    script = (
        "import sys; sys.argv = ['clew', '--help']\nfrom clew.cli import main\nmain()\n"
        "assert not {'django', 'typer', 'click', 'rich'} & set(sys.modules), 'too much was loaded'"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    for name, (_module, _attribute, purpose) in COMMANDS.items():
        assert name in done.stdout
        assert purpose in done.stdout


@pytest.mark.parametrize("name", sorted(all_commands()))
def test_every_command_says_what_it_does_and_answers_as_json(name: str) -> None:
    command = all_commands()[name]
    assert command.help
    options = {option for each in command.params for option in each.opts}
    assert ("--json" in options) == (name not in TOLD_STEP_BY_STEP)


@pytest.mark.parametrize("words", [("nonsense",), ("audit", "nonsense"), ("init", "--nonsense"), ("backup",)])
def test_a_wrong_use_ends_with_two(words: tuple[str, ...]) -> None:
    answer = clew(*words)
    assert (answer.code, answer.out) == (2, "")
    assert "Usage" in answer.err


@pytest.mark.parametrize(
    "words",
    [("audit", "verify"), ("doctor",), ("serve",), ("officer", "link", "anna"), ("partner", "card"),
     ("disclosure", "explain", "1"), ("count", "--by", "x")],
)  # fmt: skip
def test_without_a_node_a_command_ends_with_three_and_says_how_to_make_one(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    answer = clew(*words, "--json", home=tmp_path / "none")
    assert (answer.code, answer.out) == (3, "")
    assert "Make one with: clew init" in answer.err
    assert "Traceback" not in answer.err


def test_init_asks_nothing_and_answers_as_one_object(made: tuple[Path, Answer]) -> None:
    home, answer = made
    assert set(answer.json) == {"home", "node_id", "fingerprint"}
    assert answer.json["home"] == str(home)
    assert load_home(home).settings.node_id == answer.json["node_id"]
    assert len(answer.json["fingerprint"].split()) == 12
    assert clew("partner", "card", "--json", home=home).json["fingerprint"] == answer.json["fingerprint"]


def test_keys_and_secret_are_readable_by_their_owner_only(made: tuple[Path, Answer]) -> None:
    home, _answer = made
    for path in (home, home / "keys", home / "documents"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
    for path in (*(home / "keys").iterdir(), home / "secret", home / "node.toml"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert {path.name for path in (home / "keys").iterdir()} == {
        "sign.pem", "seal.pem", "transport.pem", "transport.pub", "rest.key", "tls.pem", "tls.crt"
    }  # fmt: skip


def test_the_card_carries_the_certificate_of_inbound_and_an_address_with_tls(made: tuple[Path, Answer]) -> None:
    home, _answer = made
    card = read_card(clew("partner", "card", "--json", home=home).json["card"].encode())
    assert card.certificate == own_certificate(load_home(home))
    assert card.inbound_url.startswith("https://")
    assert valid_until(card.certificate) == card.valid_until


def test_a_node_behind_a_proxy_gets_a_certificate_later_and_its_card_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert make_node(home, "--tls", "proxy", "--inbound-url", "https://letters.example").code == 0
    before = clew("partner", "card", "--json", home=home).json
    assert (read_card(before["card"].encode()).certificate, load_home(home).settings.tls) == ("", "proxy")
    assert clew("doctor", home=home).code == 0
    sleep(1)  # A card's moments are whole seconds, and the newer one counts.
    answer = clew("certificate", "--json", home=home)
    assert answer.code == 0, answer.err
    after = clew("partner", "card", "--json", home=home).json
    assert load_home(home).settings.tls == "own"
    assert read_card(after["card"].encode()).certificate == own_certificate(load_home(home))
    assert before["fingerprint"] == after["fingerprint"] == answer.json["fingerprint"]
    assert clew("doctor", home=home).code == 0


def test_a_certificate_that_is_on_no_card_is_found(home: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    node = load_home(home)
    keep_certificate(node, make_certificate(node, now=now, until=now + dt.timedelta(days=400)))
    assert "not the one on the card" in clew("doctor", "--json", home=home).json["checks"]["certificate"]
    keep_certificate(node, make_certificate(node, now=now, until=now + dt.timedelta(days=20)))
    assert "clew certificate" in clew("doctor", "--json", home=home).json["checks"]["certificate"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [(("--tls", "none"), "--tls"), (("--inbound-url", "http://letters.example"), "begins with http:")],
)
def test_init_refuses_tls_that_cannot_be(tmp_path: Path, wrong: tuple[str, str], named: str) -> None:
    answer = make_node(tmp_path / "home", *wrong)
    assert answer.code == 1
    assert named in answer.err


def test_init_refuses_a_directory_in_use_and_changes_nothing(home: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    answer = make_node(home)
    assert (answer.code, answer.out) == (1, "")
    assert f"There is already a node in {home}" in answer.err
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine")
    assert make_node(tmp_path / "other").code == 1
    assert (tmp_path / "other" / "letter.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("option", "value"),
    [("--country", "XX"), ("--kind", "army"), ("--name", " "), ("--language", "tlh"), ("--port", "0"),
     ("--inbound-port", "70000"), ("--inbound-port", "8400"),
     ("--database", "postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")],
)  # fmt: skip
def test_init_names_what_is_wrong_and_leaves_nothing(option: str, value: str, tmp_path: Path) -> None:
    answer = make_node(tmp_path / "home", option, value)
    assert (answer.code, answer.out) == (1, "")
    assert option in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "home").exists()


def test_an_officer_is_added_with_a_link_that_can_be_made_again(home: Path) -> None:
    words = ("officer", "add", "anna", "--full-name", "Anna Beispiel (fictional)", "--role", "investigator", "--json")
    added = clew(*words, home=home)
    assert added.code == 0, added.err
    assert set(added.json) == {"officer", "link"}
    again = clew("officer", "link", "ANNA", "--json", home=home)
    assert again.json["link"].startswith("http://localhost:")
    assert again.json["link"] != added.json["link"]
    for wrong in (words, ("officer", "add", "eva", "--full-name", "Eva (fictional)", "--role", "queen")):
        refused = clew(*wrong, home=home)
        assert (refused.code, refused.out) == (1, "")
        assert "Traceback" not in refused.err
    unknown = clew("officer", "link", "nobody", home=home)
    assert (unknown.code, unknown.err.strip()) == (1, "There is no officer 'nobody' here.")


def test_the_audit_log_of_a_new_node_verifies(home: Path) -> None:
    answer = clew("audit", "verify", "--json", home=home)
    assert answer.code == 0
    assert set(answer.json) == {"ok", "size", "root", "problems"}
    assert (answer.json["ok"], answer.json["problems"]) == (True, [])
    assert answer.json["size"] > 0
    assert clew("audit", "checkpoint", "--json", home=home).json["size"] == answer.json["size"]


def test_a_log_that_was_changed_behind_its_back_does_not_verify(home: Path) -> None:
    with sqlite3.connect(home / "store.sqlite3") as store:
        store.execute("DROP TRIGGER audit_auditentry_no_update")
        store.execute("UPDATE audit_auditentry SET leaf = leaf || x'20' WHERE \"index\" = 0")
    answer = clew("audit", "verify", "--json", home=home)
    assert (answer.code, answer.json["ok"]) == (1, False)
    assert answer.json["problems"]
    assert "does NOT verify" in clew("audit", "verify", home=home).out
    assert clew("doctor", home=home).code == 1


def test_the_doctor_finds_a_new_node_well(home: Path) -> None:
    answer = clew("doctor", "--json", home=home)
    assert answer.code == 0, answer.out
    assert answer.json["ok"]
    states = {one["check"]: one["state"] for one in answer.json["findings"]}
    assert states == {
        "keys": "well", "card": "well", "certificate": "well", "store": "well", "audit log": "well",
        "disk of the store": "well", "disk of the documents": "well", "dispatch": "well", "opening": "well",
        "letters on their way": "well", "integrations": "well", "who is who": "well", "restore": "well",
        # What nobody can know on a new node is not called well.
        "worker": "unknown", "backup": "unknown", "disk of the backups": "unknown", "clock": "unknown",
    }  # fmt: skip
    assert set(answer.json["checks"]) == set(states)
    assert all(one["says"] and one["cure"] for one in answer.json["findings"] if one["state"] == "unknown")


@pytest.mark.parametrize(("days", "well"), [(29, False), (-1, False), (32, True)])
def test_the_doctor_warns_thirty_days_before_the_card_ends(home: Path, days: int, well: bool) -> None:
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    with sqlite3.connect(home / "store.sqlite3") as store:
        store.execute("UPDATE partners_nodecard SET valid_until = ?", (f"{ends:%Y-%m-%d %H:%M:%S}",))
    answer = clew("doctor", "--json", home=home)
    assert answer.json["ok"] is well
    said = answer.json["checks"]["card"]
    assert said == ("" if well else f"The card ends on {ends:%d %B %Y}. Make the next with: clew partner card --renew")


def test_the_doctor_names_a_key_that_others_can_read_or_that_is_missing(home: Path) -> None:
    (home / "keys" / "seal.pem").chmod(0o644)
    answer = clew("doctor", "--json", home=home)
    assert (answer.code, answer.json["ok"]) == (1, False)
    assert "seal.pem" in answer.json["checks"]["keys"]
    assert "chmod 600" in answer.json["checks"]["keys"]
    (home / "keys" / "seal.pem").unlink()
    assert "seal.pem cannot be read" in clew("doctor", "--json", home=home).json["checks"]["keys"]


def test_a_card_is_renewed_and_a_partner_is_told_that_the_key_it_knows_signed_it(
    home: Path, made: Any, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    make_node(other, "--name", "Office Two (fictional)")
    before = clew("partner", "card", "--json", home=other).json
    card = tmp_path / "renewed.card"
    for change in ("--new-keys", "--hybrid"):
        misused = clew("partner", "card", change, home=other)
        assert (misused.code, misused.out) == (2, "")
    renewed = clew("partner", "card", "--renew", "--new-keys", "--hybrid", "--out", card, "--json", home=other)
    assert renewed.code == 0, renewed.err
    assert (before["suites"], renewed.json["suites"]) == ([1], [1, 2])
    assert renewed.json["fingerprint"] != before["fingerprint"]
    assert renewed.json["begins"] > before["begins"]
    # The certificate is the one of the card before, and ends with that.
    ends = valid_until(own_certificate(load_home(other)))
    assert before["certificate_ends_before"] is None
    assert renewed.json["certificate_ends_before"] == ends.isoformat()
    # It has not begun: what is handed out and used is still the card before.
    assert clew("partner", "card", "--json", home=other).json["fingerprint"] == before["fingerprint"]
    again = clew("partner", "card", "--renew", home=other)
    assert (again.code, again.out) == (1, "")
    assert "has not begun" in again.err
    assert {path.name for path in (other / "keys").glob("next-*")} == {
        "next-sign.pem",
        "next-seal.pem",
        "next-transport.pem",
        "next-hybrid.key",
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in (other / "keys").iterdir())
    refused = clew("partner", "add", card, home=home)
    assert (refused.code, refused.out) == (1, "")
    assert "not-valid-now" in refused.err


def test_a_partners_card_is_added_without_the_groups_that_a_human_types(home: Path, made: Any, tmp_path: Path) -> None:
    make_node(tmp_path / "other", "--name", "Office Two (fictional)")
    card = tmp_path / "other.card"
    own = clew("partner", "card", "--out", card, "--json", home=tmp_path / "other").json
    answer = clew("partner", "add", card, "--json", home=home)
    assert answer.code == 0, answer.err
    assert answer.json["name"] == "Office Two (fictional)"
    groups = own["fingerprint"].split()
    assert answer.json["fingerprint_begins"].split() == groups[:8]
    assert not set(groups[8:]) & set(json.dumps(answer.json).replace('"', " ").split())
    for wrong in (card, tmp_path / "none", Path(__file__)):
        refused = clew("partner", "add", wrong, home=home)
        assert (refused.code, refused.out) == (1, "")
        assert "Traceback" not in refused.err
