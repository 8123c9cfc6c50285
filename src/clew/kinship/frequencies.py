"""How common each allele is in a population, and where that is known from.

A table never guesses: an allele it does not have is refused, unless a policy for unseen alleles is stated. What was
done to the numbers (scaled to 1, raised to a minimum, alleles added) stands in the table, and its digest stands in
every result.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from clew.kinship.alleles import allele_name, in_order, locus_key
from clew.kinship.problems import KinshipProblem

SUM_TOLERANCE = 1e-6
"""How far from 1 the frequencies of a locus may sum and still be used as they are."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table comes from: population, number of people, source, licence."""

    population: str
    source: str = ""
    people: int | None = None
    licence: str = ""


@dataclass(frozen=True)
class FrequencyTable:
    """Allele frequencies by locus, and everything that was done to them, in `steps`.

    Made by `FrequencyTable.of`. Lookups ignore how a locus is spelled ("vWA", "VWA").
    """

    origin: Origin
    loci: Mapping[str, Mapping[str, float]]
    steps: tuple[str, ...] = ()
    _by_key: Mapping[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {locus_key(each): each for each in self.loci})

    @classmethod
    def of(
        cls,
        origin: Origin,
        loci: Mapping[str, Mapping[str, float]],
        *,
        scale: bool = False,
        minimum: float | None = None,
    ) -> FrequencyTable:
        """A table from frequencies by locus and allele.

        `scale`: bring each locus to the sum 1, else a locus that does not sum to 1 is refused. `minimum`: raise every
        rarer allele to it first, and then scale. Raises `KinshipProblem`.
        """
        steps: list[str] = []
        if minimum is not None:
            loci = {name: {each: max(value, minimum) for each, value in own.items()} for name, own in loci.items()}
            steps.append(f"raised to at least {minimum!r}")
        cleaned = {name: _cleaned(name, own) for name, own in loci.items()}
        keys = [locus_key(each) for each in cleaned]
        if len(set(keys)) < len(keys):
            twice = next(each for each in cleaned if keys.count(locus_key(each)) > 1)
            raise KinshipProblem(twice, "stands in the table twice.", "Keep one.")
        if scale or minimum is not None:
            cleaned = {name: _scaled(own) for name, own in cleaned.items()}
            steps.append("scaled to the sum 1")
        for name, own in cleaned.items():
            _check_sum(name, own)
        return cls(origin, cleaned, tuple(steps))

    def locus(self, name: str) -> Mapping[str, float]:
        """Frequency by allele, alleles by length. Raises `KinshipProblem` for a locus that is not in the table."""
        key = locus_key(name)
        if key not in self._by_key:
            raise KinshipProblem(
                name, f"is not in the table {self.origin.population}.", f"It has: {', '.join(sorted(self.loci))}."
            )
        return self.loci[self._by_key[key]]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and locus_key(name) in self._by_key

    def with_unseen(self, seen: Mapping[str, Iterable[str]], frequency: float) -> FrequencyTable:
        """The table with every allele of `seen` (by locus) that it lacks added at `frequency`; the locus is then
        scaled.

        `frequency` is the stated policy, for instance `five_of(people)`. The same table comes back where none is
        lacking.
        """
        loci, steps = dict(self.loci), list(self.steps)
        for name, alleles in seen.items():
            own = self.locus(name)
            lacking = in_order(tuple({allele_name(each) for each in alleles} - own.keys()))
            if lacking:
                loci[self._by_key[locus_key(name)]] = _scaled({**own, **dict.fromkeys(lacking, frequency)})
                steps.append(f"{name}: {', '.join(lacking)} added at {frequency!r}, scaled to the sum 1")
        return replace(self, loci=loci, steps=tuple(steps)) if len(steps) > len(self.steps) else self

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the frequencies as used, with population and steps: two equal digests gave equal likelihoods."""
        said = {
            "population": self.origin.population,
            "steps": list(self.steps),
            "loci": {
                locus_key(name): [[each, float(own[each]).hex()] for each in in_order(tuple(own))]
                for name, own in self.loci.items()
            },
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def five_of(people: int) -> float:
    """The usual minimum frequency: five copies among the alleles of the people sampled."""
    if people < 1:
        raise KinshipProblem("Minimum frequency", f"needs the number of people sampled, not {people}.", "Say how many.")
    return 5 / (2 * people)


def _cleaned(name: str, own: Mapping[str, float]) -> dict[str, float]:
    named: dict[str, float] = {}
    for written, value in own.items():
        allele = allele_name(written)
        if allele in named:
            raise KinshipProblem(name, f"has allele {allele} twice.", "Keep one.")
        number = float(value)
        if not 0 <= number <= 1 or math.isnan(number):
            raise KinshipProblem(name, f"has frequency {value} for allele {allele}.", "It is a number from 0 to 1.")
        named[allele] = number
    if not named:
        raise KinshipProblem(name, "has no alleles.", "Leave the locus out, or give its frequencies.")
    return {each: named[each] for each in in_order(tuple(named))}


def _scaled(own: Mapping[str, float]) -> dict[str, float]:
    total = math.fsum(own.values())
    return {each: own[each] / total for each in in_order(tuple(own))} if total else dict(own)


def _check_sum(name: str, own: Mapping[str, float]) -> None:
    total = math.fsum(own.values())
    if abs(total - 1) > SUM_TOLERANCE:
        cure = "Check the table for a missing allele, or have it scaled."
        raise KinshipProblem(name, f"has frequencies that sum to {total:.6f}, not to 1.", cure)
