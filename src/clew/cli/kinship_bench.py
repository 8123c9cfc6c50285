"""`clew kinship bench`: how fast this machine searches, beside what its memory and its look-ups would allow.

Everything is simulated (23 loci, Norwegian frequencies, 2 % of the loci failed) and measured through the path that
`clew kinship search` takes. Each speed is the best of `RUNS`, because other programs only make it lower.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli.answers import WRONG_USE, AsJson, answer, stop

if TYPE_CHECKING:
    from clew.kinship.columns import Columns
    from clew.kinship.compiling import CompiledFamily
    from clew.kinship.scanning import Search

RUNS = 5
RELATIONS = ("duo", "trio", "sibs")
BASELINE = 500_000
"""Profiles of the comparison with NumPy, which makes a table of them at each column."""


def bench(
    profiles: Annotated[int, typer.Option(help="How many profiles are searched.")] = 10_000_000,
    threads: Annotated[int, typer.Option(help="Threads to search with.")] = 2,
    threshold: Annotated[float, typer.Option(help="The likelihood ratio of the bounded search.")] = 1e4,
    as_json: AsJson = False,
) -> None:
    """Measure the search on simulated profiles: full, bounded, and the ceilings of this machine in the same run.

    Example: clew kinship bench --profiles 10000000 --threads 2 --json
    """
    if profiles < 1 or threads < 1 or threshold <= 0:
        stop("--profiles and --threads are at least 1, and --threshold is above 0.", WRONG_USE)
    said = measured(profiles, threads, threshold)
    answer(said, as_json=as_json, text=in_words(said))


def measured(profiles: int, threads: int, threshold: float) -> dict[str, Any]:
    """The figures, in the shape that `--json` prints."""
    import numpy as np

    from clew.kinship.lookup import lookup
    from clew.kinship.scanning import Search, scan
    from clew.kinship.simulation import TWENTY_THREE, simulated_columns
    from clew.kinship.tables import shipped_table

    first_use = _taken(lookup, 1).clock
    table = shipped_table("norstr_norway")
    columns = simulated_columns(table, TWENTY_THREE, profiles, np.random.default_rng(1), missing=0.02)
    families = {each: _family(each) for each in RELATIONS}
    bounded = {
        each: _taken(lambda own=own: scan(own, columns, threshold, 50, threads=threads))  # type: ignore[misc]
        for each, own in families.items()
    }
    laid_out = Search.of(families["duo"], columns, threshold)
    full, plain = _taken(lambda: _full(laid_out, threads)), _numpy(laid_out)
    busy = {each: profiles / own.processor for each, own in bounded.items()}
    return {
        "profiles": profiles,
        "loci": len(TWENTY_THREE),
        "columns": len(columns.codes),
        "threads": threads,
        "threshold": threshold,
        "full_scan_per_s": profiles / full.clock,
        "bounded_per_s": {each: profiles / own.clock for each, own in bounded.items()},
        "full_scan_per_processor_s": profiles / full.processor,
        "bounded_per_processor_s": busy,
        "bounded_to_full": {each: value * full.processor / profiles for each, value in busy.items()},
        "numpy_take_and_sum_per_processor_s": plain,
        "lookup_ceiling_per_s": _lookup_ceiling(laid_out, threads),
        "lookups_per_s": profiles / full.clock * len(columns.codes),
        "memory_ceiling_bytes_per_s": _memory_ceiling(columns, threads),
        "bytes_per_s": profiles / full.clock * columns.bytes_per_profile,
        "compile_ms": 1000 * _taken(_ten(TWENTY_THREE)).processor,
        "compile_ms_without_SE33": 1000 * _taken(_ten([each for each in TWENTY_THREE if each != "SE33"])).processor,
        "lay_out_ms": 1000 * _taken(lambda: Search.of(families["sibs"], columns, threshold)).processor,
        "first_use_s": first_use,
        "bytes_per_profile": columns.bytes_per_profile,
        "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "load_average": os.getloadavg()[0],
    }


def in_words(said: dict[str, Any]) -> str:
    """The figures as lines."""
    share = said["lookups_per_s"] / said["lookup_ceiling_per_s"]
    memory = said["bytes_per_s"] / said["memory_ceiling_bytes_per_s"]
    times = said["full_scan_per_processor_s"] / said["numpy_take_and_sum_per_processor_s"]
    size = f"{said['profiles']:,} profiles, {said['loci']} loci in {said['columns']} columns, {said['threads']} threads"
    full = f"full: {_rate(said['full_scan_per_s'], said['full_scan_per_processor_s'])}, {share:.2f} of the look-up "
    compiled = f"compile a family of ten with mutation: {said['compile_ms']:.0f} ms, without SE33 "
    first = (
        f"first use of the compiled loop: {said['first_use_s']:.1f} s; {said['bytes_per_profile']} bytes a profile; "
    )
    lines = [
        f"{size}, load {said['load_average']:.1f}",
        f"{full}ceiling, {memory:.2f} of the memory ceiling, {times:.1f} times NumPy's take and sum",
        *(
            f"bounded, {each}: {_rate(value, said['bounded_per_processor_s'][each])}, "
            f"{said['bounded_to_full'][each]:.1f} times full"
            for each, value in said["bounded_per_s"].items()
        ),
        f"{compiled}{said['compile_ms_without_SE33']:.0f} ms; lay out one: {said['lay_out_ms']:.1f} ms (processor)",
        f"{first}peak memory {said['peak_rss_bytes'] / 2**20:,.0f} MB",
    ]
    return "\n".join(lines)


def _rate(clock: float, processor: float) -> str:
    return f"{clock * 1e-6:.0f} M profiles/s ({processor * 1e-6:.0f} M a second of processor)"


@dataclass(frozen=True, slots=True)
class _Taken:
    """Seconds on the clock, and of processor in all threads together."""

    clock: float
    processor: float


def _taken(work: Callable[[], object], runs: int = RUNS) -> _Taken:
    """The shortest of several runs."""
    clock, processor = [], []
    for _ in range(runs):
        begun, busy = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - begun)
        processor.append(time.process_time() - busy)
    return _Taken(min(clock), min(processor))


def _family(relation: str) -> CompiledFamily:
    import numpy as np

    from clew.kinship.assumptions import Assumptions
    from clew.kinship.compiling import compile_family
    from clew.kinship.mutation import Mutation
    from clew.kinship.simulation import RELATIVES, TWENTY_THREE, simulated_family
    from clew.kinship.tables import shipped_table

    pedigree, typed = RELATIVES[relation]
    assumed = Assumptions(shipped_table("norstr_norway"), Mutation.both("equal", 0.002))
    drawn = simulated_family(pedigree, typed, assumed, TWENTY_THREE, np.random.default_rng(5))
    return compile_family(pedigree, "MP", drawn, assumed, TWENTY_THREE)


def _ten(loci: Sequence[str]) -> Callable[[], CompiledFamily]:
    """What compiles a family of ten in three generations, four of them typed, with mutation."""
    import numpy as np

    from clew.kinship.assumptions import Assumptions
    from clew.kinship.compiling import compile_family
    from clew.kinship.mutation import Mutation
    from clew.kinship.pedigree import Pedigree, child, man, woman
    from clew.kinship.simulation import simulated_family
    from clew.kinship.tables import shipped_table

    pedigree = Pedigree.of(
        man("GF"), woman("GM"), man("F", "GF", "GM"), man("UNCLE", "GF", "GM"), man("MGF"), woman("MGM"),
        woman("M", "MGF", "MGM"), man("SIB", "F", "M"), woman("SIB2", "F", "M"), child("MP", "F", "M"),
    )  # fmt: skip
    assumed = Assumptions(shipped_table("norstr_norway"), Mutation.both("equal", 0.002))
    drawn = simulated_family(pedigree, ["GM", "UNCLE", "MGM", "SIB"], assumed, loci, np.random.default_rng(5))
    return lambda: compile_family(pedigree, "MP", drawn, assumed, loci)


def _full(search: Search, threads: int) -> None:
    """Every look-up for everyone, and all that a search does beside."""
    from clew.kinship.plan import full

    for _ in replace(search, plan=full(search.plan)).chunks(threads, 50):
        pass


def _numpy(search: Search) -> float:
    """Profiles a second of the plain way: for each column take its table's entries, and add."""
    import numpy as np

    count = min(BASELINE, len(search.columns))
    plan = search.plan

    def take_and_sum() -> None:
        sums = np.zeros(count, dtype=np.float32)
        for place, column in enumerate(plan.order):
            sums += np.take(plan.tables[place], search.columns.codes[column, :count])
        np.nonzero(sums >= plan.need[-1])

    return count / _taken(take_and_sum).processor


def _lookup_ceiling(search: Search, threads: int) -> float:
    """Look-ups a second of the same loop where codes and tables never leave the processor's nearest memory."""
    import numpy as np

    from clew.kinship.lookup import BLOCK, lookup
    from clew.kinship.plan import full

    plan = full(search.plan)
    codes = np.ascontiguousarray(np.resize(search.columns.codes % 64, (len(search.columns.codes), BLOCK)))
    tables = np.ascontiguousarray(plan.tables[:, :64])
    rounds = 400

    def again() -> None:
        sums, left, out = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32)
        need = np.full(len(plan.order), np.inf, dtype=np.float32)
        for _ in range(rounds):
            lookup()(codes, plan.order, 0, BLOCK, tables, need, len(plan.order), sums, left, out)

    took = _taken(lambda: _on_threads(again, threads)).clock
    return threads * rounds * BLOCK * len(plan.order) / took


def _memory_ceiling(columns: Columns, threads: int) -> float:
    """Bytes a second of reading every code once with NumPy's vectorised maximum."""
    import numpy as np

    flat = columns.codes.reshape(-1)
    parts = np.array_split(flat, threads)

    def read() -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(np.max, parts))

    return float(flat.nbytes / _taken(read).clock)


def _on_threads(work: Callable[[], None], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        for each in [pool.submit(work) for _ in range(threads)]:
            each.result()
