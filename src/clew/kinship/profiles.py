"""What a laboratory saw of one person at one locus, and which true genotypes could have shown it.

Written as laboratories do: "12/16"; "12" for one who has one copy (X, male), or twice the same; "12/-" where the
second allele could not be read; "" or "-/-" where nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from clew.kinship.alleles import allele_name
from clew.kinship.problems import KinshipProblem

UNREAD = "-"
EMPTY = frozenset({"", "-", "0", "?", "NA", "NN"})


@dataclass(frozen=True, slots=True)
class Seen:
    """The alleles seen at one locus, one or two; `half` where a second one is there and was not read."""

    alleles: tuple[str, ...]
    half: bool = False

    def __str__(self) -> str:
        return "/".join((*self.alleles, UNREAD) if self.half else self.alleles)


Profile: TypeAlias = Mapping[str, Seen]
"""What was seen of one person, by locus; a locus of which nothing is known is absent."""


def read_seen(sample: str, locus: str, text: str | Iterable[str] | None) -> Seen | None:
    """What `text` says was seen; None where it says nothing. Raises `KinshipProblem` for three alleles."""
    if text is None:
        return None
    parts = text.split("/") if isinstance(text, str) else [str(each) for each in text]
    named = [allele_name(each) for each in parts]
    read = [each for each in named if each.upper() not in EMPTY]
    if len(named) > 2:
        cure = "Leave the locus out for this sample, or decide which two were meant."
        raise KinshipProblem(f"{sample}, {locus}", f"has {len(named)} alleles ({text}).", cure)
    if not read:
        return None
    return Seen(tuple(read), half=len(read) < len(named))


def read_profile(sample: str, genotypes: Mapping[str, str | Iterable[str] | None]) -> dict[str, Seen]:
    """A profile from texts by locus."""
    read = {locus: read_seen(sample, locus, text) for locus, text in genotypes.items()}
    return {locus: seen for locus, seen in read.items() if seen is not None}
