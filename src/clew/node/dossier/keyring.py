"""The data keys of persons, wrapped by the node's rest key, and what is derived from them."""

from __future__ import annotations

import datetime as dt
import hmac
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clew.dossier.folding import exact_key
from clew.node.dossier.bulk import as_stored, chunks, insert
from clew.node.dossier.models import PersonKey
from clew.node.keys import rest_key

NONCE = 12
KEY = 32
LOOKUP = 16

PersonKeys = Mapping[int, bytes | None]
"""Data keys by person; None where the key was destroyed. Persons whose values are not sealed are absent."""


def derive(material: bytes, purpose: bytes) -> bytes:
    """32 bytes for one purpose (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=b"clew " + purpose).derive(material)


@lru_cache(maxsize=8)
def _of_rest(rest: bytes, purpose: bytes) -> bytes:
    return derive(rest, purpose)


def _wrapping() -> AESGCM:
    return AESGCM(_of_rest(rest_key(), b"person key wrap 1"))


def _bound_to(person: int) -> bytes:
    return b"dossier_personkey:%d" % person


def keys_of(persons: Iterable[int]) -> dict[int, bytes | None]:
    """The keys in use of these persons."""
    return _unwrapped(persons, {"in_use": True})


def unwrapped_keys(persons: Iterable[int]) -> dict[int, bytes | None]:
    """The keys of these persons, in use or kept from when they were; None where one was destroyed."""
    return _unwrapped(persons, {})


def _unwrapped(persons: Iterable[int], where: Mapping[str, bool]) -> dict[int, bytes | None]:
    wanted = set(persons)
    if not wanted:
        return {}
    wrapping = _wrapping()
    found = [
        row
        for chunk in chunks(wanted)
        for row in PersonKey.objects.filter(person_id__in=chunk, **where).values_list("person_id", "wrapped")
    ]
    return {
        person: None
        if wrapped is None
        else wrapping.decrypt(bytes(wrapped)[:NONCE], bytes(wrapped)[NONCE:], _bound_to(person))
        for person, wrapped in found
    }


def make_keys(persons: Iterable[int], now: dt.datetime) -> dict[int, bytes | None]:
    """New keys in use for persons who have none yet."""
    wrapping = _wrapping()
    made: dict[int, bytes | None] = {}
    rows = []
    created = as_stored(PersonKey, "created", now)
    for person in persons:
        key, nonce = os.urandom(KEY), os.urandom(NONCE)
        made[person] = key
        wrapped = nonce + wrapping.encrypt(nonce, key, _bound_to(person))
        rows.append((person, wrapped, True, created, ""))
    insert(PersonKey, ("person_id", "wrapped", "in_use", "created", "destroyed_reason"), rows)
    return made


def lookup_key() -> bytes:
    """The key of what sealed values are found by."""
    return _of_rest(rest_key(), b"statement lookup 1")


def lookup_of(value: str, key: bytes) -> bytes:
    """What a sealed value is found by: equal for two spellings, and nothing to be guessed without the key."""
    return hmac.digest(key, exact_key(value).encode(), "sha256")[:LOOKUP]
