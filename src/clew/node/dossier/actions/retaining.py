"""Keeping a source longer after a review, or destroying what it said when its time is over (R31)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.dossier.rows import EXACT_TYPES, property_type
from clew.node.accounts.actions import Actor, Refused, action
from clew.node.audit.actions import record
from clew.node.dossier.bulk import chunks, update
from clew.node.dossier.concerning import statements_concerning
from clew.node.dossier.models import PersonKey, Source, SourcePerson, Statement, StatementEnd
from clew.node.dossier.reach import require_reason
from clew.node.dossier.reading import opened_values
from clew.node.dossier.resealing import blank_what_is_overwritten, scrub_search
from clew.node.dossier.rows import refresh

WORDY_TYPES = frozenset({"address", "text", "string"})


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What a source held until it was destroyed; lives in memory only, for the check that nothing of it is left.

    `values`: every value and original spelling. `telling`: those of kinds that point to someone or something, and that
    no other source still says. `statements`: their numbers.
    """

    source: int
    compartment: int
    letter: str
    title: str
    statements: tuple[int, ...]
    values: tuple[str, ...]
    telling: tuple[str, ...]
    said_elsewhere: int


@action("dossier.prolong_source", permission="retention.review")
def prolong_source(*, actor: Actor, source_id: int, until: dt.date, reason: str) -> Source:
    """Keep a source until a later day. How late that may be is the reviewer's rule, not this one's."""
    source = _kept_source(source_id)
    require_reason(reason)
    before, source.retain_until = source.retain_until, until
    source.save(update_fields=["retain_until"])
    record(
        actor=actor,
        act="dossier.prolong_source",
        object_kind="source",
        object_id=source.pk,
        details={"before": before.isoformat(), "until": until.isoformat()},
    )
    return source


@action("dossier.destroy_source", permission="retention.review")
def destroy_source(
    *, actor: Actor, source_id: int, reason: str, only: Collection[int] | None = None, recalled: bool = False
) -> Destroyed:
    """Retract every statement of a source and overwrite its values, sealed ones included. It cannot be undone.

    The rows stay without what they said, so that numbers in decisions still mean something.

    Args:
        only: the statements that are meant, where the rest of the source stays.
        recalled: it goes because its sender took it back, and not because its time is over.
    """
    source = _kept_source(source_id)
    require_reason(reason)
    meant = Statement.objects.filter(source=source)
    if only is not None:
        meant = meant.filter(pk__in=list(only))
    rows = list(meant.select_related("source", "prop", "entity", "end"))
    held = _held(source, rows)
    now, because = timezone.now(), _because(recalled=recalled)
    ended = [StatementEnd(statement=row, at=now, by_id=actor.pk, reason=because) for row in rows if not _ended(row)]
    StatementEnd.objects.bulk_create(ended, batch_size=1_000)
    StatementEnd.objects.filter(statement__in=rows).update(reason=because)
    blank_what_is_overwritten()
    for chunk in chunks(rows, 5_000):
        update(
            Statement,
            ("value", "original", "sealed", "lookup", "lang", "seen_on"),
            [("", None, None, None, None, None, row.pk) for row in chunk],
        )
    if only is None:
        Source.objects.filter(pk=source.pk).update(
            title=_("Deleted"), handling_text="", undone_reason=because, undone=source.undone or now,
            undone_by=source.undone_by_id or actor.pk,
        )  # fmt: skip
    persons = list(SourcePerson.objects.filter(source=source).values_list("person_id", flat=True))
    keys = _forget_keys(actor, persons, now, because)
    refresh([*dict.fromkeys(row.entity_id for row in rows), *persons])
    scrub_search()
    record(
        actor=actor,
        act="dossier.destroy_source",
        object_kind="source",
        object_id=source.pk,
        details={"statements": len(rows), "values": len(held.values), "keys": keys},
    )
    return held


def _forget_keys(actor: Actor, persons: list[int], now: dt.datetime, because: str) -> int:
    """Destroy the keys of those about whom nothing is sealed or recorded any more, so that copies are lost too."""
    live = SourcePerson.objects.filter(person_id__in=persons, source__undone__isnull=True)
    said = Statement.objects.filter(entity_id__in=persons, source__undone__isnull=True, end__isnull=True)
    gone = set(persons) - {*live.values_list("person_id", flat=True), *said.values_list("entity_id", flat=True)}
    unsealed = [person for person in gone if not _has_sealed(person)]
    return PersonKey.objects.filter(person_id__in=unsealed, wrapped__isnull=False).update(
        wrapped=None, in_use=True, destroyed=now, destroyed_by=actor.pk, destroyed_reason=because
    )


def _has_sealed(person: int) -> bool:
    return any(rows.filter(sealed__isnull=False).exists() for rows in statements_concerning([person]))


def _because(*, recalled: bool) -> str:
    if recalled:
        return _("Deleted because its sender took it back.")
    return _("Deleted because the time to keep it was over.")


def _kept_source(source_id: int) -> Source:
    source = Source.objects.select_for_update().filter(pk=source_id).first()
    if source is None:
        raise Refused(_("There is no such source."), _("Open it from the list of what is due."))
    return source


def _ended(row: Statement) -> bool:
    return hasattr(row, "end")


def _held(source: Source, rows: list[Statement]) -> Destroyed:
    values, telling = dict.fromkeys(_values(rows)), dict.fromkeys(_values([one for one in rows if _is_telling(one)]))
    elsewhere = {
        said
        for chunk in chunks(telling, 5_000)
        for pair in Statement.objects.filter(value__in=chunk).exclude(source=source).values_list("value", "original")
        for said in pair
        if said
    }
    left = tuple(value for value in telling if value not in elsewhere)
    return Destroyed(
        source.pk, source.compartment_id, source.received_letter, source.title, tuple(row.pk for row in rows),
        tuple(values), left, len(telling) - len(left),
    )  # fmt: skip


def _values(rows: list[Statement]) -> Iterator[str]:
    opened = opened_values(rows)
    for row in rows:
        plain = opened.get(row.pk)
        for text in (plain.value, plain.original) if plain else (row.value, row.original):
            if text:
                yield text


def _is_telling(row: Statement) -> bool:
    return row.ref_id is None and property_type(row.entity.schema, row.prop.name) in EXACT_TYPES | WORDY_TYPES
