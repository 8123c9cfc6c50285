"""The search itself: every child found against one compiled family, by sums of table look-ups.

The sums run in float32 and only choose who is looked at again; each hit is then computed in float64 from the family's
tables, as `ratios.ratio` would. A profile is left early only where even the highest ratios at the loci that follow,
and the largest possible error of the sums, could not lift it to the threshold: no hit is lost.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from clew.kinship.alleles import locus_key
from clew.kinship.columns import SEXES, Columns
from clew.kinship.compiling import CompiledFamily, log10_of
from clew.kinship.elimination import FloatArray
from clew.kinship.lookup import BLOCK, lookup
from clew.kinship.pedigree import Sex
from clew.kinship.plan import Plan, plan_of
from clew.kinship.problems import KinshipProblem

CHUNK = 1 << 18
"""Profiles between two reports of progress."""

Progress = Callable[[int, int], None]
"""Told how many profiles are done, of how many. It may raise, and the search ends there."""


class SearchCancelled(Exception):
    """Raised by a progress report to end a search; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A child found whose ratio reaches the threshold: a lead. `per_locus`: in the order of the family's loci."""

    profile: str
    log10: float
    per_locus: tuple[float, ...]

    @property
    def lr(self) -> float:
        """The likelihood ratio, the product over the loci; infinite beyond float64."""
        return math.prod(self.per_locus) if self.log10 < 300 else math.inf if self.log10 > 308 else 10.0**self.log10


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, best first, equal ones by id. `reached`: how many reached the threshold, shown or not.

    `searched`: profiles looked at, those of the other sex apart. `untyped_loci`: loci of the family at which no child
    is typed.
    """

    hits: tuple[Hit, ...]
    reached: int
    searched: int
    untyped_loci: tuple[str, ...]


def scan(
    compiled: CompiledFamily,
    columns: Columns,
    threshold: float,
    top: int,
    *,
    threads: int = 1,
    progress: Progress | None = None,
) -> Hits:
    """The children whose likelihood ratio is at least `threshold`, at most `top` of them.

    Children whose sex is known and is not that of the missing person are not looked at. Raises `KinshipProblem`, also
    where a child has an allele that the frequencies lack: it is never left out silently.
    """
    if not 0 < threshold < math.inf:
        raise KinshipProblem("Threshold", f"is {threshold}.", "It is a likelihood ratio above 0.")
    if top < 1 or threads < 1:
        raise KinshipProblem("Search", f"with top {top} and threads {threads}.", "Both are at least 1.")
    search = Search.of(compiled, columns, threshold)
    best: list[tuple[float, str, int]] = []
    reached = done = 0
    for size, count, found in search.chunks(threads, top):
        reached += count
        best = sorted([*best, *found])[:top]
        done += size
        if progress is not None:
            progress(done, len(columns))
    hits = tuple(search.hit(row) for _, _, row in best)
    return Hits(hits, reached, search.searched, search.untyped_loci)


@dataclass(frozen=True, eq=False)
class Search:
    """A family's tables laid out over the codes of one set of columns.

    `ratios[locus]`: float64 by code, for the family's loci that the columns have; `numbers[locus]`: the locus's number
    in the columns and in the family.
    """

    compiled: CompiledFamily
    columns: Columns
    threshold: float
    numbers: tuple[tuple[int, int], ...]
    ratios: tuple[FloatArray, ...]
    plan: Plan

    @classmethod
    def of(cls, compiled: CompiledFamily, columns: Columns, threshold: float) -> Search:
        """Lay a family's tables out. Raises `KinshipProblem` for a finding that has no ratio."""
        places = {locus_key(each.name): number for number, each in enumerate(columns.loci)}
        numbers = tuple(
            (places[locus_key(each.name)], number)
            for number, each in enumerate(compiled.tables)
            if locus_key(each.name) in places
        )
        if not numbers:
            raise KinshipProblem("Profiles", "and family have no locus in common.", "Compare how the loci are named.")
        ratios = tuple(_by_code(compiled, columns, *each) for each in numbers)
        typed = {own for _, own in numbers}
        apart = [table.ratio("", None) for number, table in enumerate(compiled.tables) if number not in typed]
        least = math.log10(threshold) - math.fsum(map(math.log10, apart))
        plan = plan_of(columns, {place: own for (place, _), own in zip(numbers, ratios, strict=True)}, least)
        return cls(compiled, columns, threshold, numbers, ratios, plan)

    @property
    def searched(self) -> int:
        """How many profiles may be the missing person by sex."""
        if self.compiled.sex == "unknown":
            return len(self.columns)
        return len(self.columns) - int(other_sex(self.compiled.sex, self.columns.sexes).sum())

    @property
    def untyped_loci(self) -> tuple[str, ...]:
        """The family's loci at which no child is typed."""
        typed = {own for place, own in self.numbers if self.columns.loci[place].counts[1:].any()}
        return tuple(name for number, name in enumerate(self.compiled.loci) if number not in typed)

    def chunks(self, threads: int, top: int) -> Iterator[tuple[int, int, list[tuple[float, str, int]]]]:
        """For each chunk of rows, in their order: how many rows, how many of them reach the threshold, and the `top`
        best as (minus the logarithm, id, row)."""
        lookup()  # before threads start, so that it is compiled once
        starts = iter(range(0, len(self.columns), CHUNK))
        with ThreadPoolExecutor(threads) as pool:
            waiting = [pool.submit(self._chunk, start, top) for start in islice(starts, 2 * threads)]
            try:
                while waiting:
                    yield waiting.pop(0).result()
                    waiting += [pool.submit(self._chunk, start, top) for start in islice(starts, 1)]
            finally:
                pool.shutdown(cancel_futures=True)

    def hit(self, row: int) -> Hit:
        """A row's ratio, locus by locus."""
        per_locus = tuple(float(each[0]) for each in self._per_locus(np.array([row])))
        return Hit(self.columns.id(row), log10_of(per_locus), per_locus)

    def _chunk(self, start: int, top: int) -> tuple[int, int, list[tuple[float, str, int]]]:
        stop = min(start + CHUNK, len(self.columns))
        rows = self.candidates(start, stop)
        rows = rows[~other_sex(self.compiled.sex, self.columns.sexes[rows])]
        if not len(rows):
            return stop - start, 0, []
        least = math.log10(self.threshold)
        per_locus = zip(*(each.tolist() for each in self._per_locus(rows)), strict=True)
        found = [(log10_of(own), int(row)) for own, row in zip(per_locus, rows, strict=True)]
        reached = [(-log10, self.columns.id(row), row) for log10, row in found if log10 >= least]
        return stop - start, len(reached), sorted(reached)[:top]

    def candidates(self, start: int, stop: int) -> NDArray[np.intp]:
        """The rows that may reach the threshold: all that do, and some just below it."""
        plan, room = self.plan, _room()
        out = room.out if stop - start <= CHUNK else np.empty(stop - start, dtype=np.int32)
        count = lookup()(
            self.columns.codes, plan.order, start, stop, plan.tables, plan.need, plan.dense, room.sums, room.rows, out
        )
        return start + out[:count].astype(np.intp)

    def _per_locus(self, rows: NDArray[np.intp]) -> list[FloatArray]:
        """Ratios by locus of the family, in float64; the same for everyone where the columns lack the locus."""
        found = [np.full(len(rows), table.ratio("", None)) for table in self.compiled.tables]
        for (place, number), own in zip(self.numbers, self.ratios, strict=True):
            found[number] = own[self.columns.codes_at(place, rows)]
        return found


class _Room(threading.local):
    """What a thread works in, kept from one chunk to the next: fresh memory would cost as much as the search."""

    def __init__(self) -> None:
        self.sums = np.empty(BLOCK, dtype=np.float32)
        self.rows = np.empty(BLOCK, dtype=np.int32)
        self.out = np.empty(CHUNK, dtype=np.int32)


@cache
def _room() -> _Room:
    return _Room()


def other_sex(missing: Sex, sexes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which children cannot be the missing person, whose sex is known and is not theirs."""
    if missing == "unknown":
        return np.zeros(len(sexes), dtype=np.bool_)
    return np.asarray((sexes != 0) & (sexes != SEXES.index(missing)), dtype=np.bool_)


def _by_code(compiled: CompiledFamily, columns: Columns, place: int, number: int) -> FloatArray:
    """The ratio of each code of a locus; 0 for one that no child who may be the missing person has."""
    table, codes = compiled.tables[number], columns.loci[place]
    numbers = columns.findings_at(place, table.alleles)
    ratios = np.where(numbers >= 0, table.ratios[numbers], np.nan)
    ratios[codes.counts == 0] = 0.0
    for code in np.nonzero(np.isnan(ratios))[0]:
        rows = np.nonzero(columns.codes_at(place, slice(None)) == code)[0]
        rows = rows[~other_sex(compiled.sex, columns.sexes[rows])]
        if len(rows):
            table.refuse(columns.id(int(rows[0])), codes.findings[code])
        ratios[code] = 0.0
    return ratios
