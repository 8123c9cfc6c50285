"""Which tests `make quick` leaves out because they take long: written from a report of pytest's own durations.

    pytest -n 2 --dist loadgroup --durations=0 -m "not slow and not browser and …" | python -m tests.slower

What is listed counts as marked `slow`. A new test is quick until somebody measures again.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

LISTED = Path(__file__).with_name("slower.txt")
MEAN, LONGEST = 0.15, 0.6
"""Seconds, on two slow cores: of a test function's cases on average, and of its longest."""

LINE = re.compile(r"([\d.]+)s (?:setup|call|teardown)\s+(tests/\S+?::\S.*)")


def slower(report: Iterable[str]) -> list[str]:
    """The test functions (`file::name`) that take longer than a quick run bears, sorted."""
    cases: dict[str, float] = defaultdict(float)
    for line in report:
        if found := LINE.match(line):
            cases[found[2].strip()] += float(found[1])
    functions: dict[str, list[float]] = defaultdict(list)
    for case, seconds in cases.items():
        functions[case.partition("[")[0]].append(seconds)
    return sorted(name for name, times in functions.items() if sum(times) / len(times) >= MEAN or max(times) >= LONGEST)


if __name__ == "__main__":
    LISTED.write_text("".join(f"{name}\n" for name in slower(sys.stdin)), encoding="utf-8")
