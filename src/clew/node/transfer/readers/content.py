"""The bytes of a file, read as often as needed and never kept readable on disk; gzip is opened on the way."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from clew.node.transfer.readers import limits
from clew.node.transfer.readers.refusals import FileRefused
from clew.node.transfer.telling import told as _

Pieces = Callable[[], Iterator[bytes]]
"""Opens the file from its beginning."""

GZIP = b"\x1f\x8b"
PIECE = 256 * 1024


def pieces_of(path: Path) -> Pieces:
    """The pieces of a file on this machine."""

    def opened() -> Iterator[bytes]:
        with path.open("rb") as stream:
            while piece := stream.read(PIECE):
                yield piece

    return opened


def first_bytes(pieces: Pieces, count: int) -> bytes:
    """The first bytes of the file, fewer where it is shorter."""
    found = b""
    for piece in pieces():
        found += piece
        if len(found) >= count:
            break
    return found[:count]


def plain(pieces: Pieces) -> Pieces:
    """The pieces without their gzip layer, if they have one; a bomb or a cut file is refused while it is read."""
    if first_bytes(pieces, 2) != GZIP:
        return pieces
    return lambda: _gunzipped(pieces())


def _gunzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    opener = zlib.decompressobj(wbits=31)
    read = given = 0
    for piece in pieces:
        read += len(piece)
        rest = piece
        while True:
            if opener.eof:
                opener = zlib.decompressobj(wbits=31)  # a gzip file may have several members
            try:
                out = opener.decompress(rest, PIECE)
            except zlib.error as error:
                raise _damaged() from error
            rest = opener.unused_data if opener.eof else opener.unconsumed_tail
            given += len(out)
            _check_growth(read, given)
            if out:
                yield out
            if not rest and (opener.eof or len(out) < PIECE):
                break
    if not opener.eof:
        raise FileRefused(
            "truncated",
            _("The compressed file ends too early: a part of it is missing."),
            _("Copy the file again and check its size, then import it again."),
        )


def _check_growth(read: int, given: int) -> None:
    if given > limits.UNCOMPRESSED_BYTES or (given > limits.RATIO_COUNTS_FROM and given > limits.RATIO * read):
        raise bomb(given)


def bomb(size: int) -> FileRefused:
    """The refusal of a file that unpacks to far more than it should."""
    return FileRefused(
        "zip_bomb",
        _("Unpacked, this file grows to more than %(megabytes)d MB; that is more than is read.")
        % {"megabytes": size // 2**20},
        _("Ask its sender what it is. Split a true table into several files."),
    )


def _damaged() -> FileRefused:
    return FileRefused(
        "damaged",
        _("The compressed file is damaged."),
        _("Copy the file again from its source, then import it again."),
    )


def whole(pieces: Pieces, largest: int) -> bytes:
    """All bytes in memory; refused beyond `largest`."""
    content = bytearray()
    for piece in pieces():
        content += piece
        if len(content) > largest:
            raise too_large(largest)
    return bytes(content)


def too_large(largest: int) -> FileRefused:
    """The refusal of a file beyond a limit in bytes."""
    return FileRefused(
        "too_large",
        _("The file has more than %(megabytes)d MB.") % {"megabytes": largest // 2**20},
        _("Split it into several files."),
    )


class PiecesStream(io.RawIOBase):
    """The pieces as a stream that Python's text decoding can read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # any writable buffer, as RawIOBase says
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
