from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from clew.cli.app import build


def run(*arguments: object) -> Result:
    return CliRunner().invoke(build("match"), ["match", "names", *map(str, arguments)])


def pairs(folder: Path, text: str | bytes) -> Path:
    path = folder / "pairs.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_each_pair_is_answered_in_order_and_other_columns_stay(tmp_path: Path) -> None:
    done = run(pairs(tmp_path, 'id,a,b\n2,王建国,Wang Jianguo\n1,"Petrov, Ivan",Мария Иванова\n'))
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.exit_code == 0
    assert [(row["id"], row["a"], row["same"]) for row in rows] == [
        ("2", "王建国", "true"),
        ("1", "Petrov, Ivan", "false"),
    ]
    assert all(0 <= float(row["score"]) <= 1 and row["reason"] for row in rows)


def test_json_is_an_array_with_numbers_and_truths(tmp_path: Path) -> None:
    done = run(pairs(tmp_path, "a,b,note\n王建国,Wang Jianguo,x\n"), "--json")
    (row,) = json.loads(done.stdout)
    assert row["same"] is True
    assert isinstance(row["score"], float)
    assert row["note"] == "x"


def test_a_file_of_no_pairs_is_an_empty_answer(tmp_path: Path) -> None:
    assert json.loads(run(pairs(tmp_path, "a,b\n"), "--json").stdout) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,c\nx,y\n", "row 1: no column b"),
        ("", "row 1: no column a and no column b"),
        ("a,b\nx\n", "row 2: 1 fields where the first row has 2"),
        ("a,b\nx,y\n, y\n", "row 3: column a is empty"),
        ("a,b,score\nx,y,1\n", "column score is what this command adds"),
        ("a,b,b\nx,y,z\n", "column b stands twice"),
        ('a,b\n"x"z,y\n', "row 2: no CSV"),
        (b"a,b\n\xff,y\n", "is not UTF-8 (byte 4)"),
    ],
)
def test_a_bad_file_is_refused_with_its_place_and_cure(tmp_path: Path, text: str | bytes, said: str) -> None:
    done = run(pairs(tmp_path, text))
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stdout == ""


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = run(tmp_path / "none.csv")
    assert done.exit_code == 1
    assert "cannot be read" in done.stderr
