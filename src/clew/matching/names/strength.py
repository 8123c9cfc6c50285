"""How common a name is: what an agreement of names is worth."""

from __future__ import annotations

from dataclasses import dataclass

from clew.matching.names.analysing import Name
from clew.matching.names.han import PINYIN, han_table
from clew.matching.names.southeast import SURNAMES_OF_VIETNAM
from clew.matching.names.tables import words_of

_BULGARIAN = frozenset(words_of("surnames of Bulgaria"))


@dataclass(frozen=True, slots=True)
class Strength:
    """How many people bear such a name, roughly, with the words to say it."""

    grade: str
    """`very common`, `common`, `ordinary` or `unknown`."""
    words: str


def strength(name: Name) -> Strength:
    """How common the name's surname is among those who write it so."""
    place = _place_in_china(name)
    if place is not None and place < 20:
        return Strength("very common", "one of the twenty most borne surnames of China: an agreement alone says little")
    if place is not None and place < 100:
        return Strength("common", "one of the hundred most borne surnames of China")
    if name.vietnamese and name.parts and name.parts[0].letters in SURNAMES_OF_VIETNAM:
        return Strength("very common", "fifteen surnames serve nine of ten Vietnamese")
    if any(part.masculine & _BULGARIAN for part in name.parts):
        return Strength("very common", "among the most borne surnames of Bulgaria")
    if any(part.known for part in name.parts) or place is not None:
        return Strength("ordinary", "a known name, not among the most borne")
    return Strength("unknown", "in none of the lists: it may be rare, or written with an error")


def _place_in_china(name: Name) -> int | None:
    surnames = han_table().surnames
    if name.han:
        first = han_table().plain(name.han)[0]
        return surnames.index(first) if first in surnames else None
    places = [
        surnames.index(letter)
        for each in name.readings
        if each.system == PINYIN
        for letter in surnames
        if each.surname in han_table().spellings(letter)[PINYIN]
    ]
    return min(places, default=None)
