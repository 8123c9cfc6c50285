"""Releases, decisions, approvals and signatures; and the inputs that named humans enter for the rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from clew.node.at_rest import seal, unseal
from clew.node.dossier.queries import open_for, seal_for


class RuleSetVersion(models.Model):
    """The rule files of one version, kept so that every decision can be derived again years later."""

    version = models.CharField(max_length=64, unique=True)
    files = models.JSONField()
    first_used = models.DateTimeField()


class Release(models.Model):
    """A letter in the making: what an officer chose and wrote. Nothing of it leaves before a signed decision.

    `chosen`: list of {"statement": id, "needed": reason or "", "minimum": reason or "", "coarser": level or ""}.
    `recognition`: her answer whether someone could recognise the person, {"answer", "reason", "name", "at", "tokens"},
    or empty. `findings`: what the officer found for the rules (`findings.Findings`). `items`: list of {"ask", "entity":
    id or null, "text"}. `answers`: list of {"item", "outcome", "text", "statements": [id]}. `cards`: signed cards as
    text. `via`: uids of the posts the letter passes through. `derogation`: {"ground", "individual", "documented",
    "rights_override"} or empty. `particulars`: what only this type of letter has (`clew.disclosure.particulars`).
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        DECIDED = "decided"
        SIGNED = "signed"
        DISPATCHED = "dispatched"
        WITHDRAWN = "withdrawn"

    kind = models.CharField(max_length=20)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="releases")
    compartment = models.ForeignKey("accounts.Compartment", null=True, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=64)
    post = models.CharField(max_length=64, blank=True)
    via = models.JSONField(default=list)
    thread = models.CharField(max_length=64, db_index=True)
    in_reply_to = models.CharField(max_length=64, blank=True)
    instrument = models.CharField(max_length=60)
    purpose = models.CharField(max_length=40)
    urgency = models.CharField(max_length=20)
    deadline = models.DateTimeField(null=True)
    subject = models.CharField(max_length=300)
    facts = models.TextField(blank=True)
    necessity = models.TextField(blank=True)
    offence_codes = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    chosen = models.JSONField(default=list)
    items = models.JSONField(default=list)
    answers = models.JSONField(default=list)
    cards = models.JSONField(default=list)
    use = models.CharField(max_length=20, default="intelligence")
    immediate_danger = models.BooleanField(default=False)
    legal_duty = models.TextField(blank=True)
    evidence_approval = models.CharField(max_length=200, blank=True)
    derogation = models.JSONField(default=dict)
    findings = models.JSONField(default=dict)
    recognition = models.JSONField(default=dict)
    particulars = models.JSONField(default=dict)
    requested_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    created = models.DateTimeField()
    changed = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["compartment", "-changed"], name="release_list_order"),
            models.Index(fields=["state"], name="release_state"),
        ]

    def __str__(self) -> str:
        return self.subject


class Decision(models.Model):
    """The engine's answer on one release, and the bytes that would leave.

    `inputs` are the canonical bytes of all that was looked at, the letter's own words included; they and the package
    lie sealed under the keys of the protected persons they concern (`sealed_for`, set before them). `outcome` is the
    engine's whole answer, JSON objects as `package.to_plain` writes them; it names the rules that decided, also those
    whose name alone tells a sealed reason, so it lies sealed under the node's own key. `basis` is the
    digest of the inputs without approvals and moment, so that an approval holds for exactly what was approved.
    `digest` covers inputs, outcome and package: it is what an officer signs. `not_before`: the slot in which an answer
    leaves. `after` is for the preview only: what would leave once every open approval is given,
    and which of it could name a person together.
    """

    class State(models.TextChoices):
        DECIDED = "decided"
        STALE = "stale"
        SIGNED = "signed"
        DISPATCHED = "dispatched"
        WITHDRAWN = "withdrawn"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="decisions")
    ruleset = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="+")
    sealed_for = models.JSONField(default=list)
    sealed_inputs = models.BinaryField()
    sealed_outcome = models.BinaryField()
    basis = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_package = models.BinaryField()
    package_digest = models.CharField(max_length=64)
    sealed_after = models.BinaryField(default=b"")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DECIDED)
    decided = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    letter = models.CharField(max_length=64, blank=True, db_index=True)
    dispatched = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "decided"], name="decision_state")]

    @property
    def inputs(self) -> bytes:
        """All that was looked at. Raises `Refused` once a person it concerns was erased, or its time was over."""
        return open_for(self.sealed_for, bytes(self.sealed_inputs), f"decision inputs {self.release_id}")

    @inputs.setter
    def inputs(self, content: bytes) -> None:
        self.sealed_inputs = seal_for(self.sealed_for, content, f"decision inputs {self.release_id}")

    @property
    def outcome(self) -> dict[str, Any]:
        """The engine's answer, read anew each time. Raises `Unreadable` where the row is not as this node sealed it."""
        # Under the node's key and no person's: what was decided must be told long after a person was erased.
        found: dict[str, Any] = json.loads(unseal(bytes(self.sealed_outcome), self._outcome_bound_to))
        return found

    @outcome.setter
    def outcome(self, content: Mapping[str, Any]) -> None:
        self.sealed_outcome = seal(json.dumps(content).encode(), self._outcome_bound_to)

    @property
    def _outcome_bound_to(self) -> bytes:
        return f"decision outcome {self.release_id}".encode()

    @property
    def package(self) -> bytes:
        """What leaves. Raises `Refused` once a person the decision concerns was erased."""
        return open_for(self.sealed_for, bytes(self.sealed_package), f"decision package {self.release_id}")

    @package.setter
    def package(self, content: bytes) -> None:
        self.sealed_package = seal_for(self.sealed_for, content, f"decision package {self.release_id}")

    @property
    def after(self) -> bytes:
        """What would leave once every open approval is given, as JSON; empty where it was never kept."""
        sealed = bytes(self.sealed_after)
        return open_for(self.sealed_for, sealed, f"decision after approval {self.release_id}") if sealed else b""

    @after.setter
    def after(self, content: bytes) -> None:
        self.sealed_after = seal_for(self.sealed_for, content, f"decision after approval {self.release_id}")


class ApprovalAsk(models.Model):
    """An approval was asked for: of everyone in the team who holds the role, or of one officer by name.

    An officer outside the team sees this decision by it, and nothing else of the case, while the decision is open.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="asks")
    role = models.CharField(max_length=40)
    officer = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    asked = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["officer", "decision"], name="approval_asked_of")]


class StatementOutcome(models.Model):
    """What one decision says of one statement; `policies` are the ids of those that decided.

    A policy whose name alone would tell a sealed reason stands here as `neutral`.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="statement_outcomes")
    statement = models.ForeignKey("dossier.Statement", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10)
    policies = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "statement"], name="one_outcome_per_statement")
        ]


class Approval(models.Model):
    """Another officer's signed answer in a role, for exactly the basis that she saw."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="approvals")
    role = models.CharField(max_length=40)
    officer = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    granted = models.BooleanField()
    reason = models.TextField()
    basis = models.CharField(max_length=64)
    method = models.CharField(max_length=20)
    key_id = models.CharField(max_length=100)
    public_key = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "role", "officer"], name="one_answer_per_role_and_officer")
        ]


class DecisionSignature(models.Model):
    """The signature that releases: over the decision's digest, by the officer who asked for the letter."""

    decision = models.OneToOneField(Decision, primary_key=True, on_delete=models.PROTECT, related_name="signature")
    officer = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    key_id = models.CharField(max_length=100)
    public_key = models.BinaryField()
    signature = models.BinaryField()
    at = models.DateTimeField()


class Assurance(models.Model):
    """What stands in writing about a party, with what it covers and until when.

    An assurance against death penalty and inhuman treatment (R23), a pledge of reciprocity (R47), an undertaking to
    keep requests confidential (R14), or this controller's own assessment of safeguards (R07): then `text` is the
    category of transfers with the safeguards found, and `issuer` says who made it.
    """

    class Kind(models.TextChoices):
        ASSURANCE = "assurance"
        PLEDGE = "pledge"
        CONFIDENTIALITY = "confidentiality"
        ASSESSMENT = "assessment"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    party = models.CharField(max_length=64, db_index=True)
    instrument = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    issuer = models.CharField(max_length=200)
    issued = models.DateField()
    expires = models.DateField()
    translations = models.JSONField(default=list)
    doubts_on_torture = models.BooleanField(default=False)
    recorded_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()


class Safeguard(models.Model):
    """What a named human says of a person for the rules only, sealed at rest, until a day; never in any search.

    `kind` is a code of `clew.node.disclosure.safeguards.KINDS`. A newer entry of a kind replaces the older.
    """

    person = models.ForeignKey("dossier.Entity", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    sealed = models.BinaryField()
    expires = models.DateField()
    recorded_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "kind"], name="safeguard_person")]


class RiskAssessment(models.Model):
    """Whether a person is at risk if this state learns of her (guard 1); the reasons stay sealed."""

    person = models.ForeignKey("dossier.Entity", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=2)
    assessed = models.DateField()
    favourable = models.BooleanField()
    sealed_reasons = models.BinaryField()
    recorded_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()


class Authorisation(models.Model):
    """An organisation that a source passed through allows one recipient to have it (R04, R33), until a day.

    `purpose` is empty where it allows what the source was given for, and no more; `evidence`: its use as evidence too.
    `letter`: uid of the grant that said so, "" where an officer recorded it. `statements`: those that are meant, [] for
    all of the source. `conditions`: under which it may leave, in the words of whoever allows it. `withdrawn`: since
    when it counts no more.
    """

    source = models.ForeignKey("dossier.Source", on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40, blank=True)
    evidence = models.BooleanField(default=False)
    recipient = models.CharField(max_length=64)
    reference = models.CharField(max_length=200)
    given = models.DateField()
    expires = models.DateField()
    letter = models.CharField(max_length=32, blank=True, db_index=True)
    statements = models.JSONField(default=list)
    conditions = models.JSONField(default=list)
    withdrawn = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()


class Mark(models.Model):
    """What a named human says of a source, or of one of its statements, for the rules; it holds until it is lifted.

    `kind` is a code of `clew.node.disclosure.marks.KINDS`; `detail` the agreement of joint material.
    `lifted_proof`: the signature of whoever lifted it, over `mark_digest`; empty while it stands, and for marks
    lifted before this was asked for.
    """

    source = models.ForeignKey("dossier.Source", on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey("dossier.Statement", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    detail = models.CharField(max_length=60, blank=True)
    reason = models.TextField()
    review = models.DateField(null=True)
    recorded_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()
    lifted_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    lifted = models.DateTimeField(null=True)
    lifted_reason = models.TextField(blank=True)
    lifted_proof = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["source", "statement"], name="mark_of_source")]


class LetterEntity(models.Model):
    """How an entity is called in one thread, by us or by the partner."""

    thread = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    entity = models.ForeignKey("dossier.Entity", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["thread", "name"], name="one_entity_per_letter_name")]
        indexes: ClassVar = [models.Index(fields=["thread", "entity"], name="letter_entity")]


class RaisedTask(models.Model):
    """A rule asked a human to do something for this release; kept so that it is asked only once."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="raised_tasks")
    policy = models.CharField(max_length=10)
    raised = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "policy"], name="task_raised_once")]
