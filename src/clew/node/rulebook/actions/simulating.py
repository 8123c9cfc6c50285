"""Simulations: started and stopped by an officer, worked on by the worker. No decision is touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.ruleset import RuleSet
from clew.node.accounts.actions import Actor, Officer, Refused, action
from clew.node.audit.actions import record
from clew.node.rulebook.models import Simulation
from clew.node.types import BadInput

State = Simulation.State
OPEN = (State.QUEUED, State.RUNNING)
MOST_DECISIONS = 5_000


@action("rulebook.start_simulation", permission="simulation.run")
def start_simulation(
    *, actor: Actor, sandbox: Mapping[str, Any], rules: RuleSet, selection: Mapping[str, Any], chosen: Sequence[int]
) -> Simulation:
    """Queue a simulation over these decisions (by number) with these rules."""
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person may do this."), _("Sign in as a legal adviser."))
    if not chosen:
        raise BadInput("", _("No past decision fits this choice."), _("Choose a longer period, or another partner."))
    if len(chosen) > MOST_DECISIONS:
        raise BadInput("last", _("These are too many decisions."), _("Choose at most 5,000."))
    made = Simulation.objects.create(
        made_by_id=actor.pk,
        made=timezone.now(),
        sandbox=dict(sandbox),
        files=rules.files,
        version=rules.version,
        selection=dict(selection),
        chosen=list(chosen),
    )
    _record(actor, "rulebook.start_simulation", made)
    return made


@action("rulebook.cancel_simulation", permission="simulation.run")
def cancel_simulation(*, actor: Actor, simulation_id: int) -> Simulation:
    """Stop one's own simulation; what it has found so far stays readable."""
    found = Simulation.objects.select_for_update().defer("files").filter(pk=simulation_id).first()
    if found is None or found.made_by_id != actor.pk:
        raise Refused(_("This simulation is not yours."), _("Whoever started it can stop it."))
    if found.state not in OPEN:
        raise BadInput("", _("This simulation has ended."), _("Start another one."))
    found.state, found.finished = State.CANCELLED, timezone.now()
    found.save(update_fields=["state", "finished"])
    _record(actor, "rulebook.cancel_simulation", found)
    return found


def work_on_simulation(
    simulation_id: int,
    *,
    begun_at: int,
    counts: Mapping[str, int],
    changes: Sequence[Mapping[str, Any]],
    not_replayable: Sequence[Mapping[str, Any]],
    read_older: Sequence[Mapping[str, Any]],
    number: int,
    failed: bool = False,
) -> bool:
    """Keep what the worker found in a portion of `number` decisions; False where it must not go on.

    `begun_at`: how many were done when it began the portion, so that a portion done twice counts once.
    """
    with transaction.atomic():
        found = Simulation.objects.select_for_update().defer("files").filter(pk=simulation_id).first()
        if found is None or found.state not in OPEN or found.done != begun_at:
            return False
        found.counts = dict(Counter(found.counts) + Counter(counts))
        found.changes = [*found.changes, *changes]
        found.not_replayable = [*found.not_replayable, *not_replayable]
        found.read_older = [*found.read_older, *read_older]
        found.done = begun_at + number
        ended = failed or found.done >= len(found.chosen)
        found.state = State.FAILED if failed else State.DONE if ended else State.RUNNING
        found.finished = timezone.now() if ended else None
        found.save(update_fields=["counts", "changes", "not_replayable", "read_older", "done", "state", "finished"])
        if ended:
            _record(found.made_by, "rulebook.end_simulation", found)
        return not ended


def _record(actor: Actor, act: str, simulation: Simulation) -> None:
    record(
        actor=actor,
        act=act,
        object_kind="simulation",
        object_id=simulation.pk,
        details={"version": simulation.version, "state": str(simulation.state), "decisions": len(simulation.chosen)},
    )
