"""A round: one question and one answer between two organisations, and everything that both have to agree on before."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clew.matching.identifiers import KINDS, VERSION
from clew.matching.private.refusing import RoundRefused

PROTOCOL = 1
"""Raised when messages or the order of their parts change."""
SEED = 32
"""Bytes of a seed: drawn afresh for a round by whoever calls, and destroyed when the round is over."""
SIZES: tuple[int, ...] = (*(step * int(10**power) for power in range(2, 6) for step in (1, 2, 5)), 1_000_000)
"""Sets are padded to the next of these: a size tells no more than that, and padding at most two and a half times."""
MOST_ASKED, MOST_HELD = 100_000, 1_000_000
"""Identifiers of one question, and of the set that answers it."""
LEAST_ITEMS = 20
"""Below this a question is not asked, and a set answers as if it were empty: it would be about single persons."""
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}")


@dataclass(frozen=True, slots=True)
class Round:
    """What both sides say of a round. Every key, point and digest of the round depends on all of it.

    `number` is drawn by the asker and never used again; `kinds` are those of `clew.matching.identifiers`.
    Raises `RoundRefused` (`bad-round`, `wrong-normaliser`).
    """

    agreement: str
    asker: str
    answerer: str
    number: str
    kinds: tuple[str, ...]
    normaliser: int = VERSION
    protocol: int = PROTOCOL
    digest: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = (self.agreement, self.asker, self.answerer, self.number)
        if not all(_WORD.fullmatch(word) for word in words):
            raise RoundRefused(
                "bad-round", "Agreement, organisations and number are words of letters, digits and -._:/."
            )
        if self.asker == self.answerer:
            raise RoundRefused("bad-round", "An organisation does not ask itself.")
        if not self.kinds or list(self.kinds) != sorted(set(self.kinds) & set(KINDS)):
            raise RoundRefused("bad-round", "The kinds of identifiers are named once each, in order.")
        if self.protocol != PROTOCOL:
            raise RoundRefused("bad-round", f"Protocol {PROTOCOL} is spoken here.")
        if self.normaliser != VERSION:
            raise RoundRefused("wrong-normaliser", f"Version {VERSION} is used here.")
        object.__setattr__(self, "digest", hashlib.sha256(canonical(self.as_json())).digest())

    def as_json(self) -> dict[str, Any]:
        return {
            "agreement": self.agreement,
            "answerer": self.answerer,
            "asker": self.asker,
            "kinds": list(self.kinds),
            "normaliser": self.normaliser,
            "number": self.number,
            "protocol": self.protocol,
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Round:
        return cls(**{**said, "kinds": tuple(said["kinds"])})

    def text(self, kind: str, value: str) -> bytes:
        """The input of the function for an identifier: the same identifier is another input in another round."""
        return self.digest + bytes((len(kind),)) + f"{kind}{value}".encode()

    def drawing(self, seed: bytes) -> Callable[[bytes, bytes], bytes]:
        """From (purpose, what for) to 64 bytes that whoever has not the seed cannot tell from chance.

        BLAKE2b (RFC 7693) with a key of the round; a purpose has at most 16 bytes.
        """
        if len(seed) != SEED:
            raise ValueError(f"a seed has {SEED} bytes")
        own = hashlib.blake2b(self.digest, key=seed, person=b"clew round").digest()

        def drawn(purpose: bytes, what_for: bytes) -> bytes:
            return hashlib.blake2b(what_for, key=own, person=purpose).digest()

        return drawn


def size_of(items: int, most: int) -> int:
    """The size that so many items are padded to. Raises `RoundRefused` (`too-many-items`)."""
    if items > most:
        raise RoundRefused("too-many-items", f"At most {most}.")
    return next(size for size in SIZES if size >= items)


def canonical(said: Mapping[str, Any]) -> bytes:
    """The one way in which a message is written."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
