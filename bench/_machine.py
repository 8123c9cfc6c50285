"""What a figure was measured on: machines differ by more than a factor of two, and these are shared."""

from __future__ import annotations

import os
import resource
import time

TURNS = 2_000_000


def machine() -> str:
    """One line: processors, load, and how many turns of an empty loop this Python makes in a second (best of three)."""
    one, five, _fifteen = os.getloadavg()
    return (
        f"machine: {os.cpu_count()} processors, load {one:.1f} (5 min: {five:.1f}), "
        f"{_turns_per_second() / 1e6:.0f} million turns of a Python loop/s"
    )


def most_memory() -> float:
    """The most memory that this process has had so far, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _turns_per_second() -> float:
    taken = []
    for _run in range(3):
        begun = time.process_time()
        for _turn in range(TURNS):
            pass
        taken.append(time.process_time() - begun)
    return TURNS / min(taken)
