"""Laboratories, families that look for a child, children who were found, and their profiles.

No name stands here. A profile is one sealed row under its own key; its consent and its sample reference are the only
way back to a person. The columns that a search runs over are made from these rows and can be made anew at any time.
"""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q


def new_uid() -> str:
    """128 random bits in hex: what a row's seal is bound to."""
    return secrets.token_hex(16)


class Laboratory(models.Model):
    """A laboratory of the directory, with the accreditation under which its profiles count."""

    party = models.CharField(max_length=64)
    accreditation = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_until = models.DateField()
    ended = models.DateTimeField(null=True)
    registered_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    registered = models.DateTimeField()


class Family(models.Model):
    """A family that looks for a child: who is whose parent, by codes, and what its search assumes.

    `pedigree` is the JSON of `clew.kinship.pedigree_files`; `missing` names the child in it. `table`: a frequency table
    that comes with Clew. `mutation`: {"model", "rate"}, or null. `unseen`: the frequency of an allele that the table
    lacks.
    """

    reference = models.CharField(max_length=40)
    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    pedigree = models.JSONField()
    missing = models.CharField(max_length=20)
    table = models.CharField(max_length=60)
    mutation = models.JSONField(null=True)
    theta = models.FloatField(default=0.0)
    unseen = models.FloatField()
    registered_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    registered = models.DateTimeField()
    closed = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compartment", "reference"], name="family_reference_once"),
        ]


class FoundChild(models.Model):
    """A child who was found and whose family is looked for. `sex`: male, female or unknown."""

    reference = models.CharField(max_length=40)
    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    sex = models.CharField(max_length=10)
    registered_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    registered = models.DateTimeField()
    closed = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compartment", "reference"], name="child_reference_once"),
        ]


class Block(models.Model):
    """A file of the columns' cache: some found children of a unit. `wrapped`: its key; null where it is out of date.

    A block's key is thrown away with every change of what it holds, so that no older copy of its file can be read.
    `digest`: SHA-256 of the file, hex.
    """

    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    wrapped = models.BinaryField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    written = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compartment", "number"], name="block_once"),
        ]


class Session(models.Model):
    """A time for which the columns of a unit lie decrypted in the worker's memory, so that searches can run.

    `unlocked`: when they lay there; `unlock_ms`: how long that took, the compiling of the search included. `proof`:
    the signature of whoever opened it; null before there were any.
    """

    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    opened = models.DateTimeField()
    ends = models.DateTimeField()
    unlocked = models.DateTimeField(null=True)
    unlock_ms = models.PositiveIntegerField(null=True)
    profiles = models.PositiveIntegerField(null=True)
    closed = models.DateTimeField(null=True)
    proof = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compartment"], condition=Q(closed=None), name="one_open_session"),
        ]


class Profile(models.Model):
    """What a laboratory saw of one donor, for one family or one found child, under one consent.

    `sealed`: the findings by locus, under the key in `wrapped`; both are void once it was destroyed. `person`: who of
    the pedigree it is, "" for a found child. `team`: the compartment in which the consent was recorded; it is told what
    came of the search. `consent_number` stays when the consent's record is deleted. `proved`: when it was seen that no
    file holds it any more; `proof`: the digest of the file that was read then, "" where it stood in none.
    """

    class Reason(models.TextChoices):
        WITHDRAWN = "withdrawn"
        REUNITED = "reunited"
        CLOSED = "closed"
        MISTAKE = "mistake"
        NO_CONSENT = "no_consent"
        ERASED = "erased"

    uid = models.CharField(max_length=32, unique=True, default=new_uid)
    family = models.ForeignKey(Family, null=True, on_delete=models.PROTECT, related_name="profiles")
    child = models.ForeignKey(FoundChild, null=True, on_delete=models.PROTECT, related_name="profiles")
    person = models.CharField(max_length=20, blank=True)
    laboratory = models.ForeignKey(Laboratory, on_delete=models.PROTECT, related_name="+")
    sample = models.CharField(max_length=60)
    kit = models.CharField(max_length=60, blank=True)
    taken = models.DateField()
    loci = models.PositiveSmallIntegerField()
    consent = models.ForeignKey("consent.Consent", null=True, on_delete=models.SET_NULL, related_name="+")
    consent_number = models.BigIntegerField()
    team = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    wrapped = models.BinaryField(null=True)
    sealed = models.BinaryField()
    block = models.ForeignKey(Block, null=True, on_delete=models.SET_NULL, related_name="profiles")
    recorded_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()
    destroyed = models.DateTimeField(null=True)
    destroyed_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    proved = models.DateTimeField(null=True)
    proof = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            # There is no third kind of profile, least of all a suspect's.
            models.CheckConstraint(
                condition=Q(family__isnull=False, child__isnull=True, person__gt="")
                | Q(family__isnull=True, child__isnull=False, person=""),
                name="profile_of_family_or_child",
            ),
            models.CheckConstraint(
                condition=Q(destroyed__isnull=True, wrapped__isnull=False)
                | Q(destroyed__isnull=False, wrapped__isnull=True, sealed=b""),
                name="profile_destroyed_is_void",
            ),
            models.UniqueConstraint(
                fields=["family", "person"], condition=Q(destroyed=None), name="one_profile_of_relative"
            ),
            models.UniqueConstraint(fields=["child"], condition=Q(destroyed=None), name="one_profile_of_child"),
            models.UniqueConstraint(
                fields=["laboratory", "sample"], condition=Q(destroyed=None), name="one_profile_of_sample"
            ),
            models.UniqueConstraint(fields=["consent"], condition=Q(destroyed=None), name="one_profile_of_consent"),
        ]

    @property
    def compartment_id(self) -> int:
        """The unit that works on it."""
        owner = self.family or self.child
        if owner is None:
            raise ValueError("A profile belongs to a family or to a found child.")
        return owner.compartment_id


class WideSearch(models.Model):
    """One found child against every family of its unit (`child`), or every family against every child.

    It is as many searches as there are families, each of which is weighed, run and kept by itself: whatever cuts it
    off, it goes on with those that are left. `size`: how many comparisons it is. `sealed`: under the node's rest key,
    why families are searched for whose relatives cannot answer.
    """

    class State(models.TextChoices):
        WEIGHING = "weighing"
        WEIGHED = "weighed"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"

    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    child = models.ForeignKey(FoundChild, null=True, on_delete=models.PROTECT, related_name="wide_searches")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WEIGHING)
    size = models.PositiveBigIntegerField()
    threshold = models.FloatField(null=True)
    sealed = models.BinaryField(default=b"")
    made_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="kinship_wide_state")]

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will come by itself."""
        return self.state not in {self.State.WEIGHING, self.State.RUNNING}


class Search(models.Model):
    """A search of a family's child among the found children of its unit; its power is known before it runs.

    `power`: what `searching.weighed` says, with no genotype in it. `size`: how many children there were then, or in a
    wide search, how many comparisons that is. `sealed`: under the node's rest key, why it was run although these
    relatives cannot answer, and what went wrong.
    """

    class State(models.TextChoices):
        WEIGHING = "weighing"
        WEIGHED = "weighed"
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"
        LEFT_OUT = "left_out"

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="searches")
    wide = models.ForeignKey(WideSearch, null=True, on_delete=models.PROTECT, related_name="searches")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WEIGHING)
    power = models.JSONField(null=True)
    size = models.PositiveBigIntegerField(null=True)
    can_answer = models.BooleanField(null=True)
    threshold = models.FloatField(null=True)
    sealed = models.BinaryField(default=b"")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="searches")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    assumptions = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="kinship_search_state")]

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will come by itself."""
        return self.state not in {self.State.WEIGHING, self.State.WAITING, self.State.RUNNING}


class Hit(models.Model):
    """A found child whose profile may be that of a family's child: a lead, until a laboratory has said otherwise.

    `review`: what the search computed of it, locus by locus, sealed under the keys of every profile it speaks of; void
    once one of them was destroyed. `sealed`: under the node's rest key, the reasons of the child-protection decision.
    """

    class State(models.TextChoices):
        LEAD = "lead"
        ASKED = "asked"
        CONFIRMED = "confirmed"
        REFUTED = "refuted"

    class Decision(models.TextChoices):
        MAY = "may"
        MAY_NOT = "may_not"

    class View(models.TextChoices):
        WANTS = "wants"
        REFUSES = "refuses"
        TOO_YOUNG = "too_young"

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="hits")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="hits")
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="hits")
    relatives = models.ManyToManyField(Profile, related_name="+")
    log10 = models.FloatField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.LEAD)
    review = models.BinaryField(default=b"")
    found = models.DateTimeField()
    laboratory = models.ForeignKey(Laboratory, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    asked = models.DateTimeField(null=True)
    report = models.CharField(max_length=60, blank=True)
    answered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    answered = models.DateTimeField(null=True)
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    decided = models.DateTimeField(null=True)
    view = models.CharField(max_length=10, choices=View.choices, blank=True)
    heard_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    heard = models.DateTimeField(null=True)
    sealed = models.BinaryField(default=b"")
    reunited = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "profile"], name="one_hit_of_family_and_child"),
        ]


class Telling(models.Model):
    """That somebody is to be told of a confirmed hit: one person proposes it, another approves or refuses it.

    `proposed_proof`, `approved_proof`: what each of the two signed; null before there were signatures, and for a no.
    """

    class Whom(models.TextChoices):
        FAMILY = "family"
        CHILD = "child"
        AUTHORITY = "authority"

    hit = models.ForeignKey(Hit, on_delete=models.PROTECT, related_name="tellings")
    whom = models.CharField(max_length=10, choices=Whom.choices)
    proposed_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    proposed = models.DateTimeField()
    approved = models.BooleanField(null=True)
    answered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    answered = models.DateTimeField(null=True)
    proposed_proof = models.JSONField(null=True)
    approved_proof = models.JSONField(null=True)
