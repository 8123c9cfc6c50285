"""What a node and a relay say to each other: signed requests, and the address by which a relay is known.

A relay keeps sealed letters for nodes that nobody can reach. It is trusted with nothing: it can open no letter, and
what it says proves nothing. So only the node signs. A request is one line of canonical JSON, signed by the node's
transport key, and after it the lines that it speaks of: envelopes that are deposited, or receipts with which envelopes
are acknowledged. Everything is under the signature, to the last bit; it is good for one relay, one method, one time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clew.exchange import moments, schema
from clew.exchange.keys import check_in_context, sign_in_context
from clew.exchange.receipts import MAX_RECEIPT
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import MAX_ENVELOPE, Envelope, read_outer
from clew.exchange.strict_json import canonical, digest, read_canonical

CONTEXT: Final = b"clew-relay-request-1"

FRESH: Final = dt.timedelta(minutes=10)
"""How far a request's time may lie from the relay's, either way; as long, its number is remembered."""

MOST_LINES: Final = 64
"""Envelopes, receipts or digests in one request, and envelopes in one page: as many as a node's own door takes."""

MAX_HEAD: Final = 8 * 1024
"""Bytes of the first line: sixty-four digests are some 4 kB."""

MAX_PAGE: Final = MAX_ENVELOPE + 1
"""Bytes of envelopes in one request or page: the largest one alone, or many small ones."""

MAX_ADDRESS: Final = 32 * 1024

REQUEST_TYPE: Final = "application/vnd.clew.relay-request"
ANSWER_TYPE: Final = "application/vnd.clew.relay-answer"


class Method(StrEnum):
    """What a node asks of a relay; also the last step of the address that it asks at."""

    DEPOSIT = "deposit"
    """Keep these envelopes for a mailbox."""
    ASK = "ask"
    """What is known of envelopes that were deposited, by their digests."""
    PULL = "pull"
    """What lies in the asking node's own mailbox, oldest first."""
    ACKNOWLEDGE = "acknowledge"
    """These envelopes are stored, or were not taken; each with its receipt, if there is one."""


PATHS: Final = {f"/v1/{method.value}": method for method in Method}

HELD: Final = "held"
"""The relay has the envelope."""
UNKNOWN: Final = "unknown"
"""The relay has neither the envelope nor a receipt for it."""
FULL: Final = "full"
"""The mailbox, or what the relay keeps for this depositor, is full."""
NO_MAILBOX: Final = "no-mailbox"
"""There is no mailbox of this number."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was read; nothing of it is believed before `verify_request`.

    `mailbox` is the node for which the letters lie; `digests` and `lines` belong together, one by one, where there are
    lines. `signature` is over `signed`, the canonical form of the first line without it.
    """

    method: Method
    relay: str
    node: str
    mailbox: str
    at: dt.datetime
    nonce: str
    digests: tuple[str, ...]
    lines: tuple[bytes, ...]
    signature: str
    signed: bytes


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks whom: the node with its transport key, and the relay's uid."""

    node: str
    relay: str
    transport_key: Ed25519PrivateKey


def make_request(
    caller: Caller,
    method: Method,
    *,
    at: dt.datetime,
    nonce: str,
    mailbox: str = "",
    digests: Sequence[str] = (),
    lines: Sequence[bytes] = (),
) -> bytes:
    """Sign a request.

    Args:
        nonce: 128 random bits, hex; used once.
        mailbox: whose letters are meant; left out, the caller's own.
        lines: envelopes, or receipts (b"" = none), one for each digest.

    Raises:
        Refusal: too many, too large, or not as the schema says.
    """
    content: dict[str, Any] = {
        "clew": schema.VERSION,
        "method": method.value,
        "relay": caller.relay,
        "node": caller.node,
        "mailbox": mailbox or caller.node,
        "at": moments.to_text(at),
        "nonce": nonce,
        "digests": list(digests),
        "lines": digest(b"\n".join(lines)),
    }
    schema.check(content, "relay-request")
    signature = sign_in_context(caller.transport_key, CONTEXT, canonical(content))
    head = canonical({**content, "signature": signature})
    return b"\n".join([head, *lines])


def read_request(raw: bytes, *, method: Method) -> Request:
    """Read a request that was sent as `method`, without believing it yet.

    Raises:
        Refusal: too large, not canonical, not as the schema says, made for another method, or with other lines than it
            lists.
    """
    if len(raw) > most_bytes(method):
        raise Refusal("too-large")
    head, newline, rest = raw.partition(b"\n")
    content = read_canonical(head, max_bytes=MAX_HEAD)
    signature = content.pop("signature", "")
    if not isinstance(signature, str) or not signature:
        raise Refusal("bad-signature")
    if content.get("clew") != schema.VERSION:
        raise Refusal("unknown-version")
    schema.check(content, "relay-request")
    if content["method"] != method.value:
        raise Refusal("bad-field", "method")
    if content["lines"] != digest(rest):
        raise Refusal("not-as-listed")
    digests = tuple(content["digests"])
    lines = tuple(rest.split(b"\n")) if newline else ()
    _refuse_unless_shaped(method, content, digests, lines)
    return Request(
        method=method,
        relay=content["relay"],
        node=content["node"],
        mailbox=content["mailbox"],
        at=moments.from_text(content["at"]),
        nonce=content["nonce"],
        digests=digests,
        lines=lines,
        signature=signature,
        signed=canonical(content),
    )


def verify_request(request: Request, *, transport_key: bytes, relay: str, now: dt.datetime) -> None:
    """Verify a request with the key that the relay has for the node. Whether it came before, the relay remembers.

    Raises:
        Refusal: `bad-signature`, `wrong-recipient` for another relay, `stale` where its time is not now.
    """
    check_in_context(transport_key, CONTEXT, request.signed, request.signature)
    if request.relay != relay:
        raise Refusal("wrong-recipient")
    if abs(request.at - now) > FRESH:
        raise Refusal("stale")


def most_bytes(method: Method) -> int:
    """How large a request of this method can be."""
    if method is Method.DEPOSIT:
        return MAX_HEAD + 1 + MAX_PAGE
    return MAX_HEAD + (MOST_LINES * (MAX_RECEIPT + 1) if method is Method.ACKNOWLEDGE else 0)


def read_deposit(line: bytes) -> Envelope:
    """An envelope that a relay may keep: well formed outside, and padded to the size class that it names.

    A relay cannot see whether what is sealed fills its class; that it is as long as the class says, it can.

    Raises:
        Refusal: as `sealing.read_outer`, or `bad-padding`.
    """
    envelope = read_outer(line)
    parts = envelope.sealed.split(".")
    # Base64url without padding: four characters for three bytes, rounded up.
    length = -(-envelope.size_class * 4 // 3)
    if len(parts[3]) != length:
        raise Refusal("bad-padding")
    return envelope


def read_acknowledgement(line: bytes, *, of: str) -> None:
    """Refuse what is no `stored` receipt for the envelope with the digest `of`; b"" says that there is none.

    Who issued it and whether it is signed well is for its addressee to judge: a post hands on the recipient's own. A
    relay only sees that nothing else is left with it: no word of a human, no later fact.

    Raises:
        Refusal: as `strict_json.read_canonical` and `schema.check`, `not-for-this-letter`, `bad-field`.
    """
    if not line:
        return
    content = read_canonical(line, max_bytes=MAX_RECEIPT)
    signature = content.pop("signature", "")
    if not isinstance(signature, str) or len(signature) != SIGNATURE_LENGTH:
        raise Refusal("bad-signature")
    schema.check(content, "stage-receipt")
    if content["digest"] != of:
        raise Refusal("not-for-this-letter")
    if content["stage"] != "stored" or {"letter", "reason"} & set(content):
        raise Refusal("bad-field", "stage")


SIGNATURE_LENGTH: Final = 86
"""Characters of an Ed25519 signature in base64url."""


def said(code: str) -> bytes:
    """A line in which a relay says by a code what became of an envelope."""
    return canonical({"code": code})


def code_said(line: bytes) -> str:
    """The code that a relay said; "" where the line is none, for instance a receipt."""
    try:
        content = read_canonical(line, max_bytes=MAX_RECEIPT)
    except Refusal:
        return ""
    return str(content["code"]) if set(content) == {"code"} else ""


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where a relay is and the certificate that it shows (PEM; "" = one of a public authority)."""

    uid: str
    url: str
    certificate: str = ""

    @property
    def fingerprint(self) -> str:
        """What two people compare: 60 digits in 12 groups, SHA-256 over the file modulo 10^60."""
        digits = f"{int.from_bytes(hashlib.sha256(write_address(self)).digest()) % 10**60:060d}"
        return " ".join(digits[at : at + 5] for at in range(0, 60, 5))


def write_address(address: RelayAddress) -> bytes:
    """The address as a file to hand to nodes. It is not signed: two people compare its fingerprint."""
    content: dict[str, Any] = {"clew": schema.VERSION, "relay": address.uid, "url": address.url}
    if address.certificate:
        content["certificate"] = address.certificate
    schema.check(content, "relay-address")
    return canonical(content)


def read_address(raw: bytes) -> RelayAddress:
    """Read the file.

    Raises:
        Refusal: as `strict_json.read_canonical` and `schema.check`.
    """
    content = read_canonical(raw.strip(), max_bytes=MAX_ADDRESS)
    schema.check(content, "relay-address")
    return RelayAddress(content["relay"], content["url"], content.get("certificate", ""))


def _refuse_unless_shaped(
    method: Method, content: dict[str, Any], digests: tuple[str, ...], lines: tuple[bytes, ...]
) -> None:
    """Each method has one form: what it may name, and how many lines stand behind it."""
    with_lines = method in {Method.DEPOSIT, Method.ACKNOWLEDGE}
    if len(lines) != (len(digests) if with_lines else 0) or len(set(digests)) != len(digests):
        raise Refusal("not-as-listed")
    if bool(digests) is (method is Method.PULL):
        raise Refusal("bad-field", "digests")
    if method in {Method.PULL, Method.ACKNOWLEDGE} and content["mailbox"] != content["node"]:
        raise Refusal("wrong-recipient")
    if method is Method.DEPOSIT and any(digest(line) != named for line, named in zip(lines, digests, strict=True)):
        raise Refusal("not-as-listed")
