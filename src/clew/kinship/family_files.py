"""A family that looks for a child, from a JSON file: pedigree, who is missing, profiles of relatives, assumptions.

The shape is in docs/use/kinship.md; what it shares with cases (mutation, theta, …) is said in the same words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clew.kinship.alleles import locus_key
from clew.kinship.assumptions import Assumptions, Founders
from clew.kinship.compiling import CompiledFamily, compile_family
from clew.kinship.documents import list_of, mapping_of, number_of, read_assumptions, read_profiles
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.pedigree import Pedigree
from clew.kinship.pedigree_files import pedigree_from_json
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile
from clew.kinship.tables import shipped_table


@dataclass(frozen=True, slots=True)
class SearchingFamily:
    """A family, read and checked. `unseen`: the frequency at which an allele that the table lacks is added, if
    stated."""

    id: str
    pedigree: Pedigree
    missing: str
    profiles: Mapping[str, Profile]
    assumptions: Assumptions
    loci: tuple[str, ...]
    unseen: float | None

    @property
    def digest(self) -> str:
        """SHA-256 of everything that its search rests on."""
        profiles = {
            each: sorted((name, str(seen)) for name, seen in own.items()) for each, own in self.profiles.items()
        }
        twins = sorted(sorted(each) for each in self.pedigree.twins)
        parts = (
            self.pedigree.persons,
            twins,
            self.missing,
            sorted(profiles.items()),
            self.assumptions.digest,
            self.loci,
        )
        said = repr(parts)
        return hashlib.sha256(said.encode()).hexdigest()

    def with_alleles(self, alleles: Mapping[str, Iterable[str]]) -> SearchingFamily:
        """The family with its table widened, where the policy allows it, by what was seen in it and in a database.

        `alleles`: those of the database, by locus.
        """
        if self.unseen is None:
            return self
        by_key = {locus_key(name): set(own) for name, own in alleles.items()}
        seen = {
            name: by_key.get(locus_key(name), set()).union(
                *(own[name].alleles for own in self.profiles.values() if name in own)
            )
            for name in self.loci
        }
        table = self.assumptions.table.with_unseen(seen, self.unseen)
        return replace(self, assumptions=replace(self.assumptions, table=table))

    def compiled(self) -> CompiledFamily:
        """Its tables. Raises `KinshipProblem` with the family's id."""
        try:
            return compile_family(self.pedigree, self.missing, self.profiles, self.assumptions, self.loci)
        except KinshipProblem as fault:
            raise KinshipProblem(f"Family {self.id}: {fault.subject}", fault.problem, fault.cure) from fault


def read_family_file(path: Path, *, founders: Founders = "keep") -> SearchingFamily:
    """The family of a JSON file. Raises `KinshipProblem` with file, field and cure."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise KinshipProblem(path.name, "cannot be read.", "Name a file of one family (JSON).") from None
    except ValueError as fault:
        cure = "The shape is described in docs/use/kinship.md."
        raise KinshipProblem(path.name, f"is not JSON ({fault}).", cure) from None
    try:
        return read_family(document, founders=founders)
    except KinshipProblem as fault:
        raise KinshipProblem(f"{path.name}: {fault.subject}", fault.problem, fault.cure) from fault


def read_family(document: object, *, founders: Founders = "keep") -> SearchingFamily:
    """A family from its JSON. Raises `KinshipProblem`."""
    said = mapping_of(document, "The family")
    for each in ("pedigree", "missing", "genotypes"):
        if each not in said:
            raise KinshipProblem(each, "is missing.", "A family has pedigree, missing, genotypes and a table.")
    pedigree = pedigree_from_json(said["pedigree"], inbreeding=said.get("founder_inbreeding"), twins=said.get("twins"))
    missing = str(said["missing"])
    pedigree[missing]
    table = _table(said)
    loci = _loci(said, table)
    profiles = read_profiles(said, loci)
    for each in profiles:
        pedigree[each]
    if missing in profiles:
        cure = "Take the profile out: it is the child looked for."
        raise KinshipProblem(missing, "is missing and has genotypes.", cure)
    if not any(profiles.values()):
        raise KinshipProblem("genotypes", "name nobody who is typed at one of the loci.", "Type a relative.")
    unseen = said.get("unseen_alleles")
    return SearchingFamily(
        str(said.get("id", "(no id)")),
        pedigree,
        missing,
        profiles,
        read_assumptions(said, table, founders),
        loci,
        None if unseen is None else number_of(unseen, "unseen_alleles"),
    )


def _table(said: Mapping[str, Any]) -> FrequencyTable:
    if "freqs" in said:
        return FrequencyTable.of(Origin(str(said.get("table", "(the file's own)"))), mapping_of(said["freqs"], "freqs"))
    if "table" not in said:
        cure = "Name one that comes with Clew as table, such as norstr_norway, or give freqs."
        raise KinshipProblem("table", "is missing.", cure)
    return shipped_table(str(said["table"]))


def _loci(said: Mapping[str, Any], table: FrequencyTable) -> tuple[str, ...]:
    """The loci named, or all at which a relative is typed; each in the table."""
    genotypes = mapping_of(said["genotypes"], "genotypes")
    named = said.get("loci")
    wanted = (
        [str(each) for each in list_of(named, "loci")]
        if named is not None
        else [name for each, own in genotypes.items() for name in mapping_of(own, f"genotypes of {each}")]
    )
    loci = tuple({locus_key(each): each for each in reversed(wanted)}.values())[::-1]
    for each in loci:
        table.locus(each)
    return loci


def family_to_json(family: SearchingFamily, table: str) -> dict[str, Any]:
    """The JSON of a simulated family, which `read_family` reads back.

    Its table comes with Clew under this name, and its mutation model needs no more than a rate.
    """
    own = family.assumptions.mutation
    made: dict[str, Any] = {
        "id": family.id,
        "missing": family.missing,
        "table": table,
        "pedigree": [
            {"id": each.id, "fid": each.father or "0", "mid": each.mother or "0", "sex": each.sex}
            for each in family.pedigree
        ],
        "loci": list(family.loci),
        "genotypes": {
            each: {name: str(seen) for name, seen in profile.items()} for each, profile in family.profiles.items()
        },
    }
    if own is not None:
        rates = {"female": own.female.rate, "male": own.male.rate}
        made["mutation"] = {"model": own.kind, "rate": rates}
    return made
