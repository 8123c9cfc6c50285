"""After a restore: a node asks a partner what it has of it, and the partner says so in numbers and digests.

Neither message is a letter. They have no number in the order between both, because that order is what was lost; a nonce
ties the answer to its question, and a question that is older than the last is not answered. They are signed and sealed
as letters are. An answer has no room for a word: a node's own letters do not come back to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from clew.exchange import moments, schema
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import LIFETIME, MAX_PADDED, SKEW
from clew.exchange.sequence import NO_PREVIOUS
from clew.exchange.strict_json import canonical, read_canonical

RESYNC: Final = "resync"
RESYNCED: Final = "resynced"
MESSAGES: Final = frozenset({RESYNC, RESYNCED})

MOST_RECEIVED: Final = 2000
"""Letters that one answer tells of: some 700 kB. Where there are more, the next question asks for them."""

MOST_SPANS: Final = 1000

LEFT_FREE: Final = 10_000
"""Numbers that are passed over after a restore: letters that left after the backup may still lie on a stick."""

Span = tuple[int, int]
"""The first and the last of a run of numbers."""


@dataclass(frozen=True, slots=True)
class Point:
    """A letter in the order of a pair, by its number and digest; number 0 where there is none."""

    sequence: int = 0
    digest: str = NO_PREVIOUS


@dataclass(frozen=True, slots=True)
class Resync:
    """What a node asks. `sent`: its last letter that it knows arrived; `known`: the partner's last that it has."""

    sender: str
    recipient: str
    created: dt.datetime
    nonce: str
    sent: Point
    known: Point
    missing: tuple[Span, ...] = ()
    resend: bool = True
    kind: ClassVar[str] = RESYNC


@dataclass(frozen=True, slots=True)
class Received:
    """A letter of the asking node that the partner has; `type`, `letter`, `decision` "" where it could not be read."""

    sequence: int
    digest: str
    previous: str
    type: str = ""
    letter: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Resynced:
    """What the partner answers (`resynced-1.json`); `resume` 0 while `more` follow."""

    sender: str
    recipient: str
    created: dt.datetime
    nonce: str
    agrees: bool
    received: tuple[Received, ...] = ()
    missing: tuple[Span, ...] = ()
    more: bool = False
    resume: int = 0
    coming: tuple[Span, ...] = ()
    gone: tuple[Span, ...] = ()
    kind: ClassVar[str] = RESYNCED


def write_resync(message: Resync) -> bytes:
    """The bytes to sign; raises `Refusal` where they would not fit the schema."""
    content = {
        **_head(RESYNC, message),
        "sent": _point(message.sent),
        "known": _point(message.known),
        "missing": [list(span) for span in message.missing],
        "resend": message.resend,
    }
    schema.check(content, RESYNC)
    return canonical(content)


def write_resynced(message: Resynced) -> bytes:
    """The bytes to sign; raises `Refusal` where they would not fit the schema."""
    content = {
        **_head(RESYNCED, message),
        "agrees": message.agrees,
        "received": [_received(one) for one in message.received],
        "missing": [list(span) for span in message.missing],
        "more": message.more,
        "resume": message.resume,
        "coming": [list(span) for span in message.coming],
        "gone": [list(span) for span in message.gone],
    }
    schema.check(content, RESYNCED)
    return canonical(content)


def message_type(raw: bytes) -> str:
    """Whether what was opened says to be one of these messages, and which; "" for a letter, or what is none.

    Raises:
        Refusal: it is no canonical JSON object.
    """
    found = read_canonical(raw, max_bytes=MAX_PADDED).get("type")
    return found if isinstance(found, str) and found in MESSAGES else ""


def read_resync(raw: bytes, *, sender: str, recipient: str, now: dt.datetime) -> Resync:
    """Read the question that `open_sealed` gave; arguments as of `letters.read_letter`.

    Raises:
        Refusal: unknown version or fields, other parties than outside, `from-the-future`, or `stale`.
    """
    content = _read(raw, RESYNC, sender, recipient, now)
    return Resync(
        *_heads(content),
        sent=_read_point(content["sent"], "sent"),
        known=_read_point(content["known"], "known"),
        missing=_read_spans(content["missing"], "missing"),
        resend=content["resend"],
    )


def read_resynced(raw: bytes, *, sender: str, recipient: str, now: dt.datetime) -> Resynced:
    """Read the answer; the rest as `read_resync`."""
    content = _read(raw, RESYNCED, sender, recipient, now)
    received = tuple(
        Received(
            one["n"],
            one["digest"],
            one["previous"],
            one.get("type", ""),
            one.get("letter", ""),
            one.get("decision", ""),
        )
        for one in content["received"]
    )
    if content["more"] and (content["resume"] or not received):
        raise Refusal("bad-field", "more")
    return Resynced(
        *_heads(content),
        agrees=content["agrees"],
        received=received,
        missing=_read_spans(content["missing"], "missing"),
        more=content["more"],
        resume=content["resume"],
        coming=_read_spans(content["coming"], "coming"),
        gone=_read_spans(content["gone"], "gone"),
    )


def check_chain(answer: Resynced, sent: Point) -> None:
    """Whether what a partner says it received goes on from a letter that is known here, each naming the one before.

    A number may be left out only where it is named as missing; then the letter after it can name any.

    Raises:
        Refusal: `history` where the letters do not follow one another; `bad-field` where their numbers do not, or the
            number to go on after was given already.
    """
    before, missing = sent, _covering(answer.missing)
    for one in answer.received:
        if one.sequence != before.sequence + 1 and not missing(before.sequence + 1, one.sequence - 1):
            raise Refusal("bad-field", "received")
        if one.sequence == before.sequence + 1 and one.previous != before.digest:
            raise Refusal("history", "received")
        before = Point(one.sequence, one.digest)
    if answer.agrees and not answer.more and answer.resume < before.sequence:
        raise Refusal("bad-field", "resume")


def spans_of(numbers: Iterable[int]) -> tuple[Span, ...]:
    """The runs of these numbers, which rise; at most `MOST_SPANS`, the later runs then left out."""
    found: list[Span] = []
    for number in numbers:
        if found and found[-1][1] + 1 == number:
            found[-1] = (found[-1][0], number)
        elif len(found) == MOST_SPANS:
            break
        else:
            found.append((number, number))
    return tuple(found)


def _covering(spans: Sequence[Span]) -> Callable[[int, int], bool]:
    def covers(first: int, last: int) -> bool:
        return first <= last and any(low <= first and last <= high for low, high in spans)

    return covers


def _head(kind: str, message: Resync | Resynced) -> dict[str, Any]:
    return {
        "clew": schema.VERSION,
        "type": kind,
        "from": message.sender,
        "to": message.recipient,
        "created": moments.to_text(message.created),
        "nonce": message.nonce,
    }


def _heads(content: Mapping[str, Any]) -> tuple[str, str, dt.datetime, str]:
    return content["from"], content["to"], moments.from_text(content["created"]), content["nonce"]


def _read(raw: bytes, kind: str, sender: str, recipient: str, now: dt.datetime) -> dict[str, Any]:
    content = read_canonical(raw, max_bytes=MAX_PADDED)
    if content.get("clew") != schema.VERSION:
        raise Refusal("unknown-version")
    schema.check(content, kind)
    if content["from"] != sender:
        raise Refusal("wrong-sender")
    if content["to"] != recipient:
        raise Refusal("wrong-recipient")
    created = moments.from_text(content["created"])
    if created > now + SKEW:
        raise Refusal("from-the-future")
    if created < now - LIFETIME - SKEW:
        raise Refusal("stale")
    return dict(content)


def _point(point: Point) -> dict[str, Any]:
    return {"n": point.sequence, "digest": point.digest}


def _read_point(content: Mapping[str, Any], where: str) -> Point:
    point = Point(content["n"], content["digest"])
    if point.sequence == 0 and point.digest != NO_PREVIOUS:
        raise Refusal("bad-field", where)
    return point


def _read_spans(content: Sequence[Sequence[int]], where: str) -> tuple[Span, ...]:
    spans = tuple((first, last) for first, last in content)
    # Rising and apart: a second form of the same numbers is none.
    ends = [end for span in spans for end in span]
    if any(first > last for first, last in spans) or any(a >= b for a, b in zip(ends[1::2], ends[2::2], strict=False)):
        raise Refusal("bad-field", where)
    return spans


def _received(one: Received) -> dict[str, Any]:
    named = {"type": one.type, "letter": one.letter, "decision": one.decision}
    content = {"n": one.sequence, "digest": one.digest, "previous": one.previous}
    return {**content, **{name: value for name, value in named.items() if value}}
