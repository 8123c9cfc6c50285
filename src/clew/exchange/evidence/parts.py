"""Where the parts of one file lie until it is whole: what is there, what is missing, nothing that was not announced.

A part is called by its number alone, so that nothing a partner wrote ever becomes a path. It is written under another
name, verified while it comes, made durable and only then given its name: whatever has its name was verified, and a
transfer that was cut off goes on where it was, after a restart too. Taking the same part twice changes nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from clew.exchange.evidence.sealing import MIB, SealedFile
from clew.exchange.refusals import Refusal

_NAMED: Final = re.compile(r"[0-9]{7}\.part")
_COMING: Final = ".coming"


class PartFile:
    """One part on its way into a directory (`sealing.PartWriter`)."""

    def __init__(self, directory: Path, part: int) -> None:
        self._directory = directory
        self._final = directory / _name(part)
        # A name of its own: two that bring the same part at once must not write into one file.
        descriptor, coming = tempfile.mkstemp(_COMING, self._final.stem, directory)
        self._coming = Path(coming)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")

    def write(self, content: bytes | memoryview) -> None:
        """Take more of the part."""
        self._file.write(content)

    def finish(self) -> None:
        """Returns once the part would survive a power cut."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        try:
            self._coming.rename(self._final)
        except FileNotFoundError:
            # Somebody who brought the same part at once was faster, and has cleared away what lay beside it.
            if not self._final.exists():
                raise
        sync_directory(self._directory)

    def discard(self) -> None:
        """Leave nothing of a part that was not taken."""
        self._file.close()
        self._coming.unlink(missing_ok=True)


class Parts:
    """The parts of one file in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def writer(self, part: int) -> PartFile:
        """What takes the part that this node itself seals."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return PartFile(self.directory, part)

    def take(self, part: int, content: Iterable[bytes], announced: SealedFile) -> bool:
        """Take a part from somebody else. What an earlier attempt left half-written when its process died goes.

        Args:
            content: its bytes, in pieces of any size; no more of them are read than were announced.

        Returns:
            Whether it is new.

        Raises:
            Refusal: `not-announced` there is no such part; `too-large`, `cut-off` or `not-as-announced` it has more,
                fewer or other bytes than its digest says. Nothing of it stays.
        """
        size = announced.size_of(part)
        if (self.directory / _name(part)).exists():
            return False
        writer = self.writer(part)
        try:
            _copy(content, writer, size, announced.parts[part - 1])
        except BaseException:
            writer.discard()
            raise
        writer.finish()
        for left in self.directory.glob(f"{Path(_name(part)).stem}*{_COMING}"):
            left.unlink(missing_ok=True)
        return True

    def missing(self, announced: SealedFile) -> tuple[int, ...]:
        """Numbers of the parts that are to come still."""
        here = self._here()
        return tuple(part for part in range(1, len(announced.parts) + 1) if part not in here)

    def bytes_here(self, announced: SealedFile) -> int:
        """How much of the sealed file has come; for showing."""
        return sum(announced.size_of(part) for part in self._here() if part <= len(announced.parts))

    def read(self, part: int) -> Iterator[bytes]:
        """One part, in pieces of 1 MiB.

        Raises:
            Refusal: `missing-part`.
        """
        try:
            file = (self.directory / _name(part)).open("rb")
        except OSError as error:
            raise Refusal("missing-part", f"part {part}") from error
        with file:
            while piece := file.read(MIB):
                yield piece

    def read_all(self, announced: SealedFile) -> Iterator[bytes]:
        """The sealed stream, for `sealing.open_file`.

        Raises:
            Refusal: `missing-part`.
        """
        for part in range(1, len(announced.parts) + 1):
            yield from self.read(part)

    def discard(self) -> None:
        """Delete all of it; the directory must hold nothing but parts."""
        if self.directory.is_dir():
            for file in self.directory.iterdir():
                file.unlink()
            self.directory.rmdir()

    def _here(self) -> set[int]:
        if not self.directory.is_dir():
            return set()
        return {int(file.stem) for file in self.directory.iterdir() if _NAMED.fullmatch(file.name)}


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy(content: Iterable[bytes], writer: PartFile, size: int, sha256: str) -> None:
    left, hashed = size, hashlib.sha256()
    for piece in content:
        left -= len(piece)
        if left < 0:
            raise Refusal("too-large", "part")
        hashed.update(piece)
        writer.write(piece)
    if left:
        raise Refusal("cut-off", "part")
    if hashed.hexdigest() != sha256:
        raise Refusal("not-as-announced", "part")


def _name(part: int) -> str:
    return f"{part:07d}.part"
