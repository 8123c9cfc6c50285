"""Everything that a test of one person could show at a locus, numbered.

0: nothing. Then each pair of alleles (first <= second by allele number, in the order of `numpy.triu_indices`), then
each allele with a second one that was not read (`12/-`), then each allele alone (the one X of a male).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from clew.kinship.alleles import in_order
from clew.kinship.elimination import FloatArray
from clew.kinship.profiles import Seen

NOTHING = 0


def in_one_order(seen: Seen) -> Seen:
    """The finding with its alleles by length: 16/12 is 12/16."""
    return Seen(in_order(seen.alleles), seen.half)


def count_of(visible: int) -> int:
    """How many findings there are with that many alleles."""
    return 1 + visible * (visible + 1) // 2 + 2 * visible


def number_of(seen: Seen | None, alleles: Mapping[str, int]) -> int:
    """The number of a finding, given the number of each allele; -1 where an allele has none."""
    if seen is None:
        return NOTHING
    numbers = sorted(alleles.get(each, -1) for each in seen.alleles)
    visible = len(alleles)
    if numbers[0] < 0:
        return -1
    if len(numbers) == 2:
        first, second = numbers
        return 1 + first * visible - first * (first - 1) // 2 + second - first
    return 1 + visible * (visible + 1) // 2 + (0 if seen.half else visible) + numbers[0]


def probabilities(table: FloatArray, visible: int, drop_out: float) -> FloatArray:
    """The probability of each finding, from that of each true genotype.

    `table`: alleles x alleles (paternal, maternal), or alleles for one who has one copy; the silent allele last, where
    there is one. The same as `Locus.shown_by` says for each finding alone; not a number where that refuses it (one
    allele where everyone has two, two where there is one). `drop_out`: probability that one copy was not seen.
    """
    pairs = visible * (visible + 1) // 2
    found = np.full(count_of(visible), np.nan)
    found[NOTHING] = table.sum()
    first, second = np.triu_indices(visible)
    if table.ndim == 1:
        alone = (1.0 - drop_out) * table[:visible]
        found[1 : 1 + pairs] = np.where(first == second, alone[first], np.nan)
        found[1 + pairs : 1 + pairs + visible] = found[1 + pairs + visible :] = alone
        return found
    either = table + table.T
    same = np.diagonal(table)[:visible]
    any_second = either[:visible].sum(axis=1) - same
    with_silent = either[:visible, visible:].sum(axis=1)
    homozygous = (1.0 - drop_out**2) * same + (1.0 - drop_out) * with_silent
    if drop_out:
        homozygous = homozygous + drop_out * (1.0 - drop_out) * _with_another(either, visible)
    found[1 : 1 + pairs] = np.where(first == second, homozygous[first], (1.0 - drop_out) ** 2 * either[first, second])
    found[1 + pairs : 1 + pairs + visible] = any_second
    return found


def shows_nothing(table: FloatArray, visible: int, drop_out: float) -> float:
    """The probability that a test of one who is tested shows no allele: each one silent, or dropped out."""
    lost = np.full(len(table), drop_out)
    lost[visible:] = 1.0
    return float(lost @ table if table.ndim == 1 else lost @ table @ lost)


def _with_another(either: FloatArray, visible: int) -> FloatArray:
    """For each visible allele the probability of it together with another visible one."""
    others = either[:visible, :visible].copy()
    np.fill_diagonal(others, 0.0)
    summed: FloatArray = others.sum(axis=1)
    return summed


def numbers_of(findings: Sequence[Seen | None], alleles: Sequence[str]) -> list[int]:
    """`number_of` for several, with alleles numbered in their order."""
    numbered = {each: number for number, each in enumerate(alleles)}
    return [number_of(each, numbered) for each in findings]
