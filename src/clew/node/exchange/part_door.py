"""What happens at the door to parts of announced files: who asks is looked up, and a part is taken or refused.

Runs in the inbound process, which holds no key that opens anything. A part is taken where an officer has taken its
announcement, of that announcement's sender, with the length and digest that it names; nothing else fills the disk.
Everything is read while it comes and written to its place, so that memory stays flat however large a part is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from clew.exchange.evidence.asking import (
    MAX_REQUEST,
    PartAnswer,
    PartMethod,
    PartRequest,
    make_part_answer,
    read_part_request,
    runs_of,
    verify_part_request,
)
from clew.exchange.refusals import Refusal
from clew.node.exchange import evidence_states as states
from clew.node.exchange.evidence_models import Transfer, TransferFile
from clew.node.exchange.evidence_store import has_room, make_folder, missing_here, parts_of_file, sealed_file
from clew.node.exchange.identity import own_uid, transport_key
from clew.node.exchange.limits import PARTS
from clew.node.exchange.receiving import turn_away
from clew.node.partners.queries import KeysWithheld, usable_keys

COMING: Final = frozenset({states.RECEIVING, states.CLOSING})
HERE: Final = frozenset({states.OPENED, states.TAKEN})
CHUNK: Final = 64 * 1024


class NoRoom(Exception):
    """The disk has no room for what is still to come."""


class NotTaken(Exception):
    """Nobody here has taken the announcement, or there is none, or it was taken back: no part of it is taken."""


def answer_about_parts(stream: Any, length: int, now: dt.datetime) -> bytes:
    """Read a request about parts from what is posted, do it, and say what is missing, signed.

    Args:
        stream: what is posted, `length` bytes of it.

    Raises:
        Refusal: it is no request, of nobody who may ask, or the part is not what was announced; nothing is kept.
        NotTaken, NoRoom: no part is taken now. TooMany: one partner asks too often.
    """
    line = stream.readline(MAX_REQUEST + 1).removesuffix(b"\n")
    request = _verified(line, now)
    PARTS.take(request.sender)
    transfer = Transfer.objects.filter(direction="in", letter__uid=request.letter, party=request.sender).first()
    if transfer is None or transfer.state not in COMING | HERE:
        raise NotTaken
    files = list(transfer.files.order_by("n")) if transfer.state in COMING else []
    if request.method is PartMethod.PUT and files:
        _take(request, transfer, files, _pieces(stream, length - len(line) - 1))
    missing = missing_here(transfer, files)
    if request.method is PartMethod.ASK and missing and not has_room(transfer.part_size):
        raise NoRoom
    answer = PartAnswer(own_uid(), request.sender, request.letter, now.replace(microsecond=0), runs_of(missing))
    return make_part_answer(answer, transport_key())


def _verified(line: bytes, now: dt.datetime) -> PartRequest:
    """The request, with the key pinned for its sender; who is not known is told what every stranger is told."""
    claimed = ""
    try:
        request = read_part_request(line)
        claimed = request.sender
        keys = usable_keys(claimed, now)
        if isinstance(keys, KeysWithheld):
            raise Refusal("unknown-sender" if keys.code == "unknown" else "sender-not-usable")
        _verify(request, [keys.transport, *(one.transport for one in keys.former)], now)
    except Refusal as refusal:
        raise turn_away(claimed, refusal, now) from refusal
    return request


def _verify(request: PartRequest, transport: list[bytes], now: dt.datetime) -> None:
    """With the present key, or one that it replaced a short while ago."""
    for former in transport[1:]:
        try:
            verify_part_request(request, transport_key=former, own_uid=own_uid(), now=now)
        except Refusal:
            continue
        return
    verify_part_request(request, transport_key=transport[0], own_uid=own_uid(), now=now)


def _take(request: PartRequest, transfer: Transfer, files: list[TransferFile], content: Iterator[bytes]) -> None:
    file = next((one for one in files if one.n == request.file), None)
    if file is None:
        raise Refusal("not-announced", "file")
    announced = sealed_file(file, transfer)
    if not has_room(announced.size_of(request.part)):
        raise NoRoom
    make_folder(transfer)
    parts_of_file(file, transfer).take(request.part, content, announced)


def _pieces(stream: Any, left: int) -> Iterator[bytes]:
    while left > 0 and (piece := stream.read(min(CHUNK, left))):
        left -= len(piece)
        yield piece
