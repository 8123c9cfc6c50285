"""What is in preparation is stopped, because what it answers is not wanted any more."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.disclosure.models import Decision, Release

IN_PREPARATION = (Release.State.DRAFT, Release.State.DECIDED, Release.State.SIGNED)


@action("disclosure.stop_answers", permission="node.act")
def stop_answers(*, actor: Actor, letter: str) -> int:
    """Withdraw every release that answers this letter and has not left; returns how many there were.

    What nobody asks for any more has no purpose, and without one nothing may leave (R03).
    """
    stopped = _stop(Release.objects.filter(in_reply_to=letter))
    record(
        actor=actor,
        act="disclosure.stop_answers",
        object_kind="letter",
        object_id=letter,
        details={"releases": len(stopped)},
    )
    return len(stopped)


@action("disclosure.stop_release", permission="node.act")
def stop_release(*, actor: Actor, release_id: int) -> bool:
    """Withdraw a release that has not left, because what it rests on ended; returns whether there was one."""
    stopped = _stop(Release.objects.filter(pk=release_id))
    record(
        actor=actor,
        act="disclosure.stop_release",
        object_kind="release",
        object_id=release_id,
        details={"stopped": bool(stopped)},
    )
    return bool(stopped)


def _stop(releases: QuerySet[Release]) -> list[int]:
    """Those that had not left; their numbers."""
    found = releases.select_for_update().filter(state__in=IN_PREPARATION)
    stopped = list(found.values_list("pk", flat=True))
    Release.objects.filter(pk__in=stopped).update(state=Release.State.WITHDRAWN, changed=timezone.now())
    decisions = Decision.objects.filter(release__in=stopped).exclude(state=Decision.State.STALE)
    decisions.update(state=Decision.State.WITHDRAWN)
    return stopped
