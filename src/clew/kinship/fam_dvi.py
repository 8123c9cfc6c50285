"""The part of a Familias file on unidentified persons and the families that look for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clew.kinship.alleles import allele_name
from clew.kinship.fam_lines import Lines
from clew.kinship.pedigree import Pedigree, Person, Sex
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile, Seen

SEXES: Mapping[str, Sex] = {"male": "male", "female": "female"}


@dataclass(frozen=True, slots=True)
class DviPedigree:
    """Who is whose parent in a family, where the sex of the person looked for may be open.

    `sexes`: everyone's sex, "unknown" where neither the file nor the other parent of a child says it. `unsaid`: the
    parents among those.
    """

    name: str
    sexes: Mapping[str, Sex]
    parents: Mapping[str, tuple[str, ...]]

    @property
    def unsaid(self) -> tuple[str, ...]:
        """Parents whose sex has to be said, for it decides between father and mother."""
        return tuple(
            each
            for each, sex in self.sexes.items()
            if sex == "unknown" and any(each in own for own in self.parents.values())
        )

    def pedigree(self, sexes: Mapping[str, Sex] | None = None) -> Pedigree:
        """The pedigree, with the sex of those in `unsaid`. Raises `KinshipProblem`."""
        whole = {each: sex if sex != "unknown" else (sexes or {}).get(each, sex) for each, sex in self.sexes.items()}
        return Pedigree(tuple(self._person(each, sex, whole) for each, sex in whole.items()))

    def _person(self, id: str, sex: Sex, sexes: Mapping[str, Sex]) -> Person:
        own = self.parents.get(id, ())
        for each in own:
            if sexes[each] == "unknown":
                cure = f"Say the sex of {each}."
                raise KinshipProblem(self.name, f"does not say whether {each} is father or mother of {id}.", cure)
        fathers, mothers = ([each for each in own if sexes[each] == role] for role in ("male", "female"))
        if len(fathers) > 1 or len(mothers) > 1:
            raise KinshipProblem(self.name, f"gives {id} two fathers or two mothers.", "Keep one of each.")
        return Person(id, "".join(fathers), "".join(mothers), sex)


@dataclass(frozen=True, slots=True)
class DviFamily:
    """A family that looks for someone: its pedigrees by name, and the profiles of its members."""

    name: str
    pedigrees: Mapping[str, DviPedigree]
    profiles: Mapping[str, Profile]


@dataclass(frozen=True, slots=True)
class DviPart:
    """Profiles of unidentified persons by sample, their sex, and the families."""

    unidentified: Mapping[str, Profile]
    sexes: Mapping[str, Sex]
    families: tuple[DviFamily, ...]


@dataclass(frozen=True, slots=True)
class _Sampled:
    name: str
    sex: Sex
    profile: Profile


def read_dvi(lines: Lines) -> DviPart | None:
    """The part, or None where the file has none. Raises `KinshipProblem` with the line number."""
    if lines.peek() != "[DVI]":
        return None
    lines.heading("DVI")
    lines.heading("Unidentified persons")
    unidentified = _persons(lines)
    families: list[DviFamily] = []
    while (line := lines.peek()) is not None:
        if line.strip("[]").strip() == "Reference Families" and line.startswith("["):
            lines.heading("Reference Families")
            families += [_family(lines) for _ in range(lines.whole_of(lines.entry("nFamilies")[1]))]
            break
        lines.next()
    return DviPart(
        {each.name: each.profile for each in unidentified},
        {each.name: each.sex for each in unidentified},
        tuple(families),
    )


def _persons(lines: Lines) -> tuple[_Sampled, ...]:
    found: list[_Sampled] = []
    for _ in range(lines.whole_of(lines.entry("nPersons")[1])):
        lines.heading("Person")
        name = lines.entry("Name")[1]
        sex = SEXES.get(lines.entry("Gender")[1].lower(), "unknown")
        lines.heading("DNA data")
        profile: dict[str, Seen] = {}
        for _ in range(lines.whole_of(lines.entry("nSystems")[1])):
            locus = lines.entry("SystemName")[1]
            first, second = (allele_name(lines.entry(each)[1]) for each in ("Allele1", "Allele2"))
            profile[locus] = Seen((first, second))
        found.append(_Sampled(name, sex, profile))
    return tuple(found)


def _family(lines: Lines) -> DviFamily:
    lines.heading("Family")
    name = lines.entry("Name")[1]
    lines.heading("Persons")
    persons = _persons(lines)
    lines.heading("Pedigrees")
    pedigrees: dict[str, DviPedigree] = {}
    for _ in range(lines.whole_of(lines.entry("nPedigrees")[1])):
        lines.heading("Pedigree")
        title = lines.entry("Name")[1]
        pairs = [
            (lines.entry("Parent")[1], lines.entry("Child")[1])
            for _ in range(lines.whole_of(lines.entry("nRelations")[1]))
        ]
        pedigrees[title] = _pedigree(f"{name}, {title}", persons, pairs)
    return DviFamily(name, pedigrees, {each.name: each.profile for each in persons if each.profile})


def _pedigree(name: str, persons: tuple[_Sampled, ...], pairs: list[tuple[str, str]]) -> DviPedigree:
    sexes: dict[str, Sex] = {each.name: each.sex for each in persons}
    parents: dict[str, list[str]] = {}
    for parent, child in dict.fromkeys(pairs):
        for each in (parent, child):
            sexes.setdefault(each, "unknown")
        parents.setdefault(child, []).append(parent)
    _sexes_by_partner(sexes, parents)
    return DviPedigree(name, sexes, {child: tuple(own) for child, own in parents.items()})


def _sexes_by_partner(sexes: dict[str, Sex], parents: Mapping[str, list[str]]) -> None:
    opposite: Mapping[Sex, Sex] = {"male": "female", "female": "male", "unknown": "unknown"}
    """Where a child has two parents and one of them is known to be a man, the other is a woman, and the other way
    round."""
    couples = [each for each in parents.values() if len(each) == 2]
    for _ in couples:
        for one, other in [*couples, *([b, a] for a, b in couples)]:
            if sexes[one] == "unknown":
                sexes[one] = opposite[sexes[other]]
