"""Reading the log: entries, proofs, checkpoints, and whether it is whole."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from clew.exchange import merkle
from clew.node.accounts.actions import Actor, require
from clew.node.audit import tree
from clew.node.audit.models import AuditEntry, Checkpoint
from clew.node.audit.verifying import AuditReport as AuditReport
from clew.node.audit.verifying import verify as verify

PAGE = 50


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are asked for; "" and None ask for all."""

    act: str = ""
    object_kind: str = ""
    object_id: str = ""
    actor_id: int | None = None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of the log, newest first. `older` is the index to go on below, `newer` that to go back above."""

    entries: Sequence[AuditEntry]
    older: int | None
    newer: int | None


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry is in the log of `size` entries with this root; `path` is the audit path, nearest sibling first."""

    entry: AuditEntry
    size: int
    root: bytes
    path: Sequence[bytes]

    @property
    def holds(self) -> bool:
        return merkle.verify_inclusion(
            merkle.leaf_hash(bytes(self.entry.leaf)), self.entry.index, self.size, self.path, self.root
        )


def untouched_since(*, act: str, object_ids: Collection[str], harmless: Collection[str]) -> frozenset[str]:
    """Those of the objects after whose newest `act` nothing was done in the node but acts that are `harmless`.

    An object that the act was never done to is not among them. For rooms that ask whether they must look again.
    """
    done = AuditEntry.objects.filter(act=act, object_id__in=object_ids).order_by("index")
    newest = dict(done.values_list("object_id", "index"))
    others = AuditEntry.objects.filter(index__gt=min(newest.values(), default=0)).exclude(act__in=[act, *harmless])
    last = others.order_by("-index").values_list("index", flat=True).first()
    return frozenset(each for each, index in newest.items() if last is None or index > last)


def anything_since(*, index: int, harmless: Collection[str]) -> bool:
    """Whether anything was done in the node from that entry on but acts that are `harmless`."""
    return AuditEntry.objects.filter(index__gte=index).exclude(act__in=harmless).exists()


def entries(
    *, officer: Actor, wanted: EntryFilter = EntryFilter(), below: int | None = None, above: int | None = None
) -> EntryPage:
    """A page of the log, newest first, for those who may see it."""
    require(officer, "audit.see")
    found = _filtered(wanted)
    if above is not None:
        rows = list(found.filter(index__gt=above).order_by("index")[: PAGE + 1])
        more_newer, more_older = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        found = found if below is None else found.filter(index__lt=below)
        rows = list(found.order_by("-index")[: PAGE + 1])
        more_newer, more_older = below is not None, len(rows) > PAGE
        rows = rows[:PAGE]
    return EntryPage(
        rows, rows[-1].index if rows and more_older else None, rows[0].index if rows and more_newer else None
    )


def done_to(
    *, object_kind: str, object_id: str, acts: Collection[str], below: int | None, rows: int
) -> list[AuditEntry]:
    """The newest entries of some acts on one object. For the room that it is in, which has checked who asks."""
    found = AuditEntry.objects.filter(object_kind=object_kind, object_id=object_id, act__in=acts)
    if below is not None:
        found = found.filter(index__lt=below)
    return list(found.order_by("-index")[:rows])


def entries_of_acts(
    *, officer: Actor, acts: Collection[str], since: dt.datetime, until: dt.datetime
) -> QuerySet[AuditEntry]:
    """The entries of some acts in a period, oldest first, for who may see the log."""
    require(officer, "audit.see")
    return AuditEntry.objects.filter(act__in=acts, at__gte=since, at__lt=until).order_by("index")


def details_of_acts(*, act: str) -> list[dict[str, object]]:
    """What every entry of an act has in its details, oldest first. For the node itself, before anybody is signed in."""
    leaves = AuditEntry.objects.filter(act=act).order_by("index").values_list("leaf", flat=True)
    return [json.loads(bytes(leaf)).get("details", {}) for leaf in leaves]


def done_between(*, officer: Actor, first: int, end: int, acts: Collection[str]) -> list[tuple[str, str, dt.datetime]]:
    """Of the entries from `first` to before `end`, those of some acts, oldest first: act, object's id, moment."""
    require(officer, "audit.see")
    found = AuditEntry.objects.filter(index__gte=first, index__lt=end, act__in=acts).order_by("index")
    return list(found.values_list("act", "object_id", "at"))


def entry_with_proof(*, officer: Actor, index: int) -> InclusionProof | None:
    """An entry and the proof that it is in the present log; None where there is no such entry."""
    require(officer, "audit.see")
    with transaction.atomic():
        entry = AuditEntry.objects.filter(index=index).first()
        head = tree.head()
        if entry is None or index >= head.size:
            return None
        return InclusionProof(entry, head.size, head.root, inclusion_proof(index))


def checkpoints(*, officer: Actor) -> QuerySet[Checkpoint]:
    """The signed checkpoints, newest first."""
    require(officer, "audit.verify")
    return Checkpoint.objects.order_by("-size", "-pk")


def size_and_root() -> tuple[int, bytes]:
    """The log's present size and root."""
    head = tree.head()
    return head.size, head.root


def inclusion_proof(index: int) -> list[bytes]:
    """The audit path of an entry in the present log; raises IndexError where there is none."""
    return [tree.hash_of(*part) for part in merkle.inclusion_ranges(index, tree.head().size)]


def consistency_proof(first: int, size: int | None = None) -> list[bytes]:
    """The proof that the log of `first` entries is a prefix of that of `size`, or of the present one.

    Raises:
        IndexError: the log has no such sizes.
    """
    present = tree.head().size
    wanted = present if size is None else size
    if wanted > present:
        raise IndexError(wanted)
    return [tree.hash_of(*part) for part in merkle.consistency_ranges(first, wanted)]


def root_at(size: int) -> bytes | None:
    """The root of the first `size` entries; None where the log is shorter."""
    return tree.hash_of(0, size) if size <= tree.head().size else None


def last_done(act: str) -> dt.datetime | None:
    """When an act was last done in this node; None where the log holds no such entry."""
    return AuditEntry.objects.filter(act=act).order_by("-index").values_list("at", flat=True).first()


def newest_checkpoint(since: dt.datetime) -> Checkpoint | None:
    """The newest checkpoint that was signed since then."""
    return Checkpoint.objects.filter(at__gte=since).order_by("-pk").first()


def _filtered(wanted: EntryFilter) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.all()
    if wanted.act:
        found = found.filter(act=wanted.act)
    if wanted.object_kind:
        found = found.filter(object_kind=wanted.object_kind)
    if wanted.object_id:
        found = found.filter(object_id=wanted.object_id)
    if wanted.actor_id is not None:
        found = found.filter(actor_id=wanted.actor_id)
    return found
