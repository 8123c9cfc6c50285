"""The directory of partners: organisations and their posts, no keys and no people."""

from __future__ import annotations

from typing import Any

from clew.node.api.operation import CURSOR, Call, Operation, rows_of
from clew.node.api.schema import FLAG, listed, page_of, record, text
from clew.node.partners.queries import parties, party

SCHEMAS = {
    "PartyHead": record({"uid": text(64), "name": text(200), "country": text(2), "kind": text(20), "status": text(20)}),
    "PartyPage": page_of("PartyHead"),
    "Party": record(
        {
            "uid": text(64), "name": text(200), "country": text(2), "kind": text(20), "status": text(20),
            "parent": text(64), "post_kind": text(40), "seat_country": text(2), "languages": listed(text(40), 500),
            "competence": text(20), "is_own": FLAG,
        }
    ),
}  # fmt: skip


def party_list(call: Call) -> dict[str, Any]:
    """Organisations by name."""
    wanted = parties(text=call.query.get("text", ""), country=call.query.get("country", ""))
    found, following = rows_of("listPartners", call, wanted)
    items = [
        {"uid": each.uid, "name": each.name, "country": each.country, "kind": each.kind, "status": each.status}
        for each in found
    ]
    return {"items": items, "next": following}


def one_party(call: Call) -> dict[str, Any] | None:
    """One organisation or post."""
    found = party(call.path["party"])
    if found is None:
        return None
    return {
        "uid": found.uid,
        "name": found.name,
        "country": found.country,
        "kind": found.kind,
        "status": found.status,
        "parent": found.parent_uid,
        "post_kind": found.post_kind,
        "seat_country": found.seat_country,
        "languages": list(found.languages),
        "competence": found.competence,
        "is_own": found.is_own,
    }


OPERATIONS = (
    Operation(
        "listPartners", "GET", "/partners", "partner.see", "Organisations of the directory, by name", "PartyPage",
        party_list, query={"cursor": CURSOR, "text": text(200), "country": text(2)},
    ),
    Operation("readPartner", "GET", "/partners/{party}", "partner.see", "One organisation or post", "Party", one_party),
)  # fmt: skip
