"""Pedigrees from JSON and from `.ped` files.

JSON: `[{"id", "fid", "mid", "sex"}]`, or `{"persons": [...], "twins": [["A", "B"]]}`. `.ped`: one person a line,
family, person, father, mother, sex, then phenotype and markers. "0" is nobody; sex is 1 or "male", 2 or "female", 0
unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clew.kinship.pedigree import Pedigree, Person, Sex
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen, read_seen

NOBODY = frozenset({"", "0", "None"})
SEXES: Mapping[str, Sex] = {
    "1": "male", "m": "male", "male": "male",
    "2": "female", "f": "female", "female": "female",
    "0": "unknown", "": "unknown", "none": "unknown", "unknown": "unknown", "u": "unknown",
    "-9": "unknown", "other": "unknown",
}  # fmt: skip


def read_sex(id: str, said: object) -> Sex:
    """Sex as files write it. Raises `KinshipProblem`."""
    found = SEXES.get(str(said).strip().lower())
    if found is None:
        raise KinshipProblem(id, f'has the sex "{said}".', "Write 1 (male), 2 (female) or 0 (unknown).")
    return found


def pedigree_from_json(document: object, *, inbreeding: object = None, twins: object = None) -> Pedigree:
    """A pedigree from JSON. `inbreeding`: by founder; `twins`: sets of ids. Raises `KinshipProblem`."""
    if isinstance(document, Mapping):
        twins = document.get("twins", twins)
        inbreeding = document.get("founder_inbreeding", inbreeding)
        document = document.get("persons")
    if not isinstance(document, list | tuple):
        raise KinshipProblem(
            "Pedigree", "is not a list of persons.", 'Write [{"id": "F", "fid": "0", "mid": "0", "sex": 1}].'
        )
    inbred = inbreeding if isinstance(inbreeding, Mapping) else {}
    persons = tuple(_person(each, inbred) for each in document)
    sets = [[str(one) for one in each] for each in twins] if isinstance(twins, list | tuple) else []
    made = Pedigree.of(*persons, twins=sets)
    for each in [*inbred, *(one for two in sets for one in two)]:
        made[str(each)]
    return made


def pedigree_to_json(pedigree: Pedigree) -> dict[str, Any]:
    """The pedigree as JSON that `pedigree_from_json` reads."""
    numbers = {"male": 1, "female": 2, "unknown": 0}
    return {
        "persons": [
            {
                "id": each.id,
                "fid": each.father or "0",
                "mid": each.mother or "0",
                "sex": numbers[each.sex],
                **({"inbreeding": each.inbreeding} if each.inbreeding else {}),
                **({"deceased": True} if each.deceased else {}),
            }
            for each in pedigree
        ],
        "twins": [sorted(each) for each in pedigree.twins],
    }


def _person(document: object, inbreeding: Mapping[str, Any]) -> Person:
    if not isinstance(document, Mapping) or "id" not in document:
        raise KinshipProblem(
            "Pedigree", f"has a person that is {document!r}.", 'Each person is {"id", "fid", "mid", "sex"}.'
        )
    name = str(document["id"])
    father, mother = (str(document.get(each, "0")) for each in ("fid", "mid"))
    own = document.get("inbreeding", inbreeding.get(name, 0.0))
    if isinstance(own, bool) or not isinstance(own, int | float):
        raise KinshipProblem(name, f"has inbreeding {own!r}.", "It is a number from 0 to 1.")
    return Person(
        name,
        "" if father in NOBODY else father,
        "" if mother in NOBODY else mother,
        read_sex(name, document.get("sex", 0)),
        float(own),
        deceased=document.get("deceased") is True,
    )


@dataclass(frozen=True, slots=True)
class PedFile:
    """One family of a `.ped` file: its pedigree, and what was seen of each person at each marker, in the file's
    order."""

    family: str
    pedigree: Pedigree
    seen: Mapping[str, tuple[Seen | None, ...]]


def read_ped(text: str) -> tuple[PedFile, ...]:
    """The families of a `.ped` file, in its order. Lines that begin with # are left out. Raises `KinshipProblem`."""
    families: dict[str, list[list[str]]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or line.lstrip().startswith("#") or words[:2] == ["famid", "id"]:
            continue
        if len(words) < 5:
            cure = "Each line is: family person father mother sex, then phenotype and two alleles for each marker."
            raise KinshipProblem(f"Line {number}", f"has {len(words)} words.", cure)
        families.setdefault(words[0], []).append(words[1:])
    if not families:
        raise KinshipProblem("The file", "has no persons.", "Choose another file.")
    return tuple(_ped_family(name, lines) for name, lines in families.items())


def _ped_family(family: str, lines: Iterable[list[str]]) -> PedFile:
    persons: list[Person] = []
    seen: dict[str, tuple[Seen | None, ...]] = {}
    for name, father, mother, sex, *rest in lines:
        persons.append(
            Person(name, "" if father in NOBODY else father, "" if mother in NOBODY else mother, read_sex(name, sex))
        )
        alleles = rest[1:]
        if len(alleles) % 2:
            cure = "After the phenotype come two alleles for each marker; 0 is not typed."
            raise KinshipProblem(name, f"has {len(alleles)} alleles, which is not two for each marker.", cure)
        pairs = zip(alleles[::2], alleles[1::2], strict=True)
        seen[name] = tuple(
            read_seen(name, f"marker {number}", ["-" if each in NOBODY else each for each in pair])
            for number, pair in enumerate(pairs, 1)
        )
    return PedFile(family, Pedigree(tuple(persons)), seen)
