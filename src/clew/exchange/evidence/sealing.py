"""One file, sealed as one age stream under a key of its own, and cut into parts of equal size.

The stream is age's (age-encryption.org/v1, X25519): whoever has the parts and the key can open them with any age tool,
without Clew. Cutting *one* sealed stream, and not sealing each part for itself, leaves to age what it was made for: a
part that is missing, doubled, moved or from another file does not open, whatever a list of digests says.

The key belongs to this one file for this one recipient. It travels only in the closing letter: before it nothing can be
read, and after it was destroyed nothing can be read any more. Its public half is never published and stands in no part,
so that it is as secret as the key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import pyrage

from clew.exchange.evidence.beside import Beside
from clew.exchange.refusals import Refusal

MIB: Final = 1024 * 1024
PART_SIZE: Final = 8 * MIB
"""Bytes of the sealed stream in each part but its last: some seconds on a slow line, and few enough to be listed."""

BLOCK: Final = MIB // 2
"""Bytes that are handed on at once; what is held in memory is a small multiple of it, whatever the file's size."""

MOST_HEADER: Final = 4096
"""Bytes of an age header with one recipient: some 200, and a stanza of random length that means nothing (grease)."""

_NONCE: Final = 16
_TAG: Final = 16
_CHUNK: Final = 64 * 1024
"""Of age's stream (age-encryption.org/v1, "Payload")."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What is known of a file once it is sealed; sizes in bytes, digests SHA-256 in hex.

    `parts` are the digests of the sealed parts in their order; all have `part_size` bytes but the last.
    """

    size: int
    sha256: str
    sealed_size: int
    part_size: int
    parts: tuple[str, ...]

    def size_of(self, part: int) -> int:
        """Bytes of the part of that number (from 1).

        Raises:
            Refusal: `not-announced`, there is no such part.
        """
        if not 1 <= part <= len(self.parts):
            raise Refusal("not-announced", "part")
        if part < len(self.parts):
            return self.part_size
        return self.sealed_size - self.part_size * (len(self.parts) - 1)


class PartWriter(Protocol):
    """Takes the bytes of one part; `finish` makes it durable."""

    def write(self, content: bytes | memoryview) -> object:
        """Take more of the part."""

    def finish(self) -> None:
        """The part is whole."""


def most_sealed(size: int) -> int:
    """The most bytes to which a file of that size is sealed: a header, a nonce, and a tag for each 64 KiB.

    Whoever announces more would have a partner keep room for something else than the file.
    """
    return size + MOST_HEADER + _NONCE + _TAG * max(1, -(-size // _CHUNK))


def new_key() -> str:
    """A key for one file: an age identity (`AGE-SECRET-KEY-1...`)."""
    return str(pyrage.x25519.Identity.generate())


def seal_file(
    content: Iterable[bytes],
    key: str,
    write_part: Callable[[int], PartWriter],
    *,
    part_size: int = PART_SIZE,
    progress: Callable[[int], object] = lambda _bytes: None,
) -> SealedFile:
    """Seal a file and write its parts.

    Args:
        content: the file, in pieces of any size.
        key: from `new_key`; for this file only.
        write_part: gives what takes the part of a number, from 1.
        progress: told how many more bytes of the file were sealed.

    Raises:
        Whatever `content` and what takes the parts raise. What was written until then is no sealed file: discard it.
    """
    recipient = pyrage.x25519.Identity.from_str(key).to_public()
    plain, cutter = hashlib.sha256(), _Cutter(write_part, part_size)
    with Beside(plain.update) as hashing, Beside(cutter.cut) as cutting:
        source, sealed = _Source(content, hashing.put, progress), _Sink(cutting.put)
        _through(lambda: pyrage.encrypt_io(source, sealed, [recipient]), source, sealed)
        sealed.flush_all()
        cutting.finish()
        hashing.finish()
    cutter.finish()
    return SealedFile(source.size, plain.hexdigest(), sealed.size, part_size, tuple(cutter.digests))


def open_file(
    sealed: Iterable[bytes],
    key: str,
    expected: SealedFile,
    write: Callable[[bytes], object],
    *,
    progress: Callable[[int], object] = lambda _bytes: None,
) -> None:
    """Open a sealed stream and compare what was in it with what was announced.

    Each 64 KiB are verified before they are given out. Only when this returns is the *file* verified: until then the
    caller must keep what it was given where nobody takes it for the file.

    Args:
        sealed: all parts, in their order.
        write: takes the file's bytes.
        progress: told how many more bytes of the file were opened.

    Raises:
        Refusal: `not-openable` where the key is another's or any bit was changed, parts are missing, doubled or moved;
            `not-as-announced` where it opens to another file.
    """
    try:
        identity = pyrage.x25519.Identity.from_str(key)
    except pyrage.IdentityError as error:
        raise Refusal("not-openable", "key") from error
    plain = hashlib.sha256()
    with Beside(plain.update) as hashing, Beside(write) as writing:

        def hand_on(pieces: Sequence[bytes]) -> None:
            # age opens 8 KiB at a time: put together once, they are hashed and written in larger ones.
            block = (b"".join(pieces),)
            hashing.put(block)
            writing.put(block)
            progress(len(block[0]))

        source, opened = _Source(sealed, None, None), _Sink(hand_on, expected.size)
        _through(lambda: pyrage.decrypt_io(source, opened, [identity]), source, opened)
        opened.flush_all()
        writing.finish()
        hashing.finish()
    if next(source.rest(), b""):
        raise Refusal("not-openable")
    if (opened.size, plain.hexdigest()) != (expected.size, expected.sha256):
        raise Refusal("not-as-announced")


class _Side:
    """One end of age's stream. age reports every error of ours as one of its own, so the first is kept here."""

    failed: BaseException | None = None

    def _keep(self, error: BaseException) -> None:
        self.failed = self.failed or error


def _through(stream: Callable[[], object], *sides: _Side) -> None:
    # What age finds wrong is an `OSError` too, like a full disk: only who failed first tells them apart.
    found = None
    try:
        stream()
    except (pyrage.DecryptError, pyrage.EncryptError, OSError) as error:
        found = error
    for side in sides:
        if side.failed is not None:
            raise side.failed
    if found is not None:
        raise Refusal("not-openable") from found


class _Source(_Side):
    """What age reads from. Nothing is copied but the 8 KiB that age asks for at a time."""

    def __init__(
        self,
        pieces: Iterable[bytes],
        hashed: Callable[[Sequence[bytes]], object] | None,
        progress: Callable[[int], object] | None,
    ) -> None:
        self.size = 0
        self._pieces = iter(pieces)
        self._hashed = hashed
        self._progress = progress
        self._lot: list[bytes] = []
        self._piece = b""
        self._at = 0

    def read(self, most: int) -> bytes:
        """At most so many bytes; b"" at the end."""
        if self._at >= len(self._piece) and not self._next():
            return b""
        begins, self._at = self._at, self._at + most
        return self._piece[begins : self._at]

    def rest(self) -> Iterator[bytes]:
        """What age did not read: nothing may stand behind its last chunk."""
        while piece := self.read(BLOCK):
            yield piece

    def _next(self) -> bool:
        try:
            if not self._lot:
                self._take_lot()
        except BaseException as error:
            self._keep(error)
            raise
        self._piece, self._at = (self._lot.pop() if self._lot else b""), 0
        return bool(self._piece)

    def _take_lot(self) -> None:
        lot: list[bytes] = []
        size = 0
        while size < BLOCK and (piece := next(self._pieces, None)) is not None:
            if piece:
                lot.append(piece)
                size += len(piece)
        self.size += size
        if lot and self._hashed is not None:
            self._hashed(tuple(lot))
        if lot and self._progress is not None:
            self._progress(size)
        self._lot = lot[::-1]


class _Sink(_Side):
    """What age writes to. More than `largest` bytes are not taken."""

    def __init__(self, hand_on: Callable[[Sequence[bytes]], object], largest: int | None = None) -> None:
        self.size = 0
        self._hand_on = hand_on
        self._largest = largest
        self._lot: list[bytes] = []
        self._held = 0

    def write(self, content: bytes) -> int:
        """age gives 64 KiB at a time when it seals, 8 KiB when it opens."""
        self._lot.append(content)
        self._held += len(content)
        if self._held >= BLOCK:
            try:
                self.flush_all()
            except BaseException as error:
                self._keep(error)
                raise
        return len(content)

    def flush(self) -> None:
        """age asks for it; pieces are handed on when there are enough of them."""

    def flush_all(self) -> None:
        """Hand on what has come."""
        lot, self._lot = self._lot, []
        self.size, self._held = self.size + self._held, 0
        if self._largest is not None and self.size > self._largest:
            raise Refusal("not-as-announced")
        if lot:
            self._hand_on(lot)


class _Cutter:
    """Cuts a sealed stream into parts, and hashes each."""

    def __init__(self, write_part: Callable[[int], PartWriter], part_size: int) -> None:
        self.digests: list[str] = []
        self._write_part = write_part
        self._part_size = part_size
        self._part: PartWriter | None = None
        self._hash = hashlib.sha256()
        self._left = 0

    def cut(self, piece: bytes) -> None:
        """Take more of the stream."""
        rest = memoryview(piece)
        while rest:
            if self._part is None:
                self._part = self._write_part(len(self.digests) + 1)
                self._hash, self._left = hashlib.sha256(), self._part_size
            fitting = rest[: self._left]
            self._part.write(fitting)
            self._hash.update(fitting)
            self._left -= len(fitting)
            rest = rest[len(fitting) :]
            if not self._left:
                self.finish()

    def finish(self) -> None:
        """The part is whole, or the stream at its end."""
        if self._part is not None:
            self._part.finish()
            self.digests.append(self._hash.hexdigest())
            self._part = None
