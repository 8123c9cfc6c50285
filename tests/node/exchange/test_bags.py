"""Documents of a case as a bag: what stands in it is decided, its custody record is the log's, and it is recorded."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clew.cli import evidence as command
from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.exchange.evidence.bag_checking import check_bag
from clew.exchange.evidence.custody import read_record
from clew.node.accounts.actions import Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.cases.actions import add_document
from clew.node.cases.models import Case, Document
from clew.node.dossier.actions import record_source, retract_statement
from clew.node.exchange import actions
from clew.node.exchange.evidence_room import work_once
from clew.node.exchange.models import Exhibit, Letter, Transfer
from clew.node.home import load_home
from clew.node.transfer.actions import export_documents, keep_bag
from clew.node.transfer.actions.exports import download_export
from clew.node.transfer.exporting.deciding import GONE, UNSAID, sentence
from clew.node.transfer.models import Export
from clew.node.types import BadInput
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.test_evidence import CONTENT, Sent, announced, empty_directories, grades, say_nobody, sent

pytestmark = pytest.mark.django_db
__all__ = ["announced", "empty_directories", "sent"]
WORDS = b"spoken words (fictional)"


@pytest.fixture
def document(officer: Officer, case: Case) -> Document:
    return added(officer, case, "Call of Jo (fictional)")


def added(officer: Officer, case: Case, title: str, content: bytes = WORDS) -> Document:
    return add_document(
        actor=officer, case_id=case.pk, title=title, file_name="jo-fictional.ogg", media_type="audio/ogg",
        content=[content],
    )  # fmt: skip


def exported(officer: Officer, *documents: Document, **more: Any) -> Export:
    asked = {"purpose": "criminal_investigation", "case_id": documents[0].case_id} | more
    bag = export_documents(actor=officer, document_ids=[one.pk for one in documents], **asked)  # type: ignore[arg-type]
    return keep_bag(actor=officer, bag=bag)


def unpacked(officer: Officer, export: Export, directory: Path) -> Path:
    _export, content = download_export(actor=officer, export_id=export.pk)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(directory)
    return directory / export.number


def test_a_bag_is_whole_and_says_whose_it_is_what_for_and_through_whose_hands_its_files_went(
    officer: Officer, case: Case, document: Document, tmp_path: Path
) -> None:
    say_nobody(officer, document)
    export = exported(officer, document, reason="The court asked (fictional).")
    bag = unpacked(officer, export, tmp_path)
    checked = check_bag(bag)
    assert (checked.faults, checked.files, checked.size) == ((), 1, len(WORDS))
    assert checked.custody == export.content_sha256
    record = read_record((bag / "custody.json").read_bytes())
    assert [hand.act.value for hand in record.hands] == ["stored", "examined", "read", "exported"]
    logged = AuditEntry.objects.filter(object_kind="document", object_id=str(document.pk)).order_by("index")
    assert [hand.proof for hand in record.hands] == [bytes(entry.leaf_hash).hex() for entry in logged]
    assert str(officer) in record.hands[0].by
    marking = (bag / "marking.txt").read_text(encoding="utf-8")
    for said in (export.number, export.recipient_name, "criminal_investigation", "H0", export.content_sha256):
        assert said in marking
    assert f"External-Identifier: {export.number}\n" in (bag / "bag-info.txt").read_text(encoding="utf-8")


def test_the_files_have_the_names_that_were_decided_upon_and_not_those_of_the_case(
    officer: Officer, document: Document, tmp_path: Path
) -> None:
    say_nobody(officer, document)
    bag = unpacked(officer, exported(officer, document), tmp_path)
    assert [path.name for path in (bag / "data").iterdir()] == ["0001-recording.bin"]
    assert not any(b"Call of Jo" in path.read_bytes() for path in bag.rglob("*") if path.is_file())


def test_the_export_is_recorded_with_recipient_purpose_and_what_is_left_out(
    officer: Officer, case: Case, document: Document, tmp_path: Path
) -> None:
    say_nobody(officer, document)
    other = added(officer, case, "Nobody looked (fictional)", b"other")
    export = exported(officer, document, other)
    assert (export.what, export.recipient, export.purpose) == ("documents", "own", "criminal_investigation")
    assert (export.rows, export.withheld, export.decision["withheld"]) == (1, 1, {UNSAID: 1})
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"transfer.export_documents", "transfer.export_document", "transfer.finish_bag"} <= acts
    said = (unpacked(officer, export, tmp_path) / "marking.txt").read_text(encoding="utf-8")
    assert f"1: {sentence(UNSAID)}" in said


def test_what_nobody_has_said_anything_of_makes_no_bag(officer: Officer, document: Document) -> None:
    with pytest.raises(BadInput, match=r"None of these.*Nobody has said whom this document shows"):
        exported(officer, document)
    assert not Export.objects.exists()


def test_a_file_that_shows_a_victim_is_left_out_and_the_rule_says_why(
    officer: Officer, case: Case, document: Document
) -> None:
    draft = SourceDraft(
        kind="document", title="Record (fictional)", owner=settings.NODE.node_id, reliability="A", handling="H0",
        purpose="criminal_investigation", retain_until=timezone.now().date() + dt.timedelta(days=200),
        basis="intelligence", entities=(EntityDraft("her", "Person", category="victim"),),
        statements=(StatementDraft("her", "name", "Li (fictional)", 1),),
    )  # fmt: skip
    her = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft).entity_numbers["her"]
    actions.say_whom_it_shows(
        actor=officer, document_id=document.pk, name="recording.bin", persons=[her], nobody=False, grades=grades()
    )
    other = added(officer, case, "Another (fictional)", b"other")
    say_nobody(officer, other)
    export = exported(officer, document, other)
    assert (export.rows, export.decision["withheld"]) == (1, {"R18a": 1})


def test_what_was_said_and_then_retracted_is_said_no_more(officer: Officer, document: Document) -> None:
    say_nobody(officer, document)
    retract_statement(actor=officer, statement_id=Exhibit.objects.get().statement, reason="It shows somebody.")
    with pytest.raises(BadInput) as refused:
        exported(officer, document)
    assert refused.value.cure == sentence(GONE)


@pytest.fixture
def received(announced: Sent, officer: Officer) -> Document:
    """A file that the partner announced under H1 and that was taken into the case."""
    announced.bring_all()
    announced.close()
    work_once(timezone.now())
    actions.take_files(actor=officer, transfer_id=Transfer.objects.get().pk)
    return Document.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_received_file_keeps_its_senders_handling_and_is_left_out_once_that_is_taken_back(
    received: Document, announced: Sent, officer: Officer, tmp_path: Path
) -> None:
    export = exported(officer, received)
    bag = unpacked(officer, export, tmp_path)
    assert (check_bag(bag).faults, export.classification) == ((), "H1")
    assert (bag / "data" / "0001-recording.bin").read_bytes() == CONTENT
    hands = read_record((bag / "custody.json").read_bytes()).hands
    assert [hand.act.value for hand in hands] == ["seized", "stored", "received", "read", "exported"]
    assert (hands[0].by, hands[0].proof) == ("Unit 4 (fictional)", Letter.objects.get(uid=announced.letter).digest)
    announced.take_back()
    with pytest.raises(BadInput) as refused:
        exported(officer, received)
    assert refused.value.cure == sentence(GONE)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"recipient": "partner"}, "recipient"), ({"recipient": "0" * 32}, "recipient"), ({"purpose": "fun"}, "purpose"),
     ({"largest": 3}, "documents")],
)  # fmt: skip
def test_a_bag_for_somebody_else_for_no_purpose_or_too_large_is_refused(
    officer: Officer, document: Document, beijing: Correspondent, wrong: dict[str, Any], field: str
) -> None:
    say_nobody(officer, document)
    wrong = {name: beijing.partner.uid if value == "partner" else value for name, value in wrong.items()}
    with pytest.raises(BadInput) as refused:
        exported(officer, document, **wrong)
    assert refused.value.field == field
    assert not Export.objects.exists()


def test_no_documents_and_those_of_another_team_make_no_bag(
    officer: Officer, case: Case, document: Document, officer_factory: Callable[..., Officer]
) -> None:
    asked: dict[str, Any] = {"case_id": case.pk, "purpose": "own_use"}
    with pytest.raises(BadInput, match="No documents are chosen"):
        export_documents(actor=officer, document_ids=[], **asked)
    with pytest.raises(Refused):
        export_documents(actor=officer, document_ids=[document.pk, 999_999], **asked)
    stranger = officer_factory(roles=["investigator"], username="stranger")
    with pytest.raises(Refused):
        export_documents(actor=stranger, document_ids=[document.pk], **asked)


def test_a_document_that_is_damaged_makes_no_bag_and_nothing_is_kept(officer: Officer, document: Document) -> None:
    say_nobody(officer, document)
    stored = load_home().documents / document.stored_as
    stored.write_bytes(stored.read_bytes()[:-1])
    with pytest.raises(BadInput, match="damaged or missing"):
        exported(officer, document)
    export = Export.objects.get()
    assert (export.file_sha256, export.stored_as) == ("", "")
    assert [path.name for path in load_home().documents.iterdir()] == [document.stored_as]


def test_the_page_makes_a_bag_and_the_exports_page_has_what_to_compare(
    officer: Officer, case: Case, document: Document, signed_in_client: Callable[[Officer], Client]
) -> None:
    client, page = signed_in_client(officer), f"/transfer/exports/documents?case={case.pk}"
    assert page in client.get(f"/cases/{case.pk}/").content.decode()
    assert "Call of Jo" in client.get(page).content.decode()
    chosen = {"recipient": "own", "documents": [document.pk], "purpose": "own_use", "reason": "A court (fictional)."}
    refused = client.post(page, chosen)
    assert refused.status_code == 422
    assert "Nobody has said whom this document shows." in refused.content.decode()
    say_nobody(officer, document)
    answer = client.post(page, chosen, follow=True)
    export = Export.objects.get()
    assert export.content_sha256 in answer.content.decode()
    file = client.get(f"/transfer/exports/{export.pk}/file")
    assert (file.status_code, file["Content-Type"]) == (200, "application/zip")
    assert zipfile.ZipFile(io.BytesIO(file.content)).testzip() is None


def test_the_page_of_a_case_without_documents_says_so_and_asks_nothing(
    officer: Officer, case: Case, signed_in_client: Callable[[Officer], Client]
) -> None:
    shown = signed_in_client(officer).get(f"/transfer/exports/documents?case={case.pk}").content.decode()
    assert "This case holds no document yet." in shown
    assert "Make the bag" not in shown


def test_the_page_is_for_whoever_may_export_and_of_ones_own_case(
    case: Case, document: Document, officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
) -> None:  # fmt: skip
    page = f"/transfer/exports/documents?case={case.pk}"
    stranger = officer_factory(roles=["investigator"], username="stranger")
    assert signed_in_client(stranger).get(page).status_code == 404
    assert signed_in_client(stranger).get("/transfer/exports/documents").status_code == 404
    approver = officer_factory(roles=["approver"], username="approver", compartments=[case.compartment])
    assert signed_in_client(approver).get(page).status_code == 403


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds the test's own node."""
    monkeypatch.setattr(command, "set_up_node", lambda _home: None)


@pytest.mark.usefixtures("here")
def test_the_command_writes_a_bag_that_the_check_of_the_command_line_finds_whole(
    officer: Officer, case: Case, document: Document, code_of: Callable[[Officer], str], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    say_nobody(officer, document)
    asked = {"case": case.reference, "officer": officer.username, "purpose": "own_use", "as_json": True}
    output = tmp_path / "bag.zip"
    command.bag(output=output, code=code_of(officer), **asked)  # type: ignore[arg-type]
    told = json.loads(capsys.readouterr().out)
    assert (told["documents"], told["withheld"], output.stat().st_mode & 0o77) == (1, 0, 0)
    zipfile.ZipFile(output).extractall(tmp_path)
    command.check(bag=tmp_path / told["number"], as_json=True)
    checked = json.loads(capsys.readouterr().out)
    assert (checked["whole"], checked["custody"]) == (True, told["custody"])
    assert Export.objects.get().stored_as == ""
    with pytest.raises(typer.Exit):
        command.bag(output=output, code=code_of(officer), **asked)  # type: ignore[arg-type]


@pytest.mark.usefixtures("here")
def test_where_the_command_fails_no_half_archive_is_left(
    officer: Officer, case: Case, document: Document, code_of: Callable[[Officer], str], tmp_path: Path
) -> None:
    say_nobody(officer, document)
    (load_home().documents / document.stored_as).unlink()
    with pytest.raises(BadInput, match="damaged or missing"):
        command.bag(
            case=case.reference, output=tmp_path / "bag.zip", officer=officer.username, purpose="own_use",
            code=code_of(officer),
        )  # fmt: skip
    assert list(tmp_path.glob("*.zip")) == []
