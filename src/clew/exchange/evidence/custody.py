"""The custody record: hand by hand what happened to files from where they came in to where they are given out.

It says for each act when, what, by whom, which files, and what proves it: the digest of a letter, an entry of the audit
log. Each act names the digest of the one before it, so that none can be left out, changed or put in between without
every later one changing; the last digest is what a reader compares. The chain proves that the *record* is whole. That
the acts happened is proved by the letters and log entries that it names, not by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from clew.exchange import moments
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import canonical, digest, read_strict

MAX_RECORD: Final = 16 * 1024 * 1024
"""Bytes: some forty thousand acts."""

START: Final = "0" * 64


class Act(StrEnum):
    """What can happen to a file. The first five are the acts that an announcement names."""

    SEIZED = "seized"
    COPIED = "copied"
    EXAMINED = "examined"
    SEALED = "sealed"
    HANDED_OVER = "handed-over"
    STORED = "stored"
    RELEASED = "released"
    ANNOUNCED = "announced"
    SENT = "sent"
    RECEIVED = "received"
    CLOSED = "closed"
    OPENED = "opened"
    VERIFIED = "verified"
    REFUSED = "refused"
    READ = "read"
    EXPORTED = "exported"
    RECALLED = "recalled"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Hand:
    """One act. `files`: numbers of the files, () for all; `proof`: digest (hex) of the letter or log entry, or ""."""

    at: dt.datetime
    act: Act
    by: str
    files: tuple[int, ...] = ()
    place: str = ""
    proof: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that the record speaks of; `name` as it was given, `path` where it lies beside the record."""

    n: int
    name: str
    size: int
    sha256: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Files and what happened to them, in its order."""

    files: tuple[KeptFile, ...]
    hands: tuple[Hand, ...]

    @property
    def last(self) -> str:
        """The digest of the last act, over all before it: what two readers compare."""
        return _links(self)[-1] if self.hands else START


def write_record(record: Record) -> bytes:
    """The record as canonical JSON; each act stands with the digest of the one before it.

    Raises:
        Refusal: `bad-field` an act is earlier than the one before it, or names a file that is not listed.
    """
    _refuse_what_does_not_fit(record)
    befores = (START, *_links(record))
    hands = [{**_hand(hand), "before": before} for hand, before in zip(record.hands, befores, strict=False)]
    files = [_file(one) for one in record.files]
    return canonical({"clew": 1, "files": files, "hands": hands, "last": record.last})


def read_record(raw: bytes) -> Record:
    """Read a record and check its chain.

    Raises:
        Refusal: `bad-field` or `missing-field` where it is none; `history` where an act was changed, left out, put in
            or moved; or as `strict_json.read_strict`.
    """
    content = read_strict(raw, max_bytes=MAX_RECORD)
    try:
        files = tuple(KeptFile(**one) for one in content["files"])
        hands = tuple(_read_hand(one) for one in content["hands"])
    except KeyError as error:
        raise Refusal("missing-field") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise Refusal("bad-field") from error
    record = Record(files, hands)
    if write_record(record) != raw:
        raise Refusal("history")
    return record


def _refuse_what_does_not_fit(record: Record) -> None:
    listed = [one.n for one in record.files]
    if len(set(listed)) != len(listed):
        raise Refusal("bad-field", "files")
    for number, hand in enumerate(record.hands):
        if not set(hand.files) <= set(listed):
            raise Refusal("bad-field", f"hands/{number}/files")
        if number and hand.at < record.hands[number - 1].at:
            raise Refusal("bad-field", f"hands/{number}/at")


def _links(record: Record) -> tuple[str, ...]:
    """The digest of each act: over itself, the one before, and for the first over the files that all speak of."""
    before = digest(canonical([START, [_file(one) for one in record.files]]))
    links = []
    for hand in record.hands:
        before = digest(canonical([before, _hand(hand)]))
        links.append(before)
    return tuple(links)


def _hand(hand: Hand) -> dict[str, Any]:
    content: dict[str, Any] = {"at": moments.to_text(hand.at), "act": hand.act.value, "by": hand.by}
    optional: Iterable[tuple[str, Any]] = (
        ("files", list(hand.files)),
        ("place", hand.place),
        ("proof", hand.proof),
        ("note", hand.note),
    )
    return content | {name: value for name, value in optional if value}


def _read_hand(content: Mapping[str, Any]) -> Hand:
    content = {name: value for name, value in content.items() if name != "before"}
    files = tuple(content.pop("files", ()))
    return Hand(moments.from_text(content.pop("at")), Act(content.pop("act")), content.pop("by"), files, **content)


def _file(one: KeptFile) -> dict[str, Any]:
    content: dict[str, Any] = {"n": one.n, "name": one.name, "size": one.size, "sha256": one.sha256}
    return content | ({"path": one.path} if one.path else {})
