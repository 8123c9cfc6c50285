"""m, u and the prior learned from pairs that nobody has judged, by expectation and maximisation.

A. P. Dempster, N. M. Laird and D. B. Rubin, Journal of the Royal Statistical Society B 39 (1977) 1-22,
doi:10.1111/j.2517-6161.1977.tb01600.x, for the mixture of Fellegi and Sunter: pairs of one entity and pairs of two,
comparisons independent within each. Pairs come from blocking; a comparison that a block rule holds equal cannot be
learned from its pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Outcomes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
MISSING = -1
_LEAST = 1e-9


class CannotLearn(ValueError):
    """The pairs do not allow it; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned. `m[c][l]`: share of level l of comparison c among pairs of one entity; `u`: of two."""

    prior: float
    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    rounds: int
    settled: bool
    """Whether the last round changed no share by more than the tolerance."""


def learn(
    outcomes: Outcomes,
    m: tuple[Floats, ...],
    u: tuple[Floats, ...],
    *,
    prior: float = 0.05,
    keep_u: bool = False,
    rounds: int = 500,
    tolerance: float = 1e-6,
) -> Learned:
    """Learn from outcomes (pairs by comparisons: index of the level, -1 where a value is missing).

    `m` and `u` are where it starts, level by level. `keep_u`: u is known, for instance counted over random pairs, which
    is surer where few pairs are one. Raises `CannotLearn`.
    """
    _demand(outcomes, m, u, prior)
    patterns, counts = np.unique(outcomes, axis=0, return_counts=True)
    taken, settled = 0, False
    while taken < rounds and not settled:
        belongs = _posterior(patterns, m, u, prior)
        one, two = counts * belongs, counts * (1 - belongs)
        new_m = _shares(patterns, one, m)
        new_u = u if keep_u else _shares(patterns, two, u)
        new_prior = float(np.clip(one.sum() / counts.sum(), _LEAST, 1 - _LEAST))
        moved = max(float(np.abs(x - y).max()) for x, y in zip((*new_m, *new_u), (*m, *u), strict=True))
        settled = max(moved, abs(new_prior - prior)) < tolerance
        m, u, prior, taken = new_m, new_u, new_prior, taken + 1
    return Learned(prior, m, u, taken, settled)


def _demand(outcomes: Outcomes, m: tuple[Floats, ...], u: tuple[Floats, ...], prior: float) -> None:
    if outcomes.ndim != 2 or not len(outcomes):
        raise CannotLearn("There are no pairs to learn from. Give a row per pair and a column per comparison.")
    if not outcomes.shape[1] == len(m) == len(u):
        raise CannotLearn(f"{outcomes.shape[1]} comparisons, but starts for {len(m)} (m) and {len(u)} (u).")
    if not 0 < prior < 1:
        raise CannotLearn(f"The prior to start from is between 0 and 1, not {prior}.")
    for place, (one, other) in enumerate(zip(m, u, strict=True)):
        if len(one) != len(other) or outcomes[:, place].max() >= len(one) or outcomes[:, place].min() < MISSING:
            raise CannotLearn(f"Comparison {place}: levels are numbered 0 to {len(one) - 1}, and -1 is missing.")
    if all(np.allclose(one, other) for one, other in zip(m, u, strict=True)):
        raise CannotLearn("m and u start alike, so that nothing tells one from two. Start from the shipped table.")


def _posterior(patterns: Outcomes, m: tuple[Floats, ...], u: tuple[Floats, ...], prior: float) -> Floats:
    """The probability of each pattern to be one entity. A missing value says nothing."""
    bits = np.full(len(patterns), np.log(prior / (1 - prior)))
    for place, (one, other) in enumerate(zip(m, u, strict=True)):
        ratio = np.log(np.maximum(one, _LEAST) / np.maximum(other, _LEAST))
        seen = patterns[:, place] != MISSING
        bits[seen] += ratio[patterns[seen, place]]
    answer: Floats = 1 / (1 + np.exp(-np.clip(bits, -500, 500)))
    return answer


def _shares(patterns: Outcomes, weights: Floats, before: tuple[Floats, ...]) -> tuple[Floats, ...]:
    found = []
    for place, old in enumerate(before):
        seen = patterns[:, place] != MISSING
        sums = np.bincount(patterns[seen, place], weights=weights[seen], minlength=len(old))
        found.append(sums / sums.sum() if sums.sum() > 0 else old)
    return tuple(found)
