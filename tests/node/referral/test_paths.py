"""A path with a person: contact, screening, identification, and the end, each recorded, sealed and answered for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.cases.models import Task
from clew.node.consent.actions import record_guardian_conflict
from clew.node.disclosure.actions import record_risk_assessment
from clew.node.disclosure.gathering.persons import recorded
from clew.node.dossier.actions import erase_person, set_person_category
from clew.node.dossier.models import PersonCategory
from clew.node.dossier.queries import person_categories
from clew.node.referral import actions
from clew.node.referral.access import age_of
from clew.node.referral.actions import (
    AssistanceDraft,
    ClosingDraft,
    InterestsDraft,
    JusticeDraft,
    ReflectionDraft,
    ResidenceDraft,
    ScreeningDraft,
)
from clew.node.referral.models import Entry, IndicatorVersion, Path, Screening
from clew.node.referral.queries.path_page import PathPage, path_page
from clew.node.types import BadInput, BadInputs
from tests.node.referral.conftest import LABOUR, OTHER, World, contact_draft, decision_draft, from_today

pytestmark = pytest.mark.django_db
LABOUR_YES = {
    "deceptive_recruitment__job": "yes", "deceptive_recruitment__wages": "yes", "exploitation__hours": "yes",
}  # fmt: skip


def faults(error: pytest.ExceptionInfo[BadInputs]) -> set[str]:
    return {each.field for each in error.value.problems}


def page(world: World, path: Path) -> PathPage:
    found = path_page(officer=world.caseworker, path_id=path.pk)
    assert found is not None
    return found


def close(world: World, path: Path, **changes: str) -> Entry:
    draft = ClosingDraft(outcome=changes.get("outcome", "closed"), reason="Done (fictional).", retain=from_today(300))
    return actions.propose_closing(actor=world.caseworker, path_id=path.pk, draft=draft)


def test_a_path_is_begun_once_for_a_person_of_the_case(world: World) -> None:
    first = actions.open_path(actor=world.caseworker, case_id=world.case.pk, person_id=world.person)
    again = actions.open_path(actor=world.colleague, case_id=world.case.pk, person_id=world.person)
    assert first == again
    assert AuditEntry.objects.filter(act="referral.open_path").count() == 2


def test_nobody_begins_a_path_of_another_team_nor_does_the_node_itself(world: World) -> None:
    for actor in (world.outsider, NODE):
        with pytest.raises(Refused):
            actions.open_path(actor=actor, case_id=world.case.pk, person_id=world.person)
    with pytest.raises(Refused):
        actions.open_path(actor=world.caseworker, case_id=world.case.pk, person_id=world.person + 999)


def test_a_suspect_is_protected_first_so_that_nothing_lies_in_the_open(world: World) -> None:
    suspect = world.another_person("suspect")
    with pytest.raises(BadInput, match="not protected"):
        actions.open_path(actor=world.caseworker, case_id=world.case.pk, person_id=suspect)
    set_person_category(
        actor=world.caseworker, entity_id=suspect, category="victim", expires=from_today(90), reason="Forced, too."
    )
    assert actions.open_path(actor=world.caseworker, case_id=world.case.pk, person_id=suspect).pk


def test_what_was_recorded_lies_sealed_and_erasing_her_makes_it_unreadable(world: World) -> None:
    path = world.path(reach="Ask for the aunt Kanarienvogel (fictional)")
    with connection.cursor() as cursor:
        cursor.execute("select sealed from referral_entry")
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert b"Kanarienvogel" not in stored
    assert b"massage" not in stored
    assert "Kanarienvogel" in page(world, path).contact["reach"]
    for entry in AuditEntry.objects.filter(act__startswith="referral."):
        assert b"Kanarienvogel" not in bytes(entry.leaf)
    protector = world.outsider
    protector.role_assignments.create(role="data_protection_officer")
    world.case.compartment.members.create(officer=protector)
    erase_person(actor=protector, entity_id=world.person, reason="She asked for it.")
    assert page(world, path).contact == {}
    with pytest.raises(BadInput, match="not protected"):
        actions.record_contact(actor=world.caseworker, path_id=path.pk, draft=contact_draft())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"danger": "perhaps"}, "danger"), ({"age": "unknown"}, "age"), ({"met": None}, "met"),
        ({"needs": ("gold",)}, "needs"), ({"interpreter": "Ivan Fictional"}, "interpreter_checked"),
        ({"language": "xx"}, "language"),
    ],
)  # fmt: skip
def test_a_contact_with_a_fault_says_which(world: World, changes: dict[str, object], field: str) -> None:
    if changes.get("met", "") is None:
        changes = {"met": from_today(1)}
    with pytest.raises(BadInputs) as wrong:
        world.path(**changes)
    assert faults(wrong) == {field}


def test_what_is_said_of_her_age_reaches_the_release_rules_in_the_same_act(world: World) -> None:
    world.path(age="doubt")
    assert recorded([world.person], from_today(0))[world.person]["child"] == ["uncertain"]


def test_a_doubt_about_her_age_ends_only_with_a_reason(world: World) -> None:
    path = world.path(age="doubt")
    with pytest.raises(BadInputs) as wrong:
        actions.record_contact(actor=world.caseworker, path_id=path.pk, draft=contact_draft(age="adult"))
    assert faults(wrong) == {"age_reason"}
    draft = contact_draft(age="adult", age_reason="Her birth certificate came (fictional).")
    actions.record_contact(actor=world.caseworker, path_id=path.pk, draft=draft)
    assert age_of(path) == "adult"
    assert recorded([world.person], from_today(0))[world.person]["child"] == ["no"]


def test_a_screening_keeps_its_set_and_says_what_it_rests_on(world: World) -> None:
    path = world.path()
    world.screening(path, **LABOUR_YES)
    (found,) = page(world, path).screenings
    assert found.result is not None
    assert found.result.code in {"labour_rights", "some_signs", "deceived_and_exploited"}
    assert found.said["answers"]["exploitation.hours"]["basis"] == "stated"
    assert found.said["answers"]["exploitation.hours"]["by"] == str(world.caseworker.pk)
    assert not found.formal
    assert IndicatorVersion.objects.get().digest == LABOUR.digest


def test_an_old_screening_is_judged_by_the_version_it_was_made_with(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = world.path()
    world.screening(path, **LABOUR_YES)
    before = page(world, path).screenings[0].result
    monkeypatch.setattr("clew.node.referral.indicators.shipped", dict)
    monkeypatch.setattr("clew.node.referral.indicators.shipped_content", dict)
    assert page(world, path).screenings[0].result == before


def test_a_negative_screening_closes_nothing(world: World) -> None:
    path = world.path()
    world.screening(path, exploitation__hours="no")
    path.refresh_from_db()
    found = page(world, path)
    assert found.screenings[0].result is not None
    assert found.screenings[0].result.code == "no_signs_found"
    assert path.closed is None
    assert {one.step for one in found.steps if one.standing == "due"} >= {"identification", "referral", "assistance"}


def test_she_is_asked_again_only_with_a_reason(world: World) -> None:
    path = world.path()
    world.screening(path, **LABOUR_YES)
    with pytest.raises(BadInputs) as wrong:
        world.screening(path, **LABOUR_YES)
    assert faults(wrong) == {"why_again"}
    draft = ScreeningDraft(name="ilo_labour", why_again="The first interpreter was her recruiter (fictional).")
    actions.record_screening(actor=world.caseworker, path_id=path.pk, draft=draft)
    assert Screening.objects.count() == 2


def test_a_yes_needs_to_be_observed_or_stated_and_the_question_has_to_exist(world: World) -> None:
    path = world.path()
    for answers in ({"exploitation.hours": ("yes", "")}, {"weather.rain": ("unknown", "")}):
        draft = ScreeningDraft(name="ilo_labour", answers=answers)
        with pytest.raises(BadInputs):
            actions.record_screening(actor=world.caseworker, path_id=path.pk, draft=draft)
    with pytest.raises(BadInput, match="no such set"):
        actions.record_screening(actor=world.caseworker, path_id=path.pk, draft=ScreeningDraft(name="weather"))


def test_nobody_is_screened_before_it_was_asked_whether_she_is_safe(world: World) -> None:
    path = actions.open_path(actor=world.caseworker, case_id=world.case.pk, person_id=world.person)
    with pytest.raises(BadInput, match="No contact"):
        world.screening(path, **LABOUR_YES)


def test_no_formal_step_rests_on_a_set_that_nobody_has_signed_for(
    world: World, officer_factory: Callable[..., Officer]
) -> None:
    path = world.path()
    screening = world.screening(path, **LABOUR_YES)
    draft = decision_draft(screening_id=screening.pk)
    with pytest.raises(BadInputs) as wrong:
        actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=draft)
    assert faults(wrong) == {"screening"}
    adviser = officer_factory(roles=["legal_adviser"])
    with pytest.raises(BadInput, match="no such version"):
        actions.sign_off_indicators(actor=adviser, name="ilo_labour", digest="0" * 64, read_in="WCMS_105023")
    signed = actions.sign_off_indicators(
        actor=adviser, name="ilo_labour", digest=LABOUR.digest, read_in="WCMS_105023 (fictional)"
    )
    actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=draft)
    actions.end_sign_off(actor=adviser, sign_off_id=signed.pk)
    with pytest.raises(BadInputs):
        actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=draft)


def test_a_presumption_protects_her_at_once_and_what_she_was_before_stays_in_the_history(world: World) -> None:
    path = world.path()
    actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=decision_draft())
    path.refresh_from_db()
    assert path.status == "presumed"
    assert person_categories([world.person], path.opened)[world.person] == "victim"
    said = PersonCategory.objects.filter(person_id=world.person).order_by("pk").values_list("category", flat=True)
    assert list(said) == ["smuggled_migrant", "victim"]


@pytest.mark.parametrize("outcome", ["identified", "not_identified"])
def test_a_decision_counts_once_a_second_person_agreed(world: World, outcome: str) -> None:
    path = world.path()
    draft = decision_draft(outcome=outcome, appeal="Court, within four weeks; she was told (fictional).")
    made = actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=draft)
    path.refresh_from_db()
    assert path.status == "contact"
    with pytest.raises(Refused, match="yourself"):
        actions.answer_entry(actor=world.caseworker, entry_id=made.pk, approve=True)
    with pytest.raises(BadInput, match="waits for a second"):
        actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=draft)
    actions.answer_entry(actor=world.colleague, entry_id=made.pk, approve=True)
    path.refresh_from_db()
    assert path.status == outcome
    with pytest.raises(BadInput, match="Nothing waits"):
        actions.answer_entry(actor=world.colleague, entry_id=made.pk, approve=True)


def test_a_refused_decision_changes_nothing(world: World) -> None:
    path = world.path()
    made = actions.record_identification(
        actor=world.caseworker, path_id=path.pk, draft=decision_draft(outcome="identified")
    )
    actions.answer_entry(actor=world.colleague, entry_id=made.pk, approve=False)
    path.refresh_from_db()
    assert path.status == "contact"
    assert page(world, path).newest("identification") is None


def test_a_refusal_without_grounds_or_appeal_is_none(world: World) -> None:
    path = world.path()
    with pytest.raises(BadInputs) as wrong:
        actions.record_identification(
            actor=world.caseworker, path_id=path.pk, draft=decision_draft(outcome="not_identified", grounds=" ")
        )
    assert faults(wrong) == {"grounds", "appeal"}


def test_help_goes_on_for_whoever_was_not_identified(world: World) -> None:
    path = world.path()
    made = actions.record_identification(
        actor=world.caseworker, path_id=path.pk, draft=decision_draft(outcome="not_identified", appeal="Court.")
    )
    actions.answer_entry(actor=world.colleague, entry_id=made.pk, approve=True)
    draft = AssistanceDraft(kinds=("legal",), goal="Her wages.", provider="House (fictional)", review=from_today(30))
    assert actions.record_assistance(actor=world.caseworker, path_id=path.pk, draft=draft).pk


def test_a_period_runs_from_a_presumption_and_is_never_shorter_than_the_law_grants(world: World) -> None:
    path = world.path()
    draft = ReflectionDraft(country="AT", begins=from_today(0), days=30)
    with pytest.raises(BadInputs, match="Nobody has said"):
        actions.grant_reflection(actor=world.caseworker, path_id=path.pk, draft=draft)
    actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=decision_draft())
    short = ReflectionDraft(country="AT", begins=from_today(0), days=29)
    with pytest.raises(BadInputs, match="30 days at least"):
        actions.grant_reflection(actor=world.caseworker, path_id=path.pk, draft=short)
    made = actions.grant_reflection(actor=world.caseworker, path_id=path.pk, draft=draft)
    path.refresh_from_db()
    assert path.reflection_ends == from_today(30)
    (said,) = [each.said for each in page(world, path).of("reflection")]
    assert said["source"].startswith("Council of Europe")
    assert made.needs_second is False


def test_what_she_may_have_been_made_to_do_reaches_a_prosecutor_and_the_release_rules(world: World) -> None:
    path = world.path()
    draft = JusticeDraft(
        wish="undecided", compensation="unknown", compelled="yes", compelled_to="Carried papers (fictional)."
    )
    actions.record_justice(actor=world.caseworker, path_id=path.pk, draft=draft)
    assert recorded([world.person], from_today(0))[world.person]["role_conflict"] == ["yes"]
    task = Task.objects.get(kind="referral.non_punishment")
    assert (task.role, task.case_id) == ("prosecutor", world.case.pk)
    assert "Carried" not in json.dumps(task.asked) + task.title


def test_no_word_about_testimony_is_needed_for_help(world: World) -> None:
    path = world.path()
    draft = JusticeDraft(wish="does_not", compensation="no", compelled="no")
    actions.record_justice(actor=world.caseworker, path_id=path.pk, draft=draft)
    actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=decision_draft())
    reflection = ReflectionDraft(country="AT", begins=from_today(0), days=30)
    actions.grant_reflection(actor=world.caseworker, path_id=path.pk, draft=reflection)
    assistance = AssistanceDraft(kinds=("health",), goal="Rest.", provider="House", review=from_today(9))
    assert actions.record_assistance(actor=world.caseworker, path_id=path.pk, draft=assistance).pk


def test_a_closing_needs_a_second_person_and_can_be_taken_back(world: World) -> None:
    path = world.path()
    made = close(world, path)
    assert not Path.objects.exclude(closed=None).exists()
    actions.answer_entry(actor=world.colleague, entry_id=made.pk, approve=True)
    path.refresh_from_db()
    assert path.closed is not None
    with pytest.raises(BadInput, match="closed"):
        actions.record_contact(actor=world.caseworker, path_id=path.pk, draft=contact_draft())
    actions.reopen_path(actor=world.colleague, path_id=path.pk)
    assert not Path.objects.exclude(closed=None).exists()
    with pytest.raises(BadInput, match="open"):
        actions.reopen_path(actor=world.colleague, path_id=path.pk)


def test_a_return_is_refused_for_each_thing_that_stands_against_it(world: World) -> None:
    path = world.path()
    with pytest.raises(BadInputs) as wrong:
        close(world, path, outcome="returned")
    assert len(wrong.value.problems) == 3
    wish = ResidenceDraft(wish="return", state="BG", told="Her rights and the risks (fictional).")
    actions.record_residence(actor=world.caseworker, path_id=path.pk, draft=wish)
    assert page(world, path).obstacles == ("no_return_consent", "risk_none")


def test_a_wish_to_go_somewhere_names_the_country(world: World) -> None:
    path = world.path()
    with pytest.raises(BadInputs) as wrong:
        actions.record_residence(
            actor=world.caseworker, path_id=path.pk, draft=ResidenceDraft(wish="return", told="All of it.")
        )
    assert faults(wrong) == {"state"}


def test_another_team_finds_no_path_and_may_record_nothing(world: World) -> None:
    path = world.path()
    assert path_page(officer=world.outsider, path_id=path.pk) is None
    with pytest.raises(Refused):
        actions.record_contact(actor=world.outsider, path_id=path.pk, draft=contact_draft())
    made = actions.record_identification(
        actor=world.caseworker, path_id=path.pk, draft=decision_draft(outcome="identified")
    )
    with pytest.raises(Refused):
        actions.answer_entry(actor=world.outsider, entry_id=made.pk, approve=True)


def test_an_assessment_of_interests_needs_no_guardian_and_a_determination_does(world: World) -> None:
    path = world.path(age="child", group="girls")
    draft = InterestsDraft(kind="assessment", view="Wants school.", present="Teacher", result="School.", reasons="So.")
    actions.record_best_interests(actor=world.protector, path_id=path.pk, draft=draft)
    with pytest.raises(BadInput, match="nobody answers for her"):
        actions.record_best_interests(
            actor=world.protector, path_id=path.pk,
            draft=InterestsDraft(kind="determination", view="Wants school.", present="T", result="R", reasons="S"),
        )  # fmt: skip


def test_a_determination_counts_once_a_second_person_agreed_while_somebody_answers_for_the_child(world: World) -> None:
    path = world.path(age="child", group="girls")
    guardian = world.guardian()
    draft = InterestsDraft(kind="determination", view="Wants school.", present="Vera", result="School.", reasons="So.")
    made = actions.record_best_interests(actor=world.protector, path_id=path.pk, draft=draft)
    record_guardian_conflict(actor=world.caseworker, guardian_id=guardian.pk, answer="yes", reason="He was paid.")
    with pytest.raises(BadInput, match="conflict of interest"):
        actions.answer_entry(actor=world.colleague, entry_id=made.pk, approve=True)
    assert "best_interests" not in recorded([world.person], from_today(0))[world.person]
    world.guardian(name="Anna Andere (fictional)")
    actions.answer_entry(actor=world.colleague, entry_id=made.pk, approve=True)
    assert recorded([world.person], from_today(0))[world.person]["best_interests"] == ["yes"]


@pytest.mark.parametrize("outcome", ["identified", "not_identified"])
def test_of_a_child_for_whom_nobody_answers_only_a_presumption_is_recorded(world: World, outcome: str) -> None:
    path = world.path(age="doubt", group="girls")
    with pytest.raises(BadInput, match="nobody answers for her"):
        actions.record_identification(
            actor=world.caseworker, path_id=path.pk, draft=decision_draft(outcome=outcome, appeal="Court.")
        )
    actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=decision_draft())
    path.refresh_from_db()
    assert path.status == "presumed"


def test_a_return_that_nothing_stands_against_is_closed_by_two_and_looked_at_again(world: World) -> None:
    path = world.path()
    wish = ResidenceDraft(wish="return", state="BG", told="Her rights and the risks (fictional).")
    actions.record_residence(actor=world.caseworker, path_id=path.pk, draft=wish)
    world.consent(purpose="return", recipient=OTHER, items=["situation"])
    risk: dict[str, Any] = {
        "actor": world.caseworker,
        "person_id": world.person,
        "state": "BG",
        "reasons": "Looked into (fictional).",
    }
    record_risk_assessment(**risk, assessed=from_today(-40), favourable=True)
    assert page(world, path).obstacles == ("risk_old",)
    record_risk_assessment(**risk, assessed=from_today(-1), favourable=True)
    assert page(world, path).obstacles == ()
    made = close(world, path, outcome="returned")
    record_risk_assessment(**risk, assessed=from_today(0), favourable=False)
    with pytest.raises(BadInputs, match="at risk there"):
        actions.answer_entry(actor=world.colleague, entry_id=made.pk, approve=True)
    path.refresh_from_db()
    assert path.closed is None
