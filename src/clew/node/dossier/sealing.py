"""Seals the values that identify protected persons, under the keys of all of them.

The key of a value is derived from the data keys of every protected person it concerns, so that destroying any one of
them makes it unreadable. Associated data binds a value to its place: moved to another entity it does not open.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clew.dossier.rows import EXACT_TYPES, property_type
from clew.node.dossier.keyring import NONCE, PersonKeys, derive, lookup_key, lookup_of
from clew.vocabulary.fields import FieldClass, field_class

VERSION = 1


class SealBroken(Exception):
    """A sealed value does not open under its own keys: it was moved or altered."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A value and its original spelling, as read."""

    value: str
    original: str | None


@cache
def sealable(schema: str, prop: str) -> bool:
    """Whether values of the property are sealed when they concern a protected person."""
    return field_class(schema, prop) is not FieldClass.PLAIN


class Sealer:
    """Seals and opens the values of one piece of work with the keys it was given."""

    def __init__(self, keys: PersonKeys) -> None:
        self._keys = keys
        self._ciphers: dict[frozenset[int], AESGCM | None] = {}
        self._lookup: bytes | None = None

    def sealing(self, concerned: Iterable[int]) -> frozenset[int]:
        """Those of the persons under whose keys a value is sealed; empty if it stays plain."""
        return frozenset(person for person in concerned if person in self._keys)

    def seal(self, persons: frozenset[int], entity: int, prop: str, plain: Plain) -> bytes:
        """The sealed bytes: version, nonce, ciphertext. Raises `SealBroken` if a key of these was destroyed."""
        cipher = self._cipher(persons)
        if cipher is None:
            raise SealBroken("A person whom the value concerns has been erased.")
        nonce = os.urandom(NONCE)
        text = json.dumps([plain.value, plain.original], ensure_ascii=False).encode()
        return bytes([VERSION]) + nonce + cipher.encrypt(nonce, text, _place(entity, prop))

    def seal_value(
        self, persons: frozenset[int], entity: int, schema: str, prop: str, plain: Plain
    ) -> tuple[bytes, bytes | None]:
        """The sealed bytes, and what they are found by where the type has whole values that someone may look for."""
        sealed = self.seal(persons, entity, prop, plain)
        if property_type(schema, prop) not in EXACT_TYPES:
            return sealed, None
        self._lookup = self._lookup or lookup_key()
        return sealed, lookup_of(plain.value, self._lookup)

    def open(self, persons: frozenset[int], entity: int, prop: str, sealed: bytes) -> Plain | None:
        """The value; None if a key it needs was destroyed. Raises `SealBroken`."""
        cipher = self._cipher(persons)
        if cipher is None:
            return None
        if sealed[0] != VERSION:
            raise SealBroken(f"The sealed value has an unknown version {sealed[0]}.")
        try:
            text = cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], _place(entity, prop))
        except InvalidTag as error:
            raise SealBroken(f"A sealed value of entity {entity} does not open under its keys.") from error
        value, original = json.loads(text)
        return Plain(value, original)

    def _cipher(self, persons: frozenset[int]) -> AESGCM | None:
        if persons not in self._ciphers:
            self._ciphers[persons] = _cipher_of(persons, self._keys)
        return self._ciphers[persons]


def _cipher_of(persons: frozenset[int], keys: Mapping[int, bytes | None]) -> AESGCM | None:
    material = [keys[person] for person in sorted(persons)]
    if not material or any(key is None for key in material):
        return None
    whose = b",".join(b"%d" % person for person in sorted(persons))
    return AESGCM(derive(b"".join(key for key in material if key), b"statement 1 " + whose))


def _place(entity: int, prop: str) -> bytes:
    return f"dossier_statement:{entity}:{prop}:{VERSION}".encode()
