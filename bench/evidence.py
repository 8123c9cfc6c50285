"""MB/s at which evidence is sealed into parts and opened again, beside age's own speed, and the memory that it takes.

Measured is what a node would do with a file, by the library alone: read it decrypted from the node's store of documents
(AES-GCM in pieces of 64 KiB, which is how files lie here), hash it, seal it with age, cut it, hash each part, make each
durable; and on the other side read the parts, open them, hash, compare, and write the file encrypted again. Beside it,
in the same run, on the same disk: pyrage alone, from a file to a file, without hashes, parts and encryption at rest.
Every other run is pyrage's, so that a busy moment strikes both. The line between two nodes is not measured: there is
none yet.

    python bench/evidence.py [--mb 512] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import pyrage

from bench._machine import machine
from clew.exchange.evidence.parts import Parts
from clew.exchange.evidence.sealing import SealedFile, new_key, open_file, seal_file
from clew.node.sealed_files import FileIntake, ReceivedFile, read_sealed

MB = 1_000_000
SHARE = 0.6
"""Of age's own speed: the bound of issue 4."""
MOST_MEMORY = 120 * MB
"""Bytes in memory at any time, Python and libraries included, whatever the size."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed and memory of evidence.")
    parser.add_argument("--mb", type=int, default=512, dest="size")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="clew-bench-", dir=os.environ.get("CLEW_BENCH_DIR")) as name:
        directory = Path(name)
        stored = _store(directory, asked.size * MB)
        plain = directory / "plain"
        with plain.open("wb") as file:
            file.writelines(read_sealed(directory, stored.stored_as, stored.key))
        figures = _measure(directory, plain, stored, asked.rounds)
    figures = {"megabytes": asked.size, "rounds": asked.rounds, **figures, "bound_share": SHARE}
    print(json.dumps(figures, indent=2))
    missed = min(figures["seal_share_of_age"], figures["open_share_of_age"]) < SHARE
    sys.exit(missed or figures["most_memory_mb"] > MOST_MEMORY / MB)


def _store(directory: Path, size: int) -> ReceivedFile:
    """A file of random bytes as a node keeps it. Random: nothing along the way compresses or skips zeros."""
    intake = FileIntake(directory, size)
    left = size
    while left:
        piece = os.urandom(min(left, 1024 * 1024))
        intake.write(piece)
        left -= len(piece)
    return intake.finish()


def _measure(directory: Path, plain: Path, stored: ReceivedFile, rounds: int) -> dict[str, float]:
    taken: dict[str, list[tuple[float, float]]] = {}
    sealed = directory / "sealed by age"
    for number in range(rounds):
        key, parts = new_key(), Parts(directory / f"parts {number}")
        identity = pyrage.x25519.Identity.from_str(key)
        with _clock(taken, "age seals"):
            pyrage.encrypt_file(str(plain), str(sealed), [identity.to_public()])
            _make_durable(sealed)
        with _clock(taken, "seal"):
            file = seal_file(read_sealed(directory, stored.stored_as, stored.key), key, parts.writer)
        with _clock(taken, "age opens"):
            pyrage.decrypt_file(str(sealed), str(plain), [identity])
            _make_durable(plain)
        with _clock(taken, "open"):
            _open(directory, parts, key, file)
        parts.discard()
    return _figures(taken, stored.size)


def _open(directory: Path, parts: Parts, key: str, file: SealedFile) -> None:
    intake = FileIntake(directory, file.size)
    open_file(parts.read_all(file), key, file, intake.write)
    intake.finish().discard()


@contextmanager
def _clock(taken: dict[str, list[tuple[float, float]]], what: str) -> Iterator[None]:
    """Keeps the seconds on the clock and of processor that something took."""
    begun, used = time.perf_counter(), time.process_time()
    yield
    taken.setdefault(what, []).append((time.perf_counter() - begun, time.process_time() - used))


def _make_durable(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _figures(taken: dict[str, list[tuple[float, float]]], size: int) -> dict[str, float]:
    """Rates are of the median round. A share is that of one round's pair on the clock, again the median."""
    figures: dict[str, float] = {}
    for what, times in taken.items():
        name = what.replace(" ", "_")
        figures[f"{name}_mb_per_s"] = round(size / MB / statistics.median(wall for wall, _used in times), 1)
        figures[f"{name}_mb_per_s_of_processor"] = round(
            size / MB / statistics.median(used for _wall, used in times), 1
        )
    for ours, theirs in (("seal", "age seals"), ("open", "age opens")):
        pairs = zip(taken[ours], taken[theirs], strict=True)
        figures[f"{ours}_share_of_age"] = round(statistics.median(age[0] / own[0] for own, age in pairs), 2)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {**figures, "most_memory_mb": round(most / MB, 1)}


if __name__ == "__main__":
    main()
