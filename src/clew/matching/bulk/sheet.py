"""What the comparing kernel reads: columns of records and words, each agreement already weighed."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clew.matching.bulk.persons import Persons
from clew.matching.bulk.words import WIDTH, Ints, Words
from clew.matching.names.han import SYSTEMS, han_table, syllables

Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.int64]
_SHORTEST_WITH_SLIP = 4
_SURNAMES = 63


@dataclass(frozen=True, slots=True)
class Table:
    """The weights of `data/weights.json`, in bits, and where a link begins."""

    levels: dict[str, dict[str, dict[str, float | None]]]
    prior: float
    """log2 of the odds that two records are one person's, per record of the file."""
    link: float
    """log2 odds from which two records are linked."""
    together: float
    """What surname and given name weigh less because names of one language go together."""
    slip_share: float
    """How often a common word is miswritten as one certain rare one."""

    def m(self, comparison: str, level: str) -> float:
        """How often the level is seen between records of one person."""
        share = self.levels[comparison][level]["m"]
        return 1.0 if share is None else share

    def bits(self, comparison: str, level: str) -> float:
        """The weight of a level whose u is not counted in the file."""
        share = self.levels[comparison][level]["u"]
        return math.log2(self.m(comparison, level) / (1.0 if share is None else share))


@cache
def shipped_weights() -> Table:
    """The table that Clew ships."""
    told: dict[str, Any] = json.loads(
        (files("clew.matching.bulk") / "data" / "weights.json").read_text(encoding="utf-8")
    )
    levels = {name: entry for name, entry in told.items() if isinstance(entry, dict) and "m" not in entry}
    levels["changed sides"] = {"seen": told["changed sides"]}
    odds = told["link_from"] / (1 - told["link_from"])
    return Table(levels, math.log2(told["others_per_record"]), math.log2(odds), told["together"], told["slip_share"])


class Sheet(NamedTuple):
    """Arrays for the kernel; what each column holds stands in `clew.matching.bulk.kernel`."""

    records: Ints
    """(records, 6)."""
    record_bits: Floats
    """(records, 3): what a birth date, a telephone, a document weighs that another record has too."""
    words: Ints
    """(words, 3)."""
    word_bits: Floats
    """(words, 3): what it weighs where both have the word, words that sound alike, words one slip apart."""
    letters: npt.NDArray[np.uint8]
    """(words, `WIDTH`)."""
    surnames: npt.NDArray[np.uint64]
    """By word: which of the most borne surnames of China it can write, one bit each."""
    document_letters: npt.NDArray[np.uint8]
    only_one: npt.NDArray[np.int8]
    bits: Floats
    """Weights that do not depend on values."""


BITS = (
    ("name part", "differs"), ("changed sides", "seen"), ("whole name", "other spelling"),
    ("birth date", "day and month changed places"), ("birth date", "one figure differs"), ("birth date", "differs"),
    ("phone", "differs"), ("document", "one slip"), ("document", "differs"),
)  # fmt: skip
"""Of which levels the first of a sheet's `bits` are the weights."""


def sheet_of(persons: Persons, table: Table) -> Sheet:
    """Work out every weight once."""
    size = len(persons)
    words = persons.words
    both = np.concatenate([persons.surname, persons.given])
    many = np.bincount(both[both >= 0], minlength=len(words.code)) / max(2 * size, 1)
    sounds = np.bincount(words.code, weights=many)[words.code].astype(np.float64)
    near = neighbours(words, many)
    prior = table.prior - math.log2(max(size, 2))
    fixed = [table.bits(*each) for each in BITS] + [prior, table.together, 0.0, table.link]
    record_bits = [
        _shared(persons.born, table.m("birth date", "same")),
        _shared(persons.phone, table.m("phone", "same")),
        _shared(persons.document, table.m("document", "same")),
    ]
    word_bits = [
        _bits(table.m("name part", "same"), many + table.slip_share * near),
        _bits(table.m("name part", "same sounds"), sounds),
        _bits(table.m("name part", "one slip"), near + many),
    ]
    columns = (persons.surname, persons.given, persons.born, persons.born_figures, persons.phone, persons.document)
    return Sheet(
        np.ascontiguousarray(np.stack(columns, axis=1)),
        np.ascontiguousarray(np.stack(record_bits, axis=1)),
        np.ascontiguousarray(np.stack([words.code, words.length, words.han], axis=1).astype(np.int32)),
        np.ascontiguousarray(np.stack(word_bits, axis=1)),
        words.letters,
        _surnames(words),
        persons.document_letters,
        persons.only_one,
        np.array(fixed, dtype=np.float32),
    )


def _bits(m: float, u: npt.NDArray[np.float64]) -> Floats:
    """Never below nothing: an agreement does not speak against."""
    return np.maximum(np.log2(m / np.maximum(u, 1e-12)), 0).astype(np.float32)


def _shared(column: Ints, m: float) -> Floats:
    """By record: the weight of another record that has its value, by how many have it."""
    known = column >= 0
    many = np.bincount(column[known], minlength=1)
    answer = np.zeros(len(column), dtype=np.float32)
    answer[known] = _bits(m, many[column[known]] / max(int(known.sum()), 1))
    return answer


def neighbours(words: Words, many: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """By word: the share of words that differ from it by one letter, which it may be a slip of.

    Words that differ by one letter are alike when one letter is left out of either (as in SymSpell), so that words are
    grouped by what is left.
    """
    answer = np.zeros(len(words.code))
    rows = np.flatnonzero((words.length >= _SHORTEST_WITH_SLIP) & ~words.han)
    if not len(rows):
        return answer
    letters = words.letters[rows].astype(np.uint64)
    left = [_hashed(letters, gone) for gone in range(WIDTH + 1)]
    keep = [np.flatnonzero(words.length[rows] > gone) for gone in range(WIDTH)] + [np.arange(len(rows))]
    hashes = np.concatenate([left[gone][kept] for gone, kept in enumerate(keep)])
    owners = np.concatenate(keep)
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
    sums = np.add.reduceat(many[rows][owners], starts)
    group = np.repeat(sums, np.diff(np.append(starts, len(hashes))))
    found = np.zeros(len(rows))
    np.maximum.at(found, owners, group)
    answer[rows] = np.maximum(found - many[rows], 0)
    return answer


def _hashed(letters: npt.NDArray[np.uint64], gone: int) -> npt.NDArray[np.uint64]:
    """A number for each word without the letter at `gone`."""
    answer = np.full(len(letters), 7, dtype=np.uint64)
    for place in range(WIDTH):
        if place != gone:
            answer = np.where(letters[:, place] > 0, answer * np.uint64(1099511628211) + letters[:, place], answer)
    return answer


def _surnames(words: Words) -> npt.NDArray[np.uint64]:
    by_letters: dict[bytes, int] = {}
    for place, surname in enumerate(han_table().surnames[:_SURNAMES]):
        for system in SYSTEMS:
            for spelling, characters in syllables(system).surnames.items():
                if surname in characters:
                    text = spelling.encode("ascii", "ignore")
                    by_letters[text] = by_letters.get(text, 0) | 1 << place
    answer = np.zeros(len(words.code), dtype=np.uint64)
    for row in np.flatnonzero(words.syllabic):
        answer[row] = by_letters.get(words.letters[row, : words.length[row]].tobytes(), 0)
    return answer
