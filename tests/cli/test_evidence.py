"""`clew evidence check`: whether a bag is whole, from files alone, in words and as JSON."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clew.cli.app import run
from clew.exchange.evidence.bags import CUSTODY, Payload, bag_entries
from clew.exchange.evidence.custody import Act, Hand, KeptFile, Record, write_record

NOON = dt.datetime(2026, 11, 29, 12, 0, tzinfo=dt.UTC)
CONTENT = b"moving pictures"
FILE = Payload(1, "camera 1.mp4", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), lambda: [CONTENT])
KEPT = KeptFile(1, FILE.name, FILE.size, FILE.sha256, FILE.path)


def record(*files: KeptFile) -> Record:
    return Record(files, (Hand(NOON, Act.SEIZED, "Unit 4 (fictional)"), Hand(NOON, Act.EXPORTED, "A (fictional)")))


def write(directory: Path, tags: dict[str, bytes]) -> Path:
    for entry in bag_entries([FILE], info={}, day=NOON.date(), tags=tags):
        path = directory / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(entry.content))
    return directory


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return write(tmp_path / "bag", {CUSTODY: write_record(record(KEPT))})


@pytest.fixture
def told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setenv("CLEW_HOME", str(tmp_path / "no node here"))

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["clew", "evidence", "check", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            run()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def test_a_whole_bag_is_said_to_be_whole_with_what_its_custody_ends_with(
    bag: Path, told: Callable[..., object]
) -> None:
    last = record(KEPT).last
    said = f"The bag is whole and unchanged: 1 files, 15 bytes. Its custody record ends with {last}.\n"
    assert told(bag) == (0, said, "")


def test_json_has_all_of_it(bag: Path, told: Callable[..., tuple[int, str, str]]) -> None:
    (bag / "data" / "more.txt").write_bytes(b"")
    code, out, _err = told(bag, "--json")
    answered = json.loads(out)
    assert code == 1
    assert (answered["whole"], answered["files"]) == (False, 2)
    assert {(one["path"], one["code"]) for one in answered["faults"]} == {
        ("data/more.txt", "unlisted"), ("data/more.txt", "no-custody"), ("bag-info.txt", "oxum"),
    }  # fmt: skip


def test_a_changed_file_is_named_and_the_bag_is_not_whole(bag: Path, told: Callable[..., tuple[int, str, str]]) -> None:
    (bag / FILE.path).write_bytes(b"other pictures!")
    code, out, err = told(bag)
    assert (code, err) == (1, "")
    assert out == (
        "data/0001-camera 1.mp4: Its content is not the one that was listed.\nThe bag is NOT whole and unchanged.\n"
    )


@pytest.mark.parametrize(
    ("kept", "fault"),
    [
        ((), ("data/0001-camera 1.mp4", "no-custody")),
        ((KEPT, KeptFile(2, "b", 1, "b" * 64, "data/0002-b")), ("data/0002-b", "missing")),
        ((KeptFile(1, FILE.name, FILE.size, "c" * 64, FILE.path),), ("data/0001-camera 1.mp4", "other-custody")),
        ((KeptFile(1, FILE.name, 16, FILE.sha256, FILE.path),), ("data/0001-camera 1.mp4", "other-custody")),
    ],
    ids=["of no file", "of a file that is missing", "of other content", "of another size"],
)
def test_a_custody_record_of_other_files_is_found(
    kept: tuple[KeptFile, ...], fault: tuple[str, str], tmp_path: Path, told: Callable[..., tuple[int, str, str]]
) -> None:
    bag = write(tmp_path / "bag", {CUSTODY: write_record(record(*kept))})
    code, out, _err = told(bag, "--json")
    assert code == 1
    assert [(one["path"], one["code"]) for one in json.loads(out)["faults"]] == [fault]


def test_a_custody_record_that_was_changed_is_found_though_it_is_listed_so(
    tmp_path: Path, told: Callable[..., tuple[int, str, str]]
) -> None:
    changed = write_record(record(KEPT)).replace(b"Unit 4", b"Unit 5")
    code, out, _err = told(write(tmp_path / "bag", {CUSTODY: changed}), "--json")
    assert (code, json.loads(out)["custody"]) == (1, "")
    assert [(one["path"], one["code"]) for one in json.loads(out)["faults"]] == [("custody.json", "history")]


def test_a_bag_without_a_custody_record_is_whole_and_says_so(
    tmp_path: Path, told: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, _err = told(write(tmp_path / "bag", {}))
    assert (code, out.partition("bytes. ")[2]) == (0, "It has no custody record.\n")


def test_a_name_in_a_bag_does_not_move_the_cursor(bag: Path, told: Callable[..., tuple[int, str, str]]) -> None:
    (bag / "data" / "\x1b[2Jhidden").write_bytes(b"")
    _code, out, _err = told(bag)
    assert "\x1b" not in out
    assert "data/_[2Jhidden: It is in the bag and not listed." in out


def test_what_is_no_directory_is_said_with_what_to_do(
    tmp_path: Path, told: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, err = told(tmp_path / "bag.zip")
    assert (code, out) == (1, "")
    assert "is no directory. Unpack the archive first" in err
