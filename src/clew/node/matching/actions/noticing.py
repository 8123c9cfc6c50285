"""Ticking off what a team was told."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action, not_yours, require_compartment
from clew.node.audit.actions import record
from clew.node.matching.models import Notice
from clew.node.types import BadInput


@action("matching.close_notice", permission="match.see")
def close_notice(*, actor: Actor, notice_id: int) -> Notice:
    """Say that the team has done what it wanted to do about a notice. It is not raised again."""
    notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None:
        raise not_yours()
    require_compartment(actor, notice.team_id)
    if notice.closed is not None:
        raise BadInput("", _("This notice is already ticked off."), _("Nothing is left to do."))
    notice.closed, notice.closed_by_id = timezone.now(), actor.pk
    notice.save(update_fields=["closed", "closed_by"])
    record(actor=actor, act="matching.close_notice", object_kind="notice", object_id=notice.pk, details={})
    return notice
