"""What a person is in this matter, and erasing a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.dossier.concerns import protects
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.discovery import offers
from clew.node.dossier.categories import check_category_until
from clew.node.dossier.concerning import categories_now, is_person
from clew.node.dossier.models import Entity, PersonCategory, PersonKey
from clew.node.dossier.protecting import protect
from clew.node.dossier.reach import require_entity, require_reason
from clew.node.dossier.resealing import blank_what_is_overwritten, forget_lookups
from clew.node.dossier.rows import members_of, refresh
from clew.node.types import BadInput
from clew.vocabulary.codelists import codelist

AFTER_BACKUP: Final = "erased after the backup that was brought back"
"""Why a person is erased again; who erased her and why stood in the log that was lost."""


@action("dossier.set_person_category", permission="dossier.category")
def set_person_category(
    *, actor: Actor, entity_id: int, category: str, expires: dt.date, reason: str
) -> PersonCategory:
    """Say what a person is, until when and why. Values about her or him are sealed or unsealed accordingly.

    Args:
        expires: the last day on which it holds; afterwards the category is unknown, which protects.

    Raises:
        BadInput: no such category; no last day, one that has passed, or one too far away.
    """
    person = _require_person(actor, entity_id)
    reason = require_reason(reason)
    now = timezone.now()
    if category not in codelist("person_categories"):
        raise BadInput("category", _("This is not a person category."), _("Choose one from the list."))
    if fault := check_category_until(expires, now.date()):
        raise BadInput("expires", *fault)
    group = members_of([person.canonical_id or person.pk])
    _require_not_erased(group)
    said = [
        PersonCategory.objects.create(
            person_id=member, category=category, entered_by_id=actor.pk, entered=now, expires=expires, reason=reason
        )
        for member in sorted(group)
    ]
    changed = protect(dict.fromkeys(group, protects(category)))
    record(
        actor=actor,
        act="dossier.set_person_category",
        object_kind="entity",
        object_id=person.pk,
        details={"category": category, "resealed": changed},
    )
    return next(one for one in said if one.person_id == person.pk)


@action("dossier.erase_person", permission="dossier.erase")
def erase_person(*, actor: Actor, entity_id: int, reason: str) -> None:
    """Destroy a person's key, and with it every identifying value that concerns her or him. It cannot be undone.

    Copies of the key in backups made earlier keep the values readable until those backups have expired. Apps that have
    told somebody else of her (`actions.person_erased`) end that in the same transaction.
    """
    person = _require_person(actor, entity_id)
    reason = require_reason(reason)
    group = members_of([person.canonical_id or person.pk])
    _require_not_erased(group)
    protect(dict.fromkeys(group, True))
    blank_what_is_overwritten()
    PersonKey.objects.filter(person_id__in=group).update(
        wrapped=None, destroyed=timezone.now(), destroyed_by=actor.pk, destroyed_reason=reason
    )
    forget_lookups(list(group))
    refresh(group)
    for ends in offers("person_erased", module="actions"):
        ends(actor=actor, persons=group)
    record(
        actor=actor,
        act="dossier.erase_person",
        object_kind="entity",
        object_id=person.pk,
        details={"keys": len(group)},
    )


@action("dossier.erase_again", permission="node.act")
def erase_again(*, actor: Actor, persons: Collection[int], now: dt.datetime) -> int:
    """Erase whom an older backup brought back: who has no key any more, and `persons`, erased since it was made.

    Returns:
        How many persons that were.
    """
    lost = set(PersonKey.objects.filter(wrapped=b"").values_list("person_id", flat=True))
    PersonKey.objects.filter(person_id__in=lost).update(
        wrapped=None, in_use=True, destroyed=now, destroyed_reason=AFTER_BACKUP
    )
    there = set(Entity.objects.filter(pk__in=persons).values_list("pk", flat=True))
    there -= set(PersonKey.objects.filter(person_id__in=there, wrapped=None).values_list("person_id", flat=True))
    protect(dict.fromkeys(there, True))
    blank_what_is_overwritten()
    PersonKey.objects.filter(person_id__in=there).update(wrapped=None, destroyed=now, destroyed_reason=AFTER_BACKUP)
    erased = lost | there
    forget_lookups(list(erased))
    refresh(erased)
    record(
        actor=actor, act="dossier.erase_again", object_kind="node", object_id="backup", details={"keys": len(erased)}
    )
    return len(erased)


@action("dossier.protect_expired", permission="dossier.category")
def protect_expired(*, actor: Actor) -> int:
    """Protect the persons whose category has expired, since an expired category is an unknown one.

    Returns:
        The number of persons put under protection. The worker calls it once a day.
    """
    today = timezone.now().date()
    expired = PersonCategory.objects.filter(expires__lt=today).values_list("person_id", flat=True)
    candidates = set(expired) - set(PersonKey.objects.filter(in_use=True).values_list("person_id", flat=True))
    now_unknown = [person for person, said in categories_now(candidates, today).items() if protects(said)]
    roots = Entity.objects.filter(id__in=now_unknown).values_list("canonical_id", "id")
    group = members_of({canonical or own for canonical, own in roots})
    protect(dict.fromkeys(group, True))
    record(
        actor=actor,
        act="dossier.protect_expired",
        object_kind="entity",
        object_id="",
        details={"persons": len(group)},
    )
    return len(group)


def _require_person(actor: Actor, entity_id: int) -> Entity:
    entity = require_entity(actor, entity_id)
    if not is_person(entity.schema):
        raise BadInput("", _("This is not a person."), _("Open a person's page."))
    return entity


def _require_not_erased(group: dict[int, int]) -> None:
    if PersonKey.objects.filter(person_id__in=group, destroyed__isnull=False).exists():
        raise BadInput("", _("This person has been erased."), _("Nothing is left to do."))
