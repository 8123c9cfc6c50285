"""An answer costs the same number of queries with three rows of everything as with twelve."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clew.node.accounts.actions import NODE
from clew.node.cases import actions as cases
from tests.node.api.conftest import MakeSystem, System, source_of

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 12


def grow(system: System, case: int, compartment: int, rows: range) -> None:
    """So many more cases, and tasks and sources of one case."""
    for number in rows:
        cases.open_case(actor=system.account, title=f"Case {number} (fictional)", kind="investigation")
        cases.add_task(actor=system.account, case_id=case, title=f"Task {number}")
        made = system.post("/sources", source_of(compartment)).json()
        cases.link_entity(actor=NODE, case_id=case, entity_id=made["entities"]["firm"])


def counted(system: System, paths: tuple[str, ...]) -> dict[str, int]:
    """The queries of each answer; the first reading of an hour, which is an entry of the log, is not counted."""
    found = {}
    for path in paths:
        assert system.get(path).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            system.get(path)
        found[path] = len(captured)
    return found


def test_an_answer_costs_no_more_queries_with_twelve_rows_than_with_three(system: MakeSystem) -> None:
    one = system(["investigator"])
    own = cases.open_case(actor=one.account, title="Own (fictional)", kind="investigation")
    paths = ("/cases", f"/cases/{own.pk}", "/tasks", "/deadlines", "/entities", "/releases", "/threads", "/partners")
    grow(one, own.pk, own.compartment_id, range(FEW))
    few = counted(one, paths)
    grow(one, own.pk, own.compartment_id, range(FEW, MANY))
    assert counted(one, paths) == few
