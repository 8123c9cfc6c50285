"""The verifiable oblivious pseudorandom function of RFC 9497, mode VOPRF, suite ristretto255-SHA512.

Section numbers are the RFC's. Nothing here draws random bytes: whoever calls brings them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce

from clew.matching.private.sodium import IDENTITY, LENGTH, Group, NoPoint

CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"
LARGEST_BATCH = 50_000
"""Pairs of one proof. The RFC counts them in two bytes, so that 65,535 would be the end."""
LEAST_SHARE = 100
"""Points for which a thread is worth while."""
_BLOCK = 128  # bytes that SHA-512 takes at once


@dataclass(frozen=True, slots=True)
class Key:
    """A key of one round."""

    secret: bytes
    public: bytes

    def __repr__(self) -> str:
        return f"Key(public={self.public.hex()})"


class Voprf:
    """The steps of both sides over one group. `workers`: threads; libsodium computes beside Python."""

    def __init__(self, group: Group, *, workers: int = 1) -> None:
        self.group, self.workers = group, workers

    def derive_key(self, seed: bytes, info: bytes) -> Key:
        """The key that 32 secret bytes and a public text give (3.2.1)."""
        for counter in range(256):
            uniform = _expand(seed + _counted(info) + bytes([counter]), _suffixed(b"DeriveKeyPair" + CONTEXT))
            secret = self.group.scalar(uniform)
            if secret != IDENTITY:
                return Key(secret, self.group.multiply_base(secret))
        raise NoPoint("no key comes of this seed")

    def element(self, text: bytes) -> bytes:
        """The point of an input (HashToGroup, 4.1)."""
        return self.group.point(_expand(text, _TO_GROUP))

    def blind(self, texts: Sequence[bytes], blinds: Sequence[bytes]) -> list[bytes]:
        """What the answerer sees of the inputs: evenly distributed, whatever the inputs are (3.3.1)."""
        return self._each(lambda text, blind: self.group.multiply(blind, self.element(text)), texts, blinds)

    def evaluate(self, key: Key, points: Sequence[bytes]) -> list[bytes]:
        """Each point times the key. Raises `NoPoint`."""
        return self._each(lambda point: self.group.multiply(key.secret, point), points)

    def prove(self, key: Key, blinded: Sequence[bytes], evaluated: Sequence[bytes], nonce: bytes) -> bytes:
        """64 bytes that show that one key, whose public half is known, evaluated every point (2.2.1).

        `nonce`: a scalar that nobody knows and that is never used for another transcript.
        """
        group = self.group
        weights = self._weights(key.public, blinded, evaluated)
        sum_blinded = self._sum(weights, blinded)
        sum_evaluated = group.multiply(key.secret, sum_blinded)
        over_base, over_sum = group.multiply_base(nonce), group.multiply(nonce, sum_blinded)
        challenge = self._challenge(key.public, sum_blinded, sum_evaluated, over_base, over_sum)
        return challenge + group.minus_product(nonce, challenge, key.secret)

    def verify(self, public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], proof: bytes) -> bool:
        """Whether the proof holds (2.2.2). Raises `NoPoint` where a point is none."""
        group = self.group
        challenge, response = proof[:LENGTH], proof[LENGTH:]
        weights = self._weights(public, blinded, evaluated)
        sum_blinded, sum_evaluated = self._sum(weights, blinded), self._sum(weights, evaluated)
        over_base = group.add(group.multiply_base(response), group.multiply(challenge, public))
        over_sum = group.add(group.multiply(response, sum_blinded), group.multiply(challenge, sum_evaluated))
        return challenge == self._challenge(public, sum_blinded, sum_evaluated, over_base, over_sum)

    def unblind(self, texts: Sequence[bytes], blinds: Sequence[bytes], evaluated: Sequence[bytes]) -> list[bytes]:
        """The function's 64 bytes for each input (Finalize, 3.3.2); the proof has been verified before."""
        multiply = self.group.multiply
        return self._each(
            lambda text, inverse, point: _output(text, multiply(inverse, point)),
            texts,
            self.group.inverses(blinds),
            evaluated,
        )

    def compute(self, key: Key, texts: Sequence[bytes]) -> list[bytes]:
        """The function's 64 bytes for inputs of one's own (Evaluate, 3.3.2)."""
        multiply = self.group.multiply
        return self._each(lambda text: _output(text, multiply(key.secret, self.element(text))), texts)

    def _weights(self, public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes]) -> list[bytes]:
        """The numbers that fold all pairs into one (ComputeComposites, 2.2.1)."""
        if not len(blinded) == len(evaluated) <= LARGEST_BATCH:
            raise NoPoint("a proof is about pairs, and about no more than a batch of them")
        seed = _counted(hashlib.sha512(_counted(public) + _counted(b"Seed-" + CONTEXT)).digest())
        scalar, length = self.group.scalar, LENGTH.to_bytes(2, "big")
        return [
            scalar(_expand(seed + place.to_bytes(2, "big") + length + one + length + other + b"Composite", _TO_SCALAR))
            for place, (one, other) in enumerate(zip(blinded, evaluated, strict=True))
        ]

    def _sum(self, weights: Sequence[bytes], points: Sequence[bytes]) -> bytes:
        """The sum of every point times its weight."""
        return reduce(self.group.add, self._each(self.group.multiply, weights, points))

    def _each(self, made: Callable[..., bytes], *columns: Sequence[bytes]) -> list[bytes]:
        """What is made of each row, in order."""
        rows = list(zip(*columns, strict=True))
        share = -(-len(rows) // self.workers)
        if self.workers == 1 or share < LEAST_SHARE:
            return [made(*row) for row in rows]
        shares = [rows[start : start + share] for start in range(0, len(rows), share)]
        with ThreadPoolExecutor(self.workers) as pool:
            return [each for done in pool.map(lambda part: [made(*row) for row in part], shares) for each in done]

    def _challenge(self, *points: bytes) -> bytes:
        return self.group.scalar(_expand(b"".join(map(_counted, points)) + b"Challenge", _TO_SCALAR))


def _counted(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text


def _suffixed(tag: bytes) -> bytes:
    return tag + bytes([len(tag)])


_TO_GROUP = _suffixed(b"HashToGroup-" + CONTEXT)
_TO_SCALAR = _suffixed(b"HashToScalar-" + CONTEXT)


def _expand(text: bytes, tag: bytes) -> bytes:
    """64 bytes drawn evenly from a text (expand_message_xmd of RFC 9380, 5.3.1, with SHA-512: one block is enough)."""
    first = hashlib.sha512(bytes(_BLOCK) + text + b"\x00\x40\x00" + tag).digest()
    return hashlib.sha512(first + b"\x01" + tag).digest()


def _output(text: bytes, point: bytes) -> bytes:
    return hashlib.sha512(_counted(text) + _counted(point) + b"Finalize").digest()
