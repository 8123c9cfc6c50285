"""Two real nodes: Vienna announces files of its case, brings them part by part, gives the keys; Beijing takes them."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import signal
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.nodes import clew, environment, make_node
from tests.resident import resident_at, run_words
from tests.two_nodes import killing

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
NAMES = ("vienna", "beijing")
MIB = 1024 * 1024
SIZE = 20 * MIB
"""Bytes: three parts of 8 MiB."""


@dataclass
class Two:
    """Their homes, beside one another in one directory."""

    directory: Path
    residents: dict[str, str] = field(default_factory=dict)

    def uid(self, name: str) -> str:
        return str(tomllib.loads((self.directory / name / "node.toml").read_text(encoding="utf-8"))["node_id"])

    def do(self, what: str, name: str, *more: object) -> dict[str, Any]:
        module = "passing" if what == "begin" else "filing"
        done = self.run(module, what, name, *more)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout)) if done.stdout else {}

    def run(self, module: str, what: str, name: str, *more: object, **env: str) -> subprocess.CompletedProcess[str]:
        command = ["-m", f"tests.two_nodes.{module}", what, str(self.directory / name), *map(str, more)]
        asked = self.residents.get(name, "") if what in {"work", "room"} else ""
        env |= {"CLEW_TESTS_DOOR": self.residents.get("door", "")} if asked and name == "vienna" else {}
        return run_words(command, {**environment(), **env}, at=asked)

    def killed(self, what: str, name: str, point: str) -> None:
        """Have a node do something and die at a point of it (`tests.two_nodes.killing`)."""
        other = [self.directory / next(one for one in NAMES if one != name)] if what == "work" else []
        done = self.run("filing", what, name, *other, **{killing.AT: point})
        assert done.returncode == -signal.SIGKILL, f"{point}: {done.stderr}"

    @contextmanager
    def lasting(self) -> Iterator[None]:
        """Both workers and Beijing's door are forked from processes that have their node set up already."""
        vienna, beijing = self.directory / "vienna", self.directory / "beijing"
        with (
            resident_at(vienna, "worker") as sending,
            resident_at(beijing, "worker") as receiving,
            resident_at(beijing, "inbound") as door,
        ):
            self.residents = {"vienna": sending, "beijing": receiving, "door": door}
            yield
            self.residents = {}

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


NODE = "clew.node.exchange"
PARTS = "clew.exchange.evidence.parts"
SEALING = (
    f"{PARTS} PartFile.write 20 before",
    f"{PARTS} PartFile.finish 2 after",
    f"{NODE}.evidence_room note_sealed 1 before",
    f"{NODE}.actions.evidence_travel _record 1 after",
)
"""While a part is written; between two; when all are there and nothing is noted; and noted, but not committed."""

AT_THE_DOOR = (f"{PARTS} PartFile.write 40 before", f"{PARTS} PartFile.finish 1 before")
"""While a part comes in, and when it is here whole and has no name yet: it counts for nothing."""

KEYS = (
    f"{NODE}.part_sending give_keys 1 before",
    f"{NODE}.actions.evidence_travel write_undecided 1 after",
    f"{NODE}.part_sending give_keys 1 after",
    f"{NODE}.outbox _note 1 before",
)
"""Before they are written; written and not committed; committed and not sent; sent, and not noted that they were."""

OPENING = (
    "clew.node.sealed_files FileIntake.write 8 before",
    "clew.node.sealed_files FileIntake.finish 1 after",
    f"{NODE}.actions.evidence_travel _record 1 after",
    f"{NODE}.evidence_room note_opened 1 after",
)
"""While the file is opened; opened and not noted; noted and not committed; and before the parts are deleted."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """Vienna, killed four times while it sealed, has announced a recording; nobody has taken it, no part has left."""
    two = Two(tmp_path_factory.mktemp("two"))
    for name in NAMES:
        assert make_node(two.directory / name).code == 0
        assert clew("partner", "card", "--out", two.directory / f"{name}.card", home=two.directory / name).code == 0
    for name, other in (NAMES, reversed(NAMES)):
        two.do("begin", name, two.directory / f"{other}.card")
    path, _digest = a_file(two.directory, SIZE)
    two.do("prepare", "vienna", two.uid("beijing"), path)
    with resident_at(two.directory / "vienna", "worker") as two.residents["vienna"]:
        for point in SEALING:
            two.killed("room", "vienna", point)
        two.do("room", "vienna")
    two.residents.clear()
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


def test_killed_at_any_point_of_it_a_transfer_goes_on_and_the_file_is_there_once_and_the_same(two: Two) -> None:
    two.do("take", "beijing")
    with two.lasting():
        _parts_come_while_both_are_killed(two)
        for point in KEYS:
            two.killed("work", "vienna", point)
        two.killed("work", "beijing", f"{NODE}.actions.evidence_travel _record 1 after")
        two.work("vienna")
        two.do("work", "beijing", two.directory / "vienna")
        assert two.state("beijing") == "closing"
        for point in OPENING:
            two.killed("room", "beijing", point)
        assert two.state("beijing") == "opened"
        two.do("room", "beijing")
        two.work("beijing")
        two.killed("work", "vienna", "shutil rmtree 1 before")
        two.do("room", "vienna")
    two.killed("file", "beijing", f"{NODE}.actions.evidence _record 1 after")
    two.do("file", "beijing")
    two.do("sweep", "beijing")
    vienna, beijing = two.do("look", "vienna"), two.do("look", "beijing")
    path, digest = a_file(two.directory, SIZE)
    assert beijing["documents"] == [[path.name, SIZE, digest, True]]
    assert len(beijing["stored"]) == 1
    assert (vienna["keys"], vienna["parts"], beijing["keys"], beijing["parts"]) == (0, 0, 0, 0)
    for node, state, given in ((vienna, "received", "out"), (beijing, "taken", "in")):
        assert [row[1] for row in node["transfers"]] == [state]
        assert [row[0] for row in node["letters"] if row[1] == "evidence-close"] == [given]
        assert node["rejected"] == []


def _parts_come_while_both_are_killed(two: Two) -> None:
    """Of three parts the first comes when the sender dies, the others when the door dies before it can answer."""
    for point in AT_THE_DOOR:
        assert _work_while_the_door_dies(two, point) == 2
        assert two.state("beijing") == "receiving"
    two.killed("work", "vienna", f"{NODE}.part_sending _ask 2 after")
    assert _work_while_the_door_dies(two, f"{PARTS} PartFile.finish 1 after") == 2
    look = two.do("look", "beijing")
    # What was left half-written of the first part went when that was here whole.
    assert (look["parts"], look["keys"], look["documents"]) == (3, 0, [])
    two.killed("work", "vienna", f"{NODE}.part_sending _note 1 before")
    assert two.state("vienna") == "sending"


def _work_while_the_door_dies(two: Two, point: str) -> int:
    """Two rounds of Vienna's worker; how often Beijing's door died in them."""
    done = two.run("filing", "work", "vienna", two.directory / "beijing", CLEW_TESTS_DOOR_KILLED_AT=point)
    assert done.returncode == 0, done.stderr
    return int(json.loads(done.stdout)["died"])


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


def test_taken_back_after_it_was_taken_into_the_case_it_opens_no_more_and_goes_when_an_officer_answers(
    two: Two,
) -> None:
    two.do("take", "beijing")
    two.work("vienna", "vienna", "beijing", "vienna", "beijing")
    two.do("file", "beijing")
    two.do("recall", "vienna", "erase")
    two.work("vienna", "beijing")
    path, _digest = a_file(two.directory, SIZE)
    assert two.do("look", "beijing")["documents"] == [[path.name, "not to be opened"]]
    two.do("answer", "beijing")
    beijing = two.do("look", "beijing")
    assert (beijing["documents"], beijing["stored"]) == ([], [])
