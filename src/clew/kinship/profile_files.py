"""Profiles of children found, from a CSV file into columns, and back.

One child a row: `id` (a sample reference, never a name), if known `sex`, then a column for each locus, with cells as
laboratories write them: 12/16; 12/- where the second allele was not read; void where the locus failed. Columns whose
names are in `NOT_LOCI` are passed over. Nothing is kept of a file that has a fault.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NoReturn, TextIO

import numpy as np

from clew.kinship.alleles import ALLELE, AMELOGENIN, SEX_BY_AMELOGENIN, locus_key
from clew.kinship.columns import SEXES, Columns, ColumnsBuilder
from clew.kinship.pedigree_files import read_sex
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import read_seen

BLOCK = 1_000
"""Rows read at once."""
IDS = ("id", "sample", "reference")
NOT_LOCI = frozenset({"population", "pop", "kit", "laboratory", "consent", "note", "remark"})

Progress = Callable[[int, int], None]
"""Told how many bytes are read, of how many. It may raise, and the reading ends there."""


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands where: the places of id, sex and amelogenin (None where there is none) and of each locus."""

    width: int
    id: int
    sex: int | None
    amelogenin: int | None
    loci: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class _Field:
    """One locus of the file: the code of every text met so far."""

    name: str
    number: int
    place: int
    codes: dict[str, int] = field(default_factory=dict)


def read_profiles_file(path: Path, *, haploid: bool = False, progress: Progress | None = None) -> Columns:
    """The columns of a CSV file. `haploid`: one allele is a finding (the X of a male). Raises `KinshipProblem` with
    file, row, field and cure."""
    try:
        size = path.stat().st_size
        with path.open("rb") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as opened:
            return _Reader(path.name, opened, haploid).columns(lambda: progress(raw.tell(), size) if progress else None)
    except OSError:
        raise KinshipProblem(path.name, "cannot be read.", "Name a CSV file of profiles.") from None
    except UnicodeDecodeError:
        raise KinshipProblem(path.name, "is not UTF-8.", "Save it as CSV UTF-8.") from None
    except csv.Error as fault:
        raise KinshipProblem(path.name, f"is no CSV file ({fault}).", "Save it as CSV UTF-8.") from None


class _Reader:
    """Reads one file, block by block."""

    def __init__(self, file: str, opened: TextIO, haploid: bool) -> None:
        self.file, self.haploid = file, haploid
        first = opened.readline()
        opened.seek(0)
        separator = max(",;\t", key=first.count)
        self.rows = csv.reader(opened, delimiter=separator, strict=True)
        self.header = self._header(next(self.rows, []))
        self.fields = [_Field(name, number, place) for number, (name, place) in enumerate(self.header.loci)]
        self.builder = ColumnsBuilder([name for name, _ in self.header.loci])
        self.sexes: dict[str, int] = {}
        self.before = 2  # the number of the block's first row: the header is row 1
        self.places: Sequence[int] = ()  # of each row that is left of the block, its place in the block

    def columns(self, tell: Callable[[], None]) -> Columns:
        for block in self._blocks():
            self._add(block)
            self.before += len(block)
            tell()
        return self.builder.finish()

    def _blocks(self) -> Iterator[list[list[str]]]:
        while block := list(islice(self.rows, BLOCK)):
            yield block

    def _header(self, names: Sequence[str]) -> _Header:
        plain = [each.strip() for each in names]
        lower = [each.lower() for each in plain]
        id_place = next((lower.index(each) for each in IDS if each in lower), None)
        if id_place is None:
            raise KinshipProblem(self.file, "has no column id.", "Its first row names the columns: id, then the loci.")
        special = {each: lower.index(each) for each in ("sex",) if each in lower}
        amelogenin = next((place for place, each in enumerate(plain) if locus_key(each) in AMELOGENIN), None)
        apart = {id_place, special.get("sex"), amelogenin}
        loci = tuple(
            (each, place)
            for place, each in enumerate(plain)
            if place not in apart and each and lower[place] not in NOT_LOCI
        )
        if not loci:
            raise KinshipProblem(self.file, "names no locus.", "Its first row names the columns: id, then the loci.")
        return _Header(len(names), id_place, special.get("sex"), amelogenin, loci)

    def _add(self, block: list[list[str]]) -> None:
        self.places = range(len(block))
        lengths = set(map(len, block))
        if lengths != {self.header.width}:
            block[:] = self._without_void_rows(block)
            if not block:
                return
        cells = list(zip(*block, strict=True))
        ids = [each.strip() for each in cells[self.header.id]]
        if "" in ids:
            self._refuse(ids.index(""), "", "id", "is void.", "Give every child found a sample reference.")
        sexes = self._sexes(ids, cells)
        codes = [self._codes(each, ids, cells[each.place]) for each in self.fields]
        self.builder.add_codes(ids, sexes, codes)

    def _without_void_rows(self, block: list[list[str]]) -> list[list[str]]:
        for number, row in enumerate(block):
            if row and len(row) != self.header.width:
                self._refuse(
                    number, row[self.header.id] if len(row) > self.header.id else "", "",
                    f"has {len(row)} cells, and the first row {self.header.width}.", "Give each row one cell a column.",
                )  # fmt: skip
        self.places = [number for number, row in enumerate(block) if row]
        return [row for row in block if row]

    def _codes(self, own: _Field, ids: Sequence[str], texts: Sequence[str]) -> list[int]:
        try:
            return list(map(own.codes.__getitem__, texts))
        except KeyError:
            for number, text in enumerate(texts):
                if text not in own.codes:
                    own.codes[text] = self._code(own, number, ids[number], text)
            return list(map(own.codes.__getitem__, texts))

    def _code(self, own: _Field, number: int, id: str, text: str) -> int:
        try:
            seen = read_seen(id, own.name, text)
        except KinshipProblem as fault:
            self._refuse(number, id, own.name, fault.problem, fault.cure)
        strange = next((each for each in seen.alleles if not ALLELE.fullmatch(each)), None) if seen else None
        if strange is not None:
            self._refuse(number, id, own.name, f'has "{strange}", which is no allele.', "Write two alleles: 12/16.")
        if seen and len(seen.alleles) == 1 and not seen.half and not self.haploid:
            cure = f"Write {seen}/{seen} where it is homozygous, {seen}/- where the second was not read."
            self._refuse(number, id, own.name, f"has one allele ({text}) where everyone has two.", cure)
        return self.builder.code(own.number, seen)

    def _sexes(self, ids: Sequence[str], cells: Sequence[Sequence[str]]) -> Sequence[int]:
        if self.header.sex is None:
            return np.zeros(len(ids), dtype=np.uint8).tolist()
        said = cells[self.header.sex]
        for text in set(said) - self.sexes.keys():
            try:
                self.sexes[text] = SEXES.index(read_sex("", text))
            except KinshipProblem as fault:
                number = said.index(text)
                self._refuse(number, ids[number], "sex", fault.problem, fault.cure)
        sexes = [self.sexes[each] for each in said]
        if self.header.amelogenin is not None:
            self._check_amelogenin(ids, sexes, cells[self.header.amelogenin])
        return sexes

    def _check_amelogenin(self, ids: Sequence[str], sexes: Sequence[int], shown: Sequence[str]) -> None:
        for number, (sex, text) in enumerate(zip(sexes, shown, strict=True)):
            other = SEX_BY_AMELOGENIN.get(text.strip().upper().replace(",", "/"))
            if sex and other and SEXES[sex] != other:
                self._refuse(
                    number, ids[number], "sex", f"is {SEXES[sex]}, and amelogenin shows {text}.",
                    "Correct the sex, or check whether samples were exchanged.",
                )  # fmt: skip

    def _refuse(self, number: int, id: str, name: str, problem: str, cure: str) -> NoReturn:
        row = self.before + self.places[number]
        where = f"{self.file}, row {row}" + (f" ({id})" if id else "") + (f", {name}" if name else "")
        raise KinshipProblem(where, problem, cure)


def write_profiles_file(path: Path, columns: Columns) -> None:
    """A CSV file of the profiles, which `read_profiles_file` reads back."""
    texts = [["" if each is None else str(each) for each in own.findings] for own in columns.loci]
    with path.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["id", "sex", *(each.name for each in columns.loci)])
        for start in range(0, len(columns), BLOCK):
            block = slice(start, min(start + BLOCK, len(columns)))
            ids = [each.decode() for each in columns.ids[block].tolist()]
            sexes = ["" if each == 0 else SEXES[each] for each in columns.sexes[block].tolist()]
            cells = [
                [own[code] for code in columns.codes_at(number, block).tolist()] for number, own in enumerate(texts)
            ]
            rows.writerows(zip(ids, sexes, *cells, strict=True))
