"""The body of every type as a typed record: `body_of` writes it, `record_of` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clew.exchange import schema
from clew.exchange.kinds import amending, comparing, consenting, evidence, governance, logs, referring, telling
from clew.exchange.kinds.coherence import check_answers, check_parts
from clew.exchange.kinds.converting import from_content, to_content
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import canonical


@dataclass(frozen=True, slots=True)
class Receipts:
    """Signed receipts, each as it stands in `receipts.make_receipt`'s bytes."""

    receipts: tuple[Mapping[str, Any], ...]


RECORDS: Final[Mapping[str, type]] = {
    "request": telling.Request,
    "reply": telling.Reply,
    "notify": telling.Notify,
    "introduction": telling.Introduction,
    "receipt": Receipts,
    "checkpoint": logs.Checkpoint,
    "cosignature": logs.Cosignature,
    "clarify": telling.Clarify,
    "clarified": telling.Clarified,
    "offer": consenting.Offer,
    "accept-conditions": consenting.AcceptConditions,
    "decline-conditions": consenting.DeclineConditions,
    "consent-request": consenting.ConsentRequest,
    "consent-grant": consenting.ConsentGrant,
    "consent-deny": consenting.ConsentDeny,
    "correct": amending.Correct,
    "correct-ack": amending.CorrectAck,
    "recall": amending.Recall,
    "recall-ack": amending.RecallAck,
    "status-query": amending.StatusQuery,
    "status": amending.Status,
    "result": telling.Result,
    "withdraw": amending.Withdraw,
    "referral": referring.Referral,
    "referral-answer": referring.ReferralAnswer,
    "referral-arrived": referring.ReferralArrived,
    "referral-ended": referring.ReferralEnded,
    "evidence-announce": evidence.EvidenceAnnounce,
    "evidence-close": evidence.EvidenceClose,
    "evidence-receipt": evidence.EvidenceReceipt,
    "private-question": comparing.PrivateQuestion,
    "private-answer": comparing.PrivateAnswer,
    "private-hit": comparing.PrivateHit,
    "directory-update": governance.DirectoryUpdate,
    "key-rotate": governance.KeyRotate,
    "suspend": governance.Suspend,
}
_NAMES: Final = {record: name for name, record in RECORDS.items()}


def body_of(record: Any) -> bytes:
    """The canonical body of a letter.

    Raises:
        Refusal: a value is longer, later or other than its schema allows, or its parts do not fit one another.
    """
    name = _NAMES[type(record)]
    body = {"type": name, **to_content(record)}
    schema.check(body, name)
    check_parts(body)
    if name == "reply":
        check_answers(body)
    return canonical(body)


def record_of(body: Mapping[str, Any]) -> Any:
    """The record of a body that stands in a letter.

    Raises:
        Refusal: `unknown-type`, or as `letters.read_letter` where the body does not fit.
    """
    name = body.get("type")
    record = RECORDS.get(name) if isinstance(name, str) else None
    if record is None:
        raise Refusal("unknown-type")
    schema.check(body, str(name))
    check_parts(body)
    return from_content(record, {key: value for key, value in body.items() if key != "type"})
