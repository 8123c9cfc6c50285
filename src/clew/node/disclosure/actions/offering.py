"""Announce the conditions under which something would be told, before anything is (R12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.particulars import NOTIFY, OFFER, Particulars
from clew.exchange.moments import to_text
from clew.node.accounts.actions import Actor, action
from clew.node.disclosure.access import editable_release_for
from clew.node.disclosure.actions.particular import draft_particular
from clew.node.disclosure.models import Release
from clew.node.types import BadInput


@action("disclosure.draft_offer", permission="release.draft")
def draft_offer(
    *, actor: Actor, release_id: int, conditions: Sequence[str], answer_by: dt.date, subject: str, necessity: str
) -> Release:
    """Draft the offer of what a draft would tell: with its recipient and grounds, and none of its facts.

    Args:
        release_id: a notification that has not left. conditions: in the officer's own words. answer_by: the last day.

    Raises:
        BadInput, BadInputs: it is no such draft, the day has passed, or what was written does not do.
    """
    told = editable_release_for(actor, release_id)
    if told.kind != NOTIFY:
        raise BadInput("", _("Only what is told unasked is offered."), _("Start from such a letter."))
    if answer_by < timezone.localdate():
        raise BadInput("answer_by", _("This day has passed."), _("Enter a day to come."))
    ends = dt.datetime.combine(answer_by, dt.time(23, 59, 59), dt.UTC)
    return draft_particular(
        actor=actor, kind=OFFER, particulars=Particulars(conditions=tuple(conditions), answer_by=to_text(ends)),
        recipient=told.recipient, instrument=told.instrument, purpose=told.purpose, urgency=told.urgency,
        subject=subject, necessity=necessity, case_id=told.case_id, thread="", in_reply_to="", post=told.post,
        languages=list(told.languages),
    )  # fmt: skip
