"""Exports for the own organisation: marked, recorded, and never with a value that identifies a protected person."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Callable

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.cases.actions import link_entity
from clew.node.cases.models import Case
from clew.node.dossier.actions import record_source
from clew.node.dossier.queries import entities_of_source
from clew.node.partners.models import Party
from clew.node.transfer import actions, queries
from clew.node.transfer.exporting.deciding import own_uid, sentence
from clew.node.transfer.models import Export, ImportBatch
from clew.node.types import BadInput
from tests.node.transfer import files

pytestmark = pytest.mark.django_db
CANARIES = ("Kanarienvogel", "1998-05-14", "+436609999999")


@pytest.fixture
def known(officer: Officer, case: Case) -> list[int]:
    """A protected woman, her phone, an agency of which a note names her; all linked to the case."""
    draft = SourceDraft(
        kind="observation", title="Note (fictional)", owner=own_uid(), reliability="B", handling="H2",
        purpose="criminal_investigation", retain_until=dt.date(2036, 1, 1), basis="intelligence",
        entities=(
            EntityDraft("her", "Person", category="victim"), EntityDraft("phone", "Phone"),
            EntityDraft("agency", "RecruitmentAgency"),
        ),
        statements=(
            StatementDraft("her", "name", "Mei Kanarienvogel", 1),
            StatementDraft("her", "birthDate", "1998-05-14", 1),
            StatementDraft("phone", "number", "+436609999999", 1),
            StatementDraft("agency", "name", "=Golden Way (fictional)", 2, concerns=()),
            StatementDraft("agency", "licenceStatus", "revoked after Mei Kanarienvogel spoke", 2, concerns=()),
        ),
    )  # fmt: skip
    source = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft)
    entities = entities_of_source(source.pk)
    for entity in entities:
        link_entity(actor=officer, case_id=case.pk, entity_id=entity)
    return entities


def made(officer: Officer, case: Case, form: str = "csv", **more: object) -> tuple[Export, bytes]:
    asked: dict[str, object] = {"what": "case", "case_id": case.pk, "purpose": "own_use", "file_format": form} | more
    export = actions.request_export(actor=officer, **asked)  # type: ignore[arg-type]
    return actions.download_export(actor=officer, export_id=export.pk)


def text_of(form: str, content: bytes) -> str:
    if form != "xlsx":
        return content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(content))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


@pytest.mark.parametrize("form", ["csv", "xlsx", "ftm"])
def test_no_value_that_identifies_a_protected_person_is_ever_in_a_plain_export(
    officer: Officer, case: Case, known: list[int], form: str
) -> None:
    export, content = made(officer, case, form)
    text = text_of(form, content)
    assert "Golden Way" in text
    for canary in CANARIES:
        assert canary not in text
    assert export.withheld == 4
    assert export.decision["withheld"] == {"R18a": 3, "text_names_protected_person": 1}
    for reason, number in (("R18a", 3), ("text_names_protected_person", 1)):
        assert f"{number}: {sentence(reason)}" in text


@pytest.mark.parametrize("form", ["csv", "xlsx", "ftm"])
def test_the_file_says_what_it_is(officer: Officer, case: Case, known: list[int], form: str) -> None:
    export, content = made(officer, case, form)
    text = text_of(form, content)
    for said in (export.number, "H2", export.recipient_name, "own_use", export.content_sha256):
        assert said in text
    assert hashlib.sha256(content).hexdigest() == export.file_sha256


def test_the_hash_in_the_file_is_that_of_the_data_below_the_mark(
    officer: Officer, case: Case, known: list[int]
) -> None:
    export, content = made(officer, case, "csv")
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    data = b"".join(line for line in lines if not line.startswith(b"# "))
    assert hashlib.sha256(data).hexdigest() == export.content_sha256


def test_formulas_are_escaped_in_tables(officer: Officer, case: Case, known: list[int]) -> None:
    _export, content = made(officer, case, "csv")
    rows = csv.reader(line for line in content.decode("utf-8-sig").splitlines() if not line.startswith("# "))
    assert "'=Golden Way (fictional)" in [row[3] for row in rows]
    _export, content = made(officer, case, "xlsx")
    book = load_workbook(io.BytesIO(content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_an_export_can_be_imported_again_and_its_mark_is_no_fact(
    officer: Officer, case: Case, bring: Callable[..., ImportBatch]
) -> None:
    bring(files.csv_of([files.agency(1), files.agency(2)]))
    _export, content = made(officer, case, "ftm")
    ids = [json.loads(line)["id"] for line in content.splitlines()]
    assert len(ids) == len(set(ids))
    batch = bring(content, "ftm", title="Again (fictional)")
    assert (batch.state, batch.rejected, batch.imported) == ("done", 0, len(ids) - 1)


def test_a_recipient_other_than_the_own_organisation_is_sent_a_letter(
    officer: Officer, case: Case, known: list[int]
) -> None:
    Party.objects.create(
        uid="other", name="Other office (fictional)", country="CN", kind="police", added=timezone.now()
    )
    with pytest.raises(BadInput, match="letter"):
        made(officer, case, recipient="other")
    with pytest.raises(BadInput):
        made(officer, case, recipient="nobody")
    assert not Export.objects.exists()


@pytest.mark.parametrize("wrong", [{"purpose": ""}, {"purpose": "curiosity"}, {"file_format": "doc"}, {"what": "all"}])
def test_an_export_without_a_purpose_or_of_an_unknown_kind_is_refused(
    officer: Officer, case: Case, known: list[int], wrong: dict[str, str]
) -> None:
    with pytest.raises(BadInput):
        made(officer, case, **wrong)
    assert not Export.objects.exists()


def test_an_officer_exports_only_what_she_may_see(
    officer_factory: Callable[..., Officer], case: Case, known: list[int]
) -> None:
    stranger = officer_factory(roles=["investigator"])
    with pytest.raises(BadInput, match="not among yours"):
        made(stranger, case)
    with pytest.raises(BadInput, match="nothing to export"):
        made(stranger, case, what="entities")


def test_the_node_itself_and_who_lacks_the_role_export_nothing(
    officer_factory: Callable[..., Officer], case: Case
) -> None:
    for actor in (NODE, officer_factory(roles=["administrator"])):
        with pytest.raises(Refused):
            actions.request_export(actor=actor, what="cases", file_format="csv", purpose="own_use")


def test_a_list_of_cases_holds_no_titles(officer: Officer, case: Case) -> None:
    _export, content = made(officer, case, what="cases")
    assert case.reference in content.decode()
    assert case.title not in content.decode()


def test_only_its_maker_fetches_the_file_and_only_for_a_day(
    officer: Officer, case: Case, known: list[int], officer_factory: Callable[..., Officer]
) -> None:
    export, _content = made(officer, case)
    with pytest.raises(Refused):
        actions.download_export(actor=officer_factory(roles=["investigator"]), export_id=export.pk)
    assert actions.discard_old_exports(export.made + dt.timedelta(hours=25)) == 1
    with pytest.raises(BadInput, match="no longer kept"):
        actions.download_export(actor=officer, export_id=export.pk)


def test_export_and_fetching_are_in_the_log_without_personal_data(
    officer: Officer, case: Case, known: list[int]
) -> None:
    made(officer, case, reason="Because of Kanarienvogel")
    entries = AuditEntry.objects.filter(object_kind="export")
    assert {one.act for one in entries} == {"transfer.request_export", "transfer.download_export"}
    assert not any(b"Kanarienvogel" in bytes(one.leaf) for one in entries)


def test_the_data_protection_officer_sees_every_export(
    officer: Officer, case: Case, known: list[int], officer_factory: Callable[..., Officer]
) -> None:
    made(officer, case)
    assert queries.exports_of(officer=officer_factory(roles=["data_protection_officer"])).count() == 1
    assert not queries.exports_of(officer=officer_factory(roles=["investigator"])).exists()
