"""Three real nodes: Vienna tells Beijing, Beijing passes it on to Sofia with Vienna's leave, Vienna takes it back."""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.nodes import clew, environment, make_node
from tests.resident import run_words

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
NAMES = ("vienna", "beijing", "sofia")


@dataclass
class Three:
    """Their homes, beside one another in one directory."""

    directory: Path

    def uid(self, name: str) -> str:
        return str(tomllib.loads((self.directory / name / "node.toml").read_text(encoding="utf-8"))["node_id"])

    def do(self, what: str, name: str, *more: str) -> dict[str, Any]:
        command = ["-m", "tests.two_nodes.passing", what, str(self.directory / name), *more]
        done = run_words(command, environment())
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout)) if done.stdout else {}

    def work(self, *names: str) -> list[str]:
        """A turn of each node's worker; returns to which nodes something was handed, by their names."""
        homes = {self.uid(name): name for name in NAMES}
        others = [f"{uid}={self.directory / name}" for uid, name in homes.items()]
        return [homes[uid] for name in names for uid in self.do("work", name, *others)["handed"]]


@pytest.fixture(scope="module")
def passed_on(tmp_path_factory: pytest.TempPathFactory) -> Three:
    """Beijing has taken Vienna's letter and passed it on; Sofia has taken that."""
    three = Three(tmp_path_factory.mktemp("three"))
    for name in NAMES:
        assert make_node(three.directory / name).code == 0
        card = three.directory / f"{name}.card"
        assert clew("partner", "card", "--out", card, home=three.directory / name).code == 0
    for name in NAMES:
        three.do("begin", name, *(str(three.directory / f"{other}.card") for other in NAMES if other != name))
    three.do("tell", "vienna", three.uid("beijing"))
    three.work("vienna", "beijing")
    three.do("take", "beijing")
    three.do("pass", "beijing", three.uid("sofia"), three.uid("vienna"))
    three.work("beijing", "sofia")
    three.do("take", "sofia")
    three.work("sofia", "beijing", "vienna")
    return three


@pytest.fixture
def three(passed_on: Three, tmp_path: Path) -> Three:
    shutil.copytree(passed_on.directory, tmp_path / "three")
    return Three(tmp_path / "three")


def test_a_recall_reaches_the_onward_holder_through_the_chain_and_each_answers_its_own_sender(three: Three) -> None:
    assert [three.do("look", name)["standing"] for name in NAMES] == [1, 1, 1]
    three.do("recall", "vienna")
    three.work("vienna", "beijing", "sofia")
    assert [three.do("look", name)["standing"] for name in NAMES] == [1, 0, 0]
    for name in ("sofia", "beijing"):
        three.do("answer", name)
    three.work("sofia", "beijing", "vienna")
    vienna, beijing = three.do("look", "vienna"), three.do("look", "beijing")
    onward = next(row for row in beijing["recalls"] if row[0] == "out")
    assert onward[1:3] == [three.uid("sofia"), "done"]
    assert [row[:4] for row in vienna["recalls"]] == [
        ["out", three.uid("beijing"), "done", [[three.uid("sofia"), onward[4]]]]
    ]


def test_a_suspended_node_gets_nothing_more_and_its_letters_are_refused_and_it_is_listed(three: Three) -> None:
    for name in ("vienna", "beijing"):
        three.do("suspend", name, three.uid("sofia"))
    before = three.do("look", "sofia")
    three.do("tell", "sofia", three.uid("beijing"))
    three.do("recall", "vienna")
    assert "sofia" not in three.work("vienna", "beijing", "vienna", "beijing")
    three.work("sofia")
    assert three.do("look", "sofia")["recalls"] == before["recalls"] == []
    beijing = three.do("look", "beijing")
    assert [three.uid("sofia"), "sender-not-usable"] in beijing["turned_away"]
    assert [row for row in beijing["letters"] if row[2] == "quarantined"] == []
    assert [three.uid("sofia"), "", "The partner is suspended."] in beijing["listed"]
    three.do("answer", "beijing")
    three.work("beijing", "vienna")
    (answered,) = three.do("look", "vienna")["recalls"]
    assert answered[2] == "done"
    assert [to for to, _letter in answered[3]] == [three.uid("sofia")]


@pytest.mark.parametrize(("what", "reason", "code"), [("leave", "own-request", "left"),
                                                      ("suspend", "key-compromised", "suspended")])  # fmt: skip
def test_a_node_that_leaves_or_suspends_itself_loses_access_everywhere_at_once(
    three: Three, what: str, reason: str, code: str
) -> None:
    """Sofia says it once; Vienna, which never sent it anything, and Beijing, which did, both cut it off."""
    sofia = three.uid("sofia")
    three.do("announce", "sofia", what, reason)
    three.work("sofia", "vienna", "beijing")
    for name in ("vienna", "beijing"):
        seen = three.do("look", name)
        assert (seen["statuses"][sofia], seen["keys"][sofia]) == (code, code)
        assert "partner.own_word" in seen["tasks"] or name == "vienna"
        # Between the two that stay nothing changed.
        assert sorted(seen["keys"].values()) == sorted([code, "usable"])
    # What Vienna takes back reaches Beijing, and waits there for Sofia: nothing goes through the third node either.
    three.do("recall", "vienna")
    assert "sofia" not in three.work("vienna", "beijing", "vienna", "beijing")
    assert three.do("look", "sofia")["recalls"] == []
    assert [three.uid("sofia"), "", UNREACHED[code]] in three.do("look", "beijing")["listed"]
    # What Sofia writes is turned away by both.
    for name in ("vienna", "beijing"):
        three.do("tell", "sofia", three.uid(name))
        three.work("sofia")
        seen = three.do("look", name)
        assert [sofia, "sender-not-usable"] in seen["turned_away"]
        assert [row for row in seen["letters"] if row[2] == "quarantined"] == []


UNREACHED = {"suspended": "The partner is suspended.", "left": "The partner has left the network."}
