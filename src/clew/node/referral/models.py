"""A person's path in a case, what was recorded on it, screenings, services and referrals.

Whatever was said of her lies sealed under her key (`sealing.py`): erasing her makes it unreadable. In the open stand
codes that the path is listed by, days that clocks run by, and who recorded what.
"""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q


def new_uid() -> str:
    """128 random bits in hex: what a row's seal is bound to."""
    return secrets.token_hex(16)


class Path(models.Model):
    """A person's path in one case. `status`: a code of the list `victim_pathway_status`.

    `reflection_ends`: the last day of her recovery and reflection period, where one was granted.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("dossier.Entity", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20)
    reflection_ends = models.DateField(null=True)
    opened = models.DateTimeField()
    opened_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    closed = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "person"], name="path_once_per_case"),
        ]


class Entry(models.Model):
    """Something recorded on a path. The newest of its kind counts; none is ever overwritten.

    `sealed`: what was recorded, as `entries.py` describes each kind. `outcome`: its code, where the path's status
    follows it; of a follow-up its month. What needs a second person counts once `approved` is True.
    """

    class Kind(models.TextChoices):
        CONTACT = "contact"
        IDENTIFICATION = "identification"
        REFLECTION = "reflection"
        BEST_INTERESTS = "best_interests"
        ASSISTANCE = "assistance"
        JUSTICE = "justice"
        RESIDENCE = "residence"
        CLOSING = "closing"
        FOLLOW_UP = "follow_up"

    uid = models.CharField(max_length=32, unique=True, default=new_uid)
    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    outcome = models.CharField(max_length=20, blank=True)
    sealed = models.BinaryField()
    needs_second = models.BooleanField(default=False)
    approved = models.BooleanField(null=True)
    answered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    answered = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["path", "kind"], condition=Q(needs_second=True, approved=None), name="one_entry_waits"
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=models.F("recorded_by")),
                name="entry_answered_by_another",
            ),
        ]


class IndicatorVersion(models.Model):
    """One version of a set of indicators, kept as it was when a screening first used it."""

    name = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    kept = models.DateTimeField()


class IndicatorSignOff(models.Model):
    """A responsible person has compared this very version with its official text. `ended`: she took that back."""

    version = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="sign_offs")
    read_in = models.CharField(max_length=200)
    signed_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    signed = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")


class Screening(models.Model):
    """The answers of one conversation, for ever with the version of the set to which they were given.

    `sealed`: {"age", "act", "answers": {question: {"said", "basis", "by", "at"}}, "why_again"}.
    """

    uid = models.CharField(max_length=32, unique=True, default=new_uid)
    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="screenings")
    version = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    made_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField()


class Service(models.Model):
    """Somebody who helps. `party`: the organisation of the directory, the node's own where `team` answers here.

    `sealed_address`: under the node's rest key; it leaves the node by no way at all. `places`: free ones, None where
    nobody counts them.
    """

    uid = models.CharField(max_length=32, unique=True, default=new_uid)
    name = models.CharField(max_length=120)
    party = models.CharField(max_length=64)
    team = models.ForeignKey("accounts.Compartment", null=True, on_delete=models.PROTECT, related_name="+")
    kinds = models.JSONField()
    groups = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    country = models.CharField(max_length=2)
    place_class = models.CharField(max_length=40, blank=True)
    places = models.PositiveIntegerField(null=True)
    hours = models.CharField(max_length=200, blank=True)
    admission = models.TextField(blank=True)
    sealed_address = models.BinaryField(default=b"")
    registered_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    registered = models.DateTimeField()
    ended = models.DateTimeField(null=True)


class Referral(models.Model):
    """That a service is asked to help her, or that she was told of it and goes herself.

    `sealed`: the minimum that the service reads, {"needs", "group", "language", "contact", "situation"}; empty where
    she goes herself, and void once her consent ended. `consent_number` stays when the consent's record is deleted.
    `for_safety`: of a child for whom nobody answers yet, so that no consent can be asked. `sealed_answer`: why it was
    refused. A service of a partner is asked by letter: `release` is the number of what decides it, `letter` its uid
    once it is written, `code` why the partner refuses; "" for every other referral.
    """

    class State(models.TextChoices):
        TOLD = "told"
        PREPARED = "prepared"
        ASKED = "asked"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        STOPPED = "stopped"

    uid = models.CharField(max_length=32, unique=True, default=new_uid)
    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="referrals")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="referrals")
    state = models.CharField(max_length=10, choices=State.choices)
    urgency = models.CharField(max_length=30, blank=True)
    sealed = models.BinaryField(default=b"")
    consent = models.ForeignKey("consent.Consent", null=True, on_delete=models.SET_NULL, related_name="+")
    consent_number = models.BigIntegerField(null=True)
    for_safety = models.BooleanField(default=False)
    answer_by = models.DateTimeField(null=True)
    made_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField()
    answered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    answered = models.DateTimeField(null=True)
    sealed_answer = models.BinaryField(default=b"")
    arrived = models.DateField(null=True)
    stopped = models.DateTimeField(null=True)
    release = models.BigIntegerField(null=True, unique=True)
    letter = models.CharField(max_length=32, blank=True, db_index=True)
    code = models.CharField(max_length=30, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["answer_by", "id"], condition=Q(state="asked"), name="referral_open_by_due"),
        ]
        constraints: ClassVar = [
            # Nothing is handed over without a consent but for a child's safety, and nothing where she goes herself.
            models.CheckConstraint(
                condition=Q(state="told", consent_number__isnull=True, for_safety=False, sealed=b"")
                | (~Q(state="told") & Q(consent_number__isnull=False, for_safety=False))
                | (~Q(state="told") & Q(consent_number__isnull=True, for_safety=True)),
                name="referral_under_consent_or_told",
            ),
            models.CheckConstraint(condition=~Q(state="stopped") | Q(sealed=b""), name="referral_stopped_is_void"),
        ]


class IncomingReferral(models.Model):
    """A partner's referral of a person, taken by a team here. It has no path, and stands in no dossier and no search.

    `sealed`: what the letter told, {"needs", "group", "language", "contact", "situation"}, under the node's own key;
    nothing of it is anywhere else. It is void once the referral was refused here, or ended there. `basis`: on what it
    rests; `code`: why it was refused; `keep_until`: the last day on which its sender lets it be read.
    """

    class State(models.TextChoices):
        TAKEN = "taken"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        ENDED = "ended"

    letter = models.CharField(max_length=32, unique=True)
    party = models.CharField(max_length=64)
    team = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    reference = models.CharField(max_length=64)
    urgency = models.CharField(max_length=30)
    basis = models.CharField(max_length=20)
    sealed = models.BinaryField(default=b"")
    answer_by = models.DateTimeField()
    keep_until = models.DateField(null=True)
    taken_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    taken = models.DateTimeField()
    answered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    answered = models.DateTimeField(null=True)
    code = models.CharField(max_length=30, blank=True)
    arrived = models.DateField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["answer_by", "id"], condition=Q(state="taken"), name="incoming_open_by_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "ended"]) | Q(sealed=b""), name="incoming_over_is_void"
            ),
        ]
