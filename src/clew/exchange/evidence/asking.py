"""What two nodes say to each other while parts travel: which are missing, and here is one.

A request is one line of canonical JSON, signed by the sender's transport key; with `put`, the part's bytes follow it as
they are. What is answered is one line, signed by the recipient's transport key: everything that is still missing. So
the sender keeps no list of its own that could be wrong, goes on after any interruption by asking, and can show later
what the recipient said it had. A part proves itself by the digest in its announcement; who brings it is asked for so
that nobody else fills the disk. A request that comes twice changes nothing, so that no number has to be remembered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clew.exchange import moments, schema
from clew.exchange.keys import check_in_context, sign_in_context
from clew.exchange.refusals import Refusal
from clew.exchange.relaying import FRESH
from clew.exchange.strict_json import canonical, read_canonical

REQUEST_CONTEXT: Final = b"clew-part-request-1"
ANSWER_CONTEXT: Final = b"clew-part-answer-1"

MAX_REQUEST: Final = 1024
"""Bytes of the line, without the part that follows it."""

MOST_RUNS: Final = 1000
"""Runs of missing parts in one answer; what is missing beyond them is said once these have come."""

MAX_ANSWER: Final = 64 * 1024


class PartMethod(StrEnum):
    """What a sender asks."""

    ASK = "ask"
    """Which parts are missing?"""
    PUT = "put"
    """Here is one; which are missing now?"""


@dataclass(frozen=True, slots=True)
class PartRequest:
    """A request as it was read; nothing of it is believed before `verify_part_request`.

    `letter`: id of the announcement. `file` and `part`: with `put`, else 0. `signature` is over `signed`.
    """

    method: PartMethod
    sender: str
    recipient: str
    letter: str
    at: dt.datetime
    file: int = 0
    part: int = 0
    signature: str = ""
    signed: bytes = b""


@dataclass(frozen=True, slots=True)
class Run:
    """Parts of a file from `first` to `last`, both included."""

    file: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """What the recipient of an announcement says to have: everything but `missing`, the first `MOST_RUNS` runs."""

    issuer: str
    addressee: str
    letter: str
    at: dt.datetime
    missing: tuple[Run, ...]

    @property
    def complete(self) -> bool:
        """Whether every part has arrived."""
        return not self.missing


def make_part_request(request: PartRequest, transport_key: Ed25519PrivateKey) -> bytes:
    """The line, signed; the part's bytes are to follow a newline.

    Raises:
        Refusal: as the schema says, or `bad-field` where file and part do not fit the method.
    """
    content: dict[str, Any] = {
        "clew": schema.VERSION,
        "method": request.method.value,
        "from": request.sender,
        "to": request.recipient,
        "letter": request.letter,
        "at": moments.to_text(request.at),
    }
    content |= {name: value for name, value in (("file", request.file), ("part", request.part)) if value}
    _refuse_unless_shaped(content)
    return _signed(content, REQUEST_CONTEXT, transport_key)


def read_part_request(line: bytes) -> PartRequest:
    """Read the line without believing it yet: who says to bring what.

    Raises:
        Refusal: too large, not canonical, not as the schema says, unsigned, or file and part do not fit the method.
    """
    content, signature = _unsigned(line, MAX_REQUEST)
    _refuse_unless_shaped(content)
    return PartRequest(
        method=PartMethod(content["method"]),
        sender=content["from"],
        recipient=content["to"],
        letter=content["letter"],
        at=moments.from_text(content["at"]),
        file=content.get("file", 0),
        part=content.get("part", 0),
        signature=signature,
        signed=canonical(content),
    )


def verify_part_request(request: PartRequest, *, transport_key: bytes, own_uid: str, now: dt.datetime) -> None:
    """Verify a request that was just read with the key pinned for its sender.

    Raises:
        Refusal: `bad-signature`, `wrong-recipient`, `stale` where its time is not now.
    """
    check_in_context(transport_key, REQUEST_CONTEXT, request.signed, request.signature)
    if request.recipient != own_uid:
        raise Refusal("wrong-recipient")
    if abs(request.at - now) > FRESH:
        raise Refusal("stale")


def make_part_answer(answer: PartAnswer, transport_key: Ed25519PrivateKey) -> bytes:
    """The answer, signed; the same facts give the same bytes.

    Raises:
        Refusal: as the schema says, or `bad-field` where the runs are not in their order.
    """
    content: dict[str, Any] = {
        "clew": schema.VERSION,
        "from": answer.issuer,
        "to": answer.addressee,
        "letter": answer.letter,
        "at": moments.to_text(answer.at),
        "missing": [{"file": run.file, "first": run.first, "last": run.last} for run in answer.missing],
    }
    schema.check(content, "part-answer")
    _refuse_unless_in_order(answer.missing)
    return _signed(content, ANSWER_CONTEXT, transport_key)


def read_part_answer(raw: bytes, *, transport_key: bytes, issuer: str, addressee: str, letter: str) -> PartAnswer:
    """Verify an answer with the transport key pinned for the recipient of the announcement `letter`.

    Raises:
        Refusal: unreadable, of another issuer, for another addressee, not signed by that key, about another
            announcement (`not-for-this-letter`), or with runs that are not in their order.
    """
    content, signature = _unsigned(raw, MAX_ANSWER)
    schema.check(content, "part-answer")
    check_in_context(transport_key, ANSWER_CONTEXT, canonical(content), signature)
    if content["from"] != issuer:
        raise Refusal("wrong-sender")
    if content["to"] != addressee:
        raise Refusal("wrong-recipient")
    if content["letter"] != letter:
        raise Refusal("not-for-this-letter")
    missing = tuple(Run(**run) for run in content["missing"])
    _refuse_unless_in_order(missing)
    return PartAnswer(issuer, addressee, letter, moments.from_text(content["at"]), missing)


def runs_of(missing: Mapping[int, Iterable[int]]) -> tuple[Run, ...]:
    """The numbers of missing parts by file as runs, in their order; the first `MOST_RUNS`."""
    runs: list[Run] = []
    for file in sorted(missing):
        for part in sorted(missing[file]):
            if runs and (runs[-1].file, runs[-1].last) == (file, part - 1):
                runs[-1] = Run(file, runs[-1].first, part)
            elif len(runs) == MOST_RUNS:
                return tuple(runs)
            else:
                runs.append(Run(file, part, part))
    return tuple(runs)


def parts_of(runs: Iterable[Run], counts: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """File and part of each missing part; what was never announced is left out, however long a run says to be.

    Args:
        counts: how many parts each announced file has.
    """
    for run in runs:
        for part in range(run.first, min(run.last, counts.get(run.file, 0)) + 1):
            yield run.file, part


def _refuse_unless_shaped(content: dict[str, Any]) -> None:
    schema.check(content, "part-request")
    if (content["method"] == PartMethod.PUT) != ("file" in content and "part" in content):
        raise Refusal("bad-field", "part")
    if ("file" in content) != ("part" in content):
        raise Refusal("bad-field", "part")


def _refuse_unless_in_order(runs: tuple[Run, ...]) -> None:
    before = (0, 0)
    for run in runs:
        if run.last < run.first or (run.file, run.first) <= before:
            raise Refusal("bad-field", "missing")
        before = (run.file, run.last)


def _signed(content: dict[str, Any], context: bytes, transport_key: Ed25519PrivateKey) -> bytes:
    return canonical({**content, "signature": sign_in_context(transport_key, context, canonical(content))})


def _unsigned(raw: bytes, most: int) -> tuple[dict[str, Any], str]:
    """What was signed, and the signature."""
    content = read_canonical(raw, max_bytes=most)
    signature = content.pop("signature", "")
    if not isinstance(signature, str) or not signature:
        raise Refusal("bad-signature")
    if content.get("clew") != schema.VERSION:
        raise Refusal("unknown-version")
    return content, signature
