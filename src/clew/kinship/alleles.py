"""Names of alleles and of loci, as laboratories write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Literal

ALLELE = re.compile(r"[<>]?\w[\w.]{0,6}")
"""A number of repeats, or a short name such as OL."""
AMELOGENIN = frozenset({"AMEL", "AMELOGENIN"})
"""Keys of the marker that tells the sex."""
SEX_BY_AMELOGENIN: Mapping[str, Literal["male", "female"]] = {
    "X/Y": "male", "Y/X": "male", "X/X": "female", "X": "female",
}  # fmt: skip
_NUMBER = re.compile(r"\d{1,3}(\.\d)?")


def allele_name(text: str) -> str:
    """One spelling for one allele: "9.0", "09" and " 9 " are "9"; a comma is a point. Other names stay as they are."""
    plain = str(text).strip().replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        return plain
    number = Decimal(plain)
    return str(int(number)) if number == int(number) else str(number.normalize())


def repeats(allele: str) -> tuple[int, int] | None:
    """Whole repeats and the bases beyond them ("9.3" is 9 and 3); None for a name that is no number of repeats."""
    if not _NUMBER.fullmatch(allele):
        return None
    whole, _, part = allele.partition(".")
    return int(whole), int(part or 0)


def in_order(alleles: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Alleles by length; names that are no numbers come last."""
    return tuple(sorted(alleles, key=lambda each: (repeats(each) is None, repeats(each) or (0, 0), each)))


@lru_cache(maxsize=4096)
def locus_key(name: str) -> str:
    """What two spellings of a locus have in common: "PENTA E", "Penta_E" and "PentaE" are one, "vWA" and "VWA" too."""
    return re.sub(r"[\s_\-.']", "", name).upper()
