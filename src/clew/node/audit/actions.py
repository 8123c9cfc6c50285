"""Writing the log: a leaf for each act, in the act's own transaction, and signed checkpoints."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from clew.exchange.merkle import leaf_hash
from clew.exchange.notes import NoteContent, signed_note
from clew.node.audit.counting import count_entries
from clew.node.audit.counting import recorded_entries as recorded_entries
from clew.node.audit.leaves import Detail as Detail
from clew.node.audit.leaves import Leaf, written
from clew.node.audit.leaves import UnsafeDetail as UnsafeDetail
from clew.node.audit.models import AuditEntry, Checkpoint
from clew.node.audit.tree import append, locked_head

if TYPE_CHECKING:
    from clew.node.accounts.actions import Actor

ONE_READING = dt.timedelta(hours=1)
"""For so long one entry stands for all readings of an object by an officer.

Whoever works on a dossier opens it many times in a morning. Each time would fill the log, and the lock on it, with what
says nothing more; an hour is short enough to say on which shift it was, and whether somebody came back to it.
"""


class NoTransaction(RuntimeError):
    """The log is written only in the transaction of the act it tells of."""


def record(
    *, actor: Actor, act: str, object_kind: str, object_id: object, details: Mapping[str, Detail] | None = None
) -> AuditEntry:
    """Append one act to the log.

    Args:
        details: ids, codes and digests; values of up to 128 characters without spaces.

    Raises:
        UnsafeDetail: a value could be more than that.
        NoTransaction: outside of a transaction.
    """
    (entry,) = record_many(actor=actor, act=act, object_kind=object_kind, objects=[(object_id, details or {})])
    return entry


def record_many(
    *, actor: Actor, act: str, object_kind: str, objects: Sequence[tuple[object, Mapping[str, Detail]]]
) -> list[AuditEntry]:
    """Append the same act on several objects: one leaf each, in their order, as so many `record`s would.

    The number of queries does not grow with the number of objects.

    Args:
        objects: each object's id and its details, as in `record`.

    Raises:
        UnsafeDetail, NoTransaction: as `record`; nothing is appended then.
    """
    if not connection.in_atomic_block:
        raise NoTransaction(f"{act} was recorded outside of a transaction.")
    if not objects:
        return []
    leaves = [
        Leaf(timezone.now(), actor.pk, act, object_kind, str(object_id), details, secrets.token_hex(16))
        for object_id, details in objects
    ]
    contents = [written(leaf) for leaf in leaves]
    hashes = [leaf_hash(content) for content in contents]
    head = locked_head()
    entries = [
        AuditEntry(
            index=head.size + number,
            at=leaf.at,
            actor_id=leaf.actor,
            act=act,
            object_kind=object_kind,
            object_id=leaf.object_id,
            leaf=content,
            leaf_hash=hashed,
        )
        for number, (leaf, content, hashed) in enumerate(zip(leaves, contents, hashes, strict=True))
    ]
    AuditEntry.objects.bulk_create(entries)
    append(head, hashes)
    count_entries(len(entries))
    return entries


def unrecorded_readings(
    *, actor: Actor, act: str, object_kind: str, object_ids: Collection[int | str]
) -> list[int | str]:
    """Those of the objects for whose reading by the actor no entry of the last hour stands, each once."""
    standing = AuditEntry.objects.filter(
        object_kind=object_kind, object_id__in=[str(each) for each in object_ids], actor_id=actor.pk, act=act,
        at__gt=timezone.now() - ONE_READING,
    )  # fmt: skip
    known = set(standing.values_list("object_id", flat=True))
    return [each for each in dict.fromkeys(object_ids) if str(each) not in known]


def checkpoint(*, actor: Actor) -> Checkpoint:
    """Sign the log's present size and root, and keep the note.

    Only a process that holds the transport key (worker, command line) can.
    """
    # Accounts imports this module, so that what it offers can only be fetched when it is needed.
    from clew.node.accounts.actions import require
    from clew.node.home import load_home
    from clew.node.keys import transport_key

    require(actor, "audit.verify")
    with transaction.atomic():
        head = locked_head()
        content = NoteContent(f"clew/{load_home().settings.node_id}", head.size, head.root)
        kept = Checkpoint.objects.create(
            size=content.size,
            root=content.root,
            at=timezone.now(),
            origin=content.origin,
            note=signed_note(content, transport_key()),
        )
        record(actor=actor, act="audit.checkpoint", object_kind="checkpoint", object_id=kept.pk)
    return kept
