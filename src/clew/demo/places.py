"""The four fictional nodes of the demonstration: where they live and what they are called."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

BANNER = "DEMO: every person, office and case here is fictional."
FIRST_PORT = 8411


class DemoProblem(Exception):
    """The demonstration cannot start or go on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """One node of the demonstration.

    Attributes:
        key: the name used on the command line (`clew demo login vienna`).
        port, inbound_port: on 127.0.0.1.
        people: user names in the order in which a newcomer should try them.
    """

    key: str
    name: str
    country: str
    kind: str
    port: int
    inbound_port: int
    people: tuple[str, ...]

    @property
    def host(self) -> str:
        return f"{self.key}.localhost"

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def home(self) -> Path:
        return demo_directory() / self.key


def demo_directory() -> Path:
    """Where the demonstration's nodes live: `CLEW_DEMO_HOME`, else `~/.clew-demo`."""
    return Path(os.environ.get("CLEW_DEMO_HOME") or "~/.clew-demo").expanduser()


def places() -> tuple[Place, ...]:
    """The four nodes. `CLEW_DEMO_PORT` moves all ports, for a second demonstration on one machine."""
    try:
        first = int(os.environ.get("CLEW_DEMO_PORT") or FIRST_PORT)
    except ValueError as error:
        raise DemoProblem("CLEW_DEMO_PORT must be a number, for instance 8411.") from error
    rows = (
        ("vienna", "Criminal Intelligence Service, Vienna", "AT", "police", ("anna", "bernd", "admin")),
        ("beijing", "Anti-Trafficking Office, Beijing", "CN", "police", ("lin", "zhao", "qian", "admin")),
        ("shelter", "Shelter Lindenhof, Vienna", "AT", "ngo", ("clara", "doris", "greta", "admin")),
        ("bridge", "Bridge Facilitation Office", "CH", "io", ("emil", "fatou", "admin")),
    )
    return tuple(
        Place(key, f"{name} (fictional)", country, kind, first + 2 * index, first + 2 * index + 1, people)
        for index, (key, name, country, kind, people) in enumerate(rows)
    )


def place(key: str) -> Place:
    """The node of that name.

    Raises:
        DemoProblem: there is none; the message lists them.
    """
    for candidate in places():
        if candidate.key == key:
            return candidate
    raise DemoProblem(f"There is no demo node {key!r}. There are: {', '.join(p.key for p in places())}.")
