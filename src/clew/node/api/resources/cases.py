"""Cases, their tasks and deadlines."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clew.node.accounts.queries import seen_by
from clew.node.api.operation import CURSOR, Call, Operation, cursor_of, moment, moment_in, position_in, rows_of
from clew.node.api.schema import MOMENT, NUMBER, code, listed, nullable, page_of, record, ref, text
from clew.node.cases import actions, queries
from clew.node.cases.queries import CaseFilter

LISTED = 500

HEAD = {
    "id": NUMBER, "reference": text(40), "title": text(200), "kind": code("case_kinds"), "status": text(20),
    "compartment": NUMBER, "opened": MOMENT, "changed": MOMENT, "page": text(500),
}  # fmt: skip

SCHEMAS = {
    "CaseHead": record(HEAD),
    "CasePage": page_of("CaseHead"),
    "Case": record(
        {
            **HEAD,
            "summary": text(100_000),
            "offence_codes": listed(text(40), LISTED),
            "handling": text(10),
            "team": listed(record({"officer": NUMBER, "name": text(200)}), LISTED),
            "tasks": listed(ref("Task"), LISTED),
            "deadlines": listed(ref("Deadline"), LISTED),
            "entities": listed(
                record({"id": NUMBER, "schema": text(60), "caption": text(2000), "handling": text(10)}), LISTED
            ),
            "references": listed(record({"party": text(200), "reference": text(80)}), LISTED),
        }
    ),
    "NewCase": record(
        {"title": text(200, least=1), "kind": code("case_kinds")},
        {"offence_codes": listed(code("offences"), 50), "summary": text(20_000)},
    ),
    "Task": record(
        {
            "id": NUMBER, "case": nullable(NUMBER), "kind": text(40), "title": text(2000), "assigned": nullable(NUMBER),
            "role": text(40), "due": nullable(MOMENT), "done": nullable(MOMENT),
        }
    ),
    "TaskPage": page_of("Task"),
    "NewTask": record(
        {"title": text(300, least=1)}, {"assigned": NUMBER, "role": code("roles"), "due": MOMENT}
    ),
    "Deadline": record(
        {"id": NUMBER, "case": NUMBER, "title": text(2000), "due": MOMENT, "set_by": text(200),
         "letter": text(64), "met": nullable(MOMENT)}
    ),
    "DeadlinePage": page_of("Deadline"),
    "Made": record({"id": NUMBER, "page": text(500)}),
}  # fmt: skip


def case_list(call: Call) -> dict[str, Any]:
    """The cases of its teams, last changed first."""
    where = CaseFilter(status=call.query.get("status", "all"), text=call.query.get("text", ""))
    found = queries.case_list(officer=call.account, where=where, after=position_in("listCases", call))
    return {"items": [_head(call, each) for each in found.cases], "next": cursor_of("listCases", found.older)}


def case(call: Call) -> dict[str, Any] | None:
    """One case with its parts, as its page shows them."""
    found = queries.case(officer=call.account, pk=call.path["case"])
    if found is None:
        return None
    return {
        **_head(call, found.case),
        "summary": found.case.summary,
        "offence_codes": list(found.case.offence_codes),
        "handling": found.handling,
        "team": [{"officer": each.pk, "name": str(each)} for each in found.team],
        "tasks": [_task(each) for each in found.tasks],
        "deadlines": [_deadline(each) for each in found.deadlines],
        "entities": [
            {"id": each.entity_id, "schema": each.schema, "caption": each.caption, "handling": each.handling}
            for each in found.entities
        ],
        "references": [{"party": each.party, "reference": each.reference} for each in found.references],
    }


def open_case(call: Call) -> dict[str, Any]:
    """Open a case; the integration is its first member, and adds nobody else."""
    made = actions.open_case(
        actor=call.account,
        title=call.body["title"],
        kind=call.body["kind"],
        offence_codes=call.body.get("offence_codes", ()),
        summary=call.body.get("summary", ""),
    )
    return {"id": made.pk, "page": call.link(reverse("cases:case", args=[made.pk]))}


def tasks(call: Call) -> dict[str, Any]:
    """The open tasks of its cases, earliest due first."""
    found, following = rows_of("listTasks", call, queries.tasks_of(officer=call.account, everyone=True))
    return {"items": [_task(each) for each in found], "next": following}


def add_task(call: Call) -> dict[str, Any]:
    """Give somebody of the case's team something to do."""
    case_id = call.path["case"]
    made = actions.add_task(
        actor=call.account,
        case_id=case_id,
        title=call.body["title"],
        assigned_id=call.body.get("assigned"),
        role=call.body.get("role", ""),
        due=moment_in(call.body, "due"),
    )
    return {"id": made.pk, "page": call.link(reverse("cases:case", args=[case_id]))}


def deadlines(call: Call) -> dict[str, Any]:
    """The deadlines that run in its cases, soonest first."""
    running = queries.running_deadlines().filter(seen_by(call.account, "case__compartment_id"))
    found, following = rows_of("listDeadlines", call, running.order_by("due", "pk"))
    return {"items": [_deadline(each) for each in found], "next": following}


def _head(call: Call, found: queries.Case) -> dict[str, Any]:
    return {
        "id": found.pk,
        "reference": found.reference,
        "title": found.title,
        "kind": found.kind,
        "status": found.status,
        "compartment": found.compartment_id,
        "opened": moment(found.opened),
        "changed": moment(found.changed),
        "page": call.link(reverse("cases:case", args=[found.pk])),
    }


def _task(found: Any) -> dict[str, Any]:
    return {
        "id": found.pk,
        "case": found.case_id,
        "kind": found.kind,
        "title": found.words,
        "assigned": found.assigned_id,
        "role": found.role,
        "due": moment(found.due),
        "done": moment(found.done),
    }


def _deadline(found: Any) -> dict[str, Any]:
    return {
        "id": found.pk,
        "case": found.case_id,
        "title": found.words,
        "due": moment(found.due),
        "set_by": found.set_by,
        "letter": found.letter,
        "met": moment(found.met),
    }


STATUS = {"type": "string", "enum": ["all", "working", "open", "waiting", "closed", "closed_by_referral"]}

OPERATIONS = (
    Operation(
        "listCases", "GET", "/cases", "case.see", "Cases of its teams, last changed first", "CasePage", case_list,
        query={"cursor": CURSOR, "status": STATUS, "text": text(200)},
    ),
    Operation("openCase", "POST", "/cases", "case.open", "Open a case", "Made", open_case, takes="NewCase"),
    Operation("readCase", "GET", "/cases/{case}", "case.see", "One case with its parts", "Case", case),
    Operation(
        "addTask", "POST", "/cases/{case}/tasks", "case.work", "Give the case's team something to do", "Made",
        add_task, takes="NewTask",
    ),
    Operation(
        "listTasks", "GET", "/tasks", "case.see", "Open tasks of its cases", "TaskPage", tasks, query={"cursor": CURSOR}
    ),
    Operation(
        "listDeadlines", "GET", "/deadlines", "case.see", "Deadlines that run in its cases", "DeadlinePage", deadlines,
        query={"cursor": CURSOR},
    ),
)  # fmt: skip
