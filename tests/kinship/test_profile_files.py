"""A file of profiles is read piece by piece, and says the same however it is written and wherever pieces end."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.kinship import profile_files
from clew.kinship.columns import Columns
from clew.kinship.problems import KinshipProblem
from clew.kinship.profile_cells import cells_of
from clew.kinship.profile_files import read_profiles_file

CELLS = ("", "6/9.3", "7/7", "12.2/13.2", "100.2/101.3", "9/-", "10/6")
HEADER = "id,sex,TH01,FGA"


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces and blocks of a few rows, so that rows lie across their ends."""
    monkeypatch.setattr(profile_files, "PIECE", 50)
    monkeypatch.setattr(profile_files, "BLOCK", 3)


def written(directory: Path, text: str) -> Path:
    file = directory / "children.csv"
    file.write_bytes(text.encode())
    return file


def same(one: Columns, other: Columns) -> bool:
    return one.digest == other.digest


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(CELLS)), min_size=1, max_size=40))
def test_quotes_line_ends_and_separators_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    directory = tmp_path_factory.mktemp("files")
    lines = [HEADER, *(f"S-{number},{number % 3},{one},{other}" for number, (one, other) in enumerate(rows))]
    plain = read_profiles_file(written(directory, "\n".join(lines) + "\n"))
    assert len(plain) == len(rows)
    for number, (one, other) in enumerate(rows):
        seen = {name: sorted(str(each).split("/")) for name, each in plain.profile(number).items()}
        assert seen == {name: sorted(text.split("/")) for name, text in (("TH01", one), ("FGA", other)) if text}
    for text in (
        "\n".join(lines),
        "\r\n".join(lines) + "\r\n",
        "\ufeff" + "\n".join(lines).replace(",", ";"),
        "\n".join([*lines[:2], *("\n" + each for each in lines[2:])]),
        "\n".join([lines[0], *(f'"{each}"'.replace(",", '","') for each in lines[1:])]),
        "\n".join([*lines[:-1], f'"{lines[-1]}"'.replace(",", '","')]),
    ):
        assert same(read_profiles_file(written(directory, text)), plain), text


def test_ids_may_be_in_any_script_and_have_spaces_around_them(tmp_path: Path) -> None:
    columns = read_profiles_file(written(tmp_path, f"{HEADER}\n样本-1,1,6/7,\n S-2 ,2,6/7,\nS-3,,7/7,9/9\n"))
    assert [columns.id(row) for row in range(3)] == ["样本-1", "S-2", "S-3"]
    assert [columns.sex(row) for row in range(3)] == ["male", "female", "unknown"]


@pytest.mark.parametrize(
    "last", ["S-30,1,6/7/8,", "S-30,1,~/7,", "S-30,9,6/7,", "S-30,1,6/7", ",1,6/7,", 'S-30,1,"6",']
)
@pytest.mark.parametrize("void", [0, 2])
def test_a_fault_far_down_is_said_with_its_row_however_the_rows_before_were_read(
    tmp_path: Path, last: str, void: int
) -> None:
    rows = [HEADER, *(f"S-{number},1,6/7," for number in range(20)), *[""] * void, last]
    with pytest.raises(KinshipProblem, match=rf"children\.csv, row {len(rows)}\b"):
        read_profiles_file(written(tmp_path, "\n".join(rows)))


def test_amelogenin_that_contradicts_the_sex_is_said_with_its_row(tmp_path: Path) -> None:
    rows = ["id,sex,AMEL,TH01", *(f"S-{number},1,X/Y,6/7" for number in range(20)), "S-20,1,X/X,6/7"]
    with pytest.raises(KinshipProblem, match=r"row 22 \(S-20\), sex: is male, and amelogenin shows X/X"):
        read_profiles_file(written(tmp_path, "\n".join(rows)))


def test_a_piece_that_is_not_plain_is_left_to_the_csv_module() -> None:
    assert cells_of(b"a,b\nc,d\n", b",", 2) is not None
    for piece in (
        b'"a",b\n',
        b"a\n",
        b"a,b,c\n",
        b"a,b\n\nc,d\n",
        b"a\r,b\n",
        "ä,b\n".encode(),
        b"a\0,b\n",
        b"a,b\nc\n,d\n",
    ):
        assert cells_of(piece, b",", 2) is None, piece


def test_words_that_meet_in_one_slot_are_told_apart(tmp_path: Path) -> None:
    texts = [f"{one}/{other}" for one in range(5, 60) for other in range(one, 60, 3)]
    rows = [f"S-{number},1,{text}," for number, text in enumerate(texts)]
    columns = read_profiles_file(written(tmp_path, "\n".join([HEADER, *rows, *(f"T{each}" for each in rows)])))
    assert [str(columns.profile(row)["TH01"]) for row in range(len(texts))] == texts
