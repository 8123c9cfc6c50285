"""The answerer's side: every point evaluated with a key of this round, and the own set evaluated with the same key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from clew.matching.private.asking import checked_contact
from clew.matching.private.messages import ITEM, Answer, Question, Result
from clew.matching.private.quota import Allowance
from clew.matching.private.refusing import RoundRefused
from clew.matching.private.rounds import LEAST_ITEMS, MOST_HELD, Round, size_of
from clew.matching.private.sets import Identifier, IdentifierSet
from clew.matching.private.sodium import NoPoint, sodium
from clew.matching.private.voprf import LARGEST_BATCH, Key, Voprf


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and what the log may hold of it."""

    answer: Answer
    points: int
    """How many points were evaluated: what the quota counts."""
    items: int
    """How many own identifiers are in it; 0 where there were too few of them to answer with."""


@dataclass(frozen=True, slots=True, repr=False)
class PreparedAnswer:
    """What is evaluated; every own item by its identifier, and padding for the whole size."""

    key: bytes
    evaluated: tuple[bytes, ...]
    proofs: tuple[bytes, ...]
    items: Mapping[Identifier, bytes]
    padding: tuple[bytes, ...]


def prepare_answer(
    question: Question,
    expected: Round,
    items: IdentifierSet,
    seed: bytes,
    *,
    allowance: Allowance,
    earlier: Collection[str],
    workers: int = 1,
) -> PreparedAnswer:
    """The parts of an answer before anybody decided which items may leave; as `answer`, of which it is a part.

    An answer takes the items with as much padding as its size needs, in ascending order; of fewer than `LEAST_ITEMS`
    items it takes none.
    """
    if question.round != expected:
        raise RoundRefused("wrong-round")
    if question.round.number in earlier:
        raise RoundRefused("round-repeated")
    if not allowance.allowed or allowance.points != len(question.points):
        raise RoundRefused("over-quota", " ".join(allowance.reasons))
    if any(each.kind not in expected.kinds for each in items.identifiers):
        raise RoundRefused("wrong-kind")
    size = size_of(len(items), MOST_HELD)
    function, drawn = Voprf(sodium(), workers=workers), expected.drawing(seed)
    key = function.derive_key(drawn(b"key", b"")[:32], b"clew private round" + expected.digest)
    evaluated, proofs = _evaluated(function, key, question, drawn)
    own = items.identifiers if len(items) >= LEAST_ITEMS else ()
    outputs = function.compute(key, [expected.text(each.kind, each.value) for each in own])
    made = {each: output[:ITEM] for each, output in zip(own, outputs, strict=True)}
    padding = tuple(drawn(b"padding item", number.to_bytes(4, "big"))[:ITEM] for number in range(size))
    return PreparedAnswer(key.public, tuple(evaluated), tuple(proofs), made, padding)


def answer(
    question: Question,
    expected: Round,
    items: IdentifierSet,
    seed: bytes,
    *,
    allowance: Allowance,
    contact: str,
    earlier: Collection[str],
    workers: int = 1,
) -> Answered:
    """The answer to a question.

    `expected`: the round as the answerer knows it (its own agreement, the signed sender, itself); `allowance`: what
    `quota.allowance` said about this question; `earlier`: the numbers of all rounds that this asker ever asked;
    `seed`: 32 bytes drawn for this round alone; `workers`: threads. A set of fewer than `LEAST_ITEMS` answers as if it
    were empty, and nobody can tell.

    Raises `RoundRefused`: `wrong-round`, `round-repeated`, `over-quota`, `wrong-kind`, `too-many-items`,
    `point-not-canonical`, `no-library`.
    """
    contact = checked_contact(contact)
    own = prepare_answer(question, expected, items, seed, allowance=allowance, earlier=earlier, workers=workers)
    shown = sorted((*own.items.values(), *own.padding[: len(own.padding) - len(own.items)]))
    made = Answer(expected, question.digest, own.key, own.evaluated, own.proofs, tuple(shown), contact)
    return Answered(made, len(own.evaluated), len(own.items))


def check_result(result: Result, given: Answer) -> bool:
    """Whether there is a hit, by what the asker says back. Raises `RoundRefused` (`wrong-round`, `wrong-answer`)."""
    if result.round != given.round:
        raise RoundRefused("wrong-round")
    if result.answer != given.digest:
        raise RoundRefused("wrong-answer")
    return result.hit


def _evaluated(
    function: Voprf, key: Key, question: Question, drawn: Callable[[bytes, bytes], bytes]
) -> tuple[list[bytes], list[bytes]]:
    evaluated: list[bytes] = []
    proofs: list[bytes] = []
    for start in range(0, len(question.points), LARGEST_BATCH):
        points = question.points[start : start + LARGEST_BATCH]
        try:
            made = function.evaluate(key, points)
        except NoPoint:
            raise RoundRefused("point-not-canonical") from None
        # The nonce depends on the question as well: two questions under one seed never share one.
        nonce = function.group.scalar(drawn(b"nonce", bytes.fromhex(question.digest) + start.to_bytes(4, "big")))
        proofs.append(function.prove(key, points, made, nonce))
        evaluated += made
    return evaluated, proofs
