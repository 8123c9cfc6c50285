"""One consistent, encrypted file of a running node.

The file is a tar of two members: `key.age`, an age identity sealed by the passphrase, and `node.tar.age`, the node
sealed to that identity (https://age-encryption.org/v1): the passphrase is stretched once, the rest streams.
Inside: `manifest.json`, `node.toml`, `secret`, `keys/`, `documents/`, and the store as `store.sqlite3` or, from
PostgreSQL, in `tables/` (`backup_postgres.py`). The store is a snapshot taken first; every document it names was
durable before its row was committed, so copying documents afterwards loses none. The keys of persons, letters,
documents and profiles are not in it: they lie in the file of keys beside it (`backup_keys.py`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import secrets
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyrage
from django.db import connection, transaction

from clew.node.backup_keys import (
    KEPT,
    MOST_DAYS,
    Gone,
    KeyFile,
    Taken,
    key_columns,
    may_be_replaced,
    take_from_sqlite,
    write_key_file,
)
from clew.node.backup_postgres import write_tables
from clew.node.backup_problem import BackupProblem
from clew.node.home import Home, load_home
from clew.node.types import OnStep

FORMAT = 2
MINIMAL_PASSPHRASE = 12
BEGIN = "node.begin_backup"
"""The act that enters a backup and its name into the log."""


def silent(_step: str, _done: int, _total: int) -> None:
    """Tells nobody how far it has come."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup holds: bytes of the file, entries of its audit log, documents; and until when its keys serve.

    `transfers`: files on their way to or from partners whose sealed parts it does not hold.
    """

    size: int
    audit_size: int
    documents: int
    expires: dt.datetime
    transfers: int


def make_backup(file: Path, passphrase: str, keys: Path, days: int = KEPT, on_step: OnStep = silent) -> Made:
    """Write an encrypted backup of the node of `CLEW_HOME` to `file`; the log has its beginning and its end.

    Args:
        keys: the file of keys, which is replaced; it serves this backup and all earlier ones of this node.
        days: after so many the file of keys is not taken any more.
        on_step: is told of `snapshot`, `documents` and `sealing`, the latter in bytes.

    Raises:
        BackupProblem: the file exists, a directory does not, the passphrase is too short, `days` is not 1 to
            `MOST_DAYS`, or `keys` holds another node's keys or has another passphrase.
    """
    _check(file, passphrase, keys, days)
    home, backup, now = load_home(), secrets.token_hex(16), dt.datetime.now(dt.UTC).replace(microsecond=0)
    node = home.settings.node_id
    before = may_be_replaced(keys, passphrase, node)
    # Before the snapshot: where the log cannot be written nothing leaves, and the copy tells of itself.
    _recorded(BEGIN, {"recipient": "own", "purpose": "own_use", "backup": backup})
    # In the node's own directory: the plain snapshot is guarded as the store itself is, and leaves with this block.
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=home.path) as scratch:
        work = Path(scratch)
        on_step("snapshot", 0, 0)
        audit_size, (taken, gone) = _snapshot(work)
        manifest: dict[str, int | str] = {
            "format": FORMAT,
            "vendor": connection.vendor,
            "audit_size": audit_size,
            "backup": backup,
        }
        documents = _pack(home, work, manifest, on_step)
        part = file.with_name(file.name + ".part")
        expires = now + dt.timedelta(days=days)
        try:
            _seal(work, part, passphrase, on_step)
            # First the keys: they serve every earlier backup too, and this one would be of no use without them.
            write_key_file(keys, passphrase, KeyFile(node, _backups_until_now(), now, expires, taken, gone), before)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    made = Made(file.stat().st_size, audit_size, documents, expires, _transfers_under_way())
    _recorded("node.finish_backup", {"bytes": made.size, "documents": documents, "sha256": _sha256(file)})
    return made


def _check(file: Path, passphrase: str, keys: Path, days: int) -> None:
    if file.exists():
        raise BackupProblem(f"{file} exists already. Choose another name; a backup never overwrites one.")
    if file.absolute() == keys.absolute():
        raise BackupProblem(f"{file} is named twice. The keys need a file of their own; name another with --keys.")
    for directory in (file.parent, keys.parent):
        if not directory.is_dir():
            raise BackupProblem(f"There is no directory {directory}. Make it, or choose another.")
    if len(passphrase) < MINIMAL_PASSPHRASE:
        raise BackupProblem(f"The passphrase needs at least {MINIMAL_PASSPHRASE} characters: it guards every key.")
    if not 1 <= days <= MOST_DAYS:
        raise BackupProblem(f"The keys can be kept for 1 to {MOST_DAYS} days, not {days}.")


def _transfers_under_way() -> int:
    from clew.node.exchange.queries import transfers_under_way

    return transfers_under_way()


def _backups_until_now() -> tuple[str, ...]:
    """The names of all backups that this node's log tells of: which way the log has gone."""
    from clew.node.audit.queries import details_of_acts

    return tuple(str(each["backup"]) for each in details_of_acts(act=BEGIN) if "backup" in each)


def _recorded(act: str, details: dict[str, int | str]) -> None:
    # Here, because `clew restore` reads this module before there is a node.
    from clew.node.accounts.actions import NODE
    from clew.node.audit.actions import record

    with transaction.atomic():
        record(actor=NODE, act=act, object_kind="node", object_id="backup", details=details)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Watched(io.RawIOBase):
    """A file that tells how much of it was read, in bytes."""

    def __init__(self, file: BinaryIO, step: str, on_step: OnStep) -> None:
        super().__init__()
        self._file, self._step, self._on_step = file, step, on_step
        self._size = os.fstat(file.fileno()).st_size

    def read(self, size: int = -1) -> bytes:
        """As of any file."""
        block = self._file.read(size)
        self._on_step(self._step, self._file.tell(), self._size)
        return block


def _snapshot(work: Path) -> tuple[int, tuple[Taken, Gone]]:
    """Copy the store without its keys; returns the entries of its audit log, and the keys."""
    if connection.vendor == "sqlite":
        store = work / "store.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(store)])
        return _audit_size_in(store), take_from_sqlite(store, key_columns())
    return write_tables(work / "tables")


def _audit_size_in(store: Path) -> int:
    import sqlite3

    with sqlite3.connect(store) as copy:
        return int(copy.execute("SELECT count(*) FROM audit_auditentry").fetchone()[0])


def _pack(home: Home, work: Path, manifest: dict[str, int | str], on_step: OnStep) -> int:
    documents = sorted(path for path in home.documents.rglob("*") if path.is_file())
    with tarfile.open(work / "node.tar", "w") as tar:
        _add_bytes(tar, "manifest.json", json.dumps(manifest | {"documents": len(documents)}).encode())
        for path in [home.path / "node.toml", home.path / "secret", *sorted(home.keys.iterdir())]:
            tar.add(path, arcname=str(path.relative_to(home.path)), recursive=False)
        for number, path in enumerate(documents, start=1):
            tar.add(path, arcname=str(path.relative_to(home.path)), recursive=False)
            on_step("documents", number, len(documents))
        for path in sorted([*work.glob("store.sqlite3"), *work.glob("tables/*")]):
            tar.add(path, arcname=str(path.relative_to(work)), recursive=False)
    return len(documents)


def _seal(work: Path, part: Path, passphrase: str, on_step: OnStep) -> None:
    identity = pyrage.x25519.Identity.generate()
    with (work / "node.tar").open("rb") as plain, (work / "node.tar.age").open("wb") as sealed:
        pyrage.encrypt_io(Watched(plain, "sealing", on_step), sealed, [identity.to_public()])
    with tarfile.open(part, "w") as outer:
        _add_bytes(outer, "key.age", pyrage.passphrase.encrypt(str(identity).encode(), passphrase))
        outer.add(work / "node.tar.age", arcname="node.tar.age")
    part.chmod(0o600)


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o600
    tar.addfile(entry, io.BytesIO(content))
