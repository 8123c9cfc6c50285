"""Server time and number of queries of the pages people open most, on a node full of work, at two sizes.

    .venv/bin/python bench/pages.py [--cases 20000] [--runs 20]

Fills a throw-away SQLite node (see `bench/_filling.py`) twice, at a tenth of the size and in full, and asks for each
page as two officers: `some` is in 200 case teams, `everywhere` in all of them. Server time is what Django's test client
needs for one request in this process: middleware, view, template, store, no network. A page only computes and waits for
nobody, so on a machine that other programs share its processor time is what it costs, and what the bound is held
against; the time on the clock stands beside it. Exits with 1 when a page needs 100 ms of processor time or more at the
full size, or when its number of queries differs between the two sizes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench._machine import machine

MOST_MILLISECONDS = 100.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Server time of pages on a full node.")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=20)
    asked = parser.parse_args()
    sizes = [asked.cases // 10, asked.cases]
    # A process for each size: a node's store is chosen once for each process.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        small, full = (pool.apply(measure, (cases, asked.runs)) for cases in sizes)
    faults = [*_table(small, full), *_queries_that_grew(small, full)]
    for fault in faults:
        print(f"MISSED: {fault}")
    sys.exit(1 if faults else 0)


def measure(cases: int, runs: int) -> dict[str, Any]:
    """Fill a node and time its pages: {"size", "filling", "pages": {(officer, page): {...}}}."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.core.management import call_command

    from bench._filling import Size, fill

    call_command("migrate", verbosity=0)
    size = Size(cases)
    started = time.perf_counter(), time.process_time()
    officers = fill(size)
    filled = [time.perf_counter() - started[0], time.process_time() - started[1]]
    _settle()
    pages = {
        (name, page): _timed(officer, address, runs)
        for name, officer in officers.items()
        for page, address in _addresses(officer).items()
    }
    held = {"cases": size.cases, "entities": size.entities, "statements": size.statements, "letters": size.letters}
    return {"size": held, "filling": filled, "pages": pages}


def _settle() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()


def _addresses(officer: Any) -> dict[str, str]:
    """The pages, with a deep one of each list: what stands in the middle of what she may see."""
    from clew.node.cases.queries.lists import visible_cases
    from clew.node.dossier.queries.lists import page_key

    cases = visible_cases(officer)
    middle = cases.order_by("-changed", "-pk")[cases.count() // 2]
    entity = middle.entity_links.order_by("pk")[1].entity_id
    key = f"{middle.changed.isoformat()}_{middle.pk}".replace("+", "%2B")
    return {
        "desk": "/",
        "case list, first page": "/cases/",
        "case list, deep page": f"/cases/?after={key}",
        "case page": f"/cases/{middle.pk}/",
        "tasks": "/cases/tasks",
        "dossier list, first page": "/dossier/",
        "dossier list, deep page": f"/dossier/?after={page_key('kestrel agency 5', 0)}",
        "dossier list, one kind": "/dossier/?schema=Person",
        "dossier page": f"/dossier/{entity}/",
        "correspondences": "/letters/",
        "releases": "/releases/",
        "search, Latin, common": "/search/?q=harbour+trading",
        "search, Latin, one": "/search/?q=registration+FN+0000406a",
        "search, Chinese": "/search/?q=%E5%8A%B3%E5%8A%A1",
        "search, no hit": "/search/?q=zzyzx",
    }


def _timed(officer: Any, address: str, runs: int) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(officer, backend="clew.node.accounts.backends.OfficerBackend")
    for _ in range(2):
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    # The log of queries is emptied with the next request.
    queries = captured.captured_queries
    took, busy = [], time.process_time()
    for _ in range(runs):
        started = time.perf_counter()
        client.get(address)
        took.append((time.perf_counter() - started) * 1_000)
    busy = (time.process_time() - busy) * 1_000 / runs
    slowest = max(queries, key=lambda query: float(query["time"]))
    return {
        "median": statistics.median(took),
        "p95": sorted(took)[int(len(took) * 0.95) - 1],
        "busy": busy,
        "queries": len(queries),
        "bytes": len(answer.content),
        "slowest": (slowest["time"], slowest["sql"]),
    }


def _table(small: dict[str, Any], full: dict[str, Any]) -> list[str]:
    print(machine())
    for found in (small, full):
        wall, busy = found["filling"]
        print(f"filled: {json.dumps(found['size'])} in {wall:.0f} s ({busy:.0f} s of processor)")
    print("officer | page | median ms | 95th ms | processor ms | queries | median at a tenth of the size | ratio")
    missed = []
    for place, one in full["pages"].items():
        before = small["pages"][place]
        print(
            f"{place[0]} | {place[1]} | {one['median']:.1f} | {one['p95']:.1f} | {one['busy']:.1f} | "
            f"{one['queries']} | {before['median']:.1f} | {one['median'] / before['median']:.1f}"
        )
        if one["busy"] >= MOST_MILLISECONDS:
            seconds, sql = one["slowest"]
            missed.append(f"{place}: {one['busy']:.0f} ms; its slowest query took {seconds} s: {sql[:400]}")
    return missed


def _queries_that_grew(small: dict[str, Any], full: dict[str, Any]) -> list[str]:
    return [
        f"{place}: {small['pages'][place]['queries']} queries at a tenth of the size, {one['queries']} in full"
        for place, one in full["pages"].items()
        if one["queries"] != small["pages"][place]["queries"]
    ]


if __name__ == "__main__":
    main()
