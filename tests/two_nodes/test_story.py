"""The story through real processes: four nodes, real letters, one case."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import takewhile
from pathlib import Path

import pytest

from tests.story_nodes import NODES, StoryNodes, free_ports, run_clew

pytestmark = [pytest.mark.two_nodes, pytest.mark.xdist_group("story"), pytest.mark.sqlite]

VICTIM = "Mei Beispielfrau"
HER_PHONE = "6600000001"
DESK = """
import json, pathlib, sys
from clew.cli.answers import set_up_node
set_up_node(pathlib.Path(sys.argv[1]))
from django.utils import timezone
from clew.node.accounts.models import Officer
from clew.node.desk.queries import desk_of
officer = Officer.objects.get(username=sys.argv[2])
groups = desk_of(officer=officer, now=timezone.now())
print(json.dumps({group.name: [item.kind for item in group.items] for group in groups}))
"""


def rows(nodes: StoryNodes, node: str, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(nodes.home / node / "store.sqlite3")) as store:
        return list(store.execute(query))


def desk(nodes: StoryNodes, node: str, person: str) -> dict[str, list[str]]:
    """The kinds of the lines on an officer's desk, by group."""
    asked = [sys.executable, "-c", DESK, str(nodes.home / node), person]
    hidden = {"CLEW_HOME", "CLEW_PROCESS", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    said = subprocess.run(asked, capture_output=True, text=True, check=True, env=environment).stdout
    groups: dict[str, list[str]] = json.loads(said)
    return groups


def test_the_story_is_told_to_its_end(story_nodes: StoryNodes) -> None:
    assert "statements may leave" in story_nodes.told
    assert "entries verify" in story_nodes.told
    assert "/account/link/" in story_nodes.told


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("asks the rules what of it may go to the police", "The person concerned has not consented to telling this"),
        ("asks about agency, phone and account", "What concerns a protected person does not go to the state of origin"),
    ],
)
def test_each_reason_why_something_is_withheld_is_told_once_in_plain_words(
    story_nodes: StoryNodes, asked: str, reason: str
) -> None:
    below = [line.strip() for line in story_nodes.told.split(asked)[1].splitlines()[1:]]
    told = list(takewhile(lambda line: line.startswith("Withheld: "), below))
    assert any(line.startswith(f"Withheld: {reason}") for line in told)
    assert len(set(told)) == len(told) > 1


@pytest.mark.parametrize("node", NODES)
def test_every_node_keeps_a_log_that_verifies(story_nodes: StoryNodes, node: str) -> None:
    report = json.loads(story_nodes.of(node, "audit", "verify", "--json").stdout)
    assert report["ok"]
    assert report["size"] > 20


@pytest.mark.parametrize("node", ["vienna", "beijing", "bridge"])
def test_what_names_the_woman_never_reaches_another_node(story_nodes: StoryNodes, node: str) -> None:
    content = b"".join(path.read_bytes() for path in sorted((story_nodes.home / node).glob("store.sqlite3*")))
    assert VICTIM.encode() not in content
    assert HER_PHONE.encode() not in content


def test_her_name_stands_nowhere_in_the_open_in_the_shelters_own_store(story_nodes: StoryNodes) -> None:
    home = story_nodes.home / "shelter"
    for path in sorted(home.rglob("*")):
        if path.is_file():
            assert VICTIM.encode() not in path.read_bytes(), path.name


def test_the_answer_became_statements_whose_source_is_the_letter(story_nodes: StoryNodes) -> None:
    found = rows(
        story_nodes,
        "vienna",
        "select s.value, s.original from dossier_statement s join dossier_source q on q.id = s.source_id "
        "where q.kind = 'letter' and s.original like '%金路%'",
    )
    assert len(found) == 1


def test_one_letter_waits_one_approval_is_asked_and_one_clock_runs(story_nodes: StoryNodes) -> None:
    waiting = rows(story_nodes, "vienna", "select count(*) from exchange_letter where state = 'quarantined'")
    assert waiting == [(1,)]
    asked = "select count(*) from cases_task where kind = 'release.approval' and done is null"
    assert rows(story_nodes, "beijing", asked) == [(1,)]
    clocks = "select count(*) from cases_deadline where met is null"
    assert rows(story_nodes, "beijing", clocks) == [(1,)]


@pytest.mark.parametrize(
    ("node", "person", "group", "kind"),
    [
        ("vienna", "anna", "letters", "letter.quarantined"),
        ("beijing", "zhao", "approvals", "approval.asked"),
        ("beijing", "lin", "clocks", "clock.running"),
    ],
)
def test_the_desk_shows_the_first_click_in_one_line(
    story_nodes: StoryNodes, node: str, person: str, group: str, kind: str
) -> None:
    assert desk(story_nodes, node, person)[group] == [kind]


def test_telling_the_story_again_changes_nothing(story_nodes: StoryNodes) -> None:
    count = "select (select count(*) from exchange_letter), (select count(*) from dossier_statement)"
    before = [rows(story_nodes, node, count) for node in NODES]
    story_nodes.clew("demo", "start")
    assert [rows(story_nodes, node, count) for node in NODES] == before


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    first = free_ports()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", first + 3))
        taken.listen()
        refused = run_clew(tmp_path, first, "demo", "start", check=False)
    run_clew(tmp_path, first, "demo", "stop")
    assert refused.returncode == 1
    assert f"Port {first + 3}" in refused.stderr


def test_an_unknown_node_is_answered_with_the_known_ones(story_nodes: StoryNodes) -> None:
    refused = story_nodes.clew("demo", "login", "atlantis", check=False)
    assert refused.returncode == 1
    assert "vienna, beijing, shelter, bridge" in refused.stderr
