"""Which names are borne, and which given names are one name in another language or familiar form."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from clew.matching.names.sounds import codes, masculine
from clew.matching.names.tables import lines
from clew.matching.names.words import latin_letters


@dataclass(frozen=True, slots=True)
class GivenNames:
    """Sound code: the names that it is a full form of, and those that it is a familiar form of."""

    full: dict[str, frozenset[int]]
    familiar: dict[str, frozenset[int]]


@cache
def given_names() -> GivenNames:
    """The table of given names."""
    full: defaultdict[str, set[int]] = defaultdict(set)
    familiar: defaultdict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(lines("given.txt")):
        forms, _, short = line.partition("|")
        for found, words in ((full, forms.split()), (familiar, short.split())):
            for word in words:
                for code in codes(word, word if word.isascii() else latin_letters(word)):
                    found[code].add(number)
    return GivenNames({c: frozenset(n) for c, n in full.items()}, {c: frozenset(n) for c, n in familiar.items()})


@cache
def _known() -> frozenset[str]:
    return frozenset(lines("known.txt")) | frozenset(given_names().full) | frozenset(given_names().familiar)


def is_known(found: frozenset[str]) -> bool:
    """Whether one of a word's sound codes is that of a name which people bear."""
    known = _known()
    return any(code in known or masculine(code) in known or _is_son_of_known(code) for code in found)


def _is_son_of_known(code: str) -> bool:
    """Whether a Slavic surname is formed of a known given name: petkov, of petko."""
    base = masculine(code)
    if len(base) < 5 or not base.endswith(("ov", "ev")):
        return False
    return any(base[:-2] + end in _known() for end in ("", "a", "o", "i", "e", "ja", "jo"))


def is_given_name(found: frozenset[str]) -> bool:
    """Whether one of the codes is that of a listed given name."""
    table = given_names()
    return any(code in table.full or code in table.familiar for code in found)


def same_given_name(a: frozenset[str], b: frozenset[str]) -> str:
    """`other language`, `familiar form` or "" for two words' sound codes."""
    table = given_names()
    full_a, full_b = _numbers(a, table.full), _numbers(b, table.full)
    if full_a & full_b:
        return "other language"
    short_a, short_b = _numbers(a, table.familiar), _numbers(b, table.familiar)
    if full_a & short_b or short_a & full_b or short_a & short_b:
        return "familiar form"
    return ""


def given_name_numbers(found: frozenset[str]) -> list[str]:
    """The listed given names that the codes may be a form of, as hooks."""
    table = given_names()
    return [f"given {number}" for number in _numbers(found, table.full) | _numbers(found, table.familiar)]


def _numbers(found: frozenset[str], table: dict[str, frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*(table.get(code, frozenset()) for code in found))
