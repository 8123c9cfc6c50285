"""Dossiers: record a source, list and read entities, why a statement is believed, and search."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clew.dossier.types import EntityDraft, SourceDraft, SourceFacts, Statement, StatementDraft
from clew.node.api.operation import CURSOR, Call, Operation, cursor_of, day_in, moment, position_in
from clew.node.api.schema import DAY, FLAG, MOMENT, NUMBER, UID, code, listed, nullable, page_of, record, ref, text
from clew.node.dossier.actions import read_entity, read_statement, record_source
from clew.node.dossier.queries import entity_list
from clew.node.search.queries import limits
from clew.node.search.queries import search as found_by

MOST = 2000
KEY = text(64, least=1)

SCHEMAS = {
    "ListedEntity": record(
        {"id": NUMBER, "schema": text(60), "caption": text(2000), "compartment": NUMBER, "protected": FLAG}
    ),
    "EntityPage": page_of("ListedEntity"),
    "Source": record(
        {
            "id": NUMBER, "kind": text(40), "title": text(1000), "owner": text(64), "reliability": text(2),
            "handling": text(10), "handling_text": text(20_000), "purpose": text(40), "basis": text(40),
            "language": text(40), "retain_until": DAY, "received_letter": text(64), "recorded": MOMENT,
            "undone": nullable(MOMENT),
        }
    ),
    "Statement": record(
        {
            "id": NUMBER, "entity": NUMBER, "property": text(60), "value": nullable(text(100_000)),
            "original": nullable(text(100_000)), "lang": nullable(text(40)), "accuracy": NUMBER, "nature": text(20),
            "handling": nullable(text(10)), "seen_on": nullable(DAY), "refers_to": nullable(NUMBER),
            "source": NUMBER, "recorded": MOMENT, "ended": nullable(MOMENT), "replaced_by": nullable(NUMBER),
        }
    ),
    "Entity": record(
        {
            "id": NUMBER, "schema": text(60), "caption": text(2000), "identified": FLAG,
            "category": nullable(text(40)), "protected": FLAG, "erased": FLAG, "same_as": listed(NUMBER, MOST),
            "statements": listed(ref("Statement"), 100_000), "history": listed(ref("Statement"), 100_000),
            "sources": listed(ref("Source"), 100_000), "page": text(500),
        }
    ),
    "Why": record(
        {
            "statement": ref("Statement"), "source": ref("Source"), "entity": text(2000),
            "concerns": listed(record({"id": NUMBER, "caption": text(2000)}), MOST), "page": text(500),
        }
    ),
    "NewSource": record(
        {
            "compartment": NUMBER, "kind": code("source_kinds"), "title": text(300, least=1), "owner": UID,
            "reliability": code("source_reliability"), "handling": code("handling_codes"), "purpose": code("purposes"),
            "basis": code("evidence_basis"), "retain_until": DAY, "entities": listed(ref("NewEntity"), MOST),
            "statements": listed(ref("NewStatement"), MOST),
        },
        {"handling_text": text(2000), "language": text(40)},
    ),
    "NewEntity": record(
        {"key": KEY, "schema": text(60)}, {"existing": NUMBER, "category": code("person_categories"), "until": DAY}
    ),
    "NewStatement": record(
        {
            "entity": KEY, "property": text(60), "value": text(20_000),
            "accuracy": {"type": "integer", "enum": [1, 2, 3, 4]},
        },
        {
            "nature": code("statement_nature"), "original": text(20_000), "lang": text(40),
            "concerns": listed(KEY, 200), "handling": code("handling_codes"), "seen_on": DAY,
        },
    ),
    "RecordedSource": record(
        {"id": NUMBER, "entities": {"type": "object", "additionalProperties": NUMBER}}
    ),
    "Hit": record({"title": text(2000), "detail": text(2000), "page": text(500)}),
    "Hits": record(
        {
            "groups": listed(record({"kind": text(40), "hits": listed(ref("Hit"), 200)}), 50),
            "limits": listed(text(2000), 20),
        }
    ),
}  # fmt: skip


def entities(call: Call) -> dict[str, Any]:
    """The entities that its teams speak of, by name; the best 200 where words are asked for."""
    found = entity_list(
        officer=call.account,
        schema=call.query.get("schema") or None,
        text=call.query.get("text") or None,
        page=position_in("listEntities", call),
    )
    items = [
        {
            "id": each.entity_id,
            "schema": each.schema,
            "caption": each.caption,
            "compartment": each.compartment_id,
            "protected": each.protected,
        }
        for each in found.entities
    ]
    return {"items": items, "next": cursor_of("listEntities", found.next)}


def entity(call: Call) -> dict[str, Any] | None:
    """All that its teams say of an entity. Reading it is an entry of the log."""
    found = read_entity(actor=call.account, entity_id=call.path["entity"])
    if found is None:
        return None
    standing = [each for prop in found.view.properties for fact in prop.facts for each in fact.statements]
    person = found.person
    return {
        "id": found.entity_id,
        "schema": found.schema,
        "caption": found.name,
        "identified": found.identified,
        "category": person.category if person else None,
        "protected": bool(person and person.protected),
        "erased": bool(person and person.erased),
        "same_as": list(found.members),
        "statements": [_statement(each) for each in standing],
        "history": [_statement(each) for each in found.view.history],
        "sources": [_source(each) for each in found.sources],
        "page": call.link(reverse("dossier:entity", args=[found.entity_id])),
    }


def why(call: Call) -> dict[str, Any] | None:
    """Why a statement is believed. Reading it is an entry of the log."""
    found = read_statement(actor=call.account, statement_id=call.path["statement"])
    if found is None:
        return None
    return {
        "statement": _statement(found.statement),
        "source": _source(found.statement.source),
        "entity": found.name,
        "concerns": [{"id": pk, "caption": caption} for pk, caption in found.concerns],
        "page": call.link(reverse("dossier:why", args=[found.statement.id])),
    }


def record_facts(call: Call) -> dict[str, Any]:
    """Record a source with its statements: all or nothing."""
    body = call.body
    draft = SourceDraft(
        kind=body["kind"],
        title=body["title"],
        owner=body["owner"],
        reliability=body["reliability"],
        handling=body["handling"],
        purpose=body["purpose"],
        retain_until=day_in(body, "retain_until"),  # type: ignore[arg-type] # the schema needs it
        basis=body["basis"],
        handling_text=body.get("handling_text", ""),
        language=body.get("language", ""),
        entities=tuple(
            EntityDraft(each["key"], each["schema"], each.get("existing"), each.get("category"), day_in(each, "until"))
            for each in body["entities"]
        ),
        statements=tuple(_statement_draft(each) for each in body["statements"]),
    )
    made = record_source(actor=call.account, compartment_id=body["compartment"], draft=draft)
    return {"id": made.pk, "entities": dict(made.entity_numbers)}


def search(call: Call) -> dict[str, Any]:
    """What the words find among what its teams may see."""
    groups = found_by(officer=call.account, text=call.query["q"])
    return {
        "groups": [
            {
                "kind": group.kind,
                "hits": [{"title": hit.title, "detail": hit.detail, "page": call.link(hit.url)} for hit in group.hits],
            }
            for group in groups
        ],
        "limits": list(limits(officer=call.account)),
    }


def _statement_draft(said: dict[str, Any]) -> StatementDraft:
    concerns = said.get("concerns")
    return StatementDraft(
        said["entity"],
        said["property"],
        said["value"],
        said["accuracy"],
        nature=said.get("nature", "fact"),
        original=said.get("original"),
        lang=said.get("lang"),
        concerns=tuple(concerns) if concerns is not None else None,
        handling=said.get("handling"),
        seen_on=day_in(said, "seen_on"),
    )


def _statement(found: Statement) -> dict[str, Any]:
    ending = found.ending
    return {
        "id": found.id,
        "entity": found.entity_id,
        "property": found.prop,
        "value": found.value,
        "original": found.original,
        "lang": found.lang,
        "accuracy": found.accuracy,
        "nature": found.nature,
        "handling": found.handling,
        "seen_on": found.seen_on.isoformat() if found.seen_on else None,
        "refers_to": found.refers_to,
        "source": found.source.id,
        "recorded": moment(found.recorded),
        "ended": moment(ending.at if ending else found.source.undone),
        "replaced_by": ending.replaced_by if ending else None,
    }


def _source(found: SourceFacts) -> dict[str, Any]:
    return {
        "id": found.id,
        "kind": found.kind,
        "title": found.title,
        "owner": found.owner,
        "reliability": found.reliability,
        "handling": found.handling,
        "handling_text": found.handling_text,
        "purpose": found.purpose,
        "basis": found.basis,
        "language": found.language,
        "retain_until": found.retain_until.isoformat(),
        "received_letter": found.received_letter,
        "recorded": moment(found.recorded),
        "undone": moment(found.undone),
    }


OPERATIONS = (
    Operation(
        "listEntities", "GET", "/entities", "dossier.see", "Entities that its teams speak of, by name", "EntityPage",
        entities, query={"cursor": CURSOR, "schema": text(60), "text": text(200)},
    ),
    Operation(
        "readEntity", "GET", "/entities/{entity}", "dossier.see", "All that its teams say of an entity", "Entity",
        entity, reads="dossier.read_entity",
    ),
    Operation(
        "readStatement", "GET", "/statements/{statement}", "dossier.see", "Why a statement is believed", "Why", why,
        reads="dossier.read_statement",
    ),
    Operation(
        "recordSource", "POST", "/sources", "dossier.record", "Record a source with its statements", "RecordedSource",
        record_facts, takes="NewSource",
    ),
    Operation(
        "search", "GET", "/search", "search.use", "What words find among what its teams may see", "Hits", search,
        query={"q": text(200, least=1)},
    ),
)  # fmt: skip
