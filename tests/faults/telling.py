"""Tells the story to nodes that are made already while processes are being killed.

What the nodes hold in the end is written beside the count: `content.json`, by node; `seconds.json` is the processor
time of all their processes.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clew.demo import story
from clew.demo.places import DemoProblem, Place, places
from clew.demo.processes import is_running, start, stop, wait_until_ready
from clew.demo.stages import Stages
from clew.demo.steps import steps

PATIENCE = 300.0
"""Seconds to wait for a letter, and for the last receipts: each of the commits on their way is killed twice."""
UNDER_WAY = (
    "select count(*) from exchange_outboxentry where delivered is null and failed is null",
    "select count(*) from exchange_inboxentry where state = 'stored'",
    "select count(*) from exchange_receipt where to_send",
)


def main() -> None:
    os.environ["CLEW_COUNTED"] = "1"
    story.LETTER_LIMIT = PATIENCE
    try:
        for place in places():
            start(place)
        for place in places():
            wait_until_ready(place)
        with restarting(), Stages(places()) as stages:
            for _told in story.tell(stages, steps(), on_ended=lambda node: None):
                pass
            wait_until_quiet()
    finally:
        for place in places():
            stop(place)
    content = {place.key: content_of(place) for place in places()}
    directory = Path(os.environ["CLEW_KILL_DIRECTORY"])
    (directory / "content.json").write_text(json.dumps(content, ensure_ascii=False))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    (directory / "seconds.json").write_text(json.dumps(used.ru_utime + used.ru_stime))


@contextlib.contextmanager
def restarting() -> Iterator[None]:
    """Start every node again that was killed whole, as a system's service manager does."""
    through = threading.Event()

    def watch() -> None:
        while not through.wait(0.1):
            for place in places():
                if not is_running(place):
                    # Its last processes may still hold the ports: the next look finds them free.
                    with contextlib.suppress(DemoProblem):
                        start(place)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        through.set()
        watching.join()


def wait_until_quiet() -> None:
    """Wait until nothing is under way any more: the last receipts travel after the last step."""
    deadline = time.monotonic() + PATIENCE
    quiet_since: float | None = None
    while time.monotonic() < deadline:
        if any(under_way(place) for place in places()):
            quiet_since = None
        elif quiet_since is None:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > 2:
            return
        time.sleep(0.2)
    raise AssertionError("letters are still under way")


def under_way(place: Place) -> int:
    """How many letters and receipts of a node have not come to their end."""
    with contextlib.closing(sqlite3.connect(place.home / "store.sqlite3")) as store:
        return sum(store.execute(query).fetchone()[0] for query in UNDER_WAY)


def content_of(place: Place) -> Any:
    """What the node holds (`tests.faults.content`)."""
    hidden = ("CLEW_COUNTED", "CLEW_KILL_")
    answer = subprocess.run(
        [sys.executable, "-m", "tests.faults.content", str(place.home)],
        stdout=subprocess.PIPE,
        check=True,
        env={name: value for name, value in os.environ.items() if not name.startswith(hidden)},
    )
    return json.loads(answer.stdout)


if __name__ == "__main__":
    main()
