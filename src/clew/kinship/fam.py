"""Familias files (`.fam`): persons, profiles, pedigrees, frequencies, mutation models, and the victims and families
of the DVI part.

Read in the versions met in the wild (3.2 and 3.3, also as written by R). A model that the file names and Clew does
not have is refused, and so is whatever breaks the format; nothing of such a file is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clew.kinship.alleles import allele_name
from clew.kinship.assumptions import Assumptions, Founders
from clew.kinship.fam_dvi import DviPart, read_dvi
from clew.kinship.fam_lines import Lines
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.mutation import Kind, Mutation, Rates
from clew.kinship.pedigree import Pedigree, Person, Sex
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile, Seen

MODELS: Mapping[int, Kind] = {0: "equal", 1: "proportional", 4: "stepwise"}
"""Familias' numbers. 2 and 3 are older stepwise models that count places in the list of alleles."""


@dataclass(frozen=True)
class FamFile:
    """What a file holds. `pedigrees` are the hypotheses by name, `dvi` the part on unidentified persons, if any.

    `mutation`, `silent`: by locus. `people`: how many were sampled for each locus.
    """

    version: str
    profiles: Mapping[str, Profile]
    pedigrees: Mapping[str, Pedigree]
    table: FrequencyTable
    mutation: Mapping[str, Mutation | None]
    silent: Mapping[str, float]
    people: Mapping[str, int]
    theta: float
    dvi: DviPart | None

    def assumptions(self, *, untyped_founders: Founders = "keep") -> Assumptions:
        """What the file assumes; Familias itself prunes untyped founders."""
        return Assumptions(
            self.table,
            mutation_by_locus=self.mutation,
            silent_by_locus=self.silent,
            theta=self.theta,
            untyped_founders=untyped_founders,
        )


def read_fam_file(path: Path) -> FamFile:
    """`read_fam` on a file, whose text may be UTF-8 or Windows-1252."""
    return read_fam(decoded(path.read_bytes()))


def decoded(content: bytes) -> str:
    """The text of a Familias file, which may be UTF-8 or Windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_fam(text: str) -> FamFile:
    """A Familias file from its text. Raises `KinshipProblem` with the line number."""
    lines = Lines(text)
    if "Output from Familias" not in lines.next():
        raise lines.refuse("is no Familias file.", "Choose a file that Familias has written.")
    lines.next()
    version = lines.next()
    lines.next()
    raw = _persons(lines)
    known = _relations(lines, "Known relations")
    pedigrees = _pedigrees(lines, raw, known)
    theta = _theta(lines)
    loci = _loci(lines)
    table = FrequencyTable.of(
        Origin(loci.database, source="Familias file"), {each.name: each.frequencies for each in loci.loci}
    )
    return FamFile(
        version=version,
        profiles={each.name: _profile(each, loci.loci) for each in raw if each.alleles},
        pedigrees=pedigrees,
        table=table,
        mutation={each.name: each.mutation for each in loci.loci},
        silent={each.name: each.silent for each in loci.loci if each.silent},
        people={each.name: each.people for each in loci.loci if each.people},
        theta=theta,
        dvi=read_dvi(lines),
    )


@dataclass(frozen=True, slots=True)
class _Raw:
    """A person as written: pairs of allele places with the place of the locus."""

    name: str
    sex: Sex
    alleles: tuple[tuple[int, int, int], ...]


def _persons(lines: Lines) -> tuple[_Raw, ...]:
    persons: list[_Raw] = []
    for _ in range(lines.whole()):
        name = lines.text()
        lines.flag()
        lines.next()  # year of birth
        lines.flag()  # whether a child
        sex: Sex = "male" if lines.flag() else "female"
        alleles = [(lines.whole(), lines.whole(), lines.whole()) for _ in range(lines.whole())]
        persons.append(_Raw(name, sex, tuple(alleles)))
    return tuple(persons)


@dataclass(frozen=True, slots=True)
class _Relations:
    females: int
    males: int
    pairs: tuple[tuple[int, int], ...]


def _relations(lines: Lines, name: str = "") -> _Relations:
    if name and lines.text() != name:
        raise lines.refuse(f"is not the section {name}.", "Save the file again with Familias.")
    females, males = lines.whole(), lines.whole()
    return _Relations(females, males, tuple((lines.whole(), lines.whole()) for _ in range(lines.whole())))


def _pedigrees(lines: Lines, raw: tuple[_Raw, ...], known: _Relations) -> dict[str, Pedigree]:
    found: dict[str, Pedigree] = {}
    for _ in range(lines.whole()):
        lines.whole()
        name = lines.text()
        own = _relations(lines)
        found[name] = _pedigree(name, raw, known, own)
    return found


def _pedigree(name: str, raw: tuple[_Raw, ...], known: _Relations, own: _Relations) -> Pedigree:
    """Everyone of the file, the pedigree's extra women and men after them, and who is whose parent."""
    persons: list[tuple[str, Sex]] = [(each.name, each.sex) for each in raw]
    persons += [(f"Extra woman {number}", "female") for number in range(1, own.females + known.females + 1)]
    persons += [(f"Extra man {number}", "male") for number in range(1, own.males + known.males + 1)]
    parents: dict[int, dict[str, str]] = {each: {} for each in range(len(persons))}
    for parent, child in dict.fromkeys((*known.pairs, *own.pairs)):
        if not (0 <= parent < len(persons) and 0 <= child < len(persons)):
            raise KinshipProblem(
                name, f"names person {max(parent, child)}, who is not in the file.", "Save it again with Familias."
            )
        role = "father" if persons[parent][1] == "male" else "mother"
        if parents[child].setdefault(role, persons[parent][0]) != persons[parent][0]:
            raise KinshipProblem(f"{name}, {persons[child][0]}", f"has two persons as {role}.", "Keep one in Familias.")
    return Pedigree(
        tuple(
            Person(person, own_parents.get("father", ""), own_parents.get("mother", ""), sex)
            for (person, sex), own_parents in zip(persons, parents.values(), strict=True)
        )
    )


def _theta(lines: Lines) -> float:
    line = lines.next()
    found = re.search(r"Fst:\s*([0-9.,eE+-]+)", line)
    if not found:
        raise lines.refuse("does not say theta.", "Save the file again with Familias.")
    several = re.search(r"#Databases:\s*(\d+)", line)
    if several and int(several[1]) != 1:
        raise lines.refuse(
            f"says that there are {several[1]} frequency databases.", "Keep one in Familias, and save again."
        )
    return float(found[1].replace(",", "."))


@dataclass(frozen=True, slots=True)
class _FamLocus:
    name: str
    frequencies: Mapping[str, float]
    order: tuple[str, ...]
    mutation: Mutation | None
    silent: float
    people: int


@dataclass(frozen=True, slots=True)
class _Loci:
    database: str
    loci: tuple[_FamLocus, ...]


def _loci(lines: Lines) -> _Loci:
    count = lines.whole()
    lines.flag()
    database = lines.text()
    return _Loci(database, tuple(_locus(lines) for _ in range(count)))


def _locus(lines: Lines) -> _FamLocus:
    name = lines.text()
    female_rate, male_rate = lines.number(), lines.number()
    female_model, male_model = lines.whole(), lines.whole()
    lines.whole()  # number of alleles, the silent one included
    female_range, male_range = lines.number(), lines.number()
    female_rate2, male_rate2 = lines.number(), lines.number()
    has_silent = lines.flag()
    silent = lines.number()
    counted = lines.next()
    people = re.search(r"DatabaseSize\s*=\s*(\d+)", counted)
    order: list[str] = []
    frequencies: dict[str, float] = {}
    for _ in range(lines.whole_of(counted.split()[0] if counted else "")):
        order.append(allele_name(lines.text()))
        frequencies[order[-1]] = lines.number()
    mutation = None
    if female_rate or male_rate or female_rate2 or male_rate2:
        if female_model != male_model or female_model not in MODELS:
            raise KinshipProblem(
                name,
                f"has the mutation models {female_model} (mothers) and {male_model} (fathers) of Familias.",
                "Choose one of equal, proportional or extended stepwise for both in Familias.",
            )
        mutation = Mutation(
            MODELS[female_model],
            male=Rates(male_rate, male_range, male_rate2),
            female=Rates(female_rate, female_range, female_rate2),
        )
    return _FamLocus(
        name, frequencies, tuple(order), mutation, silent if has_silent else 0.0, int(people[1]) if people else 0
    )


def _profile(raw: _Raw, loci: tuple[_FamLocus, ...]) -> dict[str, Seen]:
    profile: dict[str, Seen] = {}
    for first, second, place in raw.alleles:
        if not 0 <= place < len(loci) or not all(0 <= each < len(loci[place].order) for each in (first, second)):
            raise KinshipProblem(
                raw.name, "has an allele that the file's frequencies lack.", "Save it again with Familias."
            )
        locus = loci[place]
        profile[locus.name] = Seen((locus.order[first], locus.order[second]))
    return profile
