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


NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Given:
    """The listed given names, by number, that a word may be a full and a familiar form of."""

    full: frozenset[int]
    familiar: frozenset[int]


_NO_GIVEN = Given(NONE, NONE)


def given_of(found: frozenset[str]) -> Given:
    """The given names of a word's sound codes."""
    table = given_names()
    full = NONE.union(*(table.full[code] for code in found if code in table.full))
    familiar = NONE.union(*(table.familiar[code] for code in found if code in table.familiar))
    return Given(full, familiar) if full or familiar else _NO_GIVEN


def same_given_name(a: Given, b: Given) -> str:
    """`other language`, `familiar form` or ""."""
    if not a.full.isdisjoint(b.full):
        return "other language"
    if not (a.full.isdisjoint(b.familiar) and a.familiar.isdisjoint(b.full) and a.familiar.isdisjoint(b.familiar)):
        return "familiar form"
    return ""
