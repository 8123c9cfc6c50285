"""What is about to end, and what would stop then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from clew.node.accounts.models import Compartment, Officer
from clew.node.consent import actions, queries
from clew.node.consent.models import Consent, Guardian
from clew.node.partners.models import Party
from clew.node.types import DeskItem
from tests.node.consent.conftest import by_guardian, draft, from_today


def items(officer: Officer, days: int = 0) -> list[DeskItem]:
    return queries.desk_items(officer=officer, now=timezone.now() + dt.timedelta(days=days))


@pytest.mark.parametrize(
    ("before_end", "expected"), [(31, []), (30, [False]), (8, [False]), (7, [True]), (0, [True]), (-1, [])]
)
def test_the_desk_warns_thirty_days_before_and_urgently_seven_days_before(
    consent: Consent, officer: Officer, before_end: int, expected: list[bool]
) -> None:
    assert [one.urgent for one in items(officer, 90 - before_end)] == expected


def test_it_says_what_would_stop_and_nothing_that_names_her(consent: Consent, officer: Officer, person: int) -> None:
    (item,) = items(officer, 70)
    assert (item.kind, item.url) == ("consent.ending", f"/consent/person/{person}/")
    assert "Partner" in item.detail
    assert "What happened to her" in item.detail
    assert "Mila" not in item.title + item.detail


def test_what_was_withdrawn_or_renewed_or_does_not_count_is_not_spoken_of(
    officer: Officer, team: Compartment, person: int, partner: Party, guardian: Guardian
) -> None:
    place = {"actor": officer, "person_id": person, "compartment_id": team.pk}
    one = actions.record_consent(**place, draft=draft())
    assert len(items(officer, 70)) == 1
    longer = actions.record_consent(**place, draft=draft(expires=from_today(200)))
    assert items(officer, 70) == []
    actions.withdraw_consent(actor=officer, consent_id=longer.pk, items=["situation"])
    one.refresh_from_db()
    assert one.withdrawn is not None
    actions.withdraw_consents(actor=officer, person_id=person)
    actions.record_consent(**place, draft=draft(**by_guardian(guardian)))
    assert len(items(officer, 70)) == 1
    actions.end_guardian(actor=officer, guardian_id=guardian.pk, reason="Replaced.")
    assert items(officer, 70) == []


def test_a_guardian_who_has_to_be_looked_at_again_is_spoken_of(guardian: Guardian, officer: Officer) -> None:
    assert items(officer, 169) == []
    (item,) = items(officer, 170)
    assert (item.kind, item.urgent) == ("consent.guardian_ending", False)
    assert "stops counting" in item.detail
    actions.record_guardian_conflict(actor=officer, guardian_id=guardian.pk, answer="yes", reason="Seen.")
    assert items(officer, 170) == []


def test_another_team_and_whoever_may_not_see_consents_hear_nothing(
    consent: Consent, team: Compartment, officer_factory: Callable[..., Officer]
) -> None:
    assert items(officer_factory(roles=["caseworker"]), 89) == []
    assert items(officer_factory(roles=["analyst"], compartments=[team]), 89) == []
