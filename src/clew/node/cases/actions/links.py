"""What a case looks at and is tied to: entries of the dossier, partners' references, notes, events."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.cases.access import case_for, leave_trace, open_case_for, part_for, required_text
from clew.node.cases.models import Case, CaseEntity, CaseReference, Event
from clew.node.cases.timeline import SENTENCES
from clew.node.dossier.queries import captions
from clew.node.partners.queries import party
from clew.node.types import BadInput


@action("cases.link_entity", permission="case.work")
def link_entity(*, actor: Actor, case_id: int, entity_id: int) -> CaseEntity:
    """Let the case look at an entry of the dossier that this case's own compartment knows."""
    case = open_case_for(actor, case_id)
    link, made = CaseEntity.objects.get_or_create(case=case, entity_id=entity_id, defaults={"linked": timezone.now()})
    if not made:
        raise BadInput("entity", _("This entry is already linked to the case."), _("Open it from the case page."))
    if entity_id not in captions([entity_id], [case.compartment_id]):
        # Said of an entry that does not exist too, so that nobody can probe what other teams know.
        raise BadInput(
            "entity",
            _("The team of this case knows nothing of such an entry."),
            _("Record a source of this case that speaks of it first."),
        )
    leave_trace(case, actor, "entity.linked", url=f"/dossier/{entity_id}/")
    record(actor=actor, act="cases.link_entity", object_kind="case", object_id=case.pk, details={"entity": entity_id})
    return link


@action("cases.link_entities", permission="case.work")
def link_entities(*, actor: Actor, case_id: int, entity_ids: Sequence[int]) -> int:
    """Let the case look at every entry that a letter or an import brought; those it looks at already stay as they are.

    Returns:
        How many are new. Entries that the case's own compartment does not know are left out.
    """
    case = open_case_for(actor, case_id)
    linked = set(CaseEntity.objects.filter(case=case).values_list("entity_id", flat=True))
    known = captions(list(entity_ids), [case.compartment_id])
    new = [entity for entity in entity_ids if entity in known and entity not in linked]
    now = timezone.now()
    CaseEntity.objects.bulk_create(CaseEntity(case=case, entity_id=entity, linked=now) for entity in new)
    if new:
        leave_trace(case, actor, "entities.linked", count=str(len(new)))
    record(
        actor=actor, act="cases.link_entities", object_kind="case", object_id=case.pk, details={"entities": len(new)}
    )
    return len(new)


@action("cases.unlink_entity", permission="case.work")
def unlink_entity(*, actor: Actor, link_id: int) -> Case:
    """Stop looking at an entry; what is known about it stays in the dossier."""
    link, case = part_for(actor, CaseEntity, link_id)
    entity_id = link.entity_id
    link.delete()
    leave_trace(case, actor, "entity.unlinked", url=f"/dossier/{entity_id}/")
    record(actor=actor, act="cases.unlink_entity", object_kind="case", object_id=case.pk, details={"entity": entity_id})
    return case


@action("cases.link_reference", permission="case.work")
def link_reference(*, actor: Actor, case_id: int, party_uid: str, reference: str) -> CaseReference:
    """Note the reference under which a partner keeps its own file. There is no global case: links are pairwise.

    Linking the same reference again changes nothing, since every letter of a thread names it.
    """
    case = open_case_for(actor, case_id)
    reference = required_text(reference, "reference", 80)
    partner = party(party_uid)
    if partner is None or partner.is_own:
        raise BadInput("party", _("This partner is not in the directory."), _("Choose one from the directory."))
    link, made = CaseReference.objects.get_or_create(
        case=case, party=party_uid, reference=reference, defaults={"linked": timezone.now()}
    )
    if made:
        leave_trace(case, actor, "reference.linked", party=partner.name, reference=reference)
    record(actor=actor, act="cases.link_reference", object_kind="case", object_id=case.pk, details={"party": party_uid})
    return link


@action("cases.note", permission="case.work")
def note(*, actor: Actor, case_id: int, text: str) -> Event:
    """Write a line into the timeline. It cannot be changed later: a second note corrects the first."""
    case = case_for(actor, case_id)
    event = leave_trace(case, actor, "note", text=required_text(text, "text", 4000))
    record(actor=actor, act="cases.note", object_kind="case", object_id=case.pk, details={"event": event.pk})
    return event


@action("cases.record_event", permission="case.work")
def record_event(*, actor: Actor, case_id: int, kind: str, url: str = "", **parameters: str) -> Event:
    """Let another room say in the timeline what happened there; `kind` must be one of `timeline.SENTENCES`."""
    case = case_for(actor, case_id)
    if kind not in SENTENCES:
        raise BadInput("kind", _("This kind of event is unknown."), _("Use a kind that the timeline has words for."))
    event = leave_trace(case, actor, kind, url=url, parameters=parameters)
    record(
        actor=actor,
        act="cases.record_event",
        object_kind="case",
        object_id=case.pk,
        details={"event": event.pk, "kind": kind},
    )
    return event
