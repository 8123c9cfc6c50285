from __future__ import annotations

from pathlib import Path

import pytest

import clew
from tests.house.source_shape import (
    MOST_LINES_OF_A_FILE,
    NAMES_THAT_SAY_NOTHING,
    days_asked_at_import,
    long_functions,
    own_clock_or_chance,
)

PACKAGE = Path(clew.__file__).parent
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
# Every package beside the node and what stands on it is a library; a new one is bound without being listed here.
STANDS_ON_THE_NODE = {"node", "cli", "demo"}
LIBRARIES = [path for path in MODULES if path.relative_to(PACKAGE).parts[0] not in STANDS_ON_THE_NODE]


def shown(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


def test_a_function_fits_a_screen() -> None:
    found = [
        f"{shown(path)}: {name} has {lines} lines"
        for path in MODULES
        for name, lines in long_functions(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_file_holds_one_subject() -> None:
    sizes = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in sizes.items() if lines >= MOST_LINES_OF_A_FILE} == {}


def test_a_module_is_called_by_its_subject() -> None:
    assert [shown(path) for path in MODULES if {path.stem, path.parent.name} & NAMES_THAT_SAY_NOTHING] == []


def test_a_library_has_no_clock_and_no_chance_of_its_own() -> None:
    assert LIBRARIES, "the check must look at the real libraries"
    found = [
        f"{shown(path)}:{line} uses {name}"
        for path in LIBRARIES
        for line, name in own_clock_or_chance(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import datetime as dt\nnow = dt.datetime.now(dt.UTC)", "dt.datetime.now"),
        ("from datetime import date\ndef age(today=date.today): ...", "date.today"),
        ("import uuid\nuid = str(uuid.uuid4())", "uuid.uuid4"),
    ],
)
def test_a_clock_or_chance_is_found(source: str, name: str) -> None:
    assert [found for _, found in own_clock_or_chance(source)] == [name]


def test_a_time_that_is_given_is_no_clock() -> None:
    assert list(own_clock_or_chance("def age(now, born): return now.date() - born")) == []


@pytest.mark.parametrize(("body", "is_long"), [(59, False), (60, True)])
def test_a_function_is_long_from_the_sixty_first_line(body: int, is_long: bool) -> None:
    source = "def act():\n" + "    x = 1\n" * body
    assert bool(list(long_functions(source))) is is_long


def test_no_test_counts_days_from_the_day_on_which_it_was_collected() -> None:
    found = [
        f"{path.name}:{line} asks {call}"
        for path in sorted(Path(__file__).parents[1].rglob("*.py"))
        for line, call in days_asked_at_import(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("TODAY = timezone.localdate()", [1]),
        ("class Known:\n    soon = timezone.now().date() + WEEK", [2]),
        ("@parametrize([dt.date.today()])\ndef test(): ...", [1]),
        ("def until(day=from_today(3)): ...", [1]),
        ("def until(): return timezone.localdate()\nlater = lambda: dt.date.today()", []),
        ("NOON = arrived.date()", []),
    ],
)
def test_a_day_that_is_counted_at_import_is_found(source: str, lines: list[int]) -> None:
    assert [line for line, _ in days_asked_at_import(source)] == lines
