"""The second officer on joint-investigation agreements: what widens holds only once she has confirmed it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Refused, action
from clew.node.audit.actions import record
from clew.node.partners.joint_checking import require_sentence
from clew.node.partners.models import JointChange
from clew.node.types import BadInput


@action("partners.confirm_joint_change", permission="joint.confirm")
def confirm_joint_change(*, actor: Actor, change_id: int) -> JointChange:
    """Confirm what a colleague entered; from its day on it holds.

    Raises:
        Refused: the actor entered it herself, or is no human.
        BadInput: it does not wait for a decision, or the agreement itself is not confirmed.
    """
    change = _waiting(actor, change_id)
    agreement = change.agreement
    if change.kind != "registered" and not agreement.changes.filter(kind="registered", decision="confirmed").exists():
        raise BadInput("", _("The agreement itself is not confirmed."), _("Confirm its registration first."))
    return _decide(actor, change, "confirmed", "", "partners.confirm_joint_change")


@action("partners.decline_joint_change", permission="joint.confirm")
def decline_joint_change(*, actor: Actor, change_id: int, reason: str) -> JointChange:
    """Do not confirm what a colleague entered. It stays in the history as declined and never holds."""
    change = _waiting(actor, change_id)
    require_sentence("reason", reason)
    return _decide(actor, change, "declined", reason, "partners.decline_joint_change")


def _waiting(actor: Actor, change_id: int) -> JointChange:
    if actor.pk is None:
        raise Refused(_("Only a human confirms an agreement."), _("An officer with the right role can."))
    change = (
        JointChange.objects.select_for_update(of=("self",))
        .select_related("agreement")
        .filter(pk=change_id, decision="")
        .first()
    )
    if change is None:
        raise BadInput("", _("This does not wait for a decision."), _("Reload the page."))
    if change.entered_by_id == actor.pk:
        raise Refused(
            _("You entered this yourself; a second officer decides."),
            _("A colleague who may confirm agreements can help."),
        )
    return change


def _decide(actor: Actor, change: JointChange, decision: str, reason: str, act: str) -> JointChange:
    change.decision, change.decision_reason = decision, reason.strip()
    change.decided, change.decided_by_id = timezone.now(), actor.pk
    change.save(update_fields=["decision", "decision_reason", "decided", "decided_by"])
    record(
        actor=actor,
        act=act,
        object_kind="joint_agreement",
        object_id=change.agreement.code,
        details={"change": change.pk, "kind": change.kind, "decision": decision},
    )
    return change
