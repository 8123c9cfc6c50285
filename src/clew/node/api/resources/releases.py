"""Releases: draft a letter for a human to decide on and sign, and see how it stands."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clew.node.api.operation import CURSOR, Call, Operation, moment, moment_in, rows_of
from clew.node.api.schema import FLAG, MOMENT, NUMBER, UID, code, listed, nullable, page_of, record, ref, text
from clew.node.disclosure.actions import Answer, Question, draft_release
from clew.node.disclosure.queries import release, releases

MOST = 500
ITEM = {"type": "integer", "minimum": 1, "maximum": MOST}

SCHEMAS = {
    "Release": record(
        {
            "id": NUMBER, "kind": text(20), "case": nullable(NUMBER), "recipient": text(64), "thread": text(64),
            "in_reply_to": text(64), "subject": text(300), "state": text(12), "requested_by": nullable(NUMBER),
            "created": MOMENT, "changed": MOMENT, "page": text(500),
        }
    ),
    "ReleasePage": page_of("Release"),
    "NewRelease": record(
        {
            "case": NUMBER, "kind": {"type": "string", "enum": ["request", "reply", "notify"]}, "recipient": UID,
            "instrument": text(60, least=1), "purpose": code("purposes"), "subject": text(300, least=1),
        },
        {
            "facts": text(20_000), "necessity": text(5000), "urgency": code("urgency"), "deadline": MOMENT,
            "offence_codes": listed(code("offences"), 50), "languages": listed(text(40), 10),
            "statements": listed(ref("ChosenStatement"), MOST), "items": listed(ref("NewQuestion"), MOST),
            "answers": listed(ref("NewAnswer"), MOST), "thread": UID, "in_reply_to": UID, "post": UID,
            "via": listed(UID, 10), "use": {"type": "string", "enum": ["intelligence", "evidence"]},
            "immediate_danger": FLAG,
        },
    ),
    "ChosenStatement": record({"statement": NUMBER}, {"needed": text(5000), "minimum": text(5000)}),
    "NewQuestion": record({"text": text(5000, least=1)}, {"entity": NUMBER, "ask": text(40)}),
    "NewAnswer": record(
        {"item": ITEM, "outcome": code("reply_outcomes")}, {"text": text(5000), "statements": listed(NUMBER, MOST)}
    ),
}  # fmt: skip


def release_list(call: Call) -> dict[str, Any]:
    """The releases of its cases, last changed first."""
    found, following = rows_of("listReleases", call, releases(officer=call.account))
    return {"items": [_release(call, each) for each in found], "next": following}


def one_release(call: Call) -> dict[str, Any] | None:
    """One release: how far it is. What the rules say of it stands on its page, for the humans who decide."""
    found = release(officer=call.account, pk=call.path["release"])
    return _release(call, found) if found is not None else None


def draft(call: Call) -> dict[str, Any]:
    """Draft a letter. Nothing is decided and nothing leaves: a human makes it her request and signs on its page."""
    body = call.body
    chosen = body.get("statements", ())
    made = draft_release(
        actor=call.account,
        kind=body["kind"],
        case_id=body["case"],
        recipient=body["recipient"],
        instrument=body["instrument"],
        purpose=body["purpose"],
        subject=body["subject"],
        facts=body.get("facts", ""),
        necessity=body.get("necessity", ""),
        urgency=body.get("urgency", "routine-7d"),
        deadline=moment_in(body, "deadline"),
        offence_codes=body.get("offence_codes"),
        languages=body.get("languages", ()),
        statements=[each["statement"] for each in chosen],
        needed={each["statement"]: each.get("needed", "") for each in chosen},
        minimum={each["statement"]: each.get("minimum", "") for each in chosen},
        items=[Question(each["text"], each.get("entity"), each.get("ask", "")) for each in body.get("items", ())],
        answers=[
            Answer(each["item"], each["outcome"], each.get("text", ""), tuple(each.get("statements", ())))
            for each in body.get("answers", ())
        ],
        thread=body.get("thread", ""),
        in_reply_to=body.get("in_reply_to", ""),
        post=body.get("post", ""),
        via=body.get("via", ()),
        use=body.get("use", "intelligence"),
        immediate_danger=body.get("immediate_danger", False),
    )
    return {"id": made.pk, "page": call.link(reverse("disclosure:release", args=[made.pk]))}


def _release(call: Call, found: Any) -> dict[str, Any]:
    return {
        "id": found.pk,
        "kind": found.kind,
        "case": found.case_id,
        "recipient": found.recipient,
        "thread": found.thread,
        "in_reply_to": found.in_reply_to,
        "subject": found.subject,
        "state": found.state,
        "requested_by": found.requested_by_id,
        "created": moment(found.created),
        "changed": moment(found.changed),
        "page": call.link(reverse("disclosure:release", args=[found.pk])),
    }


OPERATIONS = (
    Operation(
        "listReleases", "GET", "/releases", "release.see", "Releases of its cases, last changed first", "ReleasePage",
        release_list, query={"cursor": CURSOR},
    ),
    Operation(
        "readRelease", "GET", "/releases/{release}", "release.see", "How far a release is", "Release", one_release
    ),
    Operation(
        "draftRelease", "POST", "/releases", "release.draft", "Draft a letter that a human decides on and signs",
        "Made", draft, takes="NewRelease",
    ),
)  # fmt: skip
