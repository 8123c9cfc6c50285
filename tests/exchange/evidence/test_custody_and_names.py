"""The custody record cannot be changed unseen, and a name that somebody chose is a name and never a path."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.evidence.custody import START, Act, Hand, KeptFile, Record, read_record, write_record
from clew.exchange.evidence.names import disk_name, shown_name
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import canonical

NOON = dt.datetime(2026, 11, 29, 12, 0, tzinfo=dt.UTC)
FILES = (
    KeptFile(1, "camera 1.mp4", 150_000, "a" * 64, "data/0001-camera 1.mp4"),
    KeptFile(2, "空.txt", 0, "b" * 64),
)
RECORD = Record(
    FILES,
    (
        Hand(NOON, Act.SEIZED, "Unit 4 (fictional)", (1,), place="Vienna"),
        Hand(NOON, Act.STORED, "Officer A (fictional)", proof="c" * 64),
        Hand(NOON + dt.timedelta(hours=1), Act.SENT, "Vienna (fictional)", (1, 2), proof="d" * 64, note="2 parts"),
    ),
)


def test_a_record_reads_back_and_says_of_each_act_which_was_before_it() -> None:
    raw = write_record(RECORD)
    assert read_record(raw) == RECORD
    hands = json.loads(raw)["hands"]
    assert hands[0]["before"] == START
    assert len({hand["before"] for hand in hands} | {json.loads(raw)["last"]}) == 4
    assert json.loads(raw)["last"] == RECORD.last


def test_an_empty_record_is_one() -> None:
    assert read_record(write_record(Record((), ()))).last == START


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an act is left out": lambda one: one["hands"].pop(1),
    "the last act is left out": lambda one: one["hands"].pop(),
    "an act is doubled": lambda one: one["hands"].append(one["hands"][-1]),
    "two acts are exchanged": lambda one: one["hands"].__setitem__(slice(0, 2), one["hands"][1::-1]),
    "another person did it": lambda one: one["hands"][0].update(by="Unit 5 (fictional)"),
    "it was another file": lambda one: one["hands"][0].update(files=[2]),
    "it was another day": lambda one: one["hands"][0].update(at="2026-11-28T12:00:00Z"),
    "a file is another": lambda one: one["files"][0].update(sha256="f" * 64),
    "a file is listed that was not": lambda one: one["files"].append({**one["files"][0], "n": 3}),
    "the end is another": lambda one: one.update(last="f" * 64),
    "more is said": lambda one: one.update(more=1),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_record_that_was_changed_is_refused(what: str) -> None:
    content = json.loads(write_record(RECORD))
    CHANGES[what](content)
    with pytest.raises(Refusal):
        read_record(canonical(content))


def test_every_single_bit_of_a_record_that_is_changed_is_refused() -> None:
    raw = write_record(RECORD)
    for at in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(Refusal):
            read_record(bytes(changed))


@pytest.mark.parametrize(
    "hands",
    [
        (Hand(NOON, Act.SENT, "A (fictional)", (3,)),),
        (Hand(NOON, Act.SENT, "A (fictional)"), Hand(NOON - dt.timedelta(seconds=1), Act.OPENED, "B (fictional)")),
    ],
    ids=["a file that is not listed", "an act before the one before it"],
)
def test_a_record_that_contradicts_itself_is_not_written(hands: tuple[Hand, ...]) -> None:
    with pytest.raises(Refusal, match="bad-field"):
        write_record(Record(FILES, hands))


@pytest.mark.parametrize(
    "content",
    [{}, {"files": 1, "hands": 2}, {"files": [], "hands": [{}]}, {"files": [{"n": 1}], "hands": []},
     {"files": [], "hands": [{"at": "2026-11-29T12:00:00Z", "act": "dreamt", "by": "x"}]},
     {"files": [], "hands": [[]]}],
)  # fmt: skip
def test_what_is_no_record_is_refused_and_never_a_fault(content: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        read_record(canonical(content))


DEVICES = ["CON", "nul.txt", "COM1", "aux.c"]
TRICKS = [
    "../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\x", "C:x", "a/b", "..", ".", "", " ", ".ssh", "~root", "-rf",
    "a\x00b", "a\nb", "x" * 500, "声" * 200 + ".mp4", "photo\u202egpj.exe", "a.txt:stream", "a%0Ab", "a.", "a ",
    *DEVICES,
]  # fmt: skip


@pytest.mark.parametrize("name", TRICKS)
def test_no_trick_in_a_name_makes_it_a_path_a_device_or_hidden(name: str) -> None:
    made = disk_name(7, name)
    assert made.startswith("0007-")
    assert len(made.encode()) <= 200
    for kind in (PurePosixPath, PureWindowsPath):
        assert kind(made).name == made
        assert kind(made).parts == (made,)
    assert not PureWindowsPath(made).is_reserved()
    assert made.isprintable()
    assert not set(made) & set('<>:"/\\|?*%~')
    assert not made.endswith((".", " "))


@given(st.text())
def test_whatever_the_name_it_is_one_name_and_says_its_number(name: str) -> None:
    made = disk_name(12, name)
    assert PurePosixPath(made).parts == PureWindowsPath(made).parts == (made,)
    assert made.startswith("0012-")
    assert len(made.encode()) <= 200


def test_an_ordinary_name_stays_readable_with_its_ending() -> None:
    assert disk_name(1, "camera 1.mp4") == "0001-camera 1.mp4"
    assert disk_name(2, "证据.pdf") == "0002-证据.pdf"
    assert disk_name(3, "声" * 200 + ".mp4").endswith("声.mp4")


def test_what_turns_the_direction_of_the_text_is_shown() -> None:
    assert shown_name("photo\u202egpj.exe") == "photo_gpj.exe"
