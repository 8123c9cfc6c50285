"""Rounds in which lists are compared: numbers that count once, points that a quota counts, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Comparison(models.Model):
    """One round, asked by us (`out`) or by a partner (`in`).

    `sealed`: of a question of ours, its seed and identifiers, under the node's rest key; empty once the round is over,
    and always for an answer, whose seed is forgotten as soon as it is made. `points`: so many were evaluated. `hit`:
    None while nobody knows. `question`: the partner's letter, of a round that it asked. `entities`: own entries whose
    identifiers both hold; of a round of ours only.
    """

    direction = models.CharField(max_length=3)
    party = models.CharField(max_length=64)
    number = models.CharField(max_length=128)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="comparisons")
    release = models.BigIntegerField()
    question = models.CharField(max_length=32, blank=True)
    points = models.PositiveIntegerField()
    at = models.DateTimeField()
    sealed = models.BinaryField(default=b"")
    hit = models.BooleanField(null=True)
    entities = models.JSONField(default=list)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["direction", "party", "number"], name="comparison_once")
        ]
