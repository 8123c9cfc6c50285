"""A small fictional world: an office in Vienna, its partner in Beijing, a case with a company and a victim."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import NODE, Officer, StepUp, create_officer
from clew.node.accounts.step_up import prove
from clew.node.cases import actions as cases
from clew.node.cases.models import Case
from clew.node.disclosure import actions
from clew.node.disclosure.models import Release
from clew.node.dossier.actions import record_source
from clew.node.dossier.models import Statement
from tests.node.conftest import SECRET
from tests.node.disclosure.arrangement import assured, two_offices
from tests.node.planted import planted


@dataclass
class World:
    """What the tests act in; `statement` finds a statement by entity schema and property."""

    anna: Officer
    bernd: Officer
    stranger: Officer
    case: Case

    def statement(self, schema: str, prop: str) -> int:
        return Statement.objects.get(entity__schema=schema, prop__name=prop).pk

    def person(self) -> int:
        return Statement.objects.get(entity__schema="Person", prop__name="name").entity_id

    def draft(self, **changes: object) -> Release:
        """A request to Beijing about the company."""
        values: dict[str, object] = {
            "kind": "request", "case_id": self.case.pk, "recipient": "cn-office", "instrument": "AT-CN-TEST",
            "purpose": "criminal_investigation", "subject": "An agency (fictional)", "facts": "We follow an agency.",
            "necessity": "Only your office can say who owns it.", "languages": ["zh-Hans"],
            "statements": [self.statement("Company", "name")],
            "items": [actions.Question("Who owns it?", None)],
        }  # fmt: skip
        return actions.draft_release(actor=self.anna, **(values | changes))  # type: ignore[arg-type]


def step_up(officer: Officer) -> StepUp:
    """The proof of presence that the sign-in page would have made."""
    return prove(StepUp(officer.pk, "totp"))


@pytest.fixture
def world(db: None) -> World:
    return planted("two offices", _world)


def _world() -> World:
    anna = create_officer(actor=NODE, username="anna", full_name="Anna Muster (fictional)",
                          roles=["investigator", "caseworker"])  # fmt: skip
    bernd = create_officer(actor=NODE, username="bernd", full_name="Bernd Beispiel (fictional)",
                           roles=["approver", "legal_adviser"])  # fmt: skip
    stranger = create_officer(actor=NODE, username="sara", full_name="Sara Fremd (fictional)",
                              roles=["approver", "investigator"])  # fmt: skip
    for officer in (anna, bernd, stranger):
        TOTP.activate(officer, SECRET)
    two_offices()
    case = cases.open_case(actor=anna, title="Agencies (fictional)", kind="investigation", offence_codes=["at_104a"])
    cases.add_to_team(actor=anna, case_id=case.pk, officer_id=bernd.pk)
    _facts(anna, case)
    assured(bernd)
    return World(anna, bernd, stranger, case)


def _facts(anna: Officer, case: Case) -> None:
    common = {"owner": "at-office", "reliability": "B", "handling": "H0", "purpose": "criminal_investigation",
              "retain_until": timezone.now().date() + dt.timedelta(days=365), "basis": "intelligence"}  # fmt: skip
    company = SourceDraft(
        kind="document", title="Register extract (fictional)", **common,  # type: ignore[arg-type]
        entities=(EntityDraft("firm", "Company"),),
        statements=(StatementDraft("firm", "name", "Goldweg GmbH (fictional)", 1),
                    StatementDraft("firm", "registrationNumber", "FN 1 (fictional)", 1)),
    )  # fmt: skip
    interview = SourceDraft(
        kind="interview", title="Conversation (fictional)", **common,  # type: ignore[arg-type]
        entities=(EntityDraft("her", "Person", category="victim"), EntityDraft("line", "Phone")),
        statements=(StatementDraft("her", "name", "Mei Beispielfrau (fictional)", 2),
                    StatementDraft("line", "number", "+43 660 0000001", 2)),
    )  # fmt: skip
    for draft in (company, interview):
        record_source(actor=anna, compartment_id=case.compartment_id, draft=draft)
