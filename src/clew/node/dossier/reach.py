"""Finds what an action is about, among what its actor may see; the rest is as if it were not there."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from clew.node.accounts.actions import NODE, Actor, not_yours, require_compartment
from clew.node.accounts.queries import seen_by
from clew.node.dossier.models import Entity, SourcePerson, Statement
from clew.node.types import BadInput


def reachable(actor: Actor, entity_ids: Collection[int]) -> set[int]:
    """Those of the entities that a source in one of the actor's compartments speaks of."""
    if actor is NODE:
        return set(Entity.objects.filter(id__in=entity_ids).values_list("id", flat=True))
    seen = seen_by(actor, "source__compartment_id")
    spoken = Statement.objects.filter(seen, entity_id__in=entity_ids, source__undone__isnull=True)
    persons = SourcePerson.objects.filter(seen, person_id__in=entity_ids, source__undone__isnull=True)
    return set(spoken.values_list("entity_id", flat=True).distinct()) | set(persons.values_list("person_id", flat=True))


def require_entity(actor: Actor, entity_id: int) -> Entity:
    """The entity; refuses alike where it does not exist and where the actor may not know of it."""
    if entity_id not in reachable(actor, [entity_id]):
        raise not_yours()
    return Entity.objects.get(pk=entity_id)


def require_live_statement(actor: Actor, statement_id: int) -> Statement:
    """A statement that still stands, in one of the actor's compartments."""
    found = Statement.objects.select_related("source", "entity", "prop").filter(pk=statement_id).first()
    if found is None:
        raise not_yours()
    require_compartment(actor, found.source.compartment_id)
    if hasattr(found, "end") or found.source.undone is not None:
        raise BadInput("", _("This statement no longer stands."), _("Open the dossier again and choose the newer one."))
    return found


def require_reason(reason: str) -> str:
    """The reason, without outer space; an act that changes what is known must be answered for."""
    if not reason.strip():
        raise BadInput("reason", _("There is no reason."), _("Write why, in a sentence."))
    return reason.strip()
