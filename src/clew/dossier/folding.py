"""Folds text for searching, once for every store: letters without marks, one token per character of unspaced scripts.

Chinese needs one token per character and a phrase query: with whole clauses as tokens, or with a word segmenter, most
two-character words are never found. The same holds for the other scripts that write no spaces.
"""

from __future__ import annotations

import re
import unicodedata

VALUE_BREAK = "ꙮ"
"""A token that no query can hold, put between two values so that no phrase matches across them."""

_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
# Letters that Unicode does not decompose, and that people leave the stroke off when they type a name.
_STROKED = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŧ": "t"}
_NOT_ASCII_WORD = re.compile(r"[^a-z0-9]+")


class _Folding(dict[int, str]):
    """What each character becomes; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if category.startswith("M"):
        return ""
    if category[0] not in "LN" or character == VALUE_BREAK:
        return " "
    if any(first <= ord(character) <= last for first, last in _UNSPACED):
        return f" {character} "
    return _STROKED.get(character, character)


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Tokens of the text, separated by single spaces: case, marks, width and punctuation folded away.

    >>> fold("Łódź, Straße 5")
    'lodz strasse 5'
    >>> fold("拐卖妇女")
    '拐 卖 妇 女'
    """
    if text.isascii():
        return _NOT_ASCII_WORD.sub(" ", text.lower()).strip()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_FOLDING)
    return " ".join(folded.split())


def exact_key(text: str) -> str:
    """The folded text without any space: equal for two spellings of one phone or document number."""
    return fold(text).replace(" ", "")


def phrases(query: str) -> tuple[str, ...]:
    """The phrases that must all occur: one per word as typed, each a run of tokens.

    >>> phrases("Li 拐卖")
    ('li', '拐 卖')
    """
    return tuple(folded for word in query.split() if (folded := fold(word)))
