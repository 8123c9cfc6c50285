"""Parties and their posts, node cards and keys, introductions, instruments and joint-investigation agreements."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from clew.node.folded import FoldedField


class Party(models.Model):
    """An organisation in the directory, or a post of one (then `parent` is set). `uid` is the id used in letters.

    `competence_confirmed`: when a named human of this node confirmed that it is a competent authority (R02); until then
    competence is assumed from its kind, or not at all. `folded` is what a search of the directory looks through.
    """

    uid = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=20)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="posts")
    post_kind = models.CharField(max_length=40, blank=True)
    seat_country = models.CharField(max_length=2, blank=True)
    competences = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    contacts = models.JSONField(default=list)
    status = models.CharField(max_length=20)
    is_own = models.BooleanField(default=False)
    inbound_url = models.CharField(max_length=300, blank=True)
    added = models.DateTimeField()
    confirmed_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed = models.DateTimeField(null=True)
    status_reason = models.TextField(blank=True)
    vouched_by = models.CharField(max_length=64, blank=True)
    competence_confirmed = models.DateTimeField(null=True)
    competence_confirmed_by = models.ForeignKey(
        "accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+"
    )
    competence_basis = models.TextField(blank=True)
    folded = FoldedField(of=("name",))

    def __str__(self) -> str:
        return self.name


class ContactTest(models.Model):
    """One try of a party's contact point: whether a human answered there, and how long that took.

    `contact`: as it stood in the directory then. `ended`: when she who tried it said what came of it; `answered` only
    where somebody answered.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="contact_tests")
    contact = models.CharField(max_length=500)
    begun = models.DateTimeField()
    begun_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")
    ended = models.DateTimeField(null=True)
    answered = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["party", "-begun"], name="contact_tests_newest")]


class OwnWord(models.Model):
    """What a party said of itself, or of a post of its own, in a letter: that it is suspended, or has left.

    `action`, `reason`: codes of the letter. `serial`: the letter's number of the change; an older one counts for
    nothing. `before`: the party's status until then. `lifted`: when a human here compared its card anew, and let it
    write again; None while it stands.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="own_words")
    action = models.CharField(max_length=10)
    reason = models.CharField(max_length=20)
    serial = models.BigIntegerField()
    before = models.CharField(max_length=20)
    effective = models.DateTimeField()
    received = models.DateTimeField()
    lifted = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    lifted_reason = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["party"], name="own_word_stands", condition=models.Q(lifted=None))]


class NodeCard(models.Model):
    """A party's signed card as it was received: its keys, address, posts. The newest confirmed one is pinned.

    `hybrid_key`: the key of suite 2; empty where the card does not list that suite.
    `renews`: the sign key of the card before, where that key vouches for this card; empty where none does.
    `opens_until`: of this node's own replaced card, until when what is sealed to its key is still opened.
    `retired`: of this node's own card, when its private keys were destroyed.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="cards")
    raw = models.BinaryField()
    fingerprint = models.CharField(max_length=100)
    sign_key = models.BinaryField()
    seal_key = models.BinaryField()
    transport_key = models.BinaryField()
    hybrid_key = models.BinaryField(default=bytes)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    received = models.DateTimeField()
    confirmed = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)
    renews = models.BinaryField(default=bytes)
    opens_until = models.DateTimeField(null=True)
    retired = models.DateTimeField(null=True)


class CardOrder(models.Model):
    """An officer's order to renew this node's own card, carried out by the process that may use the sign key."""

    ordered = models.DateTimeField()
    ordered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    new_keys = models.BooleanField()
    starts = models.DateTimeField()
    done = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)


class Introduction(models.Model):
    """A facilitator vouched for a card; this side decides. Also kept by the facilitator for what it proposed.

    `recipient` is the party that reads the card: this node itself for what came in, else the one told.
    """

    facilitator = models.CharField(max_length=64)
    recipient = models.CharField(max_length=64)
    party_uid = models.CharField(max_length=64)
    card = models.BinaryField()
    letter = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    received = models.DateTimeField()
    decision = models.CharField(max_length=20, blank=True)
    decided_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    decided = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)


class Instrument(models.Model):
    """What makes a transfer lawful: who is party, from when, what it enables, with which reservations and clocks.

    `parties`: list of party uids or country codes. `enables`: list of {"letter": type, "purposes": [...]}.
    `clocks`: {urgency code: {"hours": n} or {"calendar_days": n}}.
    """

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=40)
    parties = models.JSONField(default=list)
    in_force_from = models.DateField()
    in_force_until = models.DateField(null=True)
    enables = models.JSONField(default=list)
    reservations = models.TextField(blank=True)
    clocks = models.JSONField(default=dict)
    translations = models.JSONField(default=list)
    fictional = models.BooleanField(default=False)
    registered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    registered = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class JointAgreement(models.Model):
    """An agreement on a joint investigation. What it says on a day is the fold of its `changes` (`partners.joint`)."""

    code = models.CharField(max_length=60, unique=True)
    fictional = models.BooleanField(default=False)
    registered = models.DateTimeField()
    registered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.code


class JointChange(models.Model):
    """One entry in an agreement's history: never changed, only decided upon.

    `kind`: a key of `joint.CHANGE_KINDS`. `day`: from which day it holds. `party`: the member it is about. `number`: of
    an amendment. `content`: the terms it sets, and the members of a registration. `signed_by`: uids of the members that
    signed an amendment. `decision`: "" while it waits for a second officer, `confirmed`, `declined`, or `at_once` where
    it only narrows and holds without a second officer.
    """

    agreement = models.ForeignKey(JointAgreement, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20)
    day = models.DateField()
    party = models.CharField(max_length=64, blank=True)
    number = models.PositiveIntegerField(null=True)
    content = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    signed_by = models.JSONField(default=list)
    entered = models.DateTimeField()
    entered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=20, blank=True)
    decided = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
