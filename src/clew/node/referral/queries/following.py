"""The follow-ups of a return, for its page and for the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clew.node.accounts.actions import Officer
from clew.node.referral.following import EARLY, done_of, due_after, plan_of
from clew.node.referral.models import Path
from clew.node.referral.queries.path_page import path_captions, visible_paths


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Each as (months, day, whether it is recorded); none where she did not return. `next_day`: from when it counts."""

    path: Path
    caption: str
    each: Sequence[tuple[int, dt.date, bool]]
    next_day: dt.date | None
    may_record: bool


def follow_ups_of(*, officer: Officer, path_id: int, today: dt.date) -> FollowUps | None:
    """Those of a path of the officer's teams, or None."""
    path = visible_paths(officer).filter(pk=path_id).first()
    if path is None:
        return None
    done = done_of([path])[path.pk]
    due = due_after(path, done)
    opens = due[1] - EARLY if due is not None else None
    return FollowUps(
        path=path,
        caption=path_captions(officer=officer, paths=[path])[path.pk],
        each=[(months, day, months in done) for months, day in plan_of(path).items()],
        next_day=opens,
        may_record=opens is not None and opens <= today,
    )


def follow_ups_due(*, officer: Officer, today: dt.date, at_most: int) -> list[tuple[Path, dt.date]]:
    """The paths whose follow-up may be recorded now, with its day, the soonest first."""
    paths = list(visible_paths(officer).filter(status="returned", closed__isnull=False).order_by("-closed")[:500])
    done = done_of(paths)
    found = [(path, due[1]) for path in paths if (due := due_after(path, done[path.pk])) is not None]
    return sorted((each for each in found if each[1] - EARLY <= today), key=lambda each: each[1])[:at_most]
