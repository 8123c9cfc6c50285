"""Second approvals: another officer, in the role the rule names, for exactly what she saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clew.disclosure.records import digest
from clew.node.accounts.actions import NODE, Actor, Officer, Refused, action, sign_as_officer
from clew.node.accounts.queries import members_of
from clew.node.cases.actions import APPROVAL_ASKED, Asked, Code, add_task, finish_tasks_at
from clew.node.disclosure.access import decision_to_answer, open_decision_for
from clew.node.disclosure.actions.deciding import keep, record_decision
from clew.node.disclosure.approvers import Answers, officers_for
from clew.node.disclosure.deriving import derive
from clew.node.disclosure.holding import recognition_open
from clew.node.disclosure.models import Approval, ApprovalAsk, Decision
from clew.node.types import BadInput

if TYPE_CHECKING:
    from clew.node.accounts.actions import StepUp


TEAM_TASK = "release.approver_missing"


@action("disclosure.ask_for_approval", permission="release.draft")
def ask_for_approval(*, actor: Actor, decision_id: int, role: str, officer_id: int | None = None) -> None:
    """Put the open approval before everyone who holds the role in the case's team, or before one named officer.

    A named officer who is not in the team sees this decision while it is open, and nothing else of the case.

    Raises:
        BadInput: no approval in the role is missing, or the named officer cannot give it.
    """
    decision = open_decision_for(actor, decision_id)
    if role not in missing_roles(decision):
        raise BadInput("role", _("No approval in this role is missing."), _("Look at the decision again."))
    if officer_id is not None:
        _check_asked(decision, role, officer_id)
    of_whom = Q(officer__isnull=True) if officer_id is None else Q(officer_id=officer_id)
    now = timezone.now()
    if ApprovalAsk.objects.filter(of_whom, decision=decision, role=role).update(asked=now, asked_by_id=actor.pk):
        record_decision(actor, "disclosure.ask_for_approval", decision, {"role": role, "asked": officer_id})
        return
    ApprovalAsk.objects.create(decision=decision, role=role, officer_id=officer_id, asked=now, asked_by_id=actor.pk)
    if officer_id is None:
        url = f"{_address(decision)}?role={role}"
        add_task(
            actor=NODE,
            case_id=decision.release.case_id,
            title=Asked(
                gettext_noop("Approve or refuse as %(role)s: %(subject)s"),
                {"role": Code("roles", role), "subject": decision.release.subject},
            ),
            kind=APPROVAL_ASKED,
            role=role,
            url=url,
        )
    record_decision(actor, "disclosure.ask_for_approval", decision, {"role": role, "asked": officer_id})


@action("disclosure.ask_for_team_member", permission="release.draft")
def ask_for_team_member(*, actor: Actor, decision_id: int, role: str) -> None:
    """Ask whoever leads the case to add an officer who holds the role: nobody in the team does.

    Raises:
        BadInput: no approval in the role is missing, somebody in the team holds it, or the letter has no case.
    """
    decision = open_decision_for(actor, decision_id)
    case, compartment = decision.release.case, decision.release.compartment_id
    if role not in missing_roles(decision) or case is None or compartment is None:
        raise BadInput("role", _("No approval in this role is missing."), _("Look at the decision again."))
    team = members_of(compartment)
    release = decision.release
    holders = {each.pk for each in officers_for(role, release.post or release.recipient)} - {release.requested_by_id}
    if team.filter(pk__in=holders).exists():
        raise BadInput("role", _("Somebody in the team holds this role."), _("Ask for the approval."))
    lead = team.filter(pk=case.opened_by_id or 0).values_list("pk", flat=True).first()
    title = Asked(gettext_noop("Add an officer with this role to the team: %(role)s"), {"role": Code("roles", role)})
    add_task(actor=NODE, case_id=case.pk, title=title, kind=TEAM_TASK, assigned_id=lead, url=f"/cases/{case.pk}/team")
    record_decision(actor, "disclosure.ask_for_team_member", decision, {"role": role})


@action("disclosure.approve", permission="release.approve")
def approve(*, actor: Actor, decision_id: int, role: str, reason: str, step_up: StepUp) -> Decision:
    """Approve in a role, signed. The rules are asked again at once, with this approval among their inputs.

    Raises:
        Refused: the actor asked for the release herself, does not hold the role, or has answered in another role.
        BadInput: no such approval is missing, no reason is given, or something has changed since it was decided.
    """
    return _answer(actor, decision_id, role, reason, step_up, granted=True)


@action("disclosure.refuse_approval", permission="release.approve")
def refuse_approval(*, actor: Actor, decision_id: int, role: str, reason: str, step_up: StepUp) -> Decision:
    """Refuse in a role, signed: what waited for it is refused. Raises as `approve` does."""
    return _answer(actor, decision_id, role, reason, step_up, granted=False)


def missing_roles(decision: Decision) -> set[str]:
    """The roles whose approval a decision still waits for."""
    return {each["role"] for each in decision.outcome["missing"]}


def _answer(actor: Actor, decision_id: int, role: str, reason: str, step_up: StepUp, *, granted: bool) -> Decision:
    decision = decision_to_answer(actor, decision_id)
    officer = _other_officer(actor, decision)
    _check(officer, decision, role, reason)
    now = timezone.now()
    before = derive(decision.release, decision.approvals.order_by("pk"), now)
    if before.basis != decision.basis:
        raise BadInput("", _("Something has changed since this was decided."), _("Decide again, then go on."))
    if granted and before.unanswered:
        raise BadInput("", *recognition_open())
    signature = sign_as_officer(
        officer=officer, digest=approval_digest(decision, role, granted=granted), step_up=step_up
    )
    Approval.objects.create(
        decision=decision,
        role=role,
        officer_id=officer.pk,
        at=now,
        granted=granted,
        reason=reason.strip(),
        basis=decision.basis,
        method=signature.method,
        key_id=signature.key_id,
        public_key=signature.public_key,
        signature=signature.signature,
    )
    keep(decision, derive(decision.release, decision.approvals.order_by("pk"), now))
    finish_tasks_at(actor=actor, kind=APPROVAL_ASKED, url=f"{_address(decision)}?role={role}")
    record_decision(actor, "disclosure.approve" if granted else "disclosure.refuse_approval", decision)
    return decision


def approval_digest(decision: Decision, role: str, *, granted: bool) -> bytes:
    """What an approver signs: the basis she saw, her role and her answer."""
    return bytes.fromhex(digest({"basis": decision.basis, "role": role, "granted": granted}))


def _check_asked(decision: Decision, role: str, officer_id: int) -> None:
    if officer_id == decision.release.requested_by_id:
        raise BadInput("officer", _("She asked for this release herself."), _("Ask another officer."))
    recipient = decision.release.post or decision.release.recipient
    if officer_id not in {each.pk for each in officers_for(role, recipient)}:
        raise BadInput("officer", _("This officer does not hold the role."), _("Choose one from the list."))


def _address(decision: Decision) -> str:
    return f"/releases/decisions/{decision.pk}/approve/"


def _other_officer(actor: Actor, decision: Decision) -> Officer:
    if not isinstance(actor, Officer) or actor.pk == decision.release.requested_by_id:
        raise Refused(
            _("You asked for this release yourself, so you cannot approve it."),
            _("Another officer who holds the role must look at it."),
        )
    return actor


def _check(officer: Officer, decision: Decision, role: str, reason: str) -> None:
    if not Answers(officer).may(role, decision.release.post or decision.release.recipient):
        raise Refused(_("You do not hold the role this approval needs."), _("Ask an officer who holds it."))
    if decision.approvals.filter(officer_id=officer.pk).exists():
        raise Refused(
            _("You have already answered on this decision; one person counts for one role."),
            _("Another officer who holds the role must look at it."),
        )
    if role not in missing_roles(decision):
        raise BadInput("role", _("No approval in this role is missing."), _("Look at the decision again."))
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why you approve or refuse."))
