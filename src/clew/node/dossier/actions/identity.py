"""Judging that two entities are the same, and taking that back. No statement is moved by either."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.dossier.concerns import protects
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.dossier.concerning import categories_now, is_person
from clew.node.dossier.judgements import judgement_to_undo, led_to
from clew.node.dossier.models import Entity, Judgement, PersonKey
from clew.node.dossier.protecting import protect
from clew.node.dossier.reach import require_entity, require_reason
from clew.node.dossier.rows import members_of, refresh
from clew.node.types import BadInput
from clew.vocabulary.model import is_a


@action("dossier.merge_entities", permission="dossier.merge")
def merge_entities(*, actor: Actor, keep_id: int, other_id: int, reason: str) -> Judgement:
    """Judge two entities the same. Their statements are shown together, each to those who may see it."""
    keep, other = require_entity(actor, keep_id), require_entity(actor, other_id)
    reason = require_reason(reason)
    keep_root, other_root = keep.canonical_id or keep.pk, other.canonical_id or other.pk
    _require_mergeable(keep, other, same=keep_root == other_root)
    group = members_of([keep_root, other_root])
    if PersonKey.objects.filter(person_id__in=group, destroyed__isnull=False).exists():
        raise BadInput("other", _("One of them has been erased."), _("An erased person stays alone."))
    judgement = Judgement.objects.create(
        kept_id=keep_root, other_id=other_root, by_id=actor.pk, at=timezone.now(), reason=reason
    )
    Entity.objects.filter(id__in=[one for one, root in group.items() if root == other_root]).update(
        canonical_id=keep_root
    )
    _settle(keep, [group])
    record(
        actor=actor,
        act="dossier.merge_entities",
        object_kind="entity",
        object_id=keep_root,
        details={"other": other_root, "judgement": judgement.pk},
    )
    return judgement


@action("dossier.split_entity", permission="dossier.merge")
def split_entity(*, actor: Actor, entity_id: int, reason: str) -> Judgement:
    """Take back that this entity is the same as another: its own judgement, or the latest that was made into it."""
    entity = require_entity(actor, entity_id)
    reason = require_reason(reason)
    judgement = judgement_to_undo(entity.pk)
    if judgement is None:
        raise BadInput("", _("It was not merged with another entity."), _("Nothing is left to do."))
    require_entity(actor, judgement.kept_id)
    require_entity(actor, judgement.other_id)
    judgement.undone, judgement.undone_by_id, judgement.undone_reason = timezone.now(), actor.pk, reason
    judgement.save(update_fields=["undone", "undone_by", "undone_reason"])
    members = members_of([entity.canonical_id or entity.pk])
    leaving = led_to(judgement.other_id, members)
    Entity.objects.filter(id__in=leaving).exclude(pk=judgement.other_id).update(canonical_id=judgement.other_id)
    Entity.objects.filter(pk=judgement.other_id).update(canonical=None)
    _settle(entity, [leaving, members.keys() - leaving])
    record(
        actor=actor,
        act="dossier.split_entity",
        object_kind="entity",
        object_id=judgement.other_id,
        details={"kept": judgement.kept_id, "judgement": judgement.pk},
    )
    return judgement


def _require_mergeable(keep: Entity, other: Entity, *, same: bool) -> None:
    if same:
        raise BadInput("other", _("They are already one entity."), _("Choose two different ones."))
    if not (is_a(keep.schema, other.schema) or is_a(other.schema, keep.schema)):
        raise BadInput(
            "other",
            _("A %(one)s and a %(other)s cannot be the same.") % {"one": keep.schema, "other": other.schema},
            _("Choose two of the same kind."),
        )


def _settle(entity: Entity, groups: Iterable[Iterable[int]]) -> None:
    """Seal what must now be sealed: in each group the strictest category governs all of it."""
    everyone: set[int] = set()
    protected: dict[int, bool] = {}
    for group in map(set, groups):
        everyone |= group
        said = categories_now(group, timezone.now().date())
        protected |= dict.fromkeys(group, any(protects(category) for category in said.values()))
    if is_person(entity.schema):
        protect(protected)
    else:
        refresh(everyone)
