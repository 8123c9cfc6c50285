"""The story with the stores of all four nodes on PostgreSQL: the same letters, the same facts, logs that verify."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pytest
import yaml
from psycopg.sql import SQL, Identifier

import clew.demo
from tests.resident import run_words
from tests.story_nodes import NODES, free_ports, run_clew

pytestmark = [
    pytest.mark.two_nodes,
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.xdist_group("story on PostgreSQL"),
]

FACTS = """
import json, pathlib, sys
from clew.cli.answers import set_up_node
set_up_node(pathlib.Path(sys.argv[1]))
from django.db import connection
from clew.node.dossier.models import Statement
facts = Statement.objects.values_list("entity__schema", "prop__name", "value", "source__kind")
print(json.dumps({"store": connection.vendor, "facts": list(facts)}))
"""


@pytest.fixture(scope="module")
def databases() -> Iterator[str]:
    """The address of an empty database for each node, `{node}` in place of the node's name."""
    url = os.environ["CLEW_TEST_DATABASE_URL"]
    to = dj_database_url.parse(url)
    name = f"clew_story_{os.getpid()}_"
    with (
        psycopg.connect(host=to["HOST"], user=to["USER"], dbname="postgres", autocommit=True) as session,
        ExitStack() as end,
    ):
        for node in NODES:
            session.execute(SQL("CREATE DATABASE {}").format(Identifier(name + node)))
            end.callback(session.execute, SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name + node)))
        yield f"{url.rpartition('/')[0]}/{name}{{node}}"


@pytest.fixture(scope="module")
def home(databases: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the four nodes after the story; none runs any more."""
    directory = tmp_path_factory.mktemp("story")
    run_clew(directory, free_ports(), "demo", "start", CLEW_DEMO_DATABASES=databases, CLEW_DEMO_EXIT="1")
    return directory


def asked(*arguments: object) -> Any:
    """What a Python program says as JSON."""
    hidden = ("CLEW_", "DJANGO_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    said = run_words([*map(str, arguments)], environment)
    said.check_returncode()
    return json.loads(said.stdout)


@pytest.mark.parametrize("node", NODES)
def test_every_node_on_postgresql_keeps_a_log_that_verifies(home: Path, node: str) -> None:
    assert not (home / node / "store.sqlite3").exists()
    report = asked("-m", "clew", "audit", "verify", "--json", "--home", home / node)
    assert report["ok"]
    assert report["size"] > 20


def test_viennas_dossier_on_postgresql_holds_its_own_facts_and_those_of_the_answer(home: Path) -> None:
    said = asked("-c", FACTS, home / "vienna")
    facts = [tuple(each) for each in said["facts"]]
    case = yaml.safe_load((Path(clew.demo.__file__).parent / "data" / "case.yaml").read_text(encoding="utf-8"))
    answer = case["beijing"]["register"]
    assert said["store"] == "postgresql"
    assert ("RecruitmentAgency", "name", case["vienna"]["agency"], "import") in facts
    assert (
        facts.count(("RecruitmentAgency", "registrationNumber", answer["agency"]["registrationNumber"], "letter")) == 1
    )
    assert facts.count(("Person", "name", answer["director"]["name"], "letter")) == 1
    assert {kind for _schema, _prop, _value, kind in facts} == {"import", "letter", "observation"}


def test_vienna_on_postgresql_received_the_letters_of_the_story_once_each(home: Path) -> None:
    letters = asked("-m", "tests.two_nodes.opened_letters", home / "vienna")
    came = [(each["kind"], each["state"]) for each in letters if each["direction"] == "in"]
    assert sorted(came) == [
        ("introduction", "accepted"), ("notify", "accepted"), ("notify", "quarantined"), ("reply", "accepted"),
    ]  # fmt: skip
