"""What a relay keeps: who is registered, sealed letters, receipts of letters that were fetched. Nothing else.

One SQLite file. Each request is one transaction that is durable before its answer leaves. What is deleted is
overwritten. No table has a history: when a letter has been fetched and acknowledged, that it was ever here stands in no
row any more but its receipt's, and that goes when its depositor has it.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clew.exchange.cards import Card
from clew.exchange.refusals import Refusal
from clew.exchange.relaying import FRESH, FULL, HELD, MAX_PAGE, MOST_LINES, NO_MAILBOX, UNKNOWN, Request, said
from clew.exchange.sealing import MIB, Envelope
from clew.exchange.strict_json import digest
from clew.relay.home import RelaySettings

OVERLAP: Final = dt.timedelta(days=7)
"""How long the key of the card before is taken beside that of a new card: a node changes keys when it is running."""

BUSY: Final = 10.0
"""Seconds that a request waits for another one's transaction."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS node (
    uid TEXT PRIMARY KEY, name TEXT NOT NULL, card_from INTEGER NOT NULL, card_until INTEGER NOT NULL,
    transport BLOB NOT NULL, former BLOB NOT NULL, former_until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS letter (
    number INTEGER PRIMARY KEY AUTOINCREMENT, mailbox TEXT NOT NULL, digest TEXT NOT NULL, depositor TEXT NOT NULL,
    size INTEGER NOT NULL, arrived INTEGER NOT NULL, until INTEGER NOT NULL, envelope BLOB NOT NULL,
    UNIQUE (mailbox, digest)
);
CREATE INDEX IF NOT EXISTS letter_mailbox ON letter (mailbox, number, size);
CREATE INDEX IF NOT EXISTS letter_depositor ON letter (depositor, size);
CREATE INDEX IF NOT EXISTS letter_until ON letter (until);
CREATE TABLE IF NOT EXISTS receipt (
    mailbox TEXT NOT NULL, digest TEXT NOT NULL, depositor TEXT NOT NULL, until INTEGER NOT NULL, receipt BLOB NOT NULL,
    PRIMARY KEY (mailbox, digest)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS nonce (
    node TEXT NOT NULL, nonce TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (node, nonce)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered node: its number, its name as its card says it, and what lies for it.

    `until`: when the card that was added ends, and with it the node's access. `first`: since when the oldest waits.
    """

    uid: str
    name: str
    until: dt.datetime
    letters: int
    size: int
    first: dt.datetime | None


class Store:
    """A relay's store. An object is used by many threads; each transaction has a connection of its own."""

    def __init__(self, path: Path, settings: RelaySettings) -> None:
        self._path, self._settings = path, settings
        with self._transaction() as db:
            for statement in SCHEMA.split(";"):
                db.execute(statement)
        path.chmod(0o600)

    @contextmanager
    def transaction(self) -> Iterator[Visit]:
        """What one request does, as a whole or not at all; durable when this ends."""
        with self._transaction() as db:
            yield Visit(db, self._settings)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=BUSY, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA secure_delete=ON")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")


class Visit:
    """One transaction on the store."""

    def __init__(self, db: sqlite3.Connection, settings: RelaySettings) -> None:
        self._db, self._settings = db, settings

    def add_node(self, card: Card) -> None:
        """Register a node, or give a registered one the key of its newer card.

        Raises:
            Refusal: `not-valid-now`, there is a newer card of it already.
        """
        row = self._db.execute("SELECT card_from, transport, former FROM node WHERE uid = ?", [card.uid]).fetchone()
        former = b""
        if row is not None:
            if row[0] > _seconds(card.valid_from):
                raise Refusal("not-valid-now")
            former = bytes(row[1] if bytes(row[1]) != card.keys.transport else row[2])
        self._db.execute(
            "INSERT OR REPLACE INTO node VALUES (?, ?, ?, ?, ?, ?, ?)",
            [card.uid, card.name, _seconds(card.valid_from), _seconds(card.valid_until), card.keys.transport, former,
             _seconds(card.valid_from + OVERLAP)],
        )  # fmt: skip

    def end_node(self, uid: str) -> bool:
        """End a node's membership: from this moment it gets nothing, and what lay for it is deleted.

        What it deposited for others stays: whether they still take it is theirs to decide.
        """
        self._db.execute("DELETE FROM letter WHERE mailbox = ?", [uid])
        self._db.execute("DELETE FROM receipt WHERE depositor = ? OR mailbox = ?", [uid, uid])
        self._db.execute("DELETE FROM nonce WHERE node = ?", [uid])
        return self._db.execute("DELETE FROM node WHERE uid = ?", [uid]).rowcount > 0

    def nodes(self) -> list[Registered]:
        """All registered nodes, by name."""
        rows = self._db.execute(
            "SELECT uid, name, card_until, COUNT(letter.number), COALESCE(SUM(size), 0), MIN(arrived)"
            " FROM node LEFT JOIN letter ON mailbox = uid GROUP BY uid ORDER BY name, uid"
        )
        return [
            Registered(uid, name, _moment(until), letters, size, _moment(first) if first is not None else None)
            for uid, name, until, letters, size, first in rows
        ]

    def keys_of(self, uid: str, now: dt.datetime) -> list[bytes]:
        """The transport keys with which a node may sign; none where it is not registered, or its card has ended."""
        row = self._db.execute(
            "SELECT transport, former, former_until FROM node WHERE uid = ? AND card_until > ?", [uid, _seconds(now)]
        ).fetchone()
        if row is None:
            return []
        transport, former, former_until = row
        return [bytes(transport), *([bytes(former)] if former and former_until > _seconds(now) else [])]

    def remember(self, request: Request, now: dt.datetime) -> None:
        """Remember a request's number, and forget what is over.

        Raises:
            Refusal: `replay`, the number was used before.
        """
        self.forget_what_is_over(now)
        until = _seconds(request.at + 2 * FRESH)
        try:
            self._db.execute("INSERT INTO nonce VALUES (?, ?, ?)", [request.node, request.nonce, until])
        except sqlite3.IntegrityError as error:
            raise Refusal("replay") from error

    def forget_what_is_over(self, now: dt.datetime) -> None:
        """Delete what has lain too long or has expired, and numbers that no fresh request can have any more."""
        for table in ("letter", "receipt", "nonce"):
            self._db.execute(f"DELETE FROM {table} WHERE until <= ?", [_seconds(now)])  # noqa: S608 - names from above

    def known(self, request: Request, of: str) -> bytes | None:
        """What is told of an envelope: its receipt, which then is its depositor's to keep, or that it lies here."""
        key = [request.mailbox, of]
        row = self._db.execute(
            "SELECT receipt FROM receipt WHERE mailbox = ? AND digest = ? AND depositor = ?", [*key, request.node]
        ).fetchone()
        if row is not None:
            self._db.execute("DELETE FROM receipt WHERE mailbox = ? AND digest = ?", key)
            return bytes(row[0])
        here = self._db.execute("SELECT 1 FROM letter WHERE mailbox = ? AND digest = ?", key).fetchone()
        return said(HELD) if here is not None else None

    def ask(self, request: Request) -> list[bytes]:
        """What is known of each envelope that is asked about."""
        return [self.known(request, of) or said(UNKNOWN) for of in request.digests]

    def deposit(self, request: Request, read: Sequence[Envelope | Refusal], now: dt.datetime) -> list[bytes]:
        """Keep envelopes for a mailbox, as far as there is room; a line of answer for each."""
        if not self.keys_of(request.mailbox, now):
            return [said(NO_MAILBOX)] * len(read)
        room = self._room(request)
        answers = []
        for one in read:
            if isinstance(one, Refusal):
                answers.append(said(one.code))
                continue
            if one.expires <= now:
                answers.append(said("expired"))
                continue
            answer = self.known(request, one.digest)
            if answer is None:
                room.take(len(one.raw))
                answer = said(FULL if room.is_used_up else HELD)
                if not room.is_used_up:
                    self._keep(request, one, now)
            answers.append(answer)
        return answers

    def page(self, request: Request) -> list[bytes]:
        """The oldest envelopes in the asking node's mailbox, as many as one page holds; none is gone by that."""
        found: list[bytes] = []
        damaged: list[list[int]] = []
        size = 0
        rows = self._db.execute(
            "SELECT number, digest, envelope FROM letter WHERE mailbox = ? ORDER BY number LIMIT ?",
            [request.node, MOST_LINES],
        )
        for number, of, envelope in rows:
            if digest(envelope) != of:
                damaged.append([number])
                continue
            size += len(envelope) + 1
            if found and size > MAX_PAGE:
                break
            found.append(bytes(envelope))
        # Not what was deposited: the disk is at fault. The depositor still has it, and deposits it again.
        self._db.executemany("DELETE FROM letter WHERE number = ?", damaged)
        return found

    def acknowledge(self, request: Request, now: dt.datetime) -> None:
        """Delete what was fetched, and keep the receipts for who deposited it."""
        until = _seconds(now + self._settings.keep)
        for of, receipt in zip(request.digests, request.lines, strict=True):
            key = [request.node, of]
            row = self._db.execute("SELECT depositor FROM letter WHERE mailbox = ? AND digest = ?", key).fetchone()
            if row is None:
                continue
            self._db.execute("DELETE FROM letter WHERE mailbox = ? AND digest = ?", key)
            if receipt:
                self._db.execute(
                    "INSERT OR REPLACE INTO receipt VALUES (?, ?, ?, ?, ?)", [*key, row[0], until, receipt]
                )

    def _keep(self, request: Request, envelope: Envelope, now: dt.datetime) -> None:
        until = min(_seconds(envelope.expires), _seconds(now + self._settings.keep))
        self._db.execute(
            "INSERT INTO letter (mailbox, digest, depositor, size, arrived, until, envelope)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [request.mailbox, envelope.digest, request.node, len(envelope.raw), _seconds(now), until, envelope.raw],
        )

    def _room(self, request: Request) -> _Room:
        s = self._settings
        counted = "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM letter WHERE "
        letters, size = self._db.execute(counted + "mailbox = ?", [request.mailbox]).fetchone()
        my_letters, my_size = self._db.execute(counted + "depositor = ?", [request.node]).fetchone()
        return _Room(
            min(s.mailbox_letters - letters, s.depositor_letters - my_letters),
            min(s.mailbox_mib * MIB - size, s.depositor_mib * MIB - my_size),
        )


@dataclass(slots=True)
class _Room:
    """How many letters and bytes may still be deposited. Once one finds no room, those after it find none either."""

    letters: int
    size: int
    is_used_up: bool = False

    def take(self, size: int) -> None:
        self.letters, self.size = self.letters - 1, self.size - size
        self.is_used_up = self.is_used_up or self.letters < 0 or self.size < 0


def _seconds(at: dt.datetime) -> int:
    return int(at.timestamp())


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
