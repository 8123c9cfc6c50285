"""What a person agreed to, what she refused, and who may answer for a child (field note victims.md, section 5).

A refusal lies in a table of its own, so that nothing that looks for consents can ever take one for a consent.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Guardian(models.Model):
    """Who answers for a child, as a named human recorded it, until a day on which it has to be looked at again.

    `sealed` holds the guardian's name, who appointed the guardian, and under what reference (`texts.py`). Whether there
    is a conflict of interest stands in `findings`, the newest last: what was once found is never overwritten.
    """

    person = models.ForeignKey("dossier.Entity", on_delete=models.PROTECT, related_name="guardians")
    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=40)
    sealed = models.BinaryField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    ended = models.DateTimeField(null=True)
    sealed_end = models.BinaryField(default=b"")
    ended_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()


class GuardianFinding(models.Model):
    """Whether a guardian has a conflict of interest, as someone found it on a day; `sealed` holds the reason."""

    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, related_name="findings")
    answer = models.CharField(max_length=20)
    sealed = models.BinaryField()
    found = models.DateField()
    recorded_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["recorded", "pk"]


class Consent(models.Model):
    """What one person agreed to: for one purpose, towards one recipient, for named items, until a day.

    `items` is a list of groups of items, field classes, schemata or property names (`Person:name`); nothing not named
    is covered. `sealed` holds the witness, who explained it, and the notes on capacity and assent (`texts.py`).
    `understood` is None for what was recorded before it was asked. `continues`: the record of which this is the rest,
    after some of its items were withdrawn.
    """

    person = models.ForeignKey("dossier.Entity", on_delete=models.PROTECT, related_name="consents")
    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    recipient = models.CharField(max_length=64)
    items = models.JSONField()
    given_by = models.CharField(max_length=20)
    guardian = models.ForeignKey(Guardian, null=True, on_delete=models.PROTECT, related_name="consents")
    child_assent = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10)
    method = models.CharField(max_length=40)
    understood = models.BooleanField(null=True)
    capacity = models.CharField(max_length=20, blank=True)
    sealed = models.BinaryField(default=b"")
    given = models.DateField()
    expires = models.DateField()
    withdrawn = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    sealed_withdrawal = models.BinaryField(default=b"")
    continues = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="rest")
    recorded_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["expires", "id"], condition=models.Q(withdrawn=None), name="consent_ending"),
        ]


class Refusal(models.Model):
    """That somebody said no on a day, so that nobody asks again and again.

    Nothing is done, and nothing is left undone, because of it: refusing costs no help.
    """

    person = models.ForeignKey("dossier.Entity", on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    recipient = models.CharField(max_length=64)
    items = models.JSONField()
    refused_by = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    refused = models.DateField()
    recorded_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()
