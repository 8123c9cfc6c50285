"""Checkpoints as signed notes (https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note), as pure functions."""

from __future__ import annotations

import base64
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
KEY_ID_SIZE = 4
SIGNATURE_SIZE = 64


class BadNote(ValueError):
    """This is not a checkpoint signed by that key; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class NoteContent:
    """What a checkpoint says: whose log, how many entries, and the tree's root."""

    origin: str
    size: int
    root: bytes


def signed_note(content: NoteContent, key: Ed25519PrivateKey) -> str:
    """Write a checkpoint and sign it."""
    body = f"{content.origin}\n{content.size}\n{base64.b64encode(content.root).decode()}\n"
    signature = key_id(content.origin, key.public_key()) + key.sign(body.encode())
    return f"{body}\n— {content.origin} {base64.b64encode(signature).decode()}\n"


def open_note(note: str, key: Ed25519PublicKey) -> NoteContent:
    """Read a checkpoint that this key signed; signatures of others (cosigners) are passed over.

    Raises:
        BadNote: no checkpoint, or no valid signature by this key.
    """
    body, _, signatures = note.partition("\n\n")
    lines = body.split("\n")
    try:
        content = NoteContent(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
    except (IndexError, ValueError) as error:
        raise BadNote("The note does not have the three lines of a checkpoint.") from error
    wanted = key_id(content.origin, key)
    for line in signatures.splitlines():
        name, _, encoded = line.removeprefix("— ").rpartition(" ")
        if name == content.origin and _is_signed(f"{body}\n".encode(), encoded, wanted, key):
            return content
    raise BadNote("The note carries no valid signature of this key.")


def key_id(name: str, key: Ed25519PublicKey, kind: bytes = ED25519) -> bytes:
    """The four bytes that name a key in a signature line; `kind` is that of its signatures."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return sha256(name.encode() + b"\n" + kind + raw).digest()[:KEY_ID_SIZE]


def _is_signed(body: bytes, encoded: str, wanted: bytes, key: Ed25519PublicKey) -> bool:
    try:
        signature = base64.b64decode(encoded, validate=True)
        if len(signature) != KEY_ID_SIZE + SIGNATURE_SIZE or not signature.startswith(wanted):
            return False
        key.verify(signature[KEY_ID_SIZE:], body)
    except (InvalidSignature, NotBase64):
        return False
    return True
