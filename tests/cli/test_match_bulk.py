from __future__ import annotations

import csv
import json
from pathlib import Path

from typer.testing import CliRunner, Result

from clew.cli.app import build

TEXT = (
    "id,surname,given,birth_date,phone,document\n"
    "1,Желязков,Иван,1984-03-02,+359888123456,\n"
    "2,Zhelyazkov,Ivan,1984-03-02,+359888123456,\n"
    "3,Huber,Anna,1990-01-01,,\n"
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(build("match"), ["match", "bulk", *map(str, arguments)])


def persons(folder: Path, text: str = TEXT) -> Path:
    path = folder / "persons.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_clusters_come_with_the_rules_that_found_them(tmp_path: Path) -> None:
    told = json.loads(run(persons(tmp_path), "--json").stdout)
    assert told["clusters"] == [["1", "2"]]
    assert (told["records"], told["clusters_of_several"], told["records_in_them"]) == (3, 1, 2)
    assert {"rule", "pairs", "new", "only"} <= set(told["rules"][0])


def test_in_words_it_says_that_nothing_is_merged(tmp_path: Path) -> None:
    said = run(persons(tmp_path)).stdout
    assert "the same telephone: 1 pairs" in said
    assert said.rstrip().endswith("Nothing is merged without a human.")


def test_every_record_s_cluster_is_written_once(tmp_path: Path) -> None:
    out = tmp_path / "clusters.csv"
    told = json.loads(run(persons(tmp_path), "--output", out, "--json").stdout)
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [(row["id"], row["cluster"], row["records"]) for row in rows] == [
        ("1", "1", "2"),
        ("2", "1", "2"),
        ("3", "3", "1"),
    ]
    assert (told["clusters"], told["output"]) == ([], str(out))
    again = run(persons(tmp_path), "--output", out)
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


def test_a_second_run_takes_the_steps_of_the_first(tmp_path: Path) -> None:
    path, folder = persons(tmp_path), tmp_path / "work"
    first, second = (json.loads(run(path, "--resume", folder, "--json").stdout) for _ in range(2))
    assert first.pop("steps_taken_from_before") == []
    assert "persons" in second.pop("steps_taken_from_before")
    assert first == second


def test_a_bad_file_and_wrong_use_end_in_words(tmp_path: Path) -> None:
    refused = run(persons(tmp_path, "id,name\n1,a\n1,b\n"))
    assert (refused.exit_code, "row 3, field id" in refused.stderr) == (1, True)
    assert run(persons(tmp_path), "--threads", 0).exit_code == 2
