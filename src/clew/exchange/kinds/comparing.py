"""Asking whether another holds an identifier, too, and telling it nothing else (`clew.matching.private`).

A question and its answer are content: an officer releases them, and the rules judge every identifier as if it were
told. What the asker says in the end is one code and has no room for more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clew.exchange.kinds.telling import Released


@dataclass(frozen=True, slots=True)
class ComparedRound:
    """What both sides agree on; keys and points depend on all of it."""

    agreement: str
    answerer: str
    asker: str
    kinds: tuple[str, ...]
    normaliser: int
    number: str
    protocol: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateQuestion(Released):
    """Blinded points (base64, 32 bytes each), padded to a size. `contact`: whom the answerer may ask."""

    round: ComparedRound
    points: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateAnswer(Released):
    """The points evaluated, with proofs, and the answerer's own items (`held`, base64, 16 bytes each), padded.

    `question`: SHA-256 of the question of `clew.matching.private`, which follows from round and points.
    """

    round: ComparedRound
    question: str
    key: str
    evaluated: str
    proofs: str
    held: str
    contact: str


@dataclass(frozen=True, slots=True)
class PrivateHit:
    """What came of it: never which, never how many."""

    outcome: Literal["hit", "none"]
