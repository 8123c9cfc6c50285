"""The story through real processes: four nodes, real letters, one case."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import yaml

import clew.demo
from tests.resident import run_words
from tests.story_nodes import NODES, PORTS_NEEDED, StoryNodes, free_ports, listens, run_clew

pytestmark = [pytest.mark.two_nodes, pytest.mark.xdist_group("story"), pytest.mark.sqlite]

VICTIM = "Mei Beispielfrau"
HERS = (VICTIM, "Beispielfrau", "6600000001", "1998-05-14")
"""What tells who she is; none of it may stand in any letter."""
CASE: dict[str, Any] = yaml.safe_load(
    (Path(clew.demo.__file__).parent / "data" / "case.yaml").read_text(encoding="utf-8")
)
Letters = Mapping[str, Sequence[Mapping[str, Any]]]
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


@pytest.fixture(scope="module")
def letters(story_nodes: StoryNodes) -> Letters:
    """The letters of each node, opened as the node opens them."""
    found: dict[str, Any] = {}
    for node in NODES:
        done = run_words(
            ["-m", "tests.two_nodes.opened_letters", str(story_nodes.home / node)],
            {key: value for key, value in os.environ.items() if not key.startswith(("CLEW_", "DJANGO_"))},
        )
        done.check_returncode()
        found[node] = json.loads(done.stdout)
    return found


def came(letters: Letters, node: str, kind: str) -> Mapping[str, Any]:
    """The first letter of that kind that came to a node."""
    return next(each["body"] for each in letters[node] if each["direction"] == "in" and each["kind"] == kind)


def said(body: Mapping[str, Any]) -> dict[tuple[str, str], list[str]]:
    """The values of a letter's statements, by schema and property."""
    schema = {each["id"]: each["schema"] for each in body.get("entities", ())}
    found: dict[tuple[str, str], list[str]] = {}
    for each in body.get("statements", ()):
        found.setdefault((schema[each["entity"]], each["prop"]), []).append(each["value"])
    return found


def desk(nodes: StoryNodes, node: str, person: str) -> dict[str, list[str]]:
    """The kinds of the lines on an officer's desk, by group."""
    hidden = {"CLEW_HOME", "CLEW_PROCESS", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    said = run_words(["-c", DESK, str(nodes.home / node), person], environment)
    said.check_returncode()
    groups: dict[str, list[str]] = json.loads(said.stdout)
    return groups


def test_the_story_is_told_to_its_end(story_nodes: StoryNodes) -> None:
    assert "11 statements may leave, 6 are withheld" in story_nodes.told
    assert "7 statements may leave, 21 are withheld" in story_nodes.told
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


@pytest.mark.parametrize("node", NODES)
def test_no_letter_of_any_node_tells_who_the_woman_is(letters: Letters, node: str) -> None:
    written = json.dumps(letters[node], ensure_ascii=False)
    assert len(letters[node]) >= 2
    assert [each for each in HERS if each in written] == []


def test_the_shelter_tells_the_police_her_situation_and_nothing_else(letters: Letters) -> None:
    situation = CASE["shelter"]["interview"]["situation"]
    told = {("ExploitationSituation", prop): value if isinstance(value, list) else [value]
            for prop, value in situation.items()}  # fmt: skip
    body = came(letters, "vienna", "notify")
    assert said(body) == told
    assert [each["category"] for each in body["persons"]] == ["victim"]


def test_vienna_asks_about_the_agency_its_phone_and_its_account_and_not_about_the_woman(letters: Letters) -> None:
    body = came(letters, "beijing", "request")
    assert {each["schema"] for each in body["entities"]} == {"RecruitmentAgency", "Phone", "BankAccount"}
    assert [each["text"] for each in body["items"]] == [each["text"] for each in CASE["vienna"]["request"]["items"]]
    assert said(body)["RecruitmentAgency", "name"] == [CASE["vienna"]["agency"]]
    assert "persons" not in body


def test_beijing_answers_with_what_it_holds_on_the_agency(letters: Letters) -> None:
    body, held = came(letters, "vienna", "reply"), CASE["beijing"]["register"]
    assert said(body)["RecruitmentAgency", "registrationNumber"] == [held["agency"]["registrationNumber"]]
    assert said(body)["Person", "name"] == [held["director"]["name"]]
    assert [each["outcome"] for each in body["answers"]] == ["provided", "no-information", "no-information"]


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
    waiting = rows(
        story_nodes, "vienna", "select count(*) from exchange_letter where state = 'quarantined' and kind <> 'referral'"
    )
    # Tests of the pages that share these nodes have planted a referral of a partner.
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


def test_with_clew_demo_exit_the_story_ends_and_nothing_is_left_running(story_nodes: StoryNodes) -> None:
    ports = [story_nodes.first_port + number for number in range(PORTS_NEEDED)]
    assert all(listens(port) for port in ports)
    done = run_clew(story_nodes.home, story_nodes.first_port, "demo", "start", CLEW_DEMO_EXIT="1")
    assert "All nodes are stopped" in done.stdout
    assert not any(listens(port) for port in ports)
    # The tests that follow need them.
    story_nodes.clew("demo", "start")
    assert all(listens(port) for port in ports)


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
