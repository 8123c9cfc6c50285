"""What this node tells all its partners of itself."""

from __future__ import annotations

from django.db import models


class Announcement(models.Model):
    """This organisation suspends itself or a post of its own, or leaves; the worker signs it and tells each partner.

    `party`: of whom it speaks, this node or a post of it. `action`, `reason`: codes of the letter. `serial`: numbers
    what was announced, rising. `waiting`: uids of the partners that it has not left to yet; `sent`: each other with
    the envelope in which it left.
    """

    party = models.CharField(max_length=64)
    action = models.CharField(max_length=10)
    reason = models.CharField(max_length=20)
    serial = models.BigIntegerField(unique=True)
    ordered = models.DateTimeField()
    ordered_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    waiting = models.JSONField(default=list)
    sent = models.JSONField(default=list)
