"""A node killed with SIGKILL at any commit of the story starts again, finishes it, loses and doubles nothing.

The story is told twice. The first telling is undisturbed and counts its commits, N. In the second each of them is
killed twice, just before it takes effect and, when it is tried again, just after: a process that was killed at one
commit has to survive the next one too. Every 31st kill takes all processes of the node at once;
`CLEW_KILL_NODE_EACH=1 pytest tests/faults` lets every kill do so. In the end every table of every node, every letter,
and the log of acts have to be as after the undisturbed telling.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.story_nodes import NODES, free_ports

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.sqlite, pytest.mark.xdist_group("kills")]

HERE = Path(__file__).parent
TABLES_OF_TRIES = {
    "accounts_usedcode": "who is asked again proves her presence again",
    "audit_auditentry": "compared by act",
    "audit_treenode": "follows from the entries, and is verified with them",
    "audit_checkpoint": "a log that was verified twice is signed twice",
    **dict.fromkeys(
        ("matching_waiting", "matching_key", "matching_finding"),
        "made from the statements by the worker, in whatever portions; the statements are compared",
    ),
}
ACTS_OF_TRIES = {
    **dict.fromkeys(
        ("exchange.sign_receipts", "exchange.send_receipts", "exchange.record_receipts"),
        "a letter of receipts takes along as many as are due",
    ),
    **dict.fromkeys(
        ("exchange.store_envelope", "exchange.open_envelope"), "likewise; letters with content are compared one by one"
    ),
    "exchange.note_failed_attempt": "a partner that was killed is asked again",
    **dict.fromkeys(
        ("transfer.upload_file", "transfer.choose_mapping", "transfer.check_import", "transfer.checked"),
        "an upload that was cut off before its import was started is made anew",
    ),
    "cases.link_entities": "an import that was cut off links again what is linked; the links are compared",
    "accounts.step_up_failed": "who is asked again proves her presence again",
    "audit.checkpoint": "a log that was verified twice is signed twice",
    "matching.keep_comparison": "the worker compares in portions of what waits when it looks",
    **dict.fromkeys(
        (
            "dossier.protect_expired",
            "kinship.destroy_unconsented",
            "oversight.mark_overdue",
            "referral.void_expired",
        ),
        "upkeep, due by the clock",
    ),
}
NODE_EACH = os.environ.get("CLEW_KILL_NODE_EACH", "31")


@dataclass(frozen=True)
class Telling:
    """The commits and kills of a telling by place in the code, whole nodes killed, and what each node holds."""

    commits: dict[str, int]
    before: dict[str, int]
    after: dict[str, int]
    nodes: int
    content: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Stage:
    """Four nodes before the story, in `home`, which can be copied; `port` is the first of theirs."""

    home: Path
    port: int

    def run(self, home: Path, *arguments: str) -> None:
        """Run a Python program that finds the nodes in `home`/nodes."""
        hidden = {"CLEW_HOME", "CLEW_PROCESS", "DJANGO_SETTINGS_MODULE"}
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        environment |= {
            "CLEW_DEMO_HOME": str(home / "nodes"),
            "CLEW_DEMO_PORT": str(self.port),
            "CLEW_KILL_DIRECTORY": str(home),
            "CLEW_KILL_NODE_EACH": NODE_EACH,
            "PYTHONPATH": os.pathsep.join([str(HERE / "killing"), *sys.path]),
        }
        done = subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    made = Stage(tmp_path_factory.mktemp("faults"), free_ports())
    made.run(made.home, "-c", "from clew.demo.playing import make_nodes; make_nodes()")
    return made


def tell(stage: Stage, home: Path, expected: dict[str, int] | None = None) -> Telling:
    """Tell the story to copies of the nodes; with the commits that are `expected`, each of them is killed."""
    home.mkdir()
    shutil.copytree(stage.home / "nodes", home / "nodes")
    if expected is not None:
        (home / "expected.json").write_text(json.dumps(expected))
    stage.run(home, str(HERE / "telling.py"))
    counted = json.loads((home / "state.json").read_text())
    return Telling(**counted, content=json.loads((home / "content.json").read_text()))


@pytest.fixture(scope="module")
def undisturbed(stage: Stage) -> Telling:
    return tell(stage, stage.home / "undisturbed")


@pytest.fixture(scope="module")
def killed(stage: Stage, undisturbed: Telling) -> Telling:
    return tell(stage, stage.home / "killed", undisturbed.commits)


def test_the_story_survives_a_kill_at_each_of_its_commits(
    undisturbed: Telling, killed: Telling, record_property: Callable[[str, object], None]
) -> None:
    by_node = {
        node: sum(n for place, n in undisturbed.commits.items() if place.startswith(f"{node} ")) for node in NODES
    }
    commits = sum(by_node.values())
    both = sum(min(n, killed.before.get(p, 0), killed.after.get(p, 0)) for p, n in undisturbed.commits.items())
    record_property(
        "summary",
        f"commits of the story: {commits} ({', '.join(f'{node} {n}' for node, n in by_node.items())}); killed "
        f"{sum(killed.before.values())} times before one and {sum(killed.after.values())} times after one, "
        f"{killed.nodes} times the whole node; {both} commits were killed on both sides",
    )
    # What one telling commits at once, as receipts that are due together, another may commit in two portions.
    assert both >= 0.8 * commits
    assert [place for place in by_hand(undisturbed) if not killed.after.get(place)] == []
    assert killed.nodes >= 5


def by_hand(telling: Telling) -> list[str]:
    """The places of officers' commits, but for an import under way: the worker finishes one that is cut off."""
    return [place for place in telling.commits if place.split()[1] == "cli" and "run_import" not in place]


@pytest.mark.parametrize("node", NODES)
def test_the_log_of_a_node_that_was_killed_verifies(undisturbed: Telling, killed: Telling, node: str) -> None:
    assert undisturbed.content[node]["problems"] == []
    assert killed.content[node]["problems"] == []


@pytest.mark.parametrize("node", NODES)
def test_every_table_of_a_node_that_was_killed_holds_what_it_would_hold_otherwise(
    undisturbed: Telling, killed: Telling, node: str
) -> None:
    expected, found = undisturbed.content[node]["tables"], killed.content[node]["tables"]
    assert set(found) == set(expected)
    assert differences(expected, found, but=TABLES_OF_TRIES) == {}


@pytest.mark.parametrize("node", NODES)
def test_every_act_at_a_node_that_was_killed_is_logged_as_often_as_otherwise(
    undisturbed: Telling, killed: Telling, node: str
) -> None:
    assert differences(undisturbed.content[node]["acts"], killed.content[node]["acts"], but=ACTS_OF_TRIES) == {}


@pytest.mark.parametrize("node", NODES)
@pytest.mark.parametrize("part", ["letters", "statements"])
def test_every_letter_and_statement_of_a_node_that_was_killed_is_there_once(
    undisturbed: Telling, killed: Telling, node: str, part: str
) -> None:
    assert undisturbed.content[node]["letters"]
    assert differences(undisturbed.content[node][part], killed.content[node][part]) == {}


def differences(
    expected: dict[str, Any], found: dict[str, Any], but: Container[str] = ()
) -> dict[str, tuple[Any, Any]]:
    """What stands in one telling and not in the other, or not as often: expected and found."""
    names = [name for name in {**expected, **found} if name not in but]
    return {name: (expected.get(name), found.get(name)) for name in names if expected.get(name) != found.get(name)}
