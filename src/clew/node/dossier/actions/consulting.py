"""Reading a dossier: who read what, and when, is an entry of the log (R32)."""

from __future__ import annotations

import datetime as dt

from clew.node.accounts.actions import Officer, reading
from clew.node.dossier.queries import comparing, viewing
from clew.node.dossier.queries.comparing import Side
from clew.node.dossier.queries.viewing import DossierView, Why


@reading("dossier.read_entity", permission="dossier.see", object_kind="entity", of=("entity_id",))
def read_entity(*, actor: Officer, entity_id: int, as_of: dt.datetime | None = None) -> DossierView | None:
    """The entity's page, of the officer's compartments only; None where they do not speak of it."""
    return viewing.dossier(officer=actor, entity_id=entity_id, as_of=as_of)


@reading("dossier.read_statement", permission="dossier.see", object_kind="statement", of=("statement_id",))
def read_statement(*, actor: Officer, statement_id: int) -> Why | None:
    """Why a fact is believed; None where the officer may not see it."""
    return viewing.why(officer=actor, statement_id=statement_id)


@reading("dossier.compare_entities", permission="dossier.merge", object_kind="entity", of=("one", "other"))
def compare_entities(*, actor: Officer, one: int, other: int) -> tuple[Side, Side] | None:
    """Two entries with all that is judged the same as each; None unless the officer may know of both."""
    return comparing.two_sides(officer=actor, one=one, other=other)
