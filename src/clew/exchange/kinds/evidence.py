"""Evidence: announced with a manifest, its sealed parts sent beside the letters, made readable by the closing.

An announcement is judged like a notification: each file is an entity of the letter, and what its statement says of whom
it shows (`concerns`) is what the release rules look at. It names the sealed parts by digest, so that whoever carries or
stores them can check them and open nothing. The keys stand in the closing alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clew.exchange.evidence.sealing import SealedFile
from clew.exchange.kinds.converting import to_content
from clew.exchange.kinds.telling import Telling
from clew.exchange.strict_json import canonical, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file of the manifest. `entity`: what it is in this letter; `size` and `sha256` are the opened file's.

    `sealed_size`: bytes of the sealed stream; `parts`: SHA-256 (hex) of each part of it, in their order.
    """

    n: int
    entity: str
    name: str
    size: int
    sha256: str
    sealed_size: int
    parts: tuple[str, ...]
    media_type: str = ""

    def sealed(self, part_size: int) -> SealedFile:
        """What `evidence.parts` and `evidence.sealing` compare with."""
        return SealedFile(self.size, self.sha256, self.sealed_size, part_size, self.parts)


@dataclass(frozen=True, slots=True)
class Custody:
    """One hand through which the evidence went."""

    at: dt.datetime
    act: Literal["seized", "copied", "examined", "sealed", "handed-over"]
    by: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAnnounce(Telling):
    """Announces files. `part_size`: bytes of a sealed stream in each part but its last."""

    files: tuple[EvidenceFile, ...]
    part_size: int
    seal: Literal["age-x25519"]
    custody: tuple[Custody, ...] = ()


@dataclass(frozen=True, slots=True)
class FileKey:
    """The key of one file: an age identity that opens this file and nothing else."""

    file: int
    key: str


@dataclass(frozen=True, slots=True)
class EvidenceClose:
    """Says that every part was sent, and gives the keys: before it, nothing that was sent can be read."""

    manifest: str
    keys: tuple[FileKey, ...]


@dataclass(frozen=True, slots=True)
class PartName:
    """A part of a file, by number."""

    file: int
    part: int


@dataclass(frozen=True, slots=True)
class EvidenceReceipt:
    """Says whether every announced file is there, whole and unchanged; `parts` are to be sent again."""

    manifest: str
    outcome: Literal["complete", "missing", "different"]
    parts: tuple[PartName, ...] = ()


def manifest_digest(files: Iterable[EvidenceFile]) -> str:
    """What the closing and the receipt name: SHA-256 (hex) over the canonical form of the announced files."""
    return digest(canonical([to_content(one) for one in files]))
