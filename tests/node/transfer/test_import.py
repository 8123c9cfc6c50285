"""An import from the check to its undoing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.cases.models import Case
from clew.node.cases.queries import entities_of_case
from clew.node.dossier.models import EntityRow, Source, Statement
from clew.node.dossier.queries import entity_list
from clew.node.home import load_home
from clew.node.transfer import actions, queries, recording
from clew.node.transfer.models import ImportBatch, ImportedEntity
from clew.node.types import BadInput
from tests.node.transfer import files

pytestmark = pytest.mark.django_db
Bring = Callable[..., ImportBatch]


def codes(batch: ImportBatch) -> list[str]:
    return [f"{one['row']} {one['field']}" for one in queries.problems_of(batch)]


def test_an_extract_becomes_agencies_phones_accounts_and_the_links_between_them(
    bring: Bring, officer: Officer, case: Case
) -> None:
    batch = bring(files.csv_of([files.agency(1, iban=files.GOOD_IBAN), files.agency(2)]))
    assert (batch.state, batch.rows, batch.imported, batch.rejected) == ("done", 2, 2, 0)
    listed = {one.schema for one in entity_list(officer=officer).entities}
    assert {"RecruitmentAgency", "Phone", "BankAccount"} <= listed
    looked_at = [one.schema for one in entities_of_case(officer=officer, case_id=case.pk)]
    assert sorted(looked_at) == ["BankAccount", "Phone", "Phone", "RecruitmentAgency", "RecruitmentAgency"]
    assert Statement.objects.filter(prop__name="phoneEntity").count() == 2


def test_what_two_rows_say_alike_of_one_thing_is_said_once(bring: Bring) -> None:
    bring(files.csv_of([files.agency(1), files.agency(1, phone="+43 660 1000009")]))
    assert Statement.objects.filter(prop__name="name", entity__schema="RecruitmentAgency").count() == 1


def test_a_register_number_of_a_phone_that_nobody_can_dial_is_kept_as_its_name(bring: Bring) -> None:
    bring(files.csv_of([files.agency(1, phone="+43 1 0000002")]))
    assert Statement.objects.get(entity__schema="Phone", prop__name="name").value == "+43 1 0000002"


def test_facts_of_an_agency_concern_nobody(bring: Bring) -> None:
    bring(files.csv_of([files.agency(1)]))
    assert not Statement.objects.filter(concern_set__isnull=True).exists()


def test_all_or_nothing_leaves_nothing_when_one_row_is_wrong(bring: Bring) -> None:
    batch = bring(files.csv_of([files.agency(1), files.agency(2, iban="AT000000000000000000")]))
    assert (batch.imported, batch.rejected) == (0, 1)
    assert codes(batch) == ["3 iban"]
    assert not Source.objects.exists()
    assert not list(load_home().documents.iterdir())


def test_good_rows_only_leaves_out_the_wrong_ones(bring: Bring) -> None:
    text = files.csv_of([files.agency(1), files.agency(2, iban="AT000000000000000000"), files.agency(3)])
    batch = bring(text, good_rows_only=True)
    assert (batch.state, batch.imported, batch.rejected) == ("done", 2, 1)
    assert Statement.objects.filter(prop__name="name").count() == 2


def test_a_dry_run_writes_nothing_and_names_row_field_value_and_cure(bring: Bring) -> None:
    batch = bring(files.csv_of([files.agency(1, agency_name="", website="no address")]), dry_run=True)
    assert codes(batch) == ["2 agency_name", "2 website"]
    assert all(one["cure"] for one in queries.problems_of(batch))
    assert not Source.objects.exists()


def test_the_values_of_wrong_rows_lie_sealed(bring: Bring) -> None:
    batch = bring(files.csv_of([files.agency(1, website="canary-of-a-name")]), dry_run=True)
    assert "canary-of-a-name" not in str(bytes(batch.problems or b""))
    assert queries.problems_of(batch)[0]["value"] == "canary-of-a-name"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (files.csv_of([files.agency(1) | {"shoe size": "44"}], (*files.AGENCY_COLUMNS, "shoe size")), "shoe size"),
        ("registration_number\n1\n", "agency_name"),
    ],
)
def test_an_unknown_or_missing_column_is_refused_by_name(bring: Bring, text: str, field: str) -> None:
    batch = bring(text)
    assert batch.refusal is not None
    assert batch.refusal["field"] == field
    assert not Source.objects.exists()


def test_unknown_columns_can_be_left_out(bring: Bring) -> None:
    text = files.csv_of([files.agency(1) | {"shoe size": "44"}], (*files.AGENCY_COLUMNS, "shoe size"))
    assert bring(text, options={"leave_out_unknown": True}).state == "done"


def test_a_column_of_another_name_can_be_chosen(bring: Bring) -> None:
    batch = bring("Firma\nAgency (fictional)\n", options={"columns": {"agency_name": "Firma"}})
    assert batch.state == "done"


@pytest.mark.parametrize("content", [files.gzip_bomb(), b"a,b\n1,\x002\n", files.xlsx_with_far_cell(), b"%PDF-1.7"])
def test_a_hostile_file_changes_nothing(bring: Bring, content: bytes) -> None:
    batch = bring(content)
    assert batch.state == "cancelled"
    assert batch.refusal is not None
    assert batch.refusal["code"]
    assert not Statement.objects.exists()
    assert not list(load_home().documents.iterdir())


def test_undo_restores_what_was_known_before(bring: Bring, officer: Officer) -> None:
    bring(files.csv_of([files.agency(1)]))
    before = set(EntityRow.objects.values_list("schema", "caption"))
    batch = bring(files.csv_of([files.agency(2), files.agency(3)]))
    assert set(EntityRow.objects.values_list("schema", "caption")) != before
    actions.undo_import(actor=officer, batch_id=batch.pk, reason="Wrong file")
    assert set(EntityRow.objects.values_list("schema", "caption")) == before
    assert ImportBatch.objects.get(pk=batch.pk).state == "undone"


def test_an_undo_without_a_reason_is_refused(bring: Bring, officer: Officer) -> None:
    batch = bring(files.csv_of([files.agency(1)]))
    with pytest.raises(BadInput):
        actions.undo_import(actor=officer, batch_id=batch.pk, reason=" ")


def test_an_undo_is_refused_with_the_reason_when_something_was_passed_on(
    bring: Bring, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = bring(files.csv_of([files.agency(1)]))
    said = lambda *, source_id: ["A letter quotes it."]  # noqa: E731
    monkeypatch.setattr("clew.node.transfer.actions.imports.offers", lambda _name: iter([said]))
    with pytest.raises(BadInput, match="A letter quotes it"):
        actions.undo_import(actor=officer, batch_id=batch.pk, reason="Wrong file")
    assert Source.objects.get(pk=batch.source_id).undone is None


def test_the_same_file_is_not_imported_twice_into_one_case(bring: Bring, officer: Officer) -> None:
    batch = bring(files.csv_of([files.agency(1)]))
    with pytest.raises(BadInput, match="already"):
        bring(files.csv_of([files.agency(1)]))
    actions.undo_import(actor=officer, batch_id=batch.pk, reason="Once more")
    assert bring(files.csv_of([files.agency(1)])).state == "done"


def test_an_import_that_was_killed_goes_on_and_doubles_nothing(
    bring: Bring, officer: Officer, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "CHUNK_STATEMENTS", 10)
    rows = [files.agency(number % 7) for number in range(40)]
    batch = actions.upload_file(
        actor=officer, file_name="x.csv", content=files.pieces(files.csv_of(rows))(), compartment_id=case.compartment_id
    )
    actions.choose_mapping(actor=officer, batch_id=batch.pk, mapping="agencies")
    actions.check_import(actor=officer, batch_id=batch.pk)
    actions.start_import(actor=officer, batch_id=batch.pk)
    original, calls = recording.append_to_source, iter(range(100))

    def killed(**arguments: object) -> object:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return original(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(recording, "append_to_source", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.run_import(batch.pk)
    monkeypatch.setattr(recording, "append_to_source", original)
    actions.run_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.imported) == ("done", 40)
    assert Statement.objects.filter(prop__name="name", entity__schema="RecruitmentAgency").count() == 7
    assert not ImportedEntity.objects.exists()


def test_an_import_that_was_killed_twice_after_its_last_row_doubles_nothing(
    officer: Officer, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = actions.upload_file(
        actor=officer, file_name="x.csv", content=files.pieces(files.csv_of([files.agency(1)]))(),
        compartment_id=case.compartment_id, case_id=case.pk,
    )  # fmt: skip
    actions.choose_mapping(actor=officer, batch_id=batch.pk, mapping="agencies")
    actions.check_import(actor=officer, batch_id=batch.pk)
    actions.start_import(actor=officer, batch_id=batch.pk)

    def killed(**arguments: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(recording, "link_entities", killed)
        for _time in range(2):
            with pytest.raises(KeyboardInterrupt):
                actions.run_import(batch.pk)
    actions.run_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.imported) == ("done", 1)
    assert Statement.objects.filter(prop__name="name", entity__schema="RecruitmentAgency").count() == 1


def test_the_worker_checks_and_runs_what_waits(officer: Officer, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clew.node.transfer.actions.imports.CHECK_AT_ONCE", 0)
    content = files.pieces(files.csv_of([files.agency(1)]))()
    batch = actions.upload_file(actor=officer, file_name="x.csv", content=content, compartment_id=case.compartment_id)
    actions.choose_mapping(actor=officer, batch_id=batch.pk, mapping="agencies")
    assert actions.check_import(actor=officer, batch_id=batch.pk).state == "checking"
    assert actions.run_pending() == 0
    actions.start_import(actor=officer, batch_id=batch.pk)
    assert actions.run_pending() == 0
    batch.refresh_from_db()
    assert batch.state == "done"


def test_a_cancelled_import_is_taken_back(officer: Officer, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "CHUNK_STATEMENTS", 5)
    content = files.pieces(files.csv_of([files.agency(number) for number in range(9)]))()
    batch = actions.upload_file(actor=officer, file_name="x.csv", content=content, compartment_id=case.compartment_id)
    actions.choose_mapping(actor=officer, batch_id=batch.pk, mapping="agencies")
    actions.check_import(actor=officer, batch_id=batch.pk)
    actions.start_import(actor=officer, batch_id=batch.pk)
    batch.refresh_from_db()
    work: Iterator[int] = recording.write_entities(batch, officer)
    next(work)
    assert EntityRow.objects.exists()
    actions.cancel_import(actor=officer, batch_id=batch.pk)
    with pytest.raises(recording.Overtaken):
        list(work)
    assert not EntityRow.objects.exists()


def test_an_import_stops_when_its_officer_has_left_the_team(officer: Officer, case: Case) -> None:
    content = files.pieces(files.csv_of([files.agency(1)]))()
    batch = actions.upload_file(actor=officer, file_name="x.csv", content=content, compartment_id=case.compartment_id)
    actions.choose_mapping(actor=officer, batch_id=batch.pk, mapping="agencies")
    actions.check_import(actor=officer, batch_id=batch.pk)
    actions.start_import(actor=officer, batch_id=batch.pk)
    officer.memberships.all().delete()
    actions.run_import(batch.pk)
    batch.refresh_from_db()
    assert batch.state == "failed"
    assert not Statement.objects.exists()


def test_an_officer_without_the_role_or_the_team_may_not_import(
    officer_factory: Callable[..., Officer], case: Case
) -> None:
    for roles in (["auditor"], ["investigator"]):
        stranger = officer_factory(roles=roles)
        with pytest.raises(Refused):
            actions.upload_file(
                actor=stranger, file_name="x.csv", content=iter([b"a\n1\n"]), compartment_id=case.compartment_id
            )
    assert not list(load_home().documents.iterdir())


def test_every_act_is_in_the_log(bring: Bring, officer: Officer) -> None:
    batch = bring(files.csv_of([files.agency(1)]))
    actions.undo_import(actor=officer, batch_id=batch.pk, reason="Wrong file")
    acts = set(AuditEntry.objects.filter(object_kind="import", object_id=str(batch.pk)).values_list("act", flat=True))
    assert {"transfer.upload_file", "transfer.start_import", "transfer.finish_import", "transfer.undo_import"} <= acts


def test_entities_of_followthemoney_keep_their_links_and_concern_their_persons(bring: Bring) -> None:
    lines = files.ftm_lines(
        files.ftm("use", "PhoneUse", user=["mei"], phoneEntity=["phone"]),
        files.ftm("phone", "Phone", number=["+436601000001"]),
        files.ftm("mei", "Person", name=["Mei Beispielfrau (fictional)"]),
        files.ftm("firm", "Company", name=["Firm (fictional)"]),
    )
    assert bring(lines, "ftm").state == "done"
    phone = Statement.objects.get(entity__schema="Phone", prop__name="number")
    assert phone.sealed is not None
    firm = Statement.objects.get(entity__schema="Company")
    assert firm.sealed is None
    assert Statement.objects.filter(entity__schema="PhoneUse", ref__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (files.ftm("a", "Nonsense", name=["x"]), "schema"),
        (files.ftm("a", "Person", shoeSize=["44"]), "shoeSize"),
        (files.ftm("a", "Person", birthDate=["2999-01-01"]), "birthDate"),
        (files.ftm("a", "Ownership", owner=["b"], asset=["c"]), "owner"),
        (files.ftm("", "Person", name=["x"]), "id"),
        (files.ftm("a", "Company"), "properties"),
        ({**files.ftm("a", "Person", name=["x"]), "secret": 1}, "secret"),
        ({"id": "a", "schema": "Person", "properties": {"name": "x"}}, "properties"),
    ],
)
def test_a_wrong_entity_is_named_by_line_and_field(bring: Bring, line: dict[str, object], code: str) -> None:
    batch = bring(files.ftm_lines(line), "ftm", dry_run=True)
    assert code in [one["field"] for one in queries.problems_of(batch)]


def test_the_same_id_twice_is_an_error_of_the_second_line(bring: Bring) -> None:
    lines = files.ftm_lines(files.ftm("a", "Company", name=["x"]), files.ftm("a", "Company", name=["y"]))
    assert codes(bring(lines, "ftm", dry_run=True)) == ["2 id"]


def test_what_names_a_left_out_entity_is_left_out_too(bring: Bring) -> None:
    lines = files.ftm_lines(
        files.ftm("bad", "Company", name=["x"], website=["no address"]),
        files.ftm("good", "Person", name=["y"]),
        files.ftm("link", "Ownership", owner=["good"], asset=["bad"]),
    )
    batch = bring(lines, "ftm", good_rows_only=True)
    assert (batch.state, batch.imported, batch.rejected) == ("done", 1, 2)


def test_an_entry_of_a_source_that_is_already_known_stays_apart(bring: Bring, officer: Officer, case: Case) -> None:
    from clew.node.dossier.actions import record_source

    draft = SourceDraft(
        kind="observation", title="Note (fictional)", owner="own", reliability="B", handling="H1",
        purpose="criminal_investigation", retain_until=dt.date(2036, 1, 1), basis="intelligence",
        entities=(EntityDraft("a", "Company"),), statements=(StatementDraft("a", "name", "Agency 1 (fictional)", 2),),
    )  # fmt: skip
    record_source(actor=officer, compartment_id=case.compartment_id, draft=draft)
    bring(files.csv_of([files.agency(1)]))
    assert EntityRow.objects.filter(caption="Agency 1 (fictional)").count() == 2
