"""A closer look at names: where they decide and their words do not agree, `clew.matching.names` is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from clew.matching.bulk.blocking import Weighed
from clew.matching.bulk.kernel import CLOSER, OTHER_SPELLING
from clew.matching.bulk.persons import Persons
from clew.matching.bulk.sheet import Sheet
from clew.matching.names import Name, analyse, compare

LOOKED = 1 << 17
"""Mark beside the levels: a closer look found that both can write one name."""
_EVERY = 5_000


def look_closer(persons: Persons, sheet: Sheet, weighed: Weighed, tell: Callable[[int, int], None]) -> Weighed:
    """The same pairs; where a closer look found that both names can be one, they weigh that instead."""
    rows = np.flatnonzero(weighed.levels & CLOSER)
    bits, levels = weighed.bits.copy(), weighed.levels & ~CLOSER
    name_of = _names(persons)
    for place, row in enumerate(rows.tolist()):
        i, j = weighed.pairs[row].tolist()
        if compare(name_of(i), name_of(j)).same:
            bits[row] += sheet.bits[OTHER_SPELLING] - weighed.named[row]
            levels[row] |= LOOKED
        if place % _EVERY == 0:
            tell(place, len(rows))
    return Weighed(weighed.pairs, bits, weighed.named, levels)


def _names(persons: Persons) -> Callable[[int], Name]:
    texts = persons.words.texts

    @lru_cache(maxsize=200_000)
    def named(surname: int, given: int) -> Name:
        first, second = texts[surname] if surname >= 0 else "", texts[given] if given >= 0 else ""
        return analyse(f"{first}{second}" if persons.words.han[surname] else f"{first} {second}")

    return lambda row: named(int(persons.surname[row]), int(persons.given[row]))
