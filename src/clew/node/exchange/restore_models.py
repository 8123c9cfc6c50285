"""How this node stands with its partners after a backup was brought back, here or at a partner."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

UID = 32
DIGEST = 64


class Restored(models.Model):
    """A partner to whom nothing leaves since this node was brought back from a backup, until that is resolved.

    `restored`: when the last backup was brought back. `asked`: when the partner was last asked what it has, under
    `nonce`; `known_sequence`, `known_digest`: the last letter that it has told of. `answered`: when it had told of all;
    `coming`: numbers that it is sending again; `fault`: why its answer cannot be believed, as a code. `resolved`: since
    when letters leave again; by the node where all that was said to come has come, else `resolved_by` an officer, for a
    `reason`.
    """

    party = models.CharField(max_length=64, unique=True)
    restored = models.DateTimeField()
    asked = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=UID, blank=True)
    known_sequence = models.BigIntegerField(default=0)
    known_digest = models.CharField(max_length=DIGEST, blank=True)
    answered = models.DateTimeField(null=True)
    coming = models.JSONField(default=list)
    fault = models.CharField(max_length=20, blank=True)
    resolved = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, blank=True)


class SentBefore(models.Model):
    """A letter that left after the backup and is not here any more, as its recipient tells: numbers and codes alone."""

    party = models.CharField(max_length=64)
    sequence = models.BigIntegerField()
    digest = models.CharField(max_length=DIGEST)
    kind = models.CharField(max_length=20, blank=True)
    letter = models.CharField(max_length=UID, blank=True)
    decision_digest = models.CharField(max_length=DIGEST, blank=True)
    told = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "sequence"], name="one_letter_before_per_number")
        ]


class ResyncQuestion(models.Model):
    """What a partner asked that was brought back from a backup; the newest of each partner counts.

    `created`: by its clock. `by_former_key`: it is signed with keys that the partner has replaced since; a human is to
    find out who asks. `sent_sequence`, `sent_digest`: the last of its letters that it knows arrived here;
    `known_sequence`, `missing`: what it has of ours. `resent_to`: the number up to which it was looked at what goes
    again; `coming`: runs of numbers that are on their way to it since; `resent`: how many of them had arrived before.
    """

    party = models.CharField(max_length=64)
    nonce = models.CharField(max_length=UID)
    created = models.DateTimeField()
    came = models.DateTimeField()
    by_former_key = models.BooleanField(default=False)
    sent_sequence = models.BigIntegerField()
    sent_digest = models.CharField(max_length=DIGEST)
    known_sequence = models.BigIntegerField()
    missing = models.JSONField(default=list)
    resend = models.BooleanField(default=True)
    resent_to = models.BigIntegerField(default=0)
    coming = models.JSONField(default=list)
    resent = models.PositiveIntegerField(default=0)
    answered = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["party", "nonce"], name="each_resync_question_once")]
