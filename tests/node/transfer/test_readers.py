"""What files are read as, and which are refused, each with a code and a sentence."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.node.marking import escaped
from clew.node.transfer.mapping.values import is_formula
from clew.node.transfer.readers import FileRefused, Lines, Table, limits, read_file
from tests.node.transfer import files


def table(content: str | bytes, **options: str) -> Table:
    found = read_file(files.pieces(content), json_lines=False, **options)
    assert isinstance(found, Table)
    return found


def cells(content: str | bytes, **options: str) -> list[tuple[str, ...]]:
    return [row.cells for row in table(content, **options).rows]


def refusal(content: str | bytes, *, json_lines: bool = False, **options: str) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        for _row in read_file(files.pieces(content), json_lines=json_lines, **options).rows:
            pass
    assert caught.value.problem
    assert caught.value.cure
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "text", "told"),
    [
        ("utf-8", "Müller 中文 Пример", "utf-8"),
        ("utf-8-sig", "Müller 中文 Пример", "utf-8-sig"),
        ("utf-16", "Müller 中文 Пример", "utf-16"),
        ("utf-16-le", "Plain words", "utf-16-le"),
        ("gb18030", "金路劳务中介有限公司位于北京市朝阳区", "gb18030"),
        ("windows-1251", "Агенция за наемане на работа Пример", "windows-1251"),
        ("windows-1252", "Müller Straße Gießerei früher", "windows-1252"),
    ],
)
def test_the_encoding_is_found_out_and_told(encoding: str, text: str, told: str) -> None:
    found = table(f"name,place\n{text},x\n".encode(encoding))
    assert found.encoding == told
    assert [row.cells for row in found.rows] == [(text, "x")]


def test_an_inferred_encoding_is_not_called_certain() -> None:
    assert not table("a\nMüller\n".encode("windows-1252")).encoding_certain
    assert table("a\nMüller\n").encoding_certain


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    assert cells(delimiter.join("ab") + "\n" + delimiter.join("12") + "\n") == [("1", "2")]


def test_gzip_is_opened_on_the_way_also_with_several_members() -> None:
    content = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n")
    assert cells(content) == [("1", "2"), ("3", "4")]


def test_a_workbook_gives_whole_numbers_without_a_decimal_point() -> None:
    content = files.xlsx_of([["year", "text", "flag"], [2019, "NA", True], [2.5, "=1+1", None]])
    assert cells(content)[0] == ("2019", "NA", "TRUE")


def test_an_open_document_is_read() -> None:
    assert cells(files.ods_of([["a", "b"], ["1", "NA"]])) == [("1", "NA")]


def test_the_letters_na_are_text_and_a_blank_stays_blank() -> None:
    assert cells("country,n\nNA,1\n,2\n") == [("NA", "1"), ("", "2")]


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("empty", b""),
        ("empty", b"\n\n"),
        ("truncated", gzip.compress(b"a,b\n1,2\n" * 1000)[:-20]),
        ("damaged", b"\x1f\x8b" + b"no gzip at all"),
        ("zip_bomb", files.gzip_bomb()),
        ("damaged", files.xlsx_of([["a"], ["1"]])[:-200]),
        ("zip_bomb", files.zip_of({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * 40 * 1024 * 1024})),
        ("too_many_cells", files.xlsx_with_far_cell()),
        ("too_many_cells", files.ods_of([["a"], ["1"]], repeated=900_000_000)),
        ("unknown_format", files.zip_of({"holiday.jpg": b"no workbook"})),
        ("unknown_format", b"%PDF-1.7 text"),
        ("unknown_format", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100),
        ("unknown_format", b'{"id": "a"}\n'),
        ("nul_bytes", b"a,b\n1,\x002\n"),
        ("truncated", b'a,b\n1,"cut in the mid'),
        ("quotes_wrong", b'a,b\n"1"x,2\n'),
        ("duplicate_column", b"a,a\n1,2\n"),
        ("column_without_name", b"a,,c\n1,2,3\n"),
        ("too_many_columns", (",".join(f"c{n}" for n in range(501)) + "\n").encode()),
        ("encoding_unknown", b"a\n\x81\x8d\xff\xfe\x90 \x9d\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",  # the bytes differ from worker to worker
)
def test_a_hostile_or_broken_file_is_refused_with_a_code_and_a_sentence(code: str, content: bytes) -> None:
    assert refusal(content).code == code


def test_a_wrongly_chosen_encoding_is_refused_with_its_cure() -> None:
    assert refusal("a\nMüller\n".encode("windows-1252"), encoding="utf-8").code == "encoding_wrong"


def test_an_encoding_cut_in_the_middle_of_a_sign_is_not_taken_for_utf_8() -> None:
    assert refusal("a\nMüller 中".encode()[:-1], encoding="utf-8").code == "encoding_wrong"


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS", 3)
    assert refusal("a\n1\n2\n3\n4\n").code == "too_many_rows"


def test_a_row_with_too_few_or_too_many_cells_is_that_rows_problem() -> None:
    rows = list(table("a,b\n1\n1,2\n1,2,3\n1,2,,\n").rows)
    assert [(row.number, row.problem.code if row.problem else "") for row in rows] == [
        (2, "wrong_number_of_cells"),
        (3, ""),
        (4, "wrong_number_of_cells"),
        (5, ""),
    ]


def test_a_cell_that_is_too_long_is_that_rows_problem() -> None:
    rows = list(table("a,b\n1," + "x" * (limits.CELL + 1) + "\n").rows)
    assert rows[0].problem is not None
    assert rows[0].problem.code == "cell_too_long"


def test_a_json_line_that_is_cut_ends_the_file_and_a_bad_one_only_itself() -> None:
    assert refusal('{"id": "a"}\n{"id": "b', json_lines=True).code == "truncated"
    found = read_file(files.pieces('{"id": "a"}\nnonsense\n[1]\n'), json_lines=True)
    assert isinstance(found, Lines)
    assert [line.problem.code if line.problem else "" for line in found.rows] == ["", "not_json", "not_json"]  # type: ignore[union-attr]


def test_json_in_another_encoding_is_refused() -> None:
    assert refusal('{"id": "Müller"}\n'.encode("windows-1252"), json_lines=True).code == "encoding_wrong"


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-HYPERLINK(1)"])
def test_a_text_that_a_spreadsheet_would_compute_is_known_as_one_and_escaped(text: str) -> None:
    assert is_formula(text)
    assert escaped(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+43 660 1000001", "-12.5", "Müller"])
def test_a_phone_or_an_amount_is_no_formula(text: str) -> None:
    assert not is_formula(text)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1).filter(lambda t: t.strip()))
def test_no_escaped_text_begins_like_a_formula(text: str) -> None:
    assert escaped(text)[0] not in "=+-@\t\r"


@given(st.lists(st.tuples(st.text("abc,;\"'=NA -", max_size=8), st.text("xyz", min_size=1, max_size=3)), min_size=1))
def test_what_was_written_as_csv_is_read_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    content = files.csv_of([{"one": a, "two": b} for a, b in rows], ("one", "two"))
    assert cells(content) == rows
