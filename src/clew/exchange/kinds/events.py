"""What the fold of a correspondence needs to know of a letter: numbers, codes and moments, nothing of its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clew.exchange.letters import Letter
from clew.exchange.threads import FINAL, Event, EventKind

_CODES: Final = {
    "status": "state",
    "recall": "action",
    "recall-ack": "outcome",
    "correct-ack": "outcome",
    "referral-answer": "outcome",
}
"""Which field of a body is its event's code."""


def event_of(letter: Letter) -> Event:
    """The event that a letter is, the same for its sender and its recipient."""
    header, body = letter.header, letter.body
    told = body.get("answers", ()) if header.type == "reply" else ()
    return Event(
        kind=EventKind.LETTER,
        at=header.created,
        letter=header.id,
        by=header.sender.node,
        type=header.type,
        in_reply_to=header.in_reply_to,
        items=numbers_of(body),
        answers=tuple((answer["item"], answer["outcome"]) for answer in told),
        due=header.deadline.due if header.deadline else None,
        code=code_of(body),
        beside=tuple(
            (answer["item"], answer.get("until") or answer["code"])
            for answer in told
            if answer.get("until") or answer.get("code")
        ),
        outcome=str(body["outcome"]) if header.type == "result" else "",
    )


def numbers_of(body: Mapping[str, Any]) -> tuple[int, ...]:
    """Of a request or a reply its items; else what of the letter is withdrawn, recalled or corrected, () for all."""
    if body["type"] == "recall":
        return tuple(body.get("statement_numbers", ()))
    if body["type"] == "correct":
        return tuple(one["statement"] for one in body["replaces"])
    if body["type"] == "withdraw":
        return tuple(body.get("items", ()))
    return tuple(item["n"] for item in body.get("items", ())) if body["type"] in {"request", "reply"} else ()


def code_of(body: Mapping[str, Any]) -> str:
    """What is done, where that is a code: of a status its state, of a recall its action, of an answer its outcome."""
    if body["type"] == "result":
        return FINAL if body.get("final") else ""
    return str(body.get(_CODES.get(body["type"], ""), ""))
