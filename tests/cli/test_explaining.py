"""`clew disclosure explain`, and the doctor's rebuilding, over a node with a real case in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clew.cli.app import build
from clew.disclosure.requests import REQUEST, template
from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.models import Officer
from clew.node.disclosure.models import Decision
from clew.node.dossier.models import EntityRow
from clew.node.dossier.queries import search_hits
from tests.disclosure.bases import base
from tests.node.conftest import code_of, no_attempts_yet, officer_factory
from tests.node.exchange.conftest import beijing, case, officer, signed

__all__ = ["beijing", "case", "code_of", "no_attempts_yet", "officer", "officer_factory", "signed"]
pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(build(arguments[0]), list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def answer(*arguments: str) -> tuple[int, dict[str, Any]]:
    code, text = run(*arguments, "--json")
    found: dict[str, Any] = json.loads(text)
    return code, found


def test_a_decision_comes_out_again_with_its_rules(signed: Callable[..., int]) -> None:
    decision = str(signed())
    code, found = answer("disclosure", "explain", decision)
    assert code == 0
    assert set(found) == {"decision", "same", "differences", "ruleset", "letter", "statements"}
    assert (found["same"], found["differences"]) == (True, [])
    assert found["letter"]["verdict"] == "permit"
    code, text = run("disclosure", "explain", decision)
    assert code == 0
    assert "comes out again" in text
    assert "R06 PERMIT" in text


def test_what_is_unverified_is_said_beside_each_reason(signed: Callable[..., int], tmp_path: Path) -> None:
    _code, found = answer("disclosure", "explain", str(signed()))
    reasons = [each for ruling in (found["letter"], *found["statements"]) for each in ruling["reasons"]]
    rules = shipped_rules()
    assert {each["policy"]: each["unverified"] for each in reasons} == {
        each["policy"]: rules.unverified(each["policy"]) for each in reasons
    }
    file = tmp_path / "request.json"
    file.write_text(json.dumps(template() | base("suspect") | {"format": REQUEST}), encoding="utf-8")
    for _code, text in (run("disclosure", "explain", str(signed())), run("disclosure", "explain", str(file))):
        said = [
            line.split() for line in text.splitlines() if line.startswith("  ") and line.split()[0] in rules.policies
        ]
        assert said
        for words in said:
            assert (words[-1] == "(unverified)") is rules.unverified(words[0])


def test_a_decision_that_was_changed_does_not_come_out_again(signed: Callable[..., int]) -> None:
    decision = Decision.objects.get(pk=signed())
    decision.outcome = {**decision.outcome, "letter": {**decision.outcome["letter"], "verdict": "refuse"}}
    decision.save(update_fields=["sealed_outcome"])
    code, found = answer("disclosure", "explain", str(decision.pk))
    assert (code, found["same"]) == (1, False)
    assert found["differences"]


def test_a_number_that_is_no_decision_is_said(db: None) -> None:
    assert run("disclosure", "explain", "999") == (1, "")


def test_rows_made_anew_are_the_rows_that_were_there(signed: Callable[..., int], officer: Officer) -> None:
    rows = rows_but_their_numbers()
    assert rows
    EntityRow.objects.update(text="something else", caption="something else")
    code, found = answer("doctor", "--rebuild")
    assert code in {0, 1}
    assert found["rows_rebuilt"] == len(rows)
    assert rows_but_their_numbers() == rows
    assert search_hits(officer=officer, text="goldweg", limit=5)


def rows_but_their_numbers() -> list[dict[str, Any]]:
    """Every row that lists and search read, without the numbers that the store gives anew."""
    names = [field.attname for field in EntityRow._meta.concrete_fields if field.attname != "id"]
    return [dict(row) for row in EntityRow.objects.order_by("entity_id", "compartment_id").values(*names)]
