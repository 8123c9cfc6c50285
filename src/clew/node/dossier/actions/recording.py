"""Recording a source with its facts: whole, or in portions where it is long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import Actor, action, require_compartment
from clew.node.audit.actions import record
from clew.node.dossier.checking import Faults, check_source
from clew.node.dossier.intake import Intake
from clew.node.dossier.models import Source
from clew.node.dossier.reach import reachable
from clew.node.types import BadInput, BadInputs


@action("dossier.record_source", permission="dossier.record")
def record_source(*, actor: Actor, compartment_id: int, draft: SourceDraft) -> Source:
    """Record a source with all its entities and statements; all or nothing.

    Raises:
        BadInputs: with `field` = `statements.<number>.<property>`, an entity's key, or a field of the source.
        Refused: the compartment, or an entity named by `existing_id`, is not one the actor may see.
    """
    require_compartment(actor, compartment_id)
    _require_existing(actor, draft.entities)
    now = timezone.now()
    source = _store(actor, compartment_id, draft, now)
    source.entity_numbers = Intake(source, officer_id=actor.pk, now=now).write(draft.entities, draft.statements)
    record(
        actor=actor,
        act="dossier.record_source",
        object_kind="source",
        object_id=source.pk,
        details={
            "compartment": compartment_id,
            "kind": source.kind,
            "handling": source.handling,
            "entities": len(draft.entities),
            "statements": len(draft.statements),
        },
    )
    return source


@action("dossier.start_source", permission="dossier.record")
def start_source(*, actor: Actor, compartment_id: int, draft: SourceDraft) -> Source:
    """Record a source whose facts follow in portions (`append_to_source`); the draft holds none itself."""
    require_compartment(actor, compartment_id)
    if draft.entities or draft.statements:
        raise BadInput("", _("A source in portions starts without facts."), _("Append them, or record it whole."))
    source = _store(actor, compartment_id, draft, timezone.now())
    record(
        actor=actor,
        act="dossier.start_source",
        object_kind="source",
        object_id=source.pk,
        details={"compartment": compartment_id, "kind": source.kind, "handling": source.handling},
    )
    return source


@action("dossier.append_to_source", permission="dossier.record")
def append_to_source(
    *, actor: Actor, source_id: int, entities: Sequence[EntityDraft], statements: Sequence[StatementDraft]
) -> Mapping[str, int]:
    """Add one portion to a started source. Every statement must say whom it concerns, be it nobody.

    Returns:
        The number of each entity by its key, to be named as `existing_id` in later portions.
    """
    source = Source.objects.filter(pk=source_id, undone__isnull=True).first()
    if source is None:
        raise BadInput("", _("There is no such source, or it was undone."), _("Start a new one."))
    require_compartment(actor, source.compartment_id)
    _require_existing(actor, entities)
    intake = Intake(source, officer_id=actor.pk, now=timezone.now(), defaults=False)
    numbers = intake.write(entities, statements)
    record(
        actor=actor,
        act="dossier.append_to_source",
        object_kind="source",
        object_id=source.pk,
        details={"entities": len(entities), "statements": len(statements)},
    )
    return numbers


def _require_existing(actor: Actor, entities: Sequence[EntityDraft]) -> None:
    wanted = {entity.existing_id for entity in entities if entity.existing_id is not None}
    if not wanted:
        return
    missing = wanted - reachable(actor, wanted)
    if missing:
        raise BadInputs(
            [
                BadInput(
                    entity.key,
                    _("There is no such entity in the dossiers you may see."),
                    _("Choose one that is, or record a new one."),
                )
                for entity in entities
                if entity.existing_id in missing
            ]
        )


def _store(actor: Actor, compartment_id: int, draft: SourceDraft, now: dt.datetime) -> Source:
    faults = Faults()
    check_source(draft, faults)
    faults.refuse()
    return Source.objects.create(
        compartment_id=compartment_id,
        kind=draft.kind,
        title=draft.title.strip(),
        owner=draft.owner,
        reliability=draft.reliability,
        handling=draft.handling,
        handling_text=draft.handling_text,
        purpose=draft.purpose,
        basis=draft.basis,
        language=draft.language,
        retain_until=draft.retain_until,
        received_letter=draft.received_letter,
        chain=list(draft.chain),
        recorded=now,
        recorded_by_id=actor.pk,
    )
