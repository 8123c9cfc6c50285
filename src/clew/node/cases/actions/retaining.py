"""Removing documents and words from case files when the time to keep them is over (R31)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.cases.models import Document, Event, Task
from clew.node.home import load_home
from clew.node.types import BadInput


@dataclass(frozen=True, slots=True)
class RemovedDocument:
    """A document that is gone; its names, for the check that nothing still says them."""

    document: int
    title: str
    file_name: str
    sha256: str
    stored_as: str
    size: int


@action("cases.delete_document", permission="retention.review")
def delete_document(*, actor: Actor, document_id: int) -> RemovedDocument:
    """Delete a document, its key, its stored bytes, and what the timeline says of its title. It cannot be undone."""
    found = Document.objects.filter(pk=document_id).first()
    if found is None:
        raise BadInput("", _("There is no such document."), _("Go back to the list of what is due."))
    removed = RemovedDocument(found.pk, found.title, found.file_name, found.sha256, found.stored_as, found.size)
    _blank(Event.objects.filter(case_id=found.case_id), lambda text: removed.title in text)
    found.delete()
    record(
        actor=actor,
        act="cases.delete_document",
        object_kind="document",
        object_id=removed.document,
        details={"sha256": removed.sha256, "size": removed.size},
    )
    # The key is gone with the row: until the file itself follows, nobody can read it.
    path = load_home().documents / removed.stored_as
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return removed


@action("cases.blank_words", permission="retention.review")
def blank_words(*, actor: Actor, compartment_id: int, holds: Callable[[str], bool]) -> int:
    """Blank timeline entries and tasks of a team's cases whose words hold what was deleted; returns how many."""
    blanked = _blank(Event.objects.filter(case__compartment_id=compartment_id), holds)
    of_team = Task.objects.filter(case__compartment_id=compartment_id).values_list("pk", "title", "asked")
    tasks = [pk for pk, title, asked in of_team if holds(title) or holds(str(asked))]
    Task.objects.filter(pk__in=tasks).update(title=_("Deleted"), asked={})
    record(
        actor=actor,
        act="cases.blank_words",
        object_kind="compartment",
        object_id=compartment_id,
        details={"events": blanked, "tasks": len(tasks)},
    )
    return blanked + len(tasks)


def _blank(events: QuerySet[Event], holds: Callable[[str], bool]) -> int:
    found = [event for event in events if any(holds(str(one)) for one in event.parameters.values())]
    for event in found:
        event.parameters = {name: _("Deleted") if holds(str(text)) else text for name, text in event.parameters.items()}
    Event.objects.bulk_update(found, ["parameters"], batch_size=500)
    return len(found)
