"""The integration itself: who it is here, and what its token permits."""

from __future__ import annotations

from typing import Any

from clew.node.accounts.queries import compartments_of, permissions_of
from clew.node.api.operation import Call, Operation, moment
from clew.node.api.schema import MOMENT, NUMBER, listed, record, text

TEAMS = 200

SCHEMAS = {
    "Team": record({"compartment": NUMBER, "name": text(200), "kind": text(20)}),
    "Me": record(
        {
            "integration": NUMBER,
            "name": text(200),
            "token": text(16),
            "permissions": listed(text(40), 100),
            "expires": MOMENT,
            "teams": listed({"$ref": "#/components/schemas/Team"}, TEAMS),
        }
    ),
}


def me(call: Call) -> dict[str, Any]:
    """Who asks, until when, with which permissions, and for which teams."""
    return {
        "integration": call.token.integration_id,
        "name": str(call.account),
        "token": call.token.handle,
        "permissions": sorted(permissions_of(call.account)),
        "expires": moment(call.token.expires),
        "teams": [
            {"compartment": team.pk, "name": team.name, "kind": team.kind}
            for team in compartments_of(call.account)[:TEAMS]
        ],
    }


OPERATIONS = (Operation("readMe", "GET", "/me", "", "Who this token belongs to, and what it permits", "Me", me),)
