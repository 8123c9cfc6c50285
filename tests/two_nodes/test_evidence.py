"""Two real nodes: Vienna announces files of its case, brings them part by part, gives the keys; Beijing takes them."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.nodes import clew, environment, make_node
from tests.resident import run_words

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
NAMES = ("vienna", "beijing")
MIB = 1024 * 1024
SIZE = 20 * MIB
"""Bytes: three parts of 8 MiB."""


@dataclass
class Two:
    """Their homes, beside one another in one directory."""

    directory: Path

    def uid(self, name: str) -> str:
        return str(tomllib.loads((self.directory / name / "node.toml").read_text(encoding="utf-8"))["node_id"])

    def do(self, what: str, name: str, *more: object) -> dict[str, Any]:
        module = "passing" if what == "begin" else "filing"
        command = ["-m", f"tests.two_nodes.{module}", what, str(self.directory / name), *map(str, more)]
        done = run_words(command, environment())
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout)) if done.stdout else {}

    def work(self, *names: str, cut_after: int | None = None) -> None:
        """A turn of each node's worker, and of what seals and opens beside it."""
        for name in names:
            other = next(one for one in NAMES if one != name)
            more = () if cut_after is None else (cut_after,)
            self.do("work", name, self.directory / other, *more)
            self.do("room", name)

    def state(self, name: str) -> str:
        return str(self.do("look", name)["transfers"][-1][1])


def a_file(directory: Path, size: int) -> tuple[Path, str]:
    path = directory / "recording.bin"
    content = random.Random(7).randbytes(size)
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """Vienna has announced a recording and Beijing's officer has taken the announcement; no part has left."""
    two = Two(tmp_path_factory.mktemp("two"))
    for name in NAMES:
        assert make_node(two.directory / name).code == 0
        assert clew("partner", "card", "--out", two.directory / f"{name}.card", home=two.directory / name).code == 0
    for name, other in (NAMES, reversed(NAMES)):
        two.do("begin", name, two.directory / f"{other}.card")
    path, _digest = a_file(two.directory, SIZE)
    two.do("prepare", "vienna", two.uid("beijing"), path)
    two.do("room", "vienna")
    two.do("announce", "vienna")
    two.work("vienna", "beijing")
    return two


@pytest.fixture
def two(begun: Two, tmp_path: Path) -> Two:
    shutil.copytree(begun.directory, tmp_path / "two")
    return Two(tmp_path / "two")


def test_no_part_is_brought_before_an_officer_has_taken_the_announcement(two: Two) -> None:
    vienna, beijing = two.do("look", "vienna"), two.do("look", "beijing")
    assert [row[1] for row in vienna["transfers"]] == ["sending"]
    assert vienna["transfers"][0][3] == "not-taken"
    assert (beijing["transfers"], beijing["parts"]) == ([], 0)


def test_files_come_part_by_part_over_a_line_that_breaks_and_are_opened_only_with_the_keys(two: Two) -> None:
    two.do("take", "beijing")
    two.work("vienna", cut_after=1)
    beijing = two.do("look", "beijing")
    assert (beijing["parts"], beijing["keys"], two.state("beijing")) == (1, 0, "receiving")
    assert two.state("vienna") == "sending"
    two.work("vienna")
    assert two.do("look", "beijing")["parts"] == 3
    two.work("vienna", "beijing", "vienna", "beijing")
    beijing = two.do("look", "beijing")
    assert two.state("beijing") == "opened"
    assert (beijing["keys"], beijing["parts"], beijing["documents"]) == (0, 0, [])
    two.work("beijing", "vienna")
    vienna = two.do("look", "vienna")
    assert (two.state("vienna"), vienna["keys"], vienna["parts"]) == ("received", 0, 0)
    two.do("file", "beijing")
    path, digest = a_file(two.directory, SIZE)
    (document,) = two.do("look", "beijing")["documents"]
    assert document[:3] == [path.name, SIZE, digest]
    assert vienna["rejected"] == beijing["rejected"] == []


def test_taken_back_before_the_keys_left_nothing_that_arrived_can_ever_be_read(two: Two) -> None:
    two.do("take", "beijing")
    two.work("vienna", cut_after=2)
    two.do("recall", "vienna", "erase")
    vienna = two.do("look", "vienna")
    assert (two.state("vienna"), vienna["keys"], vienna["parts"]) == ("recalled", 0, 0)
    two.work("vienna", "beijing", "vienna")
    beijing = two.do("look", "beijing")
    assert (two.state("beijing"), beijing["parts"], beijing["keys"]) == ("recalled", 0, 0)
    assert [row for row in beijing["letters"] if row[1] == "evidence-close"] == []
    two.do("answer", "beijing")
    two.work("beijing", "vienna")
    assert two.do("look", "vienna")["recalls"] == [["out", "done"]]


def test_taken_back_while_the_keys_wait_they_do_not_leave(two: Two) -> None:
    two.do("take", "beijing")
    two.work("vienna")
    assert two.state("vienna") in {"arrived", "closed"}
    shutil.move(two.directory / "beijing", two.directory / "away")
    two.do("recall", "vienna", "erase")
    assert "evidence-close" not in two.do("look", "vienna")["waiting"]
    shutil.move(two.directory / "away", two.directory / "beijing")
    two.work("vienna", "beijing")
    beijing = two.do("look", "beijing")
    assert (two.state("beijing"), beijing["parts"], beijing["keys"]) == ("recalled", 0, 0)


def test_taken_back_after_it_was_taken_into_the_case_the_documents_go_when_an_officer_answers(two: Two) -> None:
    two.do("take", "beijing")
    two.work("vienna", "vienna", "beijing", "vienna", "beijing")
    two.do("file", "beijing")
    two.do("recall", "vienna", "erase")
    two.work("vienna", "beijing")
    assert len(two.do("look", "beijing")["documents"]) == 1
    two.do("answer", "beijing")
    beijing = two.do("look", "beijing")
    assert (beijing["documents"], beijing["stored"]) == ([], [])
