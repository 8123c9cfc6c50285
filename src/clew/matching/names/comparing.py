"""Can two names be one name: evidence, weighed by a table that was learned, with its reasons in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from clew.matching.names import chinese
from clew.matching.names.aligning import Evidence, align
from clew.matching.names.analysing import Name, analyse
from clew.matching.names.latin import Surroundings
from clew.matching.names.southeast import SURNAMES_OF_VIETNAM
from clew.matching.names.weights import CONSTANT, THRESHOLD, Weights, shipped_weights
from clew.matching.names.wording import changes_of, reason_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing two names found.

    `same`: both can write one person's name; never that they are one person.
    """

    score: float
    """0 to 1."""
    same: bool
    evidence: tuple[Evidence, ...]

    @property
    def reason(self) -> str:
        """Why, in one sentence."""
        return reason_of(self.evidence, same=self.same)

    @property
    def changes(self) -> tuple[str, ...]:
        """What would change it."""
        return changes_of(self.evidence, same=self.same)


def compare_texts(a: str, b: str) -> Comparison:
    """Compare two strings."""
    return compare(analyse(a), analyse(b))


def compare(a: Name, b: Name) -> Comparison:
    """Compare two analysed names: the reading in which they agree best decides."""
    if are_far(a, b):
        return _far()
    weights = shipped_weights()
    best = max(evidences(a, b), key=lambda found: weigh(found, weights))
    score = weigh(best, weights)
    return Comparison(round(score, 4), score >= THRESHOLD, tuple(best))


def are_far(a: Name, b: Name) -> bool:
    """Whether no word of the one can agree with a word of the other but by a slip: most pairs of any two names.

    Two names in characters are always compared, because the reason names the characters.
    """
    return not (a.open or b.open or (a.han and b.han)) and a.hooks.isdisjoint(b.hooks)


@cache
def _far() -> Comparison:
    evidence = [Evidence("nothing in common")]
    score = weigh(evidence, shipped_weights())
    return Comparison(round(score, 4), score >= THRESHOLD, tuple(evidence))


def evidences(a: Name, b: Name) -> list[list[Evidence]]:
    """The evidence in each reading of the two names that is possible."""
    if not a.key or not b.key:
        return [[Evidence("nothing to compare", a.text, b.text)]]
    if a.key == b.key and a.text.lower() == b.text.lower():
        return [[Evidence("same text", a.text, b.text)]]
    found: list[list[Evidence]] = []
    if a.han and b.han:
        found.append(_of_chinese(chinese.compare_characters(a.han, b.han, a.plain, b.plain), a, b))
    elif a.han or b.han:
        characters, other = (a, b) if a.han else (b, a)
        agreed = chinese.compare_with_characters(characters.han, other.syllables)
        if agreed:
            found.append(_of_chinese(agreed, a, b))
    elif a.readings and b.readings:
        found.append(_of_chinese(chinese.compare_latin(a.readings, b.readings), a, b))
    if a.parts and b.parts and not (a.han and b.han):
        found.append(align(a, b, _surroundings(a, b)))
    return found or [[Evidence("characters are not spelt so", a.text, b.text)]]


def _surroundings(a: Name, b: Name) -> Surroundings:
    return _made(
        (a.vietnamese and b.vietnamese) or (a.toned and b.toned),
        a.languages & b.languages,
        a.languages | b.languages,
        _is_syllabic(a) or _is_syllabic(b),
        a.german or b.german,
        _both_pinyin(a, b),
    )


_made = cache(Surroundings)
"""One object for each of the few combinations, so that what words say in it is remembered by it."""


def _is_syllabic(name: Name) -> bool:
    ends = {name.parts[0].letters, name.parts[-1].letters}
    return bool(name.languages) or (len(name.parts) > 2 and bool(ends & SURNAMES_OF_VIETNAM))


def _both_pinyin(a: Name, b: Name) -> bool:
    return any(each.system == "pinyin" and not each.spare for each in a.readings) and any(
        each.system == "pinyin" and not each.spare for each in b.readings
    )


def _of_chinese(agreed: chinese.Agreement, a: Name, b: Name) -> list[Evidence]:
    found = [
        Evidence(f"surname: {agreed.surname}", a.text, b.text),
        Evidence(f"given name: {agreed.given}", agreed.note),
    ]
    found += [Evidence("more words")] * agreed.spare
    return found + [Evidence("other order")] * agreed.swapped


def weigh(evidence: list[Evidence], weights: Weights) -> float:
    """The score of some evidence: logistic of the sum of its weights."""
    total = weights.get(CONSTANT, 0.0) + sum(weights.get(each.kind, 0.0) for each in evidence)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
