"""Parts lie on a disk until they are all there; nothing is taken that was not announced, and nothing twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from clew.exchange.evidence.parts import Parts
from clew.exchange.evidence.sealing import SealedFile, new_key, open_file, seal_file
from clew.exchange.refusals import Refusal

KEY = new_key()
CONTENT = os.urandom(5_000)


@pytest.fixture
def sender(tmp_path: Path) -> Parts:
    return Parts(tmp_path / "sender")


@pytest.fixture
def announced(sender: Parts) -> SealedFile:
    return seal_file([CONTENT], KEY, sender.writer, part_size=700)


@pytest.fixture
def recipient(tmp_path: Path) -> Parts:
    return Parts(tmp_path / "recipient")


def names(parts: Parts) -> list[str]:
    return sorted(path.name for path in parts.directory.iterdir()) if parts.directory.exists() else []


def test_a_transfer_goes_on_where_it_was_in_any_order_and_opens(
    sender: Parts, announced: SealedFile, recipient: Parts
) -> None:
    assert recipient.missing(announced) == tuple(range(1, len(announced.parts) + 1))
    for part in (5, 1, 3):
        assert recipient.take(part, sender.read(part), announced)
    after_a_restart = Parts(recipient.directory)
    assert after_a_restart.missing(announced) == tuple(
        n for n in range(1, len(announced.parts) + 1) if n not in {1, 3, 5}
    )
    assert after_a_restart.bytes_here(announced) == 3 * 700
    for part in after_a_restart.missing(announced):
        after_a_restart.take(part, sender.read(part), announced)
    assert after_a_restart.missing(announced) == ()
    assert after_a_restart.bytes_here(announced) == announced.sealed_size
    out = bytearray()
    open_file(after_a_restart.read_all(announced), KEY, announced, out.extend)
    assert bytes(out) == CONTENT


def test_the_same_part_again_changes_nothing(sender: Parts, announced: SealedFile, recipient: Parts) -> None:
    assert recipient.take(2, sender.read(2), announced)
    before = (recipient.directory / "0000002.part").stat()
    assert not recipient.take(2, [b"something else"], announced)
    assert (recipient.directory / "0000002.part").stat() == before


@pytest.mark.parametrize("part", [0, -1, 10**6])
def test_a_part_that_was_not_announced_is_not_taken(part: int, announced: SealedFile, recipient: Parts) -> None:
    with pytest.raises(Refusal, match="not-announced"):
        recipient.take(part, [b"x"], announced)
    assert names(recipient) == []


def test_other_bytes_than_announced_leave_nothing(sender: Parts, announced: SealedFile, recipient: Parts) -> None:
    right = b"".join(sender.read(1))
    last = len(announced.parts)
    for part, content, code in (
        (1, right[:-1], "cut-off"),
        (1, b"", "cut-off"),
        (1, right + b"x", "too-large"),
        (1, bytes(len(right)), "not-as-announced"),
        (2, right, "not-as-announced"),
        (last, right, "too-large"),
    ):
        with pytest.raises(Refusal) as refused:
            recipient.take(part, [content], announced)
        assert refused.value.code == code
        assert names(recipient) == []


def test_every_single_bit_of_a_part_that_is_changed_is_refused(
    sender: Parts, announced: SealedFile, recipient: Parts
) -> None:
    last = len(announced.parts)
    right = b"".join(sender.read(last))
    for at in range(len(right) * 8):
        changed = bytearray(right)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(Refusal, match="not-as-announced"):
            recipient.take(last, [bytes(changed)], announced)
    assert names(recipient) == []


def test_no_more_is_read_than_was_announced(announced: SealedFile, recipient: Parts) -> None:
    read = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield bytes(100)

    with pytest.raises(Refusal, match="too-large"):
        recipient.take(1, endless(), announced)
    assert len(read) == 8


def test_two_that_bring_the_same_part_at_once_leave_the_one_that_was_announced(
    sender: Parts, announced: SealedFile, recipient: Parts
) -> None:
    right = b"".join(sender.read(1))
    other_is_there, first_is_done = threading.Event(), threading.Event()

    def slow() -> Iterator[bytes]:
        yield bytes(300)
        other_is_there.set()
        first_is_done.wait(10)
        yield bytes(400)

    refused: list[str] = []

    def bring_wrong() -> None:
        try:
            recipient.take(1, slow(), announced)
        except Refusal as refusal:
            refused.append(refusal.code)

    thread = threading.Thread(target=bring_wrong)
    thread.start()
    other_is_there.wait(10)
    assert recipient.take(1, [right], announced)
    first_is_done.set()
    thread.join()
    assert refused == ["not-as-announced"]
    assert b"".join(recipient.read(1)) == right
    assert names(recipient) == ["0000001.part"]


def test_what_a_dead_process_left_of_a_part_counts_for_nothing_and_goes_when_the_part_has_come(
    sender: Parts, announced: SealedFile, recipient: Parts
) -> None:
    recipient.take(1, sender.read(1), announced)
    recipient.writer(2).write(b"half")
    assert 2 in recipient.missing(announced)
    recipient.take(2, sender.read(2), announced)
    assert names(recipient) == ["0000001.part", "0000002.part"]


def test_who_brings_the_right_part_more_slowly_than_another_has_brought_it_too(
    sender: Parts, announced: SealedFile, recipient: Parts
) -> None:
    slow = recipient.writer(1)
    slow.write(b"".join(sender.read(1)))
    assert recipient.take(1, sender.read(1), announced)
    slow.finish()
    assert names(recipient) == ["0000001.part"]
    assert b"".join(recipient.read(1)) == b"".join(sender.read(1))


def test_a_part_that_is_not_there_is_named_when_it_is_read(announced: SealedFile, recipient: Parts) -> None:
    with pytest.raises(Refusal, match=r"missing-part.*part 1"):
        list(recipient.read_all(announced))


def test_what_is_given_up_leaves_nothing_and_nothing_is_readable_by_others(
    sender: Parts, announced: SealedFile
) -> None:
    assert {path.stat().st_mode & 0o77 for path in sender.directory.iterdir()} == {0}
    assert sender.directory.stat().st_mode & 0o77 == 0
    sender.discard()
    assert not sender.directory.exists()
    assert sender.missing(announced) != ()
