"""A real node is brought back from a backup by the command line: it gets back what it lost, and nothing comes twice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clew.exchange.cards import read_card
from tests.cli.conftest import PASSPHRASE
from tests.cli.nodes import clew, environment, make_node

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


@dataclass
class Pair:
    """Vienna, which loses its disk, and Beijing; `uids` by name."""

    directory: Path
    uids: dict[str, str]

    def do(self, what: str, name: str, *more: object) -> str:
        command = [sys.executable, "-m", "tests.two_nodes.rounds", what, str(self.directory / name), *map(str, more)]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, name: str, to: str, first: int, count: int) -> None:
        self.do("write", name, self.uids[to], first, count)

    def work(self, rounds: int) -> None:
        for name, other in rounds * (("vienna", "beijing"), ("beijing", "vienna")):
            self.do("work", name, self.directory / other)

    def told(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.do("told", name))
        return found


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    uids = {}
    for name in ("vienna", "beijing"):
        assert make_node(tmp_path / name).code == 0
        made = clew("partner", "card", "--out", tmp_path / f"{name}.card", "--json", home=tmp_path / name)
        assert made.code == 0, made.err
        uids[name] = read_card((tmp_path / f"{name}.card").read_bytes()).uid
    found = Pair(tmp_path, uids)
    found.do("pin", "vienna", tmp_path / "beijing.card")
    found.do("pin", "beijing", tmp_path / "vienna.card")
    return found


def agencies(first: int, count: int) -> list[str]:
    return [f"Agency {number} (fictional)" for number in range(first, first + count)]


def test_a_node_restored_from_an_old_backup_gets_back_what_it_lost_and_sends_nothing_twice(
    pair: Pair, tmp_path: Path
) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    pair.write("vienna", "beijing", 1, 2)
    pair.write("beijing", "vienna", 101, 2)
    pair.work(2)
    backup = (tmp_path / "old.age", "--passphrase-file", tmp_path / "passphrase", "--json")
    assert clew("backup", *backup, home=tmp_path / "vienna").code == 0
    pair.write("vienna", "beijing", 3, 2)
    pair.write("beijing", "vienna", 103, 3)
    pair.work(2)
    assert pair.told("beijing")["in"] == agencies(1, 4)
    shutil.rmtree(tmp_path / "vienna")
    assert clew("restore", *backup, home=tmp_path / "vienna").code == 0
    lost = pair.told("vienna")
    assert (lost["in"], lost["held"]) == (agencies(101, 2), 1)
    said = clew("doctor", "--json", home=tmp_path / "vienna").json
    assert "nothing leaves to" in said["checks"]["restore"]

    pair.work(3)
    back = pair.told("vienna")
    assert back["in"] == agencies(101, 5)
    assert (back["held"], back["rejected"], back["missing"], back["waiting"]) == (0, [], [], [])
    assert back["before"].count("notify") == 2

    # The decisions of 3 and 4 were signed before the backup; that of 5 is new.
    pair.write("vienna", "beijing", 3, 3)
    pair.work(2)
    there = pair.told("beijing")
    assert there["in"] == agencies(1, 5)
    assert (there["rejected"], there["missing"], there["waiting"]) == ([], [], [])
    assert max(pair.told("vienna")["out"]) > 10_000
