"""Which release an actor may touch, and what may still be done with it."""

from __future__ import annotations

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, not_yours, require_compartment
from clew.node.accounts.queries import permissions_of
from clew.node.disclosure.approvers import Answers
from clew.node.disclosure.models import ApprovalAsk, Decision, Release
from clew.node.types import BadInput

EDITABLE = (Release.State.DRAFT, Release.State.DECIDED)


def release_for(actor: Actor, release_id: int) -> Release:
    """The release, if the actor may know its case. One that does not exist is refused in the same words."""
    release = Release.objects.select_for_update().filter(pk=release_id).first()
    if release is None:
        raise not_yours()
    if release.compartment_id is not None:
        require_compartment(actor, release.compartment_id)
    return release


def editable_release_for(actor: Actor, release_id: int) -> Release:
    """The release, if it has neither been signed nor withdrawn."""
    release = release_for(actor, release_id)
    if release.state not in EDITABLE:
        raise BadInput(
            "", _("This release is signed or withdrawn and cannot be changed."), _("Draft a new one instead.")
        )
    return release


def decision_for(actor: Actor, decision_id: int) -> Decision:
    """The decision with its release, if the actor may know the case."""
    decision = Decision.objects.select_for_update().filter(pk=decision_id).first()
    if decision is None:
        raise not_yours()
    release_for(actor, decision.release_id)
    return decision


def decision_to_answer(actor: Actor, decision_id: int) -> Decision:
    """The open decision, if the actor may know its case, or was asked by name for an approval in a role she holds."""
    asked = asked_decisions(actor).filter(pk=decision_id) if isinstance(actor, Officer) else None
    if asked is None or not asked.exists():
        return open_decision_for(actor, decision_id)
    return _open(Decision.objects.select_for_update().get(pk=decision_id))


def asked_decisions(officer: Officer) -> QuerySet[Decision]:
    """The open decisions on which the officer was asked by name for an approval, in a role that she holds still."""
    if "release.approve" not in permissions_of(officer):
        return Decision.objects.none()
    answers = Answers(officer)
    asked = ApprovalAsk.objects.filter(officer=officer, decision__state=Decision.State.DECIDED)
    rows = asked.values_list("decision_id", "role", "decision__release__post", "decision__release__recipient")
    hers = {decision for decision, role, post, recipient in rows if answers.may(role, post or recipient)}
    return Decision.objects.filter(pk__in=hers, state=Decision.State.DECIDED)


def open_decision_for(actor: Actor, decision_id: int) -> Decision:
    """The decision, if it can still be approved or signed."""
    return _open(decision_for(actor, decision_id))


def _open(decision: Decision) -> Decision:
    if decision.state == Decision.State.STALE:
        raise BadInput("", _("Something has changed since this was decided."), _("Decide again, then go on."))
    if decision.state != Decision.State.DECIDED:
        raise BadInput("", _("This decision is signed or withdrawn."), _("Nothing more can be added to it."))
    return decision


def officer_id(actor: Actor) -> int | None:
    """The officer's number; None when the node itself acts."""
    return actor.pk if isinstance(actor, models.Model) else None
