"""The fixtures of the correspondence, and a case whose every fact is a word that occurs nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clew.node.accounts.actions import Officer
from clew.node.cases import actions as cases
from clew.node.cases.models import Case
from tests.node.canaries.planting import World, plant
from tests.node.exchange.conftest import beijing as beijing
from tests.node.exchange.conftest import officer as officer
from tests.node.exchange.conftest import signed as signed
from tests.node.planted import planted


@pytest.fixture
def case(officer: Officer) -> Case:
    return cases.open_case(
        actor=officer, title="Casetitum (fictional)", kind="investigation", offence_codes=["at_104a"],
        summary="About Summaquex (fictional).",
    )  # fmt: skip


@pytest.fixture
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, db: None) -> World:
    """Its own objects for each test. What it stands on is asked for where it is planted, and so once as well."""
    # What is done once a transaction has ended is done at once: the test's own never ends.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_more: act())
    return planted("canaries", lambda: _planted(request.getfixturevalue))


def _planted(fixture: Callable[[str], Any]) -> World:
    elsewhere = fixture("compartment_factory")("Another unit (fictional)")
    names = ("case", "officer", "beijing", "signed", "officer_factory")
    return plant(World(*(fixture(name) for name in names), elsewhere=elsewhere))
