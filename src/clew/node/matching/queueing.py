"""What the worker still has to look at, and how the index is begun anew."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from clew.matching.entities.blocking import VERSION
from clew.node.dossier.queries import entity_numbers
from clew.node.matching.models import Finding, IndexState, Key, Waiting

AT_ONCE: Final = 5_000
ALL_QUEUED: Final = -1


def queue(entity_ids: Collection[int]) -> None:
    """Let the worker look at these entities, and forget at once what they were found by.

    Runs in the transaction that changed them: the digest of an erased name does not outlive the erasure. Until they are
    looked at, pairs with them are for those alone who may see who a protected person is.
    """
    ordered = sorted(set(entity_ids))
    for start in range(0, len(ordered), AT_ONCE):
        _queue(ordered[start : start + AT_ONCE])


def _queue(entity_ids: list[int]) -> None:
    table = connection.ops.quote_name(Waiting._meta.db_table)  # noqa: SLF001 - Django documents it
    sql = (
        f"INSERT INTO {table} (entity_id, turn, failed) VALUES (%s, 1, %s) "  # noqa: S608 - a name of ours
        f"ON CONFLICT (entity_id) DO UPDATE SET turn = {table}.turn + 1, failed = excluded.failed"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(entity, False) for entity in entity_ids])
    Key.objects.filter(entity_id__in=entity_ids).delete()
    for end in ("one_id__in", "other_id__in"):
        Finding.objects.filter(Q(**{end: entity_ids}), guarded=False).update(guarded=True)


def forget_index() -> None:
    """Let the worker make the index anew; what people judged stays."""
    IndexState.objects.all().delete()


def go_on_queueing() -> bool:
    """Queue one portion of all entities, where the index is new or was made by another version; False once all are."""
    state = IndexState.objects.first()
    if state is not None and state.version == VERSION and state.queued_to == ALL_QUEUED:
        return False
    with transaction.atomic():
        if state is None or state.version != VERSION:
            IndexState.objects.all().delete()
            Key.objects.all().delete()
            state = IndexState.objects.create(version=VERSION)
        numbers = entity_numbers(after=state.queued_to, limit=AT_ONCE)
        queue(numbers)
        state.queued_to = numbers[-1] if numbers else ALL_QUEUED
        state.save(update_fields=["queued_to"])
    return True
