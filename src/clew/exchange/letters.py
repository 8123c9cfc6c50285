"""A letter: header and body as canonical JSON, kept exactly as it was signed.

The body is the release package that the officer signed, byte for byte; the header says who, to whom, in answer to
what, until when, and by which decision. Each type of letter has its schema and version under `schemas/`; what a type
may refer to, and whether it needs a release, stands in `kinds.table`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from clew.exchange import moments, schema
from clew.exchange.kinds.coherence import check_parts
from clew.exchange.kinds.table import HANDLED, KINDS, LONG_KNOWN, Carries, Kind, Writer
from clew.exchange.officers import OfficerProof, check_officer
from clew.exchange.postponing import only_postpones
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import MAX_PADDED, SKEW
from clew.exchange.strict_json import canonical, digest, read_canonical


@dataclass(frozen=True, slots=True)
class Address:
    """A node, and where the letter goes to or comes from a post of it, the post. uids; `officer_role` is a code."""

    node: str
    post: str = ""
    officer_role: str = ""


@dataclass(frozen=True, slots=True)
class LetterDeadline:
    """Until when an answer is due, and what set it. `due` None: "as soon as possible"."""

    instrument: str
    urgency: str
    due: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class DecisionReference:
    """The release decision that this letter rests on, and the officer's signature over its digest.

    `inputs` and `outcome` are digests (hex) of what was looked at and what was answered; they stay with the sender,
    who can be asked to show them. `ruleset` is the version of the rules.
    """

    inputs: str
    outcome: str
    ruleset: str
    officer: OfficerProof

    def digest(self, package: bytes) -> str:
        """What the officer signed: SHA-256 over the digests of inputs, outcome and this very body."""
        return digest(canonical({"inputs": self.inputs, "outcome": self.outcome, "package": digest(package)}))


@dataclass(frozen=True, slots=True)
class Header:
    """What the field note (exchange.md, 3.3) puts inside; `sequence` and `previous` order the letters of a pair."""

    id: str
    type: str
    sender: Address
    recipient: Address
    created: dt.datetime
    sequence: int
    previous: str
    thread: str = ""
    via: tuple[str, ...] = ()
    in_reply_to: str = ""
    deadline: LetterDeadline | None = None
    decision: DecisionReference | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that was read: its header, its body, and the bytes and digest that were signed."""

    header: Header
    body: Mapping[str, Any]
    raw: bytes

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the signed bytes; the next letter of the pair names it as its previous."""
        return digest(self.raw)

    @property
    def package(self) -> bytes:
        """The body exactly as it was released."""
        return canonical(self.body)


def write_letter(header: Header, package: bytes, *, types: Collection[str] = HANDLED) -> Letter:
    """A letter around a release package, or around the body of a control letter.

    Args:
        types: the types that may be written.

    Raises:
        Refusal: the package is not canonical JSON, or header or package do not fit their schemas.
    """
    body = read_canonical(package, max_bytes=MAX_PADDED)
    raw = canonical({"clew": schema.VERSION, "header": header_content(header), "body": body})
    sender, recipient = header.sender.node, header.recipient.node
    return read_letter(raw, sender=sender, recipient=recipient, now=header.created, types=types)


def read_letter(
    raw: bytes, *, sender: str, recipient: str, now: dt.datetime, types: Collection[str] = HANDLED
) -> Letter:
    """Read the bytes that `open_sealed` gave.

    Args:
        sender: uid of the node whose key signed them and whose name stands outside.
        recipient: uid of this node.
        types: the types that the caller acts on; any other is unknown to it.

    Raises:
        Refusal: unknown version or type, unknown or missing fields, sender or recipient other than outside, dated in
            the future, content without an officer's signature, a signature that does not match, a letter that refers
            to none though its type must, or parts that do not fit one another.
    """
    content = read_canonical(raw, max_bytes=MAX_PADDED)
    if content.get("clew") != schema.VERSION:
        raise Refusal("unknown-version")
    schema.check(content, "letter")
    header = read_header(content["header"])
    kind = KINDS.get(header.type)
    if kind is None or header.type not in types or content["body"].get("type") != header.type:
        raise Refusal("unknown-type")
    if header.sender.node != sender:
        raise Refusal("wrong-sender")
    if header.recipient.node != recipient:
        raise Refusal("wrong-recipient")
    if header.created > now + SKEW:
        raise Refusal("from-the-future")
    schema.check(content["body"], header.type)
    check_parts(content["body"])
    letter = Letter(header, content["body"], raw)
    if kind.carries is Carries.CONTENT:
        _check_release(letter)
    if kind.name not in LONG_KNOWN:
        _check_frame(header, kind)
    return letter


def check_reference(header: Header, referred: Header | None) -> None:
    """Whether a letter may refer as it does; for whoever holds the correspondence, before anything is done.

    Args:
        referred: header of the letter that `in_reply_to` names, None where it is not known.

    Raises:
        Refusal: `foreign-thread` where that letter is between other parties; `bad-field` where it is not known, is of
            another type or correspondence, or was written by the side that cannot be answered so: nobody recalls,
            corrects or withdraws another's letter.
    """
    kind = KINDS[header.type]
    if not header.in_reply_to and not kind.must_refer:
        return
    if referred is None or referred.id != header.in_reply_to or referred.type not in kind.refers_to:
        raise Refusal("bad-field", "header/in_reply_to")
    pair = {header.sender.node, header.recipient.node}
    if {referred.sender.node, referred.recipient.node} != pair:
        raise Refusal("foreign-thread")
    same = referred.sender.node == header.sender.node
    if referred.thread != header.thread or (kind.writer is not Writer.EITHER and same != (kind.writer is Writer.SAME)):
        raise Refusal("bad-field", "header/in_reply_to")


def _check_frame(header: Header, kind: Kind) -> None:
    """What the header of this type must have, and must not have: a second form of the same letter is none."""
    if kind.threaded != bool(header.thread):
        raise Refusal("missing-field" if kind.threaded else "bad-field", "header/thread")
    if kind.must_refer and not header.in_reply_to:
        raise Refusal("missing-field", "header/in_reply_to")
    if header.in_reply_to and not kind.refers_to:
        raise Refusal("bad-field", "header/in_reply_to")
    if kind.carries is Carries.CONTROL and (header.decision is not None or header.deadline is not None):
        # Nothing in it was decided on: a signature there would vouch for what the officer was never shown.
        raise Refusal("bad-field", "header/decision")


def read_order(raw: bytes) -> tuple[int, str] | None:
    """Number and previous digest of a letter that may be refused for something else: it still holds its place.

    None where even that cannot be read.
    """
    try:
        header = read_canonical(raw, max_bytes=MAX_PADDED).get("header")
    except Refusal:
        return None
    if not isinstance(header, dict):
        return None
    sequence, previous = header.get("sequence"), header.get("previous")
    if type(sequence) is not int or sequence < 1 or not isinstance(previous, str) or len(previous) != 64:
        return None
    return sequence, previous


def _check_release(letter: Letter) -> None:
    header = letter.header
    if not header.thread:
        raise Refusal("missing-field", "header/thread")
    if header.decision is None:
        if not only_postpones(letter.body):
            raise Refusal("no-officer")
        return
    check_officer(header.decision.officer, header.decision.digest(letter.package))


def header_content(header: Header) -> dict[str, Any]:
    """The header as it stands in the letter; what is not said is left out."""
    content: dict[str, Any] = {
        "id": header.id,
        "type": header.type,
        "from": _address(header.sender),
        "to": _address(header.recipient),
        "created": moments.to_text(header.created),
        "sequence": header.sequence,
        "previous": header.previous,
    }
    optional: dict[str, Any] = {
        "thread": header.thread,
        "via": list(header.via),
        "in_reply_to": header.in_reply_to,
        "deadline": _deadline(header.deadline),
        "decision": _decision(header.decision),
    }
    return {**content, **{name: value for name, value in optional.items() if value}}


def _address(address: Address) -> dict[str, str]:
    named = {"node": address.node, "post": address.post, "officer_role": address.officer_role}
    return {name: value for name, value in named.items() if value}


def _deadline(deadline: LetterDeadline | None) -> dict[str, str] | None:
    if deadline is None:
        return None
    content = {"instrument": deadline.instrument, "urgency": deadline.urgency}
    return {**content, "due": moments.to_text(deadline.due)} if deadline.due else content


def _decision(decision: DecisionReference | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "inputs": decision.inputs,
        "outcome": decision.outcome,
        "ruleset": decision.ruleset,
        "officer": decision.officer.content(),
    }


def read_header(content: Mapping[str, Any]) -> Header:
    """The header that `header_content` wrote."""
    deadline, decision = content.get("deadline"), content.get("decision")
    return Header(
        id=content["id"],
        type=content["type"],
        sender=Address(**content["from"]),
        recipient=Address(**content["to"]),
        created=moments.from_text(content["created"]),
        sequence=content["sequence"],
        previous=content["previous"],
        thread=content.get("thread", ""),
        via=tuple(content.get("via", ())),
        in_reply_to=content.get("in_reply_to", ""),
        deadline=_read_deadline(deadline) if deadline else None,
        decision=_read_decision(decision) if decision else None,
    )


def _read_deadline(content: dict[str, str]) -> LetterDeadline:
    due = content.get("due")
    return LetterDeadline(content["instrument"], content["urgency"], moments.from_text(due) if due else None)


def _read_decision(content: dict[str, Any]) -> DecisionReference:
    officer = OfficerProof(**content["officer"])
    return DecisionReference(content["inputs"], content["outcome"], content["ruleset"], officer)
