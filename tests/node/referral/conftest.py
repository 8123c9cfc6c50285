"""A team that walks with a woman, another team of the same organisation that helps, and a service of each kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.models import Compartment, Officer
from clew.node.cases import actions as cases
from clew.node.cases.models import Case
from clew.node.consent.actions import ConsentDraft, GuardianDraft, record_consent, record_guardian
from clew.node.consent.models import Consent, Guardian
from clew.node.dossier.actions import record_source
from clew.node.partners.models import Party
from clew.node.referral import actions
from clew.node.referral.actions import ContactDraft, IdentificationDraft, ScreeningDraft, ServiceDraft
from clew.node.referral.models import Path, Screening, Service
from clew.referral.screening import shipped
from tests.node.planted import planted

OWN, OTHER, POLICE = "0" * 31 + "1", "5" * 32, "6" * 32


def from_today(days: int) -> dt.date:
    """A day counted when a test asks."""
    return timezone.localdate() + dt.timedelta(days=days)


def contact_draft(**changes: Any) -> ContactDraft:
    whole = ContactDraft(
        met=from_today(0), channel="in_person", place_class="massage_parlour", danger="no", safe="yes", age="adult",
        language="bg", group="women", needs=("shelter",), reach="Wednesdays after nine (fictional)",
    )  # fmt: skip
    return replace(whole, **changes)


def decision_draft(**changes: Any) -> IdentificationDraft:
    whole = IdentificationDraft(
        outcome="presumed", body="NGO", body_name="Help (fictional)", decided=from_today(0),
        grounds="Papers taken, debts, cannot leave (fictional).",
    )  # fmt: skip
    return replace(whole, **changes)


@dataclass
class World:
    """Who works here, and with whom."""

    case: Case
    caseworker: Officer
    colleague: Officer
    protector: Officer
    prosecutor: Officer
    helper: Officer
    outsider: Officer
    helping_team: Compartment
    person: int

    @property
    def team(self) -> Compartment:
        return self.case.compartment

    def another_person(self, category: str) -> int:
        return person_of(self.caseworker, self.case, category)

    def path(self, **changes: Any) -> Path:
        """A path with a first contact."""
        made = actions.open_path(actor=self.caseworker, case_id=self.case.pk, person_id=self.person)
        actions.record_contact(actor=self.caseworker, path_id=made.pk, draft=contact_draft(**changes))
        return made

    def guardian(self, **changes: Any) -> Guardian:
        draft = GuardianDraft(
            name="Vera Vormund (fictional)", relation="appointed_guardian", authority="Court (fictional)",
            reference="12 P 34/26", conflict="no", conflict_reason="The court looked into it.",
            valid_from=from_today(-30), valid_until=from_today(200),
        )  # fmt: skip
        return record_guardian(
            actor=self.caseworker, person_id=self.person, compartment_id=self.team.pk, draft=replace(draft, **changes)
        )

    def consent(self, **changes: Any) -> Consent:
        draft = ConsentDraft(
            purpose="referral", recipient=OWN, items=["contact"], given_by="self", capacity="able", understood=True,
            explained_by="Clara Fictional", language="bg", method="written", given=from_today(0),
            expires=from_today(90),
        )  # fmt: skip
        return record_consent(
            actor=self.caseworker, person_id=self.person, compartment_id=self.team.pk, draft=replace(draft, **changes)
        )

    def service(self, **changes: Any) -> Service:
        """One that the helping team answers for."""
        draft = ServiceDraft(
            name="House of Help (fictional)", party=OWN, team_id=self.helping_team.pk, kinds=("shelter", "legal"),
            country="AT", groups=("women",), languages=("bg",), places=2, address="Brunnquistgasse 7, Wien (fictional)",
        )  # fmt: skip
        return actions.register_service(actor=self.helper, draft=replace(draft, **changes))

    def screening(self, path: Path, **said: str) -> Screening:
        """Answers to the labour list: `dimension__indicator="yes"`."""
        answers = {question.replace("__", "."): (answer, "stated") for question, answer in said.items()}
        draft = ScreeningDraft(name="ilo_labour", answers=answers)
        return actions.record_screening(actor=self.caseworker, path_id=path.pk, draft=draft)


def person_of(officer: Officer, case: Case, category: str) -> int:
    """A person of the case, of this category from the beginning."""
    source = SourceDraft(
        kind="interview", title="Interview (fictional)", owner=OWN, reliability="A", handling="H0", handling_text="",
        purpose="assistance", retain_until=from_today(365), basis="intelligence", received_letter="", language="en",
        entities=(EntityDraft(key="her", schema="Person", existing_id=None, category=category),),
        statements=(StatementDraft("her", "name", "Mila Fictional", accuracy=1, nature="fact"),),
    )  # fmt: skip
    person = record_source(actor=officer, compartment_id=case.compartment_id, draft=source).entity_numbers["her"]
    cases.link_entity(actor=officer, case_id=case.pk, entity_id=person)
    return person


LABOUR = next(found for (name, _version), found in shipped().items() if name == "ilo_labour")


@pytest.fixture
def world(officer_factory: Callable[..., Officer], compartment_factory: Callable[..., Compartment], db: None) -> World:
    return planted("a house and its path", lambda: _world(officer_factory, compartment_factory))


def _world(officer_factory: Callable[..., Officer], compartment_factory: Callable[..., Compartment]) -> World:
    now = timezone.now()
    for uid, name, kind, own in (
        (OWN, "Own house (fictional)", "ngo", True), (OTHER, "Other house (fictional)", "ngo", False),
        (POLICE, "Police (fictional)", "police", False),
    ):  # fmt: skip
        Party.objects.create(uid=uid, name=name, country="AT", kind=kind, status="active", added=now, is_own=own)
    caseworker = officer_factory(roles=["caseworker"], username="mara")
    case = cases.open_case(actor=caseworker, title="Case (fictional)", kind="assistance")
    person = person_of(caseworker, case, "smuggled_migrant")
    helping = compartment_factory("House (fictional)")
    of_team = {"compartments": [case.compartment]}
    return World(
        case,
        caseworker,
        officer_factory(roles=["caseworker"], username="nora", **of_team),
        officer_factory(roles=["child_protection_officer"], username="petra", **of_team),
        officer_factory(roles=["prosecutor"], username="pavel", **of_team),
        officer_factory(roles=["caseworker"], username="hanna", compartments=[helping]),
        officer_factory(roles=["caseworker", "child_protection_officer", "prosecutor"], username="olga"),
        helping,
        person,
    )
