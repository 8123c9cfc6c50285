"""How nodes stand with each other's audit logs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class PartnerLog(models.Model):
    """How this node and one partner stand with each other's audit logs.

    Of ours: `offered`, when it was last shown, and `offered_note`, what; `base`, the size that the next proof starts
    from; `answer`, what the partner said to it ("" = nothing yet, "cosigned", or a code). Of theirs: `judged`, when it
    was last held against what is kept, and `verdict`; `owed`, the body of an answer that has not left yet.
    """

    party = models.CharField(max_length=64, unique=True)
    offered = models.DateTimeField(null=True)
    offered_note = models.TextField(blank=True)
    base = models.BigIntegerField(default=0)
    answer = models.CharField(max_length=20, blank=True)
    judged = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=20, blank=True)
    owed = models.BinaryField(null=True)


class CosignedCheckpoint(models.Model):
    """A checkpoint that the owner of a log signed and the other node cosigned; never changed.

    `whose`: ours or theirs. `signed_with`: the partner's public key that signed or cosigned it. `start` and `proof`:
    what it was shown to extend, 0 where it was the first. `sequence`: the number of the letter that brought it.
    """

    party = models.CharField(max_length=64)
    whose = models.CharField(max_length=6)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    cosignature = models.TextField()
    signed_with = models.BinaryField()
    start = models.BigIntegerField(default=0)
    proof = models.JSONField(default=list)
    sequence = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["party", "whose", "id"], name="cosigned_newest")]


class LogContradiction(models.Model):
    """Two checkpoints of one log, both signed by its owner, that cannot both be true; the evidence is never changed.

    `settled`: a human has found out why; of what was cosigned, only what came `after` that row counts from then on.
    """

    party = models.CharField(max_length=64)
    whose = models.CharField(max_length=6)
    code = models.CharField(max_length=20)
    kept_note = models.TextField()
    shown_note = models.TextField()
    start = models.BigIntegerField(default=0)
    proof = models.JSONField(default=list)
    at = models.DateTimeField()
    settled = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=20, blank=True)
    after = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party", "whose"], name="one_open_contradiction", condition=models.Q(settled=None)
            )
        ]
