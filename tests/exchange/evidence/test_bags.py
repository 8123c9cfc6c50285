"""A bag is whole and unchanged, or every fault in it is named; nothing in it leads out of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clew.exchange.evidence.bag_checking import Checked, check_bag
from clew.exchange.evidence.bags import BagEntry, Payload, bag_entries, zip_bag
from clew.exchange.refusals import Refusal

DAY = dt.date(2026, 11, 29)
INFO = {"Source-Organization": "Vienna (fictional)", "External-Identifier": "case 12 (fictional)"}


def payload(n: int, name: str, content: bytes) -> Payload:
    return Payload(n, name, len(content), hashlib.sha256(content).hexdigest(), lambda: [content[:3], content[3:]])


FILES = (
    payload(1, "camera 1.mp4", b"moving pictures"),
    payload(2, "空.txt", b""),
    payload(3, "../../../etc/passwd", b"a trick"),
    payload(4, "100%\nsure.txt", b"a name with a line break"),
)


def entries() -> Iterator[BagEntry]:
    return bag_entries(FILES, info=INFO, day=DAY, tags={"note.json": b'{"fictional":true}'})


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    whole = io.BytesIO(b"".join(zip_bag("bag", entries())))
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "bag"


def read_all(entries: Iterator[BagEntry], given: list[str]) -> None:
    for entry in entries:
        given.append(entry.path)
        list(entry.content)


def codes(checked: Checked) -> set[tuple[str, str]]:
    return {(fault.path, fault.code) for fault in checked.faults}


def test_a_bag_that_was_written_is_whole(bag: Path) -> None:
    assert check_bag(bag) == Checked((), 4, sum(one.size for one in FILES))
    assert sorted(path.name for path in (bag / "data").iterdir()) == [
        "0001-camera 1.mp4", "0002-空.txt", "0003-.._.._.._etc_passwd", "0004-100__sure.txt",
    ]  # fmt: skip


def test_anybody_can_check_it_without_clew(bag: Path) -> None:
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--quiet", "--strict", "-c", manifest], cwd=bag, check=True)


def test_it_says_where_it_is_from_and_how_much_it_holds(bag: Path) -> None:
    assert (bag / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    lines = (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    assert {"Source-Organization: Vienna (fictional)", "Bagging-Date: 2026-11-29", "Payload-Oxum: 46.4"} <= set(lines)


def test_the_same_files_give_the_same_archive() -> None:
    assert b"".join(zip_bag("bag", entries())) == b"".join(zip_bag("bag", entries()))


def test_every_byte_of_every_file_that_is_changed_is_named(bag: Path) -> None:
    for path in sorted(bag.rglob("*")):
        if path.is_dir():
            continue
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert check_bag(bag).faults != (), (path, at)
        path.write_bytes(whole)
    assert check_bag(bag).faults == ()


def _link(bag: Path) -> None:
    (bag / "data" / "0001-camera 1.mp4").unlink()
    (bag / "data" / "0001-camera 1.mp4").symlink_to("/etc/hostname")


def _linked_directory(bag: Path) -> None:
    (bag / "data" / "more").symlink_to("/etc")


def _leads_out(bag: Path) -> None:
    with (bag / "manifest-sha256.txt").open("a", encoding="utf-8") as file:
        file.write(f"{'a' * 64}  ../../../../etc/hostname\n{'b' * 64}  /etc/hostname\n")


FAULTS: dict[str, tuple[Callable[[Path], object], tuple[str, str]]] = {
    "a file is missing": (lambda bag: (bag / "data/0002-空.txt").unlink(), ("data/0002-空.txt", "missing")),
    "a file was put in": (lambda bag: (bag / "data/more").write_bytes(b""), ("data/more", "unlisted")),
    "a file was put in beside": (lambda bag: (bag / "read me.html").write_bytes(b""), ("read me.html", "unlisted")),
    "a link": (_link, ("data/0001-camera 1.mp4", "link")),
    "a link to a directory": (_linked_directory, ("data/more", "link")),
    "a path that leads out": (_leads_out, ("/etc/hostname", "missing")),
    "a pipe": (lambda bag: os.mkfifo(bag / "data/pipe"), ("data/pipe", "no-file")),
    "to be fetched": (lambda bag: (bag / "fetch.txt").write_bytes(b"http://x - data/y\n"), ("fetch.txt", "elsewhere")),
    "no manifest": (lambda bag: (bag / "manifest-sha256.txt").unlink(), ("manifest-sha256.txt", "missing")),
    "no declaration": (lambda bag: (bag / "bagit.txt").unlink(), ("bagit.txt", "missing")),
    "not in UTF-8": (
        lambda bag: (bag / "manifest-sha256.txt").write_bytes(b"\xff"),
        ("manifest-sha256.txt", "bad-text"),
    ),
    "a line that is none": (
        lambda bag: (bag / "manifest-sha256.txt").write_text("abc  data/x\n"),
        ("manifest-sha256.txt", "bad-line"),
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_what_is_wrong_with_a_bag_is_named(what: str, bag: Path) -> None:
    change, fault = FAULTS[what]
    change(bag)
    assert fault in codes(check_bag(bag))


def test_a_bag_of_another_tool_with_its_freedoms_is_read(tmp_path: Path) -> None:
    bag = tmp_path / "theirs"
    (bag / "data").mkdir(parents=True)
    (bag / "data" / "a\nb.txt").write_bytes(b"x")
    (bag / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (bag / "bag-info.txt").write_bytes(b"Payload-Oxum: 1.1\n")
    (bag / "manifest-sha256.txt").write_text(f"{hashlib.sha256(b'x').hexdigest().upper()} *data/a%0Ab.txt\n")
    lines = [
        f"{hashlib.sha256((bag / name).read_bytes()).hexdigest()}\t{name}\n"
        for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")
    ]
    (bag / "tagmanifest-sha256.txt").write_text("".join(lines))
    assert check_bag(bag).faults == ()


def test_a_file_that_is_not_what_it_must_be_ends_the_bag_before_its_manifest() -> None:
    one = payload(1, "a.txt", b"right")
    wrong = Payload(1, "a.txt", one.size, one.sha256, lambda: [b"wrong"])
    given: list[str] = []
    with pytest.raises(Refusal, match="not-as-announced"):
        read_all(bag_entries([wrong], info=INFO, day=DAY, tags={}), given)
    assert given == ["data/0001-a.txt"]


@pytest.mark.parametrize(
    ("info", "tags"),
    [({"A": "b\nPayload-Oxum: 9.9"}, {}), ({"A: B": "c"}, {}), ({}, {"../x": b""}), ({}, {"data": b""}),
     ({}, {"a/b": b""}), ({}, {".hidden": b""})],
)  # fmt: skip
def test_nothing_is_written_beside_what_is_asked(info: dict[str, str], tags: dict[str, bytes]) -> None:
    with pytest.raises(Refusal, match="bad-field"):
        read_all(bag_entries([], info=info, day=DAY, tags=tags), [])


def test_an_archive_is_given_out_while_its_files_are_read() -> None:
    block = bytes(1024 * 1024)
    content = block * 32
    one = Payload(1, "large", len(content), hashlib.sha256(content).hexdigest(), lambda: iter([block] * 32))
    held = [len(piece) for piece in zip_bag("bag", bag_entries([one], info=INFO, day=DAY, tags={}))]
    assert max(held) < 2 * len(block)
    assert sum(held) > len(content)
