"""Why a message, a set or a round is not taken: a code for the log and the partner, a sentence for a person."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CODES: Mapping[str, str] = MappingProxyType(
    {
        "malformed": "The message is not the JSON that its schema asks for, written in the one way it can be written.",
        "too-large": "The message is longer than any message of its kind.",
        "bad-round": "The round is not described as it must be.",
        "wrong-round": "The message belongs to another round, agreement or pair of organisations.",
        "wrong-normaliser": "The other side brings identifiers into another form (another version of the normaliser).",
        "wrong-question": "The answer was made for another question.",
        "wrong-answer": "The result was made for another answer.",
        "round-repeated": "This round was answered or asked before; each round has one question and one answer.",
        "not-a-size-class": "The set is not padded to one of the sizes that are agreed.",
        "too-few-items": "The set is so small that an answer would be about single identifiers.",
        "too-many-items": "The set is larger than one round may be.",
        "wrong-kind": "An identifier is of a kind that the round does not compare.",
        "point-length": "The points have not the length that points have.",
        "point-identity": "One of the points is the identity, which would answer nothing and may test the key.",
        "point-not-canonical": "One of the points is no canonical point of the group.",
        "points-repeated": "A point, or an evaluated item, is there twice.",
        "items-not-in-order": "The evaluated items are not in ascending order: another order could tell something.",
        "proof-fails": "The proof that one key evaluated every point does not hold: the answer is not believed.",
        "over-quota": "The quota of evaluated points does not allow this round.",
        "no-library": "libsodium is not installed on this machine.",
    }
)
"""Every code, with the sentence that stands for it."""


class RoundRefused(ValueError):
    """A round goes no further. `code` is one of `CODES`; `detail` may add which, never an identifier."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.problem, self.detail = code, CODES[code], detail
        super().__init__(f"{self.problem} {detail}".strip())
