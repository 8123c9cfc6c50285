"""What every test shares: reproducible property tests, and no silent skip in CI."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.story_nodes import StoryNodes

# A deadline measures the machine, not the law under test.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one: what does not hold for a store is deselected by its marker instead."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in CI ({report.longreprtext.strip()})"
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark as slow what was measured to be (`tests/slower.py`); without the list everything is quick.

    On PostgreSQL only what touches the tests' store, or is marked `postgres`, is run: all else was run before, and
    would be the same again.
    """
    listed = Path(__file__).with_name("slower.txt")
    slow = set(listed.read_text(encoding="utf-8").split()) if listed.exists() else set()
    for item in items:
        if item.nodeid.partition("[")[0] in slow:
            item.add_marker(pytest.mark.slow)
    if os.environ.get("CLEW_TEST_DATABASE_URL"):
        elsewhere = [item for item in items if not _touches_the_store(item)]
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if _touches_the_store(item)]


def _touches_the_store(item: pytest.Item) -> bool:
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
    return marked or not {"db", "transactional_db", "django_db_setup"}.isdisjoint(getattr(item, "fixturenames", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded as `summary`: what a worker of pytest-xdist prints itself goes nowhere."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    for line in dict.fromkeys(
        str(told) for each in reports for name, told in each.user_properties if name == "summary"
    ):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of a worker. A second Playwright in the same thread does not start while the first one runs."""
    from tests.chromium import chromium

    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def story_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoryNodes]:
    """Four real nodes after the story. Tests that use them are marked `xdist_group("story")`: it is played once."""
    # Imported here, so that this file stands alone: the tests of the house copy it.
    from tests.story_nodes import play_story

    home = tmp_path_factory.mktemp("story")
    nodes = play_story(home)
    try:
        yield nodes
    finally:
        nodes.clew("demo", "stop")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file among the parameters goes by its argument's name: what is packed holds the time at which it was packed.

    Two processes that collect it in different seconds would otherwise not have the same tests, and none would run.
    """
    return argname if isinstance(val, bytes) and len(val) > 40 else None
