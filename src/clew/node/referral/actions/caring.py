"""Assistance that was agreed, her choice about proceedings, and where she wants to live."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from clew.node.accounts.actions import Actor, Officer, action
from clew.node.cases.actions import Asked, add_task
from clew.node.disclosure.actions import record_safeguard
from clew.node.referral.access import path_for, require_guardian
from clew.node.referral.entries import AssistanceDraft, JusticeDraft, ResidenceDraft
from clew.node.referral.models import Entry, Path
from clew.node.referral.recording import keep, move
from clew.node.types import BadInputs

HOLDS: Final = dt.timedelta(days=365)


@action("referral.record_assistance", permission="pathway.work")
def record_assistance(*, actor: Actor, path_id: int, draft: AssistanceDraft) -> Entry:
    """Record what help was agreed with her. No consent to share anything is asked for it: refusing costs no help."""
    path, officer = path_for(actor, path_id)
    problems = draft.problems()
    if problems:
        raise BadInputs(problems)
    if set(draft.kinds) - {"safety", "child_protection"}:
        require_guardian(path)
    made = keep(officer, path, Entry.Kind.ASSISTANCE, asdict(draft) | {"review": draft.review.isoformat()})
    if path.status in {"presumed", "identified"}:
        move(path, "assisted")
    return made


@action("referral.record_justice", permission="pathway.work")
def record_justice(*, actor: Actor, path_id: int, draft: JusticeDraft) -> Entry:
    """Record her choice; where she may have been made to do what she is suspected of, a prosecutor is asked (R40)."""
    path, officer = path_for(actor, path_id)
    problems = draft.problems()
    if problems:
        raise BadInputs(problems)
    require_guardian(path)
    made = keep(officer, path, Entry.Kind.JUSTICE, asdict(draft))
    if draft.compelled == "yes":
        _ask_prosecutor(officer, path)
    return made


@action("referral.record_residence", permission="pathway.work")
def record_residence(*, actor: Actor, path_id: int, draft: ResidenceDraft) -> Entry:
    """Record what she wants. It starts nothing: what stands against a return is looked at anew each time."""
    path, officer = path_for(actor, path_id)
    problems = draft.problems()
    if problems:
        raise BadInputs(problems)
    require_guardian(path)
    return keep(officer, path, Entry.Kind.RESIDENCE, asdict(draft))


def _ask_prosecutor(officer: Officer, path: Path) -> None:
    """The release rules hold everything back until a prosecutor has decided, and a prosecutor of the team is asked."""
    record_safeguard(
        actor=officer, person_id=path.person_id, kind="role_conflict", answer=["yes"],
        expires=timezone.localdate() + HOLDS,
    )  # fmt: skip
    add_task(
        actor=officer, case_id=path.case_id, kind="referral.non_punishment", role="prosecutor",
        title=Asked(gettext_noop("Decide on non-punishment: she may have been made to do what she is suspected of")),
        url=reverse("referral:path", args=[path.pk]),
    )  # fmt: skip
