"""Compact JWS (RFC 7515) with one algorithm and one pinned key: nothing in the header chooses how it is verified."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError

from clew.exchange.keys import key_id, public_jwk, signing_jwk
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import from_base64url, read_strict

ALGORITHM: Final = "Ed25519"
"""The fully specified name of RFC 9864; `EdDSA`, which leaves the curve open, is not taken."""


class _Registry(jws.JWSRegistry):
    # The size of what is read was limited before; the library's own limit is below that of a large letter.
    max_payload_length = 64 * 1024 * 1024


REGISTRY: Final = _Registry(algorithms=[ALGORITHM])


def sign_compact(payload: bytes, kind: str, key: Ed25519PrivateKey) -> str:
    """Sign bytes; `kind` (header `typ`) says what they are, so that a card never passes as a letter."""
    header = {"alg": ALGORITHM, "kid": key_id(key.public_key().public_bytes_raw()), "typ": kind}
    return jws.serialize_compact(header, payload, signing_jwk(key), registry=REGISTRY)


def payload_before_verifying(token: str) -> bytes:
    """The payload of a token whose key is still to be found in it (a card names its own keys)."""
    parts = token.split(".")
    if len(parts) != 3:
        raise Refusal("bad-signature")
    return from_base64url(parts[1])


def verify_compact(token: str, kind: str, public: bytes) -> bytes:
    """The payload, exactly as it was signed, if the pinned key signed it as `kind`.

    Raises:
        Refusal: `bad-signature`, `wrong-algorithm`, `wrong-key`, `bad-field`.
    """
    parts = token.split(".")
    if len(parts) != 3 or not parts[2]:
        raise Refusal("bad-signature")
    header = read_strict(from_base64url(parts[0]), max_bytes=512)
    if header.get("alg") != ALGORITHM:
        raise Refusal("wrong-algorithm")
    if set(header) != {"alg", "kid", "typ"} or header["typ"] != kind:
        raise Refusal("bad-field", "signature header")
    if header["kid"] != key_id(public):
        raise Refusal("wrong-key")
    payload = from_base64url(parts[1])
    from_base64url(parts[2])
    try:
        jws.deserialize_compact(token, public_jwk("Ed25519", public), registry=REGISTRY)
    except (JoseError, ValueError) as error:
        raise Refusal("bad-signature") from error
    return payload
