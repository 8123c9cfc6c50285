"""Integrations, their tokens, what they have sent already, and the notifications that they get."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Integration(models.Model):
    """Another system of the organisation. It acts as `account`, an officer account that nobody signs in with.

    `responsible` takes its tokens and answers for it; never the one who registered it.
    """

    account = models.OneToOneField("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    responsible = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    registered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    registered = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.account)


class Token(models.Model):
    """A token: `handle` is its public beginning, `digest` an HMAC of the whole, from which nobody gets it back."""

    integration = models.ForeignKey(Integration, on_delete=models.PROTECT, related_name="tokens")
    handle = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField()
    scopes = models.JSONField()
    made = models.DateTimeField()
    made_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    proof = models.JSONField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    last_used = models.DateField(null=True)


class KeptAnswer(models.Model):
    """The answer to a request that changed something, for whoever sends it again with the same `Idempotency-Key`.

    `request` is the SHA-256 of what was asked; `answer` is sealed, for it may repeat words of the request.
    """

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    request = models.CharField(max_length=64)
    answer = models.BinaryField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["integration", "key"], name="answer_once_per_key")]


class Webhook(models.Model):
    """Where an integration is told that something happened.

    `position`: the number of entries of the audit log that were looked at. `failures`: attempts in vain since the last
    that arrived. `sealed_secret`: the key of the signatures, sealed. `stopped`: since when it is not tried any more.
    """

    integration = models.OneToOneField(Integration, on_delete=models.CASCADE, related_name="webhook")
    url = models.CharField(max_length=500)
    events = models.JSONField()
    sealed_secret = models.BinaryField()
    position = models.BigIntegerField()
    failures = models.PositiveIntegerField(default=0)
    stopped = models.DateTimeField(null=True)
    made = models.DateTimeField()
    made_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    proof = models.JSONField()


class Notification(models.Model):
    """One notification until it arrived or was given up: what happened to which object, and no content."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="notifications")
    uid = models.CharField(max_length=40, unique=True)
    event = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    due = models.DateTimeField(null=True)
    delivered = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due", "id"], condition=models.Q(delivered=None), name="notification_due")
        ]
