"""Making the rows anew from the statements (`clew doctor --rebuild`)."""

from __future__ import annotations

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.dossier.rows import rebuild


@action("dossier.rebuild_rows", permission="dossier.rebuild")
def rebuild_rows(*, actor: Actor) -> int:
    """Make every row and the search index anew. Returns the number of rows."""
    rows = rebuild()
    record(actor=actor, act="dossier.rebuild_rows", object_kind="store", object_id="rows", details={"rows": rows})
    return rows
