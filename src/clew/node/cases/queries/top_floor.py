"""What the cases offer to the desk and to the search."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import seen_by
from clew.node.cases.models import APPROVAL_ASKED, Case, Deadline, Task
from clew.node.cases.queries.lists import CaseFilter, case_list, tasks_of
from clew.node.types import DeskItem, SearchHit

AT_MOST = 50
NOT_SHOWN = ("case__summary", "case__offence_codes")
URGENT_BEFORE = dt.timedelta(days=1)
ALL = Q()


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Her open tasks and the deadlines that run in her cases, soonest first.

    An approval that is asked of her stands on the desk as that, and not once more as a task.
    """
    tasks = tasks_of(officer=officer).exclude(kind=APPROVAL_ASKED).defer(*NOT_SHOWN)
    # Those with a due date first, in the index's own order; then as many without as there is room for.
    due = list(tasks.exclude(due=None).order_by("due", "pk")[:AT_MOST])
    undated = list(tasks.filter(due=None).order_by("pk")[:AT_MOST])[: AT_MOST - len(due)]
    deadlines = [
        _deadline_item(deadline, now)
        for deadline in running_deadlines(Q(seen_by(officer)))
        .select_related("case")
        .defer(*NOT_SHOWN)
        .order_by("due", "pk")[:AT_MOST]
    ]
    return deadlines + [_task_item(task, now) for task in due + undated]


def running_deadlines(of_cases: Q = ALL) -> QuerySet[Deadline]:
    """Deadlines that run and are not met, of cases that are worked on: those that the desk of the team shows."""
    # Asked row by row: as a join, the store would sort every open case's deadlines instead of walking along the due.
    worked_on = Case.objects.filter(of_cases, pk=OuterRef("case_id"), status__in=("open", "waiting"))
    return Deadline.objects.filter(Exists(worked_on), met=None, stands_since=None)


def _task_item(task: Task, now: dt.datetime) -> DeskItem:
    return DeskItem(
        kind="task.due",
        title=task.words,
        url=task.url or (reverse("cases:case", args=[task.case_id]) if task.case_id else reverse("cases:tasks")),
        due=task.due,
        detail=str(task.assigned) if task.assigned_id else _("Anyone in the team"),
        case_reference=task.case.reference if task.case else "",
        urgent=task.due is not None and task.due - now < URGENT_BEFORE,
    )


def _deadline_item(deadline: Deadline, now: dt.datetime) -> DeskItem:
    return DeskItem(
        kind="clock.running",
        title=deadline.words,
        url=reverse("cases:case", args=[deadline.case_id]),
        due=deadline.due,
        detail=deadline.set_by,
        case_reference=deadline.case.reference,
        urgent=deadline.due - now < URGENT_BEFORE,
    )


def search_hits(*, officer: Officer, text: str, limit: int) -> list[SearchHit]:
    """Cases of her compartments whose title or reference holds every word."""
    if not text.strip():
        return []
    kinds = vocabulary.codelist("case_kinds")
    page = case_list(officer=officer, where=CaseFilter(status="all", text=text), rows=limit)
    return [
        SearchHit(
            kind="case",
            title=f"{case.reference} {case.title}",
            url=reverse("cases:case", args=[case.pk]),
            detail=kinds.label(case.kind, get_language() or "en"),
            score=2.0 if case.reference.casefold() == text.strip().casefold() else 1.0,
        )
        for case in page.cases
    ]
