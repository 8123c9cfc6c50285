"""HTCDS 2.0: every field and code there and back, every fault named."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from clew import vocabulary
from clew.node.transfer.readers import Table, read_file
from clew.referral.htcds import (
    Record,
    beyond,
    check,
    fields,
    losses,
    plain,
    record_of,
    row_of,
    write_csv,
    write_ods,
    write_xlsx,
)
from tests.referral.generated import TODAY, cases

CASES = list(cases(150, seed=1))


def read(content: bytes) -> Table:
    table = read_file(lambda: iter([content]), json_lines=False)
    assert isinstance(table, Table)
    return table


def rows_of(table: Table) -> Iterator[tuple[int, Sequence[str]]]:
    for row in table.rows:
        cells = [plain(cell) for cell in row.cells] if table.format == "csv" else row.cells
        yield row.number, cells


def test_the_standard_has_83_fields_and_their_codes_are_the_lists_of_the_vocabulary() -> None:
    assert len(fields()) == 83
    assert [
        name for name, field in fields().items() if field.kind in {"picklist", "multiselect"} and not field.codes
    ] == []
    assert sum(field.core for field in fields().values()) == 40
    assert {name for name, field in fields().items() if field.deprecated} == {
        "vic_AgreementToManagePersonalData", "vic_Vulnerabilities", "vic_DetailsOfVulnerabilities",
    }  # fmt: skip
    assert fields()["vic_RelationshipToTrafficker"].codes == ("Familial", "Acquainted", "Unaquainted"), "as spelled"


def test_the_generated_cases_hold_every_field_and_every_code() -> None:
    seen = {name: set[str]() for name in fields()}
    for case in CASES:
        for name, value in case.items():
            seen[name] |= set(value) if isinstance(value, tuple) else {str(value)}
    assert [name for name, values in seen.items() if not values] == []
    assert {name: set(field.codes) - seen[name] for name, field in fields().items() if field.codes} == {
        name: set() for name, field in fields().items() if field.codes
    }


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_ods])
def test_every_case_comes_back_from_a_file_as_it_was(write: Callable[[list[Record]], bytes]) -> None:
    table = read(write(CASES))
    assert tuple(table.columns) == tuple(fields())
    found = check("cases", table.columns, rows_of(table), TODAY)
    assert found.problems == []
    assert found.records == CASES


def test_a_cell_that_a_spreadsheet_would_compute_is_text_in_every_format() -> None:
    evil: list[Record] = [{"cco_CaseComment": '=HYPERLINK("http://x.invalid")'}]
    assert b"'=HYPERLINK" in write_csv(evil)
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(write_xlsx(evil))).active
    assert sheet is not None
    place = list(fields()).index("cco_CaseComment") + 1
    assert sheet.cell(2, place).data_type == "s"


def test_a_tabulator_is_a_blank_and_a_control_character_a_fault() -> None:
    record, problems = record_of("f", 2, {"prs_FirstName": "Lan\tAnh", "cco_CaseComment": "a\r\nb\rc"}, TODAY)
    assert (record, problems) == ({"prs_FirstName": "Lan Anh", "cco_CaseComment": "a\nb\nc"}, [])
    _record, problems = record_of("f", 2, {"prs_FirstName": "Lan\x07"}, TODAY)
    assert "control character" in problems[0].problem


FAULTS = {
    "prs_Gender": ("Femnine", "Did you mean Feminine?"),
    "vic_MethodsOfControl": ("DebtBondage;Charm", "Use one of: PhysicalThreats"),
    "prs_Birthdate": ("24.12.1990", "such as 2021-12-24"),
    "hte_Date": ("2026-11-30", "Correct the date"),
    "spl_PlannedEndDate": ("2021-02-30", "such as 2021-12-24"),
    "prs_Deceased": ("perhaps", "TRUE or FALSE"),
    "prs_NumberOfChildren": ("two", "digits only"),
    "vic_AgeWhenTrafficked": ("170", "Correct the number"),
    "prs_Citizenship": ("PH;Philippines", "ISO 3166-1"),
    "prs_MailingCountry": ("Bulgaria", "ISO 3166-1"),
    "prs_PrimaryLanguage": ("Vietnamese", "ISO 639-2"),
    "prs_MobilePhone": ("0664/123", "country code"),
    "org_ShippingLatitude": ("91", "from -90 to 90"),
    "org_ShippingLongitude": ("NaN", "from -180 to 180"),
    "prs_FirstName": ("x" * 256, "Shorten"),
}


def test_of_a_broken_file_every_fault_is_named_with_file_row_field_value_and_cure() -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(fields()))
    writer.writeheader()
    good = {"prs_Gender": "Feminine"}
    for name, (wrong, _cure) in FAULTS.items():
        writer.writerows([good, {name: wrong}])
    table = read(text.getvalue().encode())
    found = check("broken.csv", table.columns, rows_of(table), TODAY)
    assert len(found.records) == len(FAULTS), "the good rows, and no other"
    named = {problem.field: problem for problem in found.problems}
    assert set(named) == set(FAULTS)
    for place, (name, (wrong, cure)) in enumerate(FAULTS.items()):
        problem = named[name]
        assert (problem.file, problem.row, problem.value) == ("broken.csv", 3 + 2 * place, wrong[:200])
        assert cure in problem.cure
        assert problem.problem


def test_several_faults_of_one_row_are_all_named() -> None:
    _record, problems = record_of("f", 7, {"prs_Gender": "?", "prs_Deceased": "?", "cas_Status": "Active"}, TODAY)
    assert [(one.row, one.field) for one in problems] == [(7, "prs_Gender"), (7, "prs_Deceased")]


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"prs_Birthdate": "2001-01-01", "hte_Date": "2000-12-31"}, "hte_Date"),
        ({"prs_Birthdate": "2001-01-01", "hte_Date": "2001-01-01"}, ""),
        ({"hte_Date": "2000-12-31"}, ""),
        ({"prs_MailingLongitude": "16.37"}, "prs_MailingLongitude"),
        ({"prs_MailingLongitude": "16.37", "prs_MailingLatitude": "48.2"}, ""),
    ],
)
def test_what_two_values_cannot_say_together_is_named(cells: dict[str, str], field: str) -> None:
    _record, problems = record_of("f", 2, cells, TODAY)
    assert [one.field for one in problems] == ([field] if field else [])


def test_a_label_of_the_standard_is_taken_for_its_code_and_an_unknown_tick_is_nobodys_no() -> None:
    cells = {"vic_TypeOfExploitation": "Forced labour; SexualExploitation", "con_Consent": "", "prs_Deceased": "No"}
    record, problems = record_of("f", 2, cells, TODAY)
    assert problems == []
    assert record == {"vic_TypeOfExploitation": ("ForcedLabour", "SexualExploitation"), "prs_Deceased": False}


def test_a_date_that_a_spreadsheet_wrote_with_midnight_is_that_day() -> None:
    record, problems = record_of("f", 2, {"cas_IncomingReferralDate": "2021-12-24 00:00:00"}, TODAY)
    assert (record, problems) == ({"cas_IncomingReferralDate": dt.date(2021, 12, 24)}, [])


def test_a_column_the_standard_does_not_have_is_named_with_the_one_that_was_meant() -> None:
    found = check(
        "f.csv", ["Gender", "shoe size", "prs_FirstName"], [(2, ["Feminine", "38", "Lan (fictional)"])], TODAY
    )
    assert [(one.row, one.field, one.cure) for one in found.problems] == [
        (1, "Gender", "Did you mean prs_Gender?"),
        (1, "shoe size", "Leave the column out, or name it as HTCDS 2.0 does."),
    ]
    assert found.records == [{"prs_FirstName": "Lan (fictional)"}]
    assert any("No column is a field" in one.problem for one in check("f.csv", ["a"], [], TODAY).problems)


def test_a_row_that_is_too_short_or_too_long_is_named_and_gives_no_record() -> None:
    columns = ["prs_FirstName", "prs_SecondName"]
    found = check("f.csv", columns, [(2, ["a"]), (3, ["a", "b", "c"]), (4, ["a", "b"])], TODAY)
    assert [one.row for one in found.problems] == [2, 3]
    assert found.records == [{"prs_FirstName": "a", "prs_SecondName": "b"}]


def test_what_clew_does_not_hold_of_a_record_is_said_field_by_field() -> None:
    record, _problems = record_of(
        "f", 2, {"prs_FirstName": "Lan", "con_Consent": "TRUE", "prs_HomePhone": "+43123"}, TODAY
    )
    assert [name for name, _sentence in losses(record)] == ["prs_HomePhone", "con_Consent"]
    assert all(sentence.endswith(".") for _name, sentence in losses(record))
    assert losses({}) == []
    assert any("consent by purpose" in one for one in beyond())


def test_every_place_named_for_a_value_is_a_property_of_the_model_and_every_other_field_says_why() -> None:
    for name, field in fields().items():
        if field.clew:
            schema, prop = field.clew.split(":")
            assert vocabulary.property_info(schema, prop).name == prop, name
        else:
            assert field.lost, name


def test_a_row_has_a_cell_for_every_field() -> None:
    assert list(row_of({"prs_Gender": "Masculine"})) == list(fields())
    assert sum(bool(text) for text in row_of({"prs_Gender": "Masculine"}).values()) == 1


def test_the_licence_is_named_where_the_codes_are() -> None:
    text = (Path(vocabulary.__file__).parent / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert "htcds_2.yaml" in text
