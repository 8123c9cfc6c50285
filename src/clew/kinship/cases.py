"""Cases from a file: two pedigrees, profiles and assumptions in, likelihood ratios out.

The shape is in docs/use/kinship.md. What a case does not say is not assumed: no mutation, theta 0, no silent allele,
and an allele that is not in the table is refused unless `unseen_alleles` says at what frequency it is added.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from clew.kinship.alleles import allele_name, locus_key
from clew.kinship.assumptions import Assumptions, Chromosome, Founders
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.likelihood import linked_likelihood
from clew.kinship.locus import make_locus
from clew.kinship.mutation import KINDS, Kind, Matrix, Mutation, Rates
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
    whole = _mapping(document, "The file")
    databases = _mapping(whole.get("databases", {}), "databases")
    return {
        "cases": [_answered(read_case(each, databases, founders)) for each in _list(whole.get("cases", []), "cases")],
        "linked_pairs": [
            _answered_pair(_mapping(each, "linked_pairs"), databases, founders)
            for each in _list(whole.get("linked_pairs", []), "linked_pairs")
        ],
    }


def read_case(document: object, databases: Mapping[str, Any], founders: Founders) -> Case:
    """One case from its JSON. Raises `KinshipProblem` with its id."""
    said = _mapping(document, "A case")
    name = str(said.get("id", ""))
    try:
        return _case(name, said, databases, founders)
    except KinshipProblem as fault:
        raise KinshipProblem(f"Case {name or '(no id)'}: {fault.subject}", fault.problem, fault.cure) from fault


def _case(id: str, said: Mapping[str, Any], databases: Mapping[str, Any], founders: Founders) -> Case:
    for each in ("loci", "H1", "H2", "genotypes"):
        if each not in said:
            raise KinshipProblem(each, "is missing.", "A case has loci, H1, H2 and genotypes.")
    loci = tuple(str(each) for each in _list(said["loci"], "loci"))
    first, second = (
        pedigree_from_json(
            said[each], inbreeding=said.get(f"founder_inbreeding_{each}"), twins=said.get(f"twins_{each}")
        )
        for each in ("H1", "H2")
    )
    profiles = _profiles(said, loci)
    table = _table(said, databases, loci)
    unseen = said.get("unseen_alleles")
    if unseen is not None:
        seen = {each: [name for own in seen_at(profiles, each).values() for name in own.alleles] for each in loci}
        table = table.with_unseen(seen, _number(unseen, "unseen_alleles"))
    check_persons(first, second, profiles)
    return Case(id, first, second, profiles, _assumptions(said, table, founders), loci)


def _profiles(said: Mapping[str, Any], loci: Sequence[str]) -> dict[str, dict[str, Any]]:
    genotypes = _mapping(said["genotypes"], "genotypes")
    typed = [str(each) for each in said.get("typed", genotypes)]
    lacking = [each for each in typed if each not in genotypes]
    if lacking:
        raise KinshipProblem(lacking[0], "is typed and has no genotypes.", "Add them, or take the person off the list.")
    spelled = {locus_key(each): each for each in loci}
    return {
        each: {
            spelled[locus_key(locus)]: seen
            for locus, seen in read_profile(each, _mapping(genotypes[each], f"genotypes of {each}")).items()
            if locus_key(locus) in spelled
        }
        for each in typed
    }


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
        Origin(name), {each: own[each] for each in _mapping(own, "frequencies") if locus_key(each) in wanted}
    )


def _assumptions(said: Mapping[str, Any], table: FrequencyTable, founders: Founders) -> Assumptions:
    chromosome = said.get("chromosome") or "autosomal"
    if chromosome not in ("autosomal", "X"):
        raise KinshipProblem("chromosome", f'is "{chromosome}".', "It is autosomal or X.")
    drop_out = said.get("drop_out") or 0.0
    by_sample = _mapping(drop_out, "drop_out") if isinstance(drop_out, Mapping) else {}
    return Assumptions(
        table,
        mutation=read_mutation(said.get("mutation")),
        mutation_by_locus={
            str(locus): read_mutation(each)
            for locus, each in _mapping(said.get("mutation_by_locus") or {}, "mutation_by_locus").items()
        },
        theta=_number(said.get("theta") or 0.0, "theta"),
        silent=_number(said.get("silent_freq") or 0.0, "silent_freq"),
        drop_out=0.0 if by_sample else _number(drop_out, "drop_out"),
        drop_out_by_sample={str(each): _number(value, "drop_out") for each, value in by_sample.items()},
        chromosome=cast("Chromosome", chromosome),
        untyped_founders=founders,
    )


def read_mutation(document: object) -> Mutation | None:
    """A mutation model from JSON: `{"model", "rate", "range", "rate2", "matrix", "alleles"}`, numbers and matrix each
    a value or one for female and for male.

    None for none. Raises `KinshipProblem`.
    """
    if document is None:
        return None
    said = _mapping(document, "mutation")
    kind = said.get("model")
    if kind in (None, "none", "trivial"):
        return None
    if kind not in KINDS:
        raise KinshipProblem("mutation", f'has the model "{kind}".', f"It is one of: {', '.join(KINDS)}.")
    if kind != "custom" and "rate" not in said:
        raise KinshipProblem("mutation", f"has the model {kind} and no rate.", 'Say "rate".')
    if kind == "stepwise" and not {"range", "rate2"} <= said.keys():
        raise KinshipProblem("mutation", "is stepwise without range and rate2.", 'Say "range" and "rate2".')
    if kind == "dawid" and "range" not in said:
        raise KinshipProblem("mutation", "is dawid without range.", 'Say "range".')
    if kind == "custom" and "alleles" not in said:
        cure = 'Say "alleles": the alleles that its rows and columns stand for, in their order.'
        raise KinshipProblem("mutation", "is custom without alleles.", cure)
    return Mutation(cast("Kind", kind), _rates(said, "male"), _rates(said, "female"))


def _rates(said: Mapping[str, Any], sex: str) -> Rates:
    def of(name: str, otherwise: object) -> object:
        value = said.get(name, otherwise)
        if isinstance(value, Mapping):
            if sex not in value:
                raise KinshipProblem("mutation", f"has no {name} for {sex}.", "Give one value, or female and male.")
            return value[sex]
        return value

    rows = _list(of("matrix", []), "matrix")
    names = tuple(allele_name(each) for each in _list(said.get("alleles", []), "alleles"))
    table: Matrix = tuple(tuple(_number(each, "matrix") for each in _list(row, "matrix")) for row in rows)
    return Rates(
        _number(of("rate", 0.0), "rate"),
        _number(of("range", 0.1), "range"),
        _number(of("rate2", 0.0), "rate2"),
        table,
        names,
    )


def _answered(case: Case) -> dict[str, Any]:
    try:
        found = case.ratio()
    except KinshipProblem as fault:
        raise KinshipProblem(f"Case {case.id}: {fault.subject}", fault.problem, fault.cure) from fault
    return {
        "id": case.id,
        "LR": _plain(found.lr),
        "log10LR": _plain(found.log10),
        "LR_per_locus": [_plain(each) for each in found.per_locus],
        "untyped_founders": found.untyped_founders,
        "assumptions": found.assumptions,
        "frequencies": case.assumptions.table.digest,
        "frequency_steps": list(found.table_steps),
    }


def _answered_pair(said: Mapping[str, Any], databases: Mapping[str, Any], founders: Founders) -> dict[str, Any]:
    """Two linked loci: the pedigree against the same persons unrelated. The loci are those typed, in the order
    given."""
    family = pedigree_from_json(said.get("ped", []))
    genotypes = {each: _mapping(own, each) for each, own in _mapping(said.get("genotypes", {}), "genotypes").items()}
    names = tuple(dict.fromkeys(locus for own in genotypes.values() for locus in own))
    if len(names) != 2:
        raise KinshipProblem("linked_pairs", f"has {len(names)} loci.", "A linked pair has two.")
    own = said.get("freqs") or databases.get(str(said.get("db", "inline")))
    if own is None:
        raise KinshipProblem(
            "linked_pairs", "has no frequencies.", 'Give freqs, or a database "inline" or named by db.'
        )
    table = FrequencyTable.of(Origin(str(said.get("db", "inline"))), {each: own[each] for each in names})
    assumptions = _assumptions(said, table, founders)
    profiles = {each: read_profile(each, own) for each, own in genotypes.items()}
    unrelated = Pedigree(tuple(Person(each, sex=family[each].sex) for each in profiles))
    loci = (make_locus(assumptions, names[0]), make_locus(assumptions, names[1]))
    seen = (seen_at(profiles, names[0]), seen_at(profiles, names[1]))
    rho = _number(said.get("rho"), "rho")
    related, apart = (linked_likelihood(each, loci, seen, rho) for each in (family, unrelated))
    return {"relation": said.get("relation"), "rho": said.get("rho"), "LR_vs_unrelated": _plain(related.over(apart))}


def _plain(number: float) -> float | str | None:
    """A number as JSON knows it; "Inf" and "-Inf" beyond, null where there is none."""
    if math.isnan(number):
        return None
    if math.isinf(number):
        return "Inf" if number > 0 else "-Inf"
    return number


def _mapping(document: object, name: str) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise KinshipProblem(name, "is not a JSON object.", 'Write {"name": value}.')
    return document


def _list(document: object, name: str) -> Sequence[Any]:
    if not isinstance(document, list | tuple):
        raise KinshipProblem(name, "is not a list.", "Write [value, value].")
    return document


def _number(document: object, name: str) -> float:
    if isinstance(document, bool) or not isinstance(document, int | float):
        raise KinshipProblem(name, f"is {document!r}.", "It is a number.")
    return float(document)
