"""Remedies with their clocks, and what left about the person, as far as the officer may know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from clew.node.accounts.actions import Officer, Refused, require
from clew.node.accounts.queries import compartment_ids, permissions_of
from clew.node.cases.queries import is_worked_on
from clew.node.disclosure.queries import (
    DisclosureLine,
    disclosure_lines,
    disclosures_about,
    withheld_neutrally,
)
from clew.node.discovery import offers
from clew.node.dossier.queries import (
    captions_seen,
    compartments_of_entity,
    is_known_person,
    persons_called,
    same_persons,
)
from clew.node.oversight.models import RemedyFinding, RemedyRequest
from clew.node.partners.queries import names_of
from clew.node.types import EarlierDisclosure


@dataclass(frozen=True, slots=True)
class RemedyLine:
    """A remedy in the register; `state`: open, overdue, extended or answered."""

    row: RemedyRequest
    state: str


@dataclass(frozen=True, slots=True)
class LeftLine:
    """A disclosure about her at digest level. `open_to_her`: the officer is in the team and may open the decision."""

    line: DisclosureLine
    recipient: str
    finding: RemedyFinding | None
    open_to_her: bool


@dataclass(frozen=True, slots=True)
class RemedyHead:
    """One remedy. `words` is empty once the person was erased. `neutral_advised`: naming could tell too much."""

    line: RemedyLine
    words: Mapping[str, Any]
    person_name: str
    neutral_advised: bool


def remedies(*, officer: Officer, answered: bool | None = None) -> QuerySet[RemedyRequest]:
    """The register: for the data-protection officer all of it, for others the requests that they took."""
    found = RemedyRequest.objects.select_related("recorded_by", "answered_by").order_by("answered", "due", "pk")
    held = permissions_of(officer)
    if "remedy.handle" not in held:
        found = found.filter(recorded_by=officer) if "remedy.receive" in held else found.none()
    if answered is not None:
        found = found.filter(answered__isnull=not answered)
    return found


def remedy_line(row: RemedyRequest, now: dt.datetime) -> RemedyLine:
    """A row with the state of its clock."""
    if row.answered is not None:
        return RemedyLine(row, "answered")
    if row.due < now:
        return RemedyLine(row, "overdue")
    return RemedyLine(row, "extended" if row.extended is not None else "open")


def remedy_head(*, officer: Officer, pk: int, now: dt.datetime) -> RemedyHead | None:
    """One remedy for who handles it, or None. What left about the person is asked for by `consult_disclosures`."""
    require(officer, "remedy.handle")
    row = remedies(officer=officer).filter(pk=pk).first()
    if row is None:
        return None
    try:
        words: Mapping[str, Any] = row.words
    except Refused:
        words = {}
    person = row.person_id
    name = captions_seen([person], officer=officer).get(person, "") if person is not None else ""
    return RemedyHead(remedy_line(row, now), words, name, person is None or _could_tell(person))


def _could_tell(person: int) -> bool:
    """Whether an answer that names something could reveal a protection, or a case that goes on."""
    known = {team for one in same_persons(person) for team in compartments_of_entity(one)}
    return withheld_neutrally(person) or is_worked_on(known)


def left_about(*, officer: Officer, person_id: int, remedy: RemedyRequest | None = None) -> list[LeftLine]:
    """Every disclosure about a person, of all teams, at digest level; for the data-protection officer only."""
    require(officer, "remedy.handle")
    lines = disclosure_lines(disclosures_about(person_id))
    names = names_of({one.recipient for one in lines})
    hers = set(compartment_ids(officer))
    findings = {one.decision: one for one in remedy.findings.select_related("by")} if remedy is not None else {}
    return [
        LeftLine(one, names.get(one.recipient, one.recipient), findings.get(one.decision), one.compartment in hers)
        for one in lines
    ]


def left_in_her_teams(*, officer: Officer, person_id: int) -> list[EarlierDisclosure]:
    """What left about a person as the rooms that send tell it to who may see her, newest first."""
    require(officer, "consent.see")
    found = [
        one
        for offer in offers("disclosures_of_person")
        for one in offer(officer=officer, person_id=person_id, recipient="")
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def persons_found(*, officer: Officer, text: str) -> list[int]:
    """The persons whose name, number or address is exactly this, in every team; for the data-protection officer."""
    require(officer, "remedy.handle")
    if text.strip().isdecimal() and len(text.strip()) < 12 and is_known_person(int(text)):
        return sorted({int(text), *persons_called(text)})
    return persons_called(text)


def may_see_person(*, officer: Officer, person_id: int) -> bool:
    """Whether one of the officer's teams knows this person."""
    return is_known_person(person_id) and person_id in captions_seen([person_id], officer=officer)


def overdue(now: dt.datetime) -> Q:
    """The condition for remedies whose answer is late."""
    return Q(answered__isnull=True, due__lt=now)
