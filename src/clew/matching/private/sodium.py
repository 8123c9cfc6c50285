"""The group ristretto255 (RFC 9496) by libsodium, and the interface that another library would have to fill.

libsodium is the system's own (Debian: libsodium23), so that its security updates arrive with the system's. Points and
scalars are 32 bytes, little-endian; libsodium takes the same time whatever the scalar is.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from clew.matching.private.refusing import RoundRefused

LENGTH = 32
"""Bytes of a point and of a scalar."""
UNIFORM = 64
"""Bytes, drawn evenly, from which a point or a scalar is made."""
IDENTITY = bytes(LENGTH)
_OTHER_LENGTH = "libsodium reads as many bytes as it expects: others must never reach it"


class NoPoint(ValueError):
    """The bytes are no canonical point, or the product would be the identity."""


class Group(Protocol):
    """What the protocol needs of a group of prime order."""

    def point(self, uniform: bytes) -> bytes: ...
    def scalar(self, uniform: bytes) -> bytes: ...
    def multiply(self, scalar: bytes, point: bytes) -> bytes:
        """Raises `NoPoint` where the point is not canonical, or it or the product is the identity."""

    def multiply_base(self, scalar: bytes) -> bytes: ...
    def add(self, one: bytes, other: bytes) -> bytes: ...
    def minus_product(self, start: bytes, one: bytes, other: bytes) -> bytes:
        """The scalar start - one * other."""

    def inverses(self, scalars: Sequence[bytes]) -> list[bytes]: ...


class Sodium:
    """ristretto255 by libsodium."""

    def __init__(self, library: ctypes.CDLL) -> None:
        if _function(library, "sodium_init", 0)() < 0:
            raise RoundRefused("no-library", "It is there and cannot be started.")
        core = "crypto_core_ristretto255_"
        self._from_hash = _function(library, core + "from_hash", 2)
        self._add = _function(library, core + "add", 3)
        self._reduce = _function(library, core + "scalar_reduce", 2)
        self._scalar_multiply = _function(library, core + "scalar_mul", 3)
        self._scalar_subtract = _function(library, core + "scalar_sub", 3)
        self._invert = _function(library, core + "scalar_invert", 2)
        self._multiply = _function(library, "crypto_scalarmult_ristretto255", 3)
        self._multiply_base = _function(library, "crypto_scalarmult_ristretto255_base", 2)

    def point(self, uniform: bytes) -> bytes:
        """The point that 64 bytes drawn evenly stand for: nobody knows its logarithm."""
        return self._made(self._from_hash, _long(uniform, UNIFORM))

    def scalar(self, uniform: bytes) -> bytes:
        """64 bytes drawn evenly, as a number below the group's order."""
        return self._made(self._reduce, _long(uniform, UNIFORM))

    def multiply(self, scalar: bytes, point: bytes) -> bytes:
        if len(scalar) != LENGTH or len(point) != LENGTH:
            raise NoPoint(_OTHER_LENGTH)
        return self._made(self._multiply, scalar, point)

    def multiply_base(self, scalar: bytes) -> bytes:
        return self._made(self._multiply_base, _long(scalar, LENGTH))

    def add(self, one: bytes, other: bytes) -> bytes:
        if len(one) != LENGTH or len(other) != LENGTH:
            raise NoPoint(_OTHER_LENGTH)
        return self._made(self._add, one, other)

    def minus_product(self, start: bytes, one: bytes, other: bytes) -> bytes:
        product = self._made(self._scalar_multiply, _long(one, LENGTH), _long(other, LENGTH))
        return self._made(self._scalar_subtract, _long(start, LENGTH), product)

    def inverses(self, scalars: Sequence[bytes]) -> list[bytes]:
        """All inverses for one inversion and three products each (Montgomery). Raises `NoPoint` on a zero."""
        if not scalars:
            return []
        times = self._scalar_multiply
        running = [_long(scalars[0], LENGTH)]
        for each in scalars[1:]:
            running.append(self._made(times, running[-1], _long(each, LENGTH)))
        rest = self._made(self._invert, running[-1])
        found = [rest] * len(scalars)
        for place in range(len(scalars) - 1, 0, -1):
            found[place] = self._made(times, rest, running[place - 1])
            rest = self._made(times, rest, scalars[place])
        found[0] = rest
        return found

    @staticmethod
    def _made(function: ctypes._NamedFuncPointer, *parts: bytes) -> bytes:
        made = _Written()
        if function(made, *parts):
            raise NoPoint("no canonical point, or the identity")
        return made.raw


_Written = ctypes.c_char * LENGTH


@cache
def sodium() -> Group:
    """The group by the system's libsodium. Raises `RoundRefused` (`no-library`) where there is none."""
    name = ctypes.util.find_library("sodium")
    if name is None:
        raise RoundRefused("no-library", "Install it (Debian: libsodium23).")
    return Sodium(ctypes.CDLL(name))


def _function(library: ctypes.CDLL, name: str, pointers: int) -> ctypes._NamedFuncPointer:
    try:
        found: ctypes._NamedFuncPointer = getattr(library, name)
    except AttributeError:
        raise RoundRefused("no-library", "It is older than 1.0.18, or was built without ristretto255.") from None
    found.argtypes, found.restype = [ctypes.c_char_p] * pointers, ctypes.c_int
    if name in {"crypto_core_ristretto255_scalar_" + each for each in ("reduce", "mul", "sub")}:
        found.restype = None  # they cannot fail and return nothing
    return found


def _long(part: bytes, length: int) -> bytes:
    if len(part) != length:
        raise NoPoint(_OTHER_LENGTH)
    return part
