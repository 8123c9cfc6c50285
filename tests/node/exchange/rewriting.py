"""What an administrator can do who holds a node's store and keys: afterwards everything in it fits together again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module

from django.db import connection

from clew.exchange.merkle import leaf_hash
from clew.node.audit.leaves import read, written
from clew.node.audit.models import AuditEntry, Checkpoint, TreeHead, TreeNode
from clew.node.audit.tree import append, locked_head

GUARDS = import_module("clew.node.audit.migrations.0002_append_only")


def entries() -> list[AuditEntry]:
    """The log as it is."""
    return list(AuditEntry.objects.order_by("index"))


def put_back(found: Sequence[AuditEntry]) -> None:
    """Make this the whole log, with a tree that fits it and without the checkpoints that were signed of another."""
    editor = connection.schema_editor()
    GUARDS.unguard(None, editor)
    for model in (AuditEntry, TreeNode, TreeHead, Checkpoint):
        model.objects.all().delete()
    GUARDS.guard(None, editor)
    for entry in found:
        entry.leaf_hash = leaf_hash(bytes(entry.leaf))
        append(locked_head(), [entry.leaf_hash])
    AuditEntry.objects.bulk_create(found)


def edit(index: int) -> None:
    """Let an old entry tell of another object."""
    found = entries()
    entry = found[index]
    entry.object_id = "999"
    entry.leaf = written(replace(read(bytes(entry.leaf)), object_id="999"))
    put_back(found)


def truncate(to: int) -> None:
    """Cut the newest entries off."""
    put_back(entries()[:to])
