"""A file of persons as columns of numbers: what bulk comparison reads a million times is read from the text once.

CSV in UTF-8 with a header. Columns: `id`; `surname` and `given`, or `name`; any of `birth_date` (YYYY-MM-DD), `phone`,
`document`, `country` (two letters: where a telephone number without + belongs). Others are left alone.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from clew.matching.bulk.words import Ints, WordBook, Words
from clew.matching.identifiers import normalise
from clew.matching.identifiers.checks import egn, resident_card
from clew.matching.names.han import han_table

Tell = Callable[[str, int, int], None]
"""Told the step, how much of it is done, of how much (0: not known). It may raise, and the work ends there."""
KNOWN = ("id", "surname", "given", "name", "birth_date", "phone", "document", "country")
_EVERY = 20_000
_INTERNATIONAL = re.compile(r"(?:\+|00)[\d ()./-]{7,24}")
_NOT_DIGITS = re.compile(r"\D")


class BadFile(ValueError):
    """The file cannot be linked as it stands; the message names row, field and cure."""


@dataclass(frozen=True, slots=True)
class Persons:
    """Records by row. -1 is missing."""

    ids: tuple[str, ...]
    surname: Ints
    given: Ints
    """Numbers of words."""
    words: Words
    born: Ints
    """Days since the year 1."""
    born_figures: Ints
    """YYYYMMDD."""
    phone: Ints
    """Number of the telephone number."""
    document: Ints
    """Number of the document's number."""
    document_letters: npt.NDArray[np.uint8]
    """(documents, 20): its letters, to see slips."""
    only_one: npt.NDArray[np.int8]
    """By document: 0, or the kind of a valid national number, of which a person has but one."""

    def __len__(self) -> int:
        return len(self.ids)


class _Reader:
    """Takes rows in; what repeats is worked out once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = WordBook()
        self.ids: dict[str, int] = {}
        self.rows = {name: array("i") for name in ("surname", "given", "born", "phone", "document")}
        self.dates: dict[str, int] = {"": -1}
        self.phones: dict[tuple[str, str], int] = {}
        self.phone_numbers: dict[str, int] = {}
        self.documents: dict[str, int] = {"": -1}
        self.document_numbers: dict[str, int] = {}

    def stop(self, row: int, field: str, what: str) -> BadFile:
        return BadFile(f"{self.path}, row {row}, field {field}: {what}")

    def take(self, row: int, id: str, parts: tuple[str, str], born: str, phone: str, document: str, land: str) -> None:
        """One record; raises `BadFile`."""
        if not id or id in self.ids:
            raise self.stop(row, "id", f"{id} stands in an earlier row." if id else "empty. Number the rows.")
        self.ids[id] = row
        rows = self.rows
        rows["surname"].append(self.book.number(parts[0]))
        rows["given"].append(self.book.number(parts[1]))
        day = self.dates.get(born)
        rows["born"].append(self._day(row, born) if day is None else day)
        rows["phone"].append(self._phone(phone, land) if phone else -1)
        known = self.documents.get(document)
        rows["document"].append(self._document(document) if known is None else known)

    def _day(self, row: int, text: str) -> int:
        try:
            found = date.fromisoformat(text.strip()).toordinal() if text.strip() else -1
        except ValueError:
            raise self.stop(row, "birth_date", f"{text} is no date. Write YYYY-MM-DD, or leave it empty.") from None
        self.dates[text] = found
        return found

    def _phone(self, text: str, country: str) -> int:
        key = (text, country)
        found = self.phones.get(key)
        if found is None:
            value = _phone_value(text, country)
            found = self.phone_numbers.setdefault(value, len(self.phone_numbers)) if value else -1
            self.phones[key] = found
        return found

    def _document(self, text: str) -> int:
        value = "".join(filter(str.isalnum, text.upper()))
        found = self.document_numbers.setdefault(value, len(self.document_numbers)) if value else -1
        self.documents[text] = found
        return found

    def persons(self) -> Persons:
        """All records that were taken in."""
        columns = {name: np.array(each, dtype=np.int32) for name, each in self.rows.items()}
        self.rows.clear()
        both = np.concatenate([columns["surname"], columns["given"]])
        words = self.book.words(np.bincount(both[both >= 0], minlength=len(self.book)))
        numbers = list(self.document_numbers)
        return Persons(
            tuple(self.ids),
            columns["surname"],
            columns["given"],
            words,
            columns["born"],
            _figures(columns["born"]),
            columns["phone"],
            columns["document"],
            _letters(numbers),
            np.array([_kind(each) for each in numbers], dtype=np.int8),
        )


def _phone_value(text: str, country: str) -> str:
    """E.164. What is written with + or 00 is taken at its word, because a million plans of numbering are too slow."""
    plain = text.strip()
    if plain[:1] == "+" and len(plain) <= 16 and plain[1:].isdigit() and plain.isascii():
        return plain
    if _INTERNATIONAL.fullmatch(plain):
        digits = _NOT_DIGITS.sub("", plain)
        return "+" + (digits[2:] if plain.startswith("00") else digits)
    value = normalise("phone", plain, country=country).value
    return value if value.startswith("+") else ""  # without a country it may be anybody's


def _kind(number: str) -> int:
    if len(number) == 10 and number.isdigit():
        return 1 if egn(number)[0] else 0
    if len(number) == 18:
        return 2 if resident_card(number)[0] else 0
    return 0


def _letters(numbers: list[str]) -> npt.NDArray[np.uint8]:
    padded = [each.encode("ascii", "replace")[:20] for each in numbers]
    return np.array(padded, dtype="S20").view(np.uint8).reshape(len(numbers), 20)


def _figures(days: Ints) -> Ints:
    known, where = np.unique(days, return_inverse=True)
    told = [-1 if day < 1 else int(date.fromordinal(int(day)).strftime("%Y%m%d")) for day in known]
    return np.array(told, dtype=np.int32)[where]


def parts_of(name: str) -> tuple[str, str]:
    """A name in one column as two parts: before and after a comma, a surname in characters, or the first word."""
    before, comma, after = name.partition(",")
    if comma:
        return before, after
    text = name.strip()
    if text[:1] >= "\u3400" and " " not in text:
        cut = 2 if len(text) > 2 and han_table().plain(text[:2]) in han_table().compound else 1
        return text[:cut], text[cut:]
    first, _, rest = text.partition(" ")
    return first, rest


def read_persons(path: Path, tell: Tell) -> Persons:
    """Read a file; raises `BadFile`."""
    reader = _Reader(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            _take_rows(reader, stream, tell)
    except OSError:
        raise BadFile(f"{path} cannot be read. Name a CSV file of persons.") from None
    except UnicodeDecodeError as fault:
        raise BadFile(f"{path} is not UTF-8 ({fault.reason}). Save it as CSV in UTF-8.") from None
    if not reader.ids:
        raise BadFile(f"{path} has no person. Write a row of column names, then a row a person.")
    return reader.persons()


def _take_rows(reader: _Reader, stream: Iterator[str], tell: Tell) -> None:
    rows = csv.reader(stream, strict=True)
    number = 1
    try:
        columns = next(rows, [])
        places = _places(reader.path, columns)
        width = len(columns)
        at = [places.get(name, -1) for name in KNOWN]
        for number, row in enumerate(rows, 2):
            if not row:
                continue
            if len(row) != width:
                raise reader.stop(number, "(all)", f"{len(row)} fields where the first row has {width}.")
            row.append("")  # what place -1 reads: a column that the file has not
            name = row[at[3]]
            parts = (row[at[1]], row[at[2]]) if at[1] >= 0 else parts_of(name)
            reader.take(number, row[at[0]], parts, row[at[4]], row[at[5]], row[at[6]], row[at[7]])
            if number % _EVERY == 0:
                tell("reading", number, 0)
    except csv.Error as fault:
        raise BadFile(
            f"{reader.path}, row {number + 1}: no CSV ({fault}). Put fields in quotation marks and double those inside."
        ) from None


def _places(path: Path, columns: list[str]) -> dict[str, int]:
    places = {name: place for place, name in enumerate(columns)}
    if len(places) < len(columns):
        raise BadFile(f"{path}, row 1: a column stands twice. Rename one.")
    if "id" not in places or not ("name" in places or {"surname", "given"} <= set(places)):
        raise BadFile(f"{path}, row 1: columns id, and surname and given or name, are needed. Name them there.")
    return places
