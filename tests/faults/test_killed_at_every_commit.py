"""A node killed with SIGKILL at any commit of the story starts again, finishes it, loses and doubles nothing.

Every commit of the story is killed once just before it happens, all in one telling: a process that was killed at one
commit has to survive the next one too.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.story_nodes import NODES, free_ports

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.sqlite]

KILLING = Path(__file__).parent / "killing"
COUNTED = {
    "letters": "select count(*) from exchange_letter",
    "letters by kind": "select group_concat(direction || kind || state) from "
    "(select direction, kind, state from exchange_letter order by direction, kind, state)",
    "statements": "select count(*) from dossier_statement",
    "sources": "select count(*) from dossier_source",
    "cases": "select count(*) from cases_case",
    "releases": "select count(*) from disclosure_release",
    "signatures": "select count(*) from disclosure_decisionsignature",
    "parties": "select count(*) from partners_party",
    "open envelopes": "select count(*) from exchange_outboxentry where delivered is null and failed is null",
    "rejected envelopes": "select count(*) from exchange_inboxentry where state = 'rejected'",
}


def tell(home: Path, when: str) -> dict[str, int]:
    """Tell the story with kills, and say how many commits and kills there were."""
    home.mkdir()
    port = free_ports()
    environment = {
        **os.environ,
        "CLEW_DEMO_HOME": str(home / "nodes"),
        "CLEW_DEMO_PORT": str(port),
        "CLEW_KILL_DIRECTORY": str(home),
        "CLEW_KILL_WHEN": when,
        "PYTHONPATH": os.pathsep.join([str(KILLING), *sys.path]),
    }
    environment.pop("CLEW_HOME", None)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "telling.py")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    counted: dict[str, int] = json.loads((home / "state.json").read_text())
    return counted


def content(home: Path) -> dict[str, dict[str, object]]:
    """What the nodes hold in the end, as far as it does not depend on ids and times."""
    found: dict[str, dict[str, object]] = {}
    for node in NODES:
        with closing(sqlite3.connect(home / "nodes" / node / "store.sqlite3")) as store:
            found[node] = {name: store.execute(query).fetchone()[0] for name, query in COUNTED.items()}
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], dict[str, dict[str, object]]]:
    home = tmp_path_factory.mktemp("faults") / "never"
    counted = tell(home, "never")
    return counted, content(home)


@pytest.mark.parametrize("when", ["before"])
def test_the_story_survives_a_kill_at_each_of_its_commits(
    tmp_path: Path,
    undisturbed: tuple[dict[str, int], dict[str, dict[str, object]]],
    when: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    counted, expected = undisturbed
    killed = tell(tmp_path / when, when)
    with capsys.disabled():
        told = f"The story has N = {counted['commits']} commits; {killed['kills']} kills {when} a commit."
        sys.stdout.write(f"\n{told}\n")
    assert killed["kills"] >= counted["commits"]
    assert content(tmp_path / when) == expected
