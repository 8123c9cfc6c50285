"""Minutes until a node that was brought back from a backup is consistent again, its partner sending anew.

Two real node directories with SQLite (synchronous=FULL), as in `bench/letters.py`, whose pieces are used here. The
partner has sent so many letters, and knows that each arrived. The node was brought back from a backup of before the
first of them: it has none, and holds what it would send. Both then run as `clew serve` runs them: the node asks what
the partner has, the partner answers and puts its letters back, they come, are opened and quarantined, and the node
writes to the partner again. What is timed is from the first turn of the worker to that. Beside it: the processor time
of each of the four processes, which a busy machine changes less than the time on the clock; how long one and how long
the longest turn of the partner's worker took, for while it answers nothing else leaves there; and how much more memory
each worker had at its most than before its first turn, which must not grow with the number of letters.

Left out, because these decisions have no row: the second derivation before a letter leaves once more, where anybody did
something that the rules look at since it was signed (`bench/preview.py` measures it: deriving together).

    python bench/recovery.py [--letters 10000] [--bytes 4000]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench._machine import machine, most_memory
from bench.letters import (
    IN_RECEIVER,
    IN_SENDER,
    PORTS,
    _in_process,
    _introduce,
    _set_up,
    decision,
    make_node,
    serve_inbound,
)

NODE_WORKER, PARTNER_WORKER = "node: ask, open, quarantine, receipts", "partner: answer, put back, send, note receipts"

BOUND, OF = 15 * 60.0, 100_000
"""Seconds, for so many letters; fewer letters have that share of it."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Recovery of a node that was brought back from a backup.")
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--bytes", type=int, default=4000, dest="size")
    asked = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as directory:
        home = Path(directory)
        cards = {name: _in_process(make_node, home, name) for name in PORTS}
        _in_process(fill, home, cards, asked.letters, asked.size)
        context = multiprocessing.get_context("spawn")
        turns, answer, used = context.Queue(), context.Queue(), context.Queue()
        ready, stopping = context.Event(), context.Event()
        inbounds = [context.Process(target=serve_inbound, args=(home, name, used), daemon=True) for name in PORTS]
        partner = context.Process(target=partner_works, args=(home, cards, ready, stopping, turns))
        node = context.Process(target=recover, args=(home, cards, asked.letters, ready, answer))
        for process in (*inbounds, partner, node):
            process.start()
        figures = answer.get()
        stopping.set()
        figures |= turns.get(timeout=60)
        for process in inbounds:
            process.terminate()
        stages = dict(used.get(timeout=60) for _process in inbounds)
    print(machine())
    stages = {"node: store, stored receipts": stages[IN_RECEIVER], "partner: store": stages[IN_SENDER]} | {
        name: figures.pop(name) for name in (NODE_WORKER, PARTNER_WORKER)
    }
    per_letter = {stage: round(seconds * 1000 / asked.letters, 2) for stage, seconds in stages.items()}
    figures["processor_ms_per_letter"] = {**per_letter, "all": round(sum(per_letter.values()), 2)}
    bound = BOUND * asked.letters / OF
    print(json.dumps({"letters": asked.letters, "body_bytes": asked.size, **figures, "bound_s": bound}, indent=2))
    sys.exit(figures["seconds"] > bound)


def fill(directory: Path, cards: dict[str, bytes], letters: int, size: int) -> None:
    """The partner's letters: written, sealed and chained as always; then all of them are noted as delivered."""
    _set_up(directory, "sender", "cli")
    _introduce(cards, "sender")
    from django.utils import timezone

    from clew.exchange.cards import read_card
    from clew.node.accounts.actions import NODE
    from clew.node.exchange.actions import dispatching
    from clew.node.exchange.dispatching import route_to
    from clew.node.exchange.models import OutboxEntry
    from clew.node.exchange.worker import PORTION

    setattr(dispatching, "mark_dispatched", lambda **_arguments: None)  # noqa: B010 - as in bench/letters.py
    receiver = read_card(cards["receiver"]).uid
    for start in range(0, letters, PORTION):
        now = timezone.now()
        route = route_to(receiver, now)
        portion = [(decision(n, receiver, size), route) for n in range(start, min(start + PORTION, letters))]
        dispatching.dispatch_decisions(actor=NODE, decisions=portion, now=now)
    OutboxEntry.objects.update(delivered=timezone.now(), attempts=1)


def partner_works(directory: Path, cards: dict[str, bytes], ready: Any, stopping: Any, turns: Any) -> None:
    """The partner's worker, as `clew serve` runs it; puts the length of its turns into `turns`."""
    _set_up(directory, "sender", "worker")
    from django.utils import timezone

    from clew.node.exchange import outbox
    from clew.node.exchange.worker import PATIENCE, Lines, run_once

    # The decisions have no row from which they could be derived again.
    setattr(outbox, "outdated_among", lambda **_arguments: {})  # noqa: B010 - as in bench/letters.py
    rng, lines, took = random.SystemRandom(), Lines(PATIENCE), list[float]()
    before, used = most_memory(), time.process_time()
    ready.set()
    while not stopping.is_set():
        started = time.perf_counter()
        moved = run_once(now=timezone.now(), rng=rng, lines=lines)
        if moved:
            took.append(time.perf_counter() - started)
        else:
            time.sleep(0.02)
    lines.close(5.0)
    took.sort()
    turns.put(
        {
            "partner_turn_median_s": round(took[len(took) // 2], 3),
            "partner_turn_longest_s": round(took[-1], 1),
            "partner_memory_more_mb": round(most_memory() - before, 1),
            PARTNER_WORKER: time.process_time() - used,
        }
    )


def recover(directory: Path, cards: dict[str, bytes], letters: int, ready: Any, answer: Any) -> None:
    """The node that was brought back; puts the figures into `answer`."""
    _set_up(directory, "receiver", "worker")
    _introduce(cards, "receiver")
    from django.utils import timezone

    from clew.node.accounts.actions import NODE
    from clew.node.exchange.actions import hold_restored
    from clew.node.exchange.models import Letter, Restored
    from clew.node.exchange.worker import PATIENCE, Lines, run_once

    hold_restored(actor=NODE, now=timezone.now())
    ready.wait()
    time.sleep(2)
    rng, lines = random.SystemRandom(), Lines(PATIENCE)
    started, used, before = time.perf_counter(), time.process_time(), most_memory()
    while Restored.objects.filter(resolved=None).exists():
        if not run_once(now=timezone.now(), rng=rng, lines=lines):
            time.sleep(0.02)
    free = time.perf_counter() - started
    while Letter.objects.filter(direction="in").count() < letters:
        run_once(now=timezone.now(), rng=rng, lines=lines)
    seconds = time.perf_counter() - started
    lines.close(5.0)
    answer.put(
        {
            "seconds": round(seconds, 1),
            "writes_again_after_s": round(free, 1),
            "letters_per_s": round(letters / seconds, 1),
            "node_memory_more_mb": round(most_memory() - before, 1),
            NODE_WORKER: time.process_time() - used,
        }
    )


if __name__ == "__main__":
    main()
