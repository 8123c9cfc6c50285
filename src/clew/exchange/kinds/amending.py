"""Letters about letters: correct and recall with their answers, how far something is, and what is no longer needed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from clew.exchange.kinds.telling import Telling

HolderOutcome = Literal["done", "held-by-court-order", "not-held"]
Progress = Literal["waiting", "in-progress", "done"]


@dataclass(frozen=True, slots=True)
class Replaced:
    """A statement of the earlier letter, and the number of the one that replaces it; None where it is struck out."""

    statement: int
    by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Telling):
    """Replaces statements of an earlier letter, or strikes them out."""

    reason: Literal["wrong", "unlawfully-sent", "outdated", "mixed-up"]
    replaces: tuple[Replaced, ...]


@dataclass(frozen=True, slots=True)
class PassedOn:
    """An onward holder, and the letter by which that holder is told."""

    to: str
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAck:
    """What a holder did about a correction."""

    outcome: HolderOutcome
    passed_on: tuple[PassedOn, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Takes a letter, or statements of it, back.

    No reason says that a person withdrew her consent or is protected: `basis-ended` stands for both.
    """

    digest: str
    action: Literal["erase", "restrict", "return"]
    reason: Literal["wrong", "unlawfully-sent", "basis-ended", "no-longer-needed"]
    statement_numbers: tuple[int, ...] = ()
    answer_by: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAck:
    """What a holder did about a recall. With a court's order it is restricted and not erased."""

    digest: str
    outcome: HolderOutcome
    passed_on: tuple[PassedOn, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class StatusQuery:
    """Asks how far something is."""

    items: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemProgress:
    """How far one item is."""

    item: int
    state: Progress


@dataclass(frozen=True, slots=True)
class Status:
    """Says how far something is."""

    state: Progress
    items: tuple[ItemProgress, ...] = ()
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Takes back what was asked or offered."""

    reason: Literal["no-longer-needed", "answered-elsewhere", "sent-in-error", "case-closed"]
    items: tuple[int, ...] = ()
