"""A team with an investigator, and drafts of fictional facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import NODE, create_compartment
from clew.node.accounts.models import Compartment, Officer

MakeOfficer = Callable[..., Officer]


@pytest.fixture
def team(db: None) -> Compartment:
    return create_compartment(actor=NODE, name="Team Lantern (fictional)", kind="case_team")


@pytest.fixture
def other_team(db: None) -> Compartment:
    return create_compartment(actor=NODE, name="Team Harbour (fictional)", kind="case_team")


@pytest.fixture
def make_officer(officer_factory: Callable[..., Officer]) -> MakeOfficer:
    def make(username: str, *teams: Compartment, roles: tuple[str, ...] = ("investigator",)) -> Officer:
        return officer_factory(roles=roles, compartments=teams, username=username)

    return make


@pytest.fixture
def officer(make_officer: MakeOfficer, team: Compartment) -> Officer:
    return make_officer("investigator", team)


def draft(entities: list[EntityDraft], statements: list[StatementDraft], **changes: object) -> SourceDraft:
    """A source under H1 with these entities and statements."""
    known: dict[str, object] = {
        "kind": "observation",
        "title": "Observation (fictional)",
        "owner": "own",
        "reliability": "B",
        "handling": "H1",
        "purpose": "criminal_investigation",
        "retain_until": dt.date(2031, 1, 1),
        "basis": "intelligence",
    }
    return SourceDraft(entities=tuple(entities), statements=tuple(statements), **(known | changes))  # type: ignore[arg-type]


def says(key: str, prop: str, value: str, **more: object) -> StatementDraft:
    """A statement of accuracy 2."""
    return StatementDraft(key, prop, value, **({"accuracy": 2} | more))  # type: ignore[arg-type]


AGENCY = EntityDraft("agency", "RecruitmentAgency")
WOMAN = EntityDraft("woman", "Person", category="victim")
MAN = EntityDraft("man", "Person", category="suspect")
PHONE = EntityDraft("phone", "Phone")
