"""The fixtures of the correspondence, and a case whose every fact is a word that occurs nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clew.node.accounts.actions import Officer
from clew.node.accounts.models import Compartment
from clew.node.cases import actions as cases
from clew.node.cases.models import Case
from tests.node.canaries.planting import World, plant
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.conftest import beijing as beijing
from tests.node.exchange.conftest import officer as officer
from tests.node.exchange.conftest import signed as signed


@pytest.fixture
def case(officer: Officer) -> Case:
    return cases.open_case(
        actor=officer, title="Casetitum (fictional)", kind="investigation", offence_codes=["at_104a"],
        summary="About Summaquex (fictional).",
    )  # fmt: skip


@pytest.fixture
def world(
    beijing: Correspondent, officer: Officer, case: Case, signed: Callable[..., int],
    officer_factory: Callable[..., Officer], compartment_factory: Callable[..., Compartment],
    monkeypatch: pytest.MonkeyPatch,
) -> World:  # fmt: skip
    # What is done once a transaction has ended is done at once: the test's own never ends.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_more: act())
    elsewhere = compartment_factory("Another unit (fictional)")
    return plant(World(case, officer, beijing, signed, officer_factory, elsewhere))
