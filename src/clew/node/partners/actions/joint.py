"""The register of joint-investigation agreements: what is entered. What widens waits for a second officer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.partners.joint import JointState, content_of, state_on, with_content
from clew.node.partners.joint_checking import (
    JointDraft,
    basis_problem,
    draft_problems,
    member_problem,
    require_sentence,
    term_problems,
)
from clew.node.partners.models import JointAgreement, JointChange
from clew.node.types import BadInput, BadInputs


@action("partners.register_joint_agreement", permission="joint.register")
def register_joint_agreement(*, actor: Actor, draft: JointDraft) -> JointAgreement:
    """Enter an agreement on a joint investigation. It holds once a second officer confirms it.

    Raises:
        BadInputs: every fault of the draft at once, each with its field and cure.
    """
    problems = draft_problems(draft)
    if problems:
        raise BadInputs(problems)
    agreement = JointAgreement.objects.create(
        code=draft.code, fictional=draft.fictional, registered=timezone.now(), registered_by_id=actor.pk
    )
    members = [{"party": uid, "basis": draft.bases.get(uid, "")} for uid in draft.members]
    content = {**content_of(draft.terms), "members": members}
    change = _enter(actor, agreement, "registered", draft.terms.period_from, content=content)
    _record(actor, "partners.register_joint_agreement", change)
    return agreement


@action("partners.amend_joint_agreement", permission="joint.register")
def amend_joint_agreement(
    *, actor: Actor, code: str, day: dt.date, text: str, changes: Mapping[str, Any], signed_by: Sequence[str]
) -> JointChange:
    """Enter an amendment. Once a second officer confirms it, only the amended agreement holds from that day.

    Args:
        day: from which day it holds. text: what the parties agreed, in words.
        changes: the terms it sets, by the names of `JointTerms`, dates as dates; `period_from` cannot be amended.
        signed_by: uids of the members that signed it: all that are members on that day.

    Raises:
        BadInput, BadInputs: nothing changes, a term is wrong, or a member has not signed.
    """
    agreement, state = _standing(code, day)
    require_sentence("text", text)
    if not state.in_period(day):
        raise BadInput("day", _("The day lies outside the agreed period."), _("Enter a day within it."))
    latest = agreement.changes.filter(kind="amended").exclude(decision="declined").order_by("-day").first()
    if latest is not None and day < latest.day:
        raise BadInput("day", _("A later amendment is in the register already."), _("Enter that day or one after it."))
    before = content_of(state.terms)
    content = {name: value for name, value in _as_json(changes).items() if before[name] != value}
    if not content or "period_from" in content:
        raise BadInput("", _("The amendment changes nothing that can be amended."), _("Change at least one term."))
    amended = with_content(state.terms, content)
    problems = term_problems(amended)
    if amended.lead not in state.members:
        problems.append(BadInput("lead", _("The lead is no member on that day."), _("Choose one of the members.")))
    if set(signed_by) != set(state.members):
        problems.append(
            BadInput(
                "signed_by",
                _("Not every member has signed, or someone who is no member on that day."),
                _("An amendment holds only once each member has signed it. Enter it then."),
            )
        )
    if problems:
        raise BadInputs(problems)
    number = agreement.changes.filter(kind="amended").count() + 1
    change = _enter(actor, agreement, "amended", day, content=content, text=text, signed_by=signed_by, number=number)
    _record(actor, "partners.amend_joint_agreement", change)
    return change


@action("partners.add_joint_member", permission="joint.register")
def add_joint_member(
    *, actor: Actor, code: str, party_uid: str, day: dt.date, basis: str = "", text: str = ""
) -> JointChange:
    """Enter a further member from a day; it is one once a second officer confirms.

    Args:
        basis: short name of the instrument that is the member's own basis, where its state is a third country.
    """
    agreement, state = _standing(code, day)
    for problem in (member_problem(party_uid), basis_problem(basis)):
        if problem is not None:
            raise problem
    waiting = agreement.changes.filter(kind="joined", party=party_uid, decision="").exists()
    if party_uid in state.members or waiting:
        raise BadInput("party", _("It is a member already, or waits to become one."), _("Choose another party."))
    if not state.in_period(day):
        raise BadInput("day", _("The day lies outside the agreed period."), _("Enter a day within it."))
    change = _enter(actor, agreement, "joined", day, party=party_uid, content={"basis": basis}, text=text)
    _record(actor, "partners.add_joint_member", change)
    return change


@action("partners.set_joint_basis", permission="joint.register")
def set_joint_basis(*, actor: Actor, code: str, party_uid: str, day: dt.date, basis: str) -> JointChange:
    """Enter a member's own basis, or (with "") that it has none any more. The latter holds at once."""
    agreement, state = _standing(code, day)
    _require_member(state, party_uid)
    problem = basis_problem(basis)
    if problem is not None:
        raise problem
    if state.members[party_uid].basis == basis:
        raise BadInput("basis", _("This is its basis already."), _("Choose another instrument."))
    content = {"basis": basis}
    change = _enter(actor, agreement, "basis", day, party=party_uid, content=content, at_once=not basis)
    _record(actor, "partners.set_joint_basis", change)
    return change


@action("partners.remove_joint_member", permission="joint.register")
def remove_joint_member(*, actor: Actor, code: str, party_uid: str, day: dt.date, reason: str) -> JointChange:
    """Say from which day a party is no member any more. It holds without a second officer."""
    agreement, state = _standing(code, day)
    _require_member(state, party_uid)
    require_sentence("reason", reason)
    change = _enter(actor, agreement, "left", day, party=party_uid, text=reason, at_once=True)
    _record(actor, "partners.remove_joint_member", change)
    return change


@action("partners.suspend_joint_agreement", permission="joint.suspend")
def suspend_joint_agreement(*, actor: Actor, code: str, day: dt.date, reason: str) -> JointChange:
    """Stop everything under an agreement from a day. It holds without a second officer."""
    agreement, state = _standing(code, day)
    require_sentence("reason", reason)
    if state.suspended_since is not None:
        raise BadInput("", _("It is suspended on that day already."), _("Reload the page."))
    change = _enter(actor, agreement, "suspended", day, text=reason, at_once=True)
    _record(actor, "partners.suspend_joint_agreement", change)
    return change


@action("partners.resume_joint_agreement", permission="joint.register")
def resume_joint_agreement(*, actor: Actor, code: str, day: dt.date, reason: str) -> JointChange:
    """Enter that a suspension ends on a day; it ends once a second officer confirms."""
    agreement, state = _standing(code, day)
    require_sentence("reason", reason)
    if state.suspended_since is None:
        raise BadInput("", _("It is not suspended on that day."), _("Reload the page."))
    if agreement.changes.filter(kind="resumed", decision="").exists():
        raise BadInput("", _("This waits for a second officer already."), _("Ask a colleague to confirm it."))
    change = _enter(actor, agreement, "resumed", day, text=reason)
    _record(actor, "partners.resume_joint_agreement", change)
    return change


def _standing(code: str, day: dt.date) -> tuple[JointAgreement, JointState]:
    agreement = JointAgreement.objects.select_for_update().filter(code=code).first()
    if agreement is None:
        raise BadInput("code", _("There is no such agreement."), _("Choose one from the register."))
    state = state_on(agreement.changes.select_related("decided_by"), day)
    if state is None:
        raise BadInput("", _("No second officer has confirmed this agreement."), _("Have it confirmed first."))
    return agreement, state


def _require_member(state: JointState, party_uid: str) -> None:
    if party_uid not in state.members:
        raise BadInput("party", _("It is no member on that day."), _("Choose one of the members, or another day."))


def _enter(
    actor: Actor,
    agreement: JointAgreement,
    kind: str,
    day: dt.date,
    *,
    party: str = "",
    content: Mapping[str, Any] | None = None,
    text: str = "",
    signed_by: Sequence[str] = (),
    number: int | None = None,
    at_once: bool = False,
) -> JointChange:
    now = timezone.now()
    return JointChange.objects.create(
        agreement=agreement,
        kind=kind,
        day=day,
        party=party,
        number=number,
        content=dict(content or {}),
        text=text.strip(),
        signed_by=list(signed_by),
        entered=now,
        entered_by_id=actor.pk,
        decision="at_once" if at_once else "",
        decided=now if at_once else None,
        decided_by_id=actor.pk if at_once else None,
    )


def _as_json(content: Mapping[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, dt.date):
            return value.isoformat()
        return list(value) if isinstance(value, tuple | list) else value

    return {name: plain(value) for name, value in content.items()}


def _record(actor: Actor, act: str, change: JointChange) -> None:
    record(
        actor=actor,
        act=act,
        object_kind="joint_agreement",
        object_id=change.agreement.code,
        details={"change": change.pk, "kind": change.kind, "day": change.day.isoformat(), "party": change.party},
    )
