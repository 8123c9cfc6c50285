"""Who keeps asking about whom (R21, R22): numbers to look at, each with what would explain it harmlessly."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from clew.node.accounts.actions import Officer, require
from clew.node.disclosure.queries import (
    Refusals,
    persons_of_letters,
    protected_among,
    refusals,
)
from clew.node.dossier.queries import captions_seen
from clew.node.exchange.queries import (
    LetterCount,
    RequestReceived,
    answers_given,
    letter_counts,
    requests_received,
)
from clew.node.oversight.models import PatternNote
from clew.node.oversight.thresholds import is_unusual, needs_offence, threshold
from clew.node.partners.queries import parties

RECENT_DAYS = 90
KINDS = (
    "repeated_person", "many_partners", "burst", "refused", "protected_person", "purpose_misfit", "many_persons",
)  # fmt: skip

PersonKey = int | str
"""A person of the dossier, or where the letter was never taken "thread name"."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something to look at. `number` reached `limit`; `person` is set where it is about one; `note` is the newest."""

    kind: str
    party: str
    party_name: str
    number: int
    limit: int
    person: int | None = None
    person_name: str = ""
    note: PatternNote | None = None


@dataclass(slots=True)
class PartyHistory:
    """All that one party (or one of its posts) asked and was answered in the window."""

    uid: str
    name: str
    requests: int = 0
    unreadable: int = 0
    declined: int = 0
    persons: int = 0
    letters: list[LetterCount] = field(default_factory=list)
    purposes: Counter[str] = field(default_factory=Counter)
    offences: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    posts: Counter[str] = field(default_factory=Counter)
    signers: Counter[str] = field(default_factory=Counter)
    refusals: Refusals = field(default_factory=lambda: Refusals(0, Counter()))
    patterns: list[Pattern] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """The requests of the window with the persons whom each is about."""

    requests: Sequence[RequestReceived]
    persons: Mapping[str, frozenset[PersonKey]]


def pattern_page(*, officer: Officer, now: dt.datetime) -> list[PartyHistory]:
    """The history of every party that wrote or was written to in the window, by name; a constant number of queries.

    Raises:
        Refused: the officer is no legal adviser.
    """
    require(officer, "pattern.see")
    since = now - dt.timedelta(days=threshold("window_days"))
    known = {one.uid: one for one in parties(with_posts=True)}
    asked = _asked(requests_received(since=since))
    refused = refusals(since=since)
    answers = answers_given(since=since)
    found: dict[str, PartyHistory] = {}
    for count in letter_counts(since=since):
        if count.kind != "receipt":
            _history(found, known, count.party).letters.append(count)
    for request in asked.requests:
        _add(_history(found, known, request.party), request)
    for uid, history in found.items():
        history.outcomes = answers.get(uid, Counter())
        history.refusals = refused.get(uid, history.refusals)
    _look(found, asked, {uid: one.kind for uid, one in known.items()}, officer)
    return sorted(found.values(), key=lambda one: (one.name, one.uid))


def party_history(*, officer: Officer, party: str, now: dt.datetime) -> PartyHistory | None:
    """The history of one party, or None where there is none."""
    return next((one for one in pattern_page(officer=officer, now=now) if one.uid == party), None)


def notes_on(*, officer: Officer, party: str) -> QuerySet[PatternNote]:
    """What legal advisers said of a party's patterns, the newest first."""
    require(officer, "pattern.see")
    return PatternNote.objects.filter(party=party).select_related("by").order_by("-at", "-pk")


def requester_flagged(party_uid: str) -> bool:
    """Whether a legal adviser flagged a party (or post) as a requester, and has not taken that back; for the rules.

    No officer is asked, and no page shows it. A party that nobody knows is not flagged.
    """
    return any(note.judgement == "flagged" for note in _newest(PatternNote.objects.filter(party=party_uid)))


def _asked(requests: Sequence[RequestReceived]) -> Asked:
    known = persons_of_letters({one.thread for one in requests})
    return Asked(
        requests,
        {
            one.letter: frozenset(known.get((one.thread, name), f"{one.thread} {name}") for name in one.persons)
            for one in requests
        },
    )


def _history(found: dict[str, PartyHistory], known: Mapping[str, object], uid: str) -> PartyHistory:
    if uid not in found:
        found[uid] = PartyHistory(uid, str(known.get(uid, uid)))
    return found[uid]


def _add(history: PartyHistory, request: RequestReceived) -> None:
    history.requests += 1
    history.unreadable += not request.readable
    history.declined += request.state == "refused"
    if request.purpose:
        history.purposes[request.purpose] += 1
    history.offences.update(request.offence_codes)
    if request.post:
        history.posts[request.post] += 1
    if request.signer:
        history.signers[request.signer] += 1


def _look(found: Mapping[str, PartyHistory], asked: Asked, kinds: Mapping[str, str], officer: Officer) -> None:
    """Put the patterns that reach their thresholds on each party's history."""
    times: dict[tuple[str, PersonKey], int] = Counter()
    askers: dict[PersonKey, set[str]] = defaultdict(set)
    by_party: dict[str, list[RequestReceived]] = defaultdict(list)
    for request in asked.requests:
        by_party[request.party].append(request)
        for person in asked.persons[request.letter]:
            times[request.party, person] += 1
            askers[person].add(request.party)
    protected = protected_among([one for one in askers if isinstance(one, int)])
    raw: list[tuple[str, str, int, PersonKey | None]] = [
        ("repeated_person", party, number, person) for (party, person), number in times.items()
    ]
    raw += [("many_partners", party, len(who), person) for person, who in askers.items() for party in who]
    for uid, requests in by_party.items():
        found[uid].persons = len({person for one in requests for person in asked.persons[one.letter]})
        raw += _of_party(found[uid], requests, asked, protected, kinds.get(uid, ""))
    persons = {person for _kind, _party, _number, person in raw if isinstance(person, int)}
    names = captions_seen(persons, officer=officer)
    notes = {(one.party, one.kind, one.person_id): one for one in _newest(PatternNote.objects.all())}
    limits = {kind: threshold(kind) for kind in KINDS}
    for kind, party, number, about in raw:
        if number >= limits[kind]:
            entity = about if isinstance(about, int) else None
            found[party].patterns.append(
                Pattern(kind, party, found[party].name, number, limits[kind], entity,
                        names.get(entity, "") if entity else "", notes.get((party, kind, entity)))
            )  # fmt: skip


def _of_party(
    history: PartyHistory, requests: Sequence[RequestReceived], asked: Asked, protected: set[int], kind: str
) -> list[tuple[str, str, int, PersonKey | None]]:
    refused = history.declined + history.refusals.decisions
    share = 100 * refused // max(1, len(requests))
    misfits = sum(
        is_unusual(kind, one.purpose) or (needs_offence(one.purpose) and not one.offence_codes)
        for one in requests
        if one.readable
    )
    numbers = {
        "burst": _longest_burst([one.at for one in requests]),
        "refused": refused if share >= threshold("refused_percent") else 0,
        "protected_person": sum(bool(asked.persons[one.letter] & protected) for one in requests),
        "purpose_misfit": misfits,
        "many_persons": max(len(asked.persons[one.letter]) for one in requests),
    }
    return [(name, history.uid, number, None) for name, number in numbers.items()]


def _longest_burst(moments: Sequence[dt.datetime]) -> int:
    """The most requests within `burst_days`; the moments are in order."""
    within, most, first = dt.timedelta(days=threshold("burst_days")), 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > within:
            first += 1
        most = max(most, last - first + 1)
    return most


def _newest(notes: QuerySet[PatternNote]) -> list[PatternNote]:
    """The newest note on each pattern."""
    newest: dict[tuple[str, str, int | None], PatternNote] = {}
    for note in notes.select_related("by").order_by("at", "pk"):
        newest[note.party, note.kind, note.person_id] = note
    return list(newest.values())
