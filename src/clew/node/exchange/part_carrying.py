"""Parts of announced files on a stick, where no line reaches the partner: a directory of files beside the bundle.

A part is a file called by its digest, `SHA-256.part`; the partner's signed word on what it lacks is `LETTER.answer`.
Nothing needs an order and nothing happens twice: a part proves itself by the digest in its announcement, an answer by
its signature. Whatever else lies in the directory is not touched, and no link is followed.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from clew.exchange.evidence.asking import MAX_ANSWER, PartAnswer, make_part_answer, parts_of, read_part_answer, runs_of
from clew.exchange.evidence.parts import sync_directory
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import NODE, Actor, action
from clew.node.audit.actions import record
from clew.node.disclosure.queries import why_outdated
from clew.node.exchange import evidence_states as states
from clew.node.exchange.actions import NotNow, note_parts
from clew.node.exchange.evidence_models import Transfer, TransferFile
from clew.node.exchange.evidence_store import has_room, make_folder, missing_here, parts_of_file, sealed_file
from clew.node.exchange.holding import may_write_to
from clew.node.exchange.identity import own_uid, transport_key
from clew.node.exchange.part_door import COMING, HERE
from clew.node.partners.queries import KeysWithheld, UsableKeys, usable_keys

PART: Final = re.compile(r"([0-9a-f]{64})\.part")
ANSWER: Final = re.compile(r"([0-9a-f]{32})\.answer")
CHUNK: Final = 1024 * 1024
MOST_FILES: Final = 200_000
"""Files of a directory that are looked at: 1.6 TB of parts of the usual size."""


class Outcome(StrEnum):
    """What became of one file of the directory."""

    TAKEN = "taken"
    HERE = "here-already"
    NOTED = "noted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Carried:
    """A file of the directory, and what became of it; `code` is why it was refused."""

    name: str
    outcome: Outcome
    code: str = ""


@dataclass(frozen=True, slots=True)
class ToCarry:
    """What is to be written into a directory: parts by digest, and answers by the letter they are about."""

    parts: Mapping[str, tuple[TransferFile, Transfer, int]]
    answers: Mapping[str, bytes]


@action("exchange.carry_parts_out", permission="node.act")
def parts_to_carry(*, actor: Actor, party: str, now: dt.datetime) -> ToCarry:
    """What a partner lacks of the files announced to it, by its last word, and this node's word on what came from it.

    Raises:
        NotNow: the party may not be written to at present. The sentence says so.
    """
    keys = may_write_to(party, now)
    if isinstance(keys, KeysWithheld):
        raise NotNow(keys.sentence)
    wanted: dict[str, tuple[TransferFile, Transfer, int]] = {}
    for transfer in Transfer.objects.filter(direction="out", party=party, state=states.SENDING).order_by("pk"):
        if _stands(transfer, now):
            wanted |= _lacking(transfer, keys)
    coming = Transfer.objects.filter(direction="in", party=party, state__in=COMING | HERE).select_related("letter")
    answers = {one.letter.uid: _answer(one, now) for one in coming.order_by("pk") if one.letter is not None}
    record(
        actor=actor, act="exchange.carry_parts_out", object_kind="party", object_id=party,
        details={"parts": len(wanted), "answers": len(answers)},
    )  # fmt: skip
    return ToCarry(wanted, answers)


def write_parts(carried: ToCarry, directory: Path, most: int | None = None) -> tuple[int, int, int]:
    """Write what is to be carried; a part that lies there whole is not written again.

    Args:
        most: bytes that may be written; None = as many as there are.

    Returns:
        How many parts lie there now, how many find no room, and the bytes that were written.

    Raises:
        Refusal: `missing-part`, the sealed copy here is not whole.
        OSError: the directory cannot be written.
    """
    directory.mkdir(exist_ok=True)
    written = lying = left = 0
    for digest in sorted(carried.parts):
        file, transfer, part = carried.parts[digest]
        size = sealed_file(file, transfer).size_of(part)
        path = directory / f"{digest}.part"
        if path.is_file() and not path.is_symlink() and path.stat().st_size == size:
            lying += 1
        elif most is not None and written + size > most:
            left += 1
        else:
            _write(path, parts_of_file(file, transfer).read(part))
            written, lying = written + size, lying + 1
    for letter, raw in carried.answers.items():
        _write(directory / f"{letter}.answer", [raw])
    sync_directory(directory)
    return lying, left, written


def carry_parts_in(directory: Path, now: dt.datetime) -> list[Carried]:
    """Take the parts and answers of a directory, in the order of their names.

    Raises:
        Refusal: `too-many` files.
        OSError: the directory cannot be read.
    """
    names = sorted(entry.name for entry in os.scandir(directory) if entry.is_file(follow_symlinks=False))
    if len(names) > MOST_FILES:
        raise Refusal("too-many")
    wanted = _wanted(now)
    found = [_take_one(directory, name, wanted, now) for name in names]
    carried = [one for one in found if one is not None]
    _note_carried_in(actor=NODE, carried=carried)
    return carried


@action("exchange.carry_parts_in", permission="node.act")
def _note_carried_in(*, actor: Actor, carried: Sequence[Carried]) -> None:
    """Keep that parts were carried in, and how many were taken."""
    taken = sum(one.outcome is Outcome.TAKEN for one in carried)
    record(
        actor=actor, act="exchange.carry_parts_in", object_kind="node", object_id=own_uid(),
        details={"files": len(carried), "taken": taken},
    )  # fmt: skip


def _stands(transfer: Transfer, now: dt.datetime) -> bool:
    letter = transfer.letter
    if letter is None or letter.decision is None:
        return False
    return not why_outdated(decision_id=letter.decision, now=now, strictly=False)


def _lacking(transfer: Transfer, keys: UsableKeys) -> dict[str, tuple[TransferFile, Transfer, int]]:
    """By the partner's last word; where it has given none, all of it."""
    files = {one.n: one for one in transfer.files.order_by("n")}
    counts = {n: len(one.part_digests) for n, one in files.items()}
    answer = _read_answer(bytes(transfer.answer), transfer, keys)
    if answer is None:
        missing: Iterable[tuple[int, int]] = ((n, part) for n in counts for part in range(1, counts[n] + 1))
    else:
        missing = parts_of(answer.missing, counts)
    return {files[n].part_digests[part - 1]: (files[n], transfer, part) for n, part in missing}


def _answer(transfer: Transfer, now: dt.datetime) -> bytes:
    letter = transfer.letter.uid if transfer.letter is not None else ""
    files = list(transfer.files.order_by("n")) if transfer.state in COMING else []
    missing = runs_of(missing_here(transfer, files))
    told = PartAnswer(own_uid(), transfer.party, letter, now.replace(microsecond=0), missing)
    return make_part_answer(told, transport_key())


def _read_answer(raw: bytes, transfer: Transfer, keys: UsableKeys) -> PartAnswer | None:
    letter = transfer.letter.uid if transfer.letter is not None else ""
    for key in (keys.transport, *(one.transport for one in keys.former)):
        try:
            return read_part_answer(raw, transport_key=key, issuer=transfer.party, addressee=own_uid(), letter=letter)
        except Refusal:
            continue
    return None


def _wanted(now: dt.datetime) -> dict[str, tuple[TransferFile, Transfer, int]]:
    """Every part that is to come from a partner whose keys count, by its digest."""
    wanted: dict[str, tuple[TransferFile, Transfer, int]] = {}
    for transfer in Transfer.objects.filter(direction="in", state__in=COMING).order_by("pk"):
        if isinstance(usable_keys(transfer.party, now), KeysWithheld):
            continue
        for file in transfer.files.order_by("n"):
            wanted |= {digest: (file, transfer, part) for part, digest in enumerate(file.part_digests, 1)}
    return wanted


def _take_one(
    directory: Path, name: str, wanted: Mapping[str, tuple[TransferFile, Transfer, int]], now: dt.datetime
) -> Carried | None:
    if matched := ANSWER.fullmatch(name):
        return _note_answer(directory / name, matched[1], now)
    matched = PART.fullmatch(name)
    if matched is None:
        return None
    try:
        if matched[1] not in wanted:
            raise Refusal("not-announced")
        file, transfer, part = wanted[matched[1]]
        announced = sealed_file(file, transfer)
        if not has_room(announced.size_of(part)):
            return Carried(name, Outcome.REFUSED, "no-room")
        make_folder(transfer)
        with (directory / name).open("rb") as stream:
            new = parts_of_file(file, transfer).take(part, _pieces(stream), announced)
    except Refusal as refusal:
        return Carried(name, Outcome.REFUSED, refusal.code)
    return Carried(name, Outcome.TAKEN if new else Outcome.HERE)


def _note_answer(path: Path, letter: str, now: dt.datetime) -> Carried:
    with path.open("rb") as stream:
        raw = stream.read(MAX_ANSWER + 1)
    transfer = Transfer.objects.select_related("letter").filter(letter__uid=letter, direction="out").first()
    keys = usable_keys(transfer.party, now) if transfer is not None else None
    if transfer is None or not isinstance(keys, UsableKeys):
        return Carried(path.name, Outcome.REFUSED, "not-for-this-letter")
    answer = _read_answer(raw, transfer, keys)
    if answer is None:
        return Carried(path.name, Outcome.REFUSED, "bad-signature")
    if transfer.answer and _is_older(answer, bytes(transfer.answer), transfer, keys):
        return Carried(path.name, Outcome.HERE)
    note_parts(
        actor=NODE, transfer_id=transfer.pk, answer=answer, raw=raw, problem="", now=now, next_attempt=now,
    )  # fmt: skip
    return Carried(path.name, Outcome.NOTED)


def _is_older(answer: PartAnswer, known: bytes, transfer: Transfer, keys: UsableKeys) -> bool:
    """An older stick that is found again must not undo what the partner has said since."""
    before = _read_answer(known, transfer, keys)
    return before is not None and answer.at <= before.at


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(CHUNK):
        yield piece


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """Whole or not at all: who pulls the stick out finds no half of a part under its name."""
    beside = path.with_name(f".{path.name}.coming")
    with beside.open("wb") as stream:
        for piece in pieces:
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
