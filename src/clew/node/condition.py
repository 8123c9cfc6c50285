"""Is the node well? What `clew doctor` looks at that belongs to no app: keys, store, disk, certificate, worker, backup.

Each app says what it finds in its own part (`queries.health_findings`); this module gathers all. A finding that is
wrong says what to do; what cannot be known is unknown and never well.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import translation

from clew.exchange.cards import read_card
from clew.node.accounts.actions import NODE
from clew.node.audit.queries import EntryFilter, entries
from clew.node.certificate import own_certificate, valid_until
from clew.node.discovery import offers
from clew.node.heartbeat import last_beat
from clew.node.home import Home, HomeProblem
from clew.node.keys import KeyRefused, hybrid_key, rest_key, seal_key, sign_key, transport_key
from clew.node.partners.queries import own_card
from clew.node.types import Finding

SOON: Final = dt.timedelta(days=30)
"""Before the end of a certificate: partners need some weeks to confirm the card that carries the next."""

LEAST_FREE: Final = 1 << 30
"""Bytes that are to be free: what a small office sends and takes in some weeks, and room for a large import."""

BACKUP_EVERY: Final = dt.timedelta(days=7)
"""What came in since the last backup is lost with the disk; partners send again only what they still hold."""

FULL: Final = "Make room, or move the directory to a larger disk. A node whose disk is full takes no letters."


def findings(*, now: dt.datetime, backups: Path | None = None) -> list[Finding]:
    """Everything that is looked at, this module's own first; in English, whatever the node's language.

    Args:
        backups: the directory that backups are written to, if the free space there is to be looked at too.
    """
    home: Home = settings.HOME
    checks: list[Callable[[], Iterable[Finding]]] = [
        lambda: [keys_finding(home)],
        lambda: [store_finding()],
        lambda: [certificate_finding(home, now)],
        lambda: disk_findings(home, backups),
        lambda: [worker_finding(home, now)],
        lambda: [backup_finding(now)],
        *(partial(offered, now=now) for offered in offers("health_findings")),
    ]
    with translation.override("en"):
        return [finding for check in checks for finding in _looked(check)]


def _looked(check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a check finds; a store that is damaged or too old for one check keeps no other from looking."""
    try:
        return list(check())
    except DatabaseError as problem:
        says = f"The store could not be read for this ({type(problem).__name__})."
        return [Finding("reading the store", "wrong", says, "Run: clew doctor --migrate, or restore the last backup.")]


def keys_finding(home: Home) -> Finding:
    """Each key can be read, by the node's user alone."""
    for load in (sign_key, seal_key, hybrid_key, transport_key, rest_key):
        try:
            load(home)
        except KeyRefused as problem:
            return Finding("keys", "wrong", str(problem))
    loose = [path.name for path in home.keys.iterdir() if path.stat().st_mode & 0o077]
    if loose:
        return Finding("keys", "wrong", f"Others can read {', '.join(loose)}.", f"Run: chmod 600 {home.keys}/*")
    return Finding("keys", "well")


def store_finding() -> Finding:
    """The store answers and, where it is a file, is whole."""
    if connection.vendor != "sqlite":
        connection.ensure_connection()
        return Finding("store", "well")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        result = str(cursor.fetchone()[0])
    if result != "ok":
        return Finding("store", "wrong", f"The store is damaged: {result}.", "Restore the last backup.")
    return Finding("store", "well")


def certificate_finding(home: Home, now: dt.datetime) -> Finding:
    """Inbound's own certificate holds for some weeks more, and is the one that partners were given."""
    again = "Make another with: clew certificate"
    try:
        pem = own_certificate(home)
    except HomeProblem as problem:
        return Finding("certificate", "wrong", str(problem))
    if not pem:
        proxy = "Something before inbound ends TLS; its certificate is not seen from here."
        return Finding("certificate", "unknown", proxy, "Look there when it ends.")
    if valid_until(pem) - now < SOON:
        ends = f"The certificate of inbound ends on {valid_until(pem):%d %B %Y}."
        return Finding("certificate", "wrong", ends, again)
    card = own_card()
    if card is not None and read_card(bytes(card.raw)).certificate != pem:
        other = "The certificate of inbound is not the one on the card."
        return Finding("certificate", "wrong", other, "Make both anew with: clew certificate")
    return Finding("certificate", "well")


def disk_findings(home: Home, backups: Path | None, free: Callable[[Path], int] | None = None) -> Iterator[Finding]:
    """Free space where the store, the documents and the backups lie.

    A backup needs, while it is made, three times the store and twice the documents beside the store: the snapshot, the
    packed node and the sealed one. Where it is written, the sealed one.

    Args:
        free: bytes free for the node's user on the disk of a path; tests put in their own.
    """
    free = free or (lambda path: shutil.disk_usage(path).free)
    store, documents = store_bytes(home), documents_bytes(home)
    yield _room("disk of the store", home.path, free(home.path), LEAST_FREE + 3 * store + 2 * documents)
    yield _room("disk of the documents", home.documents, free(home.documents), LEAST_FREE)
    if backups is None:
        asked = "Name the directory of the backups to have it looked at: clew doctor --backups DIR"
        yield Finding("disk of the backups", "unknown", "Where backups are written is not known here.", asked)
    elif not backups.is_dir():
        yield Finding("disk of the backups", "wrong", f"There is no directory {backups}.", "Make it, or name another.")
    else:
        yield _room("disk of the backups", backups, free(backups), LEAST_FREE + store + documents)


def worker_finding(home: Home, now: dt.datetime) -> Finding:
    """The worker goes round: without it nothing is sent, opened or answered, and no clock is watched."""
    beat = last_beat(home.path)
    if beat is None:
        return Finding("worker", "unknown", "The worker has not been heard here yet.", "Start the node: clew serve")
    if beat.ended:
        ended = f"The node was stopped on {_moment(beat.at)}; nothing is sent or opened until it runs."
        return Finding("worker", "unknown", ended, "Start the node: clew serve", beat.at)
    if beat.is_silent(now):
        silent = f"The worker has not gone round since {_moment(beat.at)}; nothing is sent or opened."
        return Finding("worker", "wrong", silent, "Look into the node's log, and start the node again.", beat.at)
    took = beat.seconds / beat.rounds if beat.rounds else 0.0
    round_ = f"Last round {_moment(beat.at)}, {took:.2f} s on average and {beat.longest:.2f} s at most."
    return Finding("worker", "well", round_, since=beat.started)


def backup_finding(now: dt.datetime) -> Finding:
    """When a backup was last made, by the node's own log."""
    made = entries(officer=NODE, wanted=EntryFilter(act="node.finish_backup")).entries
    make = "Make one: clew backup FILE"
    if not made:
        return Finding("backup", "unknown", "The log tells of no backup made here.", make)
    last = made[0].at
    if now - last > BACKUP_EVERY:
        return Finding("backup", "wrong", f"The last backup was made on {_moment(last)}.", make, last)
    return Finding("backup", "well", f"The last was made on {_moment(last)}.", since=last)


def store_bytes(home: Home) -> int:
    """The size of the store."""
    if connection.vendor == "sqlite":
        files = (home.store, home.store.with_name(home.store.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def documents_bytes(home: Home) -> int:
    """The size of all sealed documents."""
    return sum(path.stat().st_size for path in home.documents.rglob("*") if path.is_file())


def _room(check: str, place: Path, free: int, needed: int) -> Finding:
    if free < needed:
        little = f"Only {_size(free)} are free in {place}; {_size(needed)} are to be."
        return Finding(check, "wrong", little, FULL)
    return Finding(check, "well", f"{_size(free)} are free.")


def _size(number: int) -> str:
    return f"{number / 1e9:.1f} GB"


def _moment(at: dt.datetime) -> str:
    return f"{at:%d %B %Y, %H:%M} UTC"
