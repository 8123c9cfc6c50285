"""What entities are found by, which pairs were found, what people judged, and what a team is told of.

Nothing here holds a value of a dossier. `Key` and `Waiting` are made anew from the statements at any time.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Waiting(models.Model):
    """An entity that the worker still has to look at. `turn` grows with each change, so that none is overlooked.

    `failed`: it could not be compared; `clew doctor` says so, and the next change of it is the next try.
    """

    entity = models.OneToOneField("dossier.Entity", primary_key=True, on_delete=models.CASCADE, related_name="+")
    turn = models.PositiveIntegerField(default=1)
    failed = models.BooleanField(default=False)


class IndexState(models.Model):
    """With which version of the keys the index was made, and up to which entity it was begun; one row, or none yet."""

    version = models.PositiveIntegerField()
    queued_to = models.BigIntegerField(default=0)


class Key(models.Model):
    """What one team's statements about an entity are found by: a digest under the node's rest key, never a value.

    `entity` stands for its group. `first`: the number of the earliest statement with the value. `guarded`: the value
    concerns somebody who is protected. `tells`: another team may be told that it stands here, and nothing more.
    """

    entity = models.ForeignKey("dossier.Entity", on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey("accounts.Compartment", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=16)
    first = models.BigIntegerField()
    guarded = models.BooleanField()
    tells = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["digest", "team"], name="matching_key_digest")]


class Verdict(models.Model):
    """What a person said of a pair. `fingerprints`: the evidence it was given on; other evidence asks again.

    `merge`: number of the dossier's judgement where she said `same`; `merged`: the entity that a split sets free.
    `guarded`: as of `Finding`, when it was given.
    """

    class Said(models.TextChoices):
        SAME = "same"
        DIFFERENT = "different"
        UNSURE = "unsure"

    one = models.ForeignKey("dossier.Entity", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("dossier.Entity", on_delete=models.PROTECT, related_name="+")
    said = models.CharField(max_length=10, choices=Said.choices)
    reason = models.TextField()
    by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    fingerprints = models.JSONField(default=list)
    merge = models.BigIntegerField(null=True)
    merged = models.BigIntegerField(null=True)
    guarded = models.BooleanField()
    undone = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    undone_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="verdict_lesser_first"),
        ]


class Finding(models.Model):
    """Two entities that may be one, as what one team says of the first and one team says of the second shows.

    Whoever may see both teams' sources may see it. `evidence`: [[comparison, level, weight], …], codes and never a
    value. `guarded`: for those alone who may see who a protected person is. `settled`: the verdict that was given on
    exactly this evidence.
    """

    one = models.ForeignKey("dossier.Entity", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("dossier.Entity", on_delete=models.CASCADE, related_name="+")
    one_team = models.ForeignKey("accounts.Compartment", on_delete=models.CASCADE, related_name="+", db_index=False)
    other_team = models.ForeignKey("accounts.Compartment", on_delete=models.CASCADE, related_name="+", db_index=False)
    family = models.CharField(max_length=20)
    proposal = models.CharField(max_length=10)
    weight = models.FloatField()
    evidence = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    guarded = models.BooleanField()
    found = models.DateTimeField()
    settled = models.ForeignKey(Verdict, null=True, on_delete=models.SET_NULL, related_name="findings")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other", "one_team", "other_team"], name="finding_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="finding_lesser_first"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-weight", "id"], name="finding_open_order", condition=Q(settled__isnull=True)),
        ]


class Notice(models.Model):
    """A team is told that another team works on something that shares an identifier with an entity of its own.

    It names nobody else: neither the other team nor its entity stands here. One for each entity and kind, however
    many teams there are; `clew.node.audit` has the numbers of both teams, for the data-protection officer.
    """

    team = models.ForeignKey("accounts.Compartment", on_delete=models.CASCADE, related_name="+")
    entity = models.ForeignKey("dossier.Entity", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    raised = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "entity", "kind"], name="notice_once"),
        ]
