"""`clew evidence add`: a file larger than the pages take comes into a case, by an officer who proves that it is she."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from clew.cli import evidence
from clew.node.accounts.actions import Officer, Refused
from clew.node.cases.actions import open_case, read_document
from clew.node.cases.models import Document
from clew.node.home import load_home

pytestmark = pytest.mark.django_db
LARGE = b"0123456789abcdef" * 16 * 1024


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Larger than the pages take, which here take little."""
    monkeypatch.setattr(evidence, "set_up_node", lambda _home: None)
    monkeypatch.setattr("clew.node.sealed_files.LARGEST", len(LARGE) - 1)
    path = tmp_path / "phone.tar"
    path.write_bytes(LARGE)
    return path


def test_a_large_file_comes_into_the_case_encrypted(
    file: Path, officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    officer = officer_factory(roles=["investigator"], username="anna")
    case = open_case(actor=officer, title="Phone (fictional)", kind="investigation", offence_codes=["at_104a"])
    evidence.add(case=case.reference, file=file, officer="anna", code=code_of(officer))
    (document,) = Document.objects.all()
    assert document.sha256 in capsys.readouterr().out
    assert b"".join(read_document(actor=officer, document_id=document.pk).pieces) == LARGE
    assert LARGE[:64] not in (load_home().documents / document.stored_as).read_bytes()


def test_who_is_not_of_the_team_or_does_not_prove_who_she_is_brings_nothing_in(
    file: Path, officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]
) -> None:
    officer = officer_factory(roles=["investigator"], username="anna")
    other = officer_factory(roles=["investigator"], username="other")
    case = open_case(actor=officer, title="Phone (fictional)", kind="investigation", offence_codes=["at_104a"])
    before = sorted(load_home().documents.iterdir())
    with pytest.raises(Refused):
        evidence.add(case=case.reference, file=file, officer="other", code=code_of(other))
    with pytest.raises(Exception, match="code"):
        evidence.add(case=case.reference, file=file, officer="anna", code="000000")
    for wrong in ({"case": "K-0"}, {"officer": "nobody"}, {"file": file.parent}):
        with pytest.raises(typer.Exit):
            evidence.add(**{"case": case.reference, "file": file, "officer": "anna", "code": code_of(officer), **wrong})
    assert sorted(load_home().documents.iterdir()) == before
    assert not Document.objects.exists()
