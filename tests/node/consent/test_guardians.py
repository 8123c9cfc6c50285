"""A guardian answers for a child only while nothing speaks against it; what speaks against it works at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Compartment, Officer
from clew.node.audit.models import AuditEntry
from clew.node.cases import actions as cases
from clew.node.cases.models import Task
from clew.node.consent import actions, queries
from clew.node.consent.models import Consent, Guardian
from clew.node.dossier.actions import merge_entities, record_source
from clew.node.partners.models import Party
from clew.node.types import BadInput, BadInputs
from tests.node.consent.conftest import by_guardian, dated, draft, from_today, guardian_draft, source_about

Make = Callable[..., Guardian]


@pytest.fixture
def make(officer: Officer, team: Compartment, person: int) -> Make:
    def guardian(**changes: object) -> Guardian:
        return actions.record_guardian(
            actor=officer, person_id=person, compartment_id=team.pk, draft=guardian_draft(**changes)
        )

    return guardian


@pytest.fixture
def given(officer: Officer, team: Compartment, person: int, partner: Party, guardian: Guardian) -> Consent:
    """A consent of the guardian, to which the child agrees."""
    return actions.record_consent(
        actor=officer, person_id=person, compartment_id=team.pk, draft=draft(**by_guardian(guardian))
    )


def counts(person: int) -> list[int]:
    return [one.consent_id for one in queries.consents_of([person], timezone.now())]


def standing(person: int, days: int = 0) -> str:
    return queries.guardian_standing_of([person], timezone.now() + dt.timedelta(days=days))[person]


def test_nobody_has_a_guardian_by_default(person: int) -> None:
    assert standing(person) == "none"
    assert queries.guardian_standing_of([], timezone.now()) == {}


@pytest.mark.parametrize(("answer", "expected"), [("no", "good"), ("yes", "conflict"), ("unknown", "unknown")])
def test_the_rules_hear_how_the_guardian_stands(make: Make, person: int, answer: str, expected: str) -> None:
    make(conflict=answer)
    assert standing(person) == expected


@pytest.mark.parametrize("days", [-31, 201])
def test_before_and_after_its_days_there_is_no_guardian(make: Make, person: int, days: int) -> None:
    make()
    assert standing(person, days) == "none"


def test_one_good_guardian_suffices_beside_one_with_a_conflict(make: Make, person: int) -> None:
    make(name="Uncle (fictional)", conflict="yes")
    assert standing(person) == "conflict"
    make(name="Aunt (fictional)")
    assert standing(person) == "good"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"conflict": "yes"}, "A guardian with a conflict of interest cannot consent"),
        ({"conflict": "unknown"}, "Nobody has looked"),
        ({"valid_from": dt.timedelta(days=2)}, "not yet"),
    ],
)
def test_a_guardian_against_whom_something_speaks_cannot_consent(
    make: Make, officer: Officer, team: Compartment, person: int, partner: Party, changes: dict[str, Any], problem: str
) -> None:
    asked = draft(**by_guardian(make(**changes)))
    with pytest.raises(BadInputs) as fault:
        actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=asked)
    assert [problem in one.problem for one in fault.value.problems if one.field == "guardian_id"] == [True]


def test_an_ended_guardian_cannot_consent(
    guardian: Guardian, officer: Officer, team: Compartment, person: int, partner: Party
) -> None:
    actions.end_guardian(actor=officer, guardian_id=guardian.pk, reason="The court appointed another one.")
    with pytest.raises(BadInputs, match="any more"):
        actions.record_consent(
            actor=officer, person_id=person, compartment_id=team.pk, draft=draft(**by_guardian(guardian))
        )
    with pytest.raises(BadInput):
        actions.end_guardian(actor=officer, guardian_id=guardian.pk, reason="Again.")


def test_a_guardian_of_another_child_cannot_consent(
    guardian: Guardian, officer: Officer, team: Compartment, partner: Party
) -> None:
    other = record_source(actor=officer, compartment_id=team.pk, draft=source_about()).entity_numbers["her"]
    with pytest.raises(BadInputs, match="whom your team recorded"):
        actions.record_consent(
            actor=officer, person_id=other, compartment_id=team.pk, draft=draft(**by_guardian(guardian))
        )


def test_a_conflict_found_later_stops_every_consent_of_the_guardian_at_once(
    given: Consent, guardian: Guardian, officer: Officer, person: int
) -> None:
    assert counts(person) == [given.pk]
    stopped = actions.record_guardian_conflict(
        actor=officer, guardian_id=guardian.pk, answer="yes", reason="He lives with a suspect."
    )
    assert [one.pk for one in stopped.consents] == [given.pk]
    assert counts(person) == []
    (view,) = queries.consents_of_person(officer=officer, person_id=person, now=timezone.now())
    assert (view.state, view.standing) == ("guardian", "conflict")
    task = Task.objects.get(kind="consent.find_guardian")
    assert (task.assigned_id, task.url) == (officer.pk, f"/consent/person/{person}/")


def test_the_case_s_team_is_asked_to_find_another_guardian(
    officer_factory: Callable[..., Officer], partner: Party
) -> None:
    officer = officer_factory(roles=["caseworker"])
    case = cases.open_case(actor=officer, title="Case (fictional)", kind="assistance")
    place = {"actor": officer, "compartment_id": case.compartment_id}
    person = record_source(**place, draft=source_about()).entity_numbers["her"]
    guardian = actions.record_guardian(**place, person_id=person, draft=guardian_draft())
    actions.record_consent(**place, person_id=person, draft=draft(**by_guardian(guardian)))
    actions.end_guardian(actor=officer, guardian_id=guardian.pk, reason="Died (fictional).")
    task = Task.objects.get(kind="consent.find_guardian")
    assert (task.case_id, task.title.endswith(": 1")) == (case.pk, True)


def test_a_conflict_is_final_and_a_cleared_doubt_revives_no_consent(
    given: Consent, guardian: Guardian, officer: Officer, team: Compartment, person: int
) -> None:
    find = {"actor": officer, "guardian_id": guardian.pk, "reason": "Asked around."}
    actions.record_guardian_conflict(**find, answer="unknown")
    assert (standing(person), counts(person)) == ("unknown", [])
    actions.record_guardian_conflict(**find, answer="no")
    assert (standing(person), counts(person)) == ("good", [])
    new = actions.record_consent(
        actor=officer, person_id=person, compartment_id=team.pk, draft=draft(**by_guardian(guardian))
    )
    assert counts(person) == [new.pk]
    actions.record_guardian_conflict(**find, answer="yes")
    for answer in ("no", "unknown", "yes"):
        with pytest.raises(BadInputs, match="already"):
            actions.record_guardian_conflict(**find, answer=answer)


@pytest.mark.parametrize("end", ["ended", "expired"])
def test_what_a_guardian_agreed_to_stops_counting_when_the_guardian_stops(
    given: Consent, guardian: Guardian, officer: Officer, person: int, end: str
) -> None:
    if end == "ended":
        actions.end_guardian(actor=officer, guardian_id=guardian.pk, reason="Another one was appointed.")
    else:
        Guardian.objects.update(valid_until=from_today(-1))
    assert (counts(person), standing(person)) == ([], "none")


def test_a_consent_without_a_named_guardian_or_with_a_child_s_no_never_counts(given: Consent, person: int) -> None:
    Consent.objects.update(child_assent="no")
    assert counts(person) == []
    Consent.objects.update(child_assent="yes", guardian=None)
    assert counts(person) == []
    Consent.objects.update(given_by="somebody")
    assert counts(person) == []


def test_who_was_found_to_have_a_conflict_does_not_come_back_under_another_team(
    make: Make, officer: Officer, person: int, other_team: tuple[Officer, Compartment], partner: Party
) -> None:
    colleague, there = other_team
    place = {"actor": colleague, "person_id": person, "compartment_id": there.pk}
    theirs = actions.record_guardian(**place, draft=guardian_draft(name="vera  VORMUND (fictional)"))
    given = actions.record_consent(**place, draft=draft(**by_guardian(theirs)))
    assert counts(person) == [given.pk]
    make(conflict="yes")
    assert (counts(person), standing(person)) == ([], "conflict")
    assert Task.objects.get(kind="consent.find_guardian").assigned == colleague
    with pytest.raises(BadInputs, match="of this name"):
        actions.record_guardian(**place, draft=guardian_draft())


def test_a_conflict_found_in_one_team_stops_the_guardian_of_that_name_in_every_team(
    given: Consent, guardian: Guardian, officer: Officer, person: int, other_team: tuple[Officer, Compartment]
) -> None:
    colleague, there = other_team
    place = {"actor": colleague, "person_id": person, "compartment_id": there.pk}
    same = actions.record_guardian(**place, draft=guardian_draft())
    aunt = actions.record_guardian(**place, draft=guardian_draft(name="Aunt (fictional)"))
    theirs, hers = (actions.record_consent(**place, draft=draft(**by_guardian(one))) for one in (same, aunt))
    found = {"actor": officer, "guardian_id": guardian.pk, "answer": "yes", "reason": "Seen with a suspect."}
    stopped = actions.record_guardian_conflict(**found)
    assert {one.pk for one in stopped.consents} == {given.pk, theirs.pk}
    assert counts(person) == [hers.pk]


def test_a_conflict_is_remembered_when_the_guardian_has_ended(
    guardian: Guardian, officer: Officer, person: int
) -> None:
    actions.record_guardian_conflict(actor=officer, guardian_id=guardian.pk, answer="yes", reason="Seen.")
    actions.end_guardian(actor=officer, guardian_id=guardian.pk, reason="The court ended it.")
    assert (standing(person), standing(person, days=300)) == ("conflict", "conflict")


def test_a_guardian_of_an_entity_judged_the_same_counts_for_the_one_that_is_kept(
    guardian: Guardian, officer: Officer, team: Compartment, person: int
) -> None:
    kept = record_source(actor=officer, compartment_id=team.pk, draft=source_about()).entity_numbers["her"]
    merge_entities(actor=officer, keep_id=kept, other_id=person, reason="The same (fictional).")
    assert standing(kept) == "good"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"relation": "friend"}, "relation"),
        ({"authority": ""}, "authority"),
        ({"conflict": "maybe"}, "conflict"),
        ({"conflict_reason": ""}, "conflict_reason"),
        ({"valid_until": dt.timedelta(0)}, "valid_until"),
        ({"valid_until": dt.timedelta(days=366)}, "valid_until"),
        ({"valid_from": dt.timedelta(days=300)}, "valid_until"),
    ],
)
def test_a_faulty_guardian_is_refused_at_its_field(make: Make, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInputs) as fault:
        make(**changes)
    assert field in {problem.field for problem in fault.value.problems}
    assert not Guardian.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"answer": "maybe"}, "answer"),
        ({"reason": " "}, "reason"),
        ({"found": dt.timedelta(days=2)}, "found"),
    ],
)
def test_a_faulty_finding_is_refused_at_its_field(
    guardian: Guardian, officer: Officer, changes: dict[str, Any], field: str
) -> None:
    finding = {"actor": officer, "guardian_id": guardian.pk, "answer": "yes", "reason": "Seen.", **dated(changes)}
    with pytest.raises(BadInputs) as fault:
        actions.record_guardian_conflict(**finding)
    assert [problem.field for problem in fault.value.problems] == [field]


def test_another_team_and_the_node_itself_do_nothing_with_a_guardian(
    guardian: Guardian, officer_factory: Callable[..., Officer], person: int, team: Compartment
) -> None:
    stranger = officer_factory(roles=["caseworker"])
    assert queries.guardians_of_person(officer=stranger, person_id=person, now=timezone.now()) == []
    for actor in (stranger, NODE):
        with pytest.raises(Refused):
            actions.record_guardian(actor=actor, person_id=person, compartment_id=team.pk, draft=guardian_draft())
        with pytest.raises(Refused):
            actions.record_guardian_conflict(actor=actor, guardian_id=guardian.pk, answer="yes", reason="Seen.")
        with pytest.raises(Refused):
            actions.end_guardian(actor=actor, guardian_id=guardian.pk, reason="Over.")
    with pytest.raises(Refused):
        actions.end_guardian(actor=stranger, guardian_id=guardian.pk + 1, reason="Over.")


def test_the_guardian_s_words_lie_sealed_and_out_of_the_log(guardian: Guardian, officer: Officer) -> None:
    actions.record_guardian_conflict(actor=officer, guardian_id=guardian.pk, answer="yes", reason="Canary said so.")
    stored = [bytes(guardian.sealed), *(bytes(one.sealed) for one in guardian.findings.all())]
    stored += [bytes(entry.leaf) for entry in AuditEntry.objects.all()]
    assert not any(word in text for text in stored for word in (b"Vormund", b"Canary", b"Court"))
    view = queries.guardian_for(officer=officer, pk=guardian.pk, now=timezone.now())
    assert view is not None
    assert (view.name, [reason for _one, reason in view.findings][-1]) == (
        "Vera Vormund (fictional)", "Canary said so.",
    )  # fmt: skip


def test_the_pages_record_a_guardian_a_conflict_and_the_end(
    officer: Officer, team: Compartment, person: int, partner: Party, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer)
    base = f"/consent/person/{person}"
    assert "No guardian is recorded" in client.get(f"{base}/").content.decode()
    answers = {
        "compartment": team.pk, "name": "Vera Vormund (fictional)", "relation": "parent", "authority": "By law",
        "reference": "", "conflict": "no", "conflict_reason": "Asked.", **day("valid_from", from_today(0)),
        **day("valid_until", from_today(90)),
    }  # fmt: skip
    assert client.get(f"{base}/guardian/new").status_code == 200
    assert client.post(f"{base}/guardian/new", {**answers, "authority": " "}).status_code == 422
    assert client.post(f"{base}/guardian/new", answers).status_code == 302
    assert "May answer" in client.get(f"{base}/").content.decode()
    assert "Vera Vormund" in client.get(f"{base}/new").content.decode()
    pk = Guardian.objects.get().pk
    finding = {"answer": "yes", "reason": "Seen with a suspect.", **day("found", from_today(0))}
    assert "Vera Vormund" in client.get(f"/consent/guardian/{pk}/finding").content.decode()
    assert client.post(f"/consent/guardian/{pk}/finding", {**finding, "reason": ""}).status_code == 422
    assert client.post(f"/consent/guardian/{pk}/finding", finding).status_code == 302
    assert client.post(f"/consent/guardian/{pk}/finding", finding).status_code == 422
    assert "No: conflict of interest" in client.get(f"{base}/").content.decode()
    assert "Vera Vormund" not in client.get(f"{base}/new").content.decode()
    assert client.get(f"/consent/guardian/{pk}/end").status_code == 200
    assert client.post(f"/consent/guardian/{pk}/end", {"reason": "Replaced."}).status_code == 302
    assert client.post(f"/consent/guardian/{pk}/end", {"reason": "Again."}).status_code == 422
    assert "Replaced." in client.get(f"{base}/").content.decode()


def test_a_guardian_s_pages_are_closed_to_others(
    guardian: Guardian, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    stranger = signed_in_client(officer_factory(roles=["caseworker"]))
    roleless = signed_in_client(officer_factory(roles=["legal_adviser"]))
    for url in (f"/consent/guardian/{guardian.pk}/finding", f"/consent/guardian/{guardian.pk}/end"):
        assert stranger.get(url).status_code == 404
        assert roleless.get(url).status_code == 403


def day(name: str, when: dt.date) -> dict[str, int]:
    return {f"{name}_day": when.day, f"{name}_month": when.month, f"{name}_year": when.year}
