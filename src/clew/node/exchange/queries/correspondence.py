"""Correspondences as pages show them: letters with their three facts, the state in words, the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from clew.exchange.kinds.table import CONTROL
from clew.exchange.receipts import Stage
from clew.exchange.threads import ThreadState
from clew.node.accounts.actions import Officer
from clew.node.exchange.at_rest import AtRest, NotReadableAtRest, subject
from clew.node.exchange.controlling import ENDED, PROGRESS
from clew.node.exchange.correspondence import folded
from clew.node.exchange.delays import Delay, delays_of
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import Letter, OutboxEntry, Receipt, Thread
from clew.node.exchange.queries.recalls import RecallLine, recalls_of
from clew.node.exchange.queries.visibility import visible_letters, visible_threads
from clew.node.exchange.reading import rest_of
from clew.node.exchange.words import (
    CONSENTS,
    OFFERS,
    REFERRALS,
    STAGES,
    TONES,
    declined_in_words,
    letter_type,
    problem_in_words,
    state_in_words,
)
from clew.node.partners.queries import names_of

ROWS = 50


"""States of a correspondence in which nobody waits for an answer."""


@dataclass(frozen=True, slots=True)
class FactLine:
    """One of the three facts about a letter. `at` None: nothing came back, so nothing is known."""

    stage: str
    label: str
    at: dt.datetime | None
    positive: bool
    reason: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a list or timeline. `recalls`: what its sender took back of it, the oldest first."""

    row: Letter
    subject: str
    party: str
    facts: tuple[FactLine, ...]
    waiting: OutboxEntry | None
    problem: str
    recalls: Sequence[RecallLine]


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A correspondence in a list."""

    row: Thread
    party: str
    subject: str
    state: str
    tone: str
    running: bool


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One numbered item of a request: its outcome's code, "" while there is none, and what stands beside it.

    `beside`: until which day it is postponed, or the code of the ground of a refusal; "" where nothing was said.
    """

    number: int
    outcome: str
    beside: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A request's clock stands: since when, and whether this node asked, so that the partner has to answer."""

    since: dt.datetime
    ours: bool


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """How far the partner says that our request is; `at` None: it was asked and nothing came back, so it is unknown."""

    words: str
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A correspondence with its letters, oldest first, and how each item of its request stands.

    `result`: what came of it, by its code; "" while nobody has said. `consents`: of each other use that was asked for,
    how it stands, in words; `offers`, `referrals`: the same of each.
    """

    line: ThreadLine
    letters: tuple[LetterLine, ...]
    items: tuple[ItemLine, ...]
    standing: Standing | None
    progress: ProgressLine | None
    delays: tuple[Delay, ...]
    result: str
    consents: tuple[str, ...]
    offers: tuple[str, ...]
    referrals: tuple[str, ...]


def threads(*, officer: Officer, page: int = 1) -> tuple[Page[Thread], list[ThreadLine]]:
    """A page of the officer's correspondences, the last changed first, in a constant number of queries."""
    found = visible_threads(officer).select_related("case").order_by("-changed", "-pk")
    shown = Paginator(found, ROWS).get_page(page)
    return shown, thread_lines(list(shown.object_list))


def thread(*, officer: Officer, uid: str) -> ThreadPage | None:
    """One correspondence, or None when it does not exist or is not the officer's."""
    found = visible_threads(officer).select_related("case").filter(uid=uid).first()
    if found is None:
        return None
    letters = list(found.letters.select_related("taken_by", "thread").order_by("created", "pk"))
    state = folded(found)
    items = tuple(ItemLine(n, outcome, state.beside.get(n, "")) for n, outcome in sorted(state.items.items()))
    return ThreadPage(
        thread_lines([found])[0],
        tuple(letter_lines(letters)),
        items,
        _standing(state),
        _progress(found, letters),
        tuple(delays_of(found)),
        state.result,
        tuple(str(CONSENTS[said]) for said in state.consents.values()),
        tuple(str(OFFERS[said]) for said in state.offers.values()),
        tuple(str(REFERRALS[said]) for said in state.referrals.values()),
    )


def _progress(thread: Thread, letters: Sequence[Letter]) -> ProgressLine | None:
    told = [one for one in letters if one.kind == "status" and one.direction == "in"]
    if not told:
        asked = any(one.kind == "status-query" and one.direction == "out" for one in letters)
        return ProgressLine("", None) if asked else None
    event = thread.events.get(kind="letter", letter=told[-1].uid)
    return ProgressLine(str(PROGRESS[event.data["code"]]), told[-1].created)


def _standing(state: ThreadState) -> Standing | None:
    pause = state.standing if state.due is not None and state.deadline is None else None
    if pause is None:
        return None
    asked = next(one for one in state.letters if one.type == "clarify" and one.at == pause.start)
    return Standing(pause.start, asked.by == own_uid())


def threads_of_case(*, officer: Officer, case_id: int) -> list[ThreadLine]:
    """The correspondences of one of the officer's cases."""
    found = visible_threads(officer).filter(case_id=case_id).select_related("case").order_by("-changed", "-pk")
    return thread_lines(list(found[:ROWS]))


def quarantine(*, officer: Officer) -> list[LetterLine]:
    """The letters that wait to be taken, oldest first."""
    found = visible_letters(officer).filter(direction="in", state="quarantined")
    return letter_lines(list(found.select_related("thread__case").order_by("recorded", "pk")[:ROWS]))


def thread_lines(rows: Sequence[Thread]) -> list[ThreadLine]:
    """The rows with names and subjects; the subject is the first letter's."""
    names = names_of({row.party for row in rows})
    subjects = first_subjects([row.pk for row in rows])
    return [
        ThreadLine(
            row=row,
            party=names.get(row.party, row.party),
            subject=subjects.get(row.pk, ""),
            state=state_in_words(row.state),
            tone=TONES.get(row.state, "neutral"),
            running=row.due is not None and row.answered is None and row.state not in ENDED,
        )
        for row in rows
    ]


def first_subjects(threads: Sequence[int]) -> dict[int, str]:
    """The subject of each correspondence's first letter, in the order of the correspondences; one query."""
    first: dict[int, AtRest] = {}
    uids: dict[int, str] = {}
    # Only the subject is opened, so that a thousand letters' bodies need not be read for it.
    rows = Letter.objects.filter(thread__in=threads).order_by("-created", "-pk")
    for thread, uid, key, sealed in rows.values_list("thread_id", "uid", "wrapped_key", "sealed_subject"):
        first[thread], uids[thread] = AtRest(bytes(key), b"", bytes(sealed)), uid
    return {thread: _readable(uids[thread], first[thread]) for thread in threads if thread in first}


def letter_lines(rows: Sequence[Letter]) -> list[LetterLine]:
    """The rows with their facts and, for those on their way, what holds them up. A constant number of queries."""
    names = names_of({row.party for row in rows})
    facts = facts_of_letters(rows)
    recalls = recalls_of([row.uid for row in rows])
    outbox = {
        entry.letter_id: entry
        for entry in OutboxEntry.objects.filter(letter__in=rows, delivered=None).defer("envelope")
    }
    return [
        LetterLine(
            row=row,
            subject=readable_subject(row) or (letter_type(row.kind) if row.kind in CONTROL else ""),
            party=names.get(row.party, row.party),
            facts=facts[row.pk],
            waiting=outbox.get(row.pk),
            problem=problem_in_words(outbox[row.pk].last_problem) if row.pk in outbox else "",
            recalls=recalls.get(row.uid, ()),
        )
        for row in rows
    ]


def facts_of_letters(rows: Sequence[Letter]) -> dict[int, tuple[FactLine, ...]]:
    """The three facts about each letter, by its number; one query."""
    receipts: dict[str, dict[str, Receipt]] = {}
    for receipt in Receipt.objects.filter(envelope_digest__in=[row.envelope_digest for row in rows]):
        receipts.setdefault(receipt.envelope_digest, {})[receipt.stage] = receipt
    return {row.pk: _facts(receipts.get(row.envelope_digest, {})) for row in rows}


def readable_subject(row: Letter) -> str:
    """The subject, or nothing once the letter's key is gone."""
    return _readable(row.uid, rest_of(row))


def _readable(uid: str, rest: AtRest) -> str:
    try:
        return subject(uid, rest)
    except NotReadableAtRest:
        return ""


def _facts(known: dict[str, Receipt]) -> tuple[FactLine, ...]:
    lines = []
    for stage in Stage:
        receipt = known.get(stage.value)
        if receipt is None:
            lines.append(FactLine(stage.value, str(STAGES[stage.value]), None, False, ""))
            continue
        reason = declined_in_words(receipt.reason) if receipt.reason else ""
        reason = reason or (problem_in_words(receipt.code) if receipt.code else "")
        lines.append(FactLine(stage.value, str(STAGES[stage.value]), receipt.at, not receipt.code, reason))
    return tuple(lines)


def letter_line(*, officer: Officer, uid: str) -> LetterLine | None:
    """A letter with what is known of its way, or None when it is not the officer's."""
    row = visible_letters(officer).select_related("thread", "taken_by").filter(uid=uid).first()
    return letter_lines([row])[0] if row is not None else None
