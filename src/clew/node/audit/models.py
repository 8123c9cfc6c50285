"""The append-only log: its leaves, the tree's inner hashes, and signed checkpoints."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AuditEntry(models.Model):
    """One act. `index` is the leaf's position from 0; `leaf` is the exact bytes that were hashed (RFC 6962, 2.1)."""

    index = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    act = models.CharField(max_length=80)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object_kind", "object_id"], name="audit_object"),
            models.Index(fields=["actor_id"], name="audit_actor"),
        ]


class TreeHead(models.Model):
    """The single row that names the log's size and the roots of its complete subtrees, largest first."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    subtrees = models.BinaryField(default=b"")


class TreeNode(models.Model):
    """The root of a complete subtree of 256 to the power of `level` leaves, so that a proof reads few hashes."""

    level = models.SmallIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["level", "position"], name="one_hash_per_subtree")]


class Checkpoint(models.Model):
    """A signed statement of the log's size and root, kept and given to partners."""

    size = models.BigIntegerField(db_index=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    note = models.TextField()
    origin = models.CharField(max_length=200)
