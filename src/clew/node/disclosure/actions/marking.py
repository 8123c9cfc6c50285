"""Marks on sources and statements: anybody on the case may make the rules stricter, few may lift that again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.records import digest
from clew.node.accounts.actions import Actor, Officer, Refused, action, not_yours, require_compartment, sign_as_officer
from clew.node.accounts.queries import permissions_of
from clew.node.audit.actions import record
from clew.node.disclosure.access import officer_id
from clew.node.disclosure.marks import KINDS
from clew.node.disclosure.models import Mark
from clew.node.disclosure.reach import compartment_of_source, source_of_statement
from clew.node.types import BadInput

if TYPE_CHECKING:
    from clew.node.accounts.actions import StepUp


@action("disclosure.set_mark", permission="mark.set")
def set_mark(
    *,
    actor: Actor,
    kind: str,
    reason: str,
    source_id: int = 0,
    statement_id: int | None = None,
    detail: str = "",
    review: dt.date | None = None,
) -> Mark:
    """Mark a source, or one statement of it; the rules see it from now on, in open decisions too.

    Args:
        kind: a code of `marks.KINDS`. source_id: not needed with a statement. detail: the agreement's code for joint
            material. review: when to look again; needed for what is on hold.

    Raises:
        Refused: the source is not the actor's, or she may not set a mark that loosens.
        BadInput: an unknown kind, no reason, no agreement, no review date, or the same mark stands already.
    """
    source = _reachable(actor, source_of_statement(statement_id) if statement_id is not None else source_id)
    if kind not in KINDS:
        raise BadInput("kind", _("This code is unknown."), _("Choose one from the list."))
    if not KINDS[kind].restricts and not _may_loosen(actor):
        raise Refused(
            _("This mark lets more leave, so your role cannot set it."), _("Ask a prosecutor or a legal adviser.")
        )
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why."))
    if kind == "joint" and not detail.strip():
        raise BadInput("detail", _("No agreement is named."), _("Name the joint-investigation agreement."))
    if kind == "on_hold" and (review is None or review <= timezone.now().date()):
        raise BadInput("review", _("No day is set on which to look again."), _("Enter a day in the future."))
    standing = Mark.objects.filter(source_id=source, kind=kind, detail=detail.strip(), lifted__isnull=True)
    if any(each.statement_id == statement_id for each in standing):
        raise BadInput("kind", _("This mark stands already."), _("Nothing is left to do."))
    made = Mark.objects.create(
        source_id=source,
        statement_id=statement_id,
        kind=kind,
        detail=detail.strip(),
        reason=reason.strip(),
        review=review,
        recorded_by_id=officer_id(actor),
        recorded=timezone.now(),
    )
    _recorded(actor, "disclosure.set_mark", made)
    return made


@action("disclosure.lift_mark", permission="mark.lift")
def lift_mark(*, actor: Actor, mark_id: int, reason: str, step_up: StepUp) -> Mark:
    """Lift a mark, signed; it stays in the history with who set and who lifted it.

    Raises:
        Refused: the source is not the actor's, or she set the mark herself: a second person looks. Or no person acts.
        BadInput: no reason, it is lifted already, or the proof of presence is none.
    """
    found = Mark.objects.select_for_update().filter(pk=mark_id).first()
    if found is None:
        raise not_yours()
    _reachable(actor, found.source_id)
    if found.recorded_by_id is not None and found.recorded_by_id == officer_id(actor):
        raise Refused(_("You set this mark yourself, so another must lift it."), _("Ask a colleague with your role."))
    if found.lifted is not None:
        raise BadInput("", _("This mark is lifted already."), _("Nothing is left to do."))
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why."))
    if not isinstance(actor, Officer):
        raise Refused(_("Only a human lifts a mark."), _("A legal adviser or a prosecutor of the team can."))
    signature = sign_as_officer(officer=actor, digest=mark_digest(found), step_up=step_up)
    found.lifted, found.lifted_by_id, found.lifted_reason = timezone.now(), actor.pk, reason.strip()
    found.lifted_proof = signature.as_json()
    found.save(update_fields=["lifted", "lifted_by", "lifted_reason", "lifted_proof"])
    _recorded(actor, "disclosure.lift_mark", found)
    return found


def mark_digest(mark: Mark) -> bytes:
    """What the officer who lifts a mark signs: which one, on what, since when."""
    signed = {
        "act": "disclosure.lift_mark",
        "mark": mark.pk,
        "kind": mark.kind,
        "source": mark.source_id,
        "statement": mark.statement_id,
        "recorded": mark.recorded.isoformat(),
    }
    return bytes.fromhex(digest(signed))


def _reachable(actor: Actor, source: int | None) -> int:
    """The source, if it is the actor's; one that does not exist is refused in the same words."""
    compartment = compartment_of_source(source) if source else None
    if source is None or compartment is None:
        raise not_yours()
    require_compartment(actor, compartment)
    return source


def _may_loosen(actor: Actor) -> bool:
    return isinstance(actor, Officer) and "mark.lift" in permissions_of(actor)


def _recorded(actor: Actor, act: str, mark: Mark) -> None:
    record(
        actor=actor, act=act, object_kind="source", object_id=mark.source_id,
        details={"mark": mark.pk, "kind": mark.kind, "statement": mark.statement_id},
    )  # fmt: skip
