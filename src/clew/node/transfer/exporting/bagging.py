"""Chooses which documents of a case may stand in a bag, and writes their custody record and the bag.

A document is judged by what is said of it: whom it shows, and what a partner said that sent it. Each of these
statements has to be permitted; the file's name in the bag is one of them, so no word about a file passes the rules by.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from clew.dossier.handling import strictest
from clew.dossier.types import Statement
from clew.exchange.evidence.bags import CUSTODY, Payload, bag_entries, zip_bag
from clew.exchange.evidence.custody import Act, Hand, KeptFile, Record, write_record
from clew.node.accounts.actions import Officer
from clew.node.cases.queries import Document, custody
from clew.node.dossier.queries import standing_of
from clew.node.exchange.queries import SaidOfDocument, said_of_documents
from clew.node.marking import Mark, one_line
from clew.node.transfer.exporting.deciding import GONE, UNSAID, decide_export, restriction_words

MARKING: Final = "marking.txt"

ACTS: Final = {
    "cases.add_document": Act.STORED,
    "cases.read_document": Act.READ,
    "cases.take_in_document": Act.RECEIVED,
    "cases.seal_document": Act.SEALED,
    "exchange.say_whom_it_shows": Act.EXAMINED,
    "exchange.give_key": Act.CLOSED,
    "exchange.destroy_key": Act.ERASED,
    "transfer.export_document": Act.EXPORTED,
}
"""What an act of the log is called in a custody record; its words stand beside it."""


@dataclass(frozen=True, slots=True)
class BaggedDocument:
    """A document of the bag: its number there, its name as the rules let it stand, and what must be read beside it."""

    n: int
    name: str
    document: Document
    restriction: str


@dataclass(slots=True)
class ChosenDocuments:
    """What may stand in the bag, what is left out by reason, what is restricted, and the strictest handling code."""

    documents: list[BaggedDocument] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)
    restricted: Counter[str] = field(default_factory=Counter)
    handling: str = "H0"
    said: dict[int, SaidOfDocument] = field(default_factory=dict)


def choose_documents(
    *, officer: Officer, documents: Sequence[Document], purpose: str, now: dt.datetime
) -> ChosenDocuments:
    """Which of these documents, all of the officer's cases, may stand in a bag for this purpose."""
    said = said_of_documents(one.pk for one in documents)
    asked = [number for one in said.values() for number in one.statements]
    standing = {one.id: one for one in standing_of(officer=officer, statement_ids=asked)}
    rulings = decide_export(officer=officer, statements=list(standing.values()), purpose=purpose, now=now)
    chosen = ChosenDocuments(said=said)
    for document in documents:
        told = said.get(document.pk)
        statements = [standing[one] for one in told.statements if one in standing] if told else []
        if told is None:
            reason = UNSAID
        elif not told.clear or not statements or len(statements) != len(told.statements):
            reason = GONE
        else:
            reason = next((rulings[one.id].reasons[0] for one in statements if not rulings[one.id].permitted), "")
        if reason:
            chosen.withheld[reason] += 1
            continue
        conditions = [policy for one in statements for policy in rulings[one.id].restrictions]
        chosen.restricted.update(dict.fromkeys(conditions, 1))
        words = (restriction_words(rulings[one.id].restrictions, one.source.handling_text) for one in statements)
        restriction = " ".join(dict.fromkeys(filter(None, words)))
        chosen.documents.append(
            BaggedDocument(len(chosen.documents) + 1, _name(statements, document), document, restriction)
        )
        for one in statements:
            chosen.handling = strictest(strictest(one.handling, one.source.handling), chosen.handling)
    return chosen


def _name(statements: Iterable[Statement], document: Document) -> str:
    """The name that was decided upon; a case's own title may say more than that."""
    return next((one.value for one in statements if one.prop == "fileName" and one.value), str(document.pk))


def custody_record(*, officer: Officer, chosen: ChosenDocuments, own: str) -> Record:
    """Through whose hands the documents went: what their senders told, and what this node's log has, in one order."""
    hands: list[Hand] = []
    files = []
    for one in chosen.documents:
        document = one.document
        files.append(KeptFile(one.n, one.name, document.size, document.sha256, _path(one)))
        before = chosen.said[document.pk].before
        hands += [Hand(each.at, Act(each.act), each.by, (one.n,), proof=each.letter_digest) for each in before]
        hands += _hands_here(officer, one, own)
    return Record(tuple(files), tuple(sorted(hands, key=lambda hand: hand.at)))


def _hands_here(officer: Officer, one: BaggedDocument, own: str) -> list[Hand]:
    found: list[Hand] = []
    below: int | None = None
    while True:
        view = custody(officer=officer, document_id=one.document.pk, below=below)
        if view is None:
            return []
        found += [
            Hand(
                each.at.replace(microsecond=0), ACTS[each.act], one_line(f"{own}, {each.who}" if each.who else own),
                (one.n,), proof=each.digest, note=str(each.what),
            )
            for each in view.hands
        ]  # fmt: skip
        if view.older is None:
            # Newest first as they came: acts of one second keep the order of the log.
            return found[::-1]
        below = view.older


def write_bag(
    *, chosen: ChosenDocuments, record: Record, mark: Mark, own: str, language: str,
    read: Callable[[Document], Iterable[bytes]],
) -> Iterator[bytes]:  # fmt: skip
    """The bag as one ZIP archive, in pieces, while its documents are read.

    Args:
        read: gives a document's content; `Damaged` where it is not whole.

    Raises:
        Refusal: `not-as-announced` a document is not what its fingerprint says. What was given out is no bag then.
    """
    info = {
        "Source-Organization": one_line(own), "External-Identifier": mark.number, "Clew-Handling": mark.classification,
        "Clew-Recipient": one_line(mark.recipient), "Clew-Purpose": mark.purpose,
    }  # fmt: skip
    tags = {CUSTODY: write_record(record), MARKING: _marking(chosen, record, mark, language)}
    payload = [_payload(one, read) for one in chosen.documents]
    return zip_bag(mark.number, bag_entries(payload, info=info, day=mark.made.date(), tags=tags))


def _payload(one: BaggedDocument, read: Callable[[Document], Iterable[bytes]]) -> Payload:
    return Payload(one.n, one.name, one.document.size, one.document.sha256, lambda: read(one.document))


def _path(one: BaggedDocument) -> str:
    return _payload(one, lambda _document: ()).path


def _marking(chosen: ChosenDocuments, record: Record, mark: Mark, language: str) -> bytes:
    """For whom and what for the bag is, what may be done with each file, and what is left out."""
    lines = [f"{label}: {one_line(text)}" for label, text in mark.lines(language) if text]
    lines.append(f"{_('The custody record ends with')}: {record.last}")
    lines += [f"{_path(one)}: {one_line(one.restriction)}" for one in chosen.documents if one.restriction]
    return ("\n".join(lines) + "\n").encode()
