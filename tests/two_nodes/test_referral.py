"""Two real nodes: one asks the other to help a person; it answers, she comes, she takes her consent back."""

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
from tests.two_nodes.helping import CONTACT

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
NAMES = ("office", "house")


@dataclass
class Two:
    """Their homes, beside one another in one directory."""

    directory: Path

    def uid(self, name: str) -> str:
        return str(tomllib.loads((self.directory / name / "node.toml").read_text(encoding="utf-8"))["node_id"])

    def do(self, what: str, name: str, *more: object) -> dict[str, Any]:
        command = ["-m", "tests.two_nodes.helping", what, str(self.directory / name), *map(str, more)]
        done = run_words(command, environment())
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout)) if done.stdout else {}

    def work(self, *names: str) -> None:
        """A turn of each node's worker."""
        for name in names:
            self.do("work", name, self.directory / next(one for one in NAMES if one != name))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """The office has asked the house, whose node has stored and opened the letter; nobody has taken it."""
    two = Two(tmp_path_factory.mktemp("two"))
    for name in NAMES:
        assert make_node(two.directory / name, "--kind", "ngo", "--name", f"{name} (fictional)").code == 0
        assert clew("partner", "card", "--out", two.directory / f"{name}.card", home=two.directory / name).code == 0
    for name, other in (NAMES, NAMES[::-1]):
        two.do("begin", name, two.directory / f"{other}.card")
    two.do("ask", "office", two.uid("house"))
    two.work("office", "house", "office")
    return two


@pytest.fixture
def two(asked: Two, tmp_path: Path) -> Two:
    shutil.copytree(asked.directory, tmp_path / "two")
    return Two(tmp_path / "two")


def test_she_is_asked_for_accepted_and_comes_and_both_nodes_show_it(two: Two) -> None:
    office, house = two.do("look", "office"), two.do("look", "house")
    assert (office["sent"], office["way"]) == ([["asked", "", False, True]], ["stored", "opened"])
    assert "referral.overdue" in office["desk"]
    assert (house["came"], house["letters"]) == ([], [["in", "referral", "quarantined"]])
    two.do("take", "house")
    two.do("answer", "house")
    two.do("arrive", "house")
    two.work("house", "office")
    office, house = two.do("look", "office"), two.do("look", "house")
    assert office["sent"] == [["accepted", "", True, True]]
    assert "referral.overdue" not in office["desk"]
    ((state, contact, reference),) = house["came"]
    assert (state, contact, len(reference), house["sealed"]) == ("accepted", CONTACT, 26, [0])
    assert office["rejected"] == house["rejected"] == []


@pytest.mark.parametrize("taken", [False, True])
def test_a_consent_withdrawn_in_the_middle_is_right_and_shown_at_both_nodes(two: Two, taken: bool) -> None:
    if taken:
        two.do("take", "house")
        two.do("answer", "house")
        two.work("house", "office")
    two.do("withdraw", "office")
    assert two.do("look", "office")["sent"] == [["stopped", "", False, False]]
    two.work("office", "house")
    house = two.do("look", "house")
    assert house["sealed"] == [0]
    assert ["in", "referral-ended", "noted"] in house["letters"]
    if taken:
        assert house["came"] == [["ended", "", house["came"][0][2]]]
    else:
        assert (house["came"], house["letters"][0]) == ([], ["in", "referral", "void"])
    stores = b"".join(path.read_bytes() for path in (two.directory / "house").glob("store.sqlite3*"))
    assert CONTACT.encode() not in stores
    for name in NAMES:
        assert json.loads(clew("audit", "verify", "--json", home=two.directory / name).out)["ok"]


def test_a_refusal_comes_with_its_code_and_voids_what_was_told(two: Two) -> None:
    two.do("take", "house")
    two.do("answer", "house", "no-place")
    two.work("house", "office")
    assert two.do("look", "office")["sent"] == [["refused", "no-place", False, True]]
    assert two.do("look", "house")["came"][0][:2] == ["refused", ""]
