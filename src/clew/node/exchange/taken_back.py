"""Which documents a partner sent, and which of them every partner that sent them has taken back.

It is read from recalls and transfers each time, so that there is no mark that could be forgotten: in the transaction
that reads a recall the documents of it can be opened no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from clew.disclosure.particulars import CORRECT
from clew.exchange.refusals import Refusal
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.evidence_models import TransferFile
from clew.node.exchange.models import Letter, Recall
from clew.node.exchange.reading import opened


def documents_received(document_ids: Collection[int]) -> frozenset[int]:
    """Those of these documents that are here because a partner sent them; not those that were here already."""
    return frozenset(pk for pk, files in _files_of(document_ids).items() if _came_with_one(files))


def documents_taken_back(document_ids: Collection[int]) -> frozenset[int]:
    """Those of these documents that a partner sent, where all who sent that very file have taken it back."""
    found = {pk: files for pk, files in _files_of(document_ids).items() if _came_with_one(files)}
    letters = {file.transfer.letter for files in found.values() for file in files}
    numbers = _numbers_taken_back([letter for letter in letters if letter is not None])
    return frozenset(pk for pk, files in found.items() if all(_is_taken_back(file, numbers) for file in files))


def _files_of(document_ids: Collection[int]) -> dict[int, list[TransferFile]]:
    rows = TransferFile.objects.filter(document__in=document_ids, transfer__direction="in")
    found: dict[int, list[TransferFile]] = {}
    for file in rows.select_related("transfer__letter", "document").order_by("pk"):
        found.setdefault(file.document_id or 0, []).append(file)
    return found


def _came_with_one(files: Iterable[TransferFile]) -> bool:
    # A file that was in the case already stands for the one that came: it has a name of its own on the disk.
    return any(file.document is not None and file.stored_as == file.document.stored_as for file in files)


def _numbers_taken_back(letters: Collection[Letter]) -> dict[str, list[list[int]]]:
    """By letter, the numbers of statements that each recall of its sender names; [] for the whole letter."""
    senders = {letter.uid: letter.party for letter in letters}
    rows = Recall.objects.filter(direction="in", recalled__in=senders).exclude(action=CORRECT)
    found: dict[str, list[list[int]]] = {}
    for recall in rows.order_by("pk"):
        if recall.party == senders[recall.recalled]:
            found.setdefault(recall.recalled, []).append(recall.numbers)
    return found


def _is_taken_back(file: TransferFile, numbers: dict[str, list[list[int]]]) -> bool:
    letter = file.transfer.letter
    if letter is None:
        return False
    recalled = numbers.get(letter.uid, [])
    if not recalled or [] in recalled:
        return bool(recalled)
    try:
        body = opened(letter).body
    except (Refusal, NotReadableAtRest):
        # What was named cannot be told any more: rather all than the wrong ones.
        return True
    entity = next((one["entity"] for one in body["files"] if one["n"] == file.n), None)
    said = {one["n"] for one in body["statements"] if one["entity"] == entity}
    return any(said & set(named) for named in recalled)
