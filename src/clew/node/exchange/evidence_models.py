"""Files on their way between two nodes: whom each shows, the sealed copy, and how far it is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

DIGEST = 64


class Exhibit(models.Model):
    """Whom a document of a case shows, as an officer said; without one it cannot be announced.

    `source`, `statement`, `entity`: what that became in the dossier; the persons are whom the statement concerns.
    `nobody`: she has looked, and it shows nobody.
    """

    document = models.OneToOneField("cases.Document", on_delete=models.CASCADE, related_name="exhibit")
    source = models.BigIntegerField()
    statement = models.BigIntegerField()
    entity = models.BigIntegerField()
    nobody = models.BooleanField()
    said = models.DateTimeField()
    said_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")


class Transfer(models.Model):
    """Files that one letter announces, here sealed for one partner (`out`) or received from one (`in`).

    `state` of one that leaves: sealing, sealed, sending, arrived (every part, by the partner's own signed word), closed
    (the keys left), received; of one that comes: receiving, closing (the keys are here), opened, taken. Ends of both:
    see `evidence_states`. `letter`: the announcement, None before it left; `closing`: the letter with the keys.
    `answer`: the partner's last signed word on what is missing; `missing`: so many parts, None while it said nothing.
    `folder`: where the sealed parts lie (`evidence_store`).
    """

    direction = models.CharField(max_length=3)
    state = models.CharField(max_length=12)
    party = models.CharField(max_length=64)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="transfers")
    letter = models.OneToOneField("exchange.Letter", null=True, on_delete=models.PROTECT, related_name="transfer")
    closing = models.OneToOneField("exchange.Letter", null=True, on_delete=models.PROTECT, related_name="closes")
    release = models.BigIntegerField(null=True)
    part_size = models.BigIntegerField()
    folder = models.CharField(max_length=32, unique=True)
    begun = models.DateTimeField()
    begun_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    changed = models.DateTimeField()
    missing = models.IntegerField(null=True)
    answer = models.BinaryField(default=b"")
    answered = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt = models.DateTimeField()
    last_problem = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["direction", "state"], name="transfers_at_work")]


class TransferFile(models.Model):
    """One file of a transfer. It has no name here: that stands in the document, or in the letter, sealed.

    `n`: its number in the announcement, 0 before that left. `wrapped_key`: its age identity under the node's rest key;
    empty before the keys came, and for ever once they were destroyed. `document`: what is sent, or what it became.
    `stored_as`, `wrapped_file_key`: of a received file, while it lies opened and encrypted and in no case yet.
    """

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="files")
    n = models.PositiveIntegerField(default=0)
    document = models.ForeignKey("cases.Document", null=True, on_delete=models.SET_NULL, related_name="travels")
    media_type = models.CharField(max_length=100, blank=True)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=DIGEST)
    sealed_size = models.BigIntegerField(default=0)
    part_digests = models.JSONField(default=list)
    first_part = models.CharField(max_length=DIGEST, blank=True, db_index=True)
    wrapped_key = models.BinaryField(default=b"")
    stored_as = models.CharField(max_length=64, blank=True)
    wrapped_file_key = models.BinaryField(default=b"")
