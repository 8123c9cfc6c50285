"""Assurances, and what was recorded of a person for the rules; answers themselves are shown to nobody."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import compartment_ids, permissions_of
from clew.node.disclosure.models import Assurance, RiskAssessment, Safeguard
from clew.node.disclosure.reach import compartments_of_entity
from clew.node.dossier.queries import same_person
from clew.node.rulebook.queries import settings_for


def assurances() -> QuerySet[Assurance]:
    """Assurances and pledges, the newest first. They hold no case."""
    return Assurance.objects.select_related("recorded_by").order_by("-issued", "-pk")


def safeguards_of(*, officer: Officer, person_id: int) -> QuerySet[Safeguard]:
    """Which kinds were recorded, by whom and until when: not what was answered, which is visible only as an effect."""
    found = Safeguard.objects.filter(person_id=person_id).select_related("recorded_by").order_by("-recorded", "-pk")
    return found.defer("sealed") if _may_see(officer, person_id, "safeguard.record") else found.none()


def risk_assessments_of(*, officer: Officer, person_id: int) -> QuerySet[RiskAssessment]:
    """The assessments of a person, the newest first, without their reasons."""
    found = (
        RiskAssessment.objects.filter(person_id=person_id).select_related("recorded_by").order_by("-assessed", "-pk")
    )
    return found.defer("sealed_reasons") if _may_see(officer, person_id, "risk.record") else found.none()


def risk_standing_of(*, person_id: int, state: str, on: dt.date) -> str:
    """What stands of a person's risk if she returns to a state: favourable, against, old or none.

    For other rooms' own checks: it names nothing of the assessment. The newest one counts, whoever of those judged to
    be the same person it was made of; how long one holds is the setting `risk_days` (guard 1).
    """
    found = RiskAssessment.objects.filter(person_id__in=same_person(person_id), state=state.lower())
    newest = found.defer("sealed_reasons").order_by("-assessed", "-pk").first()
    if newest is None:
        return "none"
    if not newest.favourable:
        return "against"
    return "favourable" if (on - newest.assessed).days < settings_for(state, on).risk_days else "old"


def _may_see(officer: Officer, person_id: int, permission: str) -> bool:
    known = compartments_of_entity(person_id) & set(compartment_ids(officer))
    return bool(known) and permission in permissions_of(officer)


def safeguards_ending(*, before: dt.date) -> QuerySet[Safeguard]:
    """The safeguards that end before a day, for the reviews of retention, without what was answered."""
    return Safeguard.objects.filter(expires__lt=before).defer("sealed").order_by("expires", "pk")


def assurances_ending(*, before: dt.date) -> QuerySet[Assurance]:
    """The assurances and pledges that end before a day, the soonest first."""
    return Assurance.objects.filter(expires__lt=before).order_by("expires", "pk")
