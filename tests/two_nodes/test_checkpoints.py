"""Two nodes made by the command line, each with its own store: the one's administrator rewrites its log."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.nodes import Answer, clew, environment, make_node
from tests.resident import run_words

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


@dataclass
class Pair:
    """Vienna, whose administrator is not to be trusted, and Beijing. Both have confirmed each other."""

    vienna: Path
    beijing: Path

    def do(self, what: str, home: Path, *more: object) -> None:
        done = run_words(["-m", "tests.two_nodes.rounds", what, str(home), *map(str, more)], environment())
        assert done.returncode == 0, done.stderr

    def next_day(self) -> None:
        """Vienna shows its log, Beijing judges it and shows its own, both answer."""
        for home in (self.vienna, self.beijing):
            self.do("morning", home)
        for home, other in 2 * ((self.vienna, self.beijing), (self.beijing, self.vienna)):
            self.do("work", home, other)

    def verify(self, home: Path) -> Answer:
        return clew("audit", "verify", "--with", "Office", "--json", home=home)


@pytest.fixture(scope="module")
def cosigned(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Both have cosigned each other's log once; there is a copy of Vienna's store of that morning."""
    directory = tmp_path_factory.mktemp("pair")
    pair = Pair(directory / "vienna", directory / "beijing")
    for home in (pair.vienna, pair.beijing):
        assert make_node(home).code == 0
        assert clew("partner", "card", "--out", directory / f"{home.name}.card", home=home).code == 0
    pair.do("pin", pair.vienna, directory / "beijing.card")
    pair.do("pin", pair.beijing, directory / "vienna.card")
    assert pair.verify(pair.vienna).code == 1, "nothing cosigned is not verified"
    shutil.copy(pair.vienna / "store.sqlite3", directory / "old.sqlite3")
    pair.do("act", pair.vienna, 20)
    pair.next_day()
    return pair


def copied(cosigned: Pair, to: Path) -> Pair:
    shutil.copytree(cosigned.vienna.parent, to / "pair")
    return Pair(to / "pair" / "vienna", to / "pair" / "beijing")


def test_two_honest_nodes_verify_with_each_other(cosigned: Pair) -> None:
    for home in (cosigned.vienna, cosigned.beijing):
        answer = cosigned.verify(home)
        assert (answer.code, answer.json["ok"], answer.json["problems"]) == (0, True, []), answer
        assert (answer.json["cosigned"], answer.json["kept"]) == (1, 1)
    said = clew("audit", "verify", "--with", "Office (fictional)", home=cosigned.vienna)
    assert "The log verifies with Office (fictional)." in said.out
    assert clew("audit", "verify", "--with", "Nobody", home=cosigned.vienna).code == 1


@pytest.mark.parametrize("attack", ["edit", "truncate", "fork"])
def test_a_rewritten_log_is_found_by_both_nodes(cosigned: Pair, tmp_path: Path, attack: str) -> None:
    pair = copied(cosigned, tmp_path)
    if attack == "fork":
        for each in pair.vienna.glob("store.sqlite3*"):
            each.unlink()
        shutil.copy(tmp_path / "pair" / "old.sqlite3", pair.vienna / "store.sqlite3")
        pair.do("act", pair.vienna, 60)
    else:
        pair.do(attack, pair.vienna)
    alone = clew("audit", "verify", "--json", home=pair.vienna)
    assert (alone.code, json.loads(alone.out)["ok"]) == (0, True)
    mine = pair.verify(pair.vienna)
    assert mine.code == 1, "what the store still says of the partner, or that it says nothing, is not verified"
    pair.next_day()
    if attack == "fork":
        pair.next_day()
    for home, words in ((pair.beijing, "is not the one that it showed before"), (pair.vienna, "is not the one that")):
        answer = pair.verify(home)
        assert answer.code == 1
        assert any(words in problem for problem in answer.json["problems"]), answer.out
