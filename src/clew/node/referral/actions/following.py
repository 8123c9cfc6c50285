"""Asking how somebody is who returned: after 1, 3, 6 and 12 months, and opening her path again where she needs it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action, not_yours, require_compartment
from clew.node.referral.access import human
from clew.node.referral.actions.paths import reopen_path
from clew.node.referral.entries import FollowUpDraft
from clew.node.referral.following import EARLY, due_of
from clew.node.referral.models import Entry, Path
from clew.node.referral.recording import keep
from clew.node.types import BadInput, BadInputs

OPENS_AGAIN: Final = frozenset({"danger", "needs_help"})
"""What nobody may write down and leave at that."""


@action("referral.record_follow_up", permission="pathway.work")
def record_follow_up(*, actor: Actor, path_id: int, draft: FollowUpDraft) -> Entry:
    """Record how she is, for the follow-up that is due; where she is in danger or needs help, her path is open again.

    Raises:
        Refused: there is no such path, or it is another team's.
        BadInput: she did not return, nothing is left to ask, or it is too early.
        BadInputs: every fault of what was entered.
    """
    path = Path.objects.select_for_update(of=("self",)).select_related("case").filter(pk=path_id).first()
    if path is None:
        raise not_yours()
    require_compartment(actor, path.compartment_id)
    officer, due = human(actor), due_of(path)
    if due is None:
        raise BadInput("", _("No follow-up is due here."), _("It begins when she has returned, and ends after a year."))
    months, day = due
    if timezone.localdate() < day - EARLY:
        cure = _("Wait until %(day)s, or open the path again.") % {"day": date_format(day - EARLY)}
        raise BadInput("", _("It is too early for this follow-up."), cure)
    problems = draft.problems()
    if problems:
        raise BadInputs(problems)
    made = keep(officer, path, Entry.Kind.FOLLOW_UP, asdict(draft), outcome=str(months))
    if draft.how in OPENS_AGAIN:
        reopen_path(actor=actor, path_id=path.pk)
    return made
