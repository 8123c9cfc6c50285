"""Which import an actor may touch, and in which state which act makes sense."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, not_yours, require_compartment
from clew.node.accounts.queries import permissions_of
from clew.node.transfer.models import ImportBatch, StatisticalDataset
from clew.node.types import BadInput

State = ImportBatch.State
OPEN = (State.UPLOADED, State.CHECKED)
AT_WORK = (State.CHECKING, State.QUEUED, State.RUNNING)
ENDED = (State.DONE, State.FAILED, State.CANCELLED, State.UNDONE)


def officer_id(actor: Actor) -> int | None:
    """The officer's number; None when the node itself acts."""
    return actor.pk if isinstance(actor, models.Model) else None


def batch_for(actor: Actor, batch_id: int) -> ImportBatch:
    """The import, if the actor may see it; one that does not exist is refused in the same words.

    An import into a compartment is seen by its members. One without (statistics) is seen by all who may see imports.
    """
    batch = ImportBatch.objects.filter(pk=batch_id).first()
    if batch is None or not _visible(actor, batch):
        raise not_yours()
    if batch.compartment_id is not None:
        require_compartment(actor, batch.compartment_id)
    return batch


def _visible(actor: Actor, batch: ImportBatch) -> bool:
    if batch.compartment_id is not None or officer_id(actor) is None:
        return True
    return batch.kind == "statistics" or batch.made_by_id == officer_id(actor)


def may_count(actor: Actor) -> bool:
    """Whether the actor may see counts."""
    return "statistics.see" in permissions_of(actor)


def require_state(batch: ImportBatch, states: tuple[str, ...]) -> None:
    """Refuse an act that comes too early or too late."""
    if batch.state not in states:
        raise BadInput(
            "",
            _("This import is %(state)s; that cannot be done now.") % {"state": state_words(batch.state)},
            _("Open the import to see where it stands."),
        )


def state_words(state: str) -> str:
    """A state in words, to stand in a sentence or in a list."""
    words = {
        State.UPLOADED: _("uploaded"),
        State.CHECKING: _("being checked"),
        State.CHECKED: _("checked"),
        State.QUEUED: _("waiting to run"),
        State.RUNNING: _("running"),
        State.DONE: _("done"),
        State.FAILED: _("failed"),
        State.CANCELLED: _("cancelled"),
        State.UNDONE: _("undone"),
    }
    return words[State(state)]


def refuse_second_time(batch: ImportBatch) -> None:
    """Refuse a file whose facts or records are already here: they would be counted twice."""
    alike = ImportBatch.objects.filter(sha256=batch.sha256, mapping=batch.mapping, compartment=batch.compartment)
    earlier = alike.filter(state__in=(State.QUEUED, State.RUNNING, State.DONE)).exclude(pk=batch.pk)
    found = earlier.order_by("-made").first()
    if found is not None:
        raise BadInput(
            "file",
            _("This very file was imported already (import %(number)d).") % {"number": found.pk},
            _("Undo that import first if it has to be imported again."),
        )


def end(batch: ImportBatch, state: str) -> None:
    """Move an import to its last state: its file is no longer needed, its result is kept."""
    batch.state = state
    batch.finished = batch.changed = timezone.now()
    batch.save()


def live_datasets() -> models.QuerySet[StatisticalDataset]:
    """Statistical tables that are whole and not undone, the latest first."""
    found = StatisticalDataset.objects.filter(complete=True, batch__state=State.DONE)
    return found.order_by("-recorded", "-pk")
