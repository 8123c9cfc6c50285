"""Notes on patterns, remedies and what was found in them, marks of what is overdue, and proofs of deletion."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models

from clew.node.dossier.queries import open_for, seal_for


class PatternNote(models.Model):
    """What a legal adviser said of a pattern; the newest note on it counts. `person` is set where it is about one."""

    class Judgement(models.TextChoices):
        SEEN = "seen"
        HARMLESS = "harmless"
        FLAGGED = "flagged"

    kind = models.CharField(max_length=30)
    party = models.CharField(max_length=64)
    person = models.ForeignKey("dossier.Entity", null=True, on_delete=models.PROTECT, related_name="+")
    judgement = models.CharField(max_length=10, choices=Judgement.choices)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["party", "kind"], name="pattern_note")]


class RemedyRequest(models.Model):
    """Someone asks what was shared about a person, or to have it put right; a clock runs on the answer.

    Who asks, for whom, and how that was verified names persons: it lies sealed under the keys of the person, with the
    reason for the kind of answer. `sealed_for` is set before `words`.
    """

    number = models.CharField(max_length=20, unique=True)
    asker = models.CharField(max_length=20)
    person = models.ForeignKey("dossier.Entity", null=True, on_delete=models.PROTECT, related_name="+")
    asked = models.CharField(max_length=20)
    received = models.DateField()
    received_through = models.CharField(max_length=20)
    sealed_for = models.JSONField(default=list)
    sealed = models.BinaryField()
    due = models.DateTimeField(db_index=True)
    extended = models.DateTimeField(null=True)
    extension_reason = models.TextField(blank=True)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    answered = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    answer_kind = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return self.number

    @property
    def words(self) -> dict[str, Any]:
        """`asker_name`, `on_behalf`, `verified`, `about`, `reason`, `answer`. Raises `Refused` once she was erased."""
        found: dict[str, Any] = json.loads(open_for(self.sealed_for, bytes(self.sealed), f"remedy {self.number}"))
        return found

    @words.setter
    def words(self, content: dict[str, Any]) -> None:
        self.sealed = seal_for(self.sealed_for, json.dumps(content).encode(), f"remedy {self.number}")


class RemedyFinding(models.Model):
    """What the data-protection officer found of one disclosure about the person. `told`: the answer may name it."""

    class Judgement(models.TextChoices):
        LAWFUL = "lawful"
        UNLAWFUL = "unlawful"
        CORRECT = "correct"
        RECALL = "recall"

    remedy = models.ForeignKey(RemedyRequest, on_delete=models.PROTECT, related_name="findings")
    decision = models.BigIntegerField()
    judgement = models.CharField(max_length=10, choices=Judgement.choices)
    reason = models.TextField()
    told = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    task = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["remedy", "decision"], name="one_finding_per_disclosure")
        ]


class ReviewMark(models.Model):
    """Something whose day has come or comes soon, as the nightly upkeep found it: the desk reads these."""

    kind = models.CharField(max_length=12)
    object = models.BigIntegerField()
    due = models.DateField()
    raised = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "object"], name="marked_once")]
        indexes: ClassVar = [models.Index(fields=["due"], name="review_mark_due")]


class DocumentReview(models.Model):
    """Until when a document of a case is kept, as the last review set it."""

    document = models.BigIntegerField(primary_key=True)
    keep_until = models.DateField()
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")


class DeletionProof(models.Model):
    """What was deleted, by digests and counts, and what the check of the store afterwards looked at.

    `digests`: of each value, keyed (`digests.digest_of`). `checked`: what was looked at; its `store` says what the
    store's own files held after the commit ("" until that was done). `audit_index`: the leaf of the act in the log.
    """

    kind = models.CharField(max_length=12)
    object = models.BigIntegerField()
    reason = models.TextField()
    counts = models.JSONField()
    digests = models.JSONField()
    digest = models.CharField(max_length=64)
    shared_with = models.JSONField(default=list)
    checked = models.JSONField()
    audit_index = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")

    @property
    def holds(self) -> bool:
        """Whether nothing of it was found anywhere, the store's own files included where they can be read."""
        return self.checked.get("store") in {"clean", "no-file"}
