"""Reading a decision with its letter: who read which, and when, is an entry of the log (R32)."""

from __future__ import annotations

from clew.node.accounts.actions import Officer, reading
from clew.node.disclosure.queries.preview import Preview, preview
from clew.node.disclosure.queries.releases import decision


@reading("disclosure.read_decision", permission="release.see", object_kind="decision", of=("decision_id",))
def read_decision(*, actor: Officer, decision_id: int) -> Preview | None:
    """What is known, what they will read and what is withheld; None where the officer may not see the decision."""
    found = decision(officer=actor, pk=decision_id)
    return preview(officer=actor, decision=found) if found is not None else None
