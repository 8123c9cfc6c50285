"""Which pairs are compared at all: rules, each a key that both records must share, with how many pairs each brought."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clew.matching.bulk.kernel import compare_blocks
from clew.matching.bulk.persons import Persons
from clew.matching.bulk.sheet import Keys, Sheet
from clew.matching.bulk.words import Ints

RULES = (
    "the same document",
    "the same telephone",
    "surname and given name that sound alike, in any order",
    "the same birth date, and surnames that sound alike",
    "the same birth date, and given names that sound alike",
    "the same birth date, and the same first letters of both names, in any order",
    "the same birth date, both names in characters or in syllables of Chinese",
    "names that sound alike, and the same year of birth",
)
"""What both records of a pair share, in the order in which pairs are looked for."""
LARGEST = (200, 200, 400, 2000, 2000, 2000, 2000, 2000)
"""A block of more records is left out: what so many share tells nobody apart, and pairs grow with the square."""
_PIECES = 16


@dataclass(frozen=True, slots=True)
class Brought:
    """What a rule brought."""

    rule: str
    pairs: int
    new: int
    """Pairs that no rule before it brought; these are weighed."""
    only: int
    """Pairs that no other rule brings: without this rule they would not be compared."""
    left_out_blocks: int
    """Blocks too large to be compared."""
    left_out_records: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """Pairs worth keeping, a row each."""

    pairs: npt.NDArray[np.int32]
    """(pairs, 2): rows of the records, the lesser first."""
    bits: npt.NDArray[np.float32]
    """log2 of the odds that both are one person's."""
    named: npt.NDArray[np.float32]
    """What of it their names weigh."""
    levels: npt.NDArray[np.int32]
    """Packed as `clew.matching.bulk.kernel` does."""

    def only(self, rows: npt.NDArray[np.bool_]) -> Weighed:
        """Some of them."""
        return Weighed(self.pairs[rows], self.bits[rows], self.named[rows], self.levels[rows])


def joined(parts: list[Weighed]) -> Weighed:
    """All of them, in order."""
    return Weighed(
        np.concatenate([each.pairs for each in parts]),
        np.concatenate([each.bits for each in parts]),
        np.concatenate([each.named for each in parts]),
        np.concatenate([each.levels for each in parts]),
    )


def keys_of(persons: Persons) -> Keys:
    """(rules, records): the key of each record by each rule, -1 where it has none or too many share it."""
    code, words = persons.words.code, np.int64(len(persons.words.code) + 1)
    surname, given = _coded(code, persons.surname), _coded(code, persons.given)
    low, high = np.minimum(surname, given), np.maximum(surname, given)
    born = persons.born.astype(np.int64)
    chinese = _flag(persons.words.syllabic, persons.surname) & _flag(persons.words.syllabic, persons.given)
    named = np.where((low >= 0) & (high >= 0), low * words + high, -1)
    years = np.where(born >= 0, persons.born_figures // 10000, -1)
    keys = np.stack(
        [
            persons.document.astype(np.int64),
            persons.phone.astype(np.int64),
            named,
            _with(born, surname, words),
            _with(born, given, words),
            np.where((named >= 0) & (born >= 0), born * 65536 + _initials(persons), -1),
            np.where(chinese, born, -1),
            np.where((named >= 0) & (years >= 0), _ranked(named) * 10000 + years, -1),
        ]
    )
    return np.ascontiguousarray(keys)


def _initials(persons: Persons) -> Keys:
    """The first letters of surname and given name in Latin, as one number whichever stands first."""
    first = persons.words.letters[:, 0].astype(np.int64)
    one, other = first[persons.surname], first[persons.given]
    return np.minimum(one, other) * 256 + np.maximum(one, other)


def _coded(code: Ints, column: Ints) -> Keys:
    return np.where(column >= 0, code[column], -1).astype(np.int64)


def _flag(words: npt.NDArray[np.bool_], column: Ints) -> npt.NDArray[np.bool_]:
    return (column >= 0) & words[column]


def _with(born: Keys, code: Keys, words: np.int64) -> Keys:
    return np.where((born >= 0) & (code >= 0), born * words + code, -1)


def _ranked(keys: Keys) -> Keys:
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Records in the order of their key, and where each block of two or more begins."""

    order: Ints
    starts: npt.NDArray[np.int64]
    left_out_blocks: int
    left_out_records: int


def blocks_of(keys: Keys, rule: int) -> Blocks:
    """Sort a rule's keys into blocks; keys that too many share become -1 in `keys`."""
    key = keys[rule]
    order = np.argsort(key, kind="stable")
    order = order[np.searchsorted(key[order], 0) :]
    ends = np.flatnonzero(np.diff(key[order], append=-2)) + 1
    sizes = np.diff(ends, prepend=0)
    large = sizes > LARGEST[rule]
    wrong = np.repeat(large, sizes)
    key[order[wrong]] = -1
    kept = np.repeat((sizes > 1) & ~large, sizes)
    starts = np.concatenate([[0], np.cumsum(sizes[(sizes > 1) & ~large])])
    return Blocks(order[kept].astype(np.int32), starts.astype(np.int64), int(large.sum()), int(sizes[large].sum()))


def weigh_rule(sheet: Sheet, keys: Keys, rule: int, blocks: Blocks, threads: int) -> tuple[Brought, Weighed]:
    """Weigh all pairs of a rule's blocks, in pieces of about equal work."""
    sizes = np.diff(blocks.starts)
    work = np.concatenate([[0], np.cumsum(sizes * (sizes - 1) // 2)])
    shares = np.searchsorted(work, np.linspace(0, work[-1], _PIECES + 1))
    edges = np.unique(np.concatenate([[0], shares, [len(sizes)]]))
    spans = list(pairwise(edges.tolist())) or [(0, 0)]
    with ThreadPoolExecutor(threads) as pool:
        pieces = list(
            pool.map(
                lambda span: compare_blocks(sheet, keys, rule, blocks.order, blocks.starts, span[0], span[1]), spans
            )
        )
    counts = sum((piece[1] for piece in pieces), np.zeros(3, np.int64))
    pairs, new, only = counts.tolist()
    brought = Brought(RULES[rule], pairs, new, only, blocks.left_out_blocks, blocks.left_out_records)
    found = np.concatenate([piece[0] for piece in pieces])
    bits, named = found[:, 2].astype(np.float32), found[:, 3].astype(np.float32)
    return brought, Weighed(found[:, :2].astype(np.int32), bits, named, found[:, 4].astype(np.int32))
