"""A document that its sender took back: nobody opens it from that moment on, whoever has answered or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import NODE, Officer
from clew.node.cases.actions import add_document, read_document, seal_document
from clew.node.cases.models import Case, Document
from clew.node.exchange import actions
from clew.node.exchange.evidence_room import work_once
from clew.node.exchange.models import Recall, Transfer
from clew.node.exchange.queries import documents_taken_back
from clew.node.transfer.actions import export_documents
from clew.node.types import BadInput
from tests.node.exchange.test_evidence import CONTENT, Sent, announced, empty_directories, say_nobody, sent

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["announced", "empty_directories", "sent"]


@pytest.fixture
def taken(announced: Sent, officer: Officer) -> Callable[[], Document]:
    """Have the partner's file taken into the case."""

    def take() -> Document:
        announced.bring_all()
        announced.close()
        work_once(timezone.now())
        transfer = actions.take_files(actor=officer, transfer_id=Transfer.objects.get().pk)
        return Document.objects.get(travels__transfer=transfer)

    return take


def test_from_the_recall_on_it_is_neither_opened_nor_sealed_nor_given_out(
    taken: Callable[[], Document], announced: Sent, officer: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    document = taken()
    client, page = signed_in_client(officer), f"/cases/documents/{document.pk}"
    # An officer's own word on it does not outlast its sender's.
    say_nobody(officer, document)
    assert b"".join(read_document(actor=officer, document_id=document.pk).pieces) == CONTENT
    announced.take_back()
    assert Recall.objects.get().outcome == ""
    for opened in (
        lambda: read_document(actor=officer, document_id=document.pk),
        lambda: seal_document(actor=NODE, document_id=document.pk, party=announced.beijing.partner.uid),
        lambda: export_documents(
            actor=officer, case_id=document.case_id, document_ids=[document.pk], purpose="own_use"
        ),
    ):
        with pytest.raises(BadInput, match=r"took it back|taken back"):
            opened()
    answer = client.get(page, follow=True)
    assert "The partner that sent this document took it back." in answer.content.decode()


def test_kept_by_order_of_a_court_it_stays_closed_and_erased_it_is_gone(
    taken: Callable[[], Document], announced: Sent, officer: Officer
) -> None:
    document = taken()
    announced.take_back()
    recall = Recall.objects.get()
    actions.answer_recall(actor=officer, recall_uid=recall.uid, outcome="held-by-court-order", reference="7 Cs 4")
    with pytest.raises(BadInput, match="took it back"):
        read_document(actor=officer, document_id=document.pk)
    announced.take_back(action="erase")
    actions.answer_recall(actor=officer, recall_uid=Recall.objects.latest("pk").uid, outcome="done")
    assert not Document.objects.exists()


def test_a_recall_of_the_statement_about_a_file_takes_the_file_back(
    taken: Callable[[], Document], announced: Sent, officer: Officer
) -> None:
    document = taken()
    announced.take_back(statement_numbers=[1])
    assert documents_taken_back([document.pk]) == {document.pk}


def test_a_file_that_was_in_the_case_already_is_the_organisations_own_and_stays(
    taken: Callable[[], Document], announced: Sent, officer: Officer, case: Case
) -> None:
    own = add_document(
        actor=officer, case_id=case.pk, title="Ours (fictional)", file_name="ours.bin",
        media_type="application/octet-stream", content=[CONTENT],
    )  # fmt: skip
    assert taken() == own
    announced.take_back(action="erase")
    assert b"".join(read_document(actor=officer, document_id=own.pk).pieces) == CONTENT
    actions.answer_recall(actor=officer, recall_uid=Recall.objects.get().uid, outcome="done")
    assert b"".join(read_document(actor=officer, document_id=own.pk).pieces) == CONTENT


def test_what_a_partner_sent_is_not_sent_on_under_an_officers_own_word(
    taken: Callable[[], Document], announced: Sent, officer: Officer, case: Case
) -> None:
    document = taken()
    say_nobody(officer, document)
    with pytest.raises(BadInput, match="came from a partner"):
        actions.prepare_files(
            actor=officer, case_id=case.pk, recipient=announced.beijing.partner.uid, document_ids=[document.pk]
        )
    assert not Transfer.objects.filter(direction="out").exists()
