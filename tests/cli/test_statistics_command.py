"""`clew statistics`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clew.node.transfer.models import PublishedTable, StatisticalDataset
from tests.cli.test_transfer import at_once, run
from tests.node.conftest import code_of, compartment_factory, no_attempts_yet, officer_factory
from tests.node.transfer.test_publishing import rows_of
from tests.statistics.attacker import Attacker, found_out
from tests.statistics.generated import Register

__all__ = ["at_once", "code_of", "compartment_factory", "no_attempts_yet", "officer_factory"]
pytestmark = pytest.mark.django_db
ASKED = ("statistics", "table", "--rows", "gender", "--columns", "citizenship")
KEYS = {
    "rows", "columns", "k", "method", "base", "multiple", "cells", "row_totals", "column_totals", "total", "withheld",
    "notes", "dataset", "handling", "published",
}  # fmt: skip


@pytest.fixture
def records(tmp_path: Path) -> Path:
    file = tmp_path / "records.csv"
    file.write_text(rows_of(Register(1200, seed=21)))
    run("import", str(file), "--mapping", "ctdc")
    return file


def asked(*arguments: str) -> tuple[int, dict[str, Any]]:
    code, text = run(*arguments, "--json")
    found: dict[str, Any] = json.loads(text)
    return code, found


def test_a_table_answers_cells_totals_reasons_and_notes(records: Path) -> None:
    code, found = asked(*ASKED)
    assert (code, set(found)) == (0, KEYS)
    assert (found["rows"], found["columns"], found["k"], found["total"]) == ("gender", "citizenship", 11, 1200)
    assert all(
        (cell["value"] is None) == (cell["suppressed"] in {"primary", "complementary", "group"})
        for cell in found["cells"]
    )
    assert all(cell["value"] is None or cell["value"] == 0 or cell["value"] >= 11 for cell in found["cells"])
    assert found["withheld"]["primary"] > 0
    assert found_out(Attacker([[found]])) == []
    assert (found["published"], "Draft" in found["notes"][-1]) == (None, True)


def test_a_refused_table_answers_the_reason_and_what_helps(records: Path) -> None:
    code, found = asked("statistics", "table", "--rows", "gender", "--columns", "gender")
    assert (code, set(found["refused"])) == (1, {"field", "problem", "cure"})
    assert run("statistics", "table", "--rows", "gender", "--columns", "gender")[0] == 1


def test_a_table_is_printed_in_words(records: Path) -> None:
    text = run(*ASKED, "--round")[1]
    assert "gender by citizenship" in text
    assert "<k: fewer than 11" in text
    assert "need not add up" in text


def test_publishing_takes_an_officer_and_her_code_and_enters_the_register(
    records: Path, officer_factory: Callable[..., Any], code_of: Callable[..., str]
) -> None:
    officer = officer_factory(["analyst"], username="anna")
    assert run(*ASKED, "--publish")[0] == 1
    assert not PublishedTable.objects.exists()
    code, found = asked(*ASKED, "--publish", "--officer", "anna", "--code", code_of(officer))
    assert (code, found["published"]) == (0, PublishedTable.objects.get().pk)
    code, register = asked("statistics", "published")
    assert [(one["rows"], one["columns"], one["by"]) for one in register["tables"]] == [
        ("gender", "citizenship", "anna")
    ]
    assert "gender by citizenship" in run("statistics", "published")[1]


def test_records_with_a_restriction_in_words_are_tabulated_once_somebody_has_read_it(records: Path) -> None:
    StatisticalDataset.objects.update(handling="H3", handling_text="Not before May (fictional).")
    assert run(*ASKED)[0] == 1
    code, found = asked(*ASKED, "--restriction-read")
    assert (code, found["handling"]) == (0, "H3 Not before May (fictional).")


def test_the_solver_is_not_imported_before_a_table_is_made() -> None:
    asked_for = "import sys, clew.cli.statistics, clew.node.transfer.mapping.rules; print('highspy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", asked_for], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
