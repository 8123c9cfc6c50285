"""The inner loop of a search: sums of table look-ups over columns of codes, compiled to machine code by Numba.

Numba is imported, and the loop compiled, by the first search of a process and by nothing else: some two seconds, half
of them the import. Numba could keep the machine code on disk, which would save less than one; it is not kept, because
a file from which code is loaded would have to be guarded like the program itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

BLOCK = 8192
"""Profiles whose sums are held at once, in the processor's nearest memory."""
AT_ONCE = 3
"""Columns whose look-ups are added in one pass."""

Lookup: TypeAlias = Callable[..., int]


def survivors(
    codes: NDArray[np.uint16],
    order: NDArray[np.int64],
    start: int,
    stop: int,
    tables: NDArray[np.float32],
    need: NDArray[np.float32],
    dense: int,
    sums: NDArray[np.float32],
    rows: NDArray[np.int32],
    out: NDArray[np.int32],
) -> int:
    """Writes into `out` the rows from `start` to `stop`, counted from `start`, whose sum reaches `need[-1]`; how many.

    `order`: which column is looked up in which place; `tables[place]`: by code; `need[place]`: what the sum must have
    reached after that place, or nothing that follows can lift it. The first `dense` places (a multiple of `AT_ONCE`)
    are added for everyone, each later one for those still left. `sums`, `rows`: `BLOCK` entries to work with.
    """
    found = 0
    for block in range(start, stop, BLOCK):
        left = min(BLOCK, stop - block)
        end = block + left
        for place in range(0, dense, AT_ONCE):
            one, two, three = tables[place], tables[place + 1], tables[place + 2]
            first = codes[order[place]][block:end]
            second = codes[order[place + 1]][block:end]
            third = codes[order[place + 2]][block:end]
            if place == 0:
                for row in range(left):
                    sums[row] = (one[first[row]] + two[second[row]]) + three[third[row]]
            else:
                for row in range(left):
                    sums[row] += (one[first[row]] + two[second[row]]) + three[third[row]]
        least, kept = need[dense - 1], 0
        for row in range(left):  # without a branch: written for everyone, kept where the count goes on
            rows[kept] = row
            kept += sums[row] >= least
        for place in range(dense, len(order)):
            if kept == 0:
                break
            table, column, least = tables[place], codes[order[place]][block:end], need[place]
            left, kept = kept, 0
            for entry in range(left):
                row = rows[entry]
                total = sums[row] + table[column[row]]
                sums[row] = total
                rows[kept] = row
                kept += total >= least
        for entry in range(kept):
            out[found + entry] = block - start + rows[entry]
        found += kept
    return found


@cache
def lookup() -> Lookup:
    """`survivors` as machine code; other threads of Python go on while it runs."""
    import numba

    u16, i32, f32 = numba.uint16, numba.int32, numba.float32
    signature = numba.int64(
        u16[:, ::1], numba.int64[::1], numba.int64, numba.int64, f32[:, ::1], f32[::1], numba.int64,
        f32[::1], i32[::1], i32[::1],
    )  # fmt: skip
    return cast("Lookup", numba.njit(signature, nogil=True)(survivors))
