"""Families and databases that never were: to try a search, measure it, and know what it would find.

All chance comes from the generator that is given, so that a seed gives the same persons for ever. Founders are drawn
from the table, and children inherit with the mutation that the assumptions state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clew.kinship.assumptions import Assumptions
from clew.kinship.columns import Columns, ColumnsBuilder, columns_by_locus
from clew.kinship.elimination import FloatArray
from clew.kinship.frequencies import FrequencyTable
from clew.kinship.locus import Locus, make_locus
from clew.kinship.pedigree import Pedigree, child, man, woman
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen

TWENTY_THREE = (
    "D1S1656", "TPOX", "D2S441", "D2S1338", "D3S1358", "FGA", "D5S818", "CSF1PO", "SE33", "D7S820", "D8S1179",
    "D10S1248", "TH01", "vWA", "D12S391", "D13S317", "Penta_E", "D16S539", "D18S51", "D19S433", "D21S11", "Penta_D",
    "D22S1045",
)  # fmt: skip
"""The loci of a large kit: those of Europe and of North America, SE33, Penta D and Penta E."""
RELATIVES: Mapping[str, tuple[Pedigree, tuple[str, ...]]] = {
    "duo": (Pedigree.of(man("F"), woman("M"), child("MP", "F", "M")), ("F",)),
    "trio": (Pedigree.of(man("F"), woman("M"), child("MP", "F", "M")), ("F", "M")),
    "sibs": (Pedigree.of(man("F"), woman("M"), man("SIB", "F", "M"), child("MP", "F", "M")), ("SIB",)),
    "grandparent": (Pedigree.of(woman("GM"), man("F", "", "GM"), woman("M"), child("MP", "F", "M")), ("GM",)),
}
"""Families by who of them is typed; MP is missing."""
BLOCK = 1_000_000
"""Profiles drawn at once."""


def simulated_columns(
    table: FrequencyTable,
    loci: Sequence[str],
    count: int,
    rng: np.random.Generator,
    *,
    missing: float = 0.0,
    prefix: str = "",
) -> Columns:
    """A database of unrelated children, without theta. `missing`: the share of loci that failed. Ids are `prefix` and
    the number of the row.
    """
    made = [_drawn_locus(each, table.locus(each), count, rng, missing) for each in loci]
    ids = np.char.add(prefix.encode(), np.arange(count).astype(f"S{len(str(max(count - 1, 0)))}"))
    return columns_by_locus(made, ids, np.zeros(count, dtype=np.uint8))


def _drawn_locus(
    name: str, frequencies: Mapping[str, float], count: int, rng: np.random.Generator, missing: float
) -> tuple[str, list[Seen | None], NDArray[np.uint16]]:
    alleles, p = tuple(frequencies), np.array(list(frequencies.values()))
    first, second = np.triu_indices(len(p))
    chances = np.where(first == second, 1.0, 2.0) * p[first] * p[second]
    order = np.argsort(-chances, kind="stable")
    steps = np.cumsum(chances[order] / chances.sum())
    codes = np.empty(count, dtype=np.uint16)
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        drawn = np.minimum(np.searchsorted(steps, rng.random(size), side="right"), len(steps) - 1) + 1
        codes[start : start + size] = np.where(rng.random(size) < missing, 0, drawn)
    return name, [None, *(Seen((alleles[first[each]], alleles[second[each]])) for each in order)], codes


def simulated_family(
    family: Pedigree, persons: Sequence[str], assumptions: Assumptions, loci: Sequence[str], rng: np.random.Generator
) -> dict[str, dict[str, Seen]]:
    """Profiles of `persons` of one family, drawn together.

    Theta, silent alleles, drop-out, inbred founders and the X are refused: what is drawn would not be what the
    assumptions say. Raises `KinshipProblem`.
    """
    _check(family, assumptions)
    order = _parents_first(family)
    profiles: dict[str, dict[str, Seen]] = {each: {} for each in persons}
    for name in loci:
        locus = make_locus(assumptions, name)
        drawn = _drop_genes(family, order, locus, rng)
        for each in persons:
            numbers = sorted(drawn[family.genome(each)])
            profiles[each][name] = Seen(tuple(locus.alleles[number] for number in numbers))
    return profiles


def _check(family: Pedigree, assumptions: Assumptions) -> None:
    stated = {
        "theta": assumptions.theta,
        "silent alleles": assumptions.silent or any(assumptions.silent_by_locus.values()),
        "drop-out": assumptions.drop_out or any(assumptions.drop_out_by_sample.values()),
        "the X": assumptions.chromosome == "X",
        "inbred founders": any(each.inbreeding for each in family),
    }
    name = next((each for each, value in stated.items() if value), None)
    if name is not None:
        raise KinshipProblem("Simulation", f"does not draw families with {name}.", "Simulate without.")


def _parents_first(family: Pedigree) -> list[str]:
    order: list[str] = []
    left = list(dict.fromkeys(map(family.genome, family.ids)))
    while left:
        for each in left:
            parents = [family.genome(one) for one in (family[each].father, family[each].mother) if one]
            if all(one in order for one in parents):
                order.append(each)
        left = [each for each in left if each not in order]
    return order


def _drop_genes(
    family: Pedigree, order: Sequence[str], locus: Locus, rng: np.random.Generator
) -> dict[str, tuple[int, int]]:
    """Two allele numbers for each genome: paternal, maternal."""
    drawn: dict[str, tuple[int, int]] = {}
    for each in order:
        person = family[each]
        drawn[each] = (
            _allele(
                drawn.get(family.genome(person.father)) if person.father else None,
                "male",
                person.is_founder,
                locus,
                rng,
            ),
            _allele(
                drawn.get(family.genome(person.mother)) if person.mother else None,
                "female",
                person.is_founder,
                locus,
                rng,
            ),
        )
    return drawn


def _allele(parent: tuple[int, int] | None, sex: str, founder: bool, locus: Locus, rng: np.random.Generator) -> int:
    """An allele from a parent, mutated where that happens; of a parent who is not named, one of the population's."""
    own = _draw(locus.frequencies, rng) if parent is None else parent[int(rng.integers(2))]
    if (parent is None and founder) or not locus.mutates(sex):
        return own
    return _draw(locus.passed_on(sex)[own], rng)


def _draw(chances: FloatArray, rng: np.random.Generator) -> int:
    return int(
        np.searchsorted(np.cumsum(chances), rng.random() * float(chances.sum()), side="right").clip(0, len(chances) - 1)
    )


def shuffled(columns: Columns, rng: np.random.Generator, prefix: str) -> tuple[Columns, dict[str, str]]:
    """The profiles in another order under new ids, `prefix` and a number; and each new id by the old one where that
    was no number."""
    order = rng.permutation(len(columns))
    width = len(str(len(columns)))
    ids = np.array([f"{prefix}{row:0{width}}".encode() for row in range(1, len(columns) + 1)], dtype=np.bytes_)
    renamed = {
        columns.id(int(old)): ids[new].decode() for new, old in enumerate(order) if not columns.ids[old].isdigit()
    }
    made = Columns(columns.loci, columns.shared, columns.codes[:, order], ids, columns.sexes[order])
    return made, dict(sorted(renamed.items()))


def planted(columns: Columns, profiles: Mapping[str, Mapping[str, Seen]]) -> Columns:
    """The columns with further profiles, at rows that follow."""
    builder = ColumnsBuilder.continuing(columns)
    builder.add((each, profile, "unknown") for each, profile in profiles.items())
    return builder.finish()
