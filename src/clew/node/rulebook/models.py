"""Adopted rule sets, lawyers' sign-offs, the node's settings, and simulations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RuleSetAdoption(models.Model):
    """A rule set that was proposed to this node, with all its files; at most one is in force.

    `version` is the digest of `files`. Adopted by the node itself (no officers) only for the first of all.
    `method`, `key_id`, `public_key` and `signature` are the adopting officer's, over `adoption_digest`.
    """

    class Source(models.TextChoices):
        SHIPPED = "shipped"
        UPLOADED = "uploaded"
        EDITED = "edited"

    class State(models.TextChoices):
        PROPOSED = "proposed"
        REJECTED = "rejected"
        IN_FORCE = "in_force"
        SUPERSEDED = "superseded"

    version = models.CharField(max_length=64, db_index=True)
    files = models.JSONField()
    source = models.CharField(max_length=10, choices=Source.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    reason = models.TextField(blank=True)
    proposed_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    proposed = models.DateTimeField()
    adopted_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    adopted = models.DateTimeField(null=True)
    method = models.CharField(max_length=20, blank=True)
    key_id = models.CharField(max_length=100, blank=True)
    public_key = models.BinaryField(default=b"")
    signature = models.BinaryField(default=b"")
    rejected_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    rejected = models.DateTimeField(null=True)
    rejection_reason = models.TextField(blank=True)
    superseded = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="in_force"), name="one_rule_set_in_force"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-proposed"], name="rule_set_state")]


class RuleSignOff(models.Model):
    """A lawyer of the node has checked one rule's file against its sources; it holds for exactly these bytes."""

    rule = models.CharField(max_length=20, db_index=True)
    file_digest = models.CharField(max_length=64)
    jurisdiction = models.CharField(max_length=200)
    sources = models.TextField()
    checked = models.DateField()
    expires = models.DateField()
    officer = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    method = models.CharField(max_length=20)
    key_id = models.CharField(max_length=100)
    public_key = models.BinaryField()
    signature = models.BinaryField()
    withdrawn = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawal_reason = models.TextField(blank=True)


class Setting(models.Model):
    """One value of one setting, for one country or everywhere (""), from a day and perhaps until one (both inclusive).

    Keys, types and bounds are in `settings_schema.yaml`. `confirmed_by` is a second person, empty where one sufficed
    because the change was stricter. An end that makes something looser waits in the `end_` fields for a second person.
    `proofs`: the signatures of the second person over `setting_digest`, by what was agreed to: {"value": …, "end": …}.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed"
        REJECTED = "rejected"
        TAKEN = "taken"

    key = models.CharField(max_length=40)
    country = models.CharField(max_length=2, blank=True)
    instrument = models.CharField(max_length=60, blank=True)
    value = models.JSONField()
    reason = models.TextField()
    source = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    proposed = models.DateTimeField()
    confirmed_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    taken = models.DateTimeField(null=True)
    rejected_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    rejected = models.DateTimeField(null=True)
    rejection_reason = models.TextField(blank=True)
    from_day = models.DateField()
    until_day = models.DateField(null=True)
    end_day = models.DateField(null=True)
    end_reason = models.TextField(blank=True)
    end_proposed_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    proofs = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["key", "country"], name="setting_key"),
            models.Index(fields=["state"], name="setting_state"),
        ]


class Simulation(models.Model):
    """Past decisions decided again with other rules, instruments or settings, in a sandbox; it changes no decision.

    `sandbox`: {"kind", …}, as `clew.node.disclosure` reads it; `files` the rule files of the sandbox. `chosen`: the
    numbers of the decisions. `changes`, `not_replayable` and `counts` hold numbers, verdicts and policies, never words.
    `read_older`: [{"decision", "lacks"}], what an earlier Clew stored and what it did not store of it.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    made_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField()
    sandbox = models.JSONField()
    files = models.JSONField()
    version = models.CharField(max_length=64)
    selection = models.JSONField(default=dict)
    chosen = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    not_replayable = models.JSONField(default=list)
    read_older = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    finished = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state"], name="simulation_state")]
