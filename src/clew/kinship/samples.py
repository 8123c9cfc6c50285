"""One sample of a family or of a child found, as a laboratory reports it: every fault at once, by locus.

Only loci of which a frequency table that comes with Clew knows something are taken. Markers of the Y follow a father's
line, single bases tell of ancestry and looks: neither is searched here, and both are refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from clew.kinship.alleles import ALLELE, AMELOGENIN, SEX_BY_AMELOGENIN, in_order, locus_key
from clew.kinship.kits import KITS
from clew.kinship.pedigree import Sex
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen, read_seen
from clew.kinship.tables import shipped_names, shipped_table

OF_THE_Y = re.compile(r"DY[SF]?\d|YGATA|YINDEL|RM?Y|Y-?STR", re.IGNORECASE)
SINGLE_BASE = re.compile(r"RS\d+", re.IGNORECASE)
FEWEST_LOCI = 6
"""With fewer loci no relative can be told from a stranger; such a sample is asked for again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one locus: a code that a reader has words for, and the text as it was given."""

    code: str
    locus: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A profile by the loci's own names, and every fault; with faults it is not used."""

    profile: Mapping[str, Seen]
    faults: tuple[Fault, ...]


@cache
def known_loci() -> Mapping[str, str]:
    """The autosomal loci of the tables that come with Clew: the name by its key."""
    return {locus_key(each): each for name in shipped_names() for each in shipped_table(name).loci}


def read_sample(genotypes: Mapping[str, str], *, sex: Sex = "unknown", kit: str = "") -> Sample:
    """A sample from texts by locus: `12/16`, `12/-`, void where the locus failed.

    Args:
        kit: a name of `KITS`, whose loci these are; "" where it is another.
    """
    profile: dict[str, Seen] = {}
    faults: list[Fault] = []
    allowed = {locus_key(each) for each in KITS.get(kit, ())}
    for name, text in genotypes.items():
        key = locus_key(name)
        if key in AMELOGENIN:
            faults += _of_amelogenin(name, text, sex)
            continue
        fault = _of_locus(name, key, allowed)
        seen, wrong = (None, fault) if fault else _seen(name, text)
        if wrong is not None:
            faults.append(wrong)
        elif seen is not None and known_loci()[key] in profile:
            faults.append(Fault("twice", name, text))
        elif seen is not None:
            profile[known_loci()[key]] = seen
    if not faults and len(profile) < FEWEST_LOCI:
        faults.append(Fault("few", text=str(len(profile))))
    return Sample(profile, tuple(faults))


def _of_locus(name: str, key: str, allowed: set[str]) -> Fault | None:
    if OF_THE_Y.match(key):
        return Fault("y", name)
    if SINGLE_BASE.match(key):
        return Fault("single_base", name)
    if key not in known_loci():
        return Fault("unknown", name)
    return Fault("kit", name) if allowed and key not in allowed else None


def _seen(name: str, text: str) -> tuple[Seen | None, Fault | None]:
    try:
        seen = read_seen("", name, text)
    except KinshipProblem:
        return None, Fault("three", name, text)
    if seen is None:
        return None, None
    if not all(ALLELE.fullmatch(each) for each in seen.alleles):
        return None, Fault("allele", name, text)
    if len(seen.alleles) == 1 and not seen.half:
        return None, Fault("one", name, text)
    return Seen(in_order(seen.alleles), seen.half), None


def _of_amelogenin(name: str, text: str, sex: Sex) -> list[Fault]:
    shown = SEX_BY_AMELOGENIN.get(text.strip().upper().replace(",", "/"))
    return [Fault("sex", name, text)] if shown and sex != "unknown" and shown != sex else []
