"""HPKE over ML-KEM-768 and X25519 once more, step by step from the standards: what checks `cryptography`'s own.

RFC 9180, 4 and 5.1 (labels, key schedule, base mode); draft-ietf-hpke-pq-05 (MLKEM768-X25519, KEM 0x647a): the shared
secret is SHA3-256 over both secrets, the X25519 share, the X25519 key and a label.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

KEM, HKDF_SHA256, AES_256_GCM, CHACHA20_POLY1305 = 0x647A, 1, 2, 3
ENC_BYTES, MLKEM_CIPHERTEXT, MLKEM_KEY = 1120, 1088, 1184
LABEL = rb"\.//^" + b"\\"


class Context(NamedTuple):
    """What both sides arrive at."""

    key: bytes
    base_nonce: bytes


def decapsulate(seed: bytes, enc: bytes) -> bytes:
    """The shared secret (32 bytes) of an encapsulation."""
    expanded = hashlib.shake_256(seed).digest(96)
    lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).decapsulate(enc[:MLKEM_CIPHERTEXT])
    curve = X25519PrivateKey.from_private_bytes(expanded[64:])
    share = enc[MLKEM_CIPHERTEXT:]
    secret = curve.exchange(X25519PublicKey.from_public_bytes(share))
    return _combined(lattice, secret, share, curve.public_key().public_bytes_raw())


def encapsulate(public: bytes) -> tuple[bytes, bytes]:
    """A fresh shared secret and its encapsulation."""
    lattice, ciphertext = MLKEM768PublicKey.from_public_bytes(public[:MLKEM_KEY]).encapsulate()
    once = X25519PrivateKey.generate()
    share = once.public_key().public_bytes_raw()
    secret = once.exchange(X25519PublicKey.from_public_bytes(public[MLKEM_KEY:]))
    return _combined(lattice, secret, share, public[MLKEM_KEY:]), ciphertext + share


def schedule(shared: bytes, info: bytes, aead: int) -> Context:
    """The key schedule of the base mode, for AEADs with keys of 32 bytes."""
    suite = b"HPKE" + b"".join(number.to_bytes(2) for number in (KEM, HKDF_SHA256, aead))
    context = b"\0" + _extract(b"", suite, b"psk_id_hash", b"") + _extract(b"", suite, b"info_hash", info)
    secret = _extract(shared, suite, b"secret", b"")
    return Context(_expand(secret, suite, b"key", context, 32), _expand(secret, suite, b"base_nonce", context, 12))


def seal(public: bytes, plain: bytes, info: bytes) -> bytes:
    """Encapsulation and ciphertext of one message with AES-256-GCM."""
    shared, enc = encapsulate(public)
    context = schedule(shared, info, AES_256_GCM)
    return enc + AESGCM(context.key).encrypt(context.base_nonce, plain, b"")


def open_sealed(seed: bytes, sealed: bytes, info: bytes) -> bytes:
    """The message that was sealed with AES-256-GCM."""
    context = schedule(decapsulate(seed, sealed[:ENC_BYTES]), info, AES_256_GCM)
    return AESGCM(context.key).decrypt(context.base_nonce, sealed[ENC_BYTES:], b"")


def _combined(lattice: bytes, secret: bytes, share: bytes, key: bytes) -> bytes:
    return hashlib.sha3_256(lattice + secret + share + key + LABEL).digest()


def _extract(salt: bytes, suite: bytes, label: bytes, material: bytes) -> bytes:
    return HKDF.extract(SHA256(), salt, b"HPKE-v1" + suite + label + material)


def _expand(secret: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2) + b"HPKE-v1" + suite + label + info
    return HKDFExpand(SHA256(), length, labelled).derive(secret)
