from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.cases import actions
from clew.node.cases.models import Case, Document
from clew.node.home import load_home
from clew.node.sealed_files import PIECE, Damaged, FileIntake, TooLarge, read_sealed, unwrap_key, wrap_key
from clew.node.types import BadInput


def stored() -> set[str]:
    return {path.name for path in load_home().documents.iterdir()}


def add(officer: Officer, case: Case, content: bytes, name: str = "list.txt") -> Document:
    return actions.add_document(
        actor=officer, case_id=case.pk, title="List", file_name=name, media_type="text/plain", content=[content]
    )


@settings(max_examples=20)
@given(sizes=st.lists(st.integers(0, PIECE + 2), min_size=1, max_size=4))
def test_what_went_in_comes_out(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    directory = tmp_path_factory.mktemp("documents")
    intake, content = FileIntake(directory), b""
    for size in sizes:
        piece = os.urandom(size)
        content += piece
        intake.write(piece)
    received = intake.finish()
    assert b"".join(read_sealed(directory, received.stored_as, received.key)) == content
    assert received.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_a_file_that_was_cut_or_changed_is_damaged(tmp_path: Path, size: int) -> None:
    intake = FileIntake(tmp_path)
    intake.write(b"a" * size)
    received = intake.finish()
    path = tmp_path / received.stored_as
    whole = path.read_bytes()
    assert b"aaaa" not in whole
    cuts = {cut for cut in (len(whole) - 1, len(whole) // 2, 8 + PIECE + 16, 8, 3) if cut < len(whole)}
    changed = [whole[:20] + bytes([whole[20] ^ 1]) + whole[21:], whole + b"x"]
    for broken in [whole[:cut] for cut in cuts] + changed:
        path.write_bytes(broken)
        with pytest.raises(Damaged):
            b"".join(read_sealed(tmp_path, received.stored_as, received.key))


def test_a_key_opens_only_its_own_file() -> None:
    wrapped = wrap_key(b"r" * 32, b"k" * 32, "one")
    assert unwrap_key(b"r" * 32, wrapped, "one") == b"k" * 32
    with pytest.raises(Damaged):
        unwrap_key(b"r" * 32, wrapped, "two")


def test_a_file_that_is_too_large_leaves_nothing(tmp_path: Path) -> None:
    intake = FileIntake(tmp_path, largest=10)
    with pytest.raises(TooLarge):
        intake.write(b"x" * 11)
    assert list(tmp_path.iterdir()) == []


def test_a_document_is_encrypted_at_rest_and_read_back(officer: Officer, case: Case) -> None:
    document = add(officer, case, b"names nobody may read")
    assert b"names" not in (load_home().documents / document.stored_as).read_bytes()
    content = actions.read_document(actor=officer, document_id=document.pk)
    assert b"".join(content.pieces) == b"names nobody may read"
    assert AuditEntry.objects.filter(act="cases.read_document", object_id=str(document.pk)).exists()


@pytest.mark.parametrize("content", [b"", b"same"])
def test_a_refused_document_leaves_no_file(officer: Officer, case: Case, content: bytes) -> None:
    add(officer, case, b"same")
    before = stored()
    with pytest.raises(BadInput) as fault:
        add(officer, case, content)
    assert fault.value.field == "file"
    assert stored() == before


def test_an_upload_that_breaks_off_leaves_nothing(officer: Officer, case: Case) -> None:
    before = stored()

    def broken() -> object:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        actions.add_document(actor=officer, case_id=case.pk, title="x", file_name="x", media_type="", content=broken())
    assert stored() == before
    assert not Document.objects.exists()


def test_someone_outside_the_team_reads_and_adds_nothing(officer: Officer, outsider: Officer, case: Case) -> None:
    document = add(officer, case, b"x")
    before = stored()
    with pytest.raises(Exception, match="not among what your teams work on"):
        actions.read_document(actor=outsider, document_id=document.pk)
    with pytest.raises(Exception, match="not among what your teams work on"):
        add(outsider, case, b"y")
    assert stored() == before


def test_a_file_name_loses_its_directories_and_control_characters(officer: Officer, case: Case) -> None:
    assert add(officer, case, b"1", name="../../etc/pass\r\nwd").file_name == "passwd"
    assert add(officer, case, b"2", name="C:\\temp\\a.txt").file_name == "a.txt"
    assert add(officer, case, b"3", name="..").file_name == "document"


def test_files_that_no_case_knows_are_swept_and_others_stay(officer: Officer, case: Case) -> None:
    import datetime as dt

    document = add(officer, case, b"x")
    orphan = load_home().documents / "orphan.part"
    orphan.write_bytes(b"")
    os.utime(orphan, (0, 0))
    os.utime(load_home().documents / document.stored_as, (0, 0))
    assert actions.sweep_documents(older_than=dt.timedelta(days=1)) >= 1
    assert not orphan.exists()
    assert (load_home().documents / document.stored_as).exists()


def test_the_upload_page_takes_a_file_and_gives_it_back_safely(client: Client, case: Case) -> None:
    upload = SimpleUploadedFile("list<b>.html", b"<script>alert(1)</script>", content_type="text/html")
    response = client.post(f"/cases/{case.pk}/documents/new", {"title": "List", "file": upload})
    assert response.status_code == 302
    document = Document.objects.get()
    assert document.sha256 == hashlib.sha256(b"<script>alert(1)</script>").hexdigest()
    read = client.get(f"/cases/documents/{document.pk}")
    assert b"".join(read.streaming_content) == b"<script>alert(1)</script>"
    assert read["Content-Type"] == "application/octet-stream"
    assert read["Content-Disposition"].startswith("attachment")
    assert read["X-Content-Type-Options"] == "nosniff"


def test_an_upload_without_title_leaves_nothing_and_says_so(client: Client, case: Case) -> None:
    before = stored()
    upload = SimpleUploadedFile("list.txt", b"content")
    response = client.post(f"/cases/{case.pk}/documents/new", {"title": "", "file": upload})
    assert response.status_code == 422
    assert stored() == before


def test_an_upload_that_is_too_large_is_said_and_leaves_nothing(
    client: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clew.node.uploads.LARGEST", 10)
    before = stored()
    upload = SimpleUploadedFile("list.txt", b"x" * 1000)
    response = client.post(f"/cases/{case.pk}/documents/new", {"title": "List", "file": upload})
    assert response.status_code == 422
    assert "larger than" in response.content.decode()
    assert stored() == before


def test_an_upload_needs_the_page_s_token(case: Case, officer: Officer) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer, backend="clew.node.accounts.backends.OfficerBackend")
    before = stored()
    response = client.post(
        f"/cases/{case.pk}/documents/new", {"title": "List", "file": SimpleUploadedFile("a.txt", b"x")}
    )
    assert response.status_code == 403
    assert not Document.objects.exists()
    assert stored() == before
