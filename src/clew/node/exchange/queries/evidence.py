"""Files that travel, as pages show them: whom each document shows, how far each transfer is, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from clew.exchange.evidence.names import shown_name
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.cases.queries import Document, case_head, documents_seen
from clew.node.exchange import evidence_states as states
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.evidence_models import Exhibit, Transfer, TransferFile
from clew.node.exchange.evidence_store import bytes_here
from clew.node.exchange.reading import opened
from clew.node.exchange.words import problem_in_words
from clew.node.partners.queries import names_of
from clew.node.types import CaseSection, DeskItem

LISTED = 100
"""Documents and transfers of a case that its page shows; the transfer's own page shows all of its files."""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document of a case, and whom an officer said it shows; None where nobody has said anything."""

    document: Document
    exhibit: Exhibit | None


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a transfer: its name as far as it can be read here, and how much of it has come, in bytes."""

    row: TransferFile
    name: str
    here: int


@dataclass(frozen=True, slots=True)
class TransferLine:
    """A transfer in a list. `done` of `total` bytes; None where nobody knows how much the partner has."""

    row: Transfer
    party: str
    state: str
    tone: str
    done: int | None
    total: int

    @property
    def ours(self) -> bool:
        """Whether it leaves this node."""
        return self.row.direction == "out"


@dataclass(frozen=True, slots=True)
class TransferPage:
    """One transfer with its files. `problem`: why it does not go on at present, and `cure`: what to do; "" for none.

    `parts`, `missing`: how many parts there are, and how many are missing at the recipient, None where nobody knows.
    """

    line: TransferLine
    files: Sequence[FileLine]
    problem: str
    cure: str
    next_attempt: dt.datetime | None
    parts: int
    missing: int | None


def document_lines(*, officer: Officer, case_id: int) -> list[DocumentLine]:
    """The documents of one of the officer's cases, newest first."""
    rows = documents_seen(officer=officer).filter(case_id=case_id).order_by("-added", "-pk")[:LISTED]
    said = {one.document_id: one for one in Exhibit.objects.filter(document__in=[row.pk for row in rows])}
    return [DocumentLine(row, said.get(row.pk)) for row in rows]


def transfers_of_case(*, officer: Officer, case_id: int) -> list[TransferLine]:
    """The transfers of one of the officer's cases, newest first."""
    if case_head(officer=officer, pk=case_id) is None:
        return []
    rows = list(Transfer.objects.filter(case_id=case_id).prefetch_related("files").order_by("-pk")[:LISTED])
    names = names_of({row.party for row in rows})
    return [_line(row, names.get(row.party, row.party), list(row.files.all())) for row in rows]


def transfer_page(*, officer: Officer, pk: int) -> TransferPage | None:
    """One transfer; None where it does not exist or is of no case of the officer's."""
    row = Transfer.objects.select_related("case", "letter__thread", "closing").filter(pk=pk).first()
    if row is None or case_head(officer=officer, pk=row.case_id) is None:
        return None
    files = list(row.files.select_related("document").order_by("n", "pk"))
    told = _told_names(row)
    lines = [FileLine(one, _name(one, told), bytes_here(row, [one]) if _lies_here(row) else 0) for one in files]
    stands = row.state in {states.SENDING, states.CLOSED} and bool(row.last_problem)
    return TransferPage(
        line=_line(row, names_of({row.party}).get(row.party, row.party), files),
        files=lines,
        problem=_problem(row.last_problem) if stands else "",
        cure=str(states.CURES.get(row.state, "")),
        next_attempt=row.next_attempt if stands else None,
        parts=sum(len(one.part_digests) for one in files),
        missing=row.missing if row.direction == "out" else None,
    )


def evidence_section(*, officer: Officer, case_id: int) -> list[CaseSection]:
    """Documents that can be sent, and what was sent and received; nothing where the case has neither."""
    documents = document_lines(officer=officer, case_id=case_id)
    lines = transfers_of_case(officer=officer, case_id=case_id)
    if not documents and not lines:
        return []
    held = permissions_of(officer)
    context = {
        "documents": documents,
        "lines": lines,
        "case": case_id,
        "may_say": "dossier.record" in held,
        "may_prepare": "release.draft" in held and any(one.exhibit for one in documents),
        "may_export": "export.request" in held and bool(documents),
    }
    return [CaseSection(_("Files to and from partners"), "exchange/_case_evidence.html", context, order=35)]


def evidence_items(officer: Officer) -> list[DeskItem]:
    """Files to announce and files to take, of the officer's cases."""
    held = permissions_of(officer)
    wanted = {("out", states.SEALED): "release.draft", ("in", states.OPENED): "letter.take"}
    rows = Transfer.objects.filter(state__in=[states.SEALED, states.OPENED], release=None).select_related("case")
    return [
        _item(row)
        for row in rows.order_by("changed")[:LISTED]
        if wanted.get((row.direction, row.state)) in held and case_head(officer=officer, pk=row.case_id) is not None
    ]


def transfers_under_way() -> int:
    """How many transfers have sealed parts here, or still to come: what no backup holds."""
    return Transfer.objects.exclude(state__in=states.ENDED | {states.OPENED}).count()


def stored_files() -> list[str]:
    """The names under which received files lie that are in no case yet."""
    return list(TransferFile.objects.exclude(stored_as="").values_list("stored_as", flat=True))


def _item(row: Transfer) -> DeskItem:
    leaves = row.direction == "out"
    party = names_of({row.party}).get(row.party, row.party)
    words = _("Announce the files that are sealed for %(party)s") if leaves else _("Take the files from %(party)s")
    return DeskItem(
        kind="evidence.sealed" if leaves else "evidence.opened",
        title=words % {"party": party},
        url=reverse("exchange:evidence", args=[row.pk]),
        due=None,
        detail=str(states.STATES[row.state]),
        case_reference=row.case.reference,
        urgent=False,
    )


def _line(row: Transfer, party: str, files: Sequence[TransferFile]) -> TransferLine:
    total = sum(one.sealed_size or one.size for one in files)
    tone = states.TONES.get(row.state, "info")
    return TransferLine(row, party, str(states.STATES[row.state]), tone, _done(row, files, total), total)


def _done(row: Transfer, files: Sequence[TransferFile], total: int) -> int | None:
    """How many bytes the recipient has: by its own signed word, or by what lies here."""
    if row.state in {states.RECEIVING, states.SEALING}:
        return _bytes_lying(row, files)
    if row.direction == "in":
        return total if row.state in {states.CLOSING, states.OPENED, states.TAKEN} else None
    if row.missing is None or row.letter_id is None:
        return None
    return max(0, total - row.missing * row.part_size) if row.missing else total


def _bytes_lying(row: Transfer, files: Sequence[TransferFile]) -> int:
    """While files are sealed, those that are done count; a part of one that is not done proves nothing yet."""
    return bytes_here(row, [one for one in files if one.first_part])


def _lies_here(row: Transfer) -> bool:
    return row.direction == "in" and row.state in {states.RECEIVING, states.CLOSING}


def _problem(code: str) -> str:
    return str(states.PROBLEMS.get(code) or problem_in_words(code))


def _told_names(row: Transfer) -> dict[int, str]:
    """The names of a received transfer's files, as its announcement has them; none once that cannot be read."""
    if row.letter is None or row.direction == "out":
        return {}
    try:
        return {one["n"]: shown_name(one["name"]) for one in opened(row.letter).body["files"]}
    except (Refusal, NotReadableAtRest):
        return {}


def _name(file: TransferFile, told: dict[int, str]) -> str:
    return file.document.title if file.document is not None else told.get(file.n, "")
