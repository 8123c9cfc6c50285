"""Who works on a case, and so may know what is in it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, action, add_to_case_team, remove_from_case_team
from clew.node.audit.actions import record
from clew.node.cases.access import case_for, leave_trace
from clew.node.cases.models import Case
from clew.node.types import BadInput


@action("cases.add_to_team", permission="case.team")
def add_to_team(*, actor: Actor, case_id: int, officer_id: int) -> Case:
    """Let an officer know and work on the case."""
    case = case_for(actor, case_id)
    officer = Officer.objects.filter(pk=officer_id, is_active=True).first()
    if officer is None:
        raise BadInput("officer", _("There is no such officer."), _("Choose one from the list."))
    if case.compartment.members.filter(officer=officer).exists():
        raise BadInput("officer", _("This officer is already in the team."), _("Choose another officer."))
    add_to_case_team(actor=actor, compartment=case.compartment, officer=officer)
    leave_trace(case, actor, "team.added", officer=str(officer))
    record(actor=actor, act="cases.add_to_team", object_kind="case", object_id=case.pk, details={"officer": officer_id})
    return case


@action("cases.remove_from_team", permission="case.team")
def remove_from_team(*, actor: Actor, case_id: int, officer_id: int) -> Case:
    """End an officer's access to the case; open tasks go back to the team. The last member stays."""
    case = case_for(actor, case_id)
    member = case.compartment.members.select_related("officer").filter(officer_id=officer_id).first()
    if member is None:
        raise BadInput("officer", _("This officer is not in the team."), _("Reload the page."))
    remove_from_case_team(actor=actor, compartment=case.compartment, officer=member.officer)
    case.tasks.filter(assigned_id=officer_id, done=None).update(assigned=None)
    leave_trace(case, actor, "team.removed", officer=str(member.officer))
    record(
        actor=actor,
        act="cases.remove_from_team",
        object_kind="case",
        object_id=case.pk,
        details={"officer": officer_id},
    )
    return case
