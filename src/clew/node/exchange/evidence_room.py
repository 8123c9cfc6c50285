"""Sealing what is to leave and opening what has come: work of seconds a gigabyte, in a thread of its own.

Nothing of it is in a transaction. What a power cut interrupts is begun anew: a file that was not noted as sealed has no
key, and one that was not noted as opened lies under a key that died with the process.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import threading
from collections.abc import Iterator
from typing import Final

from django.db import Error as DatabaseError
from django.utils import timezone

from clew.exchange.evidence.sealing import new_key, open_file, seal_file
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import NODE
from clew.node.cases.actions import seal_document
from clew.node.connections import renew_connection
from clew.node.exchange import evidence_states as states
from clew.node.exchange.actions.evidence_travel import (
    note_different,
    note_missing,
    note_opened,
    note_sealed,
    stop_files,
)
from clew.node.exchange.evidence_models import Transfer, TransferFile
from clew.node.exchange.evidence_store import (
    folder_of,
    has_room,
    key_of,
    make_folder,
    missing_here,
    parts_of_file,
    sealed_file,
    sweep_folders,
)
from clew.node.home import load_home
from clew.node.sealed_files import Damaged, FileIntake, ReceivedFile
from clew.node.types import BadInput

PAUSE: Final = 2.0
"""Seconds between two looks for something to do."""

log = logging.getLogger(__name__)


class Given(Exception):
    """The transfer was given up or taken back while it was worked on."""


def run(stopping: threading.Event) -> None:
    """Work until told to stop; what is in hand then is begun anew the next time."""
    while not stopping.is_set():
        done = 0
        try:
            renew_connection()
            done = work_once(timezone.now(), stopping)
        except DatabaseError:
            log.exception("files could not be worked on; they are tried again")
        except Exception:  # one transfer's fault must not end the work on all others
            log.exception("files could not be sealed or opened; they are tried again")
        if not done:
            stopping.wait(PAUSE)


def work_once(now: dt.datetime, stopping: threading.Event | None = None) -> int:
    """Seal one transfer that waits, and open one; returns on how many something was done."""
    stopping = stopping or threading.Event()
    sweep_folders(_folders_needed)
    done = 0
    for transfer in Transfer.objects.filter(direction="out", state=states.SEALING).order_by("pk")[:1]:
        done += _seal(transfer, now, stopping)
    for transfer in Transfer.objects.filter(direction="in", state=states.CLOSING).order_by("changed", "pk"):
        done += _open(transfer, now, stopping)
    return done


def _folders_needed() -> list[str]:
    going_on = Transfer.objects.exclude(state__in=states.ENDED).exclude(state=states.OPENED)
    return list(going_on.values_list("folder", flat=True))


def _seal(transfer: Transfer, now: dt.datetime, stopping: threading.Event) -> int:
    files = list(transfer.files.filter(first_part="").order_by("pk"))
    if not has_room(sum(one.size for one in files)):
        log.error("transfer %s waits: too little room on the disk to seal its files", transfer.pk)
        return 0
    make_folder(transfer)
    try:
        for file in files:
            _seal_one(transfer, file, now, stopping)
    except Given:
        return 1
    except (Damaged, BadInput):
        log.exception("a document of transfer %s cannot be read", transfer.pk)
        stop_files(actor=NODE, transfer_id=transfer.pk, state=states.LOST, now=now)
    return 1


def _seal_one(transfer: Transfer, file: TransferFile, now: dt.datetime, stopping: threading.Event) -> None:
    parts = parts_of_file(file, transfer)
    # Of an attempt that a power cut ended: its key is gone.
    parts.discard()
    if file.document_id is None:
        raise BadInput("", "", "")
    content = seal_document(actor=NODE, document_id=file.document_id, party=transfer.party)
    key = new_key()
    sealed = seal_file(
        _while_wanted(content.pieces, transfer.pk, states.SEALING, stopping), key, parts.writer,
        part_size=transfer.part_size,
    )  # fmt: skip
    if (sealed.size, sealed.sha256) != (file.size, file.sha256):
        raise Damaged
    if not note_sealed(actor=NODE, transfer_id=transfer.pk, file_id=file.pk, sealed=sealed, key=key, now=now):
        raise Given


def _open(transfer: Transfer, now: dt.datetime, stopping: threading.Event) -> int:
    files = list(transfer.files.order_by("n"))
    if missing := missing_here(transfer, files):
        note_missing(actor=NODE, transfer_id=transfer.pk, missing=missing, now=now)
        return 0
    if not has_room(sum(one.size for one in files)):
        log.error("transfer %s waits: too little room on the disk to open its files", transfer.pk)
        return 0
    received: dict[int, ReceivedFile] = {}
    kept = False
    try:
        for file in files:
            received[file.pk] = _open_one(transfer, file, stopping)
        kept = note_opened(actor=NODE, transfer_id=transfer.pk, received=received, now=now)
    except (Refusal, Damaged) as fault:
        code = fault.code if isinstance(fault, Refusal) else "key"
        log.error("a file of transfer %s is not what was announced: %s", transfer.pk, code)
        note_different(actor=NODE, transfer_id=transfer.pk, now=now)
    except Given:
        pass
    finally:
        if not kept:
            for one in received.values():
                one.discard()
    if kept:
        shutil.rmtree(folder_of(transfer), ignore_errors=True)
    return 1


def _open_one(transfer: Transfer, file: TransferFile, stopping: threading.Event) -> ReceivedFile:
    """Open a file into an encrypted one; nothing readable touches the disk, and nothing stays of one that differs."""
    intake = FileIntake(load_home().documents, largest=file.size)
    announced = sealed_file(file, transfer)
    sealed = _while_wanted(parts_of_file(file, transfer).read_all(announced), transfer.pk, states.CLOSING, stopping)
    try:
        open_file(sealed, key_of(file), announced, intake.write)
        return intake.finish()
    except BaseException:
        intake.discard()
        raise


def _while_wanted(
    pieces: Iterator[bytes], transfer_id: int, state: str, stopping: threading.Event
) -> Iterator[bytes]:  # fmt: skip
    """The pieces, for as long as the node runs and nobody has ended the transfer; looked at every 64 MiB."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > 64 * 1024 * 1024:
            size = 0
            if stopping.is_set() or not Transfer.objects.filter(pk=transfer_id, state=state).exists():
                raise Given
        yield piece
