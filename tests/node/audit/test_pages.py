"""The log's pages: for those who may see it, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client

from clew.node.accounts.actions import NODE
from clew.node.accounts.models import Officer
from clew.node.audit.actions import checkpoint, record
from clew.node.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
Signed = Callable[[Officer], Client]


@pytest.fixture
def auditor(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["auditor"])


def note(number: int, actor: Officer | None = None) -> None:
    with transaction.atomic():
        record(actor=actor or NODE, act="test.note", object_kind="note", object_id=number)


def test_an_auditor_reads_the_entries(auditor: Officer, signed_in_client: Signed) -> None:
    note(7, auditor)
    answer = signed_in_client(auditor).get("/audit/entries/")
    assert answer.status_code == 200
    assert "test.note" in answer.text
    assert str(auditor) in answer.text


@pytest.mark.parametrize("role", ["administrator", "investigator"])
def test_who_may_not_see_the_log_does_not_read_its_entries(
    role: str, officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    client = signed_in_client(officer_factory(roles=[role]))
    assert client.get("/audit/entries/").status_code == 403
    assert client.get("/audit/entries/0/").status_code == 403


def test_an_administrator_verifies_without_reading(
    officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    client = signed_in_client(officer_factory(roles=["administrator"]))
    answer = client.post("/audit/")
    assert "The log is whole" in answer.text
    assert "Read the entries" not in answer.text


def test_an_investigator_does_not_verify(officer_factory: Callable[..., Officer], signed_in_client: Signed) -> None:
    assert signed_in_client(officer_factory()).post("/audit/").status_code == 403


@pytest.mark.sqlite
def test_a_changed_log_is_shown_with_its_place(auditor: Officer, signed_in_client: Signed) -> None:
    client = signed_in_client(auditor)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_auditentry_no_update")
        cursor.execute("UPDATE audit_auditentry SET act = 'accounts.nothing' WHERE \"index\" = 1")
    answer = client.post("/audit/")
    assert "The log is not whole" in answer.text
    assert "The first entry that is wrong is number 1" in answer.text


def test_an_entry_is_shown_with_its_proof(auditor: Officer, signed_in_client: Signed) -> None:
    for number in range(5):
        note(number)
    answer = signed_in_client(auditor).get("/audit/entries/2/")
    assert "Yes. The entry was hashed again just now" in answer.text
    assert bytes(AuditEntry.objects.get(index=2).leaf_hash).hex() in answer.text


def test_an_entry_that_does_not_exist_is_not_found(auditor: Officer, signed_in_client: Signed) -> None:
    assert signed_in_client(auditor).get("/audit/entries/99999/").status_code == 404


def test_the_filter_leaves_only_what_fits(auditor: Officer, signed_in_client: Signed) -> None:
    note(4711)
    note(4712)
    answer = signed_in_client(auditor).get("/audit/entries/", {"object_kind": "note", "object_id": "4711"})
    assert "note 4711" in answer.text
    assert "note 4712" not in answer.text


def test_a_filter_that_makes_no_sense_is_said_to_be_wrong(auditor: Officer, signed_in_client: Signed) -> None:
    answer = signed_in_client(auditor).get("/audit/entries/", {"actor": "nobody"})
    assert answer.status_code == 422
    assert "Error:" in answer.text


def test_a_place_that_is_no_number_is_the_top(auditor: Officer, signed_in_client: Signed) -> None:
    note(1)
    answer = signed_in_client(auditor).get("/audit/entries/", {"below": "x", "above": "-1"})
    assert "note 1" in answer.text


def test_pages_of_fifty_lead_on_and_back(auditor: Officer, signed_in_client: Signed) -> None:
    for number in range(120):
        note(number)
    client = signed_in_client(auditor)
    first = client.get("/audit/entries/", {"act": "test.note"})
    second = client.get("/audit/entries/" + first.context["older"])
    third = client.get("/audit/entries/" + second.context["older"])
    back = client.get("/audit/entries/" + third.context["newer"])
    seen = [[entry.object_id for entry, _actor in answer.context["rows"]] for answer in (first, second, third, back)]
    assert seen[0] + seen[1] + seen[2] == [str(number) for number in reversed(range(120))]
    assert seen[3] == seen[1]
    assert first.context["newer"] == ""
    assert third.context["older"] == ""


def test_checkpoints_are_shown_as_they_were_signed(auditor: Officer, signed_in_client: Signed) -> None:
    kept = checkpoint(actor=NODE)
    assert kept.note.splitlines()[0] in signed_in_client(auditor).get("/audit/").text
