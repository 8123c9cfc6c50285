"""Nodes made by the command line itself, each in a directory of its own, and servers on free loopback ports."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.resident import run_words

HIDDEN = {"CLEW_HOME", "CLEW_PROCESS", "DJANGO_SETTINGS_MODULE", "CLEW_TEST_DATABASE_URL"}
PATIENCE = 60
"""Seconds after which a server that says nothing has failed; nothing waits that long otherwise."""


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def environment(home: Path | None = None) -> dict[str, str]:
    """The environment of a person's shell: nothing of the suite's own node is in it."""
    found = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    return found if home is None else {**found, "CLEW_HOME": str(home)}


def clew(*arguments: object, home: Path | None = None, typed: str = "") -> Answer:
    """Run a command as a person would."""
    done = run_words(["-m", "clew", *map(str, arguments)], environment(home), typed)
    return Answer(done.returncode, done.stdout, done.stderr)


def make_node(home: Path, *more: object) -> Answer:
    """`clew init` without a question."""
    return clew(
        "init", "--name", "Office (fictional)", "--country", "AT", "--kind", "police", "--yes", "--json",
        "--insecure-loopback", *more, home=home,
    )  # fmt: skip


def free_ports() -> tuple[int, int]:
    """Two free ports on loopback."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


class Server:
    """A running `clew serve`."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "clew", "serve", "--json"],
            env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.told = json.loads(self._line(self.process.stdout))

    def children(self) -> list[int]:
        """The process ids of the parent's children."""
        return children_of(self.process.pid)

    def waits_for_word(self, pattern: str) -> str:
        """Read what the server says on its error stream until a line fits."""
        while not re.search(pattern, line := self._line(self.process.stderr)):
            pass
        return line

    def _line(self, stream: Any) -> str:
        ready, _writing, _errors = select.select([stream], [], [], PATIENCE)
        line = stream.readline() if ready else ""
        if not line:
            self.process.kill()
            raise AssertionError(f"the server said nothing more; {self.process.communicate()}")
        return str(line)


@contextmanager
def served(home: Path) -> Iterator[Server]:
    """A server that is ended afterwards, whatever happened."""
    server = Server(home)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGTERM)
        server.process.communicate(timeout=PATIENCE)


def children_of(pid: int) -> list[int]:
    """The process ids of a process' children, those that ended left out."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [int(one) for one in found if is_alive(int(one))]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False
