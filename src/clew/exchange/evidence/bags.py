"""A bag: files with their digests, as libraries, archives and courts keep them (BagIt 1.0, RFC 8493).

`bag_entries` gives a bag file by file, each in pieces, so that one of any size is written while it is read; `zip_bag`
makes it one ZIP archive on the way. Anybody can check a bag with `sha256sum -c manifest-sha256.txt`, without Clew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from clew.exchange.evidence.names import disk_name
from clew.exchange.refusals import Refusal

DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
CUSTODY: Final = "custody.json"


@dataclass(frozen=True, slots=True)
class Payload:
    """A file to put in: its number, its name as it was given, how to read it, and what it must turn out to be."""

    n: int
    name: str
    size: int
    sha256: str
    read: Callable[[], Iterable[bytes]]

    @property
    def path(self) -> str:
        """Where it lies in the bag."""
        return f"data/{disk_name(self.n, self.name)}"


@dataclass(frozen=True, slots=True)
class BagEntry:
    """A file of a bag, to be read before the next one is asked for."""

    path: str
    content: Iterable[bytes]


def bag_entries(
    payload: Iterable[Payload], *, info: Mapping[str, str], day: dt.date, tags: Mapping[str, bytes]
) -> Iterator[BagEntry]:
    """The files of a bag in their order; the lists of digests come last, so that each file is read once.

    Args:
        info: for `bag-info.txt`, for instance `Source-Organization`; `Payload-Oxum` and `Bagging-Date` are added.
        tags: files beside the payload by name, for instance the custody record.

    Raises:
        Refusal: `not-as-announced` a file is not what it must be, `bad-field` a name or value cannot stand there. What
            was given out until then is no bag: its manifest is missing.
    """
    listed: list[tuple[str, str]] = []
    size = 0
    for one in payload:
        yield BagEntry(one.path, _checked(one))
        listed.append((one.sha256, one.path))
        size += one.size
    if len({path.casefold() for _digest, path in listed}) != len(listed):
        raise Refusal("bad-field", "files")
    facts = {**info, "Bagging-Date": day.isoformat(), "Payload-Oxum": f"{size}.{len(listed)}"}
    written = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": _info(facts),
        **{_tag_name(name): content for name, content in tags.items()},
        "manifest-sha256.txt": _manifest(listed),
    }
    digests = [(hashlib.sha256(content).hexdigest(), name) for name, content in written.items()]
    for name, content in {**written, "tagmanifest-sha256.txt": _manifest(digests)}.items():
        yield BagEntry(name, (content,))


def zip_bag(name: str, entries: Iterable[BagEntry]) -> Iterator[bytes]:
    """A bag as one ZIP archive (stored, ZIP64), in pieces, while its files are read; memory does not grow with them.

    Args:
        name: of the directory that the archive holds.
    """
    out = _Pieces()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for entry in entries:
            head = zipfile.ZipInfo(f"{name}/{entry.path}")
            head.external_attr = 0o600 << 16
            with archive.open(head, "w", force_zip64=True) as file:
                for piece in entry.content:
                    file.write(piece)
                    yield out.taken()
            yield out.taken()
    yield out.taken()


class _Pieces:
    """What `zipfile` writes to where nobody can go back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, content: bytes) -> int:
        """Hold it until it is taken."""
        self._held += content
        return len(content)

    def flush(self) -> None:
        """`zipfile` asks for it."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        """What was written since."""
        content, self._held = bytes(self._held), bytearray()
        return content


def _checked(one: Payload) -> Iterator[bytes]:
    hashed, size = hashlib.sha256(), 0
    for piece in one.read():
        hashed.update(piece)
        size += len(piece)
        yield piece
    if (size, hashed.hexdigest()) != (one.size, one.sha256):
        raise Refusal("not-as-announced", one.path)


def _manifest(listed: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{sha256}  {path}\n" for sha256, path in listed).encode()


def _info(facts: Mapping[str, str]) -> bytes:
    lines = []
    for label, value in facts.items():
        if not label or any(c in label for c in ":\r\n") or any(c in value for c in "\r\n"):
            raise Refusal("bad-field", "bag-info.txt")
        lines.append(f"{label}: {value}\n")
    return "".join(lines).encode()


def _tag_name(name: str) -> str:
    if not name.isascii() or name != disk_name(0, name).removeprefix("0000-") or name.startswith((".", "data")):
        raise Refusal("bad-field", "tags")
    return name
