"""Files at rest: hashed while they come in, and written only encrypted, each under a key of its own.

A file is cut into pieces of 64 KiB, and each piece is sealed with AES-256-GCM under a nonce that counts the pieces
and marks the last (the STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár 2015, DOI
10.1007/978-3-662-47989-6_24). So a piece is checked before any of it is given out, and a file that was cut short,
reordered or exchanged for another is noticed. The key of a file is wrapped with the node's rest key (AES-256-GCM).
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 64 * 1024
TAG = 16
MAGIC = b"CLEWDOC1"
LARGEST = 100 * 1024 * 1024
"""Bytes. Larger material belongs to the evidence path, not into a case's documents."""


class TooLarge(Exception):
    """The file has more than `LARGEST` bytes."""


class Damaged(Exception):
    """The stored file is missing, was cut short or was changed; nothing of the damaged part is given out."""


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that has arrived whole and lies encrypted and durable in `directory`, not yet part of a case."""

    directory: Path
    stored_as: str
    sha256: str
    size: int
    key: bytes

    def discard(self) -> None:
        """Delete it; for a file that did not become part of a case."""
        (self.directory / self.stored_as).unlink(missing_ok=True)


class FileIntake:
    """Takes a file in pieces of any size; nothing readable ever touches the disk.

    `finish` makes it durable; `discard` leaves nothing, at any moment and as often as called.
    """

    def __init__(self, directory: Path, largest: int = LARGEST) -> None:
        self.directory = directory
        self.largest = largest
        self.stored_as = secrets.token_hex(16)
        self.size = 0
        self._key = AESGCM.generate_key(bit_length=256)
        self._cipher = AESGCM(self._key)
        self._hash = hashlib.sha256()
        self._buffer = bytearray()
        self._pieces = 0
        self._part = directory / f"{self.stored_as}.part"
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._file.write(MAGIC)

    def write(self, content: bytes) -> None:
        """Take more of the file; raises `TooLarge` and leaves nothing once it is too large."""
        self.size += len(content)
        if self.size > self.largest:
            self.discard()
            raise TooLarge
        self._hash.update(content)
        self._buffer += content
        # The last piece is sealed differently, so a full buffer waits until more has come.
        while len(self._buffer) > PIECE:
            self._seal(bytes(self._buffer[:PIECE]), last=False)
            del self._buffer[:PIECE]

    def finish(self) -> ReceivedFile:
        """Write the last piece, and return only once the file would survive a power cut."""
        self._seal(bytes(self._buffer), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.rename(self.directory / self.stored_as)
        _sync_directory(self.directory)
        return ReceivedFile(self.directory, self.stored_as, self._hash.hexdigest(), self.size, self._key)

    def discard(self) -> None:
        """Forget the file; nothing of it stays."""
        self._file.close()
        self._part.unlink(missing_ok=True)
        (self.directory / self.stored_as).unlink(missing_ok=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._pieces, last=last)
        self._file.write(self._cipher.encrypt(nonce, piece, self.stored_as.encode()))
        self._pieces += 1


def read_sealed(directory: Path, stored_as: str, key: bytes) -> Iterator[bytes]:
    """The file's content in pieces, each checked before it is given out; raises `Damaged`."""
    try:
        stream = (directory / stored_as).open("rb")
    except OSError as error:
        raise Damaged from error
    cipher = AESGCM(key)
    with stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise Damaged
        piece, number = stream.read(PIECE + TAG), 0
        while True:
            following = stream.read(PIECE + TAG)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), piece, stored_as.encode())
            except InvalidTag as error:
                raise Damaged from error
            if not following:
                return
            piece, number = following, number + 1


def wrap_key(rest_key: bytes, key: bytes, stored_as: str) -> bytes:
    """The file's key sealed under the node's rest key and bound to that file."""
    nonce = os.urandom(12)
    return nonce + AESGCM(rest_key).encrypt(nonce, key, _purpose(stored_as))


def unwrap_key(rest_key: bytes, wrapped: bytes, stored_as: str) -> bytes:
    """The file's key; raises `Damaged` if it was destroyed, or wrapped for another file or under another rest key."""
    try:
        return AESGCM(rest_key).decrypt(wrapped[:12], wrapped[12:], _purpose(stored_as))
    except (InvalidTag, ValueError) as error:
        raise Damaged from error


def _purpose(stored_as: str) -> bytes:
    return b"clew document key " + stored_as.encode()


def _nonce(number: int, *, last: bool) -> bytes:
    # The key seals this one file only, so a plain counter never repeats a nonce.
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
