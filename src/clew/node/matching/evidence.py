"""Which pairs are worth a person's time, and what of a comparison is kept: codes, never a value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from clew.matching.entities import Likeness, compare
from clew.matching.entities.comparing import Evidence
from clew.node.matching.sides import Place, Side

NAME_ALONE: Final = frozenset({"agrees", "agrees, in no list", "agrees, ordinary"})
"""How a name has to agree for two to be proposed on it without anything that identifies: not one that many bear."""
LEAST_ON_NAMES: Final = 0.5
"""The probability from which a name alone is shown; it is never more than `unsure`."""

Kept = tuple[str, str, float]
"""A comparison, the level it reached, and what that weighs."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides that may be one entity; `one` is the place with the lesser number."""

    one: Place
    other: Place
    family: str
    proposal: str
    weight: float
    evidence: tuple[Kept, ...]
    fingerprint: str
    guarded: bool


def pair_of(a: Side, b: Side) -> Pair | None:
    """What comparing two sides found; None where nobody should be asked."""
    if a.root == b.root:
        return None
    one, other = sorted((a, b), key=lambda side: side.place)
    found = compare(one.entity, other.entity)
    if found is None or not is_worth_asking(found):
        return None
    kept = kept_of(found)
    shared = {key.digest for key in one.keys if key.identifies} & {key.digest for key in other.keys}
    return Pair(
        one.place, other.place, found.family, found.proposal, round(found.weight, 2), kept,
        _fingerprint(one.place[1], other.place[1], kept, len(shared)), one.guarded or other.guarded,
    )  # fmt: skip


def is_worth_asking(found: Likeness) -> bool:
    """Something that identifies agrees; or a name that few bear, against which nothing speaks."""
    if found.proposal == "different":
        return False
    if any(each.identifies and each.weight > 0 for each in found.evidence):
        return True
    against = any(each.identifies and each.weight < 0 for each in found.evidence)
    named = any(_names(each) for each in found.evidence)
    return named and not against and found.probability >= LEAST_ON_NAMES


def kept_of(found: Likeness) -> tuple[Kept, ...]:
    """Each comparison that had values on both sides, the weightiest first."""
    said = sorted(
        (each for each in found.evidence if each.level), key=lambda each: (-abs(each.weight), each.comparison)
    )
    return tuple((each.comparison, each.level, round(each.weight, 1)) for each in said)


def _names(each: Evidence) -> bool:
    return each.comparison in {"name", "organisation name"} and each.level in NAME_ALONE


def _fingerprint(one_team: int, other_team: int, kept: tuple[Kept, ...], shared: int) -> str:
    """The same for the same evidence: what agrees, how, and how many identifiers; made of codes alone."""
    agreeing = sorted(f"{comparison}={level}" for comparison, level, weight in kept if weight > 0)
    text = f"{one_team}|{other_team}|{shared}|{'|'.join(agreeing)}"
    return hashlib.sha256(text.encode()).hexdigest()
