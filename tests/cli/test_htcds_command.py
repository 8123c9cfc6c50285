"""`clew htcds`, from files alone."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clew.referral.htcds import fields, write_csv
from tests.cli.test_transfer import run
from tests.referral.generated import cases

CASES = list(cases(40, seed=3))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "cases.csv"
    file.write_bytes(write_csv(CASES))
    return file


def asked(*arguments: str) -> tuple[int, dict[str, Any]]:
    code, text = run("htcds", *arguments, "--json")
    found: dict[str, Any] = json.loads(text)
    return code, found


def test_a_good_table_is_said_to_be_good_with_what_clew_would_not_hold(table: Path) -> None:
    code, found = asked("check", str(table))
    assert (code, found["rows"], found["good"], found["errors"]) == (0, 40, 40, [])
    consent = next(one for one in found["not_held"] if one["field"] == "con_Consent")
    assert consent["rows"] == sum("con_Consent" in case for case in CASES)
    assert "asks for consent again" in consent["reason"]


def test_a_fault_is_named_by_file_row_field_and_value_with_a_cure_and_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_text("prs_Gender,prs_Birthdate\nFeminine,1990-01-31\nWoman,31.1.1990\n", encoding="utf-8")
    code, found = asked("check", str(file))
    assert (code, found["rows"], found["good"]) == (1, 2, 1)
    assert [(one["file"], one["row"], one["field"], one["value"]) for one in found["errors"]] == [
        ("broken.csv", 3, "prs_Gender", "Woman"), ("broken.csv", 3, "prs_Birthdate", "31.1.1990"),
    ]  # fmt: skip
    code, text = run("htcds", "check", str(file))
    assert (code, "broken.csv, row 3, prs_Gender “Woman”" in text) == (1, True)


@pytest.mark.parametrize("ending", ["xlsx", "ods", "csv"])
def test_a_table_is_converted_whole_and_there_and_back_it_is_the_same(table: Path, ending: str) -> None:
    other, back = table.with_name(f"other.{ending}"), table.with_name("back.csv")
    assert run("htcds", "convert", str(table), str(other))[0] == 0
    assert stat.S_IMODE(other.stat().st_mode) == 0o600
    assert run("htcds", "convert", str(other), str(back))[0] == 0
    assert back.read_bytes() == table.read_bytes()
    assert run("htcds", "convert", str(table), str(other))[0] == 1, "what exists is never overwritten"


def test_of_a_table_with_a_fault_nothing_is_converted(tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_text("prs_Gender\nFeminine\nWoman\n", encoding="utf-8")
    output = tmp_path / "out.ods"
    assert run("htcds", "convert", str(file), str(output))[0] == 1
    assert not output.exists()
    assert run("htcds", "convert", str(file), str(tmp_path / "out.pdf"))[0] == 1


def test_the_fields_are_listed_with_their_codes() -> None:
    code, found = asked("fields")
    assert (code, [one["name"] for one in found["fields"]]) == (0, list(fields()))
    assert "reflection period" in " ".join(found["beyond"])


def test_no_node_is_needed(table: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CLEW", "DJANGO"))}
    done = subprocess.run(
        [sys.executable, "-m", "clew", "htcds", "check", str(table), "--json"],
        env=environment | {"CLEW_HOME": str(tmp_path / "nowhere")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, json.loads(done.stdout)["good"]) == (0, 40)
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(b"PK\x03\x04 and no more")
    done = subprocess.run(
        [sys.executable, "-m", "clew", "htcds", "check", str(damaged)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "damaged.xlsx" in done.stderr
    assert "Traceback" not in done.stderr
