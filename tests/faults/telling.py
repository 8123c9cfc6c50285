"""Tells the story while processes are being killed: makes the nodes undisturbed, then counts and kills."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

from clew.demo.places import places
from clew.demo.playing import make_nodes
from clew.demo.processes import start, stop, wait_until_ready
from clew.demo.stages import Stages
from clew.demo.steps import steps
from clew.demo.story import tell

QUIET = 60.0
"""Seconds to wait for the last receipts."""


def main() -> None:
    make_nodes()
    os.environ["CLEW_COUNTED"] = "1"
    try:
        for place in places():
            start(place)
        for place in places():
            wait_until_ready(place)
        with Stages(places()) as stages:
            for _told in tell(stages, steps(), on_ended=lambda node: None):
                pass
        wait_until_quiet()
    finally:
        for place in places():
            stop(place)
    for place in places():
        report = subprocess.run(
            [sys.executable, "-m", "clew", "audit", "verify", "--json", "--home", str(place.home)],
            capture_output=True,
            text=True,
            check=True,
            env={name: value for name, value in os.environ.items() if name != "CLEW_COUNTED"},
        )
        assert json.loads(report.stdout)["ok"], report.stdout


def wait_until_quiet() -> None:
    """Wait until every outbox is empty: the last receipts travel after the last step."""
    import sqlite3

    deadline = time.monotonic() + QUIET
    while time.monotonic() < deadline:
        open_envelopes = 0
        for place in places():
            with sqlite3.connect(place.home / "store.sqlite3") as store:
                query = "select count(*) from exchange_outboxentry where delivered is null and failed is null"
                waiting = "select count(*) from exchange_inboxentry where state = 'stored'"
                open_envelopes += store.execute(query).fetchone()[0] + store.execute(waiting).fetchone()[0]
        if not open_envelopes:
            time.sleep(2)
            return
        time.sleep(0.2)
    raise AssertionError("letters are still under way")


if __name__ == "__main__":
    main()
