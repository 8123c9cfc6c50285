"""Bulk linking: precision, recall, seconds and memory at several sizes.

Each size is linked in a process of its own, so that its peak memory is its own. Two files of each size: what is
missing is missing record by record, or in all records of a person (bench/_persons.py). Of the first kind 23 % of true
pairs have nothing in common but names, so that no linker can find them all.

Exits with 1 where a bound is missed: at 1,000,000 records precision 0.99 at recall 0.85 (what is missing by person),
30 s on the clock and 2.5 GB. The bound of seconds means two processors to itself; the load is printed beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench._machine import machine
from bench._persons import rates, records, write
from clew.matching.bulk import link

SIZES = (10_000, 100_000, 1_000_000)
LEAST_PRECISION, LEAST_RECALL, MOST_SECONDS, MOST_GB = 0.99, 0.85, 30.0, 2.5


def main() -> None:
    parser = argparse.ArgumentParser(description="Bulk linking.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", metavar="FILE", type=Path, help="link one file, for a process of its own")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(asked.one)))
        return
    print(machine())
    missed: list[str] = []
    _head()
    for size in asked.sizes:
        for alike in (True, False):
            missed += _size(size, alike)
    print("missed:", ", ".join(missed) or "nothing")
    sys.exit(bool(missed))


def _head() -> None:
    columns = ("records", 10), (" missing by", 12), ("precision", 9), ("recall", 8), ("seconds", 9), ("processor", 10)
    print("".join(name.rjust(width) for name, width in columns) + "    GB")


def _size(size: int, alike: bool) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "persons.csv"
        made, owner = records(size, alike=alike)
        write(path, made)
        np.save(path.with_suffix(".npy"), owner)
        del made
        found = _in_a_process(path)
    print(
        f"{size:>10,} {'person' if alike else 'record':11}{found['precision']:>10.4f}"
        f"{found['recall']:>8.3f}{found['seconds']:>9.1f}{found['processor']:>10.1f}{found['gb']:>6.2f}"
        f"   load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return _missed(found, alike) if size >= 1_000_000 else []


def _missed(found: dict[str, float], alike: bool) -> list[str]:
    missed = ["precision"] * (found["precision"] < LEAST_PRECISION)
    missed += ["recall"] * (alike and found["recall"] < LEAST_RECALL)
    return missed + ["seconds"] * (found["seconds"] > MOST_SECONDS) + ["memory"] * (found["gb"] > MOST_GB)


def _in_a_process(path: Path) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, "--one", str(path)], check=True, capture_output=True, text=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measured(path: Path) -> dict[str, float]:
    """Link one file, whose truth lies beside it."""
    began = time.perf_counter()
    of = link(path).clusters.of
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    precision, recall = rates(of, np.load(path.with_suffix(".npy")))
    return {
        "precision": precision,
        "recall": recall,
        "seconds": seconds,
        "processor": used.ru_utime + used.ru_stime,
        "gb": used.ru_maxrss / 1e6,
    }


if __name__ == "__main__":
    main()
