"""The state of a correspondence is a fold over its events, so that both ends with the same events see the same state.

Events may arrive in any order and late; they are ordered by their own moment, then by what they are, then by id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from clew.exchange.postponing import POSTPONED
from clew.exchange.receipts import Stage


class State(StrEnum):
    """Of a thread (field note exchange.md, 3.5). What its sender still prepares is not part of the correspondence."""

    SENT = "sent"
    STORED = "stored"
    OPENED = "opened"
    ACCEPTED = "accepted"
    PARTLY_ANSWERED = "partly-answered"
    ANSWERED = "answered"
    REFUSED = "refused"
    POSTPONED = "postponed"
    UNDELIVERABLE = "undeliverable"


class EventKind(StrEnum):
    """What happened: a letter was written, or one of the three facts about a letter was signed."""

    LETTER = "letter"
    STORED = "stored"
    OPENED = "opened"
    ACCEPTED = "accepted"
    UNDELIVERABLE = "undeliverable"


ORDER: Final = {kind: at for at, kind in enumerate(EventKind)}

RANK: Final = {State.SENT: 0, State.STORED: 1, State.OPENED: 2, State.ACCEPTED: 3}


@dataclass(frozen=True, slots=True)
class Event:
    """One signed fact.

    `letter` is the id of the letter that it speaks of, `by` the uid of the party that signed it. For a letter: its
    `type`, what it answers (`in_reply_to`), its numbered `items` or `answers` {item: outcome}, what stands `beside` an
    outcome {item: the day of a postponement, or the code of a refusal}, and `due`. For the other kinds: `code`, empty
    where the fact is positive.
    """

    kind: EventKind
    at: dt.datetime
    letter: str
    by: str
    type: str = ""
    in_reply_to: str = ""
    items: tuple[int, ...] = ()
    answers: tuple[tuple[int, str], ...] = ()
    due: dt.datetime | None = None
    code: str = ""
    beside: tuple[tuple[int, str], ...] = ()

    def order(self) -> tuple[object, ...]:
        """A total order over different events."""
        due = self.due.isoformat() if self.due else ""
        answer = (self.type, self.in_reply_to, self.items, self.answers, due, self.code, self.beside)
        return (self.at, ORDER[self.kind], self.letter, self.by, answer)


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the three facts about a letter: when, and the code if it was a refusal. No fact means unknown."""

    at: dt.datetime
    code: str = ""


@dataclass(frozen=True, slots=True)
class LetterState:
    """A letter with the facts known about it; a stage that is absent is unknown, not "no"."""

    letter: str
    type: str
    by: str
    at: dt.datetime
    facts: Mapping[Stage, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThreadState:
    """What both ends see: the state in one word, the letters with their facts, answers per item, the clock."""

    state: State
    letters: tuple[LetterState, ...]
    items: Mapping[int, str]
    """Outcome per numbered item of the first request; "" while unanswered."""
    due: dt.datetime | None
    answered: dt.datetime | None
    beside: Mapping[int, str] = field(default_factory=dict)
    """Of an item that is postponed, until which day; of one that was refused, the code of the ground."""


OPEN: Final = frozenset({"", POSTPONED})
"""Outcomes of an item that still waits for its answer."""

EMPTY: Final = ThreadState(State.SENT, (), {}, None, None)


def fold(events: Iterable[Event]) -> ThreadState:
    """The state after these events, whatever the order in which they are given; repeated events count once."""
    state = EMPTY
    waiting: list[Event] = sorted(set(events), key=Event.order)
    # A fact may carry an earlier moment than its letter, when two clocks differ: letters are placed first.
    for event in sorted(waiting, key=lambda one: one.kind is not EventKind.LETTER):
        state = _letter(state, event) if event.kind is EventKind.LETTER else _fact(state, event)
    return replace(state, state=_word(state, waiting))


def _letter(state: ThreadState, event: Event) -> ThreadState:
    letters = (*state.letters, LetterState(event.letter, event.type, event.by, event.at))
    items = dict(state.items)
    if event.type == "request":
        items.update({number: "" for number in event.items if number not in items})
    news = {number: outcome for number, outcome in event.answers if not _overtaken(items.get(number, ""), outcome)}
    items.update(news)
    beside = {number: text for number, text in state.beside.items() if number not in news}
    beside.update({number: text for number, text in event.beside if number in news})
    due = state.due or (event.due if event.type == "request" else None)
    done = bool(items) and all(outcome not in OPEN for outcome in items.values())
    complete = event.type == "reply" and (done or not items)
    answered = state.answered or (event.at if complete else None)
    return ThreadState(state.state, letters, items, due, answered, beside)


def _overtaken(known: str, outcome: str) -> bool:
    """A postponement that comes after the answer itself changes nothing any more."""
    return outcome == POSTPONED and known not in OPEN


def _fact(state: ThreadState, event: Event) -> ThreadState:
    if event.kind is EventKind.UNDELIVERABLE:
        return state
    stage = Stage(event.kind.value)
    letters = tuple(
        replace(one, facts={stage: Fact(event.at, event.code), **one.facts}) if one.letter == event.letter else one
        for one in state.letters
    )
    return replace(state, letters=letters)


def _word(state: ThreadState, events: list[Event]) -> State:
    if not state.letters:
        return State.SENT
    replies = [one for one in state.letters if one.type == "reply"]
    if replies:
        return _answer_word(state)
    first = state.letters[0]
    if any(fact.code for fact in first.facts.values()):
        return State.REFUSED
    # It was given up when its time had passed; a receipt that came later, by courier perhaps, knows better.
    if not first.facts and any(
        event.kind is EventKind.UNDELIVERABLE and event.letter == first.letter for event in events
    ):
        return State.UNDELIVERABLE
    reached = [State(stage.value) for stage in first.facts]
    return max(reached, key=RANK.__getitem__, default=State.SENT)


def _answer_word(state: ThreadState) -> State:
    outcomes = set(state.items.values())
    if outcomes and outcomes <= OPEN:
        return State.POSTPONED if POSTPONED in outcomes else State.PARTLY_ANSWERED
    if outcomes == {"refused"}:
        return State.REFUSED
    return State.ANSWERED if state.answered else State.PARTLY_ANSWERED
