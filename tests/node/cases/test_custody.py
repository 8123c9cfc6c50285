"""Whose hands a document went through is read from the audit log, by those who may read the document."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.audit.models import AuditEntry
from clew.node.cases import actions, queries
from clew.node.cases.models import Case, Document


@pytest.fixture
def document(officer: Officer, case: Case) -> Document:
    return actions.add_document(
        actor=officer, case_id=case.pk, title="List", file_name="a.txt", media_type="text/plain", content=[b"names"]
    )


def read(officer: Officer, document: Document) -> None:
    actions.read_document(actor=officer, document_id=document.pk)


def hands(officer: Officer, document: Document, below: int | None = None) -> list[tuple[str, str]]:
    found = queries.custody(officer=officer, document_id=document.pk, below=below)
    assert found is not None
    return [(str(hand.what), hand.who) for hand in found.hands]


def test_it_says_who_took_it_in_and_who_opened_it_newest_first(
    officer: Officer, outsider: Officer, case: Case, document: Document
) -> None:
    actions.add_to_team(actor=officer, case_id=case.pk, officer_id=outsider.pk)
    read(outsider, document)
    assert hands(officer, document) == [
        ("Opened and given out as a file", str(outsider)),
        ("Taken into the case; fingerprint taken, sealed", str(officer)),
    ]


def test_each_line_names_the_entry_of_the_log_that_proves_it(officer: Officer, document: Document) -> None:
    read(officer, document)
    found = queries.custody(officer=officer, document_id=document.pk)
    assert found is not None
    for hand in found.hands:
        entry = AuditEntry.objects.get(index=hand.entry)
        assert (bytes(entry.leaf_hash).hex(), entry.at, entry.object_id) == (hand.digest, hand.at, str(document.pk))


def test_another_document_s_hands_are_not_among_them(officer: Officer, case: Case, document: Document) -> None:
    other = actions.add_document(
        actor=officer, case_id=case.pk, title="Other", file_name="b", media_type="", content=[b"other"]
    )
    read(officer, other)
    assert len(hands(officer, document)) == 1


def test_who_may_not_see_the_case_is_told_nothing(outsider: Officer, document: Document) -> None:
    assert queries.custody(officer=outsider, document_id=document.pk) is None
    assert queries.custody(officer=outsider, document_id=document.pk + 1) is None


def test_it_is_given_part_by_part(officer: Officer, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clew.node.cases.queries.custody_log.HANDS_SHOWN", 2)
    for _time in range(3):
        read(officer, document)
    first = queries.custody(officer=officer, document_id=document.pk)
    assert first is not None
    assert first.older == first.hands[-1].entry
    last = queries.custody(officer=officer, document_id=document.pk, below=first.older)
    assert last is not None
    assert (len(first.hands), len(last.hands), last.older) == (2, 2, None)
    assert str(last.hands[-1].what).startswith("Taken into the case")


def test_the_case_leads_to_the_page_and_the_page_shows_it(client: Client, case: Case, document: Document) -> None:
    address = reverse("cases:custody", args=[document.pk])
    assert address in client.get(f"/cases/{case.pk}/").content.decode()
    assert address not in client.get(f"/cases/{case.pk}/print").content.decode()
    shown = client.get(address)
    assert shown.status_code == 200
    assert document.sha256 in shown.content.decode()
    assert "Taken into the case" in shown.content.decode()
    assert client.get(address, {"below": "x"}).status_code == 200
    assert "This is where the document came in." in client.get(address, {"below": "0"}).content.decode()


def test_the_page_of_another_team_s_document_is_not_there(
    document: Document, outsider: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(outsider)
    absent = client.get(reverse("cases:custody", args=[document.pk + 1]))
    refused = client.get(reverse("cases:custody", args=[document.pk]))
    assert (absent.status_code, refused.status_code) == (404, 404)


def test_who_may_read_no_document_has_neither_page_nor_answer(
    case: Case,
    document: Document,
    officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
) -> None:
    administrator = officer_factory(roles=["administrator"])
    with pytest.raises(Refused):
        queries.custody(officer=administrator, document_id=document.pk)
    assert signed_in_client(administrator).get(reverse("cases:custody", args=[document.pk])).status_code == 403


def test_the_case_s_page_has_no_link_for_who_may_read_no_document(
    officer: Officer, case: Case, document: Document, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    held = permissions_of(officer) - {"document.read"}
    monkeypatch.setattr("clew.node.cases.views.work_file.permissions_of", lambda _officer: held)
    assert reverse("cases:custody", args=[document.pk]) not in client.get(f"/cases/{case.pk}/").content.decode()
