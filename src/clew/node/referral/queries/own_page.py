"""A person's own page: what her team holds, what was shared and under which consent, and what she agreed to.

Only what her own team recorded, and only what speaks of her alone. What a partner said of her is the partner's, what
was written in free words can name somebody else, and where she lives is never printed: none of it stands here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from clew.dossier.types import Statement
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import members_of
from clew.node.consent.queries import (
    ConsentView,
    consents_of_person,
    shared_about,
)
from clew.node.dossier.queries import DossierView
from clew.node.referral.models import Path
from clew.node.referral.queries.path_page import path_page
from clew.node.types import EarlierDisclosure

OF_HER_ALONE: Final = (
    "name", "firstName", "middleName", "lastName", "previousName", "birthDate", "birthPlace", "birthCountry",
    "nationality", "citizenship", "gender", "spokenLanguage", "phone", "email", "passportNumber", "idNumber",
)  # fmt: skip
"""Properties of a person that name nobody else and no place where she can be found."""


@dataclass(frozen=True, slots=True)
class HeldFact:
    """Something said of her. `statement`: number of the newest statement that says so, from which it is corrected."""

    prop: str
    value: str
    since: dt.datetime
    kept_until: dt.date
    statement: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """That something was recorded on her path, and what it says. She reads of it what `own_words` lets her."""

    on: dt.datetime
    kind: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SharedLine:
    """What was shared of her, and the consent it was shared under; None where there was none."""

    shared: EarlierDisclosure
    consent: ConsentView | None


@dataclass(frozen=True, slots=True)
class OwnPage:
    """All of it, the newest first; `readers`: how many officers of the team can read what is held.

    `asked`: she answered about consent at all. What she said no to is shown by the room of consents alone.
    """

    path: Path
    caption: str
    held: Sequence[HeldFact]
    recorded: Sequence[Recorded]
    shared: Sequence[SharedLine]
    consents: Sequence[ConsentView]
    asked: bool
    readers: int
    now: dt.datetime


def own_page(*, officer: Officer, path_id: int, dossier: DossierView | None) -> OwnPage | None:
    """The page of the person with whom a path is walked; None where it is not the officer's.

    Args:
        dossier: what the officer may see of her; what other teams of the officer hold is left out here.
    """
    found = path_page(officer=officer, path_id=path_id)
    if found is None:
        return None
    path, now = found.path, timezone.now()
    team, person = path.compartment_id, path.person_id
    every = consents_of_person(officer=officer, person_id=person, now=now)
    consents = [one for one in every if one.consent.compartment_id == team]
    recorded = [Recorded(one.entry.recorded, one.entry.kind, one.said) for one in found.entries if one.counts]
    recorded += [Recorded(one.screening.made, "screening", {}) for one in found.screenings]
    return OwnPage(
        path=path,
        caption=found.caption,
        held=_held(dossier, team) if dossier is not None else [],
        recorded=sorted(recorded, key=lambda one: one.on, reverse=True),
        shared=[
            SharedLine(one, _under(one, consents))
            for one in shared_about(officer=officer, person_id=person)
            if one.team == team
        ],
        consents=consents,
        asked=found.asked,
        readers=members_of(team).count(),
        now=now,
    )


def _held(dossier: DossierView, team: int) -> list[HeldFact]:
    facts = []
    for prop in OF_HER_ALONE:
        for fact in dossier.view.facts(prop):
            own = [one for one in fact.statements if _is_for_her(one, team)]
            if fact.value is not None and own:
                newest = own[-1]
                kept = max(one.source.retain_until for one in own)
                facts.append(HeldFact(prop, fact.value, own[0].recorded, kept, newest.id))
    return facts


def _is_for_her(said: Statement, team: int) -> bool:
    """Whether her own team recorded it, without a partner's word behind it or a condition upon it."""
    source = said.source
    open_to_her = {source.handling, said.handling or "H0"} == {"H0"}
    return source.compartment_id == team and not source.received_letter and open_to_her and said.refers_to is None


def _under(shared: EarlierDisclosure, consents: Iterable[ConsentView]) -> ConsentView | None:
    """The consent that something was shared under: the one kept with it, or the newest that held then for the same."""
    if shared.consent is not None:
        return next((one for one in consents if one.consent.pk == shared.consent), None)
    return next((one for one in consents if _held_then(one, shared)), None)


def _held_then(view: ConsentView, shared: EarlierDisclosure) -> bool:
    one, day = view.consent, shared.at.date()
    same = one.purpose == shared.purpose and one.recipient in shared.to
    return same and one.given <= day <= one.expires and (one.withdrawn is None or one.withdrawn >= shared.at)
