"""Two offices that compare their lists: made-up numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from clew.matching.private import (
    Allowance,
    Answered,
    Concerned,
    Held,
    IdentifierSet,
    Question,
    Quota,
    Round,
    allowance,
    answer,
    ask,
    build_set,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SUSPECT = Concerned("suspect", child=False, asylum=False)
WIDE = Quota(points_a_day=10**7, points_a_month=10**8, rounds_a_day=10**6)


def a_round(number: str = "round-1", **other: str) -> Round:
    return Round(
        **{"agreement": "agreement-7", "asker": "bg", "answerer": "at", "number": number, **other},
        kinds=("iban", "phone"),
    )


def seed(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def phone(number: int) -> str:
    return f"+43660{number:09d}"


def holdings(numbers: Iterable[int]) -> list[Held]:
    return [Held("phone", phone(number), (SUSPECT,)) for number in numbers]


def set_of(numbers: Iterable[int]) -> IdentifierSet:
    return build_set(holdings(numbers), kinds=("iban", "phone"))


def allowed(question: Question, quota: Quota = WIDE) -> Allowance:
    return allowance(len(question.points), [], partner=question.round.asker, now=NOW, quota=quota)


def asked(numbers: Iterable[int], of: Round | None = None) -> tuple[Question, IdentifierSet]:
    items = set_of(numbers)
    return ask(of or a_round(), items, seed("asker"), earlier=()), items


def answered(question: Question, numbers: Iterable[int], name: str = "answerer") -> Answered:
    return answer(
        question, question.round, set_of(numbers), seed(name), allowance=allowed(question), contact="desk-2", earlier=()
    )
