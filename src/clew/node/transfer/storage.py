"""Files of imports and exports at rest: among the node's documents, each encrypted under a key of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clew.node.home import load_home
from clew.node.keys import rest_key
from clew.node.sealed_files import (
    Damaged,
    FileIntake,
    ReceivedFile,
    TooLarge,
    read_sealed,
    unwrap_key,
    wrap_key,
)
from clew.node.transfer.readers import Pieces, limits
from clew.node.transfer.readers.content import too_large

__all__ = [
    "Damaged",
    "Kept",
    "ReceivedFile",
    "discard",
    "keep",
    "open_json",
    "pieces",
    "seal_json",
]

PROBLEMS = b"clew import problems"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies sealed in the node's directory."""

    stored_as: str
    wrapped_key: bytes
    sha256: str
    size: int


def keep(content: Iterable[bytes] | ReceivedFile) -> Kept:
    """Seal a file, or take one that was sealed while it arrived; raises `FileRefused` when it is too large."""
    received = content if isinstance(content, ReceivedFile) else _take_in(content)
    wrapped = wrap_key(rest_key(), received.key, received.stored_as)
    return Kept(received.stored_as, wrapped, received.sha256, received.size)


def _take_in(content: Iterable[bytes]) -> ReceivedFile:
    intake = FileIntake(load_home().documents, limits.BYTES)
    try:
        for piece in content:
            intake.write(piece)
        return intake.finish()
    except TooLarge as error:
        raise too_large(limits.BYTES) from error
    except BaseException:
        intake.discard()
        raise


def pieces(stored_as: str, wrapped_key: bytes | memoryview) -> Pieces:
    """The content of a kept file, as often as wanted; reading raises `Damaged` at a piece that is not whole."""
    key = unwrap_key(rest_key(), bytes(wrapped_key), stored_as)

    def opened() -> Iterator[bytes]:
        yield from read_sealed(load_home().documents, stored_as, key)

    return opened


def discard(stored_as: str) -> None:
    """Delete a kept file; nothing happens if it is gone already."""
    if stored_as:
        (load_home().documents / stored_as).unlink(missing_ok=True)


def seal_json(stored_as: str, wrapped_key: bytes | memoryview, content: Any) -> bytes:
    """A value sealed under the key of a kept file: for what is said about the file's content."""
    key = unwrap_key(rest_key(), bytes(wrapped_key), stored_as)
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, json.dumps(content).encode(), PROBLEMS + stored_as.encode())


def open_json(stored_as: str, wrapped_key: bytes | memoryview, sealed: bytes | memoryview) -> Any:
    """What `seal_json` sealed."""
    key = unwrap_key(rest_key(), bytes(wrapped_key), stored_as)
    content = bytes(sealed)
    return json.loads(AESGCM(key).decrypt(content[:12], content[12:], PROBLEMS + stored_as.encode()))
