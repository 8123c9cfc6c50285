"""The deadlines that letters set follow the clocks of their letters."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.cases.access import leave_trace
from clew.node.cases.models import Deadline, Task


@action("cases.follow_letter_clock", permission="node.act")
def follow_letter_clock(*, actor: Actor, letter: str, due: dt.datetime | None, stands_since: dt.datetime | None) -> int:
    """Let the deadlines of a letter stand, or run on to a later moment; returns how many changed.

    Args:
        due: until when the clock runs; None while it stands, then `stands_since` says from when on.
    """
    changed = []
    for deadline in Deadline.objects.select_for_update().select_related("case").filter(letter=letter, met=None):
        moved = (due or deadline.due, stands_since)
        if moved != (deadline.due, deadline.stands_since):
            if (stands_since is None) != (deadline.stands_since is None):
                kind = "deadline.stands" if stands_since else "deadline.runs"
                leave_trace(deadline.case, actor, kind, title=deadline.title)
            deadline.due, deadline.stands_since = moved
            changed.append(deadline)
    Deadline.objects.bulk_update(changed, ["due", "stands_since"])
    record(
        actor=actor,
        act="cases.follow_letter_clock",
        object_kind="letter",
        object_id=letter,
        details={"deadlines": len(changed), "stands": stands_since is not None},
    )
    return len(changed)


@action("cases.end_letter_clock", permission="node.act")
def end_letter_clock(*, actor: Actor, letter: str, url: str) -> int:
    """End the clocks of a letter that wants no answer any more, and the tasks that warned of them at an address."""
    now = timezone.now()
    running = list(Deadline.objects.select_for_update().select_related("case").filter(letter=letter, met=None))
    for deadline in running:
        deadline.met = now
        leave_trace(deadline.case, actor, "deadline.ended", title=deadline.title)
    Deadline.objects.bulk_update(running, ["met"])
    warned = Task.objects.filter(kind__in=("clock.running", "clock.passed"), url=url, done=None).update(done=now)
    record(
        actor=actor,
        act="cases.end_letter_clock",
        object_kind="letter",
        object_id=letter,
        details={"deadlines": len(running), "tasks": warned},
    )
    return len(running)
