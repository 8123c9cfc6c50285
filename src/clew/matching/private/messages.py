"""The three messages, as bytes and back: `question`, `answer` and `result`, each after a schema beside this file.

Written in one way only (canonical JSON), so that a digest of the bytes is a digest of the message. Points and evaluated
items are one base64 text, not a hundred thousand.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise
from typing import Any

from jsonschema import Draft202012Validator

from clew.matching.private.refusing import RoundRefused
from clew.matching.private.rounds import MOST_ASKED, MOST_HELD, SIZES, Round, canonical
from clew.matching.private.sodium import IDENTITY, LENGTH
from clew.matching.private.voprf import LARGEST_BATCH

ITEM = 16
"""Bytes that are kept of an evaluated item: 100,000 against 1,000,000 agree by chance once in 2^91 rounds."""
PROOF = 2 * LENGTH
LONGEST_QUESTION = 6_000_000
LONGEST_ANSWER = 30_000_000
LONGEST_RESULT = 10_000
"""Bytes of a message. What is longer is refused before it is read."""


@dataclass(frozen=True)
class Question:
    """Blinded points, some of them padding. `points` are 32 bytes each."""

    round: Round
    points: tuple[bytes, ...]

    @cached_property
    def data(self) -> bytes:
        return canonical({"type": "private-question-1", "round": self.round.as_json(), "points": _joined(self.points)})

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @classmethod
    def read(cls, data: bytes) -> Question:
        """Raises `RoundRefused`."""
        said = _read(data, "question", LONGEST_QUESTION)
        points = read_points(said["points"])
        if len(points) > MOST_ASKED:
            raise RoundRefused("too-many-items", f"At most {MOST_ASKED}.")
        _of_a_size(points)
        return cls(Round.from_json(said["round"]), points)


@dataclass(frozen=True)
class Answer:
    """The points, evaluated, in the question's order, with the proof of each batch; and the answerer's own items."""

    round: Round
    question: str
    """Digest of the question (hex)."""
    key: bytes
    evaluated: tuple[bytes, ...]
    proofs: tuple[bytes, ...]
    items: tuple[bytes, ...]
    """Ascending, padded, 16 bytes each."""
    contact: str

    @cached_property
    def data(self) -> bytes:
        return canonical(
            {
                "type": "private-answer-1",
                "round": self.round.as_json(),
                "question": self.question,
                "key": _joined([self.key]),
                "evaluated": _joined(self.evaluated),
                "proofs": _joined(self.proofs),
                "items": _joined(self.items),
                "contact": self.contact,
            }
        )

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @classmethod
    def read(cls, data: bytes) -> Answer:
        """Raises `RoundRefused`."""
        said = _read(data, "answer", LONGEST_ANSWER)
        evaluated, items = read_points(said["evaluated"]), _split(said["items"], ITEM, "malformed")
        proofs = _split(said["proofs"], PROOF, "malformed")
        if len(proofs) != -(-len(evaluated) // LARGEST_BATCH):
            raise RoundRefused("proof-fails", "There is not one proof for each batch.")
        if len(items) > MOST_HELD:
            raise RoundRefused("too-many-items", f"At most {MOST_HELD}.")
        _of_a_size(items)
        if any(one >= other for one, other in pairwise(items)):
            raise RoundRefused("items-not-in-order")
        (key,) = read_points(said["key"])
        return cls(Round.from_json(said["round"]), said["question"], key, evaluated, proofs, items, said["contact"])


@dataclass(frozen=True)
class Result:
    """What the asker says back: a hit or none, and whom to ask. Never which, never how many."""

    round: Round
    answer: str
    """Digest of the answer (hex)."""
    hit: bool
    contact: str

    @cached_property
    def data(self) -> bytes:
        return canonical(
            {
                "type": "private-result-1",
                "round": self.round.as_json(),
                "answer": self.answer,
                "outcome": "hit-ask-contact" if self.hit else "none",
                "contact": self.contact,
            }
        )

    @classmethod
    def read(cls, data: bytes) -> Result:
        """Raises `RoundRefused`."""
        said = _read(data, "result", LONGEST_RESULT)
        hit = said["outcome"] == "hit-ask-contact"
        return cls(Round.from_json(said["round"]), said["answer"], hit, said["contact"])


def read_points(text: str) -> tuple[bytes, ...]:
    """Points of which none is the identity and none is there twice. Whether they are canonical, the group says."""
    points = _split(text, LENGTH, "point-length")
    if IDENTITY in points:
        raise RoundRefused("point-identity")
    if len(set(points)) != len(points):
        raise RoundRefused("points-repeated")
    return points


def _of_a_size(items: Sequence[bytes]) -> None:
    if len(items) not in SIZES:
        raise RoundRefused("not-a-size-class", "Sizes are 100, 200, 500 and so on up to a million.")


def _joined(parts: Sequence[bytes]) -> str:
    return base64.b64encode(b"".join(parts)).decode()


def _split(text: str, length: int, code: str) -> tuple[bytes, ...]:
    try:
        whole = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RoundRefused("malformed", "A text is not base64.") from None
    if base64.b64encode(whole).decode() != text:
        raise RoundRefused("malformed", "A base64 text can be written otherwise.")
    if not whole or len(whole) % length:
        raise RoundRefused(code)
    return tuple(whole[place : place + length] for place in range(0, len(whole), length))


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema of `question`, `answer` or `result`."""
    text = files("clew.matching.private").joinpath("schemas", f"private-{name}-1.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _read(data: bytes, name: str, longest: int) -> dict[str, Any]:
    if len(data) > longest:
        raise RoundRefused("too-large", f"At most {longest} bytes.")
    try:
        said = json.loads(data)
        exact = isinstance(said, dict) and canonical(said) == data
    except (ValueError, RecursionError):
        raise RoundRefused("malformed") from None
    if not exact or not Draft202012Validator(schema(name)).is_valid(said):
        raise RoundRefused("malformed")
    found: dict[str, Any] = said
    return found
