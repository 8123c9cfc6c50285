"""Where sealed parts lie and how their keys are kept: `parts/FOLDER/FILE` in the node's directory.

Names are random or the node's own numbers: nothing that a partner wrote becomes a path. A key lies in the store under
the node's rest key, which inbound does not have; erasing what lies here is destroying that key.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from django.db import transaction

from clew.exchange.evidence.parts import Parts
from clew.exchange.evidence.sealing import MIB, SealedFile
from clew.node.exchange.evidence_models import Transfer, TransferFile
from clew.node.exchange.identity import rest_key
from clew.node.home import PRIVATE_DIRECTORY, load_home
from clew.node.sealed_files import unwrap_key, wrap_key

KEPT_FREE: Final = 512 * MIB
"""Bytes of the disk that parts never take: letters, the log and the pages must go on."""


def parts_home() -> Path:
    """The directory that holds the parts of all transfers."""
    return load_home().path / "parts"


def folder_of(transfer: Transfer) -> Path:
    """The directory of one transfer."""
    return parts_home() / transfer.folder


def parts_of_file(file: TransferFile, transfer: Transfer) -> Parts:
    """The parts of one file; the directory need not exist yet."""
    return Parts(folder_of(transfer) / str(file.pk))


def sealed_file(file: TransferFile, transfer: Transfer) -> SealedFile:
    """What was announced of a file."""
    return SealedFile(file.size, file.sha256, file.sealed_size, transfer.part_size, tuple(file.part_digests))


def make_folder(transfer: Transfer) -> None:
    """The directory of a transfer, private from its first moment."""
    for directory in (parts_home(), folder_of(transfer)):
        directory.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)


def has_room(size: int) -> bool:
    """Whether so many bytes more leave the rest of the node enough of the disk."""
    at = parts_home()
    return shutil.disk_usage(at if at.is_dir() else at.parent).free - size >= KEPT_FREE


def wrapped(file: TransferFile, key: str) -> bytes:
    """The file's age identity, under the node's rest key and bound to the file."""
    return wrap_key(rest_key(), key.encode("ascii"), _bound(file))


def key_of(file: TransferFile) -> str:
    """The file's age identity.

    Raises:
        Damaged: it was destroyed, or is not here yet.
    """
    return unwrap_key(rest_key(), bytes(file.wrapped_key), _bound(file)).decode("ascii")


def destroy(transfer: Transfer, files: Iterable[TransferFile] = ()) -> None:
    """Destroy keys now, and the sealed parts once this is committed; of some files, or of the whole transfer.

    What is left of parts when the node dies in between is swept; without its key nobody reads it.
    """
    chosen = list(files)
    rows = TransferFile.objects.filter(transfer=transfer)
    if chosen:
        rows = rows.filter(pk__in=[one.pk for one in chosen])
    rows.update(wrapped_key=b"")
    places = [parts_of_file(one, transfer).directory for one in chosen] or [folder_of(transfer)]
    for place in places:
        transaction.on_commit(lambda place=place: shutil.rmtree(place, ignore_errors=True))  # type: ignore[misc]


def sweep_folders(kept: Callable[[], Iterable[str]]) -> int:
    """Delete the parts of transfers that have ended; returns of how many."""
    at = parts_home()
    found = list(at.iterdir()) if at.is_dir() else []
    # Asked after the look: the folder of a transfer that begins in between is not among those found.
    names = frozenset(kept()) if found else frozenset()
    gone = [one for one in found if one.name not in names]
    for one in gone:
        shutil.rmtree(one, ignore_errors=True)
    return len(gone)


def bytes_here(transfer: Transfer, files: Iterable[TransferFile]) -> int:
    """How much of the sealed files lies here; for showing."""
    return sum(parts_of_file(one, transfer).bytes_here(sealed_file(one, transfer)) for one in files)


def missing_here(transfer: Transfer, files: Iterable[TransferFile]) -> dict[int, tuple[int, ...]]:
    """The parts that have not come, by the number of their file."""
    found = {one.n: parts_of_file(one, transfer).missing(sealed_file(one, transfer)) for one in files}
    return {n: missing for n, missing in found.items() if missing}


def _bound(file: TransferFile) -> str:
    return f"evidence {file.pk}"
