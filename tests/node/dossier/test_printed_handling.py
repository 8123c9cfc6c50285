"""A printed page carries the handling codes of what stands on it, and the strictest of them on every sheet."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from clew.node.accounts.models import Officer
from clew.node.cases.actions import link_entity, open_case
from clew.node.cases.models import Case
from clew.node.dossier.actions import record_source, undo_source
from clew.node.dossier.queries import handling_of, strictest_source
from tests.node.dossier.conftest import AGENCY, PHONE, draft, says
from tests.node.dossier.test_pages import SignedIn

WORDS = "Not before a court (fictional)"


@pytest.fixture
def case(officer: Officer) -> Case:
    return open_case(actor=officer, title="Lantern (fictional)", kind="investigation")


@pytest.fixture
def client(officer: Officer, signed_in_client: SignedIn) -> Client:
    return signed_in_client(officer)


def record(officer: Officer, case: Case, **changes: object) -> dict[str, int]:
    stricter = {} if "handling" in changes else {"handling": "H2"}
    said = [says("agency", "name", "Golden Gate (fictional)"), says("phone", "number", "+436601234567", **stricter)]
    found = draft([AGENCY, PHONE], said, **changes)
    source = record_source(actor=officer, compartment_id=case.compartment_id, draft=found)
    return dict(source.entity_numbers) | {"source": source.pk}


def classification(client: Client, address: str) -> str:
    """What is printed at the top of every sheet."""
    page = client.get(address).content.decode()
    found = re.search(r'data-classification="([^"]*)"', page)
    assert found
    assert found[1] in page.split("clew-print-head")[1]
    return found[1]


def test_an_entry_carries_the_strictest_code_of_its_own_facts(officer: Officer, case: Case, client: Client) -> None:
    known = record(officer, case)
    assert classification(client, f"/dossier/{known['agency']}/").startswith("H1 ")
    assert classification(client, f"/dossier/{known['phone']}/").startswith("H2 ")


def test_each_fact_has_its_code_and_its_restriction_in_words_beside_it(
    officer: Officer, case: Case, client: Client
) -> None:
    known = record(officer, case, handling="H3", handling_text=WORDS)
    page = client.get(f"/dossier/{known['agency']}/").content.decode()
    row = page.split("Golden Gate (fictional)")[-1].split("</tr>")[0]
    assert "H3" in row
    assert WORDS in row


def test_a_case_carries_the_strictest_code_of_all_it_looks_at_and_of_its_sources(
    officer: Officer, case: Case, client: Client
) -> None:
    addresses = (f"/cases/{case.pk}/", f"/cases/{case.pk}/print")
    assert all(not classification(client, one).startswith("H") for one in addresses)
    known = record(officer, case)
    assert all(classification(client, one).startswith("H1 ") for one in addresses)
    link_entity(actor=officer, case_id=case.pk, entity_id=known["phone"])
    assert all(classification(client, one).startswith("H2 ") for one in addresses)
    unlinked = record(officer, case, handling="H3", handling_text=WORDS)
    assert all(classification(client, one).startswith("H3 ") for one in addresses)
    undo_source(actor=officer, source_id=unlinked["source"], reason="Misread.")
    assert all(classification(client, one).startswith("H2 ") for one in addresses)


def test_codes_are_those_of_the_team_that_says_so(officer: Officer, case: Case) -> None:
    known = record(officer, case)
    assert handling_of([known["phone"], 999], compartment_id=case.compartment_id) == {known["phone"]: "H2"}
    assert handling_of([known["phone"]], compartment_id=case.compartment_id + 1) == {}
    assert strictest_source(case.compartment_id + 1) == ""
