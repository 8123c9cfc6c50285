"""Cases from a file: two pedigrees, profiles and assumptions in, likelihood ratios out.

The shape is in docs/use/kinship.md. What a case does not say is not assumed: no mutation, theta 0, no silent allele,
and an allele that is not in the table is refused unless `unseen_alleles` says at what frequency it is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clew.kinship.alleles import locus_key
from clew.kinship.assumptions import Assumptions, Founders
from clew.kinship.documents import list_of, mapping_of, number_of, plain, read_assumptions, read_profiles
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.likelihood import linked_likelihood
from clew.kinship.locus import make_locus
from clew.kinship.pedigree import Pedigree, Person
from clew.kinship.pedigree_files import pedigree_from_json
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile, read_profile
from clew.kinship.ratios import Ratio, check_persons, ratio, seen_at


@dataclass(frozen=True, slots=True)
class Case:
    """One case, read and checked."""

    id: str
    first: Pedigree
    second: Pedigree
    profiles: Mapping[str, Profile]
    assumptions: Assumptions
    loci: tuple[str, ...]

    def ratio(self) -> Ratio:
        """Its likelihood ratio. Raises `KinshipProblem`."""
        return ratio(self.first, self.second, self.profiles, self.assumptions, self.loci)


def answer(document: object, founders: Founders) -> dict[str, Any]:
    """The ratios of every case and linked pair of a file, in the shape that `clew kinship lr --json` prints.

    Raises `KinshipProblem` with the case's id for the first fault: no figure is given beside a wrong one.
    """
    whole = mapping_of(document, "The file")
    databases = mapping_of(whole.get("databases", {}), "databases")
    return {
        "cases": [_answered(read_case(each, databases, founders)) for each in list_of(whole.get("cases", []), "cases")],
        "linked_pairs": [
            _answered_pair(mapping_of(each, "linked_pairs"), databases, founders)
            for each in list_of(whole.get("linked_pairs", []), "linked_pairs")
        ],
    }


def read_case(document: object, databases: Mapping[str, Any], founders: Founders) -> Case:
    """One case from its JSON. Raises `KinshipProblem` with its id."""
    said = mapping_of(document, "A case")
    name = str(said.get("id", ""))
    try:
        return _case(name, said, databases, founders)
    except KinshipProblem as fault:
        raise KinshipProblem(f"Case {name or '(no id)'}: {fault.subject}", fault.problem, fault.cure) from fault


def _case(id: str, said: Mapping[str, Any], databases: Mapping[str, Any], founders: Founders) -> Case:
    for each in ("loci", "H1", "H2", "genotypes"):
        if each not in said:
            raise KinshipProblem(each, "is missing.", "A case has loci, H1, H2 and genotypes.")
    loci = tuple(str(each) for each in list_of(said["loci"], "loci"))
    first, second = (
        pedigree_from_json(
            said[each], inbreeding=said.get(f"founder_inbreeding_{each}"), twins=said.get(f"twins_{each}")
        )
        for each in ("H1", "H2")
    )
    profiles = read_profiles(said, loci)
    table = _table(said, databases, loci)
    unseen = said.get("unseen_alleles")
    if unseen is not None:
        seen = {each: [name for own in seen_at(profiles, each).values() for name in own.alleles] for each in loci}
        table = table.with_unseen(seen, number_of(unseen, "unseen_alleles"))
    check_persons(first, second, profiles)
    return Case(id, first, second, profiles, read_assumptions(said, table, founders), loci)


def _table(said: Mapping[str, Any], databases: Mapping[str, Any], loci: Iterable[str]) -> FrequencyTable:
    name = str(said.get("db", ""))
    own = said.get("freqs")
    if own is None:
        if name not in databases:
            cure = f"Name one of: {', '.join(databases) or '(the file has none)'}; or give freqs."
            raise KinshipProblem("db", f'"{name}" is not among the databases of the file.', cure)
        own = databases[name]
    wanted = {locus_key(each) for each in loci}
    return FrequencyTable.of(
        Origin(name), {each: own[each] for each in mapping_of(own, "frequencies") if locus_key(each) in wanted}
    )


def _answered(case: Case) -> dict[str, Any]:
    try:
        found = case.ratio()
    except KinshipProblem as fault:
        raise KinshipProblem(f"Case {case.id}: {fault.subject}", fault.problem, fault.cure) from fault
    return {
        "id": case.id,
        "LR": plain(found.lr),
        "log10LR": plain(found.log10),
        "LR_per_locus": [plain(each) for each in found.per_locus],
        "untyped_founders": found.untyped_founders,
        "assumptions": found.assumptions,
        "frequencies": case.assumptions.table.digest,
        "frequency_steps": list(found.table_steps),
    }


def _answered_pair(said: Mapping[str, Any], databases: Mapping[str, Any], founders: Founders) -> dict[str, Any]:
    """Two linked loci: the pedigree against the same persons unrelated. The loci are those typed, in the order
    given."""
    family = pedigree_from_json(said.get("ped", []))
    genotypes = {
        each: mapping_of(own, each) for each, own in mapping_of(said.get("genotypes", {}), "genotypes").items()
    }
    names = tuple(dict.fromkeys(locus for own in genotypes.values() for locus in own))
    if len(names) != 2:
        raise KinshipProblem("linked_pairs", f"has {len(names)} loci.", "A linked pair has two.")
    own = said.get("freqs") or databases.get(str(said.get("db", "inline")))
    if own is None:
        raise KinshipProblem(
            "linked_pairs", "has no frequencies.", 'Give freqs, or a database "inline" or named by db.'
        )
    table = FrequencyTable.of(Origin(str(said.get("db", "inline"))), {each: own[each] for each in names})
    assumptions = read_assumptions(said, table, founders)
    profiles = {each: read_profile(each, own) for each, own in genotypes.items()}
    unrelated = Pedigree(tuple(Person(each, sex=family[each].sex) for each in profiles))
    loci = (make_locus(assumptions, names[0]), make_locus(assumptions, names[1]))
    seen = (seen_at(profiles, names[0]), seen_at(profiles, names[1]))
    rho = number_of(said.get("rho"), "rho")
    related, apart = (linked_likelihood(each, loci, seen, rho) for each in (family, unrelated))
    return {"relation": said.get("relation"), "rho": said.get("rho"), "LR_vs_unrelated": plain(related.over(apart))}
