"""Which case an actor may touch, and the lines that each act leaves in the case's timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypeVar

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, not_yours, require_compartment
from clew.node.cases.models import Case, Event
from clew.node.types import BadInput

CLOSED = ("closed", "closed_by_referral")
OfOneCase = TypeVar("OfOneCase", bound=models.Model)


def case_for(actor: Actor, case_id: int) -> Case:
    """The case, if the actor is in its team. A case that does not exist is refused in the same words."""
    case = Case.objects.filter(pk=case_id).select_related("compartment").first()
    if case is None:
        raise not_yours()
    require_compartment(actor, case.compartment_id)
    return case


def open_case_for(actor: Actor, case_id: int) -> Case:
    """The case, if it may still be worked on."""
    case = case_for(actor, case_id)
    if case.status in CLOSED:
        raise BadInput("", _("This case is closed."), _("Reopen it first; the file is kept as it was."))
    return case


def part_for(actor: Actor, model: type[OfOneCase], part_id: int) -> tuple[OfOneCase, Case]:
    """A part of a case (task, deadline, document, link) with its case, if the actor is in the case's team."""
    part: OfOneCase | None = QuerySet(model).filter(pk=part_id).first()
    if part is None:
        raise not_yours()
    return part, case_for(actor, getattr(part, "case_id", None) or 0)


def leave_trace(
    case: Case,
    actor: Actor,
    kind: str,
    *,
    url: str = "",
    at: dt.datetime | None = None,
    parameters: Mapping[str, object] | None = None,
    **named: str,
) -> Event:
    """Add a line to the timeline and move the case to the top of the list."""
    moment = at or timezone.now()
    Case.objects.filter(pk=case.pk).update(changed=moment)
    return Event.objects.create(
        case=case, at=moment, by_id=actor.pk, kind=kind, parameters={**(parameters or {}), **named}, url=url
    )


def required_text(value: str, field: str, longest: int) -> str:
    """The text without outer blanks; raises `BadInput` when it is empty or too long."""
    text = " ".join(value.split()) if longest <= 300 else value.strip()
    if not text:
        raise BadInput(field, _("Nothing is entered here."), _("Enter a text."))
    if len(text) > longest:
        raise BadInput(
            field,
            _("The text has %(length)d characters.") % {"length": len(text)},
            _("Shorten it to %(longest)d characters.") % {"longest": longest},
        )
    return text
