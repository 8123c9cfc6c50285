"""Sums a product of tables over their variables, one variable after the other, without ever making the full product.

Every entry is a probability, so nothing is subtracted and no accuracy is lost: the relative error stays near the
rounding of one float64. A result that is zero is exactly zero.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clew.kinship.problems import KinshipProblem

FloatArray: TypeAlias = NDArray[np.float64]

MOST_ENTRIES = 30_000_000
"""A table of more entries is computed in slices."""
MOST_WORK = 2e11
"""Multiplications, about a minute; a sum that needs more is refused."""
SMALL = 2.0**-300


@dataclass(frozen=True, slots=True)
class Factor:
    """A table over variables, one axis each, in this order."""

    variables: tuple[int, ...]
    table: FloatArray


@dataclass(frozen=True, slots=True)
class Scaled:
    """A table times two to the power of `exponent`, so that large families do not underflow."""

    table: FloatArray
    exponent: int

    @property
    def value(self) -> FloatArray:
        """The table itself; entries below the smallest float64 are 0."""
        return np.ldexp(self.table, self.exponent)


def total(parts: Sequence[Scaled]) -> Scaled:
    """The sum of tables of one shape."""
    exponent = max(each.exponent for each in parts)
    added = sum((np.ldexp(each.table, each.exponent - exponent) for each in parts), np.float64(0.0))
    return Scaled(np.asarray(added, dtype=np.float64), exponent)


def eliminate(
    factors: Sequence[Factor], sizes: Sequence[int], keep: Sequence[int] = (), most_work: float = MOST_WORK
) -> Scaled:
    """The sum of the product of `factors` over all variables but `keep`, whose axes come in the order of `keep`.

    `sizes`: how many values each variable has, by its number. Raises `KinshipProblem` where the work is too much.
    """
    plan = _plan(factors, sizes, keep)
    if plan.work > most_work:
        raise KinshipProblem(
            "Pedigree",
            "needs more computing than one search may take.",
            "Type more of the persons who connect its loops, leave out the most distant ones, or use a mutation model "
            "that does not tell unseen alleles apart (equal, proportional).",
        )
    if plan.widest_size > MOST_ENTRIES:
        return _in_slices(factors, sizes, keep, plan)
    return _in_order(factors, sizes, keep, plan.order)


@dataclass(frozen=True, slots=True)
class _Plan:
    order: tuple[int, ...]
    work: float
    widest: frozenset[int]
    widest_size: float


def _plan(factors: Sequence[Factor], sizes: Sequence[int], keep: Collection[int]) -> _Plan:
    """The order that makes the smallest table at each step."""
    scopes = [frozenset(each.variables) for each in factors]
    left = frozenset().union(*scopes) - set(keep)
    unions = {variable: _union(scopes, variable) for variable in left}
    order: list[int] = []
    work, widest, widest_size = 0.0, frozenset[int](), 0.0
    while unions:
        weights = {variable: math.prod(sizes[one] for one in union) for variable, union in unions.items()}
        chosen = min(weights, key=lambda variable: (weights[variable], variable))
        union = unions.pop(chosen)
        order.append(chosen)
        work += weights[chosen]
        if weights[chosen] / sizes[chosen] > widest_size:
            widest, widest_size = union - {chosen}, weights[chosen] / sizes[chosen]
        scopes = [each for each in scopes if chosen not in each] + [union - {chosen}]
        for other in union & unions.keys():
            unions[other] = _union(scopes, other)
    return _Plan(tuple(order), work, widest, widest_size)


def _union(scopes: list[frozenset[int]], variable: int) -> frozenset[int]:
    return frozenset().union(*(each for each in scopes if variable in each))


def _in_slices(factors: Sequence[Factor], sizes: Sequence[int], keep: Sequence[int], plan: _Plan) -> Scaled:
    free = plan.widest - set(keep)
    if not free:
        cure = "Leave fewer persons free, or use fewer alleles."
        raise KinshipProblem("Table", "over the persons left free is too large.", cure)
    cut = max(free, key=lambda variable: (sizes[variable], -variable))
    return total(
        [eliminate([_fixed(each, cut, value) for each in factors], sizes, keep) for value in range(sizes[cut])]
    )


def _fixed(factor: Factor, variable: int, value: int) -> Factor:
    if variable not in factor.variables:
        return factor
    axis = factor.variables.index(variable)
    rest = tuple(each for each in factor.variables if each != variable)
    return Factor(rest, np.take(factor.table, value, axis))


def _in_order(factors: Sequence[Factor], sizes: Sequence[int], keep: Sequence[int], order: Sequence[int]) -> Scaled:
    left, exponent = list(factors), 0
    for variable in order:
        bucket = [each for each in left if variable in each.variables]
        left = [each for each in left if variable not in each.variables]
        made, shift = _summed_out(bucket, variable)
        left.append(made)
        exponent += shift
    product = Factor((), np.ones(()))
    for each in sorted(left, key=lambda one: one.table.size):
        product, shift = _rescaled(_product(product, each))
        exponent += shift
    missing = tuple(each for each in keep if each not in product.variables)
    shape = tuple(sizes[each] for each in (*product.variables, *missing))
    whole = np.broadcast_to(product.table[(..., *(None for _ in missing))], shape)
    axes = (*product.variables, *missing)
    return Scaled(np.array(whole.transpose([axes.index(each) for each in keep]), order="C"), exponent)


def _rescaled(factor: Factor) -> tuple[Factor, int]:
    """The factor with its entries brought up by a power of two, which changes no digit, where all are very small."""
    peak = float(factor.table.max(initial=0.0))
    if peak == 0.0 or peak > SMALL:
        return factor, 0
    _, exponent = math.frexp(peak)
    return Factor(factor.variables, np.ldexp(factor.table, -exponent)), exponent


def _summed_out(bucket: list[Factor], variable: int) -> tuple[Factor, int]:
    """The product of the bucket summed over one variable, and its exponent; the last two meet in a matrix product."""
    bucket = sorted(bucket, key=lambda one: (one.table.size, one.variables))
    product, exponent = bucket[0], 0
    for each in bucket[1:-1]:
        product, shift = _rescaled(_product(product, each))
        exponent += shift
    if len(bucket) == 1:
        axis = product.variables.index(variable)
        rest = tuple(one for one in product.variables if one != variable)
        made, shift = _rescaled(Factor(rest, product.table.sum(axis=axis)))
    else:
        made, shift = _rescaled(_matrix_product(product, bucket[-1], variable))
    return made, exponent + shift


def _product(left: Factor, right: Factor) -> Factor:
    axes = (*left.variables, *(each for each in right.variables if each not in left.variables))
    return Factor(axes, _aligned(left, axes) * _aligned(right, axes))


def _aligned(factor: Factor, axes: tuple[int, ...]) -> FloatArray:
    """The table with one axis for each of `axes`, of length one where the factor does not know the variable."""
    own = [each for each in axes if each in factor.variables]
    table = factor.table.transpose([factor.variables.index(each) for each in own])
    return table.reshape([table.shape[own.index(each)] if each in own else 1 for each in axes])


def _matrix_product(left: Factor, right: Factor, variable: int) -> Factor:
    shared = [each for each in left.variables if each in right.variables and each != variable]
    only_left = [each for each in left.variables if each not in right.variables]
    only_right = [each for each in right.variables if each not in left.variables]
    one = left.table.transpose([left.variables.index(each) for each in (*shared, *only_left, variable)])
    other = right.table.transpose([right.variables.index(each) for each in (*shared, variable, *only_right)])
    lengths = tuple(_lengths(left, shared))
    rows, columns = tuple(_lengths(left, only_left)), tuple(_lengths(right, only_right))
    inner = left.table.shape[left.variables.index(variable)]
    product = np.matmul(
        one.reshape((*lengths, math.prod(rows), inner)), other.reshape((*lengths, inner, math.prod(columns)))
    )
    return Factor((*shared, *only_left, *only_right), product.reshape((*lengths, *rows, *columns)))


def _lengths(factor: Factor, variables: list[int]) -> Iterator[int]:
    return (factor.table.shape[factor.variables.index(each)] for each in variables)
