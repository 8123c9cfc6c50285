"""Evidence: announced with a manifest, sent in parts beside the letters, closed, and confirmed by its recipient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clew.exchange.kinds.converting import to_content
from clew.exchange.kinds.telling import Released
from clew.exchange.strict_json import canonical, digest


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file of the manifest; `size` in bytes, `sha256` over all of it, `parts` how many it is sent in."""

    n: int
    name: str
    size: int
    sha256: str
    parts: int
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Custody:
    """One hand through which the evidence went."""

    at: dt.datetime
    act: Literal["seized", "copied", "examined", "sealed", "handed-over"]
    by: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAnnounce(Released):
    """Announces files. `part_size`: bytes of a file in each part but its last."""

    files: tuple[EvidenceFile, ...]
    part_size: int
    seal: Literal["age-x25519"]
    custody: tuple[Custody, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidencePart:
    """Names a part whose sealed bytes travel beside the letter; sizes in bytes."""

    file: int
    part: int
    size: int
    sha256: str
    sealed_size: int
    sealed_sha256: str


@dataclass(frozen=True, slots=True)
class EvidenceClose:
    """Says that every part has been sent."""

    manifest: str
    parts: int


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
