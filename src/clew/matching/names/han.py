"""What is known of Chinese characters: simplified form, readings, spellings, surnames.

The table is Unicode's Unihan (`scripts/build-han-table`); surnames, given-name characters, variant forms and Hokkien
spellings are written by hand. Both are read once, at the first name that needs them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from clew.matching.names.romanisations import cantonese_spellings, hokkien_spellings, pinyin_spellings, wade_spellings
from clew.matching.names.tables import lines, sections

PINYIN, WADE, CANTONESE, HOKKIEN = "pinyin", "Wade-Giles", "Cantonese", "Hokkien"
SYSTEMS = (PINYIN, WADE, CANTONESE, HOKKIEN)
Spellings = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class HanTable:
    """Characters in simplified form with their spellings by system."""

    simplified: dict[str, str]
    mandarin: dict[str, frozenset[str]]
    """Character: usual syllables with tone, as `jian4`."""
    rare: dict[str, frozenset[str]]
    """Character: syllables with tone that it has as a surname or in rare words."""
    cantonese: dict[str, frozenset[str]]
    hokkien: dict[str, frozenset[str]]
    surnames: tuple[str, ...]
    """Most borne first."""
    surnames_set: frozenset[str]
    compound: frozenset[str]
    given: frozenset[str]
    _spellings: dict[tuple[str, bool], dict[str, frozenset[str]]] = field(default_factory=dict, compare=False)

    def plain(self, text: str) -> str:
        """The text in simplified characters, variant forms in their usual form."""
        return "".join(self.simplified.get(letter, letter) for letter in text)

    def toned(self, letter: str, *, surname: bool) -> frozenset[str]:
        """The character's Mandarin syllables with tone; as a surname the rare ones too."""
        usual = self.mandarin.get(letter, frozenset())
        return usual | self.rare.get(letter, frozenset()) if surname else usual

    def spellings(self, letter: str, *, surname: bool = False) -> dict[str, frozenset[str]]:
        """System: how the (simplified) character is spelt in it."""
        found = self._spellings.get((letter, surname))
        if found is None:
            syllables = {each[:-1] for each in self.toned(letter, surname=surname)}
            found = {
                PINYIN: frozenset().union(*map(pinyin_spellings, syllables)),
                WADE: frozenset().union(*map(wade_spellings, syllables)),
                CANTONESE: frozenset().union(*map(cantonese_spellings, self.cantonese.get(letter, ()))),
                HOKKIEN: self.hokkien.get(letter, frozenset()),
            }
            self._spellings[letter, surname] = found
        return found


@cache
def han_table() -> HanTable:
    """The shipped table."""
    lists = sections("chinese.txt")
    variants = {pair[0]: pair[1] for pair in lists["variants"].split()}
    simplified: dict[str, str] = {}
    mandarin: defaultdict[str, set[str]] = defaultdict(set)
    rare: defaultdict[str, set[str]] = defaultdict(set)
    cantonese: defaultdict[str, set[str]] = defaultdict(set)
    rows = [line.split("\t") for line in lines("han.txt")]
    for letter, plain, _, _ in rows:
        usual = plain if plain != "-" else letter
        usual = variants.get(letter, variants.get(usual, usual))
        if usual != letter:
            simplified[letter] = usual
    for letter, _, syllables, jyutping in rows:
        for form in {letter, simplified.get(letter, letter)}:
            common, _, seldom = syllables.partition("/")
            mandarin[form].update(common.split())
            rare[form].update(seldom.split())
            cantonese[form].update(jyutping.replace("-", "").split())
    hokkien: dict[str, frozenset[str]] = {
        line[0]: frozenset().union(*map(hokkien_spellings, line[2:].split())) for line in lines("hokkien.txt")
    }
    _add_by_homophones(hokkien, mandarin, cantonese)
    return HanTable(
        simplified,
        {letter: frozenset(found) for letter, found in mandarin.items()},
        {letter: frozenset(found) for letter, found in rare.items()},
        {letter: frozenset(found) for letter, found in cantonese.items()},
        hokkien,
        tuple(dict.fromkeys(lists["surnames"].replace("\n", ""))),
        frozenset(lists["surnames"].replace("\n", "")),
        frozenset(lists["compound"].split()),
        frozenset(lists["given"].replace("\n", "")),
    )


def _add_by_homophones(
    hokkien: dict[str, frozenset[str]], mandarin: dict[str, set[str]], cantonese: dict[str, set[str]]
) -> None:
    """Give characters that the table lacks the Hokkien spellings of those that sound like them in both other languages.

    Who is alike in Mandarin and in Cantonese was nearly always alike in the older language that Hokkien kept.
    """
    alike: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for letter, spellings in hokkien.items():
        for pair in _sounds(letter, mandarin, cantonese):
            alike[pair] |= spellings
    for letter in mandarin:
        if letter not in hokkien:
            found = frozenset().union(*(alike.get(pair, ()) for pair in _sounds(letter, mandarin, cantonese)))
            if found:
                hokkien[letter] = found


def _sounds(letter: str, mandarin: dict[str, set[str]], cantonese: dict[str, set[str]]) -> set[tuple[str, str]]:
    return {(each[:-1], other) for each in mandarin.get(letter, ()) for other in cantonese.get(letter, ())}


@dataclass(frozen=True, slots=True)
class Syllables:
    """One system's syllables as they stand in names, each with the characters that it may write."""

    surnames: Spellings
    """Spelling: surnames, of one character or two."""
    given: Spellings
    longest: int


@cache
def syllables(system: str) -> Syllables:
    """The index from spelling to characters, of surnames and of given-name characters."""
    table = han_table()
    surnames: defaultdict[str, set[str]] = defaultdict(set)
    given: defaultdict[str, set[str]] = defaultdict(set)
    for letter in table.surnames:
        for spelling in table.spellings(letter, surname=True)[system]:
            surnames[spelling].add(letter)
    for name in table.compound:
        for first in table.spellings(name[0])[system]:
            for second in table.spellings(name[1])[system]:
                surnames[first + second].add(name)
    for letter in table.given | (set(table.surnames) if system == PINYIN else set()):
        for spelling in table.spellings(letter)[system]:
            given[spelling].add(letter)
    if system == PINYIN:
        for syllable in {each[:-1] for found in table.mandarin.values() for each in found}:
            for spelling in pinyin_spellings(syllable):
                given.setdefault(spelling, set())
    return Syllables(_frozen(surnames), _frozen(given), max(map(len, given)))


def _frozen(found: dict[str, set[str]]) -> Spellings:
    return {spelling: frozenset(letters) for spelling, letters in found.items()}
