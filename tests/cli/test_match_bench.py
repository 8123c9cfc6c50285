from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from clew.cli import match_bench
from clew.cli.app import build
from clew.matching.evaluation import Pair, quality

PAIRS = [
    Pair("王建国", "Wang Jianguo", True, "characters and pinyin"),
    Pair("Petrov Ivan", "Петров Иван", True, "own script"),
    Pair("王建国", "Li Wei", False, "Chinese"),
    Pair("Petrov Ivan", "Petkov Ivan", False, "near"),
]


def test_precision_recall_and_shares_are_counted_as_by_hand() -> None:
    found = quality(PAIRS, lambda a, b: a.startswith("王"))  # right: the first; missed: the second; wrong: the third
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert [(each.name, each.same, each.share_right) for each in found.categories] == [
        ("characters and pinyin", True, 1),
        ("own script", True, 0),
        ("Chinese", False, 0),
        ("near", False, 1),
    ]


def test_the_command_answers_with_quality_categories_and_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_bench, "TIMED", 40)
    monkeypatch.setattr("clew.matching.evaluation.evaluation_set", lambda: PAIRS)
    told = json.loads(CliRunner().invoke(build("match"), ["match", "bench", "--json"]).stdout)
    assert (told["pairs"], told["f1"], len(told["categories"])) == (4, 1, 4)
    assert min(told["pairs_per_second_of_one_core"].values()) > 0
    said = CliRunner().invoke(build("match"), ["match", "bench"]).stdout
    assert "same: own script" in said
    assert "A second of one core" in said
