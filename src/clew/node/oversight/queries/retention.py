"""What is kept longer than it should be, or nearly: sources, consents, safeguards, assurances, documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from clew.node.accounts.actions import Officer, require
from clew.node.cases.queries import document_added, documents_added
from clew.node.consent.queries import consents_ending
from clew.node.disclosure.queries import assurances_ending, safeguards_ending
from clew.node.dossier.queries import sources_due
from clew.node.oversight.clocks import SOON_DAYS, ceiling
from clew.node.oversight.models import DeletionProof, DocumentReview, ReviewMark

ROWS = 50
KINDS = ("source", "document", "consent", "safeguard", "assurance")
CAN_BE_PROLONGED = frozenset({"source", "document"})
CAN_BE_DELETED = frozenset({"source", "document", "consent", "safeguard"})


@dataclass(frozen=True, slots=True)
class DueThing:
    """Something whose day has come or comes soon. No title: it may name someone whom the officer may not see.

    `owner`: uid of the party, or of the organisation a source came from. `letter`: it came by a letter, whose sender
    set the day. `about`: the number of the person or case it belongs to.
    """

    kind: str
    pk: int
    due: dt.date
    what: str = ""
    owner: str = ""
    letter: bool = False
    about: int | None = None


def due_count(*, officer: Officer, today: dt.date) -> dict[str, int]:
    """How many things of each kind are due or nearly."""
    require(officer, "retention.review")
    return {kind: _FOUND[kind](today).count() for kind in KINDS}


def due_things(*, officer: Officer, kind: str, today: dt.date, page: str = "1") -> tuple[Page[Any], list[DueThing]]:
    """A page of the things of one kind, the longest overdue first."""
    require(officer, "retention.review")
    shown = Paginator(_FOUND[kind](today), ROWS).get_page(page)
    rows = list(shown.object_list)
    kept = _kept_until([one.pk for one in rows]) if kind == "document" else {}
    return shown, [_thing(kind, one, kept) for one in rows]


def due_thing(*, officer: Officer, kind: str, pk: int, today: dt.date) -> DueThing | None:
    """One thing that is due or nearly, or None."""
    require(officer, "retention.review")
    if kind not in KINDS:
        return None
    row = _FOUND[kind](today).filter(pk=pk).first()
    return _thing(kind, row, _kept_until([pk]) if kind == "document" else {}) if row is not None else None


def due_days(*, kind: str, today: dt.date) -> dict[int, dt.date]:
    """The day of each thing of a kind that is due or nearly, by its number; for the nightly upkeep."""
    rows = list(_FOUND[kind](today)[:10_000])
    kept = _kept_until([one.pk for one in rows]) if kind == "document" else {}
    return {one.pk: _thing(kind, one, kept).due for one in rows}


def marks(*, officer: Officer, today: dt.date) -> QuerySet[ReviewMark]:
    """What the upkeep marked and is overdue now, the longest first."""
    require(officer, "retention.review")
    return ReviewMark.objects.filter(due__lt=today).order_by("due", "pk")


def proofs(*, officer: Officer) -> QuerySet[DeletionProof]:
    """The proofs of deletion, the newest first."""
    require(officer, "retention.review")
    return DeletionProof.objects.select_related("by").order_by("-at", "-pk")


def document_day(document_id: int) -> dt.date | None:
    """Until when a document is kept; None where there is none."""
    added = document_added(document_id)
    if added is None:
        return None
    return _kept_until([document_id]).get(document_id, (added + ceiling()).date())


def _sources(today: dt.date) -> QuerySet[Any]:
    destroyed = DeletionProof.objects.filter(kind="source").values("object")
    return sources_due(before=_soon(today)).exclude(pk__in=destroyed)


def _documents(today: dt.date) -> QuerySet[Any]:
    moment = dt.datetime.combine(_soon(today), dt.time(), dt.UTC) - ceiling()
    later = DocumentReview.objects.filter(keep_until__gte=_soon(today)).values("document")
    return documents_added(before=moment).exclude(pk__in=later)


def _soon(today: dt.date) -> dt.date:
    return today + dt.timedelta(days=SOON_DAYS)


_FOUND: Mapping[str, Callable[[dt.date], QuerySet[Any]]] = {
    "source": _sources,
    "consent": lambda today: consents_ending(before=_soon(today)),
    "safeguard": lambda today: safeguards_ending(before=_soon(today)),
    "assurance": lambda today: assurances_ending(before=_soon(today)),
    "document": _documents,
}


def _kept_until(documents: list[int]) -> dict[int, dt.date]:
    return dict(DocumentReview.objects.filter(document__in=documents).values_list("document", "keep_until"))


def _thing(kind: str, row: Any, kept: Mapping[int, dt.date]) -> DueThing:
    if kind == "source":
        return DueThing(kind, row.pk, row.retain_until, row.kind, row.owner, bool(row.received_letter))
    if kind == "consent":
        return DueThing(kind, row.pk, row.expires, row.purpose, row.recipient, about=row.person_id)
    if kind == "safeguard":
        return DueThing(kind, row.pk, row.expires, about=row.person_id)
    if kind == "assurance":
        return DueThing(kind, row.pk, row.expires, row.kind, row.party)
    return DueThing(kind, row.pk, kept.get(row.pk, (row.added + ceiling()).date()), row.media_type, about=row.case_id)
