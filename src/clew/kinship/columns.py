"""Profiles of children found, as columns of small numbers that a search runs over.

At each locus every different finding has a code, 0 where nothing is known, the commonest first. Two loci share a column
of 16 bits where their codes fit (code of the first times the number of codes of the second, plus that of the second).
A row of zeros is a profile of which nothing is known. Codes know no frequency table: what was seen is kept as it was,
and the profile comes back exactly (alleles of a pair by length).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clew.kinship.alleles import locus_key
from clew.kinship.findings import in_one_order, numbers_of
from clew.kinship.pedigree import Sex
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile, Seen

MOST_CODES = 1 << 16
SEXES: tuple[Sex, ...] = ("unknown", "male", "female")

Codes: TypeAlias = NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class LocusCodes:
    """The codes of one locus. `findings[code]`: what was seen, None at 0; `counts[code]`: in how many profiles."""

    name: str
    findings: tuple[Seen | None, ...]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.findings)

    @property
    def alleles(self) -> frozenset[str]:
        """Every allele seen at the locus."""
        return frozenset(allele for each in self.findings if each for allele in each.alleles)


@dataclass(frozen=True, eq=False)
class Columns:
    """Profiles by row. `codes`: columns x profiles; `shared[column]`: the numbers of its one or two loci.

    `ids`: UTF-8; `sexes`: places in `SEXES`, where they are known.
    """

    loci: tuple[LocusCodes, ...]
    shared: tuple[tuple[int, ...], ...]
    codes: Codes
    ids: NDArray[np.bytes_]
    sexes: NDArray[np.uint8]
    _numbered: dict[tuple[int, tuple[str, ...]], NDArray[np.intp]] = field(init=False, repr=False, default_factory=dict)

    def __len__(self) -> int:
        return int(self.codes.shape[1])

    @property
    def bytes_per_profile(self) -> int:
        """How many bytes a search reads for each profile, ids apart."""
        return len(self.codes) * self.codes.itemsize

    def id(self, row: int) -> str:
        """The id of a row."""
        return bytes(self.ids[row]).decode()

    def sex(self, row: int) -> Sex:
        """The sex of a row."""
        return SEXES[int(self.sexes[row])]

    def codes_at(self, locus: int, rows: slice | NDArray[np.intp] | int) -> NDArray[np.intp]:
        """The codes of one locus, by number, in these rows."""
        column = next(number for number, each in enumerate(self.shared) if locus in each)
        found = self.codes[column, rows].astype(np.intp)
        if len(self.shared[column]) == 1:
            return found
        first, second = self.shared[column]
        return found // len(self.loci[second]) if locus == first else found % len(self.loci[second])

    def findings_at(self, locus: int, alleles: tuple[str, ...]) -> NDArray[np.intp]:
        """For each code of a locus the number of its finding (`findings`) with these alleles; -1 where it has none."""
        known = self._numbered.get((locus, alleles))
        if known is None:
            known = np.array(numbers_of(self.loci[locus].findings, alleles), dtype=np.intp)
            self._numbered[locus, alleles] = known
        return known

    def profile(self, row: int) -> dict[str, Seen]:
        """The profile of a row, as it was given."""
        codes = (int(self.codes_at(number, row)) for number in range(len(self.loci)))
        seen = {own.name: own.findings[code] for own, code in zip(self.loci, codes, strict=True)}
        return {name: each for name, each in seen.items() if each is not None}

    def row_of(self, id: str) -> int | None:
        """The row of an id; None where it has none."""
        rows = np.nonzero(self.ids == np.bytes_(id.encode()))[0]
        return int(rows[0]) if len(rows) else None

    def only(self, rows: Sequence[int]) -> Columns:
        """These rows alone, in this order, with the codes that they have here."""
        chosen = np.asarray(rows, dtype=np.intp)
        loci = tuple(
            LocusCodes(each.name, each.findings, np.bincount(self.codes_at(number, chosen), minlength=len(each)))
            for number, each in enumerate(self.loci)
        )
        codes = np.ascontiguousarray(self.codes[:, chosen])
        return Columns(loci, self.shared, codes, self.ids[chosen], self.sexes[chosen])

    def alleles(self) -> dict[str, frozenset[str]]:
        """Every allele seen, by locus: what a policy for unseen alleles is applied to."""
        return {each.name: each.alleles for each in self.loci}

    @property
    def digest(self) -> str:
        """SHA-256 of ids, sexes and profiles in their order: two equal ones are the same search."""
        made = hashlib.sha256(repr([(each.name, each.findings) for each in self.loci]).encode())
        for part in (self.codes, self.ids, self.sexes):
            made.update(f"{part.dtype}{part.shape}".encode() + np.ascontiguousarray(part).data)
        return made.hexdigest()


@dataclass(slots=True)
class _LocusBuilder:
    """One locus while profiles are added: code by finding in the order met, and blocks of codes."""

    name: str
    known: dict[Seen | None, int] = field(default_factory=lambda: {None: 0})
    blocks: list[Codes] = field(default_factory=list)

    def code(self, seen: Seen | None) -> int:
        ordered = seen and in_one_order(seen)
        found = self.known.setdefault(ordered, len(self.known))
        if found >= MOST_CODES:
            raise KinshipProblem(
                self.name, f"has more than {MOST_CODES - 1:,} different findings.", "Leave the locus out."
            )
        return found

    def finish(self) -> tuple[str, list[Seen | None], Codes]:
        codes = np.concatenate(self.blocks) if self.blocks else np.zeros(0, dtype=np.uint16)
        return self.name, list(self.known), codes


class ColumnsBuilder:
    """Takes profiles, one by one or in blocks, and makes columns of them.

    Nothing is kept of a block that is refused.
    """

    def __init__(self, loci: Sequence[str]) -> None:
        keys = [locus_key(each) for each in loci]
        if len(set(keys)) < len(keys):
            twice = next(each for each in loci if keys.count(locus_key(each)) > 1)
            raise KinshipProblem(twice, "is a locus that is named twice.", "Name it once.")
        self._loci = tuple(_LocusBuilder(each) for each in loci)
        self._places = {key: place for place, key in enumerate(keys)}
        self._ids: list[NDArray[np.bytes_]] = []
        self._sexes: list[NDArray[np.uint8]] = []

    @classmethod
    def continuing(cls, columns: Columns) -> ColumnsBuilder:
        """A builder that already holds the profiles of these columns."""
        builder = cls([each.name for each in columns.loci])
        for number, (own, each) in enumerate(zip(builder._loci, columns.loci, strict=True)):
            own.known = {finding: code for code, finding in enumerate(each.findings)}
            own.blocks = [columns.codes_at(number, slice(None)).astype(np.uint16)]
        builder._ids, builder._sexes = [columns.ids], [columns.sexes]
        return builder

    def code(self, locus: int, seen: Seen | None) -> int:
        """The code of a finding at a locus, given now where it has none. Raises `KinshipProblem` for too many."""
        return self._loci[locus].code(seen)

    def add_codes(self, ids: Sequence[str], sexes: Sequence[int], codes: Sequence[Sequence[int]]) -> None:
        """A block: for each locus the codes of all its profiles; `sexes`: places in `SEXES`."""
        self.add_block(
            np.array([each.encode() for each in ids], dtype=np.bytes_),
            np.fromiter(sexes, dtype=np.uint8, count=len(ids)),
            [np.fromiter(each, dtype=np.uint16, count=len(ids)) for each in codes],
        )

    def add_block(self, ids: NDArray[np.bytes_], sexes: NDArray[np.uint8], codes: Sequence[Codes]) -> None:
        """As `add_codes`, from arrays; `ids`: UTF-8."""
        for own, each in zip(self._loci, codes, strict=True):
            own.blocks.append(each)
        self._ids.append(ids)
        self._sexes.append(sexes)

    def add(self, profiles: Iterable[tuple[str, Profile, Sex]]) -> None:
        """Profiles with id and sex. Raises `KinshipProblem` for a locus that the columns do not have."""
        ids: list[str] = []
        sexes: list[int] = []
        codes: list[list[int]] = [[] for _ in self._loci]
        for name, profile, sex in profiles:
            seen = {locus_key(locus): own for locus, own in profile.items()}
            stray = next((each for each in profile if locus_key(each) not in self._places), None)
            if stray is not None:
                raise KinshipProblem(
                    name, f"is typed at {stray}, which is no locus of these columns.", "Name the locus."
                )
            for place, (key, _) in enumerate(self._places.items()):
                codes[place].append(self.code(place, seen.get(key)))
            ids.append(name)
            sexes.append(SEXES.index(sex))
        self.add_codes(ids, sexes, codes)

    def finish(self) -> Columns:
        """The columns. Raises `KinshipProblem` for an id that stands there twice, or a void one."""
        ids = np.concatenate(self._ids) if self._ids else np.zeros(0, dtype="S1")
        check_ids(ids)
        sexes = np.concatenate(self._sexes) if self._sexes else np.zeros(0, dtype=np.uint8)
        return columns_by_locus([each.finish() for each in self._loci], ids, sexes)


def columns_by_locus(
    made: Sequence[tuple[str, Sequence[Seen | None], Codes]], ids: NDArray[np.bytes_], sexes: NDArray[np.uint8]
) -> Columns:
    """Columns from name, findings and codes of each locus; the findings are None first, and numbered anew."""
    numbered = [_numbered_anew(*each) for each in made]
    loci = tuple(own for own, _ in numbered)
    shared = share([len(each) for each in loci])
    codes = np.zeros((len(shared), len(ids)), dtype=np.uint16)
    for column, own in enumerate(shared):
        codes[column] = numbered[own[0]][1]
        if len(own) == 2:
            codes[column] *= np.uint16(len(loci[own[1]]))
            codes[column] += numbered[own[1]][1]
    return Columns(loci, shared, codes, ids, sexes)


def _numbered_anew(name: str, findings: Sequence[Seen | None], codes: Codes) -> tuple[LocusCodes, Codes]:
    """Only what was found has a code, the commonest first, so that columns do not depend on how they came about."""
    counts = np.bincount(codes, minlength=len(findings))
    found = [each for each in range(1, len(findings)) if counts[each]]
    order = [0, *sorted(found, key=lambda each: (-counts[each], str(findings[each])))]
    anew = np.zeros(len(findings), dtype=np.uint16)
    anew[order] = np.arange(len(order), dtype=np.uint16)
    return LocusCodes(name, tuple(findings[each] for each in order), counts[order]), anew[codes]


def columns_of(profiles: Mapping[str, Profile], loci: Sequence[str], sexes: Mapping[str, Sex] | None = None) -> Columns:
    """The columns of profiles by id. Raises `KinshipProblem`."""
    builder = ColumnsBuilder(loci)
    builder.add((each, profile, (sexes or {}).get(each, "unknown")) for each, profile in profiles.items())
    return builder.finish()


def share(counts: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Which loci share a column, by number: the one with most codes with the one with fewest that fits beside it."""
    left = sorted(range(len(counts)), key=lambda each: (counts[each], each))
    columns: list[tuple[int, ...]] = []
    while left:
        largest = left.pop()
        if left and counts[left[0]] * counts[largest] <= MOST_CODES:
            columns.append((largest, left.pop(0)))
        else:
            columns.append((largest,))
    return tuple(columns)


def check_ids(ids: NDArray[np.bytes_]) -> None:
    """Raises `KinshipProblem` where a profile has no id, or two have the same."""
    in_order = np.sort(ids)
    if len(ids) and not in_order[0]:
        raise KinshipProblem("Profiles", "have one without an id.", "Give every child found a sample reference.")
    twice = in_order[1:][in_order[1:] == in_order[:-1]]
    if len(twice):
        first, second = (int(each) + 1 for each in np.nonzero(ids == twice[0])[0][:2])
        raise KinshipProblem(
            bytes(twice[0]).decode(),
            f"is the id of two profiles, number {first} and number {second}.",
            "Keep one row for each child, or give each sample its own reference.",
        )


def rows_of(columns: Columns) -> Iterator[tuple[str, dict[str, Seen], Sex]]:
    """Every profile with id and sex, in order."""
    for row in range(len(columns)):
        yield columns.id(row), columns.profile(row), columns.sex(row)
