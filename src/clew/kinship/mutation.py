"""How alleles mutate on their way from a parent to a child: row the parent's allele, column the child's.

`rate` is the probability that a parent passes on another allele than its own. Models:

- equal: every other allele is as likely;
- proportional: the others in proportion to their frequency; leaves the frequencies as they are;
- stepwise: within alleles that differ by whole repeats, each further step `mutation_range` times as likely; to all
  others together `rate2`;
- onestep: to the next allele up or down, half the rate each; from the ends, the whole rate to the one neighbour;
- dawid: stepwise and reversible: frequency times probability is the same both ways, in proportion to mutation_range
  ** steps;
- custom: a matrix, with the alleles that its rows and columns stand for.

Rates and matrices may differ between fathers and mothers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from clew.kinship.alleles import repeats
from clew.kinship.elimination import FloatArray
from clew.kinship.problems import KinshipProblem

Kind = Literal["equal", "proportional", "stepwise", "onestep", "dawid", "custom"]
KINDS: tuple[Kind, ...] = ("equal", "proportional", "stepwise", "onestep", "dawid", "custom")
LUMPABLE = frozenset({"equal", "proportional"})
"""Models in which alleles that nobody typed has may be taken as one, exactly."""

Matrix: TypeAlias = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """What one sex has: the probability of a mutation, and what the stepwise models need beside it."""

    rate: float
    mutation_range: float = 0.1
    rate2: float = 0.0
    matrix: Matrix = ()
    matrix_alleles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mutation:
    """A model and what it takes for fathers and for mothers."""

    kind: Kind
    male: Rates
    female: Rates

    @classmethod
    def both(cls, kind: Kind, rate: float = 0.0, *, mutation_range: float = 0.1, rate2: float = 0.0) -> Mutation:
        """The same for fathers and mothers."""
        rates = Rates(rate, mutation_range, rate2)
        return cls(kind, rates, rates)

    @property
    def lumpable(self) -> bool:
        """Whether unseen alleles may be taken as one."""
        return self.kind in LUMPABLE


@dataclass(frozen=True, slots=True)
class _Locus:
    name: str
    alleles: tuple[str, ...]
    frequencies: FloatArray

    def refuse(self, problem: str, cure: str) -> KinshipProblem:
        return KinshipProblem(self.name, problem, cure)


def matrix(kind: Kind, rates: Rates, locus: str, alleles: Sequence[str], frequencies: FloatArray) -> FloatArray:
    """The mutation matrix of a locus, alleles x alleles, each row summing to 1.

    Raises `KinshipProblem` where the model does not fit the locus or its rates make a probability below 0.
    """
    at = _Locus(locus, tuple(alleles), frequencies)
    for name, value in (("rate", rates.rate), ("rate2", rates.rate2)):
        if not 0 <= value <= 1:
            raise at.refuse(f"has a mutation {name} of {value}.", "It is a probability, from 0 to 1.")
    if len(alleles) == 1 and kind != "custom":
        return np.ones((1, 1))
    return _MODELS[kind](rates, at)


def _filled(off_diagonal: FloatArray, at: _Locus) -> FloatArray:
    """The matrix whose rows are brought to 1 by what stays."""
    np.fill_diagonal(off_diagonal, 0.0)
    stays = 1.0 - off_diagonal.sum(axis=1)
    if (stays < 0).any():
        worst = at.alleles[int(stays.argmin())]
        raise at.refuse(
            f"makes allele {worst} mutate with a probability above 1.", "Lower the rate, or use another model."
        )
    np.fill_diagonal(off_diagonal, stays)
    return off_diagonal


def _equal(rates: Rates, at: _Locus) -> FloatArray:
    count = len(at.alleles)
    return _filled(np.full((count, count), rates.rate / (count - 1)), at)


def _proportional(rates: Rates, at: _Locus) -> FloatArray:
    p = at.frequencies
    differing = float(p.sum() ** 2 - (p**2).sum())
    return _filled(np.tile(rates.rate / differing * p, (len(p), 1)), at)


def _steps(at: _Locus, model: str) -> tuple[FloatArray, FloatArray]:
    """How many repeats each pair is apart, and which pairs differ by whole repeats only."""
    parsed = [repeats(each) for each in at.alleles]
    strange = [name for name, each in zip(at.alleles, parsed, strict=True) if each is None]
    if strange:
        cure = "Use equal or proportional for this locus, or give the allele its repeats."
        raise at.refuse(
            f"has allele {strange[0]}, which is no number of repeats, and the {model} model counts them.", cure
        )
    whole = np.array([each[0] for each in parsed if each], dtype=np.float64)
    beyond = np.array([each[1] for each in parsed if each], dtype=np.float64)
    return np.abs(whole[:, None] - whole), (beyond[:, None] == beyond).astype(np.float64)


def _check_range(rates: Rates, at: _Locus) -> None:
    if rates.mutation_range <= 0:
        raise at.refuse(f"has a mutation range of {rates.mutation_range}.", "It is above 0, often 0.1.")


def _stepwise(rates: Rates, at: _Locus) -> FloatArray:
    _check_range(rates, at)
    steps, alike = _steps(at, "stepwise")
    others = alike - np.eye(len(steps))
    weights = others * rates.mutation_range**steps
    within = weights.sum(axis=1, keepdims=True)
    beyond = (1 - alike).sum(axis=1, keepdims=True)
    table = rates.rate * np.divide(weights, within, out=np.zeros_like(weights), where=within > 0)
    table += rates.rate2 * np.divide(1 - alike, beyond, out=np.zeros_like(weights), where=beyond > 0)
    return _filled(table, at)


def _whole_repeats(at: _Locus, model: str) -> FloatArray:
    steps, alike = _steps(at, model)
    if any((repeats(each) or (0, 0))[1] for each in at.alleles) or not alike.all():
        cure = "Use stepwise, equal or proportional for this locus."
        raise at.refuse(f"has microvariants, which the {model} model does not know.", cure)
    return steps


def _onestep(rates: Rates, at: _Locus) -> FloatArray:
    _whole_repeats(at, "onestep")
    ladder = np.argsort([(repeats(each) or (0, 0))[0] for each in at.alleles])
    table = np.zeros((len(ladder), len(ladder)))
    for place, allele in enumerate(ladder):
        near = [ladder[other] for other in (place - 1, place + 1) if 0 <= other < len(ladder)]
        table[allele, near] = rates.rate / len(near)
    return _filled(table, at)


def _dawid(rates: Rates, at: _Locus) -> FloatArray:
    _check_range(rates, at)
    if (at.frequencies <= 0).any():
        raise at.refuse("has an allele of frequency 0, and the dawid model divides by it.", "Leave the allele out.")
    weights = rates.mutation_range ** _whole_repeats(at, "dawid")
    np.fill_diagonal(weights, 0.0)
    return _filled(rates.rate / weights.sum() * weights / at.frequencies[:, None], at)


def _custom(rates: Rates, at: _Locus) -> FloatArray:
    if sorted(rates.matrix_alleles) != sorted(at.alleles):
        cure = f"It has rows and columns for exactly: {', '.join(at.alleles)}."
        raise at.refuse("has a mutation matrix for other alleles than those of the table.", cure)
    count = len(at.alleles)
    if len(rates.matrix) != count or any(len(row) != count for row in rates.matrix):
        raise at.refuse("has a mutation matrix that is not square.", f"Give {count} rows of {count}.")
    places = [rates.matrix_alleles.index(each) for each in at.alleles]
    table: FloatArray = np.array(rates.matrix, dtype=np.float64)[np.ix_(places, places)]
    if (table < 0).any() or not np.allclose(table.sum(axis=1), 1.0, rtol=0, atol=1e-9):
        raise at.refuse(
            "has a mutation matrix whose rows are no probabilities.", "Each row sums to 1, nothing is below 0."
        )
    return table


_MODELS: Mapping[Kind, Callable[[Rates, _Locus], FloatArray]] = {
    "equal": _equal,
    "proportional": _proportional,
    "stepwise": _stepwise,
    "onestep": _onestep,
    "dawid": _dawid,
    "custom": _custom,
}
