"""Order between two parties without a central server: a number and the previous letter's digest, per direction.

Loss, reordering, replay and a rewritten history are told apart over any transport (field note exchange.md, 3.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FIRST: Final = 1
NO_PREVIOUS: Final = "0" * 64
"""What the first letter between two parties names as its previous one."""


class Place(StrEnum):
    """Where a letter stands among those that came before it from the same party."""

    NEXT = "next"
    AHEAD = "ahead"
    """Letters before it have not arrived."""
    LATE = "late"
    """It fills a gap."""
    DUPLICATE = "duplicate"
    FORK = "fork"
    """Another letter with this number came before: the sender has two histories."""
    HISTORY = "history"
    """Its previous, or a later letter's previous, is not the letter that arrived."""


REASONS: Final = {
    Place.NEXT: "It follows the last letter.",
    Place.AHEAD: "Letters before it have not arrived yet.",
    Place.LATE: "It arrived after letters that were sent later.",
    Place.DUPLICATE: "The same letter arrived before.",
    Place.FORK: "Another letter with the same number arrived before.",
    Place.HISTORY: "It does not follow the letter that arrived before it.",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about the pair around one number.

    `highest` is the highest number that arrived (0 = none); `here` and `before` are the digests of the letters with
    this number and the one before, "" if they did not arrive; `claimed_after` is what the next letter named as its
    previous, "" if it did not arrive.
    """

    highest: int
    here: str = ""
    before: str = ""
    claimed_after: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """The judgement with its reason; `missing` are the numbers now known to be missing just before this letter."""

    place: Place
    reason: str
    missing: range

    @property
    def acceptable(self) -> bool:
        return self.place in {Place.NEXT, Place.AHEAD, Place.LATE}


def judge(*, sequence: int, previous: str, digest: str, known: Known) -> Order:
    """Place a letter.

    Args:
        sequence: the letter's number, from 1.
        previous: digest (hex) that it names as its previous letter's.
        digest: its own digest.
    """
    place = _place(sequence, previous, digest, known)
    missing = range(known.highest + 1, sequence) if place is Place.AHEAD else range(0)
    return Order(place, REASONS[place], missing)


def _place(sequence: int, previous: str, digest: str, known: Known) -> Place:
    if known.here:
        return Place.DUPLICATE if known.here == digest else Place.FORK
    before = NO_PREVIOUS if sequence == FIRST else known.before
    if before and before != previous:
        return Place.HISTORY
    if known.claimed_after and known.claimed_after != digest:
        return Place.HISTORY
    if sequence == known.highest + 1:
        return Place.NEXT
    return Place.AHEAD if sequence > known.highest else Place.LATE
