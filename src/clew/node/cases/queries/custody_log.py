"""Through whose hands a document went in this house, as the audit log has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from clew.node.accounts.actions import Officer, require
from clew.node.accounts.queries import names_of
from clew.node.audit.queries import done_to
from clew.node.cases.models import Document
from clew.node.cases.queries.lists import visible_cases

HANDS_SHOWN: Final = 50

HANDS: Final[Mapping[str, Promise]] = {
    "cases.add_document": gettext_lazy("Taken into the case; fingerprint taken, sealed"),
    "cases.read_document": gettext_lazy("Opened and given out as a file"),
    "cases.take_in_document": gettext_lazy("Received from a partner, compared, and taken into the case"),
    "cases.seal_document": gettext_lazy("Read and sealed for a partner"),
    "exchange.say_whom_it_shows": gettext_lazy("Somebody said whom it shows"),
    "exchange.give_key": gettext_lazy("Its key was given to a partner, which can read it since"),
    "exchange.destroy_key": gettext_lazy("The key for a partner was destroyed; that copy can be read no more"),
    "transfer.export_document": gettext_lazy("Given out in a bag for the organisation's own use"),
}
"""What each act of the log did with the document."""


@dataclass(frozen=True, slots=True)
class HandView:
    """One line: when, what (in words, and as the log's act), who, the log entry's number and digest (hex).

    `who` is a name, "" where an integration acted.
    """

    at: dt.datetime
    act: str
    what: Promise
    who: str
    entry: int
    digest: str


@dataclass(frozen=True, slots=True)
class CustodyView:
    """A document with its hands, newest first; `older` is what to ask for as `below` for the part before, or None."""

    document: Document
    hands: Sequence[HandView]
    older: int | None


def custody(*, officer: Officer, document_id: int, below: int | None = None) -> CustodyView | None:
    """Whose hands the document went through; None where it is in no case of the officer's, or is none.

    Raises:
        Refused: the officer may not read documents.
    """
    require(officer, "document.read")
    seen = Document.objects.filter(case__in=visible_cases(officer))
    document = seen.select_related("case").filter(pk=document_id).first()
    if document is None:
        return None
    got = done_to(object_kind="document", object_id=str(document.pk), acts=HANDS, below=below, rows=HANDS_SHOWN + 1)
    names = names_of(entry.actor_id for entry in got)
    hands = [
        HandView(
            entry.at,
            entry.act,
            HANDS[entry.act],
            names.get(entry.actor_id or 0, ""),
            entry.index,
            bytes(entry.leaf_hash).hex(),
        )
        for entry in got[:HANDS_SHOWN]
    ]
    return CustodyView(document, hands, hands[-1].entry if len(got) > HANDS_SHOWN else None)
