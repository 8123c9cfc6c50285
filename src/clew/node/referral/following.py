"""Which follow-up of a path is due: counted from the day on which two persons closed it as a return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.utils import timezone

from clew.node.referral.models import Entry, Path
from clew.referral.follow_up import follow_up_days, next_follow_up

EARLY: Final = dt.timedelta(days=14)
"""How long before its day a follow-up may be recorded, and stands on the desk."""


def returned_on(path: Path) -> dt.date | None:
    """The day from which follow-ups count; None where she did not return, or the path is open again."""
    return timezone.localdate(path.closed) if path.closed is not None and path.status == "returned" else None


def due_after(path: Path, done: Collection[int]) -> tuple[int, dt.date] | None:
    """Month and day of the first follow-up that is not among these months; None where there is none."""
    since = returned_on(path)
    return next_follow_up(since, done) if since is not None else None


def due_of(path: Path) -> tuple[int, dt.date] | None:
    """Month and day of the follow-up that comes next; None where there is none."""
    return due_after(path, done_of([path])[path.pk])


def plan_of(path: Path) -> dict[int, dt.date]:
    """By month the days on which she is asked; empty where she did not return."""
    since = returned_on(path)
    return follow_up_days(since) if since is not None else {}


def done_of(paths: Collection[Path]) -> dict[int, set[int]]:
    """By path the months that were recorded since it was closed. One query."""
    closed = {path.pk: path.closed for path in paths}
    found: dict[int, set[int]] = {pk: set() for pk in closed}
    rows = Entry.objects.filter(path_id__in=closed, kind=Entry.Kind.FOLLOW_UP)
    for path_id, outcome, recorded in rows.values_list("path_id", "outcome", "recorded"):
        since = closed[path_id]
        if since is not None and recorded >= since:
            found[path_id].add(int(outcome))
    return found
