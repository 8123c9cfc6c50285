"""Are two entities one? Evidence for and against, each weighed, with a proposal that a human judges."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from clew.matching.entities.entity import Entity
from clew.matching.entities.frequencies import Frequencies, values_of
from clew.matching.entities.outcomes import Value, compare_values
from clew.matching.entities.table import Comparing, Level, Table, family_of, shipped_table

_NONE = Frequencies()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one comparison found. `level` is empty where a value is missing: then it weighs nothing."""

    comparison: str
    level: str
    weight: float
    """log2 of the Bayes factor: +1 doubles the odds that both are one, -1 halves them."""
    words: str
    changes: tuple[str, ...] = ()
    identifies: bool = False
    contradicts: bool = False
    """Whether both have one of what nobody has two of, and the two differ."""
    might_add: float = 0.0
    """What agreement would weigh where a value is missing or disagrees."""

    @property
    def reason(self) -> str:
        """The comparison and its weight in words."""
        return f"{self.comparison} {self.level} ({self.weight:+.1f}): {self.words}"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What comparing two entities found. It is a proposal: nothing is merged without a human."""

    family: str
    weight: float
    """Sum of the weights."""
    probability: float
    """That both are one, under the prior."""
    proposal: str
    """`same`, `unsure` or `different`."""
    evidence: tuple[Evidence, ...]
    changes: tuple[str, ...]
    """What would change the proposal."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every comparison that had values on both sides, the weightiest first."""
        seen = sorted((each for each in self.evidence if each.level), key=lambda each: -abs(each.weight))
        return tuple(each.reason for each in seen)


def compare(
    a: Entity, b: Entity, *, frequencies: Frequencies = _NONE, table: Table | None = None, prior: float | None = None
) -> Likeness | None:
    """Compare two entities; None where they are of kinds that are never one, as a person and a vehicle.

    `prior` is the probability that the pair is one entity before anything is compared; the table's where it is None.
    Raises `UnknownSchema`, and `ValueError` where `prior` is not between 0 and 1.
    """
    table = table or shipped_table()
    prior = table.prior if prior is None else prior
    if not 0 < prior < 1:
        raise ValueError(f"A prior is a probability between 0 and 1, not {prior}.")
    family = family_of(a.schema)
    if family is None or family_of(b.schema) != family:
        return None
    evidence = tuple(_compare(each, family, a, b, frequencies) for each in table.families[family])
    weight = sum(each.weight for each in evidence)
    chance = probability(weight, prior)
    proposal = _proposal(chance, evidence, table)
    return Likeness(family, weight, chance, proposal, evidence, _changes(evidence, weight, prior, proposal, table))


def probability(weight: float, prior: float) -> float:
    """The probability after evidence of this weight."""
    bits = weight + math.log2(prior / (1 - prior))
    return float(1 / (1 + 2.0 ** -max(-200.0, min(200.0, bits))))


def _compare(comparing: Comparing, family: str, a: Entity, b: Entity, frequencies: Frequencies) -> Evidence:
    ours, theirs = values_of(a, comparing), values_of(b, comparing)
    most = max(level.weight for level in comparing.levels.values())
    if not ours or not theirs:
        return Evidence(comparing.name, "", 0.0, "", (), comparing.identifies, might_add=most)
    found = [_weigh(comparing, family, one, other, frequencies) for one in ours for other in theirs]
    best = max(found, key=lambda each: (each.weight, each.level, each.words))
    if len(found) == 1 or best.weight > 0:
        return best
    return replace(best, words=f"none of {len(found)} pairs of values agrees", changes=())


def _weigh(comparing: Comparing, family: str, a: Value, b: Value, frequencies: Frequencies) -> Evidence:
    a, b = sorted((a, b), key=lambda each: (each.key, each.shown))
    level, words, changes = compare_values(comparing.compares, a, b)
    odds = comparing.levels[level]
    if level.startswith("agrees"):
        odds = Level(odds.m, min(frequencies.chance(family, comparing, odds, a, b), odds.m))
    most = max(each.weight for each in comparing.levels.values())
    return Evidence(
        comparing.name,
        level,
        odds.weight,
        words,
        changes,
        comparing.identifies,
        comparing.contradicts and level == "differs",
        max(most - odds.weight, 0.0),
    )


def _proposal(chance: float, evidence: tuple[Evidence, ...], table: Table) -> str:
    """Never `same` on a name alone, however rare, and never against a contradiction."""
    if chance <= table.different:
        return "different"
    carried = any(each.identifies and each.weight > 0 for each in evidence)
    carried = carried and not any(each.contradicts for each in evidence)
    return "same" if chance >= table.same and carried else "unsure"


def _changes(
    evidence: tuple[Evidence, ...], weight: float, prior: float, proposal: str, table: Table
) -> tuple[str, ...]:
    """What is missing and would decide, and what the evidence itself says would change it; at most five."""
    wanted = []
    for each in sorted(evidence, key=lambda found: -found.might_add):
        if not each.level and each.identifies and proposal != "same":
            reached = probability(weight + each.might_add, prior)
            much = "would be enough" if reached >= table.same else "would speak for one"
            wanted.append(f"{each.comparison} in both: agreement {much} (+{each.might_add:.1f})")
    against = [each for each in evidence if each.weight < -3]
    wanted += [f"{each.comparison}: an error in one of the two files" for each in against if proposal != "same"]
    wanted += [change for each in evidence if each.weight for change in each.changes]
    if proposal == "same":
        carrying = max((each for each in evidence if each.identifies), key=lambda found: found.weight)
        wanted.append(f"{carrying.comparison}: if it belongs to somebody else, or several share it")
    return tuple(dict.fromkeys(wanted))[:5]
