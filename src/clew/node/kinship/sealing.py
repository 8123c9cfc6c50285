"""A profile at rest: its findings under a key of its own, which lies wrapped under the node's rest key.

Destroying the key destroys the profile, in this store at once and in its backups once they have expired.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clew.kinship.profiles import Seen, read_profile
from clew.node import at_rest
from clew.node.kinship.models import Profile

KEY_BITS = 256
NONCE = 12


def seal_new(uid: str, findings: Mapping[str, Seen]) -> tuple[bytes, bytes]:
    """The wrapped key and the sealed findings of a new profile."""
    key = AESGCM.generate_key(bit_length=KEY_BITS)
    text = json.dumps({locus: str(seen) for locus, seen in sorted(findings.items())}).encode()
    return at_rest.seal(key, _key_of(uid)), sealed_under(key, text, b"kinship profile " + uid.encode())


def open_profile(profile: Profile) -> dict[str, Seen] | None:
    """The findings; None where the profile was destroyed. Raises `at_rest.Unreadable`."""
    key = key_of(profile)
    if key is None:
        return None
    text = opened_under(key, bytes(profile.sealed), b"kinship profile " + profile.uid.encode())
    return read_profile(profile.sample, json.loads(text))


def key_of(profile: Profile) -> bytes | None:
    """The profile's key; None where it was destroyed."""
    return None if profile.wrapped is None else at_rest.unseal(bytes(profile.wrapped), _key_of(profile.uid))


def seal_under_all(profiles: Iterable[Profile], content: bytes, bound_to: bytes) -> bytes | None:
    """Content that can be read only while every one of these profiles stands; None where one does not any more."""
    for profile in _in_order(profiles):
        key = key_of(profile)
        if key is None:
            return None
        content = sealed_under(key, content, bound_to)
    return content


def open_under_all(profiles: Iterable[Profile], sealed: bytes, bound_to: bytes) -> bytes | None:
    """What `seal_under_all` sealed; None once one of the profiles was destroyed."""
    for profile in reversed(_in_order(profiles)):
        key = key_of(profile)
        if key is None:
            return None
        sealed = opened_under(key, sealed, bound_to)
    return sealed


def sealed_under(key: bytes, content: bytes, bound_to: bytes) -> bytes:
    """AES-256-GCM (NIST SP 800-38D): nonce and ciphertext."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, bound_to)


def opened_under(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """The content. Raises `at_rest.Unreadable` where it was changed, or sealed for something else."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise at_rest.Unreadable("This was sealed under another key or for another place, or was changed.") from error


def _in_order(profiles: Iterable[Profile]) -> list[Profile]:
    return sorted(profiles, key=lambda each: each.pk)


def _key_of(uid: str) -> bytes:
    return b"kinship profile key " + uid.encode()
