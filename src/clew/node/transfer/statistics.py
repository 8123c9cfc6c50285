"""Statistical records: checked by column, kept as given, counted. Never persons.

The traps of published tables are met here: three-valued flags, `NA` for Namibia, doubled hyphens in age bands, several
values in one cell, two spellings of one value (docs/methods/ctdc.md).
"""

from __future__ import annotations

import re
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from clew import vocabulary
from clew.node.transfer.mapping.rules import ColumnRule
from clew.node.transfer.mapping.values import unknown_value
from clew.node.transfer.readers import RowProblem
from clew.node.transfer.telling import told as _

BLOCK = 8192
"""Records of one block: large enough to pack well, small enough that a power cut costs little."""

NOT_KNOWN = frozenset({"", "-99"})
FLAGS = {"1": "yes", "0": "no"}
UNKNOWN = ""
_BAND = re.compile(r"^(\d{1,3})\s*(?:--|-|–)\s*(\d{1,3})$|^(\d{1,3})\+$")
_YEAR = re.compile(r"^(?:19|20|21)\d\d$")


def problem_of(rule: ColumnRule, value: str, *, row: int, this_year: int) -> RowProblem | None:
    """What is wrong with a value of a column; None where nothing is. A blank is a value: it says "not known"."""
    if value in NOT_KNOWN:
        return None
    match rule.kind:
        case "flag":
            return None if value in FLAGS else unknown_value(row, rule.name, value, ("1", "0", "-99"))
        case "year":
            return _year_problem(rule, value, row, this_year)
        case "band":
            return None if _BAND.match(value) else unknown_value(row, rule.name, value, ("9--17", "18--20", "48+"))
        case "country":
            return None if value in _countries() else _not_a_country(rule, value, row)
        case "choice":
            return None if value in rule.values else unknown_value(row, rule.name, value, rule.values)
        case "multiple":
            return _parts_problem(rule, value, row)
    return None


def _year_problem(rule: ColumnRule, value: str, row: int, this_year: int) -> RowProblem | None:
    if not _YEAR.match(value):
        return unknown_value(row, rule.name, value, ("2019", str(this_year)))
    if int(value) <= this_year:
        return None
    return RowProblem(
        "date_in_future",
        row,
        rule.name,
        value,
        _("The year %(year)s lies in the future.") % {"year": value},
        _("Correct the year."),
    )


def _parts_problem(rule: ColumnRule, value: str, row: int) -> RowProblem | None:
    if not rule.values:
        return None
    known = {*rule.values, *rule.spellings}
    wrong = next((part for part in _parts(rule, value) if part not in known), None)
    return None if wrong is None else unknown_value(row, rule.name, wrong, rule.values)


def _not_a_country(rule: ColumnRule, value: str, row: int) -> RowProblem:
    return RowProblem(
        "not_country",
        row,
        rule.name,
        value,
        _("“%(value)s” is no country code.") % {"value": value[:60]},
        _("Use a two-letter code of ISO 3166-1, for instance NA for Namibia, or leave it blank."),
    )


@cache
def _countries() -> frozenset[str]:
    return frozenset(vocabulary.country_codes())


def normalised(rule: ColumnRule, value: str) -> tuple[str, ...]:
    """The value as it is to be read: flags in words, one hyphen in bands, one entry for each of several values."""
    if value in NOT_KNOWN:
        return (UNKNOWN,)
    if rule.kind == "flag":
        return (FLAGS.get(value, UNKNOWN),)
    if rule.kind == "band":
        found = _BAND.match(value)
        return (f"{found[1]}-{found[2]}" if found and found[1] else value,)
    if rule.kind == "multiple":
        return tuple(dict.fromkeys(rule.spellings.get(part, part) for part in _parts(rule, value)))
    return (rule.spellings.get(value, value),)


def _parts(rule: ColumnRule, value: str) -> list[str]:
    return [part.strip() for part in value.split(rule.separator or ";") if part.strip()]


@dataclass(frozen=True, slots=True)
class PackedColumn:
    """The different values of a column in a block, and for each record the place of its value, packed."""

    values: list[str]
    codes: bytes


def pack(column: Iterable[str]) -> PackedColumn:
    """Pack one column of a block; `unpack` gives the same values back."""
    places: dict[str, int] = {}
    codes = array("H", (places.setdefault(value, len(places)) for value in column))
    return PackedColumn(list(places), zlib.compress(_little_endian(codes).tobytes(), level=6))


def unpack(packed: PackedColumn) -> list[str]:
    """The values of a packed column, one for each record."""
    return [packed.values[code] for code in _codes(packed)]


def counted(packed: PackedColumn) -> Counter[str]:
    """How many records have each value."""
    by_code = Counter(_codes(packed))
    return Counter({packed.values[code]: count for code, count in by_code.items()})


def _codes(packed: PackedColumn) -> Sequence[int]:
    codes = array("H")
    codes.frombytes(zlib.decompress(packed.codes))
    return _little_endian(codes)


def _little_endian(codes: array[int]) -> array[int]:
    """The same numbers in the order of bytes that a backup carries from machine to machine."""
    if sys.byteorder == "big":
        codes.byteswap()
    return codes
