"""`clew import`, `clew count`, `clew export`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clew.cli.app import build
from clew.node.cases.actions import open_case
from clew.node.transfer.models import Export, ImportBatch, StatisticalDataset
from clew.node.types import BadInput
from tests.node.conftest import code_of, compartment_factory, no_attempts_yet, officer_factory
from tests.node.transfer import files

__all__ = ["code_of", "compartment_factory", "no_attempts_yet", "officer_factory"]
pytestmark = pytest.mark.django_db
KEYS = {"rows", "imported", "rejected", "errors"}
ERROR_KEYS = {"row", "field", "value", "problem", "cure"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_more: act())


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(build(arguments[0]), list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def answer(*arguments: str) -> tuple[int, dict[str, Any]]:
    code, text = run(*arguments, "--json")
    found: dict[str, Any] = json.loads(text)
    return code, found


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "records.csv"
    file.write_text(files.ctdc_rows(citizenship=["NA", "PH", "", "NA"], gender=["Female", "", "Male", ""]))
    return file


def test_an_import_answers_rows_imported_rejected_and_errors_and_nothing_else(table: Path) -> None:
    code, found = answer("import", str(table), "--mapping", "ctdc")
    assert code == 0
    assert found == {"rows": 4, "imported": 4, "rejected": 0, "errors": []}


def test_a_dry_run_imports_nothing(table: Path) -> None:
    code, found = answer("import", str(table), "--mapping", "ctdc", "--dry-run")
    assert (code, found["rows"], found["imported"], found["errors"]) == (0, 4, 0, [])
    assert not ImportBatch.objects.filter(state="done").exists()


def test_counts_agree_with_the_file_blank_included(table: Path) -> None:
    run("import", str(table), "--mapping", "ctdc")
    assert answer("count", "--by", "citizenship") == (0, {"NA": 2, "PH": 1, "": 1})
    assert "2  NA" in run("count", "--by", "citizenship")[1]


def test_counts_are_told_with_the_handling_code_of_their_table(table: Path) -> None:
    run("import", str(table), "--mapping", "ctdc")
    assert "Handling: H1" in run("count", "--by", "citizenship")[1]


def test_a_table_with_a_restriction_in_words_is_counted_once_somebody_has_read_it(table: Path) -> None:
    run("import", str(table), "--mapping", "ctdc")
    StatisticalDataset.objects.update(handling="H3", handling_text="Not before May (fictional).")
    code, text = run("count", "--by", "citizenship")
    assert (code, text) == (1, "")
    code, text = run("count", "--by", "citizenship", "--restriction-read")
    assert (code, "Handling: H3 Not before May (fictional)." in text) == (0, True)


def test_an_unknown_column_is_refused(table: Path) -> None:
    run("import", str(table), "--mapping", "ctdc")
    with pytest.raises(BadInput, match="citizenship"):
        run("count", "--by", "nonsense")


def test_a_wrong_value_is_told_with_row_field_value_problem_and_cure(tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(files.ctdc_rows(citizenship=["NA", "nan"]))
    code, found = answer("import", str(file), "--mapping", "ctdc")
    assert code == 1
    assert set(found) == KEYS
    assert (found["rows"], found["imported"], found["rejected"]) == (2, 0, 1)
    assert set(found["errors"][0]) == ERROR_KEYS
    assert [found["errors"][0][name] for name in ("row", "field", "value")] == [3, "citizenship", "nan"]
    assert answer("import", str(file), "--mapping", "ctdc", "--good-rows")[1]["imported"] == 1


@pytest.mark.parametrize("content", [b"", b"a,b\n1,\x002\n", files.gzip_bomb(), files.xlsx_with_far_cell()])
def test_a_hostile_file_is_refused_in_the_same_shape(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "hostile"
    file.write_bytes(content)
    code, found = answer("import", str(file), "--mapping", "ctdc")
    assert code == 1
    assert set(found) == KEYS
    assert set(found["errors"][0]) == ERROR_KEYS
    assert found["errors"][0]["cure"]


def test_facts_need_a_case_and_an_unknown_mapping_or_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "agencies.csv"
    file.write_text(files.csv_of([files.agency(1)]))
    assert answer("import", str(file), "--mapping", "agencies")[0] == 1
    assert "nonsense" in answer("import", str(file), "--mapping", "nonsense")[1]["errors"][0]["problem"]
    assert run("import", str(tmp_path / "none"), "--mapping", "ctdc")[0] == 1
    assert run("import", str(file), "--mapping", "agencies", "--case", "XX-1")[0] == 1


def test_a_register_goes_into_a_case_and_out_again_with_the_officers_proof(
    tmp_path: Path, officer_factory: Callable[..., Any], code_of: Callable[..., str]
) -> None:
    officer = officer_factory(roles=["investigator"], username="anna")
    case = open_case(actor=officer, title="Agencies (fictional)", kind="investigation", offence_codes=[])
    file, output = tmp_path / "agencies.csv", tmp_path / "out.csv"
    file.write_text(files.csv_of([files.agency(1)]))
    assert answer("import", str(file), "--mapping", "agencies", "--case", case.reference)[0] == 0
    asked = ("export", str(output), "--officer", "anna", "--purpose", "own_use", "--what", "case")
    asked = (*asked, "--case", case.reference)
    with pytest.raises(BadInput):
        run(*asked, "--code", "000000")
    assert not output.exists()
    code, found = answer(*asked, "--code", code_of(officer))
    assert code == 0
    assert found["number"] == Export.objects.get().number
    assert "Agency 1 (fictional)" in output.read_text(encoding="utf-8-sig")
    assert output.stat().st_mode & 0o077 == 0
    assert run(*asked, "--code", code_of(officer))[0] == 1


def test_an_export_for_someone_else_is_refused(
    tmp_path: Path, officer_factory: Callable[..., Any], code_of: Callable[..., str]
) -> None:
    officer = officer_factory(roles=["investigator"], username="anna")
    with pytest.raises(BadInput):
        run(
            "export", str(tmp_path / "out.csv"), "--officer", "anna", "--purpose", "own_use", "--to", "other",
            "--code", code_of(officer),
        )  # fmt: skip
    assert not Export.objects.exists()
    assert run("export", str(tmp_path / "x"), "--officer", "nobody", "--purpose", "own_use", "--code", "1")[0] == 1
