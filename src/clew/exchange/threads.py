"""The state of a correspondence is a fold over its events, so that both ends with the same events see the same state.

Events may arrive in any order and late; they are ordered by their own moment, then by what they are, then by id.
What is final does not depend on that order at all: once a recall is among the events, no other event, however late,
early or often, takes it away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from clew.exchange.clocks import Clock, Pause
from clew.exchange.postponing import POSTPONED
from clew.exchange.receipts import Stage


class State(StrEnum):
    """Of a thread (field note exchange.md, 3.5). What its sender still prepares is not part of the correspondence."""

    SENT = "sent"
    STORED = "stored"
    OPENED = "opened"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    CLARIFICATION = "clarification"
    PARTLY_ANSWERED = "partly-answered"
    ANSWERED = "answered"
    RESULT_KNOWN = "result-known"
    CLOSED = "closed"
    REFUSED = "refused"
    POSTPONED = "postponed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNDELIVERABLE = "undeliverable"
    RECALLED = "recalled"


class EventKind(StrEnum):
    """What happened: a letter was written, or one of the three facts about a letter was signed."""

    LETTER = "letter"
    STORED = "stored"
    OPENED = "opened"
    ACCEPTED = "accepted"
    UNDELIVERABLE = "undeliverable"
    EXPIRED = "expired"
    """Its sender said that an answer is of no use any more."""


ORDER: Final = {kind: at for at, kind in enumerate(EventKind)}

STAGES: Final = frozenset({EventKind.STORED, EventKind.OPENED, EventKind.ACCEPTED})

RANK: Final = {State.SENT: 0, State.STORED: 1, State.OPENED: 2, State.ACCEPTED: 3}


@dataclass(frozen=True, slots=True)
class Event:
    """One signed fact.

    `letter` is the id of the letter that it speaks of, `by` the uid of the party that signed it. For a letter: its
    `type`, what it answers (`in_reply_to`), its numbered `items` or `answers` {item: outcome}, what stands `beside` an
    outcome {item: the day of a postponement, or the code of a refusal}, `due`, and as `code` the state that a `status`
    names, the action of a `recall`, the outcome of a `recall-ack` or `correct-ack`, or `final` for a last `result`, and
    as `outcome` what a `result` says came of it. For the other kinds: `code`, empty where the fact is positive.
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
    outcome: str = ""

    def order(self) -> tuple[object, ...]:
        """A total order over different events."""
        due = self.due.isoformat() if self.due else ""
        answer = (self.type, self.in_reply_to, self.items, self.answers, due, self.code, self.beside, self.outcome)
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
    pauses: tuple[Pause, ...] = ()
    """When the request's clock stood, since its meaning was asked about; the last may still be open."""
    recalled: Mapping[str, str] = field(default_factory=dict)
    """Letters that their senders took back, each with what is to be done: the strictest action that was named."""
    recalled_parts: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Statements of letters, by number, that alone were taken back."""
    holders: Mapping[str, str] = field(default_factory=dict)
    """Recalls and corrections with the outcome that the holder gave; "" while it gave none, which is not "done"."""
    corrected: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Statements of letters, by number, that their sender replaced or struck out."""
    consents: Mapping[str, str] = field(default_factory=dict)
    """Requests for another use with what became of each: granted, denied or withdrawn; "" while nobody has said."""
    offers: Mapping[str, str] = field(default_factory=dict)
    """Offers with what became of each: accepted, declined or withdrawn; "" while nobody has said."""
    referrals: Mapping[str, str] = field(default_factory=dict)
    """Referrals with what became of each: accepted, refused, arrived or ended; "" while nobody has said."""
    result: str = ""
    """What came of it, by the code of the newest result; "" while nobody has said."""

    @property
    def deadline(self) -> dt.datetime | None:
        """`due`, later by the time that the clock stood; None where there is none, or while the clock stands."""
        if self.due is None or not self.letters:
            return self.due
        return Clock(self.letters[0].at, self.due, "", "", "UTC", self.pauses).deadline()

    @property
    def standing(self) -> Pause | None:
        """The pause in which the request's clock stands now."""
        return next((pause for pause in self.pauses if pause.end is None), None)


OPEN: Final = frozenset({"", POSTPONED})
"""Outcomes of an item that still waits for its answer."""

ACTIONS: Final = {"return": 1, "restrict": 2, "erase": 3}
"""What a recall may ask for, the strictest last; where two recalls name different actions, it is done."""

FINAL: Final = "final"
DONE: Final = "done"

OPENING: Final = frozenset(
    {"request", "notify", "offer", "introduction", "evidence-announce", "referral", "private-question"}
)
"""Letters with which a correspondence can begin."""

EMPTY: Final = ThreadState(State.SENT, (), {}, None, None)


def fold(events: Iterable[Event]) -> ThreadState:
    """The state after these events, whatever the order in which they are given; repeated events count once."""
    state = EMPTY
    waiting: list[Event] = sorted(set(events), key=Event.order)
    # A fact may carry an earlier moment than its letter, when two clocks differ: letters are placed first.
    for event in sorted(waiting, key=lambda one: one.kind is not EventKind.LETTER):
        state = _letter(state, event) if event.kind is EventKind.LETTER else _fact(state, event)
    letters = [event for event in waiting if event.kind is EventKind.LETTER]
    state = replace(state, pauses=_pauses(letters), recalled=_recalled(letters), holders=_holders(letters))
    state = replace(state, recalled_parts=_parts(_by_sender(letters, "recall")))
    state = replace(state, corrected=_parts(_by_sender(letters, "correct")), result=_result(letters))
    state = replace(state, consents=_consents(letters, state.recalled), offers=_offers(letters))
    state = replace(state, referrals=_referrals(letters))
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
    return replace(state, letters=letters, items=items, due=due, answered=answered, beside=beside)


def _sent_by(letters: list[Event], letter: str, by: str) -> bool:
    """Whether that party wrote that letter; another's recall of it counts for nothing."""
    return any(one.letter == letter and one.by == by for one in letters)


def _by_sender(letters: list[Event], kind: str) -> list[Event]:
    """Recalls or corrections by the party that wrote the letter they name, whichever of both arrived first."""
    return [one for one in letters if one.type == kind and _sent_by(letters, one.in_reply_to, one.by)]


def _recalled(letters: list[Event]) -> dict[str, str]:
    recalls = _by_sender(letters, "recall")
    named = [(ACTIONS.get(one.code, 0), one.in_reply_to, one.code) for one in recalls if not one.items]
    return {letter: action for _rank, letter, action in sorted(named)}


def _result(letters: list[Event]) -> str:
    """Of several results the last by its own moment; a final one is not taken back by one that came after it."""
    results = [one for one in letters if one.type == "result"]
    last = [one.outcome for one in results if one.code == FINAL] or [one.outcome for one in results]
    return last[-1] if last else ""


def _consents(letters: list[Event], recalled: Mapping[str, str]) -> dict[str, str]:
    """What became of each request for another use, by the other party's word. A grant that was taken back is none."""
    found: dict[str, str] = {}
    for asked in (one for one in letters if one.type == "consent-request"):
        answers = [one for one in letters if one.in_reply_to == asked.letter]
        theirs = {one.type for one in answers if one.by != asked.by and one.letter not in recalled}
        if "consent-deny" in theirs:
            # No rather than yes, where both were said.
            found[asked.letter] = "denied"
        elif "consent-grant" in theirs:
            found[asked.letter] = "granted"
        else:
            is_withdrawn = any(one.type == "withdraw" and one.by == asked.by for one in answers)
            found[asked.letter] = "withdrawn" if is_withdrawn else ""
    return found


def _offers(letters: list[Event]) -> dict[str, str]:
    """What became of each offer; one that was withdrawn before it was accepted can be accepted no more.

    Two clocks wrote the moments, to the second: of a withdrawal and an answer in the same one the withdrawal counts.
    """
    found: dict[str, str] = {}
    for offer in (one for one in letters if one.type == "offer"):
        said = ""
        about = [each for each in letters if each.in_reply_to == offer.letter]
        for one in sorted(about, key=lambda each: (each.at.replace(microsecond=0), each.type != "withdraw")):
            if one.type == "withdraw" and one.by == offer.by and not said:
                said = "withdrawn"
            elif one.type in _ANSWERS and one.by != offer.by and said in {"", "accepted"}:
                said = _ANSWERS[one.type]
        found[offer.letter] = said
    return found


_ANSWERS: Final = {"accept-conditions": "accepted", "decline-conditions": "declined"}


def _referrals(letters: list[Event]) -> dict[str, str]:
    """What became of each referral. An end holds whatever was answered; of two answers the earlier counts.

    That she came is no answer: of a referral that nobody accepted it says nothing.
    """
    found: dict[str, str] = {}
    for asked in (one for one in letters if one.type == "referral"):
        about = [one for one in letters if one.in_reply_to == asked.letter]
        answers = [one.code for one in about if one.type == "referral-answer" and one.by != asked.by]
        came = any(one.type == "referral-arrived" and one.by != asked.by for one in about)
        if any(one.type == "referral-ended" and one.by == asked.by for one in about):
            found[asked.letter] = "ended"
        else:
            said = answers[0] if answers else ""
            found[asked.letter] = "arrived" if said == "accepted" and came else said
    return found


def _parts(named: list[Event]) -> dict[str, frozenset[int]]:
    parts: dict[str, frozenset[int]] = {}
    for one in named:
        if one.items:
            parts[one.in_reply_to] = parts.get(one.in_reply_to, frozenset()) | frozenset(one.items)
    return parts


def _holders(letters: list[Event]) -> dict[str, str]:
    """Of several answers to one recall or correction the last by its own moment, but nothing undoes "done"."""
    said: dict[str, str] = {}
    for recall in (*_by_sender(letters, "recall"), *_by_sender(letters, "correct")):
        answers = [
            one.code
            for one in letters
            if one.type == f"{recall.type}-ack" and one.in_reply_to == recall.letter and one.by != recall.by
        ]
        said[recall.letter] = DONE if DONE in answers else answers[-1] if answers else ""
    return said


def _pauses(letters: list[Event]) -> tuple[Pause, ...]:
    """One pause per question about a request, from when it was written to when its first answer was."""
    found = set()
    for asked in letters:
        if asked.type != "clarify" or not _asks_about_others(letters, asked):
            continue
        answers = [
            one.at
            for one in letters
            if one.type == "clarified" and one.in_reply_to == asked.letter and one.by != asked.by
        ]
        # An answer that is dated before its question, since two clocks differ, ends the pause at once.
        found.add(Pause(asked.at, max(min(answers), asked.at) if answers else None))
    return tuple(sorted(found, key=Pause.order))


def _asks_about_others(letters: list[Event], asked: Event) -> bool:
    return any(one.letter == asked.in_reply_to and one.type == "request" and one.by != asked.by for one in letters)


def _overtaken(known: str, outcome: str) -> bool:
    """A postponement that comes after the answer itself changes nothing any more."""
    return outcome == POSTPONED and known not in OPEN


def _fact(state: ThreadState, event: Event) -> ThreadState:
    if event.kind not in STAGES:
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
    letters = [event for event in events if event.kind is EventKind.LETTER]
    return _end_word(state, letters) or _open_word(state, state.letters[0], events)


def _end_word(state: ThreadState, letters: list[Event]) -> State | None:
    """What no later answer, receipt or question undoes, the strongest first."""
    openings = [one for one in letters if one.type in OPENING and not one.in_reply_to]
    # Any of them, and not the earliest: a letter that arrives late with an earlier date must not undo a recall.
    if any(one.letter in state.recalled for one in openings):
        return State.RECALLED
    withdrawn = {(one.in_reply_to, one.by) for one in letters if one.type in _ENDS and not one.items}
    if openings and all((one.letter, one.by) in withdrawn for one in openings):
        return State.WITHDRAWN
    results = [one for one in letters if one.type == "result"]
    if any(one.code == FINAL for one in results):
        return State.CLOSED
    return State.RESULT_KNOWN if results else None


_ENDS: Final = frozenset({"withdraw", "referral-ended"})
"""Letters by which whoever wrote the first one says that nothing is left to answer."""

_REFERRED: Final = {"accepted": State.ANSWERED, "arrived": State.ANSWERED, "refused": State.REFUSED}


def _open_word(state: ThreadState, first: LetterState, events: list[Event]) -> State:
    answer = _answer_word(state) if any(one.type == "reply" for one in state.letters) else None
    if answer in {State.ANSWERED, State.REFUSED}:
        return answer
    if state.referrals.get(first.letter) in _REFERRED:
        return _REFERRED[state.referrals[first.letter]]
    if answer is None and any(fact.code for fact in first.facts.values()):
        return State.REFUSED
    if any(pause.end is None for pause in state.pauses):
        return State.CLARIFICATION
    said = {event.kind for event in events if event.letter == first.letter}
    if EventKind.EXPIRED in said:
        return State.EXPIRED
    if answer is not None:
        return answer
    # It was given up when its time had passed; a receipt that came later, by courier perhaps, knows better.
    if EventKind.UNDELIVERABLE in said and not first.facts:
        return State.UNDELIVERABLE
    if any(one.type == "status" and one.code == State.IN_PROGRESS for one in events):
        return State.IN_PROGRESS
    reached = [State(stage.value) for stage in first.facts]
    return max(reached, key=RANK.__getitem__, default=State.SENT)


def _answer_word(state: ThreadState) -> State:
    outcomes = set(state.items.values())
    if outcomes and outcomes <= OPEN:
        return State.POSTPONED if POSTPONED in outcomes else State.PARTLY_ANSWERED
    if outcomes == {"refused"}:
        return State.REFUSED
    return State.ANSWERED if state.answered else State.PARTLY_ANSWERED
