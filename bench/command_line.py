"""How long `clew --help` takes, how soon a node answers its first page, and how much memory it holds when idle.

    .venv/bin/python bench/command_line.py [--runs 20] [--idle 10]

`clew --help` is compared with a bare `python -c pass` of the same interpreter, run alternately. The cold start is that
of a fresh node: from the start of `clew serve` to the answer of its sign-in page. Memory is the sum of the proportional
shares (PSS, /proc/PID/smaps_rollup) of the node's parent and its three processes, after the first page and some seconds
of idleness. Exits with 1 when a bound is missed: 6 times the bare interpreter, 3 s, 200 MB.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench._machine import machine

MOST_TIMES_BARE, MOST_SECONDS, MOST_MEGABYTES = 6.0, 3.0, 200.0
CLEW = str(Path(sys.executable).with_name("clew"))


def main() -> None:
    parser = argparse.ArgumentParser(description="The command line and a node that starts.")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--idle", type=float, default=10.0)
    asked = parser.parse_args()
    print(machine())
    missed = [*_help(asked.runs), *_node(asked.idle)]
    for each in missed:
        print(f"MISSED: {each}")
    sys.exit(1 if missed else 0)


def _help(runs: int) -> list[str]:
    bare, helped = [sys.executable, "-c", "pass"], [CLEW, "--help"]
    for command in (bare, helped):
        _timed(command)
    # Alternately, so that both meet the same moments of a shared machine.
    took = [(_timed(bare), _timed(helped)) for _ in range(runs)]
    medians = [statistics.median(both[n][0] for both in took) * 1_000 for n in (0, 1)]
    busy = [statistics.median(both[n][1] for both in took) * 1_000 for n in (0, 1)]
    print(
        f"clew --help: {medians[1]:.0f} ms ({busy[1]:.0f} ms of processor); python -c pass: {medians[0]:.0f} ms "
        f"({busy[0]:.0f} ms); {medians[1] / medians[0]:.1f} times, {busy[1] / busy[0]:.1f} times in processor time "
        f"(median of {runs})"
    )
    return [] if medians[1] <= medians[0] * MOST_TIMES_BARE else ["clew --help"]


def _timed(command: list[str]) -> tuple[float, float]:
    before, started = _of_children(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started, _of_children() - before


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _node(idle: float) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as directory:
        home = Path(directory) / "home"
        port, inbound = _free_ports()
        words = "init --name Bench --country AT --kind police --insecure-loopback --yes"
        ports = ["--port", str(port), "--inbound-port", str(inbound)]
        command = [CLEW, *words.split(), "--home", str(home), *ports]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        started = time.perf_counter()
        node = subprocess.Popen([CLEW, "serve", "--home", str(home)], stdout=subprocess.DEVNULL)
        try:
            seconds = _first_page(node, port, started)
            busy = sum(map(_busy, _family(node.pid)))
            time.sleep(idle)
            sizes = {pid: _megabytes(pid) for pid in _family(node.pid)}
        finally:
            node.send_signal(signal.SIGTERM)
            node.wait(timeout=20)
    total = sum(sizes.values())
    shares = ", ".join(f"{size:.0f}" for size in sizes.values())
    print(f"cold start to first page: {seconds:.2f} s ({busy:.2f} s of processor in all its processes)")
    print(f"idle node after {idle:.0f} s: {total:.0f} MB (parent and children: {shares})")
    return [
        *(["cold start"] if seconds >= MOST_SECONDS else []),
        *(["memory of an idle node"] if total >= MOST_MEGABYTES else []),
    ]


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _first_page(node: subprocess.Popen[bytes], port: int, started: float) -> float:
    page = urllib.request.Request(f"http://127.0.0.1:{port}/account/login/", headers={"Host": f"localhost:{port}"})
    while node.poll() is None and time.perf_counter() - started < 60:
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            with urllib.request.urlopen(page, timeout=30) as answer:
                answer.read()
            return time.perf_counter() - started
        time.sleep(0.02)
    raise RuntimeError("The node did not answer within a minute.")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *map(int, children)]


def _busy(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1_024


if __name__ == "__main__":
    main()
