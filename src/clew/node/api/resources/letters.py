"""Correspondences, letters and what is known about their arrival."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse

from clew.exchange.strict_json import canonical
from clew.node.api.operation import CURSOR, Call, Operation, cursor_of, moment, position_in
from clew.node.api.schema import FLAG, MOMENT, NUMBER, listed, nullable, page_of, record, ref, text
from clew.node.exchange.actions import read_letter
from clew.node.exchange.queries import LetterLine, ThreadLine, thread, threads

MOST = 10_000

THREAD = {
    "uid": text(64), "party": text(64), "party_name": text(200), "case": nullable(NUMBER), "kind": text(20),
    "subject": text(300), "urgency": text(40), "instrument": text(200), "state": text(20), "due": nullable(MOMENT),
    "answered": nullable(MOMENT), "opened": MOMENT, "changed": MOMENT, "page": text(500),
}  # fmt: skip

LETTER = {
    "uid": text(64), "thread": text(64), "direction": {"type": "string", "enum": ["in", "out"]}, "state": text(20),
    "kind": text(20), "party": text(64), "subject": text(300), "in_reply_to": text(64), "created": MOMENT,
    "due": nullable(MOMENT), "receipts": listed(ref("Receipt"), 3), "page": text(500),
}  # fmt: skip

SCHEMAS = {
    "Receipt": record(
        {
            "stage": {"type": "string", "enum": ["stored", "opened", "accepted"]},
            "at": {**nullable(MOMENT), "description": "null: nothing came back, so nothing is known"},
            "positive": FLAG, "reason": text(2000),
        }
    ),
    "ThreadHead": record(THREAD),
    "ThreadPage": page_of("ThreadHead"),
    "LetterHead": record(LETTER),
    "Thread": record(
        {
            **THREAD,
            "letters": listed(ref("LetterHead"), MOST),
            "items": listed(record({"number": {"type": "integer"}, "outcome": text(40), "beside": text(200)}), MOST),
        }
    ),
    "Letter": record(
        {
            **LETTER,
            "signatures_hold": FLAG,
            "body": {"oneOf": [{"type": "object"}, {"type": "null"}],
                     "description": "The letter's body, by its own published schema; null once it was forgotten"},
        }
    ),
}  # fmt: skip


def thread_list(call: Call) -> dict[str, Any]:
    """The correspondences of its cases, last changed first."""
    shown, lines = threads(officer=call.account, page=int(position_in("listThreads", call) or 1))
    following = str(shown.next_page_number()) if shown.has_next() else ""
    return {"items": [_thread(call, each) for each in lines], "next": cursor_of("listThreads", following)}


def one_thread(call: Call) -> dict[str, Any] | None:
    """One correspondence: its letters with what is known about their arrival, and how each item stands."""
    found = thread(officer=call.account, uid=call.path["thread"])
    if found is None:
        return None
    return {
        **_thread(call, found.line),
        "letters": [_letter(call, each) for each in found.letters],
        "items": [{"number": each.number, "outcome": each.outcome, "beside": each.beside} for each in found.items],
    }


def letter(call: Call) -> dict[str, Any] | None:
    """One letter opened, every signature verified anew. Reading it is an entry of the log."""
    found = read_letter(actor=call.account, letter_uid=call.path["letter"])
    if found is None:
        return None
    holds = found.outer.holds and found.inner.holds
    body = json.loads(canonical(found.body)) if found.body is not None else None
    return {**_letter(call, found.line), "signatures_hold": holds, "body": body}


def _thread(call: Call, line: ThreadLine) -> dict[str, Any]:
    row = line.row
    return {
        "uid": row.uid,
        "party": row.party,
        "party_name": line.party,
        "case": row.case_id,
        "kind": row.kind,
        "subject": line.subject,
        "urgency": row.urgency,
        "instrument": row.instrument,
        "state": row.state,
        "due": moment(row.due),
        "answered": moment(row.answered),
        "opened": moment(row.opened),
        "changed": moment(row.changed),
        "page": call.link(reverse("exchange:thread", args=[row.uid])),
    }


def _letter(call: Call, line: LetterLine) -> dict[str, Any]:
    row = line.row
    return {
        "uid": row.uid,
        "thread": row.thread.uid,
        "direction": row.direction,
        "state": row.state,
        "kind": row.kind,
        "party": row.party,
        "subject": line.subject,
        "in_reply_to": row.in_reply_to,
        "created": moment(row.created),
        "due": moment(row.due),
        "receipts": [
            {"stage": fact.stage, "at": moment(fact.at), "positive": fact.positive, "reason": fact.reason}
            for fact in line.facts
        ],
        "page": call.link(reverse("exchange:letter", args=[row.uid])),
    }


OPERATIONS = (
    Operation(
        "listThreads", "GET", "/threads", "letter.see", "Correspondences of its cases, last changed first",
        "ThreadPage", thread_list, query={"cursor": CURSOR},
    ),
    Operation(
        "readThread", "GET", "/threads/{thread}", "letter.see",
        "One correspondence: letters, receipts, deadlines, items", "Thread", one_thread,
    ),
    Operation(
        "readLetter", "GET", "/letters/{letter}", "letter.see", "One letter opened", "Letter", letter,
        reads="exchange.read_letter",
    ),
)  # fmt: skip
