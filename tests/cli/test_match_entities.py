from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from clew.cli.app import build


def run(*arguments: object) -> Result:
    return CliRunner().invoke(build("match"), ["match", "entities", *map(str, arguments)])


def written(folder: Path, name: str, *entities: dict[str, Any]) -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in entities), encoding="utf-8")
    return path


def person(id: str, **properties: str) -> dict[str, Any]:
    return {"id": id, "schema": "Person", "properties": {name: [text] for name, text in properties.items()}}


OURS = person("o1", name="王建国", birthDate="1984-03-02", phone="+8613800138000")
THEIRS = person("t1", name="Wang Jianguo", birthDate="1984-03-02", phone="+86 138 0013 8000")
OTHER = person("t2", name="Мария Иванова", birthDate="1990-01-01")
LINK = {"id": "x", "schema": "Ownership", "properties": {}}


def test_a_pair_that_may_be_one_comes_with_weight_probability_proposal_and_reasons(tmp_path: Path) -> None:
    a, b = written(tmp_path, "a.json", OURS, LINK), written(tmp_path, "b.json", OTHER, THEIRS)
    done = run(a, b, "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["compared"], told["entities_not_compared"]) == (0, 2, 1)
    (pair,) = told["pairs"]
    assert (pair["a"], pair["b"], pair["kind"], pair["proposal"]) == ("o1", "t1", "person", "same")
    assert pair["weight"] == pytest.approx(sum(each["weight"] for each in pair["comparisons"]), abs=0.05)
    assert 0.95 < pair["probability"] <= 1
    assert any("birth date agrees" in reason for reason in pair["reasons"])
    assert pair["changes"]


def test_in_words_it_says_that_nothing_is_merged(tmp_path: Path) -> None:
    done = run(written(tmp_path, "a.json", OURS), written(tmp_path, "b.json", THEIRS, OTHER))
    assert "o1 and t1: same (weight +" in done.stdout
    assert "1 of 2 pairs reach" in done.stdout
    assert done.stdout.rstrip().endswith("Nothing is merged without a human.")


def test_the_order_of_rows_and_files_makes_no_difference_to_what_is_found(tmp_path: Path) -> None:
    told = []
    for first, second in (((OURS, LINK), (THEIRS, OTHER)), ((OTHER, THEIRS), (LINK, OURS))):
        done = run(written(tmp_path, "a.json", *first), written(tmp_path, "b.json", *second), "--json", "--floor", 0)
        told.append(
            sorted((sorted((pair["a"], pair["b"])), pair["weight"]) for pair in json.loads(done.stdout)["pairs"])
        )
    assert told[0] == told[1]
    assert len(told[0]) == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "row 2: no JSON"),
        ("[1]", "row 2: no JSON object"),
        ('{"schema": "Person"}', "row 2, field id: missing"),
        ('{"id": "p"}', "row 2, field schema: missing"),
        ('{"id": "p", "schema": "Persn"}', "row 2, field schema: There is no schema 'Persn'"),
        ('{"id": "p", "schema": "Person", "properties": 1}', "row 2, field properties: no object"),
        ('{"id": "p", "schema": "Person", "properties": {"nmae": ["x"]}}', "row 2, field properties.nmae: "),
        ('{"id": "p", "schema": "Person", "properties": {"name": "x"}}', "row 2, field properties.name: no list"),
        ('{"id": "o1", "schema": "Person"}', "row 2, field id: o1 stands in an earlier row"),
    ],
)
def test_a_bad_row_is_refused_with_file_row_field_and_cure(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(OURS) + "\n" + line + "\n", encoding="utf-8")
    done = run(path, written(tmp_path, "b.json", THEIRS))
    assert done.exit_code == 1
    assert f"{path}, {said}" in done.stderr
    assert done.stderr.strip().endswith(".")


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    good, empty, latin = written(tmp_path, "b.json", THEIRS), written(tmp_path, "e.json"), tmp_path / "l.json"
    latin.write_bytes(b"\xff\xfe")
    for path, said in ((tmp_path / "none", "cannot be read"), (empty, "has no entity"), (latin, "not UTF-8")):
        done = run(path, good)
        assert (done.exit_code, said in done.stderr) == (1, True)


def test_a_floor_or_prior_that_is_no_probability_is_wrong_use(tmp_path: Path) -> None:
    good = written(tmp_path, "b.json", THEIRS)
    assert run(good, good, "--prior", 1).exit_code == 2
    assert run(good, good, "--floor", 2).exit_code == 2
