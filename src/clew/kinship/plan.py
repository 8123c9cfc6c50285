"""In which order the columns are looked up, and what a sum must have reached after each, so that no hit is lost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clew.kinship.columns import Columns
from clew.kinship.elimination import FloatArray
from clew.kinship.lookup import AT_ONCE

SAMPLE = 512
"""Profiles by which it is decided from which column on leaving early is worth its while."""
ROUNDING = 2.0**-24
"""The relative error of one float32 operation."""
LATE = 10.0
"""What a look-up for one who is left costs beside one of a pass over everyone, as measured."""
LOWEST = -8.0
"""What an exclusion counts when the columns are put into order."""


@dataclass(frozen=True, eq=False)
class Plan:
    """`order`, `tables`, `need` and `dense` as `lookup.survivors` takes them. `largest_error`: of a sum in float32."""

    order: NDArray[np.int64]
    tables: NDArray[np.float32]
    need: NDArray[np.float32]
    dense: int
    largest_error: float


def plan_of(columns: Columns, ratios: Mapping[int, FloatArray], least: float) -> Plan:
    """The plan for ratios by locus number and code. `least`: the log10 ratio that these loci together must reach.

    The columns that lose most on average come first.
    """
    logs = {locus: _log10(own) for locus, own in ratios.items()}
    used = [number for number, own in enumerate(columns.shared) if any(each in logs for each in own)]
    losses = {number: math.fsum(_loss(columns, each, logs) for each in columns.shared[number]) for number in used}
    used.sort(key=lambda number: (-losses[number], number))
    made = [_table(columns, columns.shared[number], logs) for number in used]
    highest = [float(each.max()) for each in made]
    error = 1.01 * ROUNDING * (len(made) + 2) * math.fsum(_largest(each) for each in made)
    # A place that is only there to fill a pass looks up zeros.
    fill = -len(used) % AT_ONCE
    tables = np.zeros((len(used) + fill, max(map(len, made))), dtype=np.float32)
    for place, each in enumerate(made):
        tables[place, : len(each)] = each
    order = np.array(used + used[:1] * fill, dtype=np.int64)
    highest += [0.0] * fill
    rest = [math.fsum(highest[place + 1 :]) for place in range(len(highest))]
    need = np.nextafter(np.array([least - each - error for each in rest], dtype=np.float32), np.float32(-np.inf))
    return Plan(order, tables, need, _dense(columns, order, tables, need), error)


def full(plan: Plan) -> Plan:
    """The same search with every column looked up for everyone."""
    return Plan(plan.order, plan.tables, plan.need, len(plan.order), plan.largest_error)


def _log10(ratios: FloatArray) -> FloatArray:
    return np.log10(ratios, out=np.full_like(ratios, -np.inf), where=ratios > 0)


def _loss(columns: Columns, locus: int, logs: Mapping[int, FloatArray]) -> float:
    """How far below the highest value of the locus its children are on average."""
    if locus not in logs or not len(columns):
        return 0.0
    values, weights = np.maximum(logs[locus], LOWEST), columns.loci[locus].counts / len(columns)
    return float(values.max() - values @ weights)


def _table(columns: Columns, loci: tuple[int, ...], logs: Mapping[int, FloatArray]) -> FloatArray:
    one, *other = (logs.get(each, np.zeros(len(columns.loci[each]))) for each in loci)
    return (one[:, None] + other[0]).ravel() if other else one


def _largest(table: FloatArray) -> float:
    finite = table[np.isfinite(table)]
    return float(np.abs(finite).max()) if len(finite) else 0.0


def _dense(columns: Columns, order: NDArray[np.int64], tables: NDArray[np.float32], need: NDArray[np.float32]) -> int:
    """How many places are looked up for everyone: what costs least on a sample of the profiles."""
    rows = np.arange(0, len(columns), max(1, len(columns) // SAMPLE))
    sums = np.zeros(len(rows), dtype=np.float32)
    left = np.ones(len(rows), dtype=np.bool_)
    shares: list[float] = []
    for place, column in enumerate(order):
        sums += tables[place][columns.codes[column, rows]]
        left &= sums >= need[place]
        shares.append(float(left.mean()) if len(rows) else 0.0)
    choices = range(AT_ONCE, len(order) + 1, AT_ONCE)
    return min(choices, key=lambda dense: dense + LATE * math.fsum(shares[dense - 1 : -1]))
