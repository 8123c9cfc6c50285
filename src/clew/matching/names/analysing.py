"""What is worked out about one name before it is compared with any other."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from clew.matching.names import chinese, southeast
from clew.matching.names.han import SYSTEMS, han_table, syllables
from clew.matching.names.lexicon import Given, given_of, is_known
from clew.matching.names.sounds import (
    codes,
    is_german_habit,
    is_patronymic,
    is_slavic_surname,
    loose_codes,
    masculine,
    unsettled,
)
from clew.matching.names.tables import undoubled, words_of
from clew.matching.names.words import TITLES, Word, is_latin, take_apart

_VIETNAMESE = frozenset("ơưđ") | frozenset("ạảãầấẩẫậắằẳẵặẹẻẽềếểễệỉịọỏồốổỗộớờởỡợụủũứừửữựỳỵỷỹ")
_KEPT = {"l": "r", "v": "b", "c": "k", "q": "k", "z": "s", "j": "s"}
_PARTICLES = frozenset(words_of("particles"))
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One word with its sound codes and what it looks to be. Made once for each word, and compared as an object."""

    word: Word
    letters: str
    bare: str
    """The letters without doubled ones."""
    codes: frozenset[str]
    loose: frozenset[str]
    masculine: frozenset[str]
    german: bool
    known: bool
    given: Given
    patronymic: bool
    particle: bool
    """A word that names often lose: al, bin, de, van, haji."""
    slavic_surname: bool
    elements: frozenset[str]
    transcribed: str
    """The consonants that transcription into another kind of script keeps, where the word came from one or may have."""
    hooks: frozenset[str]
    """What a word that agrees with this one, but for slips and initials, shares with it at least in part."""
    marks: tuple[str, str]
    """Letters with the marks that are no tones, and the tone marks: hoà and hòa are one."""


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A name ready to be compared. `key` is its words in Latin letters, with its characters in simplified form."""

    text: str
    key: str
    han: str
    plain: str
    """Its characters in simplified form."""
    parts: tuple[Part, ...]
    syllables: tuple[chinese.Word, ...]
    may_be_chinese: bool
    """Whether its words are Latin and not Vietnamese, so that it is worth reading them as a Chinese name."""
    toned: bool
    vietnamese: bool
    languages: frozenset[str]
    """Burmese, Khmer, Lao, where the words look so."""
    german: bool
    hooks: frozenset[str]
    """Of all its words, of words that may be written as one, and of the surnames that they may be in Chinese."""
    open: bool
    """Whether hooks do not tell: a transcribed word, an initial, one word alone, a surname in no list."""

    _read: list[tuple[chinese.Reading, ...]] = field(default_factory=list, repr=False)

    @property
    def readings(self) -> tuple[chinese.Reading, ...]:
        """Ways to read the Latin words as a Chinese name; found when first asked for."""
        if not self._read:
            self._read.append(chinese.readings(self.syllables) if self.may_be_chinese else ())
        return self._read[0]


def make_part(word: Word) -> Part:
    """What one word says, whatever name it stands in."""
    found = frozenset().union(*(codes(word.written, spelling) for spelling in word.spellings))
    loose = frozenset().union(*(loose_codes(word.written, spelling) for spelling in word.spellings))
    fathers = frozenset(map(masculine, found))
    code = min(found, key=len)
    elements = southeast.elements_of(word.letters)
    names = given_of(found)
    return Part(
        word,
        word.letters,
        undoubled(word.letters),
        found,
        loose,
        fathers,
        is_german_habit(word.letters) and word.written.isascii(),
        is_known(found),
        names,
        is_patronymic(code),
        word.letters in _PARTICLES or word.written in TITLES,
        is_slavic_surname(code),
        elements,
        _consonants(word.letters),
        _hooks(word, found | loose | fathers, elements, names),
        _marks(word.written),
    )


def _hooks(word: Word, found: frozenset[str], elements: frozenset[str], names: Given) -> frozenset[str]:
    hooks = {*word.spellings, undoubled(word.letters), *found, *elements, *map(unsettled, found)}
    hooks.update(f"given {number}" for number in names.full | names.familiar)
    return frozenset(hooks)


@lru_cache(maxsize=100_000)
def _surnames(letters: str) -> frozenset[str]:
    """The Chinese surnames that the letters may write, in any system."""
    return frozenset().union(*(syllables(system).surnames.get(letters, frozenset()) for system in SYSTEMS))


def _hooks_of(parts: tuple[Part, ...], plain: str, may_be_chinese: bool, languages: frozenset[str]) -> frozenset[str]:
    hooks: set[str] = {plain[:1], plain[:2]} if plain else set()
    for place, part in enumerate(parts):
        hooks |= part.hooks
        if may_be_chinese:
            hooks |= _surnames(part.letters)
        if place:
            pair = parts[place - 1].letters + part.letters
            hooks.add(undoubled(pair))
            if may_be_chinese:
                hooks |= _surnames(pair)
    for language in languages:
        hooks.update(f"{language}:{southeast.folded(part.letters, language)}" for part in parts)
    if len(parts) > 2:
        hooks.add(undoubled("".join(part.letters for part in parts[:3])))
        hooks.add(undoubled("".join(part.letters for part in parts[-3:])))
    return frozenset(hooks)


def _is_open(parts: tuple[Part, ...], plain: str) -> bool:
    if plain:
        return plain[0] not in han_table().surnames_set
    return len(parts) < 2 or any(part.word.initial or part.word.transcribed for part in parts)


part_of = lru_cache(maxsize=200_000)(make_part)
"""As `make_part`, once for each word."""


def _consonants(letters: str) -> str:
    return undoubled("".join(_KEPT.get(letter, letter) for letter in letters if letter not in "aeiouyhw"))


def _marks(written: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFD", written)
    letters = "".join(letter for letter in decomposed if letter not in _TONES)
    return letters, "".join(sorted(letter for letter in decomposed if letter in _TONES))


def analyse(text: str) -> Name:
    """Take a name apart. Any string is a name; an empty one agrees with nothing."""
    written = take_apart(text)
    parts = tuple(map(part_of, written.words))
    latin = tuple(part.letters for part in parts)
    vietnamese = not text.isascii() and any(letter in _VIETNAMESE for letter in text.lower())
    may_be_chinese = (
        bool(parts) and not vietnamese and (text.isascii() or all(is_latin(w.written) for w in written.words))
    )
    languages = southeast.languages_of(latin) if latin else frozenset()
    plain = han_table().plain(written.han) if written.han else ""
    return Name(
        text,
        plain + " ".join(latin),
        written.han,
        plain,
        parts,
        tuple((word.letters, word.tones, word.aspirated) for word in written.words),
        may_be_chinese,
        any(word.tones for word in written.words),
        vietnamese,
        languages,
        any(part.german for part in parts),
        _hooks_of(parts, plain, may_be_chinese, languages),
        _is_open(parts, plain),
    )
