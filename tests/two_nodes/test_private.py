"""Two real nodes compare their lists by letter: both hold five telephone numbers, and neither learns another.

Each step is a process of its own, as the node's own are; what one hands over goes through the other's door.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.nodes import clew, make_node
from tests.two_nodes.comparing import phone
from tests.two_nodes.test_evidence import NAMES, Two

pytestmark = [pytest.mark.slow, pytest.mark.two_nodes, pytest.mark.sqlite]


def turn(two: Two, *names: str) -> None:
    for name in names:
        two.do("work", name, two.directory / next(one for one in NAMES if one != name))


def act(two: Two, what: str, name: str, *more: object) -> str:
    done = two.run("comparing", what, name, *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def everything(home: Path) -> bytes:
    with sqlite3.connect(home / "store.sqlite3") as store:
        return "\n".join(store.iterdump()).encode()


def test_two_nodes_find_what_both_hold_and_nothing_else_of_one_is_in_the_other(tmp_path: Path) -> None:
    two = Two(tmp_path)
    for name in NAMES:
        assert make_node(two.directory / name).code == 0
        assert clew("partner", "card", "--out", two.directory / f"{name}.card", home=two.directory / name).code == 0
    for name, other in (NAMES, reversed(NAMES)):
        two.do("begin", name, two.directory / f"{other}.card")
    act(two, "hold", "vienna", 0, 30)
    act(two, "hold", "beijing", 25, 60)
    act(two, "ask", "vienna", two.uid("beijing"))
    turn(two, "vienna", "beijing", "vienna")
    two.do("take", "beijing")
    act(two, "answer", "beijing")
    turn(two, "beijing", "vienna", "beijing")
    two.do("take", "vienna")
    turn(two, "vienna", "beijing")
    vienna, beijing = (read_json(act(two, "look", name)) for name in NAMES)
    assert vienna["rounds"] == [["out", True, 100, 5, 0]]
    assert beijing["rounds"] == [["in", True, 100, 0, 0]]
    assert ["desk-2" in title for title in vienna["tasks"]] == [True]
    assert ["desk-1" in title for title in beijing["tasks"]] == [True]
    own, other = everything(two.directory / "vienna"), everything(two.directory / "beijing")
    assert phone(27).encode() in own
    assert phone(27).encode() in other
    assert not any(phone(number).encode() in own for number in range(30, 60))
    assert not any(phone(number).encode() in other for number in range(25))


def read_json(text: str) -> dict[str, list[object]]:
    import json

    return dict(json.loads(text))
