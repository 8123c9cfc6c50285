"""The pages about files that travel: what an officer says, prepares, announces and takes; and whom they turn away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import Officer
from clew.node.cases.actions import add_document
from clew.node.cases.models import Case, Document
from clew.node.dossier.actions import record_source
from clew.node.exchange.evidence_room import work_once
from clew.node.exchange.models import Exhibit, Transfer
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.test_evidence import Sent, empty_directories, sent

pytestmark = pytest.mark.django_db
__all__ = ["empty_directories", "sent"]


def until() -> dt.date:
    return timezone.now().date() + dt.timedelta(days=200)


def graded(**more: object) -> dict[str, object]:
    day = until()
    return {
        "name": "recording.ogg", "handling": "H0", "reliability": "A", "accuracy": "1",
        "purpose": "criminal_investigation", "retain_until_day": str(day.day), "retain_until_month": str(day.month),
        "retain_until_year": str(day.year), **more,
    }  # fmt: skip


LETTER = {
    "instrument": "FICTIONAL-ARRANGEMENT", "purpose": "criminal_investigation", "subject": "A recording (fictional)",
    "necessity": "They asked (fictional).", "languages": ["zh-Hans"], "use": "evidence",
    "evidence_approval": "Order 7 (fictional)",
}  # fmt: skip


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


@pytest.fixture
def document(officer: Officer, case: Case) -> Document:
    return add_document(
        actor=officer, case_id=case.pk, title="Recording (fictional)", file_name="recording.ogg",
        media_type="audio/ogg", content=[b"recorded (fictional)"],
    )  # fmt: skip


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_the_case_to_the_decision_on_the_announcement(
    client: Client, beijing: Correspondent, case: Case, document: Document, signed: Callable[..., int]
) -> None:
    page = text(client, f"/cases/{case.pk}/")
    assert "Nobody has said" in page
    assert f"/letters/evidence/shows/{document.pk}" in page
    assert f"/letters/evidence/new/{case.pk}" not in page
    said = client.post(f"/letters/evidence/shows/{document.pk}", graded(nobody="on"))
    assert said.status_code == 302, said.content.decode()
    assert Exhibit.objects.get().nobody
    assert f"/letters/evidence/new/{case.pk}" in text(client, f"/cases/{case.pk}/")
    assert "Recording (fictional)" in text(client, f"/letters/evidence/new/{case.pk}")
    chosen = {"recipient": beijing.partner.uid, "documents": [str(document.pk)]}
    prepared = client.post(f"/letters/evidence/new/{case.pk}", chosen)
    transfer = Transfer.objects.get()
    assert prepared["Location"] == f"/letters/evidence/{transfer.pk}/"
    assert "The files are being sealed" in text(client, prepared["Location"])
    work_once(timezone.now())
    page = text(client, prepared["Location"])
    assert "Sealed; the announcement is to be written" in page
    assert "Announce the files that are sealed for" in text(client, "/")
    assert client.get(f"/letters/evidence/{transfer.pk}/announce").status_code == 200
    answer = client.post(f"/letters/evidence/{transfer.pk}/announce", LETTER, follow=True)
    preview = answer.content.decode()
    assert answer.redirect_chain, preview
    assert "Files that it announces:" in preview
    assert document.sha256 in preview
    again = client.post(f"/letters/evidence/{transfer.pk}/announce", LETTER)
    assert again.status_code == 422
    assert "is drafted already" in again.content.decode()


def test_who_names_persons_says_so_by_choosing_them(
    client: Client, officer: Officer, case: Case, document: Document
) -> None:
    draft = SourceDraft(
        kind="document", title="Record (fictional)", owner=settings.NODE.node_id, reliability="A", handling="H0",
        purpose="criminal_investigation", retain_until=until(), basis="intelligence",
        entities=(EntityDraft("him", "Person", category="suspect"),),
        statements=(StatementDraft("him", "name", "Jo (fictional)", 1),),
    )  # fmt: skip
    him = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft).entity_numbers["him"]
    url = f"/letters/evidence/shows/{document.pk}"
    assert client.post(url, graded(persons=[str(him)])).status_code == 302
    first = Exhibit.objects.get()
    assert not first.nobody
    assert client.post(url, graded(nobody="on")).status_code == 302
    assert Exhibit.objects.get().source != first.source


def test_nothing_said_is_refused_in_words_beside_the_field(client: Client, document: Document) -> None:
    url = f"/letters/evidence/shows/{document.pk}"
    refused = client.post(url, graded())
    assert refused.status_code == 422
    assert "Nobody has said whom this document shows." in refused.content.decode()
    assert client.post(url, graded(name="a/b", nobody="on")).status_code == 422
    assert client.post(url, {}).status_code == 422
    assert not Exhibit.objects.exists()


def test_the_page_for_sealing_names_what_nobody_has_said_and_takes_no_unknown_partner(
    client: Client, case: Case, document: Document
) -> None:
    url = f"/letters/evidence/new/{case.pk}"
    assert "Nobody has said whom these show" in text(client, url)
    assert client.post(url, {"recipient": "f" * 32, "documents": [str(document.pk)]}).status_code == 422
    assert client.post(url, {}).status_code == 422
    assert not Transfer.objects.exists()


def test_given_up_files_are_off_the_list_of_what_can_be_announced(
    client: Client, beijing: Correspondent, case: Case, document: Document
) -> None:
    client.post(f"/letters/evidence/shows/{document.pk}", graded(nobody="on"))
    client.post(f"/letters/evidence/new/{case.pk}", {"recipient": beijing.partner.uid, "documents": [str(document.pk)]})
    url = f"/letters/evidence/{Transfer.objects.get().pk}/"
    assert client.get(f"{url}give-up").status_code == 200
    assert client.post(f"{url}give-up", {}).status_code == 422
    assert client.post(f"{url}give-up", {"reason": "The wrong file"}).status_code == 302
    assert "Given up before it was announced" in text(client, url)
    for page in ("give-up", "announce"):
        assert client.get(url + page).status_code == 404


def test_files_that_came_are_shown_part_by_part_and_taken_with_one_press(
    client: Client, sent: Sent, officer: Officer, case: Case, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    sent.announce()
    assert "Files that it announces:" in text(client, f"/letters/letter/{sent.letter}/")
    assert client.post(f"/letters/letter/{sent.letter}/take", {"case": str(case.pk)}).status_code == 302
    url = f"/letters/evidence/{Transfer.objects.get().pk}/"
    page = text(client, url)
    assert "The parts are coming" in page
    assert "Not given yet: nothing that has arrived can be read" in page
    assert "recording.bin" in page
    early = client.post(f"{url}take", follow=True)
    assert "not here whole" in early.content.decode()
    sent.bring_all()
    sent.close()
    work_once(timezone.now())
    assert "Take the files from" in text(client, "/")
    assert "Take the files into the case" in text(client, url)
    assert client.post(f"{url}take")["Location"] == f"/cases/{case.pk}/"
    (document,) = Document.objects.all()
    assert "recording.bin" in text(client, f"/cases/{case.pk}/")
    assert "Received from a partner" in text(client, f"/cases/documents/{document.pk}/custody")
    assert "Taken into the case" in text(client, url)


def test_another_team_and_who_holds_no_such_role_see_none_of_it(
    sent: Sent, officer: Officer, case: Case, document: Document, officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
) -> None:  # fmt: skip
    other = signed_in_client(officer_factory(roles=["investigator"], username="other"))
    admin = signed_in_client(officer_factory(roles=["administrator"], username="admin"))
    pages = [f"/letters/evidence/shows/{document.pk}", f"/letters/evidence/new/{case.pk}", "/letters/evidence/999/"]
    for url in pages:
        assert other.get(url).status_code == 404
        assert admin.get(url).status_code == 403
    for url in ("/letters/evidence/999/announce", "/letters/evidence/999/give-up"):
        assert other.get(url).status_code == 404
    assert other.post("/letters/evidence/999/take").status_code == 404
