"""What is worked out about one name before it is compared with any other."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from clew.matching.names import chinese, southeast
from clew.matching.names.han import han_table
from clew.matching.names.lexicon import is_given_name, is_known
from clew.matching.names.sounds import codes, is_german_habit, is_patronymic, is_slavic_surname, loose_codes, masculine
from clew.matching.names.tables import undoubled, words_of
from clew.matching.names.words import TITLES, Word, is_latin, take_apart

_VIETNAMESE = frozenset("ơưđ") | frozenset("ạảãầấẩẫậắằẳẵặẹẻẽềếểễệỉịọỏồốổỗộớờởỡợụủũứừửữựỳỵỷỹ")
_KEPT = {"l": "r", "v": "b", "c": "k", "q": "k", "z": "s", "j": "s"}
_PARTICLES = frozenset(words_of("particles"))
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


@dataclass(frozen=True, slots=True)
class Part:
    """One word with its sound codes and what it looks to be."""

    word: Word
    letters: str
    codes: frozenset[str]
    loose: frozenset[str]
    masculine: frozenset[str]
    german: bool
    known: bool
    given: bool
    patronymic: bool
    particle: bool
    """A word that names often lose: al, bin, de, van, haji."""
    slavic_surname: bool
    elements: frozenset[str]
    transcribed: str
    """The consonants that transcription into another kind of script keeps, where the word came from one or may have."""
    marks: tuple[str, str]
    """Letters with the marks that are no tones, and the tone marks: hoà and hòa are one."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be compared. `key` is equal for two names that differ in nothing but case and spacing."""

    text: str
    key: str
    han: str
    parts: tuple[Part, ...]
    syllables: tuple[chinese.Word, ...]
    readings: tuple[chinese.Reading, ...]
    """Ways to read the Latin words as a Chinese name."""
    toned: bool
    vietnamese: bool
    languages: frozenset[str]
    """Burmese, Khmer, Lao, where the words look so."""


@lru_cache(maxsize=200_000)
def part_of(word: Word) -> Part:
    """What one word says, whatever name it stands in."""
    found = frozenset().union(*(codes(word.written, spelling) for spelling in word.spellings))
    loose = frozenset().union(*(loose_codes(word.written, spelling) for spelling in word.spellings))
    code = min(found, key=len)
    return Part(
        word,
        word.letters,
        found,
        loose,
        frozenset(map(masculine, found)),
        is_german_habit(word.letters) and word.written.isascii(),
        is_known(found),
        is_given_name(found),
        is_patronymic(code),
        word.letters in _PARTICLES or word.written in TITLES,
        is_slavic_surname(code),
        southeast.elements_of(word.letters),
        _consonants(word.letters),
        _marks(word.written),
    )


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
    syllables = tuple((word.letters, word.tones, word.aspirated) for word in written.words)
    latin = tuple(part.letters for part in parts)
    vietnamese = any(letter in _VIETNAMESE for letter in text.lower())
    return Name(
        text,
        han_table().plain(written.han) + " ".join(latin) if written.han else " ".join(latin),
        written.han,
        parts,
        syllables,
        chinese.readings(syllables) if not vietnamese and all(is_latin(word.written) for word in written.words) else (),
        any(word.tones for word in written.words),
        vietnamese,
        southeast.languages_of(latin) if latin else frozenset(),
    )
