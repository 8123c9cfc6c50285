"""Bulk linking: precision, recall, seconds and memory at several sizes, Splink beside it where it is installed.

Against: Splink on DuckDB, on the same file (`--splink`; it is no dependency of Clew: `pip install splink` beside it).

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
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench._machine import machine
from bench._persons import rates, records, write

SIZES = (10_000, 100_000, 1_000_000)
LEAST_PRECISION, LEAST_RECALL, MOST_SECONDS, MOST_GB = 0.99, 0.85, 30.0, 2.5


def main() -> None:
    parser = argparse.ArgumentParser(description="Bulk linking.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--splink", action="store_true", help="link with Splink too")
    parser.add_argument("--one", nargs=2, metavar=("LINKER", "FILE"), help="link one file, for a process of its own")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(LINKERS[asked.one[0]](Path(asked.one[1]))))
        return
    print(machine())
    missed: list[str] = []
    linkers = ["clew"] + ["splink"] * asked.splink
    _head()
    for size in asked.sizes:
        for alike in (True, False):
            missed += _size(size, alike, linkers)
    print("missed:", ", ".join(missed) or "nothing")
    sys.exit(bool(missed))


def _head() -> None:
    columns = ("records", 10), (" missing by", 12), ("precision", 9), ("recall", 8), ("seconds", 9), ("processor", 10)
    print("linker  " + "".join(name.rjust(width) for name, width in columns) + "    GB")


def _size(size: int, alike: bool, linkers: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "persons.csv"
        made, owner = records(size, alike=alike)
        write(path, made)
        np.save(path.with_suffix(".npy"), owner)
        del made
        missed = []
        for linker in linkers:
            found = _in_a_process(linker, path)
            print(
                f"{linker:8}{size:>10,} {'person' if alike else 'record':11}{found['precision']:>10.4f}"
                f"{found['recall']:>8.3f}{found['seconds']:>9.1f}{found['processor']:>10.1f}{found['gb']:>6.2f}"
                f"   load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
            if linker == "clew" and size >= 1_000_000:
                missed += _missed(found, alike)
        return missed


def _missed(found: dict[str, float], alike: bool) -> list[str]:
    missed = ["precision"] * (found["precision"] < LEAST_PRECISION)
    missed += ["recall"] * (alike and found["recall"] < LEAST_RECALL)
    return missed + ["seconds"] * (found["seconds"] > MOST_SECONDS) + ["memory"] * (found["gb"] > MOST_GB)


def _in_a_process(linker: str, path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--one", linker, str(path)], check=True, capture_output=True, text=True
    )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _measured(began: float, of: Any, path: Path) -> dict[str, float]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = time.perf_counter() - began
    precision, recall = rates(of, np.load(path.with_suffix(".npy")))
    return {
        "precision": precision,
        "recall": recall,
        "seconds": seconds,
        "processor": used.ru_utime + used.ru_stime,
        "gb": used.ru_maxrss / 1e6,
    }


def with_clew(path: Path) -> dict[str, float]:
    began = time.perf_counter()
    from clew.matching.bulk import link

    return _measured(began, link(path).clusters.of, path)


def with_splink(path: Path) -> dict[str, float]:
    """Splink 5 on DuckDB, its own comparisons for names and dates, trained as its guide does."""
    began = time.perf_counter()
    import pandas
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    frame = pandas.read_csv(path, dtype=str, keep_default_na=False).replace({"": None})
    frame = frame.rename(columns={"id": "unique_id"})
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("surname"),
            cl.NameComparison("given"),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.ExactMatch("phone"),
            cl.ExactMatch("document"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("document"), block_on("phone"), block_on("surname", "given"), block_on("birth_date", "surname"),
            block_on("birth_date", "given"),
        ],
    )  # fmt: skip
    api = DuckDBAPI()
    linker = Linker(api.register(frame) if hasattr(api, "register") else frame, settings, **_api(api))
    linker.training.estimate_probability_two_random_records_match([block_on("document")], recall=0.16)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in (block_on("birth_date", "surname"), block_on("document"), block_on("phone")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=0.9)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.9)
    of = clusters.as_pandas_dataframe()
    rows = of["unique_id"].str[1:].astype(int).to_numpy()
    codes = np.empty(len(of), dtype=np.int64)
    codes[rows] = pandas.factorize(of["cluster_id"])[0]
    return _measured(began, codes, path)


def _api(api: Any) -> dict[str, Any]:
    """Before version 5 the linker takes the database beside the table."""
    return {} if hasattr(api, "register") else {"db_api": api}


LINKERS = {"clew": with_clew, "splink": with_splink}


if __name__ == "__main__":
    main()
