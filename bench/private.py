"""Private comparison: a whole round, beside raw openmined.psi in the same run where it is installed.

    .venv/bin/python bench/private.py [--asked 10000] [--held 10000] [--workers N]

A round: question made, written, read, evaluated and proved; own set evaluated, answer written, read, verified and
finished. openmined.psi does less: it pads nothing, proves nothing, binds nothing to a round, and its messages stay in
memory. Both find half of the question. Processor time and time on the clock; the bound is held against the clock, with
as many threads as there are processors, since openmined.psi has one. 10,000, 100,000 and a million are sizes that sets
are padded to; one identifier more would cost up to twice as much.

Exits with 1 where the bound is missed. The peer is measured where it can be imported: it is no dependency of Clew.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench._machine import machine, most_memory
from clew.matching.private import (
    Allowance,
    Answer,
    Held,
    IdentifierSet,
    Question,
    Quota,
    Round,
    allowance,
    answer,
    ask,
    build_set,
    finish,
)

MOST = 1.5
"""Times what raw openmined.psi takes."""
Taken = tuple[float, float]
Made = TypeVar("Made")


def main() -> None:
    parser = argparse.ArgumentParser(description="Private comparison of identifiers.")
    parser.add_argument("--asked", type=int, default=10_000)
    parser.add_argument("--held", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    ours = [number(place) for place in range(given.asked)]
    theirs = [number(place + given.asked // 2) for place in range(given.held)]
    print(machine())
    print(f"{given.asked:,} asked, {given.held:,} held, {given.workers} threads")
    own = clews(ours, theirs, given.workers)
    print(f"clew: {shown(own)}; most memory so far, both sides in one process: {most_memory()} MB")
    peer = openmined(ours, theirs)
    if peer is None:
        print("openmined.psi is not installed here: nothing to hold it against")
        return
    clock, processor = own[0] / peer[0], own[1] / peer[1]
    print(f"openmined.psi: {shown(peer)}; most memory so far: {most_memory()} MB")
    print(f"clew takes {clock:.2f} times as long on the clock, {processor:.2f} times the processor; at most {MOST}")
    sys.exit(clock > MOST)


def number(place: int) -> str:
    return f"+43660{place:09d}"


def clews(ours: list[str], theirs: list[str], workers: int) -> Taken:
    of = Round("agreement-7", "bg", "at", "round-1", ("phone",))
    sets = [build_set([Held("phone", each, ()) for each in numbers], kinds=of.kinds) for numbers in (ours, theirs)]
    wide = Quota(points_a_day=10**7, points_a_month=10**8)
    seeds = [hashlib.sha256(name).digest() for name in (b"asker", b"answerer")]

    def a_round() -> int:
        question = step("  question", lambda: ask(of, sets[0], seeds[0], earlier=(), workers=workers))
        read = Question.read(question.data)
        allowed = allowance(len(read.points), [], partner="bg", now=datetime.now(UTC), quota=wide)
        made = step("  answer", lambda: answered(read, of, sets[1], seeds[1], allowed, workers))
        back = Answer.read(made.data)
        print(f"  question {len(question.data) / 1e6:.2f} MB, answer {len(made.data) / 1e6:.2f} MB")
        found = step("  finish", lambda: finish(question, sets[0], seeds[0], back, workers=workers))
        return len(found.identifiers)

    hits, taken = measured(a_round)
    assert hits == min(len(ours) - len(ours) // 2, len(theirs)), hits
    return taken


def answered(read: Question, of: Round, held: IdentifierSet, seed: bytes, allowed: Allowance, workers: int) -> Answer:
    return answer(read, of, held, seed, allowance=allowed, contact="desk-2", earlier=(), workers=workers).answer


def openmined(ours: list[str], theirs: list[str]) -> Taken | None:
    """A round of openmined.psi with its smallest table (GCS), which was also its fastest."""
    try:
        import private_set_intersection.python as psi
    except ImportError:
        return None

    def a_round() -> int:
        client, server = psi.client.CreateWithNewKey(True), psi.server.CreateWithNewKey(True)
        setup = server.CreateSetupMessage(1e-9, len(ours), theirs, psi.DataStructure.GCS)
        reply = server.ProcessRequest(client.CreateRequest(ours))
        return len(client.GetIntersection(setup, reply))

    hits, taken = measured(a_round)
    assert hits == min(len(ours) - len(ours) // 2, len(theirs)), hits
    return taken


def measured(made: Callable[[], Made]) -> tuple[Made, Taken]:
    clock, processor = time.perf_counter(), time.process_time()
    found = made()
    return found, (time.perf_counter() - clock, time.process_time() - processor)


def step(name: str, made: Callable[[], Made]) -> Made:
    found, taken = measured(made)
    print(f"{name}: {shown(taken)}")
    return found


def shown(taken: Taken) -> str:
    return f"{taken[0]:.2f} s on the clock, {taken[1]:.2f} s of processor"


if __name__ == "__main__":
    main()
