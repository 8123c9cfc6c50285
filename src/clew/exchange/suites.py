"""What a letter is sealed with, by the number of its suite. A suite is allowed by number, never by what a header says.

Suite 1: compact JWE, ECDH-ES+A256KW over X25519, A256GCM (RFC 7516, 7518).
Suite 2: HPKE over ML-KEM-768 and X25519 together (see `hybrid`): `header.ciphertext`, both base64url; the ciphertext is
bound to the header.

Two suites are live at once, so that a network changes partner by partner: a letter takes the highest that both list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from joserfc import jwe
from joserfc.errors import JoseError

from clew.exchange.hybrid import HybridKey, seal_to
from clew.exchange.keys import key_id, opening_jwk, public_jwk
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import canonical, from_base64url, read_strict, to_base64url

CLASSICAL: Final = 1
HYBRID: Final = 2
SUITES: Final = frozenset({CLASSICAL, HYBRID})

SEALED_KIND: Final = "clew-sealed"
SEALED_HEADER: Final = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}
HYBRID_HEADER: Final = {"alg": "HPKE-MLKEM768-X25519", "enc": "A256GCM", "kdf": "HKDF-SHA256"}
HYBRID_CONTEXT: Final = b"clew-sealed-2\n"

MAX_SEALED: Final = 6 * 1024 * 1024
"""Bytes: an envelope is no larger (`sealing.MAX_ENVELOPE`)."""

Opener: TypeAlias = X25519PrivateKey | HybridKey
"""A private key that opens letters; its kind belongs to one suite."""


class _Registry(jwe.JWERegistry):
    max_ciphertext_length = MAX_SEALED


_REGISTRY: Final = _Registry(algorithms=list(SEALED_HEADER.values()))


def best_of_both(own: Iterable[int], partner: Iterable[int]) -> int:
    """The highest suite that both sides list; suite 1, which everyone opens, where they share none that is known."""
    return max({*own} & {*partner} & SUITES, default=CLASSICAL)


def wrap(plain: bytes, seal_key: bytes, suite: int) -> str:
    """Seal to a public key of that suite (X25519: 32 bytes; hybrid: 1216 bytes)."""
    if suite == HYBRID:
        head = to_base64url(canonical({**HYBRID_HEADER, "kid": key_id(seal_key), "typ": SEALED_KIND}))
        return f"{head}.{to_base64url(seal_to(seal_key, plain, HYBRID_CONTEXT + head.encode('ascii')))}"
    header = {**SEALED_HEADER, "kid": key_id(seal_key), "typ": SEALED_KIND}
    return jwe.encrypt_compact(header, plain, public_jwk("X25519", seal_key), registry=_REGISTRY)


def unwrap(sealed: str, key: Opener, suite: int) -> bytes:
    """What was sealed.

    Raises:
        Refusal: another suite's form or header, compressed, sealed to another key, or changed.
    """
    if suite == HYBRID:
        return _open_hybrid(sealed, key)
    return _open_classical(sealed, key)


def name_of(key: Opener) -> str:
    """The name by which a seal mentions the key (`keys.key_id` of its public half)."""
    return key.kid if isinstance(key, HybridKey) else key_id(key.public_key().public_bytes_raw())


def sealed_to(sealed: str) -> str:
    """The name of the key that it says to be sealed to; nothing is believed or opened yet.

    Raises:
        Refusal: the seal has no readable header.
    """
    return str(_header(sealed).get("kid", ""))


def _open_classical(sealed: str, key: Opener) -> bytes:
    header = _header(sealed)
    if "zip" in header:
        raise Refusal("compressed")
    _check(header, SEALED_HEADER, {"epk"})
    if not isinstance(key, X25519PrivateKey) or header["kid"] != name_of(key):
        raise Refusal("wrong-key")
    try:
        return jwe.decrypt_compact(sealed, opening_jwk(key), registry=_REGISTRY).plaintext or b""
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Refusal("not-openable") from error


def _open_hybrid(sealed: str, key: Opener) -> bytes:
    head, _, ciphertext = sealed.partition(".")
    header = _header(sealed)
    _check(header, HYBRID_HEADER, set())
    if not isinstance(key, HybridKey) or header["kid"] != key.kid:
        raise Refusal("wrong-key")
    return key.open(from_base64url(ciphertext), HYBRID_CONTEXT + head.encode("ascii"))


def _check(header: dict[str, object], expected: dict[str, str], more: set[str]) -> None:
    if any(header.get(name) != value for name, value in expected.items()):
        raise Refusal("wrong-algorithm")
    if set(header) != {*expected, "kid", "typ", *more} or header["typ"] != SEALED_KIND:
        raise Refusal("bad-field", "seal header")


def _header(sealed: str) -> dict[str, object]:
    return read_strict(from_base64url(sealed.split(".", maxsplit=1)[0]), max_bytes=1024)
