"""A team that knows one person, a partner, and what she may be asked (all fictional)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.models import Compartment, Officer
from clew.node.consent import actions
from clew.node.consent.actions import Circumstances, ConsentDraft, GuardianDraft
from clew.node.consent.models import Consent, Guardian
from clew.node.dossier.actions import record_source
from clew.node.partners.models import Party

PARTNER = "p" * 32
OTHER = "q" * 32


def from_today(days: int) -> dt.date:
    """A day counted when a test asks: tests that are collected before midnight run after it too."""
    return timezone.localdate() + dt.timedelta(days=days)


def dated(changes: dict[str, object]) -> dict[str, Any]:
    """Parameters of a test are made when it is collected, so they say a number of days from the day it runs."""
    return {name: from_today(one.days) if isinstance(one, dt.timedelta) else one for name, one in changes.items()}


def draft(**changes: object) -> ConsentDraft:
    whole = ConsentDraft(
        purpose="criminal_investigation",
        recipient=PARTNER,
        items=["situation", "Person:name"],
        given_by="self",
        capacity="able",
        understood=True,
        explained_by="Clara Fictional",
        language="bg",
        method="written",
        given=from_today(0),
        expires=from_today(90),
    )
    return replace(whole, **dated(changes))


def said(**changes: object) -> Circumstances:
    whole = Circumstances(
        given_by="self",
        capacity="able",
        understood=True,
        explained_by="Clara Fictional",
        language="bg",
        method="written",
        given=from_today(0),
        expires=from_today(90),
    )
    return replace(whole, **dated(changes))


def guardian_draft(**changes: object) -> GuardianDraft:
    whole = GuardianDraft(
        name="Vera Vormund (fictional)",
        relation="appointed_guardian",
        authority="Court of Guardianship (fictional)",
        reference="12 P 34/26 (fictional)",
        conflict="no",
        conflict_reason="The court looked into it.",
        valid_from=from_today(-30),
        valid_until=from_today(200),
    )
    return replace(whole, **dated(changes))


def by_guardian(guardian: Guardian, **changes: object) -> dict[str, Any]:
    """What changes in a draft when a guardian answers."""
    return {"given_by": "guardian", "guardian_id": guardian.pk, "assent": "yes", "capacity": "", **changes}


@pytest.fixture
def team(compartment_factory: Callable[..., Compartment]) -> Compartment:
    return compartment_factory()


@pytest.fixture
def officer(officer_factory: Callable[..., Officer], team: Compartment) -> Officer:
    return officer_factory(roles=["caseworker"], compartments=[team])


@pytest.fixture
def partner(db: None) -> Party:
    Party.objects.create(
        uid=OTHER, name="Other partner", country="BG", kind="ngo", status="active", added=timezone.now()
    )
    return Party.objects.create(
        uid=PARTNER, name="Partner", country="AT", kind="police", status="active", added=timezone.now()
    )


def source_about(existing: int | None = None) -> SourceDraft:
    """A source that speaks of her."""
    return SourceDraft(
        kind="interview",
        title="Interview (fictional)",
        owner="0" * 31 + "1",
        reliability="A",
        handling="H0",
        handling_text="",
        purpose="assistance",
        retain_until=from_today(365),
        basis="intelligence",
        received_letter="",
        language="en",
        entities=(
            EntityDraft(key="her", schema="Person", existing_id=existing, category=None if existing else "victim"),
        ),
        statements=(StatementDraft(entity_key="her", prop="name", value="Mila Fictional", accuracy=1, nature="fact"),),
    )


@pytest.fixture
def person(officer: Officer, team: Compartment) -> int:
    recorded = record_source(actor=officer, compartment_id=team.pk, draft=source_about())
    return recorded.entity_numbers["her"]


@pytest.fixture
def consent(officer: Officer, team: Compartment, person: int, partner: Party) -> Consent:
    return actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=draft())


@pytest.fixture
def guardian(officer: Officer, team: Compartment, person: int) -> Guardian:
    return actions.record_guardian(actor=officer, person_id=person, compartment_id=team.pk, draft=guardian_draft())


@pytest.fixture
def other_team(
    officer_factory: Callable[..., Officer],
    compartment_factory: Callable[..., Compartment],
    team: Compartment,
    person: int,
) -> tuple[Officer, Compartment]:
    """A team that knows the same person, because somebody who is in both teams recorded it there too."""
    there = compartment_factory()
    colleague = officer_factory(roles=["caseworker"], compartments=[there])
    between = officer_factory(roles=["caseworker"], compartments=[team, there])
    record_source(actor=between, compartment_id=there.pk, draft=source_about(person))
    return colleague, there
