"""Letters that ask and tell: request, reply, notify, introduction, clarification, result; and the parts they share.

Fields are as in the schemas. Days are text (`2026`, `2026-11` or `2026-11-28`), since a letter may know no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The instrument a letter rests on."""

    code: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Handling:
    """The strictest handling code (H0 to H3) of what is sent, and restrictions in words."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Under what it is given; `rule` is the release rule that asked for it."""

    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity by the name it has in this letter."""

    id: str
    schema: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person whom statements concern, with her category."""

    id: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One fact or assessment with its grades (4x4) and handling code."""

    n: int
    entity: str
    prop: str
    value: str
    accuracy: int
    reliability: str
    nature: str
    handling: str
    concerns: tuple[str, ...] = ()
    original: str = ""
    lang: str = ""
    chain: tuple[str, ...] = ()
    seen_on: str = ""
    coarsened: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered question of a request."""

    n: int
    ask: str = ""
    entity: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """The answer to one item. `code` names the ground of a refusal, `until` the day of a postponement."""

    item: int
    outcome: Literal["provided", "partly", "no-information", "refused", "postponed"]
    text: str = ""
    statements: tuple[int, ...] = ()
    code: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What every letter with content says of itself."""

    subject: str
    purpose: str
    legal_basis: LegalBasis
    handling: Handling
    facts: str = ""
    necessity: str = ""
    urgency: str = ""
    offence_codes: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    retain_until: str = ""
    languages: tuple[str, ...] = ()
    case_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling(Released):
    """A letter with facts."""

    entities: tuple[Entity, ...] = ()
    persons: tuple[Person, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Telling):
    """Asks for information: numbered items."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Telling):
    """Answers a request item by item."""

    answers: tuple[ItemAnswer, ...]
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify(Telling):
    """Tells something unasked, warns of a danger, or gives what was offered once its conditions were accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction(Released):
    """A facilitator vouches for the cards it encloses (compact JWS each)."""

    cards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A numbered question about a request; `item` is the request's, None where all of it is meant."""

    n: int
    text: str
    item: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """The answer to one question."""

    question: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarify(Released):
    """Asks what a request means; its clock stands until the answer is written."""

    reason: Literal["unclear", "incomplete", "necessity-missing", "legal-basis-missing", "translation-missing"]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarified(Telling):
    """Answers what was asked about a request; the clock runs on."""

    answers: tuple[QuestionAnswer, ...]


@dataclass(frozen=True, slots=True)
class Court:
    """A court's decision."""

    name: str
    decided: str
    reference: str = ""
    appeal: Literal["", "open", "pending", "final"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Telling):
    """What came of what was given; `final` says that no further result is to be expected."""

    outcome: Literal[
        "used",
        "not-used",
        "no-action",
        "investigation-opened",
        "investigation-closed",
        "charged",
        "convicted",
        "acquitted",
        "proceedings-ended",
    ]
    final: bool = False
    court: Court | None = None
