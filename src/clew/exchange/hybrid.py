"""Suite 2: what is sealed today stays sealed when a quantum computer breaks X25519, and also if ML-KEM falls first.

HPKE (RFC 9180) in base mode, one message for each encapsulation: KEM MLKEM768-X25519 (0x647a, also called X-Wing;
draft-ietf-hpke-pq-05, ML-KEM-768 of FIPS 203), HKDF-SHA256, AES-256-GCM. Who records letters now to open them in
twenty years is why it exists: a victim's identity is still worth hiding then. Signatures stay Ed25519, because a
forged signature in twenty years harms no letter of today.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from clew.exchange.keys import key_id
from clew.exchange.refusals import Refusal

SEED_BYTES: Final = 32
MLKEM_BYTES: Final = 1184
PUBLIC_BYTES: Final = MLKEM_BYTES + 32
"""A public key: ML-KEM-768's encapsulation key, then X25519's."""

_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class HybridKey:
    """The private key that opens suite 2, kept as its seed.

    Args:
        seed: 32 random bytes. SHAKE256 makes of them the 64 of ML-KEM's seed (d, z) and the 32 of X25519.

    Raises:
        ValueError: another length.
    """

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError("the seed of a hybrid key has 32 bytes")
        expanded = hashlib.shake_256(seed).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        self.kid = key_id(self.public)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed to this key under that context.

        Raises:
            Refusal: `not-openable`.
        """
        try:
            return _SUITE.decrypt(sealed, self._key, info)
        except (InvalidTag, ValueError) as error:
            raise Refusal("not-openable") from error


def seal_to(public: bytes, plain: bytes, info: bytes) -> bytes:
    """Seal to a public key of `PUBLIC_BYTES`: the encapsulation (1120 bytes), the ciphertext, 16 bytes of tag.

    Raises:
        ValueError: no such key.
    """
    return bytes(_SUITE.encrypt(plain, _public(public), info))


@lru_cache(maxsize=1024)
def _public(public: bytes) -> MLKEM768X25519PublicKey:
    if len(public) != PUBLIC_BYTES:
        raise ValueError("a hybrid public key has 1216 bytes")
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:MLKEM_BYTES]),
        X25519PublicKey.from_public_bytes(public[MLKEM_BYTES:]),
    )
