"""Profiles of children found, from a CSV file into columns, and back.

One child a row: `id` (a sample reference, never a name), if known `sex`, then a column for each locus, with cells as
laboratories write them: 12/16; 12/- where the second allele was not read; void where the locus failed. Columns whose
names are in `NOT_LOCI` are passed over. Nothing is kept of a file that has a fault.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from clew.kinship.alleles import ALLELE, AMELOGENIN, SEX_BY_AMELOGENIN, locus_key
from clew.kinship.columns import SEXES, Codes, Columns, ColumnsBuilder
from clew.kinship.pedigree_files import read_sex
from clew.kinship.problems import KinshipProblem
from clew.kinship.profile_cells import Cells, Numbered, cells_of
from clew.kinship.profiles import read_seen

BLOCK = 1_000
"""Rows read at once by the `csv` module."""
PIECE = 1 << 20
"""Bytes read at once where cells need no `csv` module."""
BOM = b"\xef\xbb\xbf"
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
    """One locus of the file, and the code of every text met so far."""

    name: str
    number: int
    place: int
    codes: Numbered = field(default_factory=Numbered)


def read_profiles_file(path: Path, *, haploid: bool = False, progress: Progress | None = None) -> Columns:
    """The columns of a CSV file. `haploid`: one allele is a finding (the X of a male). Raises `KinshipProblem` with
    file, row, field and cure."""
    try:
        size = path.stat().st_size
        with path.open("rb") as raw:
            return _Reader(path.name, raw, haploid).columns(lambda: progress(raw.tell(), size) if progress else None)
    except OSError:
        raise KinshipProblem(path.name, "cannot be read.", "Name a CSV file of profiles.") from None
    except UnicodeDecodeError:
        raise KinshipProblem(path.name, "is not UTF-8.", "Save it as CSV UTF-8.") from None
    except csv.Error as fault:
        raise KinshipProblem(path.name, f"is no CSV file ({fault}).", "Save it as CSV UTF-8.") from None


class _Reader:
    """Reads one file, piece by piece."""

    def __init__(self, file: str, raw: BinaryIO, haploid: bool) -> None:
        self.file, self.haploid, self.raw = file, haploid, raw
        first = raw.readline().removeprefix(BOM).decode()
        self.separator = max(",;\t", key=first.count)
        self.header = self._header(next(self._read([first]), []))
        self.fields = [_Field(name, number, place) for number, (name, place) in enumerate(self.header.loci)]
        self.builder = ColumnsBuilder([name for name, _ in self.header.loci])
        self.sexes, self.amelogenin = Numbered(), Numbered()
        self.before = 2  # the number of the block's first row: the header is row 1
        self.places: Sequence[int] = ()  # of each row that is left of the block, its place in the block

    def columns(self, tell: Callable[[], None]) -> Columns:
        left = b""
        while more := self.raw.read(PIECE):
            if b'"' in more:  # a quoted cell may hold a newline: only the csv module can tell rows apart from here on
                begun = io.BytesIO(left + more + self.raw.readline())
                self._add_rows(self._read(each.decode() for each in chain(begun, self.raw)), tell)
                left = b""
                break
            whole, newline, left = (left + more).rpartition(b"\n")
            self._add_piece(whole + newline, tell)
        self._add_piece(left + b"\n" if left else b"", tell)
        return self.builder.finish()

    def _add_piece(self, piece: bytes, tell: Callable[[], None]) -> None:
        """Take whole rows without quotes."""
        cells = cells_of(piece, self.separator.encode(), self.header.width)
        if cells is None or not self._add_cells(cells):
            self._add_rows(self._read(io.StringIO(piece.decode(), newline="")), tell)
        tell()

    def _read(self, lines: Iterable[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.separator, strict=True)

    def _add_rows(self, rows: Iterator[list[str]], tell: Callable[[], None]) -> None:
        while block := list(islice(rows, BLOCK)):
            size = len(block)
            self._add(block)
            self.before += size
            tell()

    def _add_cells(self, cells: Cells) -> bool:
        """Take a plain piece; False, and nothing is taken, where an id needs a closer look."""
        ids = cells.ids(self.header.id)
        if ids is None:
            return False
        self.places = range(len(cells))
        sexes = self._sexes_of(cells)
        codes = [self._codes_of(each, cells, ids) for each in self.fields]
        self.builder.add_block(ids, sexes.astype(np.uint8), codes)
        self.before += len(cells)
        return True

    def _codes_of(self, own: _Field, cells: Cells, ids: NDArray[np.bytes_]) -> Codes:
        found = own.codes.of(cells, own.place, lambda row, text: self._code(own, row, bytes(ids[row]).decode(), text))
        return found.astype(np.uint16)

    def _sexes_of(self, cells: Cells) -> NDArray[np.intp]:
        def id_of(row: int) -> str:
            return cells.text(row, self.header.id)

        if self.header.sex is None:
            return np.zeros(len(cells), dtype=np.intp)
        sexes = self.sexes.of(cells, self.header.sex, lambda row, text: self._sex(row, id_of(row), text))
        if self.header.amelogenin is not None:
            shown = self.amelogenin.of(cells, self.header.amelogenin, lambda _row, text: _shown_sex(text))
            odd = np.flatnonzero((sexes > 0) & (shown > 0) & (sexes != shown))
            if len(odd):
                row = int(odd[0])
                self._refuse_sex(row, id_of(row), int(sexes[row]), cells.text(row, self.header.amelogenin))
        return sexes

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
        known = own.codes.known
        try:
            return list(map(known.__getitem__, texts))
        except KeyError:
            for row, text in enumerate(texts):
                own.codes.number(text, row, lambda row, text: self._code(own, row, ids[row], text))
            return list(map(known.__getitem__, texts))

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
        sexes = [
            self.sexes.number(text, row, lambda row, text: self._sex(row, ids[row], text))
            for row, text in enumerate(cells[self.header.sex])
        ]
        if self.header.amelogenin is not None:
            for row, text in enumerate(cells[self.header.amelogenin]):
                if sexes[row] and _shown_sex(text) not in (0, sexes[row]):
                    self._refuse_sex(row, ids[row], sexes[row], text)
        return sexes

    def _sex(self, number: int, id: str, text: str) -> int:
        try:
            return SEXES.index(read_sex("", text))
        except KinshipProblem as fault:
            self._refuse(number, id, "sex", fault.problem, fault.cure)

    def _refuse_sex(self, number: int, id: str, sex: int, shown: str) -> NoReturn:
        cure = "Correct the sex, or check whether samples were exchanged."
        self._refuse(number, id, "sex", f"is {SEXES[sex]}, and amelogenin shows {shown}.", cure)

    def _refuse(self, number: int, id: str, name: str, problem: str, cure: str) -> NoReturn:
        row = self.before + self.places[number]
        where = f"{self.file}, row {row}" + (f" ({id})" if id else "") + (f", {name}" if name else "")
        raise KinshipProblem(where, problem, cure)


def _shown_sex(text: str) -> int:
    """The place in `SEXES` of what amelogenin shows; 0 where it says nothing."""
    found = SEX_BY_AMELOGENIN.get(text.strip().upper().replace(",", "/"))
    return SEXES.index(found) if found else 0


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
