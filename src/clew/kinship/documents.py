"""What families and cases say about themselves in JSON: profiles, mutation models, assumptions.

What is not said is not assumed: no mutation, theta 0, no silent allele. A fault is a `KinshipProblem` that names the
field.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from clew.kinship.alleles import allele_name, locus_key
from clew.kinship.assumptions import Assumptions, Chromosome, Founders
from clew.kinship.frequencies import FrequencyTable
from clew.kinship.mutation import KINDS, Kind, Matrix, Mutation, Rates
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen, read_profile


def read_profiles(said: Mapping[str, Any], loci: Sequence[str]) -> dict[str, dict[str, Seen]]:
    """The profiles of the persons typed, at these loci, however the file spells them."""
    genotypes = mapping_of(said["genotypes"], "genotypes")
    typed = [str(each) for each in said.get("typed", genotypes)]
    lacking = [each for each in typed if each not in genotypes]
    if lacking:
        raise KinshipProblem(lacking[0], "is typed and has no genotypes.", "Add them, or take the person off the list.")
    spelled = {locus_key(each): each for each in loci}
    return {
        each: {
            spelled[locus_key(locus)]: seen
            for locus, seen in read_profile(each, mapping_of(genotypes[each], f"genotypes of {each}")).items()
            if locus_key(locus) in spelled
        }
        for each in typed
    }


def read_assumptions(said: Mapping[str, Any], table: FrequencyTable, founders: Founders) -> Assumptions:
    """What a case or a family assumes beside its table."""
    chromosome = said.get("chromosome") or "autosomal"
    if chromosome not in ("autosomal", "X"):
        raise KinshipProblem("chromosome", f'is "{chromosome}".', "It is autosomal or X.")
    drop_out = said.get("drop_out") or 0.0
    by_sample = mapping_of(drop_out, "drop_out") if isinstance(drop_out, Mapping) else {}
    return Assumptions(
        table,
        mutation=read_mutation(said.get("mutation")),
        mutation_by_locus={
            str(locus): read_mutation(each)
            for locus, each in mapping_of(said.get("mutation_by_locus") or {}, "mutation_by_locus").items()
        },
        theta=number_of(said.get("theta") or 0.0, "theta"),
        silent=number_of(said.get("silent_freq") or 0.0, "silent_freq"),
        drop_out=0.0 if by_sample else number_of(drop_out, "drop_out"),
        drop_out_by_sample={str(each): number_of(value, "drop_out") for each, value in by_sample.items()},
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
    said = mapping_of(document, "mutation")
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

    rows = list_of(of("matrix", []), "matrix")
    names = tuple(allele_name(each) for each in list_of(said.get("alleles", []), "alleles"))
    table: Matrix = tuple(tuple(number_of(each, "matrix") for each in list_of(row, "matrix")) for row in rows)
    return Rates(
        number_of(of("rate", 0.0), "rate"),
        number_of(of("range", 0.1), "range"),
        number_of(of("rate2", 0.0), "rate2"),
        table,
        names,
    )


def plain(number: float) -> float | str | None:
    """A number as JSON knows it; "Inf" and "-Inf" beyond, null where there is none."""
    if math.isnan(number):
        return None
    if math.isinf(number):
        return "Inf" if number > 0 else "-Inf"
    return number


def mapping_of(document: object, name: str) -> Mapping[str, Any]:
    """A JSON object, or a refusal that names the field."""
    if not isinstance(document, Mapping):
        raise KinshipProblem(name, "is not a JSON object.", 'Write {"name": value}.')
    return document


def list_of(document: object, name: str) -> Sequence[Any]:
    """A JSON list, or a refusal that names the field."""
    if not isinstance(document, list | tuple):
        raise KinshipProblem(name, "is not a list.", "Write [value, value].")
    return document


def number_of(document: object, name: str) -> float:
    """A JSON number, or a refusal that names the field."""
    if isinstance(document, bool) or not isinstance(document, int | float):
        raise KinshipProblem(name, f"is {document!r}.", "It is a number.")
    return float(document)
