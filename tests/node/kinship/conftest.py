"""A unit that works on kinship, the team that speaks with donors, a laboratory, and families (all fictional)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.kinship.assumptions import Assumptions
from clew.kinship.mutation import Mutation
from clew.kinship.simulation import RELATIVES, simulated_family
from clew.kinship.tables import shipped_table
from clew.node.accounts.actions import StepUp
from clew.node.accounts.models import Compartment, Officer
from clew.node.accounts.step_up import prove
from clew.node.consent.actions import ConsentDraft, record_consent
from clew.node.consent.models import Consent
from clew.node.dossier.actions import record_source
from clew.node.kinship import actions
from clew.node.kinship.actions import FamilyDraft, ProfileDraft
from clew.node.kinship.models import Family, FoundChild, Laboratory, Profile, Session
from clew.node.partners.models import Party
from tests.node.planted import planted

LABORATORY = "1" * 32
TRIO = [
    {"id": "F", "sex": 1},
    {"id": "M", "sex": 2},
    {"id": "MP", "fid": "F", "mid": "M", "sex": 0},
]
LOCI = (
    "TPOX", "D2S441", "D3S1358", "D5S818", "CSF1PO", "D7S820", "D8S1179", "D10S1248", "TH01", "vWA", "D13S317", "FGA",
    "D16S539", "Penta_D",
)  # fmt: skip
"""Small loci, so that a test costs a fraction of a second."""


def from_today(days: int) -> dt.date:
    """A day counted when a test asks."""
    return timezone.localdate() + dt.timedelta(days=days)


@cache
def genotypes(seed: int) -> Mapping[str, Mapping[str, str]]:
    """A simulated trio and an unrelated child, as texts by locus: F, M, MP and OTHER. Nobody lives who shows this."""
    assumed = Assumptions(shipped_table("norstr_norway"), Mutation.both("equal", 0.002))
    rng = np.random.default_rng(seed)
    trio = simulated_family(RELATIVES["trio"][0], ["F", "M", "MP"], assumed, LOCI, rng)
    other = simulated_family(RELATIVES["trio"][0], ["MP"], assumed, LOCI, rng)["MP"]
    people = {**trio, "OTHER": other}
    return {who: {locus: str(seen) for locus, seen in own.items()} for who, own in people.items()}


def proof(officer: Officer) -> StepUp:
    """A checked proof of presence."""
    return prove(StepUp(officer.pk, "totp"))


@dataclass
class Store:
    """Whoever works on kinship here, and what tests make without saying it all again."""

    unit: Compartment
    team: Compartment
    geneticist: Officer
    caseworker: Officer
    laboratory: Laboratory
    samples: int = 0

    def person(self, category: str = "victim") -> int:
        """A new donor of the team's."""
        draft = SourceDraft(
            kind="interview", title="Interview (fictional)", owner="0" * 31 + "1", reliability="A", handling="H0",
            handling_text="", purpose="assistance", retain_until=from_today(365), basis="intelligence",
            received_letter="", language="en",
            entities=(EntityDraft(key="her", schema="Person", existing_id=None, category=category),),
            statements=(StatementDraft("her", "name", "Mila Fictional", accuracy=1, nature="fact"),),
        )  # fmt: skip
        made = record_source(actor=self.caseworker, compartment_id=self.team.pk, draft=draft)
        return made.entity_numbers["her"]

    def consent(self, person: int | None = None, **changes: Any) -> Consent:
        """A consent to a DNA sample for this laboratory."""
        draft = ConsentDraft(
            purpose="missing_person_search", recipient=LABORATORY, items=["dna"], given_by="self", capacity="able",
            understood=True, explained_by="Clara Fictional", language="bg", method="written", given=from_today(0),
            expires=from_today(90),
        )  # fmt: skip
        whose = self.person() if person is None else person
        return record_consent(
            actor=self.caseworker, person_id=whose, compartment_id=self.team.pk, draft=replace(draft, **changes)
        )

    def family(self, reference: str = "FAM-1", **changes: Any) -> Family:
        """A trio that looks for MP."""
        draft = FamilyDraft(reference=reference, pedigree=TRIO, missing="MP", table="norstr_norway")
        return actions.register_family(
            actor=self.geneticist, compartment_id=self.unit.pk, draft=replace(draft, **changes)
        )

    def child(self, reference: str = "CH-1", sex: str = "unknown") -> FoundChild:
        """A child who was found."""
        return actions.register_found_child(
            actor=self.geneticist, compartment_id=self.unit.pk, reference=reference, sex=sex
        )

    def open(self) -> Session:
        """The unit's store, opened by the geneticist."""
        return actions.open_session(actor=self.geneticist, compartment_id=self.unit.pk, step_up=proof(self.geneticist))

    def draft(self, of: Family | FoundChild, person: str, typed: Mapping[str, str], **changes: Any) -> ProfileDraft:
        """A draft of a profile under a consent of its own."""
        self.samples += 1
        place = {"family_id": of.pk, "person": person} if isinstance(of, Family) else {"child_id": of.pk}
        whole = {
            "laboratory_id": self.laboratory.pk, "sample": f"LAB-{self.samples}", "taken": from_today(-1),
            "genotypes": typed, **place, **changes,
        }  # fmt: skip
        whole.setdefault("consent_id", 0)
        return ProfileDraft(**{**whole, "consent_id": changes.get("consent_id") or self.consent().pk})

    def profile(self, of: Family | FoundChild, person: str = "", seed: int = 1, who: str = "") -> Profile:
        """A recorded profile of a simulated person."""
        typed = genotypes(seed)[who or person or "MP"]
        return actions.record_profile(actor=self.geneticist, draft=self.draft(of, person, typed))


@pytest.fixture
def store(officer_factory: Callable[..., Officer], compartment_factory: Callable[..., Compartment], db: None) -> Store:
    return planted("a unit for kinship", lambda: _store(officer_factory, compartment_factory))


def _store(officer_factory: Callable[..., Officer], compartment_factory: Callable[..., Compartment]) -> Store:
    Party.objects.create(
        uid=LABORATORY, name="Laboratory (fictional)", country="AT", kind="other", status="active", added=timezone.now()
    )
    unit, team = compartment_factory("Kinship unit (fictional)"), compartment_factory("Team (fictional)")
    adviser = officer_factory(roles=["legal_adviser"])
    laboratory = actions.register_laboratory(
        actor=adviser, party_uid=LABORATORY, accreditation="ISO/IEC 17025, No 1 (fictional)",
        valid_from=from_today(-30), valid_until=from_today(300),
    )  # fmt: skip
    return Store(
        unit,
        team,
        officer_factory(roles=["geneticist"], compartments=[unit]),
        officer_factory(roles=["caseworker"], compartments=[team]),
        laboratory,
    )
