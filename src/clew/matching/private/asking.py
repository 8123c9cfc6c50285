"""The asker's side: a question of blinded points, and what an answer to it says."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from clew.matching.private.messages import ITEM, Answer, Question, Result
from clew.matching.private.refusing import RoundRefused
from clew.matching.private.rounds import LEAST_ITEMS, MOST_ASKED, Round, size_of
from clew.matching.private.sets import Identifier, IdentifierSet
from clew.matching.private.sodium import NoPoint, sodium
from clew.matching.private.voprf import LARGEST_BATCH, Voprf

CONTACT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.@+_:/-]{2,119}")
"""A post or an address: a contact has no room for words."""


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What an answer said. `identifiers` stay in the asker's house: to its officers, and to nobody else, they say
    about which of their own entries the other house may be asked by a letter that a decision releases."""

    hit: bool
    identifiers: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True, repr=False)
class PreparedQuestion:
    """Every point by its identifier, and padding for the whole size: what may not leave becomes padding."""

    points: Mapping[Identifier, bytes]
    padding: tuple[bytes, ...]


def prepare_question(
    of: Round, items: IdentifierSet, seed: bytes, *, earlier: Collection[str], workers: int = 1
) -> PreparedQuestion:
    """The points of a question before anybody decided which of them may leave; as `ask`, of which it is a part.

    A question takes the points in the order of their identifiers, and then as much padding as its size needs.
    """
    if of.number in earlier:
        raise RoundRefused("round-repeated")
    if len(items) < LEAST_ITEMS:
        raise RoundRefused("too-few-items", f"At least {LEAST_ITEMS}.")
    size = size_of(len(items), MOST_ASKED)
    function = Voprf(sodium(), workers=workers)
    drawn = of.drawing(seed)
    texts = _texts(of, items)
    blinds = [function.group.scalar(drawn(b"blind", text)) for text in texts]
    points = dict(zip(texts.values(), function.blind(list(texts), blinds), strict=True))
    padding = (drawn(b"padding point", number.to_bytes(4, "big")) for number in range(size))
    return PreparedQuestion(points, tuple(map(function.group.point, padding)))


def ask(of: Round, items: IdentifierSet, seed: bytes, *, earlier: Collection[str], workers: int = 1) -> Question:
    """The question of a round.

    `seed`: 32 bytes drawn for this round alone; the same seed and set give the same question, so that it can be sent
    again. `workers`: threads. `earlier`: the numbers of all rounds that were ever asked. The points stand in the order
    of the set, padding last: each is evenly distributed, so that its place tells nothing.
    Raises `RoundRefused` (`round-repeated`, `wrong-kind`, `too-few-items`, `too-many-items`, `no-library`).
    """
    made = prepare_question(of, items, seed, earlier=earlier, workers=workers)
    points = tuple(made.points.values())
    return Question(of, points + made.padding[: len(made.padding) - len(points)])


def finish(question: Question, items: IdentifierSet, seed: bytes, answer: Answer, *, workers: int = 1) -> Found:
    """What the answer says about the same set, seed and question. Nothing is believed before the proof holds.

    Raises `RoundRefused` (`wrong-round`, `wrong-question`, `proof-fails`, `point-not-canonical`, `no-library`).
    """
    _belongs(question, answer)
    function = Voprf(sodium(), workers=workers)
    _prove(function, question, answer)
    of, drawn = question.round, question.round.drawing(seed)
    texts = _texts(of, items)
    blinds = [function.group.scalar(drawn(b"blind", text)) for text in texts]
    outputs = function.unblind(list(texts), blinds, answer.evaluated[: len(texts)])
    own = {output[:ITEM]: identifier for output, identifier in zip(outputs, texts.values(), strict=True)}
    hits = tuple(sorted(own[item] for item in answer.items if item in own))
    return Found(bool(hits), hits)


def result(answer: Answer, found: Found, contact: str) -> Result:
    """What may be said back. `contact`: whom the answerer may ask. Raises `RoundRefused` (`malformed`)."""
    return Result(answer.round, answer.digest, found.hit, checked_contact(contact))


def checked_contact(contact: str) -> str:
    """Raises `RoundRefused` (`malformed`)."""
    if not CONTACT.fullmatch(contact):
        raise RoundRefused("malformed", "A contact is a post or an address, without spaces.")
    return contact


def _belongs(question: Question, answer: Answer) -> None:
    if answer.round != question.round:
        raise RoundRefused("wrong-round")
    if answer.question != question.digest or len(answer.evaluated) != len(question.points):
        raise RoundRefused("wrong-question")


def _prove(function: Voprf, question: Question, answer: Answer) -> None:
    for number, proof in enumerate(answer.proofs):
        batch = slice(number * LARGEST_BATCH, (number + 1) * LARGEST_BATCH)
        try:
            held = function.verify(answer.key, question.points[batch], answer.evaluated[batch], proof)
        except NoPoint:
            raise RoundRefused("point-not-canonical") from None
        if not held:
            raise RoundRefused("proof-fails")


def _texts(of: Round, items: IdentifierSet) -> dict[bytes, Identifier]:
    if any(each.kind not in of.kinds for each in items.identifiers):
        raise RoundRefused("wrong-kind")
    return {of.text(each.kind, each.value): each for each in items.identifiers}
