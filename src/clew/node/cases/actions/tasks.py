"""Tasks and deadlines of a case, and tasks for a role that belong to no case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import Actor, Officer, Refused, action
from clew.node.accounts.queries import officer_roles
from clew.node.audit.actions import record
from clew.node.cases.access import leave_trace, open_case_for, part_for, required_text
from clew.node.cases.asked import Asked
from clew.node.cases.models import Case, Deadline, Task
from clew.node.types import BadInput


@action("cases.add_task", permission="case.work")
def add_task(
    *,
    actor: Actor,
    case_id: int | None,
    title: str | Asked,
    kind: str = "own",
    assigned_id: int | None = None,
    role: str = "",
    due: dt.datetime | None = None,
    url: str = "",
) -> Task:
    """Give someone something to do: a named officer of the team, anyone with `role`, or whoever takes it.

    A task without a case must name an officer or a role, or nobody would ever see it.

    Args:
        title: in a person's own words; or a sentence of the catalogue, which each reads in her own language.
        kind: stable code of what raised the task; "own" for one that a person wrote.
        url: where in this node the task is done, from the root ("/letters/7"), or "".
    """
    case = open_case_for(actor, case_id) if case_id is not None else None
    asked = title.stored() if isinstance(title, Asked) else {}
    said = title.in_english()[:300] if isinstance(title, Asked) else required_text(title, "title", 300)
    _check_addressee(case, assigned_id, role)
    if url and (not url.startswith("/") or url.startswith("//")):
        raise BadInput("url", _("This address leads out of the node."), _("Give an address that starts with one /."))
    task = Task.objects.create(
        case=case, kind=kind, title=said, asked=asked, assigned_id=assigned_id, role=role, url=url, due=due,
        created=timezone.now(),
    )  # fmt: skip
    if case is not None:
        leave_trace(case, actor, "task.added", parameters=_called(task))
    record(
        actor=actor,
        act="cases.add_task",
        object_kind="task",
        object_id=task.pk,
        details={"case": case_id, "kind": kind, "assigned": assigned_id, "role": role},
    )
    return task


@action("cases.assign_task", permission="case.work")
def assign_task(*, actor: Actor, task_id: int, assigned_id: int | None) -> Task:
    """Give a task to another member of the team, or with None back to the team."""
    task, case = part_for(actor, Task, task_id)
    _check_addressee(case, assigned_id, "")
    task.assigned_id = assigned_id
    task.save(update_fields=["assigned"])
    officer = Officer.objects.filter(pk=assigned_id).first() if assigned_id is not None else None
    leave_trace(case, actor, "task.assigned", parameters={**_called(task), "officer": str(officer or _("the team"))})
    record(
        actor=actor, act="cases.assign_task", object_kind="task", object_id=task.pk, details={"assigned": assigned_id}
    )
    return task


@action("cases.finish_task", permission="task.finish")
def finish_task(*, actor: Actor, task_id: int) -> Task:
    """Tick a task off; `reopen_task` takes that back."""
    task, case = _task_for(actor, task_id)
    if task.done is not None:
        raise BadInput("", _("This task is already done."), _("Go on with the next one."))
    task.done, task.done_by_id = timezone.now(), actor.pk
    task.save(update_fields=["done", "done_by"])
    if case is not None:
        leave_trace(case, actor, "task.finished", parameters=_called(task))
    record(actor=actor, act="cases.finish_task", object_kind="task", object_id=task.pk, details={})
    return task


@action("cases.finish_tasks_at", permission="task.finish")
def finish_tasks_at(*, actor: Actor, kind: str, url: str) -> int:
    """Tick off the open tasks of a kind that lead to an address, because what they asked for has been done there."""
    found = Task.objects.filter(kind=kind, url__startswith=url, done=None)
    finished = found.update(done=timezone.now(), done_by_id=actor.pk)
    record(actor=actor, act="cases.finish_tasks_at", object_kind="task", object_id=kind, details={"tasks": finished})
    return finished


@action("cases.reopen_task", permission="task.finish")
def reopen_task(*, actor: Actor, task_id: int) -> Task:
    """Take a finished task up again."""
    task, case = _task_for(actor, task_id)
    if task.done is None:
        raise BadInput("", _("This task is not done yet."), _("There is nothing to take back."))
    task.done, task.done_by = None, None
    task.save(update_fields=["done", "done_by"])
    if case is not None:
        leave_trace(case, actor, "task.reopened", parameters=_called(task))
    record(actor=actor, act="cases.reopen_task", object_kind="task", object_id=task.pk, details={})
    return task


@action("cases.add_deadline", permission="case.work")
def add_deadline(
    *,
    actor: Actor,
    case_id: int,
    title: str,
    due: dt.datetime,
    set_by: str,
    letter: str = "",
    started: dt.datetime | None = None,
) -> Deadline:
    """Set a moment by which something must have happened.

    Args:
        due: aware moment; must lie after `started`.
        set_by: the instrument or rule that set it, as it is shown beside the clock.
        letter: uid of the letter whose clock this is, or "".
        started: when the clock began; now if not given.
    """
    case = open_case_for(actor, case_id)
    title, set_by = required_text(title, "title", 300), required_text(set_by, "set_by", 200)
    begun = started or timezone.now()
    if due <= begun:
        raise BadInput("due", _("This deadline has already passed."), _("Enter a moment in the future."))
    deadline = Deadline.objects.create(case=case, title=title, due=due, set_by=set_by, letter=letter, started=begun)
    leave_trace(case, actor, "deadline.added", title=title)
    record(
        actor=actor,
        act="cases.add_deadline",
        object_kind="deadline",
        object_id=deadline.pk,
        details={"case": case.pk, "due": due.isoformat(), "letter": letter},
    )
    return deadline


@action("cases.meet_deadline", permission="case.work")
def meet_deadline(*, actor: Actor, deadline_id: int) -> Deadline:
    """Say that what the deadline asked for has happened; its clock stops."""
    deadline, case = part_for(actor, Deadline, deadline_id)
    if deadline.met is not None:
        raise BadInput("", _("This deadline has already been met."), _("Its clock has stopped; nothing is left to do."))
    deadline.met = timezone.now()
    deadline.save(update_fields=["met"])
    leave_trace(case, actor, "deadline.met", title=deadline.title)
    record(actor=actor, act="cases.meet_deadline", object_kind="deadline", object_id=deadline.pk, details={})
    return deadline


@action("cases.meet_deadlines_of_letters", permission="node.act")
def meet_deadlines_of_letters(*, actor: Actor, letters: Sequence[str]) -> int:
    """Stop the clocks that these letters started, because their answers have left in full."""
    running = list(Deadline.objects.select_related("case").filter(letter__in=letters, met=None))
    now = timezone.now()
    for deadline in running:
        deadline.met = now
        leave_trace(deadline.case, actor, "deadline.met", title=deadline.title)
    Deadline.objects.bulk_update(running, ["met"])
    record(
        actor=actor,
        act="cases.meet_deadlines_of_letters",
        object_kind="deadline",
        object_id=len(running),
        details={"letters": len(letters)},
    )
    return len(running)


def _called(task: Task) -> dict[str, object]:
    """How the timeline names a task."""
    return {"title": task.title, **({"asked": task.asked} if task.asked else {})}


def _task_for(actor: Actor, task_id: int) -> tuple[Task, Case | None]:
    task = Task.objects.filter(pk=task_id).first()
    if task is not None and task.case_id is None:
        if not isinstance(actor, Officer) or task.assigned_id == actor.pk or task.role in officer_roles(actor):
            return task, None
        raise Refused(_("This task is not yours."), _("Ask the officer it was given to."))
    return part_for(actor, Task, task_id)


def _check_addressee(case: Case | None, assigned_id: int | None, role: str) -> None:
    if role and role not in vocabulary.codelist("roles"):
        raise BadInput("role", _("This role is unknown."), _("Choose one from the list."))
    if case is None and assigned_id is None and not role:
        raise BadInput("assigned", _("Nobody would see this task."), _("Name an officer or a role."))
    if assigned_id is None:
        return
    team = case.compartment.members.filter(officer__is_active=True) if case is not None else None
    if team is not None and not team.filter(officer_id=assigned_id).exists():
        raise BadInput(
            "assigned", _("This officer is not in the team of the case."), _("Add the officer to the team first.")
        )
    if not Officer.objects.filter(pk=assigned_id, is_active=True).exists():
        raise BadInput("assigned", _("There is no such officer."), _("Choose one from the list."))
