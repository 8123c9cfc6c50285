"""Finds or numbers the entities of a draft: what each key stands for in the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clew.dossier.types import EntityDraft
from clew.node.dossier.bulk import chunks
from clew.node.dossier.checking import Faults, check_entities
from clew.node.dossier.concerning import is_person
from clew.node.dossier.keyring import keys_of
from clew.node.dossier.models import Entity
from clew.node.dossier.sequence import reserve
from clew.vocabulary.model import UnknownSchema, is_a, schema


@dataclass(frozen=True, slots=True)
class Known:
    """An entity of the draft with its number in the store and the schema it really has."""

    id: int
    schema: str
    new: bool
    person: bool


def know(entities: Sequence[EntityDraft], today: dt.date, faults: Faults) -> dict[str, Known]:
    """What each key stands for; new entities get numbers and are not yet written."""
    for draft in entities:
        if not _recordable(draft.schema, new=draft.existing_id is None):
            faults.add(
                draft.key,
                _("“%(schema)s” is not a kind of entity that can be recorded.") % {"schema": draft.schema},
                _("Choose a kind from the list, for instance Person or Company."),
            )
    faults.refuse()
    check_entities(entities, today, faults)
    existing = _schemata(draft.existing_id for draft in entities if draft.existing_id is not None)
    fresh = iter(reserve(Entity, sum(draft.existing_id is None for draft in entities)))
    known: dict[str, Known] = {}
    for draft in entities:
        if draft.existing_id is None:
            known[draft.key] = Known(next(fresh), draft.schema, True, is_person(draft.schema))
            continue
        real = existing.get(draft.existing_id)
        if real is None or not is_a(real, draft.schema):
            faults.add(draft.key, _("There is no such entity of this kind."), _("Choose one that is in the dossier."))
        else:
            known[draft.key] = Known(draft.existing_id, real, False, is_person(real))
    faults.refuse()
    return known


def old_keys(known: dict[str, Known], faults: Faults) -> dict[int, bytes | None]:
    """The data keys of the persons already in the store; an erased person is a fault."""
    keys = keys_of(one.id for one in known.values() if one.person and not one.new)
    for key, one in known.items():
        if one.id in keys and keys[one.id] is None:
            faults.add(
                key,
                _("This person has been erased, and nothing more can be recorded about that person."),
                _("If it must be recorded, record a new person."),
            )
    faults.refuse()
    return keys


def _recordable(name: str, *, new: bool) -> bool:
    try:
        return not (new and schema(name).abstract)
    except UnknownSchema:
        return False


def _schemata(ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in chunks(set(ids)):
        found |= dict(Entity.objects.filter(id__in=chunk).values_list("id", "schema"))
    return found
