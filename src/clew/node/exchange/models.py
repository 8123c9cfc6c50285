"""Correspondences, letters, envelopes on their way out and in, receipts, events, and the order between each pair."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from clew.node.exchange.comparing_models import Comparison as Comparison
from clew.node.exchange.evidence_models import Exhibit as Exhibit
from clew.node.exchange.evidence_models import Transfer as Transfer
from clew.node.exchange.evidence_models import TransferFile as TransferFile
from clew.node.exchange.log_models import CosignedCheckpoint as CosignedCheckpoint
from clew.node.exchange.log_models import LogContradiction as LogContradiction
from clew.node.exchange.log_models import PartnerLog as PartnerLog
from clew.node.exchange.network_models import Announcement as Announcement
from clew.node.exchange.restore_models import Restored as Restored
from clew.node.exchange.restore_models import ResyncQuestion as ResyncQuestion
from clew.node.exchange.restore_models import SentBefore as SentBefore

UID = 32
DIGEST = 64


class Thread(models.Model):
    """A correspondence with one party. `state` and `due` are the fold over its events, kept for lists.

    `due` is later by the time that the clock stood, and None while it stands.
    """

    uid = models.CharField(max_length=UID, unique=True)
    party = models.CharField(max_length=64, db_index=True)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(max_length=20)
    urgency = models.CharField(max_length=40, blank=True)
    instrument = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, default="sent")
    due = models.DateTimeField(null=True)
    answered = models.DateTimeField(null=True)
    opened = models.DateTimeField()
    changed = models.DateTimeField(db_index=True)


class Letter(models.Model):
    """A letter with content, written here or received.

    `sealed` is the signed letter (compact JWS), encrypted under the letter's own data key; `sealed_subject` likewise.
    A received letter may name persons, so nothing of its body stands here in clear. `header` names none.
    """

    uid = models.CharField(max_length=UID, unique=True)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="letters")
    direction = models.CharField(max_length=3)
    state = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    party = models.CharField(max_length=64)
    post = models.CharField(max_length=64, blank=True)
    sequence = models.BigIntegerField()
    previous = models.CharField(max_length=DIGEST)
    digest = models.CharField(max_length=DIGEST)
    envelope = models.CharField(max_length=UID, db_index=True)
    envelope_digest = models.CharField(max_length=DIGEST)
    signed_with = models.BinaryField()
    header = models.JSONField()
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()
    sealed_subject = models.BinaryField()
    decision = models.BigIntegerField(null=True, unique=True)
    decision_digest = models.CharField(max_length=DIGEST, blank=True)
    in_reply_to = models.CharField(max_length=UID, blank=True)
    created = models.DateTimeField()
    due = models.DateTimeField(null=True)
    recorded = models.DateTimeField()
    taken = models.DateTimeField(null=True)
    taken_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        # What each round of the worker looks for is found without reading the letters themselves.
        indexes: ClassVar = [
            models.Index(fields=["direction", "state"], name="letters_waiting"),
            models.Index(fields=["direction", "kind", "state"], name="letters_of_kind"),
            models.Index(fields=["kind", "due"], name="letters_due", condition=models.Q(due__isnull=False)),
        ]


class OutboxEntry(models.Model):
    """A sealed envelope until its recipient's signed `stored` receipt is here; kept afterwards for re-sending.

    `carrier`: the node of a post that the letter goes via, "" where it goes directly; `carried`: since when that node
    has it, by its own signed receipt, which says nothing about the recipient. `sequence`, `letter_digest`: of the
    letter in it; None and "" where it has no number, or was sealed before they were kept here.
    """

    party = models.CharField(max_length=64)
    carrier = models.CharField(max_length=64, blank=True)
    letter = models.ForeignKey(Letter, null=True, on_delete=models.PROTECT, related_name="outbox")
    kind = models.CharField(max_length=20)
    sequence = models.BigIntegerField(null=True)
    letter_digest = models.CharField(max_length=DIGEST, blank=True)
    envelope_id = models.CharField(max_length=UID, unique=True)
    envelope_digest = models.CharField(max_length=DIGEST)
    envelope = models.BinaryField()
    created = models.DateTimeField()
    expires = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_attempt = models.DateTimeField()
    last_problem = models.CharField(max_length=40, blank=True)
    carried = models.DateTimeField(null=True)
    delivered = models.DateTimeField(null=True)
    failed = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["party", "id"],
                name="outbox_waiting",
                condition=models.Q(delivered=None, failed=None),
            ),
            models.Index(fields=["party", "sequence"], name="outbox_order"),
            # Each round asks these of everything that waits; the envelopes themselves stand before the columns.
            models.Index(
                fields=["party", "carrier", "next_attempt"],
                name="outbox_ways",
                condition=models.Q(delivered=None, failed=None),
            ),
            models.Index(fields=["expires"], name="outbox_expiring", condition=models.Q(delivered=None, failed=None)),
        ]


class InboxEntry(models.Model):
    """An envelope as a partner sent it, written durably before its receipt was signed; kept for review.

    `state`: stored, done (receipts or a checkpoint in it), quarantined, accepted, refused, rejected, discarded.
    `at_the_door`: it was refused before it was opened, and the number of its envelope counts for nothing.
    """

    sender = models.CharField(max_length=64)
    envelope_id = models.CharField(max_length=UID)
    digest = models.CharField(max_length=DIGEST)
    envelope = models.BinaryField()
    stored_receipt = models.BinaryField()
    received = models.DateTimeField()
    expires = models.DateTimeField()
    state = models.CharField(max_length=20, default="stored")
    at_the_door = models.BooleanField(default=False)
    code = models.CharField(max_length=40, blank=True)
    where = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    letter = models.ForeignKey(Letter, null=True, on_delete=models.PROTECT, related_name="inbox")
    sequence = models.BigIntegerField(null=True)
    previous = models.CharField(max_length=DIGEST, blank=True)
    letter_digest = models.CharField(max_length=DIGEST, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sender", "envelope_id"], name="envelope_once_per_sender", condition=models.Q(at_the_door=False)
            ),
            models.UniqueConstraint(fields=["sender", "digest"], name="same_bytes_once_per_sender"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="inbox_unopened", condition=models.Q(state="stored")),
            models.Index(fields=["sender", "sequence"], name="inbox_order"),
            models.Index(fields=["state"], name="inbox_state"),
        ]


class Transit(models.Model):
    """An envelope of one party for another that this node carries. It can read nothing of it but the outside.

    `receipt` is this node's own, for the sender; `answer` the recipient's signed one, once it is here.
    """

    sender = models.CharField(max_length=64)
    recipient = models.CharField(max_length=64)
    envelope_id = models.CharField(max_length=UID)
    digest = models.CharField(max_length=DIGEST)
    envelope = models.BinaryField()
    size = models.PositiveIntegerField()
    received = models.DateTimeField()
    expires = models.DateTimeField()
    receipt = models.BinaryField()
    answer = models.BinaryField(default=b"")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt = models.DateTimeField()
    last_problem = models.CharField(max_length=40, blank=True)
    passed_on = models.DateTimeField(null=True)
    failed = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "envelope_id"], name="carried_once_per_sender")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["recipient", "id"],
                name="transit_waiting",
                condition=models.Q(passed_on=None, failed=None),
            )
        ]


class CarriedIn(models.Model):
    """This node's signed answer to an envelope that came in a bundle, for whoever sent the envelope.

    It goes into each bundle to that party for as long as the envelope may be under way: a stick can be lost.
    """

    party = models.CharField(max_length=64)
    digest = models.CharField(max_length=DIGEST)
    receipt = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "digest"], name="one_answer_to_what_was_carried_in")
        ]


class Receipt(models.Model):
    """One of the three facts about one envelope. Our own are signed by the worker (`raw` empty until then)."""

    letter = models.ForeignKey(Letter, null=True, on_delete=models.PROTECT, related_name="receipts")
    letter_uid = models.CharField(max_length=UID, blank=True)
    issuer = models.CharField(max_length=64)
    addressee = models.CharField(max_length=64)
    envelope_id = models.CharField(max_length=UID)
    envelope_digest = models.CharField(max_length=DIGEST)
    stage = models.CharField(max_length=10)
    code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    raw = models.BinaryField(default=b"")
    to_send = models.BooleanField(default=False)
    recorded = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["envelope_digest", "issuer", "stage"], name="each_fact_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["addressee", "id"], name="receipts_to_send", condition=models.Q(to_send=True))
        ]


class ThreadEvent(models.Model):
    """One event of a correspondence (`clew.exchange.threads.Event`); `letter` is the uid of the letter meant."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    letter = models.CharField(max_length=UID)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "kind", "letter", "by"], name="each_event_once")
        ]


class PairState(models.Model):
    """The last number and digest in one direction with one party. `missing`: numbers that have not arrived."""

    party = models.CharField(max_length=64)
    direction = models.CharField(max_length=3)
    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=DIGEST)
    missing = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["party", "direction"], name="one_order_per_pair")]


class ClockMark(models.Model):
    """A mark of a deadline that was passed and said to somebody: 50, 80 or 100 percent."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="marks")
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["letter", "percent"], name="each_mark_once")]


class DelayReason(models.Model):
    """Why a partner's request was not answered in time, said by an officer; it stays in this house."""

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="delay")
    code = models.CharField(max_length=20)
    sealed_words = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")


class ControlOrder(models.Model):
    """A letter of codes and numbers alone that is to be written; only the worker holds the key that signs it.

    `about`: the letter it refers to; `package`: its body; `ordered_by`: None where the node answers by itself.
    """

    about = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="orders")
    kind = models.CharField(max_length=20)
    package = models.BinaryField()
    ordered = models.DateTimeField()
    ordered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    written = models.OneToOneField(Letter, null=True, on_delete=models.PROTECT, related_name="order")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["about", "kind"], name="one_order_at_a_time", condition=models.Q(written=None)
            )
        ]


class Recall(models.Model):
    """One letter that its sender takes back or corrects: this node towards one holder (`out`), or a partner (`in`).

    `uid`: of the letter that says so. It is chosen before that is written, so that an answer can name it. `party`: the
    other side. `recalled`, `digest`: the letter that is taken back, which need not have arrived yet; `numbers`: the
    statements of it that are meant, [] for all. `action`: what is asked; `correct` where a correction says what is
    right instead. `cause`: the received recall or correction that this one passes on.
    `asked`: when it was ordered here or arrived. `sent`: when the recall left, or this node's answer to it.
    `outcome`: what the holder says became of it, "" while nobody has said; `settled`: since when.
    `reference`: the court's, which stays here; only the code and `until` travel.
    """

    uid = models.CharField(max_length=UID, unique=True)
    direction = models.CharField(max_length=3)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="recalls")
    party = models.CharField(max_length=64)
    recalled = models.CharField(max_length=UID, db_index=True)
    digest = models.CharField(max_length=DIGEST)
    action = models.CharField(max_length=10)
    reason = models.CharField(max_length=20)
    numbers = models.JSONField(default=list)
    cause = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="onward")
    asked = models.DateTimeField()
    asked_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateTimeField(null=True)
    sent = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    settled = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    until = models.CharField(max_length=10, blank=True)
    passed_on = models.JSONField(default=list)
    reference = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["id"], name="recalls_to_send", condition=models.Q(sent=None))]


class DispatchProblem(models.Model):
    """A signed decision that cannot become a letter; it is not tried again, and a human is told."""

    decision = models.BigIntegerField(unique=True)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    at = models.DateTimeField()


class Attempt(models.Model):
    """Something that was refused at the door because nobody known stands behind it; only a count is kept."""

    claimed = models.CharField(max_length=64)
    code = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=1)
    first = models.DateTimeField()
    last = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["claimed", "code"], name="attempt_once")]
