"""A node's three keys: one signs letters and cards, one opens letters, one signs envelopes and receipts.

They are separate so that the process that partners reach can sign receipts and cannot read a letter.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from joserfc.jwk import OKPKey

from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import canonical, from_base64url, to_base64url


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The public keys of a node: 32 raw bytes each, and where it opens suite 2 the 1216 of its hybrid key."""

    sign: bytes
    seal: bytes
    transport: bytes
    hybrid: bytes = b""


def key_id(public: bytes) -> str:
    """The name by which a signature or seal mentions a key: the first 16 bytes of its SHA-256, hex."""
    return hashlib.sha256(public).hexdigest()[:32]


def fingerprint(uid: str, keys: PublicKeys) -> str:
    """What two people compare over a channel they trust: 60 digits in 12 groups, said the same in every language.

    It is SHA-256 over the canonical form of the party's uid and its keys, modulo 10^60 (199 bits).
    """
    named = {
        "uid": uid,
        "sign": to_base64url(keys.sign),
        "seal": to_base64url(keys.seal),
        "transport": to_base64url(keys.transport),
    }
    if keys.hybrid:
        named["hybrid"] = to_base64url(keys.hybrid)
    number = int.from_bytes(hashlib.sha256(canonical(named)).digest()) % 10**60
    digits = f"{number:060d}"
    return " ".join(digits[at : at + 5] for at in range(0, 60, 5))


def sign_in_context(key: Ed25519PrivateKey, context: bytes, content: bytes) -> str:
    """Ed25519 (RFC 8032) over a context line and the content: a signature for one use fits no other. Base64url."""
    return to_base64url(key.sign(context + b"\n" + content))


@lru_cache(maxsize=1024)
def _verifying(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def check_in_context(public: bytes, context: bytes, content: bytes, signature: str) -> None:
    """Verify what `sign_in_context` made.

    Raises:
        Refusal: `bad-signature`.
    """
    try:
        _verifying(public).verify(from_base64url(signature), context + b"\n" + content)
    except (InvalidSignature, ValueError, Refusal) as error:
        raise Refusal("bad-signature") from error


@lru_cache(maxsize=8)
def signing_jwk(key: Ed25519PrivateKey) -> OKPKey:
    """The key in the form that JOSE takes."""
    public = to_base64url(key.public_key().public_bytes_raw())
    private = to_base64url(key.private_bytes_raw())
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public, "d": private})


@lru_cache(maxsize=8)
def opening_jwk(key: X25519PrivateKey) -> OKPKey:
    """The key in the form that JOSE takes."""
    public = to_base64url(key.public_key().public_bytes_raw())
    private = to_base64url(key.private_bytes_raw())
    return OKPKey.import_key({"kty": "OKP", "crv": "X25519", "x": public, "d": private})


@lru_cache(maxsize=1024)
def public_jwk(curve: str, public: bytes) -> OKPKey:
    """A public key in the form that JOSE takes; `curve` is Ed25519 or X25519."""
    return OKPKey.import_key({"kty": "OKP", "crv": curve, "x": to_base64url(public)})
