"""What a likelihood rests on beside the family and the profiles: tables, mutation, theta, silent alleles,
conventions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from clew.kinship.alleles import locus_key
from clew.kinship.frequencies import FrequencyTable
from clew.kinship.mutation import Mutation
from clew.kinship.problems import KinshipProblem

Chromosome = Literal["autosomal", "X"]
Founders = Literal["keep", "prune"]
"""`keep`: an untyped founder's alleles come from the table and mutate on their way to the child. `prune`: an untyped
founder with one child is left out first, and the child's allele comes from the table. They differ where the mutation
model does not leave the frequencies as they are. With theta above 0 everyone is kept."""


@dataclass(frozen=True)
class Assumptions:
    """What holds for every locus, with exceptions by locus for the mutation model and the silent allele.

    `theta`: co-ancestry of the population (Balding and Nichols). `silent`: frequency of an allele that no test shows.
    `drop_out`: probability that one copy of an allele present was not seen; some samples may have their own.
    """

    table: FrequencyTable
    mutation: Mutation | None = None
    mutation_by_locus: Mapping[str, Mutation | None] = field(default_factory=dict)
    theta: float = 0.0
    silent: float = 0.0
    silent_by_locus: Mapping[str, float] = field(default_factory=dict)
    drop_out: float = 0.0
    drop_out_by_sample: Mapping[str, float] = field(default_factory=dict)
    chromosome: Chromosome = "autosomal"
    untyped_founders: Founders = "keep"

    def __post_init__(self) -> None:
        by_name = [("theta", self.theta), ("silent", self.silent), ("drop-out", self.drop_out)]
        by_name += [(f"drop-out of {sample}", value) for sample, value in self.drop_out_by_sample.items()]
        by_name += [(f"silent at {locus}", value) for locus, value in self.silent_by_locus.items()]
        for name, value in by_name:
            if not 0 <= value < 1:
                raise KinshipProblem(name, f"is {value}.", "It is a probability, from 0 up to but not 1.")
        by_key = {locus_key(name): mutation for name, mutation in self.mutation_by_locus.items()}
        object.__setattr__(self, "mutation_by_locus", by_key)
        silent = {locus_key(name): value for name, value in self.silent_by_locus.items()}
        object.__setattr__(self, "silent_by_locus", silent)

    def mutation_at(self, locus: str) -> Mutation | None:
        """The mutation model of a locus; None where nothing mutates."""
        return self.mutation_by_locus.get(locus_key(locus), self.mutation)

    def silent_at(self, locus: str) -> float:
        """The frequency of the silent allele of a locus."""
        return self.silent_by_locus.get(locus_key(locus), self.silent)

    def drop_out_of(self, sample: str) -> float:
        """The probability that one copy of an allele of this sample was not seen."""
        return self.drop_out_by_sample.get(sample, self.drop_out)

    @property
    def prunes(self) -> bool:
        """Whether untyped founders with one child are left out; never with theta, where everyone counts."""
        return self.untyped_founders == "prune" and self.theta == 0

    @property
    def digest(self) -> str:
        """SHA-256 of everything assumed, the table's digest included."""
        said = {
            "table": self.table.digest,
            "mutation": _plain(self.mutation),
            "mutation_by_locus": {name: _plain(each) for name, each in self.mutation_by_locus.items()},
            "numbers": [float(each).hex() for each in (self.theta, self.silent, self.drop_out)],
            "silent_by_locus": {each: float(value).hex() for each, value in self.silent_by_locus.items()},
            "drop_out_by_sample": {each: float(value).hex() for each, value in self.drop_out_by_sample.items()},
            "chromosome": self.chromosome,
            "untyped_founders": self.untyped_founders,
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _plain(mutation: Mutation | None) -> object:
    return None if mutation is None else asdict(mutation)
