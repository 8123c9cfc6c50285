from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.cases import actions, queries
from clew.node.cases.models import Case
from clew.node.types import BadInput


def test_references_count_up_within_a_year(officer: Officer) -> None:
    made = [actions.open_case(actor=officer, title=f"Case {n}", kind="investigation").reference for n in range(3)]
    year = timezone.now().year
    assert made == [f"AT-{year}-1", f"AT-{year}-2", f"AT-{year}-3"]


def test_who_opens_a_case_is_its_team(officer: Officer, case: Case) -> None:
    view = queries.case(officer=officer, pk=case.pk)
    assert view is not None
    assert view.team == [officer]


def test_opening_is_audited_without_the_title(officer: Officer, case: Case) -> None:
    entry = AuditEntry.objects.get(act="cases.open_case")
    assert entry.object_id == str(case.pk)
    assert b"Golden" not in bytes(entry.leaf)


@pytest.mark.parametrize(
    ("title", "kind", "codes", "field"),
    [
        ("  ", "investigation", [], "title"),
        ("x" * 201, "investigation", [], "title"),
        ("Case", "nonsense", [], "kind"),
        ("Case", "investigation", ["nonsense"], "offence_codes"),
    ],
)
def test_a_faulty_case_is_not_opened(officer: Officer, title: str, kind: str, codes: list[str], field: str) -> None:
    with pytest.raises(BadInput) as fault:
        actions.open_case(actor=officer, title=title, kind=kind, offence_codes=codes)
    assert fault.value.field == field
    assert not Case.objects.exists()


def test_someone_outside_the_team_sees_and_changes_nothing(outsider: Officer, case: Case) -> None:
    assert queries.case(officer=outsider, pk=case.pk) is None
    assert queries.case_list(officer=outsider).cases == []
    assert queries.entities_of_case(officer=outsider, case_id=case.pk) == []
    assert queries.search_hits(officer=outsider, text="Golden", limit=5) == []
    with pytest.raises(Refused):
        actions.close_case(actor=outsider, case_id=case.pk, reason="Done")
    case.refresh_from_db()
    assert case.status == "open"


def test_a_case_that_does_not_exist_is_refused_like_a_foreign_one(outsider: Officer, case: Case) -> None:
    with pytest.raises(Refused):
        actions.note(actor=outsider, case_id=case.pk, text="x")
    with pytest.raises(Refused):
        actions.note(actor=outsider, case_id=case.pk + 99, text="x")


def test_an_administrator_sees_no_case_even_as_a_team_member(
    officer: Officer, case: Case, officer_factory: Callable[..., Officer]
) -> None:
    administrator = officer_factory(roles=["administrator"])
    actions.add_to_team(actor=officer, case_id=case.pk, officer_id=administrator.pk)
    assert queries.case(officer=administrator, pk=case.pk) is None
    assert queries.case_list(officer=administrator).cases == []


def test_the_last_officer_of_a_team_stays(officer: Officer, case: Case) -> None:
    with pytest.raises(BadInput):
        actions.remove_from_team(actor=officer, case_id=case.pk, officer_id=officer.pk)


def test_an_officer_taken_out_loses_sight_and_her_tasks_go_back(
    officer: Officer, outsider: Officer, case: Case
) -> None:
    actions.add_to_team(actor=officer, case_id=case.pk, officer_id=outsider.pk)
    task = actions.add_task(actor=officer, case_id=case.pk, title="Call", assigned_id=outsider.pk)
    actions.remove_from_team(actor=officer, case_id=case.pk, officer_id=outsider.pk)
    task.refresh_from_db()
    assert task.assigned_id is None
    assert queries.case(officer=outsider, pk=case.pk) is None


def test_a_closed_case_refuses_work_until_it_is_reopened(officer: Officer, case: Case) -> None:
    actions.close_case(actor=officer, case_id=case.pk, reason="Handed over", by_referral=True)
    with pytest.raises(BadInput):
        actions.add_task(actor=officer, case_id=case.pk, title="Call")
    actions.reopen_case(actor=officer, case_id=case.pk, reason="New lead")
    actions.add_task(actor=officer, case_id=case.pk, title="Call")
    view = queries.case(officer=officer, pk=case.pk)
    assert view is not None
    assert [event.event.kind for event in view.timeline.events] == [
        "task.added", "case.reopened", "case.closed", "case.opened",
    ]  # fmt: skip


def test_a_task_goes_only_to_the_team(officer: Officer, outsider: Officer, case: Case) -> None:
    with pytest.raises(BadInput) as fault:
        actions.add_task(actor=officer, case_id=case.pk, title="Call", assigned_id=outsider.pk)
    assert fault.value.field == "assigned"


def test_a_task_without_a_case_is_seen_by_its_role_only(
    officer: Officer, officer_factory: Callable[..., Officer]
) -> None:
    approver = officer_factory(roles=["approver"])
    task = actions.add_task(actor=NODE, case_id=None, title="Look", kind="consent.letter", role="approver")
    assert list(queries.tasks_of(officer=approver)) == [task]
    assert list(queries.tasks_of(officer=officer)) == []
    with pytest.raises(Refused):
        actions.finish_task(actor=officer, task_id=task.pk)
    actions.finish_task(actor=approver, task_id=task.pk)
    assert list(queries.tasks_of(officer=approver)) == []


def test_nobody_would_see_a_task_for_nobody(db: None) -> None:
    with pytest.raises(BadInput):
        actions.add_task(actor=NODE, case_id=None, title="Look")


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_task_does_not_lead_out_of_the_node(officer: Officer, case: Case, url: str) -> None:
    with pytest.raises(BadInput):
        actions.add_task(actor=officer, case_id=case.pk, title="Look", url=url)


def test_an_entity_that_the_team_knows_nothing_of_cannot_be_linked(officer: Officer, case: Case) -> None:
    with pytest.raises(BadInput) as fault:
        actions.link_entity(actor=officer, case_id=case.pk, entity_id=4711)
    assert fault.value.field == "entity"
    assert not case.entity_links.exists()


def test_an_event_of_an_unknown_kind_is_refused(officer: Officer, case: Case) -> None:
    with pytest.raises(BadInput):
        actions.record_event(actor=officer, case_id=case.pk, kind="nonsense")
    event = actions.record_event(actor=NODE, case_id=case.pk, kind="letter.sent", party="Partner", title="Request")
    assert queries.timeline(officer=officer, case_id=case.pk).events[0].sentence == "Letter sent to Partner: Request"
    assert event.by_id is None
