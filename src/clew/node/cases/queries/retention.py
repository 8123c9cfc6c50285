"""Documents by their age, for the reviews of retention: numbers, sizes and days, no title and no case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet

from clew.node.cases.models import Case, Document


def documents_added(*, before: dt.datetime) -> QuerySet[Document]:
    """The documents of all teams that were added before a moment, the oldest first; titles are not read."""
    found = Document.objects.filter(added__lt=before).only("pk", "added", "size", "media_type", "case_id")
    return found.order_by("added", "pk")


def is_worked_on(compartments: Collection[int]) -> bool:
    """Whether one of these teams has a case that is not closed: then something goes on that no answer may reveal."""
    return Case.objects.filter(compartment_id__in=compartments, closed__isnull=True).exists()


def document_added(document_id: int) -> dt.datetime | None:
    """When a document was added; None where there is none."""
    return Document.objects.filter(pk=document_id).values_list("added", flat=True).first()
