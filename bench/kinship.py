"""Comparisons a second of the kinship search: full and bounded scans against numpy and this machine's own ceilings.

    .venv/bin/python bench/kinship.py [--profiles 10000000] [--threads 2] [--planted 2000000]

1. What `clew kinship bench` measures: the scan of simulated profiles (23 loci, Norwegian frequencies, 2 % of the loci
   failed), full and bounded at LR 1e4, beside NumPy's take and sum of the same tables, the same loop in nearest memory,
   and reading every code once; compile time; memory.
2. Hits lost: `--planted` profiles with 5 % of the loci failed, 100 relatives of graded likeness for each of four
   relations, three thresholds, against a float64 sum over every profile without any bound.
3. A CSV file of 100,000 profiles read into columns.
4. One child against 10,000 compiled families laid side by side.

Exits with 1 where a hit is lost, where a full scan is not `LEAST_TIMES_NUMPY` times NumPy's rate, or where the bound
does not pay for duo and trio. Ratios are of processor time in one run, because they travel between machines.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from clew.cli.kinship_bench import in_words, measured
from clew.kinship.assumptions import Assumptions
from clew.kinship.columns import Columns
from clew.kinship.compiling import CompiledFamily, compile_family
from clew.kinship.families import CompiledFamilies
from clew.kinship.mutation import Mutation
from clew.kinship.pedigree import Pedigree, child, man, woman
from clew.kinship.profile_files import read_profiles_file, write_profiles_file
from clew.kinship.scanning import Search, scan
from clew.kinship.simulation import RELATIVES, TWENTY_THREE, planted, simulated_columns, simulated_family
from clew.kinship.tables import shipped_table

LEAST_TIMES_NUMPY, LEAST_TIMES_FULL = 2.0, 1.2
NORWAY = shipped_table("norstr_norway")
ASSUMED = Assumptions(NORWAY, Mutation.both("equal", 0.002))
THREE_GENERATIONS = Pedigree.of(
    man("PGF"), woman("PGM"), man("F", "PGF", "PGM"), woman("M"), man("SIB", "F", "M"), child("MP", "F", "M")
)
RELATIONS = {
    **{each: RELATIVES[each] for each in ("duo", "trio", "sibs")},
    "mother, grandmother, sib": (THREE_GENERATIONS, ("M", "PGM", "SIB")),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="The search for a missing child.")
    parser.add_argument("--profiles", type=int, default=10_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--planted", type=int, default=2_000_000)
    asked = parser.parse_args()
    print("load of the machine:", os.getloadavg(), "on", os.cpu_count(), "processors")
    said = measured(asked.profiles, asked.threads, 1e4)
    print(in_words(said))
    missed = [f"{each} against full" for each in ("duo", "trio") if said["bounded_to_full"][each] < LEAST_TIMES_FULL]
    if said["full_scan_per_processor_s"] < LEAST_TIMES_NUMPY * said["numpy_take_and_sum_per_processor_s"]:
        missed.append("full scan against NumPy")
    missed += _lost(asked.planted, asked.threads)
    _reading()
    _one_child()
    for each in missed:
        print(f"MISSED: {each}")
    sys.exit(1 if missed else 0)


def _lost(count: int, threads: int) -> list[str]:
    """What the bounded search does not find although a float64 sum over everyone does."""
    rng = np.random.default_rng(11)
    strangers = simulated_columns(NORWAY, TWENTY_THREE, count, rng, missing=0.05)
    lost: list[str] = []
    for name, (pedigree, typed) in RELATIONS.items():
        drawn = simulated_family(pedigree, [*typed, "MP"], ASSUMED, TWENTY_THREE, rng)
        relatives = {each: drawn[each] for each in typed}
        children = {}
        for number in range(100):
            own = simulated_family(pedigree, ["MP"], ASSUMED, TWENTY_THREE, rng)["MP"]
            share = number / 100
            children[f"R{number}"] = {
                each: drawn["MP"][each] if rng.random() < share else own[each] for each in TWENTY_THREE
            }
        compiled = compile_family(pedigree, "MP", relatives, ASSUMED, TWENTY_THREE)
        columns = planted(strangers, children)
        everyone = _float64(compiled, columns)
        for threshold in (1e2, 1e4, 1e6):
            expected = int((everyone >= math.log10(threshold)).sum())
            found = scan(compiled, columns, threshold, 10**6, threads=threads)
            best = everyone.max() if expected else 0.0
            same = found.reached == expected and (not expected or abs(found.hits[0].log10 - best) < 1e-9)
            print(
                f"{name}, LR >= {threshold:g}: {found.reached:,} found, {expected:,} by float64 over {len(columns):,}"
            )
            if not same:
                lost.append(f"a hit of {name} at {threshold:g}")
    return lost


def _float64(compiled: CompiledFamily, columns: Columns) -> np.ndarray:
    search = Search.of(compiled, columns, 1.0)
    logs = np.zeros(len(columns))
    for (place, _), own in zip(search.numbers, search.ratios, strict=True):
        with np.errstate(divide="ignore"):
            logs += np.log10(own)[columns.codes_at(place, slice(None))]
    return logs


def _reading(count: int = 100_000) -> None:
    columns = simulated_columns(NORWAY, TWENTY_THREE, count, np.random.default_rng(2), missing=0.02)
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as directory:
        file = Path(directory) / "children.csv"
        write_profiles_file(file, columns)
        taken = []
        for _ in range(3):
            begun = time.process_time()
            read_profiles_file(file)
            taken.append(time.process_time() - begun)
    print(f"reading a CSV file: {count / min(taken):,.0f} profiles a second of processor ({count:,} profiles)")


def _one_child(count: int = 10_000) -> None:
    rng = np.random.default_rng(3)
    kinds = []
    for number in range(30):
        pedigree, typed = list(RELATIVES.values())[number % 3]
        drawn = simulated_family(pedigree, typed, ASSUMED, TWENTY_THREE, rng)
        kinds.append(compile_family(pedigree, "MP", drawn, ASSUMED, TWENTY_THREE))
    ids = [f"{number:06}" for number in range(count)]
    begun = time.process_time()
    side_by_side = CompiledFamilies.of(
        ids, (kinds[number % 30] for number in range(count)), lambda each: kinds[int(each) % 30]
    )
    laid = time.process_time() - begun
    size = sum(each.nbytes for each in side_by_side.tables) / count
    children = simulated_columns(NORWAY, TWENTY_THREE, 50, rng)
    taken = []
    for row in range(len(children)):
        begun = time.process_time()
        side_by_side.search("C", children.profile(row), 1e4, 50)
        taken.append(time.process_time() - begun)
    middle = sorted(taken)[len(taken) // 2]
    print(
        f"one child against {count:,} families: {1000 * middle:.1f} ms of processor, {size / 1000:.1f} kB a family "
        f"(so 100,000: {10 * middle * 1000 * 10_000 / count:.0f} ms and {size * 1e5 / 1e9:.1f} GB); "
        f"laid side by side at {count / laid:,.0f} families/s"
    )


if __name__ == "__main__":
    main()
