"""Checkpoints between partners: one node shows the size and root of its log, the other keeps and cosigns it.

Whoever rewrites a log can sign it anew and make every proof fit the new one. It cannot make it extend what a partner
keeps. A checkpoint says how many entries a log has, its root, and nothing of what is in it.
"""

from __future__ import annotations

import base64
import datetime as dt
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clew.exchange import schema
from clew.exchange.merkle import EMPTY_ROOT, verify_consistency
from clew.exchange.notes import BadNote, NoteContent, key_id, open_note
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import SKEW
from clew.exchange.strict_json import MAX_INTEGER, canonical, digest

CHECKPOINT: Final = "checkpoint"
COSIGNATURE: Final = "cosignature"
LETTER_TYPES: Final = frozenset({CHECKPOINT, COSIGNATURE})

COSIGNED: Final = b"\x04"
"""The kind of a timestamped Ed25519 cosignature in the name of its key (https://c2sp.org/tlog-cosignature)."""

KEY_ID, MOMENT, SIGNATURE = 4, 8, 64
"""Bytes of a cosignature: the name of its key, seconds since 1970 (big endian), and the signature."""

ROOT: Final = len(EMPTY_ROOT)


class Verdict(StrEnum):
    """What a node finds when it holds a checkpoint against the one it keeps."""

    FIRST = "first"
    """It keeps none yet: this one is taken on trust."""
    EXTENDS = "extends"
    SMALLER = "smaller"
    OTHER_ROOT = "other-root"
    DOES_NOT_EXTEND = "does-not-extend"
    OTHER_START = "other-start"
    """The proof starts from another size than that of the one it keeps: nothing is shown either way."""

    @property
    def accepted(self) -> bool:
        return self in {Verdict.FIRST, Verdict.EXTENDS}

    @property
    def contradicts(self) -> bool:
        """Whether the log that was shown before is not the one that is shown now."""
        return self in {Verdict.SMALLER, Verdict.OTHER_ROOT, Verdict.DOES_NOT_EXTEND}


@dataclass(frozen=True, slots=True)
class Offer:
    """A checkpoint that was read and whose signature holds; `signed_with` is the public key that did."""

    note: str
    content: NoteContent
    since: int
    proof: tuple[bytes, ...]
    signed_with: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner answered: `cosignature` (one line), or a refusal with `held`, the note that it keeps ("" = none).

    `checkpoint` is the digest of the note that it answers.
    """

    checkpoint: str
    cosignature: str = ""
    verdict: Verdict = Verdict.EXTENDS
    held: str = ""


def origin_of(uid: str) -> str:
    """The name of a node's log."""
    return f"clew/{uid}"


def note_digest(note: str) -> str:
    """SHA-256 (hex) of a note."""
    return digest(note.encode())


def offer_package(note: str, since: int, proof: Sequence[bytes]) -> bytes:
    """The body of the letter that shows a checkpoint; `since` 0 where the partner cosigned none."""
    return canonical({"type": CHECKPOINT, "note": note, "since": since, "proof": [one.hex() for one in proof]})


def read_offer(body: Mapping[str, Any], *, owner: str, keys: Sequence[bytes]) -> Offer:
    """Read a checkpoint that a partner shows of its own log.

    Args:
        owner: uid of the partner.
        keys: its public transport keys, the present one first.

    Raises:
        Refusal: it does not fit its schema, is of another log, or was not signed by one of these keys.
    """
    schema.check(body, CHECKPOINT)
    content, key = read_note(body["note"], owner=owner, keys=keys)
    return Offer(body["note"], content, body["since"], tuple(bytes.fromhex(one) for one in body["proof"]), key)


def read_note(note: str, *, owner: str, keys: Sequence[bytes]) -> tuple[NoteContent, bytes]:
    """A checkpoint with its owner's signature and no other, and the key that made it; only its one form is taken.

    Raises:
        Refusal: `bad-text`, `bad-signature`, `wrong-sender`, `not-canonical`, `bad-field`.
    """
    # A parser of JSON may let half of a surrogate pair through; what has no bytes cannot have been signed.
    if any("\ud800" <= one <= "\udfff" for one in note):
        raise Refusal("bad-text")
    for raw in keys:
        try:
            content = open_note(note, Ed25519PublicKey.from_public_bytes(raw))
        except BadNote:
            continue
        if content.origin != origin_of(owner):
            raise Refusal("wrong-sender")
        if _written(content, note) != note:
            raise Refusal("not-canonical")
        if not 1 <= content.size <= MAX_INTEGER or len(content.root) != ROOT:
            raise Refusal("bad-field", "note")
        return content, raw
    raise Refusal("bad-signature")


def judge(offer: Offer, held: NoteContent | None) -> Verdict:
    """Hold what a partner shows against the last checkpoint of its log that this node cosigned."""
    new = offer.content
    if held is None:
        return Verdict.FIRST
    if new.size < held.size:
        return Verdict.SMALLER
    if new.size == held.size:
        return Verdict.EXTENDS if new.root == held.root else Verdict.OTHER_ROOT
    if offer.since != held.size:
        return Verdict.OTHER_START
    extends = verify_consistency(held.size, new.size, offer.proof, held.root, new.root)
    return Verdict.EXTENDS if extends else Verdict.DOES_NOT_EXTEND


def cosign(note: str, *, cosigner: str, key: Ed25519PrivateKey, at: dt.datetime) -> str:
    """The line with which `cosigner` (a uid) says that it keeps this checkpoint and nothing that speaks against it."""
    name, seconds = origin_of(cosigner), int(at.timestamp())
    signature = key.sign(_cosigned(note, seconds))
    raw = key_id(name, key.public_key(), COSIGNED) + seconds.to_bytes(MOMENT) + signature
    return f"— {name} {base64.b64encode(raw).decode()}"


def cosigned_at(note: str, line: str, *, cosigner: str, key: bytes) -> dt.datetime:
    """When this partner cosigned exactly this note.

    Raises:
        Refusal: `bad-signature`.
    """
    name, public = origin_of(cosigner), Ed25519PublicKey.from_public_bytes(key)
    head = f"— {name} "
    try:
        raw = base64.b64decode(line.removeprefix(head), validate=True)
        seconds = int.from_bytes(raw[KEY_ID : KEY_ID + MOMENT])
        if len(raw) != KEY_ID + MOMENT + SIGNATURE or raw[:KEY_ID] != key_id(name, public, COSIGNED):
            raise Refusal("bad-signature")
        # Only the one way to write these bytes is taken, so that no bit of it can be changed.
        if line != head + base64.b64encode(raw).decode():
            raise Refusal("bad-signature")
        public.verify(raw[KEY_ID + MOMENT :], _cosigned(note, seconds))
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (InvalidSignature, NotBase64, ValueError, OverflowError) as error:
        raise Refusal("bad-signature") from error


def answer_package(answer: Answer) -> bytes:
    """The body of the letter that answers a checkpoint."""
    content: dict[str, Any] = {"type": COSIGNATURE, "checkpoint": answer.checkpoint}
    if answer.cosignature:
        return canonical({**content, "cosignature": answer.cosignature})
    return canonical({**content, "code": answer.verdict.value, "held": answer.held})


def read_answer(body: Mapping[str, Any]) -> Answer:
    """Read an answer; whether its cosignature holds, `check_cosignature` says once the note is known.

    Raises:
        Refusal: it does not fit its schema, or says both or neither.
    """
    schema.check(body, COSIGNATURE)
    if "cosignature" in body:
        if body.keys() != {"type", "checkpoint", "cosignature"}:
            raise Refusal("unknown-field")
        return Answer(body["checkpoint"], cosignature=body["cosignature"])
    if not body.keys() >= {"code", "held"}:
        raise Refusal("missing-field")
    return Answer(body["checkpoint"], verdict=Verdict(body["code"]), held=body["held"])


def check_cosignature(
    answer: Answer, note: str, *, cosigner: str, keys: Sequence[bytes], now: dt.datetime
) -> tuple[dt.datetime, bytes]:
    """When and with which of its keys the partner cosigned the note that it was shown.

    Raises:
        Refusal: `not-for-this-letter`, `bad-signature`, `from-the-future`.
    """
    if answer.checkpoint != note_digest(note):
        raise Refusal("not-for-this-letter")
    for key in keys:
        try:
            at = cosigned_at(note, answer.cosignature, cosigner=cosigner, key=key)
        except Refusal:
            continue
        if at > now + SKEW:
            raise Refusal("from-the-future")
        return at, key
    raise Refusal("bad-signature")


def _written(content: NoteContent, note: str) -> str:
    """The one form of a note that says this and has the signature of its owner."""
    encoded = note.rpartition(" ")[2].removesuffix("\n")
    try:
        signature = base64.b64encode(base64.b64decode(encoded, validate=True)).decode()
    except (NotBase64, ValueError) as error:
        raise Refusal("not-canonical") from error
    root = base64.b64encode(content.root).decode()
    return f"{content.origin}\n{content.size}\n{root}\n\n— {content.origin} {signature}\n"


def _cosigned(note: str, seconds: int) -> bytes:
    body = note.partition("\n\n")[0]
    return f"cosignature/v1\ntime {seconds}\n{body}\n".encode()
