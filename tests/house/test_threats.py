"""The table of threats names code and tests; each of them exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE, TESTS = ROOT / "src" / "clew", ROOT / "tests"
NOT_IN_THE_REPOSITORY = {"keys/"}
"""What a node has and the repository has not."""
TEST = re.compile(r"^(?P<file>[\w/]*\.py)?::(?P<name>\w+)$")
FILE = re.compile(r"^[\w./-]+(/|\.(py|yaml|cedar))$")


def _named() -> Iterator[tuple[int, list[str]]]:
    """The rows of the tables, by their line: what stands in each between backticks."""
    text = (ROOT / "docs" / "guides" / "threats.md").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("| **"):
            yield number, re.findall(r"`([^`]+)`", line)


ROWS = list(_named())


def _missing(words: list[str]) -> list[str]:
    missing, file = [], ""
    for word in words:
        test = TEST.match(word)
        if test:
            file = test["file"] or file
            here = TESTS / file
            if not here.is_file() or f"def {test['name']}(" not in here.read_text(encoding="utf-8"):
                missing.append(f"{file}::{test['name']}")
        elif FILE.match(word) and word not in NOT_IN_THE_REPOSITORY and not _exists(word, words):
            missing.append(word)
        elif (TESTS / word).is_file():
            file = word
    return missing


def _exists(word: str, words: list[str]) -> bool:
    """A path below the code or the tests; a bare name stands beside another file of its row."""
    beside = [(top / each).parent for top in (CODE, TESTS) for each in words if FILE.match(each) and "/" in each]
    return any((place / word).exists() for place in (CODE, TESTS, ROOT, *(beside if "/" not in word else ())))


@pytest.mark.parametrize(("line", "words"), ROWS, ids=[f"line {line}" for line, _words in ROWS])
def test_every_path_and_every_test_that_the_table_of_threats_names_exists(line: int, words: list[str]) -> None:
    assert _missing(words) == []


def test_the_table_of_threats_has_rows_and_names_tests() -> None:
    assert len(ROWS) > 25
    assert sum(bool(TEST.match(word)) for _line, words in ROWS for word in words) > 80
