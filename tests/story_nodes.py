"""The demonstration played once for all tests that need real nodes with real cases in them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.resident import run_words

NODES = ("vienna", "beijing", "shelter", "bridge")
PORTS_NEEDED = 8


@dataclass(frozen=True)
class StoryNodes:
    """Four running nodes whose story is through; `told` is what `clew demo start` printed."""

    home: Path
    first_port: int
    told: str

    def clew(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a `clew` command in the demonstration's environment."""
        return run_clew(self.home, self.first_port, *arguments, check=check)

    def of(self, node: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a `clew` command on one node's home."""
        return self.clew(*arguments, "--home", str(self.home / node), check=check)

    def url(self, node: str) -> str:
        """The address of a node's staff pages."""
        return f"http://{node}.localhost:{self.first_port + 2 * NODES.index(node)}"

    def link(self, node: str, person: str) -> str:
        """A one-time sign-in link."""
        return str(json.loads(self.clew("demo", "login", node, "--as", person, "--json").stdout)["link"])

    def code(self, node: str, person: str) -> str:
        """The code that the officer's authenticator shows now."""
        return str(json.loads(self.clew("demo", "code", node, "--as", person, "--json").stdout)["code"])


def run_clew(
    home: Path, port: int, *arguments: str, check: bool = True, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run `clew` with a demonstration directory and first port of its own; `more` goes into its environment."""
    hidden = {"CLEW_HOME", "CLEW_PROCESS", "DJANGO_SETTINGS_MODULE", "CLEW_DEMO_EXIT"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"CLEW_DEMO_HOME": str(home), "CLEW_DEMO_PORT": str(port), "COLUMNS": "200", **more}
    done = run_words(["-m", "clew", *arguments], environment)
    if check and done.returncode:
        raise AssertionError(f"clew {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done


def free_ports() -> int:
    """The first of eight free ports in a row on loopback; each test process begins to look in a row of its own."""
    begin = 20_000 + os.getpid() % 1_000 * PORTS_NEEDED
    for first in [*range(begin, 32_000, PORTS_NEEDED), *range(20_000, begin, PORTS_NEEDED)]:
        if all(is_free(port) for port in range(first, first + PORTS_NEEDED)):
            return first
    raise AssertionError("no eight free ports in a row")


def play_story(home: Path) -> StoryNodes:
    """Play the story and leave the nodes running."""
    port = free_ports()
    told = run_clew(home, port, "demo", "start").stdout
    return StoryNodes(home, port, told)


def is_free(port: int) -> bool:
    """Whether a server could listen there; a connection that somebody has from that port counts as taken, too."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listens(port: int) -> bool:
    """Whether a server answers there. A connection that just ended may keep its port from being bound for a minute."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
