"""Correcting and retracting statements, and taking a whole source back. Nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action, not_yours, require_compartment
from clew.node.audit.actions import record
from clew.node.dossier.checking import Faults, check_seen_on, cleaned_value, range_of
from clew.node.dossier.concerning import Placed, concerned_persons
from clew.node.dossier.keyring import keys_of
from clew.node.dossier.models import Source, SourcePerson, Statement, StatementEnd
from clew.node.dossier.reach import require_live_statement, require_reason
from clew.node.dossier.rows import refresh
from clew.node.dossier.sealing import Plain, Sealer, sealable
from clew.node.types import BadInput

CORRECTED = ("value", "original", "lang", "seen_on")


class Kept(Enum):
    """Stands for what a correction leaves as it was."""

    KEPT = auto()


KEPT: Final = Kept.KEPT


@dataclass(frozen=True, slots=True)
class Beside:
    """What a correction says beside the value; `KEPT` leaves it as it was."""

    original: str | Kept | None
    lang: str | Kept | None
    seen_on: dt.date | Kept | None


@action("dossier.correct_statement", permission="dossier.correct")
def correct_statement(
    *,
    actor: Actor,
    statement_id: int,
    value: str,
    reason: str,
    original: str | Kept | None = KEPT,
    lang: str | Kept | None = KEPT,
    seen_on: dt.date | Kept | None = KEPT,
) -> Statement:
    """Replace a statement by a newer one of the same source; the old one stays in the history.

    Original spelling, its language (BCP 47) and the day it was seen stay as they were unless others are given; empty
    takes them away.
    """
    old = require_live_statement(actor, statement_id)
    reason = require_reason(reason)
    now = timezone.now()
    new = _corrected(old, value, Beside(original, lang, seen_on), now.date())
    new.save(force_insert=True)
    _end(old, actor, reason, now, new)
    refresh([old.entity_id])
    record(
        actor=actor,
        act="dossier.correct_statement",
        object_kind="statement",
        object_id=old.pk,
        details={"replaced_by": new.pk, "entity": old.entity_id},
    )
    return new


@action("dossier.retract_statement", permission="dossier.correct")
def retract_statement(*, actor: Actor, statement_id: int, reason: str) -> None:
    """Say that a statement no longer stands; it stays in the history."""
    old = require_live_statement(actor, statement_id)
    reason = require_reason(reason)
    _end(old, actor, reason, timezone.now(), None)
    refresh([old.entity_id])
    record(
        actor=actor,
        act="dossier.retract_statement",
        object_kind="statement",
        object_id=old.pk,
        details={"entity": old.entity_id},
    )


@action("dossier.undo_source", permission="dossier.correct")
def undo_source(*, actor: Actor, source_id: int, reason: str) -> Source:
    """Take a whole source back: a mistaken form or import. Its statements stop counting and stay in the history."""
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise not_yours()
    require_compartment(actor, source.compartment_id)
    reason = require_reason(reason)
    if source.undone is not None:
        raise BadInput("", _("This source was already undone."), _("Nothing is left to do."))
    source.undone = timezone.now()
    source.undone_by_id = actor.pk
    source.undone_reason = reason
    source.save(update_fields=["undone", "undone_by", "undone_reason"])
    spoken = Statement.objects.filter(source=source).values_list("entity_id", flat=True)
    persons = SourcePerson.objects.filter(source=source).values_list("person_id", flat=True)
    refresh([*dict.fromkeys(spoken.iterator()), *persons])
    record(actor=actor, act="dossier.undo_source", object_kind="source", object_id=source.pk)
    return source


@action("dossier.note_replacement", permission="node.act")
def note_replacement(*, actor: Actor, statement_id: int, replaced_by: int) -> None:
    """Say which statement stands in the place of one that its sender corrected; what stands there already stays."""
    ended = StatementEnd.objects.filter(statement=statement_id, replaced_by=None)
    free = Statement.objects.filter(pk=replaced_by, replaces__isnull=True).exists()
    noted = ended.update(replaced_by=replaced_by) if free and replaced_by != statement_id else 0
    record(
        actor=actor,
        act="dossier.note_replacement",
        object_kind="statement",
        object_id=statement_id,
        details={"replaced_by": replaced_by, "noted": noted},
    )


def _corrected(old: Statement, value: str, beside: Beside, today: dt.date) -> Statement:
    schema, prop = old.entity.schema, old.prop.name
    if range_of(schema, prop) is not None:
        raise BadInput(
            "value", _("A link between two entities cannot be corrected."), _("Retract it and record the right one.")
        )
    faults = Faults()
    clean = cleaned_value(schema, prop, value, today, "value", faults)
    seen_on = old.seen_on if beside.seen_on is KEPT else beside.seen_on
    check_seen_on(seen_on, today, "seen_on", faults)
    if isinstance(beside.original, str) and "\x00" in beside.original:
        faults.add("original", _("The text contains a character without meaning (U+0000)."), _("Remove it."))
    faults.refuse()
    new = Statement(
        entity_id=old.entity_id, source_id=old.source_id, prop_id=old.prop_id, value=clean or "",
        lang=old.lang if beside.lang is KEPT else beside.lang or None, accuracy=old.accuracy, nature=old.nature,
        seen_on=seen_on, handling=old.handling, concern_set_id=old.concern_set_id,
    )  # fmt: skip
    persons, sealer = _sealer_of(new, schema)
    original = _original(old, persons, sealer) if beside.original is KEPT else beside.original or None
    new.original = original if original != new.value else None
    if old.sealed is None and all(getattr(new, name) == getattr(old, name) for name in CORRECTED):
        raise BadInput("value", _("This is the value it has already."), _("Enter the right one, or retract it."))
    if persons and sealable(schema, prop):
        plain = Plain(new.value, new.original)
        sealed, lookup = sealer.seal_value(persons, new.entity_id, schema, prop, plain)
        new.value, new.original, new.sealed, new.lookup = "", None, sealed, lookup
    return new


def _sealer_of(new: Statement, schema: str) -> tuple[frozenset[int], Sealer]:
    """The persons under whose keys it is sealed, none where it stays plain, and what seals and opens."""
    placed = Placed(0, new.entity_id, schema, new.source_id, new.concern_set_id)
    concerned = concerned_persons([placed])[0]
    keys = keys_of(concerned)
    if any(key is None for key in keys.values()):
        raise BadInput("", _("It concerns a person who has been erased."), _("Retract it instead."))
    sealer = Sealer(keys)
    return sealer.sealing(concerned), sealer


def _original(old: Statement, persons: frozenset[int], sealer: Sealer) -> str | None:
    """How the source spells it, as the old statement says, whether or not who corrects it may read that."""
    if old.sealed is None:
        return old.original
    plain = sealer.open(persons, old.entity_id, old.prop.name, bytes(old.sealed))
    return plain.original if plain else None


def _end(old: Statement, actor: Actor, reason: str, now: dt.datetime, new: Statement | None) -> None:
    StatementEnd.objects.create(statement=old, at=now, by_id=actor.pk, reason=reason, replaced_by=new)
