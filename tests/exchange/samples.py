"""One fictional correspondence in which every type of letter occurs, each in answer to what it may answer."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from clew.exchange.cards import CardPost
from clew.exchange.checkpoints import cosign, note_digest, origin_of
from clew.exchange.kinds import amending, comparing, consenting, evidence, governance, logs, referring, telling
from clew.exchange.kinds.records import Receipts, body_of
from clew.exchange.kinds.table import KINDS, Carries
from clew.exchange.letters import Header, Letter, read_letter
from clew.exchange.merkle import consistency_proof, leaf_hash, root
from clew.exchange.notes import NoteContent, signed_note
from clew.exchange.receipts import MAX_RECEIPT, Receipt, Stage, make_receipt
from clew.exchange.sealing import Envelope, sign_letter
from clew.exchange.strict_json import digest, read_strict
from tests.exchange.partner import NOW, Partner, secret

FRAME: dict[str, Any] = {
    "subject": "Recruitment agency Goldener Weg (fictional)",
    "purpose": "criminal_investigation",
    "legal_basis": telling.LegalBasis("FICTIONAL-ARRANGEMENT", "Arrangement (fictional)"),
    "handling": telling.Handling("H1"),
}
FACT = telling.Statement(
    n=1,
    entity="e1",
    prop="name",
    value="Goldener Weg Arbeitsvermittlung, 金路职业介绍所 (fictional)",
    accuracy=2,
    reliability="B",
    nature="fact",
    handling="H1",
    concerns=("p1",),
    seen_on="2026-11",
)
FACTS: dict[str, Any] = {
    "entities": (telling.Entity("e1", "Company"),),
    "persons": (telling.Person("p1", "suspect"),),
    "statements": (FACT,),
}
CONDITIONS = (telling.Condition("Not as evidence (fictional)", "R11"), telling.Condition("Not for a third state"))
ROUND = comparing.ComparedRound("FICTIONAL-ARRANGEMENT", "beijing", "vienna", ("phone",), 1, "round-1", 1)


@dataclass(frozen=True)
class Comparison:
    """A question and its answer by the library, as the letters have them."""

    points: str
    question: str
    key: str
    evaluated: str
    proofs: str
    held: str


def _compared() -> Comparison:
    from clew.matching.private import Held, Quota, Round, allowance, answer, ask, build_set

    of = Round(ROUND.agreement, ROUND.asker, ROUND.answerer, ROUND.number, ROUND.kinds)
    sets = [build_set([Held("phone", f"+43660{n:07d}", ()) for n in range(k, k + 30)], kinds=of.kinds) for k in (1, 21)]
    question = ask(of, sets[0], secret("private question"), earlier=())
    allowed = allowance(len(question.points), [], partner="vienna", now=NOW, quota=Quota())
    made = answer(
        question, of, sets[1], secret("private answer"), allowance=allowed, contact="desk-2", earlier=()
    ).answer
    texts = [
        base64.b64encode(b"".join(each)).decode() for each in (question.points, made.evaluated, made.proofs, made.items)
    ]
    return Comparison(texts[0], question.digest, base64.b64encode(made.key).decode(), *texts[1:])


COMPARED = _compared()
FILES = (
    evidence.EvidenceFile(
        n=1,
        entity="d1",
        name="camera 1.mp4",
        size=150_000,
        sha256=secret("file 1").hex(),
        sealed_size=150_264,
        parts=tuple(secret("sealed part", str(part)).hex() for part in (1, 2, 3)),
        media_type="video/mp4",
    ),
    evidence.EvidenceFile(
        n=2,
        entity="d2",
        name="空.txt",
        size=0,
        sha256=digest(b""),
        sealed_size=232,
        parts=(secret("sealed part of the other").hex(),),
    ),
)
FILE_KEYS = (
    evidence.FileKey(1, "AGE-SECRET-KEY-1DKT3X94J2QRGL08Z2L27NF0NGQGH3JSV43ZWZMPACV4MPR02WFJQS2ES4Q"),
    evidence.FileKey(2, "AGE-SECRET-KEY-17RVJ2QXGLD9PN4ZVPCR74NX3GLRMGLM0ULY0SZP7K32K7WHWPECQDWKF28"),
)
DOCUMENTS: dict[str, Any] = {
    "entities": (
        telling.Entity("d1", "Video"),
        telling.Entity("d2", "Document"),
        telling.Entity("p1", "Person"),
    ),
    "persons": (telling.Person("p1", "suspect"),),
    "statements": (
        replace(FACT, entity="d1", prop="fileName", value="camera 1.mp4", concerns=("p1",)),
        replace(FACT, n=2, entity="d2", prop="fileName", value="空.txt"),
    ),
}
VIENNA, BEIJING = "vienna", "beijing"


@dataclass
class Story:
    """Both partners, and what they have written to one another, by the name of the letter."""

    partners: dict[str, Partner] = field(
        default_factory=lambda: {VIENNA: Partner("Vienna", "AT"), BEIJING: Partner("Beijing")}
    )
    told: dict[str, Told] = field(default_factory=dict)

    def header(self, name: str) -> Header:
        return self.told[name].letter.header


@dataclass(frozen=True)
class Sample:
    """A letter that is to be written. `record` may ask the story, for instance for the digest of an earlier letter."""

    name: str
    sender: str
    record: Any
    answers: str = ""
    thread: str = "asked"


@dataclass(frozen=True)
class Told:
    """A letter that was written, with its signed form."""

    sample: Sample
    letter: Letter
    signed: str


def _recall(story: Story) -> Any:
    return amending.Recall(
        digest=story.told["reply"].letter.digest,
        action="erase",
        reason="basis-ended",
        answer_by=NOW + dt.timedelta(days=3),
    )


def _recalled(story: Story) -> Any:
    onward = (amending.PassedOn(secret("Sofia", "uid").hex()[:32], secret("onward recall").hex()[:32]),)
    recalled = story.told["reply"].letter.digest
    return amending.RecallAck(digest=recalled, outcome="held-by-court-order", passed_on=onward, until="2027-06")


def _receipts(story: Story) -> Any:
    """A receipt for an envelope of which no vector tells: the seal of one that does is another each time."""
    beijing, request = story.partners[BEIJING], story.header("request")
    receipt = Receipt(
        Stage.ACCEPTED,
        issuer=beijing.uid,
        addressee=story.partners[VIENNA].uid,
        envelope=secret("an envelope").hex()[:32],
        digest=secret("its digest").hex(),
        at=NOW,
        letter=request.id,
    )
    return Receipts((read_strict(make_receipt(receipt, beijing.transport_key), max_bytes=MAX_RECEIPT),))


LEAVES = [leaf_hash(str(number).encode()) for number in range(40)]
"""Of a log whose twentieth entry the partner cosigned last."""


def _checkpoint(story: Story) -> Any:
    vienna = story.partners[VIENNA]
    note = signed_note(NoteContent(origin_of(vienna.uid), len(LEAVES), root(LEAVES)), vienna.transport_key)
    return logs.Checkpoint(note, 20, tuple(one.hex() for one in consistency_proof(LEAVES, 20)))


def _cosignature(story: Story) -> Any:
    beijing, note = story.partners[BEIJING], str(story.told["checkpoint"].letter.body["note"])
    return logs.Cosignature(note_digest(note), cosign(note, cosigner=beijing.uid, key=beijing.transport_key, at=NOW))


def _approved(record: Any) -> Any:
    """With the approval of the party that it speaks of, which is its sender."""
    vienna = Partner("Vienna", "AT")
    return governance.approved_by(record, vienna.uid, vienna.sign_key)


def _new_card() -> str:
    return Partner("Vienna", "AT").card(valid_from=NOW + dt.timedelta(days=600)).decode()


def _card_with_a_post() -> str:
    """The keys of before, and a post that they had not."""
    post = CardPost(secret("Vienna", "post").hex()[:32], "Embassy in Sofia (fictional)", "embassy_liaison", "BG")
    return Partner("Vienna", "AT").card(valid_from=NOW, posts=(post,)).decode()


LATER = NOW + dt.timedelta(days=2)
ITEMS = (
    telling.Item(1, entity="e1", text="Who runs this agency?"),
    telling.Item(2, text="Since when?"),
    telling.Item(3, text="Which accounts does it use?"),
    telling.Item(4, text="Where are its offices?"),
    telling.Item(5, text="Whom did it employ?"),
)
ANSWERS = (
    telling.ItemAnswer(1, "provided", statements=(1,)),
    telling.ItemAnswer(2, "partly", "Since 2019 at the latest (fictional).", (1,)),
    telling.ItemAnswer(3, "no-information"),
    telling.ItemAnswer(4, "refused", code="ongoing_proceedings"),
    telling.ItemAnswer(5, "postponed", until="2026-12-01"),
)
QUESTIONS = (telling.Question(1, "Which of its two offices is meant?", 1), telling.Question(2, "Which period?"))
QUESTION_ANSWERS = (telling.QuestionAnswer(1, "The one in Vienna."), telling.QuestionAnswer(2, "2019 to 2026."))
COURT = telling.Court("Regional court (fictional)", "2026-11-20", "F 12/26", "open")
CUSTODY = (evidence.Custody(NOW, "seized", "Unit 4 (fictional)", "Vienna"),)

SAMPLES: tuple[Sample, ...] = (
    Sample("request", VIENNA, telling.Request(**FRAME, **FACTS, items=ITEMS, languages=("en", "zh-Hans"))),
    Sample("receipt", BEIJING, _receipts, thread=""),
    Sample("clarify", BEIJING, telling.Clarify(**FRAME, reason="unclear", questions=QUESTIONS), "request"),
    Sample("clarified", VIENNA, telling.Clarified(**FRAME, answers=QUESTION_ANSWERS), "clarify"),
    Sample("status-query", VIENNA, amending.StatusQuery((1, 2)), "request"),
    Sample(
        "status",
        BEIJING,
        amending.Status("in-progress", (amending.ItemProgress(1, "done"),), "2026-12"),
        "status-query",
    ),
    Sample("reply", BEIJING, telling.Reply(**FRAME, **FACTS, answers=ANSWERS, conditions=CONDITIONS), "request"),
    Sample(
        "consent-request",
        VIENNA,
        consenting.ConsentRequest(**FRAME, use="pass-on", statement_numbers=(1,), pass_on_to=("c" * 32,)),
        "reply",
    ),
    Sample(
        "consent-grant",
        BEIJING,
        consenting.ConsentGrant(
            **FRAME, use="pass-on", statement_numbers=(1,), pass_on_to=("c" * 32,), conditions=CONDITIONS, until="2027"
        ),
        "consent-request",
    ),
    Sample("consent-deny", BEIJING, consenting.ConsentDeny("prohibited_by_law"), "consent-request"),
    Sample(
        "correct",
        BEIJING,
        amending.Correct(**FRAME, **FACTS, reason="wrong", replaces=(amending.Replaced(1, 1), amending.Replaced(2))),
        "reply",
    ),
    Sample("correct-ack", VIENNA, amending.CorrectAck(outcome="done"), "correct"),
    Sample("recall", BEIJING, _recall, "reply"),
    Sample("recall-ack", VIENNA, _recalled, "recall"),
    Sample("result", VIENNA, telling.Result(**FRAME, outcome="convicted", court=COURT, final=True), "reply"),
    Sample("withdraw", VIENNA, amending.Withdraw("no-longer-needed", (5,)), "request"),
    Sample("notify", BEIJING, telling.Notify(**FRAME, **FACTS), thread="told"),
    Sample(
        "notify-warning",
        VIENNA,
        telling.Notify(
            **{**FRAME, "purpose": "life_in_danger"}, facts="Danger at the harbour (fictional).", urgency="urgent-8h"
        ),
        thread="warned",
    ),
    Sample(
        "offer",
        VIENNA,
        consenting.Offer(**FRAME, conditions=CONDITIONS, answer_by=NOW + dt.timedelta(days=5)),
        thread="offered",
    ),
    Sample(
        "decline-conditions",
        BEIJING,
        consenting.DeclineConditions(consenting.conditions_digest(CONDITIONS), "cannot-comply"),
        "offer",
        "offered",
    ),
    Sample(
        "accept-conditions",
        BEIJING,
        consenting.AcceptConditions(consenting.conditions_digest(CONDITIONS)),
        "offer",
        "offered",
    ),
    Sample(
        "notify-accepted",
        VIENNA,
        telling.Notify(**FRAME, **FACTS, conditions=CONDITIONS),
        "accept-conditions",
        "offered",
    ),
    Sample(
        "evidence-announce",
        BEIJING,
        evidence.EvidenceAnnounce(
            **FRAME, **DOCUMENTS, files=FILES, part_size=65_536, seal="age-x25519", custody=CUSTODY
        ),
        "request",
    ),
    Sample(
        "evidence-close",
        BEIJING,
        evidence.EvidenceClose(evidence.manifest_digest(FILES), FILE_KEYS),
        "evidence-announce",
    ),
    Sample(
        "evidence-receipt",
        VIENNA,
        evidence.EvidenceReceipt(evidence.manifest_digest(FILES), "missing", (evidence.PartName(1, 2),)),
        "evidence-close",
    ),
    Sample(
        "introduction",
        VIENNA,
        telling.Introduction(**FRAME, cards=(Partner("Sofia", "BG").card().decode(),)),
        thread="introduced",
    ),
    Sample(
        "directory-update",
        VIENNA,
        _approved(governance.DirectoryUpdate(serial=7, effective=LATER, cards=(_card_with_a_post(),), approvals=())),
        thread="",
    ),
    Sample(
        "key-rotate",
        VIENNA,
        governance.KeyRotate(serial=8, effective=LATER, card=_new_card(), reason="planned"),
        thread="",
    ),
    Sample(
        "suspend",
        VIENNA,
        _approved(
            governance.Suspend(
                serial=9,
                effective=LATER,
                party=Partner("Vienna", "AT").uid,
                action="suspend",
                reason="key-compromised",
                approvals=(),
            )
        ),
        thread="",
    ),
    Sample("checkpoint", VIENNA, _checkpoint, thread=""),
    Sample("cosignature", BEIJING, _cosignature, thread=""),
    Sample(
        "referral",
        VIENNA,
        referring.Referral(
            **{**FRAME, "subject": "Referral", "purpose": "referral"},
            reference="r1",
            needs=("shelter", "health"),
            urgency="urgent-3d",
            answer_by=NOW + dt.timedelta(days=3),
            basis="consent",
            group="women",
            language="zh-Hans",
            contact="Through the interpreter, after six (fictional).",
            situation="Left a kitchen (fictional).",
            conditions=(telling.Condition("Only to help her", "R16"),),
            retain_until="2027-05-01",
        ),
        thread="referred",
    ),
    Sample("referral-answer", BEIJING, referring.ReferralAnswer("accepted"), "referral", "referred"),
    Sample("referral-arrived", BEIJING, referring.ReferralArrived("2026-11-24"), "referral", "referred"),
    Sample("referral-ended", VIENNA, referring.ReferralEnded(), "referral", "referred"),
    Sample(
        "private-question",
        VIENNA,
        comparing.PrivateQuestion(**FRAME, round=ROUND, points=COMPARED.points, contact="desk-1"),
        thread="compared",
    ),
    Sample(
        "private-answer",
        BEIJING,
        comparing.PrivateAnswer(
            **FRAME,
            round=ROUND,
            question=COMPARED.question,
            key=COMPARED.key,
            evaluated=COMPARED.evaluated,
            proofs=COMPARED.proofs,
            held=COMPARED.held,
            contact="desk-2",
        ),
        "private-question",
        "compared",
    ),
    Sample("private-hit", VIENNA, comparing.PrivateHit("hit"), "private-answer", "compared"),
)


def tell(samples: tuple[Sample, ...] = SAMPLES) -> Story:
    """Write them all, in their order, a minute apart."""
    story = Story()
    for number, sample in enumerate(samples):
        story.told[sample.name] = _write(story, sample, NOW + dt.timedelta(minutes=number))
    return story


def _write(story: Story, sample: Sample, now: dt.datetime) -> Told:
    sender = story.partners[sample.sender]
    recipient = story.partners[BEIJING if sample.sender == VIENNA else VIENNA]
    record = sample.record(story) if callable(sample.record) else sample.record
    body = read_strict(body_of(record), max_bytes=10**6)
    sender.now = now
    changes: dict[str, Any] = {
        "thread": secret("thread", sample.thread).hex()[:32] if sample.thread else "",
        "in_reply_to": story.header(sample.answers).id if sample.answers else "",
    }
    if KINDS[body["type"]].carries is Carries.CONTROL:
        changes |= {"decision": None, "deadline": None}
    elif body["type"] != "request":
        changes |= {"deadline": None}
    raw = sender.write(recipient.uid, body, **changes)
    letter = read_letter(raw, sender=sender.uid, recipient=recipient.uid, now=now, types=KINDS)
    return Told(sample, letter, sign_letter(raw, sender.sign_key))


def sealed(story: Story, told: Told) -> Envelope:
    """The letter in an envelope; the seal is another each time."""
    sender = story.partners[told.sample.sender]
    recipient = next(one for one in story.partners.values() if one is not sender)
    envelope_id = secret("envelope", told.sample.name).hex()[:32]
    return sender.seal(told.letter.raw, recipient.uid, recipient.keys.seal, envelope_id=envelope_id)
