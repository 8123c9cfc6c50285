"""What the library computes for a family: power before a search, the search itself, and each hit explained.

Everything in here runs in the worker; nothing of it is imported by a page.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from clew.kinship.alleles import locus_key
from clew.kinship.assumptions import Assumptions
from clew.kinship.columns import Columns
from clew.kinship.compiling import STAND_IN
from clew.kinship.documents import plain, read_mutation
from clew.kinship.family_files import SearchingFamily
from clew.kinship.frequencies import FrequencyTable
from clew.kinship.meaning import explain, posteriors
from clew.kinship.pedigree_files import pedigree_from_json
from clew.kinship.power import Power, power, whom_to_sample_next
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile as Findings
from clew.kinship.scanning import Hit, Hits, scan
from clew.kinship.tables import shipped_names, shipped_table
from clew.node.kinship.models import Family, Profile
from clew.node.kinship.sealing import open_profile
from clew.node.kinship.standing import fallen

TOP: Final = 50
"""Hits that a search keeps, the best; how many reached the threshold is said beside them."""

PRIORS: Final = (0.01, 0.1, 0.5)
"""How probable it was before that the child is among those searched: nobody knows, so three are shown."""

MOST_NEXT: Final = 4
"""Relatives for whom it is computed what their sample would add; the nearest in the order of the pedigree."""


@dataclass(frozen=True)
class Ready:
    """A family with the profiles that may be used today. `without`: loci that its table does not know."""

    family: SearchingFamily
    profiles: tuple[Profile, ...]
    without: tuple[str, ...]


def ready(family: Family) -> Ready:
    """The family as the library takes it. Raises `KinshipProblem` where no relative is typed."""
    typed = list(family.profiles.filter(destroyed=None).order_by("pk"))
    gone = {each.pk for each in fallen(typed)}
    profiles = [each for each in typed if each.pk not in gone]
    opened = {each.person: open_profile(each) or {} for each in profiles}
    table = shipped_table(family.table)
    known = {locus_key(each) for each in table.loci}
    seen = sorted({locus for each in opened.values() for locus in each})
    loci = tuple(each for each in seen if locus_key(each) in known)
    if not loci:
        raise KinshipProblem(family.reference, "has no relative who is typed.", "Record the profile of one first.")
    assumed = Assumptions(table, mutation=read_mutation(family.mutation), theta=family.theta)
    made = SearchingFamily(
        family.reference, pedigree_from_json(family.pedigree), family.missing, opened, assumed, loci, family.unseen
    )
    return Ready(made, tuple(profiles), tuple(each for each in seen if locus_key(each) not in known))


def weighed(own: Ready, size: int, *, briefly: bool = False) -> dict[str, Any]:
    """What a search of this family among so many children can find: JSON, without a genotype.

    `briefly`: whose sample would help is asked only where these relatives cannot answer.
    """
    family = own.family.with_alleles({})
    known = power(family.pedigree, family.missing, family.profiles, family.assumptions, family.loci)
    number = max(size, 1)
    least = max(known.threshold(number), float(LOWEST))
    can_answer = known.can_answer(number)
    return {
        "can_answer": can_answer,
        "threshold": plain(least),
        "found": known.found(least),
        "median": plain(known.true_child.quantile(0.5)),
        "low": plain(known.true_child.quantile(0.05)),
        "at": [{"log10": each, "found": known.found(each), "false": known.false_hits(each, number)} for each in _STEPS],
        "curve": _curve(known),
        "next": [] if briefly and can_answer else _next(family, number),
        "loci": list(family.loci),
        "without": list(own.without),
        "typed": sorted(each.person for each in own.profiles),
    }


LOWEST: Final = -4
"""The lowest log10 ratio that is spoken of; among few children no stranger is expected even there."""

_STEPS: Final = (2.0, 4.0, 6.0, 8.0)


def _curve(known: Power) -> list[list[float]]:
    """The probability of reaching each log10 LR from -4 to 24: for the true child, and for an unrelated one."""
    return [[step, known.found(step), known.unrelated.at_least(step)] for step in range(LOWEST, 25)]


def _next(family: SearchingFamily, size: int) -> list[dict[str, Any]]:
    near = _nearest(family)
    away = _out_of_reach(family, [each for each in family.pedigree.ids if each not in near])
    asked = whom_to_sample_next(away.pedigree, away.missing, away.profiles, away.assumptions, away.loci, size)
    return [{"person": each, "found": found} for each, found, _power in asked]


def _nearest(family: SearchingFamily) -> set[str]:
    """The untyped relatives who are asked about: parents and children of the missing child first."""
    child = family.pedigree[family.missing]
    first = [child.father, child.mother]
    listed = [*first, *family.pedigree.ids]
    left = [each for each in dict.fromkeys(listed) if each and each not in (*family.profiles, family.missing)]
    return set(left[:MOST_NEXT])


def _out_of_reach(family: SearchingFamily, persons: Iterable[str]) -> SearchingFamily:
    """The family in which these persons cannot be sampled, so that the library asks only about the others."""
    away = set(persons)
    people = tuple(replace(each, deceased=each.deceased or each.id in away) for each in family.pedigree)
    return replace(family, pedigree=replace(family.pedigree, persons=people))


def searched(
    own: Ready, columns: Columns, log10: float, progress: Callable[[int, int], None], *, only: int | None = None
) -> tuple[Hits, SearchingFamily]:
    """The hits above a threshold, and the family as it was compiled; with `only`, in one row of the columns.

    The table is widened by all alleles of the columns either way, so that a child has the same ratio in both. Raises
    `KinshipProblem`, `SearchCancelled`.
    """
    family = own.family.with_alleles(columns.alleles())
    among = columns if only is None else columns.only([only])
    return scan(family.compiled(), among, 10.0**log10, TOP, threads=2, progress=progress), family


def review_of(family: SearchingFamily, hit: Hit, child: Findings, hits: Hits, size: int) -> bytes:
    """A hit explained, as JSON: locus by locus, under every table that knows all loci, and against the number of
    children among whom the family's may be (`size`), searched now or not.

    It holds genotypes, and is sealed by whoever keeps it.
    """
    pedigree = family.pedigree
    otherwise = pedigree.without_link(family.missing, STAND_IN)
    profiles = {**family.profiles, family.missing: child}
    tables, lacking = _further_tables(family, profiles)
    said = explain(pedigree, otherwise, profiles, family.assumptions, family.loci, tables)
    content = {
        "log10": plain(said.ratio.log10),
        "lowest": plain(said.lowest.log10),
        "tables": [{"name": name, "log10": plain(each.log10)} for name, each in said.by_table.items()],
        "lacking": lacking,
        "loci": [
            {
                "locus": each.ratio.locus,
                "log10": plain(math.log10(each.ratio.ratio)) if each.ratio.ratio > 0 else "-Inf",
                "seen": {who: str(seen) for who, seen in each.seen.items()},
                "unusual": each.unusual,
                "excludes": each.excludes,
                "without": plain(said.without(each.ratio.locus)),
            }
            for each in said.loci
        ],
        "posteriors": _posteriors(hit, hits, size),
        "persons": [*family.profiles, family.missing],
        "missing": family.missing,
    }
    return json.dumps(content).encode()


def _posteriors(hit: Hit, hits: Hits, size: int) -> list[list[float]]:
    ratios = [each.lr for each in hits.hits]
    if not all(math.isfinite(each) for each in ratios):
        return []
    place = hits.hits.index(hit)
    number = max(size, len(ratios))
    return [[each, posteriors(ratios, database_size=number, in_database=each)[place]] for each in PRIORS]


def _further_tables(
    family: SearchingFamily, profiles: Mapping[str, Findings]
) -> tuple[dict[str, FrequencyTable], list[str]]:
    """The other tables that come with Clew and know every locus, widened as the family's is; and those that do not."""
    tables: dict[str, FrequencyTable] = {}
    lacking: list[str] = []
    for name in shipped_names():
        table = shipped_table(name)
        if table.origin == family.assumptions.table.origin:
            continue
        known = {locus_key(each) for each in table.loci}
        if not all(locus_key(each) in known for each in family.loci):
            lacking.append(name)
            continue
        seen = {
            locus: {allele for own in profiles.values() if locus in own for allele in own[locus].alleles}
            for locus in family.loci
        }
        tables[name] = table.with_unseen(seen, family.unseen or 0.001)
    return tables, lacking
