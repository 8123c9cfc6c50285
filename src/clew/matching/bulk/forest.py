"""Clusters while they grow, in machine code: a forest whose trees are clusters.

By row: `above`, the record above it (itself for a root); `many`, how many records a root's cluster has; `numbers`, by
kind, the valid national number that a root's cluster holds, or -1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clew.matching.bulk.machine_code import machine_code

Ints = npt.NDArray[np.int32]
SURE = 6.64
"""log2 odds of a probability of 0.99."""
TAKEN, CONTRADICTS, BRIDGE = range(3)
"""What became of a link."""


@machine_code
def root(above: Ints, row: int) -> int:
    """The root of a record's cluster; the way there is made shorter."""
    while above[row] != row:
        above[row] = above[above[row]]
        row = above[row]
    return row


@machine_code
def contradict(numbers: Ints, a: int, b: int) -> bool:
    """Whether two roots' clusters hold two numbers of a kind of which a person has one."""
    for kind in range(numbers.shape[1]):
        if numbers[a, kind] >= 0 and numbers[b, kind] >= 0 and numbers[a, kind] != numbers[b, kind]:
            return True
    return False


@machine_code
def join(above: Ints, many: Ints, numbers: Ints, a: int, b: int) -> None:
    """Make two roots' clusters one; the lesser row is its root."""
    low, high = min(a, b), max(a, b)
    above[high] = low
    many[low] += many[high]
    for kind in range(numbers.shape[1]):
        numbers[low, kind] = max(numbers[low, kind], numbers[high, kind])


@machine_code
def join_sure(
    above: Ints, many: Ints, numbers: Ints, pairs: Ints, bits: npt.NDArray[np.float32]
) -> npt.NDArray[np.int8]:
    """Join along links, the surest first; answers what became of each. Bridges wait."""
    state = np.zeros(len(pairs), np.int8)
    for at in range(len(pairs)):
        a, b = root(above, pairs[at, 0]), root(above, pairs[at, 1])
        if a == b:
            continue
        if contradict(numbers, a, b):
            state[at] = CONTRADICTS
        elif bits[at] < SURE and many[a] > 1 and many[b] > 1:
            state[at] = BRIDGE
        else:
            join(above, many, numbers, a, b)
    return state


@machine_code
def roots(above: Ints) -> Ints:
    """The root of every record."""
    found = np.empty(len(above), np.int32)
    for row in range(len(above)):
        found[row] = root(above, row)
    return found
