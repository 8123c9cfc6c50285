"""A backup brought back into an empty directory, and proved by verifying its audit log."""

from __future__ import annotations

import datetime as dt
import json
import tarfile
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import pyrage

from clew.node.backup import FORMAT, Watched, silent
from clew.node.backup_keys import KeyFile, check_key_file, put_back, read_key_file
from clew.node.backup_problem import BackupProblem
from clew.node.home import PRIVATE_DIRECTORY, PRIVATE_FILE, home_path, load_home, write_settings

if TYPE_CHECKING:
    from clew.node.audit.queries import AuditReport
    from clew.node.types import OnStep


UNFINISHED = "restore-unfinished"
"""A file in the node's directory for as long as it is not all there."""

PERSONS = "dossier_personkey.wrapped"

MEMBERS = ("key.age", "node.tar.age")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A backup's files in their new directory; a PostgreSQL store still has to be filled, and any needs its keys."""

    home: Path
    vendor: str
    audit_size: int
    keys: KeyFile


def restore_files(file: Path, passphrase: str, keys: Path, database: str = "", on_step: OnStep = silent) -> Unpacked:
    """Unpack a backup into `CLEW_HOME`, which must be empty or missing.

    Args:
        keys: the file of keys, made with this backup or a later one of the same node.
        database: a postgresql:// URL of an empty database, for a backup of a PostgreSQL node.
        on_step: is told of `opening`, in bytes, and `unpacking`.

    Raises:
        BackupProblem: wrong passphrase, damaged file, keys that do not belong to it or have expired, directory in
            use, or a database missing; nothing is changed.
    """
    home = home_path()
    if home.exists() and any(home.iterdir()):
        raise BackupProblem(f"{home} is not empty. Name an empty directory with --home.")
    if not file.is_file():
        raise BackupProblem(f"There is no file {file}.")
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=home.parent) as scratch:
        work = Path(scratch)
        _open(file, passphrase, work, on_step)
        manifest = _manifest(work / "node" / "manifest.json")
        _check_database(manifest["vendor"], database)
        (work / "node" / "manifest.json").unlink()
        settings = replace(load_home(work / "node").settings, database=database)
        found = read_key_file(keys, passphrase)
        check_key_file(found, node=settings.node_id, backup=manifest["backup"], now=dt.datetime.now(dt.UTC))
        write_settings(work / "node", settings)
        (work / "node" / UNFINISHED).touch(mode=PRIVATE_FILE)
        if home.exists():
            home.rmdir()
        (work / "node").rename(home)
    return Unpacked(home, manifest["vendor"], manifest["audit_size"], found)


def finish_restore(unpacked: Unpacked, on_step: OnStep = silent) -> AuditReport:
    """Fill a PostgreSQL store, verify the audit log and enter that it was restored; Django is set up for its home.

    In the same transaction every partner is held, so that nothing leaves to it until it has said what it has, and who
    was erased after the backup is erased again. A node of which this was cut off does not run (`refuse_unfinished`).

    Args:
        on_step: is told of `tables` and `log`.

    Raises:
        BackupProblem: the log does not verify, or is shorter than when the backup was made; or a newer program made it.
    """
    from django.db import connection, transaction

    from clew.node.audit.queries import verify
    from clew.node.backup_postgres import fill_tables, refuse_newer
    from clew.node.tables import bring_up_to_date, seen_migrations

    if unpacked.vendor == "postgresql":
        fill_tables(unpacked.home / "tables", on_step)
    refuse_newer(seen_migrations(connection))
    report = verify(on_progress=lambda done, total: on_step("log", done, total))
    if not report.ok or report.size != unpacked.audit_size:
        found = "; ".join(report.problems) or f"{report.size} entries instead of {unpacked.audit_size}"
        raise BackupProblem(f"The restored audit log does not verify: {found}. Do not use this node.")
    # Before the migrations, which may have to read what is sealed.
    with transaction.atomic():
        put_back(unpacked.keys.keys)
    # The backup may be older than the table that holds partners; without it the node must not run.
    bring_up_to_date()
    with transaction.atomic():
        _enter(unpacked, report)
    (unpacked.home / UNFINISHED).unlink()
    return report


def _enter(unpacked: Unpacked, report: AuditReport) -> None:
    """What follows from having been brought back: it stands in the log, erasures hold again, partners are held."""
    from django.utils import timezone

    from clew.node.accounts.actions import NODE
    from clew.node.audit.actions import record
    from clew.node.dossier.actions import erase_again
    from clew.node.exchange.actions import hold_restored
    from clew.node.kinship.actions import destroy_lost
    from clew.node.partners.queries import parties

    record(
        actor=NODE, act="node.restore_backup", object_kind="node", object_id="backup",
        details={"audit_size": report.size, "root": report.root.hex()},
    )  # fmt: skip
    erase_again(actor=NODE, persons=unpacked.keys.gone.get(PERSONS, ()), now=timezone.now())
    destroy_lost(actor=NODE)
    if parties().exists():
        hold_restored(actor=NODE, now=timezone.now())


def refuse_unfinished(home: Path) -> None:
    """A node that was brought back in part would take every protected person for erased and write to partners anew.

    Raises:
        BackupProblem: `clew restore` into this directory was cut off.
    """
    if (home / UNFINISHED).exists():
        raise BackupProblem(f"{home} was not brought back whole. Delete it and run clew restore again.")


def _open(file: Path, passphrase: str, work: Path, on_step: OnStep) -> None:
    try:
        with tarfile.open(file) as outer:
            # These two and no other: nothing else of the outer file is guarded by the passphrase.
            for name in MEMBERS:
                outer.extract(name, work, filter="data")
        secret = pyrage.passphrase.decrypt((work / "key.age").read_bytes(), passphrase)
        identity = pyrage.x25519.Identity.from_str(secret.decode())
        with (work / "node.tar.age").open("rb") as sealed, (work / "node.tar").open("wb") as plain:
            pyrage.decrypt_io(Watched(sealed, "opening", on_step), plain, [identity])
        on_step("unpacking", 0, 0)
        _unpack(work / "node.tar", work / "node")
    except (pyrage.DecryptError, pyrage.IdentityError, tarfile.TarError, KeyError, OSError) as problem:
        raise BackupProblem(f"{file} cannot be opened ({problem}). Check the passphrase and the file.") from problem


def _manifest(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        known = found["format"] == FORMAT and {"vendor", "audit_size", "backup"} <= found.keys()
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise BackupProblem("This file holds no node: its manifest is missing or damaged.") from problem
    if not known:
        raise BackupProblem(f"This backup has format {found['format']!r}; this program reads {FORMAT}.")
    return dict(found)


def _check_database(vendor: str, database: str) -> None:
    if vendor != "postgresql":
        if database:
            raise BackupProblem("This is the backup of a SQLite node. Leave --database out.")
        return
    if not database:
        raise BackupProblem("This is the backup of a PostgreSQL node. Name an empty database with --database.")
    import psycopg

    try:
        with psycopg.connect(database) as session:
            row = session.execute("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()").fetchone()
    except psycopg.Error as problem:
        raise BackupProblem(f"The database cannot be reached: {problem}. Check --database.") from problem
    if row is None or row[0]:
        raise BackupProblem("The database is not empty. Name an empty one with --database; nothing was changed.")


def _unpack(tar_file: Path, target: Path) -> None:
    with tarfile.open(tar_file) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            if not member.isfile() or path.is_absolute() or ".." in path.parts:
                raise BackupProblem(f"The backup holds {member.name!r}, which is no plain file of a node.")
            out = target / path
            out.parent.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
            member.mode = PRIVATE_FILE
            tar.extract(member, target, filter="data")
    (target / "documents").mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
