"""A letter's envelope: signed by the sender's sign key, sealed to the recipient, signed outside by the transport key.

Layers, from inside: the letter's bytes, exactly as signed → compact JWS (Ed25519) → padded with spaces to a size
class → sealed with the suite that both sides list (`suites`) → an envelope that whoever carries it can verify
without being able to open it. Sender and recipient stand inside the signed letter and must equal those outside, so
that a recipient cannot seal a letter anew and pass it on as one that was written to somebody else.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clew.exchange import moments, schema
from clew.exchange.keys import check_in_context, sign_in_context
from clew.exchange.refusals import Refusal
from clew.exchange.signing import sign_compact, verify_compact
from clew.exchange.strict_json import canonical, digest, read_canonical
from clew.exchange.suites import CLASSICAL, MAX_SEALED, SUITES, Opener, sealed_to, unwrap, wrap

KIB: Final = 1024
MIB: Final = 1024 * KIB
MAX_PADDED: Final = 4 * MIB
"""Bytes of padded content: some 10,000 statements. Files go as evidence, never inside a letter."""

MAX_ENVELOPE: Final = MAX_SEALED
"""Bytes: the largest padded content in base64, and its frame. Inbound holds one per thread in memory."""

LIFETIME: Final = dt.timedelta(days=30)
"""How long an envelope may be under way, a courier with a memory stick included. Replays are remembered as long."""

SKEW: Final = dt.timedelta(hours=25)
"""Clocks may differ by a day (one set to the wrong time zone, one to the wrong date) before letters are refused."""

MAX_HOPS: Final = 3

LETTER_KIND: Final = "clew-letter"
ENVELOPE_CONTEXT: Final = b"clew-envelope-1"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The outside of a letter: what a carrier may know, and nothing else.

    `hop` is how many relays the sender allows; `signature` is over `signed`, the canonical form of all the rest;
    `digest` is SHA-256 (hex) over the envelope's bytes.
    """

    id: str
    sender: str
    recipient: str
    suite: int
    size_class: int
    expires: dt.datetime
    hop: int
    sealed: str
    signature: str
    signed: bytes
    raw: bytes
    digest: str


class OpenedLetter(NamedTuple):
    """What was sealed: the letter with its inner signature (compact JWS), and the bytes that it signs."""

    token: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Sealer:
    """Who seals: the sender's uid and the key that signs envelopes."""

    uid: str
    transport_key: Ed25519PrivateKey


def size_class(length: int) -> int:
    """The class, in bytes, that a content of `length` bytes is padded to: 4, 16, 64, 256 KiB, then whole MiB.

    Hardly a letter with content is below 1 KiB, so a smaller class would tell whoever carries them which letters are
    recalls or answers to them, and by that which of the letters before was taken back.

    Raises:
        Refusal: `too-large`.
    """
    for one in (4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB):
        if length <= one:
            return one
    padded = -(-length // MIB) * MIB
    if padded > MAX_PADDED:
        raise Refusal("too-large")
    return padded


def sign_letter(letter: bytes, sign_key: Ed25519PrivateKey) -> str:
    """The inner signature: compact JWS over the letter's bytes, which are kept exactly so."""
    return sign_compact(letter, LETTER_KIND, sign_key)


def verify_letter(signed: str, sign_key: bytes) -> bytes:
    """The letter's bytes, if the pinned key signed them.

    Raises:
        Refusal: as `signing.verify_compact`.
    """
    return verify_compact(signed, LETTER_KIND, sign_key)


def seal(
    signed: str,
    *,
    sealer: Sealer,
    recipient: str,
    seal_key: bytes,
    envelope_id: str,
    now: dt.datetime,
    hop: int = 0,
    suite: int = CLASSICAL,
) -> Envelope:
    """Seal what `sign_letter` gave to one recipient, and sign the outside.

    Args:
        recipient: uid of the node that `seal_key` belongs to.
        seal_key: its public key of that suite (X25519: 32 bytes; hybrid: 1216 bytes).
        envelope_id: 128 random bits, hex.

    Raises:
        Refusal: `too-large`.
    """
    padded = size_class(len(signed))
    sealed = wrap(signed.ljust(padded).encode("ascii"), seal_key, suite)
    outside: dict[str, Any] = {
        "clew": schema.VERSION,
        "suite": suite,
        "id": envelope_id,
        "from": sealer.uid,
        "to": recipient,
        "size_class": padded,
        "expires": moments.to_text(now + LIFETIME),
        "hop": hop,
        "sealed": sealed,
    }
    content = canonical(outside)
    outside["signature"] = sign_in_context(sealer.transport_key, ENVELOPE_CONTEXT, content)
    return _envelope(outside, content, canonical(outside))


def read_outer(raw: bytes) -> Envelope:
    """Read an envelope's outside without believing it yet: who says to have sent it, to whom.

    Raises:
        Refusal: too large, not canonical strict JSON, unknown version, suite or fields.
    """
    outside = read_canonical(raw, max_bytes=MAX_ENVELOPE)
    if outside.get("clew") != schema.VERSION:
        raise Refusal("unknown-version")
    suite = outside.get("suite")
    if type(suite) is not int or suite not in SUITES:
        raise Refusal("unknown-suite")
    if not outside.get("signature"):
        raise Refusal("bad-signature")
    schema.check(outside, "envelope")
    signed = canonical({name: value for name, value in outside.items() if name != "signature"})
    return _envelope(outside, signed, raw)


def verify_outer(
    envelope: Envelope, *, transport_key: bytes, own_uid: str, now: dt.datetime, check_time: bool = True
) -> None:
    """Verify an envelope that was just read with the key pinned for its sender; nothing is opened.

    Raises:
        Refusal: `bad-signature`, `wrong-recipient`, `expired`, `expires-too-late`.
    """
    check_in_context(transport_key, ENVELOPE_CONTEXT, envelope.signed, envelope.signature)
    if envelope.recipient != own_uid:
        raise Refusal("wrong-recipient")
    if check_time:
        if envelope.expires < now - SKEW:
            raise Refusal("expired")
        if envelope.expires > now + LIFETIME + SKEW:
            raise Refusal("expires-too-late")


def open_sealed(envelope: Envelope, *, seal_key: Opener, sign_key: bytes) -> OpenedLetter:
    """The letter with its inner signature, verified with the sender's pinned `sign_key`.

    Raises:
        Refusal: another suite's header, compressed, sealed to another key, changed, badly padded or badly signed.
    """
    opened = unwrap(envelope.sealed, seal_key, envelope.suite)
    signed = opened.rstrip(b" ")
    if len(opened) != envelope.size_class or not _is_padded(len(signed), envelope.size_class):
        raise Refusal("bad-padding")
    try:
        token = signed.decode("ascii")
    except UnicodeDecodeError as error:
        raise Refusal("bad-signature") from error
    return OpenedLetter(token, verify_letter(token, sign_key))


def _is_padded(length: int, padded: int) -> bool:
    """Whether content of this length is padded to its class, or as nodes did that still had a class of 1 KiB."""
    return padded == size_class(length) or (padded == KIB and length <= KIB)


def sealed_to_key(envelope: Envelope) -> str:
    """The name of the key (`keys.key_id`) that the letter says to be sealed to; nothing is believed or opened yet.

    Raises:
        Refusal: the seal has no readable header.
    """
    return sealed_to(envelope.sealed)


def _envelope(outside: dict[str, Any], signed: bytes, raw: bytes) -> Envelope:
    return Envelope(
        id=outside["id"],
        sender=outside["from"],
        recipient=outside["to"],
        suite=outside["suite"],
        size_class=outside["size_class"],
        expires=moments.from_text(outside["expires"]),
        hop=outside["hop"],
        sealed=outside["sealed"],
        signature=outside["signature"],
        signed=signed,
        raw=raw,
        digest=digest(raw),
    )
