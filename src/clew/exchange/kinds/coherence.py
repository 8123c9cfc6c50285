"""What a schema cannot say: that the parts of one body fit one another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from clew.exchange import moments
from clew.exchange.evidence.sealing import most_sealed
from clew.exchange.refusals import Refusal
from clew.vocabulary import codelist

Body = Mapping[str, Any]


def check_parts(body: Body) -> None:
    """Every name and number that a body refers to is there, once.

    Raises:
        Refusal: `bad-field` with the place.
    """
    _check_facts(body)
    check = _OWN.get(body["type"])
    if check is not None:
        check(body)


def check_answers(body: Body) -> None:
    """What a reply must keep to when it is written; replies that were written before are read without it.

    "No information" stands alone. A ground, a day or a word beside it would tell that there is something to withhold
    (R43). A refusal names its ground, a postponement its day, and nothing else does.

    Raises:
        Refusal: `bad-field` with the place.
    """
    _once((answer["item"] for answer in body["answers"]), "answers/item")
    for answer in body["answers"]:
        outcome = answer["outcome"]
        if ("code" in answer) != (outcome == "refused") or ("until" in answer) != (outcome == "postponed"):
            raise Refusal("bad-field", "body/answers/outcome")
        if outcome == "no-information" and answer.keys() != {"item", "outcome"}:
            raise Refusal("bad-field", "body/answers/outcome")


def _check_facts(body: Body) -> None:
    names = [entity["id"] for entity in body.get("entities", ())]
    numbers = [statement["n"] for statement in body.get("statements", ())]
    items = [item["n"] for item in body.get("items", ()) if isinstance(item, dict) and "n" in item]
    for where, listed in (("entities", names), ("statements", numbers), ("items", items)):
        _once(listed, where)
    known = set(names)
    if any(statement["entity"] not in known for statement in body.get("statements", ())):
        raise Refusal("bad-field", "body/statements/entity")


def _once(listed: Iterable[Any], where: str) -> None:
    seen = list(listed)
    if len(set(seen)) != len(seen):
        raise Refusal("bad-field", f"body/{where}")


def _request(body: Body) -> None:
    known = {entity["id"] for entity in body.get("entities", ())}
    if any(item.get("entity", "") not in {*known, ""} for item in body.get("items", ())):
        raise Refusal("bad-field", "body/items/entity")


def _reply(body: Body) -> None:
    _request(body)
    held = {statement["n"] for statement in body.get("statements", ())}
    if any(not held.issuperset(answer.get("statements", ())) for answer in body["answers"]):
        raise Refusal("bad-field", "body/answers/statements")


def _clarify(body: Body) -> None:
    _once((one["n"] for one in body["questions"]), "questions")


def _clarified(body: Body) -> None:
    _once((one["question"] for one in body["answers"]), "answers")


def _use(body: Body) -> None:
    _once(body.get("statement_numbers", ()), "statement_numbers")
    _once(body.get("pass_on_to", ()), "pass_on_to")
    # Whoever may have it is named, one by one: a consent to pass it on to anybody is none.
    # Evidence may name those to whom it goes; another purpose of the holder's own names nobody.
    named = bool(body.get("pass_on_to"))
    if (body["use"] == "pass-on" and not named) or (body["use"] == "other-purpose" and named):
        raise Refusal("bad-field", "body/pass_on_to")


def _correct(body: Body) -> None:
    _once((one["statement"] for one in body["replaces"]), "replaces")
    new = [one["by"] for one in body["replaces"] if "by" in one]
    _once(new, "replaces")
    if set(new) != {statement["n"] for statement in body.get("statements", ())}:
        raise Refusal("bad-field", "body/replaces/by")


def _recall(body: Body) -> None:
    _once(body.get("statement_numbers", ()), "statement_numbers")
    if "answer_by" in body:
        moments.from_text(body["answer_by"])


def _ack(body: Body) -> None:
    _once((one["to"] for one in body.get("passed_on", ())), "passed_on")
    if "until" in body and body["outcome"] != "held-by-court-order":
        raise Refusal("bad-field", "body/until")


def _status(body: Body) -> None:
    _once((one["item"] for one in body.get("items", ())), "items")


def _numbered_items(body: Body) -> None:
    _once(body.get("items", ()), "items")


def _result(body: Body) -> None:
    if body["outcome"] in {"convicted", "acquitted"} and "court" not in body:
        raise Refusal("missing-field", "body/court")


def _announce(body: Body) -> None:
    _once((file["n"] for file in body["files"]), "files")
    _once((file["name"].casefold() for file in body["files"]), "files")
    _once((file["entity"] for file in body["files"]), "files/entity")
    _once((digest for file in body["files"] for digest in file["parts"]), "files/parts")
    # What the rules look at is the statement about a file: one that nothing is said of passed them by.
    spoken_of = {statement["entity"] for statement in body.get("statements", ())}
    for file in body["files"]:
        if file["entity"] not in spoken_of:
            raise Refusal("bad-field", "body/files/entity")
        if not file["size"] < file["sealed_size"] <= most_sealed(file["size"]):
            raise Refusal("bad-field", "body/files/sealed_size")
        if len(file["parts"]) != -(-file["sealed_size"] // body["part_size"]):
            raise Refusal("bad-field", "body/files/parts")
    for hand in body.get("custody", ()):
        moments.from_text(hand["at"])


def _close(body: Body) -> None:
    _once((one["file"] for one in body["keys"]), "keys")
    _once((one["key"] for one in body["keys"]), "keys")


def _offer(body: Body) -> None:
    if "answer_by" in body:
        moments.from_text(body["answer_by"])


_REFERRED: Final = (("group", "service_groups"), ("language", "languages"), ("urgency", "urgency"))
"""Which list a code of a referral is of, beside those of its needs."""


def _referral(body: Body) -> None:
    moments.from_text(body["answer_by"])
    _once(body["needs"], "needs")
    # A word that is no code of the list could be a name.
    kinds = codelist("service_kinds")
    if any(need not in kinds for need in body["needs"]):
        raise Refusal("bad-field", "body/needs")
    for field, name in _REFERRED:
        if field in body and body[field] not in codelist(name):
            raise Refusal("bad-field", f"body/{field}")
    # Where nobody can consent for a child, nothing is told but what keeps it safe.
    if body["basis"] == "child-safety" and ("contact" in body or "situation" in body):
        raise Refusal("bad-field", "body/basis")


def _referral_answer(body: Body) -> None:
    if (body["outcome"] == "refused") != ("code" in body):
        raise Refusal("bad-field", "body/code")


def _arrived(body: Body) -> None:
    try:
        dt.date.fromisoformat(body["on"])
    except ValueError as fault:
        raise Refusal("bad-field", "body/on") from fault


def _received(body: Body) -> None:
    _once(((one["file"], one["part"]) for one in body.get("parts", ())), "parts")
    if (body["outcome"] == "complete") and body.get("parts"):
        raise Refusal("bad-field", "body/parts")


def _compared(body: Body) -> None:
    """Lengths alone: what the points are, whoever computes with them looks at."""
    _once(body["round"]["kinds"], "round/kinds")
    for name, length in (("points", 32), ("key", 32), ("evaluated", 32), ("proofs", 64), ("held", 16)):
        text = body.get(name, "")
        if text and (len(text) // 4 * 3 - text.count("=")) % length:
            raise Refusal("bad-field", f"body/{name}")


def _governance(body: Body) -> None:
    moments.from_text(body["effective"])
    _once((one["party"] for one in body.get("approvals", ())), "approvals")


_OWN: Final[Mapping[str, Callable[[Body], None]]] = {
    "request": _request,
    "reply": _reply,
    "clarify": _clarify,
    "clarified": _clarified,
    "offer": _offer,
    "consent-request": _use,
    "consent-grant": _use,
    "correct": _correct,
    "correct-ack": _ack,
    "recall": _recall,
    "recall-ack": _ack,
    "status-query": _numbered_items,
    "status": _status,
    "withdraw": _numbered_items,
    "result": _result,
    "referral": _referral,
    "referral-answer": _referral_answer,
    "referral-arrived": _arrived,
    "evidence-announce": _announce,
    "evidence-close": _close,
    "evidence-receipt": _received,
    "private-question": _compared,
    "private-answer": _compared,
    "directory-update": _governance,
    "key-rotate": _governance,
    "suspend": _governance,
}
