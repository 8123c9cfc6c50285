"""What is said of a document: whom it shows, and, where a partner sent it, what its announcement says of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from clew.exchange import moments
from clew.exchange.refusals import Refusal
from clew.node.dossier.queries import sources_of_letter, with_corrections
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.evidence_models import Exhibit, TransferFile
from clew.node.exchange.models import Letter
from clew.node.exchange.numbering import statements_by_number
from clew.node.exchange.reading import opened


@dataclass(frozen=True, slots=True)
class HandedOn:
    """An act before the document came here, as its sender tells it: when, what (a code of `custody`), by whom."""

    at: dt.datetime
    act: str
    by: str
    letter_digest: str


@dataclass(slots=True)
class SaidOfDocument:
    """The statements that all have to permit what is done with a document, those that replaced others included.

    `clear`: False where a partner sent the document and what it said of it can no longer be told for certain. `before`:
    hands before it came here, oldest first.
    """

    statements: list[int] = field(default_factory=list)
    clear: bool = True
    before: list[HandedOn] = field(default_factory=list)


def said_of_documents(document_ids: Iterable[int]) -> dict[int, SaidOfDocument]:
    """What is said of these documents; one of which nobody has said anything is left out.

    For the room that the documents are in, which has checked who asks.
    """
    wanted = list(document_ids)
    found: dict[int, SaidOfDocument] = {}
    for exhibit in Exhibit.objects.filter(document__in=wanted):
        said = found.setdefault(exhibit.document_id, SaidOfDocument())
        said.statements.append(exhibit.statement)
    received = TransferFile.objects.filter(
        document__in=wanted, transfer__direction="in", transfer__letter__isnull=False
    )
    for file in received.select_related("transfer__letter").order_by("pk"):
        letter = file.transfer.letter
        if letter is not None and file.document_id is not None:
            _add_announced(found.setdefault(file.document_id, SaidOfDocument()), file, letter)
    return found


def _add_announced(said: SaidOfDocument, file: TransferFile, letter: Letter) -> None:
    try:
        body = opened(letter).body
    except (Refusal, NotReadableAtRest):
        said.clear = False
        return
    entity = next((one["entity"] for one in body["files"] if one["n"] == file.n), None)
    numbers = [one["n"] for one in body["statements"] if one["entity"] == entity]
    sources = sources_of_letter(letter.uid)
    recorded = {n: pk for source in sources for n, pk in statements_by_number(letter, source).items()}
    said.clear = said.clear and bool(numbers) and all(n in recorded for n in numbers)
    # Of a chain of corrections the last one stands; the others have ended and are not asked about.
    for number in numbers:
        said.statements += with_corrections([recorded[number]])[-1:] if number in recorded else []
    said.before += [
        HandedOn(moments.from_text(one["at"]), one["act"], one["by"], letter.digest) for one in body.get("custody", ())
    ]
