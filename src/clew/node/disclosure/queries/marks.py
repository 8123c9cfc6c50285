"""The marks on a source and its statements, by who may see the source."""

from __future__ import annotations

from django.db.models import QuerySet

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import compartment_ids
from clew.node.disclosure.models import Mark
from clew.node.disclosure.reach import compartment_of_source


def marks_of(*, officer: Officer, source_id: int) -> QuerySet[Mark] | None:
    """Every mark of a source the officer may see, lifted ones too, the newest first; None for what is not hers."""
    if compartment_of_source(source_id) not in compartment_ids(officer):
        return None
    found = Mark.objects.filter(source_id=source_id).select_related("recorded_by", "lifted_by", "statement__prop")
    return found.order_by("-recorded", "-pk")


def mark(*, officer: Officer, pk: int) -> Mark | None:
    """One mark, if its source is the officer's."""
    found = Mark.objects.filter(pk=pk).first()
    return found if found is not None and compartment_of_source(found.source_id) in compartment_ids(officer) else None
