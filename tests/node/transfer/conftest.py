"""A team with a case and an officer who may import and export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clew.node.accounts.models import Compartment, Officer
from clew.node.cases.actions import open_case
from clew.node.cases.models import Case
from clew.node.home import load_home
from clew.node.transfer.actions import import_now
from clew.node.transfer.models import ImportBatch
from tests.node.transfer.files import pieces


@pytest.fixture
def officer(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["investigator"])


@pytest.fixture
def case(officer: Officer) -> Case:
    return open_case(actor=officer, title="Agencies (fictional)", kind="investigation", offence_codes=[])


@pytest.fixture
def team(case: Case) -> Compartment:
    return case.compartment


@pytest.fixture(autouse=True)
def no_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without kept files; what is to happen after the commit happens at once, since tests never commit."""
    for file in load_home().documents.iterdir():
        file.unlink()
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_more: act())


@pytest.fixture
def bring(officer: Officer, case: Case) -> Callable[..., ImportBatch]:
    """Import a text or bytes into the case of the test."""

    def run(content: str | bytes, mapping: str = "agencies", **more: Any) -> ImportBatch:
        place = {} if mapping == "ctdc" else {"compartment_id": case.compartment_id, "case_id": case.pk}
        return import_now(
            actor=officer, file_name="file.csv", content=pieces(content)(), mapping=mapping, **(place | more)
        )

    return run
