"""Words of names as numbers: each distinct word once, with its sound code, its letters and how common it is."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clew.matching.names.han import han_table, syllables
from clew.matching.names.romanisations import pinyin_spellings
from clew.matching.names.sounds import codes
from clew.matching.names.words import latin_letters

Ints = npt.NDArray[np.int32]
WIDTH = 20
"""Letters of a word that are compared; names seldom have more in one word."""
_HAN = "\u3400"


@dataclass(frozen=True, slots=True)
class Words:
    """The distinct words of a file. Arrays have a row per word."""

    texts: tuple[str, ...]
    """In lower case, joined, with marks, in their own script."""
    code: Ints
    """Words that can be one name by their sound share it."""
    letters: npt.NDArray[np.uint8]
    """(words, `WIDTH`): Latin letters, 0 where the word has ended. Characters have the letters of their pinyin."""
    length: npt.NDArray[np.uint8]
    han: npt.NDArray[np.bool_]
    """Written in Chinese characters: homophones are two names there."""
    syllabic: npt.NDArray[np.bool_]
    """Can be a Chinese name in some romanisation."""


class WordBook:
    """Gives each distinct word a number, while a file is read."""

    def __init__(self) -> None:
        self._by_field: dict[str, int] = {}
        self._by_word: dict[str, int] = {}

    def number(self, field: str) -> int:
        """The number of a surname or of a given name as the file writes it; -1 where nothing is written."""
        found = self._by_field.get(field)
        if found is None:
            word = _plain(field)
            found = self._by_field[field] = self._by_word.setdefault(word, len(self._by_word)) if word else -1
        return found

    def __len__(self) -> int:
        return len(self._by_word)

    def words(self, times: npt.NDArray[np.int64]) -> Words:
        """All words, where `times` says how often each stands in the file."""
        listed = list(self._by_word)
        spelt = [_latin(word) for word in listed]
        code = _shared_codes(listed, spelt, times)
        letters = np.zeros((len(listed), WIDTH), dtype=np.uint8)
        for row, word in enumerate(spelt):
            text = word.encode("ascii", "ignore")[:WIDTH]
            letters[row, : len(text)] = np.frombuffer(text, dtype=np.uint8)
        length = (letters != 0).sum(axis=1).astype(np.uint8)
        han = np.array([word[:1] >= _HAN for word in listed], dtype=np.bool_)
        chinese = np.array([_is_syllabic(word) for word in spelt], dtype=np.bool_)
        return Words(tuple(listed), code, letters, length, han, chinese | han)


def _plain(field: str) -> str:
    """Lower case, words joined: Jian Guo, Jian-guo and Jianguo are written alike."""
    text = field if field.isascii() else unicodedata.normalize("NFKC", field)
    word = "".join(filter(str.isalnum, text.lower())) if text.isascii() else _with_marks(text.lower())
    return han_table().plain(word) if word[:1] >= _HAN else word


def _with_marks(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum() or unicodedata.combining(letter))


def _latin(word: str) -> str:
    """Latin letters; of characters their pinyin."""
    if word[:1] < _HAN:
        return latin_letters(word)
    return "".join(_pinyin(letter, place == 0) for place, letter in enumerate(word))


def _pinyin(letter: str, first: bool) -> str:
    usual = han_table().mandarin.get(letter) or han_table().toned(letter, surname=first)
    return min((min(pinyin_spellings(each[:-1])) for each in usual), default="")


def _shared_codes(listed: list[str], spelt: list[str], times: npt.NDArray[np.int64]) -> Ints:
    """Of the codes that a word may have, the one that most records of the file can have."""
    possible = [
        codes(word if word[:1] < _HAN else latin, latin) if latin else frozenset({word})
        for word, latin in zip(listed, spelt, strict=True)
    ]
    borne: Counter[str] = Counter()
    for found, many in zip(possible, times.tolist(), strict=True):
        for each in found:
            borne[each] += many
    numbers: dict[str, int] = {}
    chosen = np.empty(len(listed), dtype=np.int32)
    for row, found in enumerate(possible):
        best = next(iter(found)) if len(found) == 1 else max(found, key=lambda each: (borne[each], each))
        chosen[row] = numbers.setdefault(best, len(numbers))
    return chosen


def _is_syllabic(word: str) -> bool:
    """Whether a short Latin word is made of one to three syllables of Chinese in some romanisation."""
    if not 1 < len(word) <= 18:
        return False
    return any(_cuts(word, syllables(system).given, 3) for system in ("pinyin", "Wade-Giles", "Cantonese", "Hokkien"))


def _cuts(word: str, known: dict[str, frozenset[str]], left: int) -> bool:
    if word in known:
        return True
    return left > 1 and any(
        word[:cut] in known and _cuts(word[cut:], known, left - 1) for cut in range(min(6, len(word) - 1), 0, -1)
    )
