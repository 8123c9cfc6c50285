"""The demonstration's four nodes are made once, and an older one is brought up to the program that runs now."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.demo import playing
from clew.demo.places import DemoProblem


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The `clew` commands that were run, each with what it is run on; nothing but the directory is made."""
    found: list[list[str]] = []

    def run(arguments: list[str]) -> str:
        found.append(arguments)
        Path(arguments[arguments.index("--home") + 1]).mkdir(parents=True, exist_ok=True)
        return ""

    monkeypatch.setenv("CLEW_DEMO_HOME", str(tmp_path))
    monkeypatch.setattr(playing, "run", run)
    return found


def test_four_nodes_are_made_and_left_alone_the_next_time(asked: list[list[str]]) -> None:
    playing.make_nodes()
    assert sorted((each[0], Path(each[2]).name) for each in asked) == [
        ("init", "beijing"), ("init", "bridge"), ("init", "shelter"), ("init", "vienna"),
    ]  # fmt: skip
    asked.clear()
    playing.make_nodes()
    assert asked == []


@pytest.mark.parametrize("made_by", ["", "cases/0001_store.py"])
def test_a_node_of_an_earlier_program_is_brought_up_and_keeps_its_case(
    asked: list[list[str]], tmp_path: Path, made_by: str
) -> None:
    playing.make_nodes()
    asked.clear()
    (tmp_path / "vienna" / "made").write_text(made_by)
    (tmp_path / "vienna" / "store.sqlite3").write_text("her case")
    playing.make_nodes()
    assert asked == [["doctor", "--migrate", "--home", str(tmp_path / "vienna")]]
    assert (tmp_path / "vienna" / "store.sqlite3").read_text() == "her case"
    asked.clear()
    playing.make_nodes()
    assert asked == []


def test_a_node_that_cannot_be_brought_up_is_tried_again(
    asked: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    playing.make_nodes()
    (tmp_path / "vienna" / "made").write_text("")

    def refuse(arguments: list[str]) -> str:
        raise DemoProblem(f"clew {arguments[0]} failed: the disk is full")

    monkeypatch.setattr(playing, "run", refuse)
    for _time in range(2):
        with pytest.raises(DemoProblem, match="the disk is full"):
            playing.make_nodes()
