"""A person's path as its page shows it: what is done and due, what was recorded, and who can see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import members_of, seen_by
from clew.node.consent.queries import ConsentView, consents_of_person, guardian_standing_of, was_asked
from clew.node.dossier.queries import captions, captions_seen
from clew.node.referral.indicators import formal_use_of, set_of
from clew.node.referral.models import Entry, IndicatorVersion, Path, Referral, Screening
from clew.node.referral.returning import obstacles_to_return
from clew.node.referral.screening_reading import read_back
from clew.node.referral.sealing import Sealed, open_all
from clew.referral.pathway import Known, Step, StepStanding, may_be_child, present_step, standings
from clew.referral.screening import IndicatorSet, Result, evaluate


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry and what it says; nothing where she was erased."""

    entry: Entry
    said: Mapping[str, Any]

    @property
    def waits(self) -> bool:
        """Whether a second person has to answer for it."""
        return self.entry.needs_second and self.entry.approved is None

    @property
    def counts(self) -> bool:
        """Whether it took effect."""
        return not self.entry.needs_second or self.entry.approved is True


@dataclass(frozen=True, slots=True)
class ScreeningView:
    """A screening with its result under the version of the set it was made with; None where she was erased.

    `formal`: whether a formal step may rest on it now.
    """

    screening: Screening
    indicators: IndicatorSet
    said: Mapping[str, Any]
    result: Result | None
    formal: bool


@dataclass(frozen=True, slots=True)
class PathPage:
    """All that the page shows. `contact`: what the newest contact says; `seen_by`: who of the team can see it."""

    path: Path
    caption: str
    contact: Mapping[str, Any]
    age: str
    guardian: str
    steps: Sequence[StepStanding]
    present: Step
    entries: Sequence[EntryView]
    screenings: Sequence[ScreeningView]
    referrals: Sequence[Referral]
    consents: Sequence[ConsentView]
    asked: bool
    obstacles: Sequence[str]
    seen_by: Sequence[str]
    today: dt.date

    @property
    def child(self) -> bool:
        """Whether she is treated as a child."""
        return may_be_child(self.age)

    def of(self, kind: str) -> list[EntryView]:
        """The entries of a kind, the newest first."""
        return [each for each in self.entries if each.entry.kind == kind]

    def newest(self, kind: str) -> EntryView | None:
        """The entry of a kind that counts now."""
        return next((each for each in self.of(kind) if each.counts), None)

    @property
    def waiting(self) -> list[EntryView]:
        """What waits for a second person."""
        return [each for each in self.entries if each.waits]


def visible_paths(officer: Officer) -> QuerySet[Path]:
    """The paths that the officer's teams walk."""
    return Path.objects.filter(seen_by(officer)).select_related("case")


def path_of(*, officer: Officer, pk: int) -> Path | None:
    """One of them, or None."""
    return visible_paths(officer).filter(pk=pk).first()


def path_captions(*, officer: Officer, paths: Sequence[Path]) -> dict[int, str]:
    """What the persons of these paths are called, as the officer may know them, by the path's number."""
    names = captions_seen({each.person_id for each in paths}, officer=officer) if paths else {}
    return {each.pk: names.get(each.person_id, "") for each in paths}


def entry_of(*, officer: Officer, pk: int) -> Entry | None:
    """An entry on one of them, or None."""
    return Entry.objects.filter(seen_by(officer, "path__compartment_id"), pk=pk).first()


def path_page(*, officer: Officer, path_id: int) -> PathPage | None:
    """A path of the officer's teams with all that was recorded on it, or None."""
    path = path_of(officer=officer, pk=path_id)
    if path is None:
        return None
    now = timezone.now()
    entries = _entries(path)
    contact = next((each.said for each in entries if each.entry.kind == Entry.Kind.CONTACT), {})
    screenings = _screenings(path)
    referrals = list(path.referrals.select_related("service", "made_by", "answered_by").order_by("-pk"))
    consents = consents_of_person(officer=officer, person_id=path.person_id, now=now)
    asked = was_asked(officer=officer, person_id=path.person_id)
    guardian = guardian_standing_of({path.person_id}, now)[path.person_id]
    age = str(contact.get("age") or "unknown")
    done = _done(path, entries, bool(screenings), asked, bool(referrals))
    known = Known(age=age, guardian=guardian, done=done)
    return PathPage(
        path=path,
        caption=captions([path.person_id], [path.compartment_id]).get(path.person_id, ""),
        contact=contact,
        age=age,
        guardian=guardian,
        steps=standings(known),
        present=present_step(known),
        entries=entries,
        screenings=screenings,
        referrals=referrals,
        consents=consents,
        asked=asked,
        obstacles=obstacles_to_return(path),
        seen_by=[str(each) for each in members_of(path.compartment_id)],
        today=now.date(),
    )


def _done(path: Path, entries: Sequence[EntryView], screened: bool, asked: bool, referred: bool) -> set[Step]:
    """What she answered does not count here: whoever was asked goes on along the path."""
    found: dict[Step, bool] = {"screening": screened, "consent": asked, "referral": referred}
    kinds = {each.entry.kind for each in entries if each.counts}
    steps: tuple[Step, ...] = ("contact", "identification", "assistance", "justice", "residence")
    found |= {step: step in kinds for step in steps}
    found["closing"] = path.closed is not None
    return {step for step, done in found.items() if done}


def _entries(path: Path) -> list[EntryView]:
    rows = list(path.entries.select_related("recorded_by", "answered_by").order_by("-pk"))
    said = open_all([Sealed(one.sealed, "entry", one.uid) for one in rows])
    return [EntryView(entry, each) for entry, each in zip(rows, said, strict=True)]


def _screenings(path: Path) -> list[ScreeningView]:
    rows = list(path.screenings.select_related("version", "made_by").order_by("-pk"))
    said = open_all([Sealed(one.sealed, "screening", one.uid) for one in rows])
    versions: dict[int, tuple[IndicatorSet, bool]] = {}
    for row in rows:
        if row.version_id not in versions:
            versions[row.version_id] = _of_version(row.version)
    return [
        ScreeningView(row, indicators, each, evaluate(indicators, read_back(indicators.digest, each)) if each else None,
                      formal)
        for row, each in zip(rows, said, strict=True)
        for indicators, formal in [versions[row.version_id]]
    ]  # fmt: skip


def _of_version(version: IndicatorVersion) -> tuple[IndicatorSet, bool]:
    return set_of(version), formal_use_of(version)
