"""Making the rows anew from the statements (`clew doctor --rebuild`)."""

from __future__ import annotations

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.discovery import offers
from clew.node.dossier.rows import rebuild
from clew.node.types import OnProgress


@action("dossier.rebuild_rows", permission="dossier.rebuild")
def rebuild_rows(*, actor: Actor, on_progress: OnProgress | None = None) -> int:
    """Make every row and the search index anew. Returns the number of rows.

    Args:
        on_progress: is told how many entities are done, and of how many.
    """
    rows = rebuild(on_progress)
    for told in offers("rows_rebuilt", module="actions"):
        told()
    record(actor=actor, act="dossier.rebuild_rows", object_kind="store", object_id="rows", details={"rows": rows})
    return rows
