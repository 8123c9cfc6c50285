"""A second reader of the vectors: `cryptography`, `json` and the schema files alone, nothing of `clew`.

It follows RFC 7515, 7516, 7518 (4.6, C) and 8032 by the book, so that what it takes does not rest on our own code.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FORGERY = (ValueError, KeyError, TypeError, InvalidSignature, InvalidTag, InvalidUnwrap)
"""What comes out of this reader where something was changed."""


def schemas(directory: Path) -> Registry[Any]:
    """The schema files, by their `$id`."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in directory.glob("*.json")]
    return Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in found])


def fits(registry: Registry[Any], name: str, value: Any) -> bool:
    """Whether a value fits the schema `<name>-<version>.json`; of each there is one version."""
    (file,) = [one for one in registry if one.rpartition("-")[0] == name]
    return Draft202012Validator(registry.contents(file), registry=registry).is_valid(value)


def opened(envelope: bytes, *, sender: dict[str, str], recipient: dict[str, str]) -> tuple[str, bytes]:
    """The inner signature and the letter of an envelope, everything verified; raises one of `FORGERY` otherwise."""
    outside = one_form(envelope)
    signature = outside.pop("signature")
    check(sender["transport_public"], b"clew-envelope-1\n" + form(outside), signature)
    if (outside["from"], outside["to"]) != (sender["uid"], recipient["uid"]):
        raise ValueError("between others")
    padded = decrypted(outside["sealed"], raw(recipient["seal_private"]))
    if len(padded) != outside["size_class"]:
        raise ValueError("another size")
    token = padded.rstrip(b" ").decode()
    return token, signed(token, sender["sign_public"])


def decrypted(token: str, private: bytes) -> bytes:
    """Compact JWE: ECDH-ES+A256KW over X25519, A256GCM."""
    protected, wrapped, iv, ciphertext, tag = token.split(".")
    header = json.loads(raw(protected))
    if (header["alg"], header["enc"], header["typ"]) != ("ECDH-ES+A256KW", "A256GCM", "clew-sealed"):
        raise ValueError("another algorithm")
    theirs = X25519PublicKey.from_public_bytes(raw(header["epk"]["x"]))
    secret = X25519PrivateKey.from_private_bytes(private).exchange(theirs)
    algorithm = b"ECDH-ES+A256KW"
    # One round of the Concat KDF gives the 256 bits: AlgorithmID, empty PartyUInfo and PartyVInfo, SuppPubInfo.
    info = struct.pack(">I", len(algorithm)) + algorithm + struct.pack(">III", 0, 0, 256)
    wrapping = hashlib.sha256(struct.pack(">I", 1) + secret + info).digest()
    key = aes_key_unwrap(wrapping, raw(wrapped))
    return AESGCM(key).decrypt(raw(iv), raw(ciphertext) + raw(tag), protected.encode())


def signed(token: str, public: str) -> bytes:
    """The payload of a compact JWS by that Ed25519 key."""
    head, payload, signature = token.split(".")
    header = json.loads(raw(head))
    kid = hashlib.sha256(raw(public)).hexdigest()[:32]
    if header != {"alg": "Ed25519", "kid": kid, "typ": "clew-letter"}:
        raise ValueError("another header")
    check(public, f"{head}.{payload}".encode(), signature)
    return raw(payload)


def receipt(content: bytes, public: str) -> dict[str, Any]:
    """A receipt, its signature verified."""
    said = one_form(content)
    signature = said.pop("signature")
    check(public, b"clew-receipt-1\n" + form(said), signature)
    return said


def check_officer(letter: dict[str, Any]) -> None:
    """The officer's signature over inputs, outcome and exactly this body."""
    decision = letter["header"]["decision"]
    package = hashlib.sha256(form(letter["body"])).hexdigest()
    signs = form({"inputs": decision["inputs"], "outcome": decision["outcome"], "package": package})
    officer = decision["officer"]
    check(officer["public_key"], hashlib.sha256(signs).digest(), officer["signature"])


def check_approvals(body: dict[str, Any], keys: dict[str, str]) -> None:
    """Each approval of a governance letter."""
    rest = {name: value for name, value in body.items() if name != "approvals"}
    for one in body["approvals"]:
        check(keys[one["party"]], b"clew-governance-1\n" + form(rest), one["signature"])


def check(public: str, message: bytes, signature: str) -> None:
    """Ed25519."""
    Ed25519PublicKey.from_public_bytes(raw(public)).verify(raw(signature), message)


def one_form(content: bytes) -> dict[str, Any]:
    """JSON, if these bytes are the canonical form of what they say."""
    value = json.loads(content)
    if not isinstance(value, dict) or form(value) != content:
        raise ValueError("another form")
    return value


def form(value: Any) -> bytes:
    """Names sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def raw(text: str) -> bytes:
    """Base64url without padding, in its one encoding."""
    found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != text:
        raise ValueError("another encoding")
    return found
