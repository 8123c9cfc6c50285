"""Seals and unseals values when it changes who is protected; statements keep their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.db import connection, transaction

from clew.node.dossier.bulk import Row, chunks, update
from clew.node.dossier.concerning import Placed, concerned_persons, statements_concerning
from clew.node.dossier.keyring import keys_of
from clew.node.dossier.models import EntityRow, Statement
from clew.node.dossier.rows import refresh, tell_changed
from clew.node.dossier.sealing import Plain, Sealer, sealable


class _Stored(NamedTuple):
    """A statement as the store holds it."""

    placed: Placed
    prop: str
    value: str
    original: str | None
    sealed: bytes | None


def reseal(persons: Iterable[int], change: Callable[[], None]) -> int:
    """Do `change`, which alters whose keys are in use, and seal every value as it then must be.

    Returns:
        The number of statements that were sealed or unsealed.
    """
    wanted = set(persons)
    stored = list(_stored(wanted))
    concerned = concerned_persons(one.placed for one in stored)
    everyone = frozenset().union(*concerned.values()) | wanted
    before = Sealer(keys_of(everyone))
    change()
    after = Sealer(keys_of(everyone))
    rows = [row for one in stored if (row := _resealed(one, concerned[one.placed.statement], before, after))]
    blank_what_is_overwritten()
    update(Statement, ("value", "original", "sealed", "lookup"), rows)
    # The search index still holds the words of a row that is about to lose them, until it is written anew.
    refresh({one.placed.entity for one in stored} | wanted)
    scrub_search()
    return len(rows)


def _stored(persons: set[int]) -> Iterable[_Stored]:
    seen: set[int] = set()
    for statements in statements_concerning(persons):
        for pk, entity, schema, source, concern_set, prop, value, original, sealed in statements.values_list(
            "id", "entity_id", "entity__schema", "source_id", "concern_set_id", "prop__name", "value", "original",
            "sealed",
        ).iterator():  # fmt: skip
            if pk not in seen and sealable(schema, prop):
                seen.add(pk)
                placed = Placed(pk, entity, schema, source, concern_set)
                yield _Stored(placed, prop, value, original, None if sealed is None else bytes(sealed))


def _resealed(one: _Stored, concerned: frozenset[int], before: Sealer, after: Sealer) -> Row | None:
    """The changed columns and the id; None where the value stays as it is, or can no longer be read."""
    old, new = before.sealing(concerned), after.sealing(concerned)
    if old == new:
        return None
    plain = Plain(one.value, one.original)
    if one.sealed is not None:
        opened = before.open(old, one.placed.entity, one.prop, one.sealed)
        if opened is None:
            return None
        plain = opened
    if not new:
        return plain.value, plain.original, None, None, one.placed.statement
    sealed, lookup = after.seal_value(new, one.placed.entity, one.placed.schema, one.prop, plain)
    return "", None, sealed, lookup, one.placed.statement


def forget_lookups(persons: Sequence[int]) -> None:
    """Remove what sealed values about erased persons could still be confirmed by."""
    for statements in statements_concerning(persons):
        ids = list(statements.filter(lookup__isnull=False).values_list("id", flat=True))
        for chunk in chunks(ids, 5_000):
            Statement.objects.filter(id__in=chunk).update(lookup=None)
        for chunk in chunks(set(statements.values_list("entity_id", flat=True)), 5_000):
            tell_changed(chunk)


def blank_what_is_overwritten() -> None:
    """SQLite leaves overwritten text in the free parts of its file and in its log unless it is told otherwise."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.fetchall()
        transaction.on_commit(_truncate_log)


def scrub_search() -> None:
    """Drop deleted words from the search index."""
    if connection.vendor != "sqlite" or not EntityRow.objects.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO dossier_search(dossier_search) VALUES ('optimize')")


def _truncate_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
