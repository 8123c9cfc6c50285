"""The answer of `clew disclosure explain FILE --json` keeps its shape: other programs rely on it.

`stored/answer_1.json` holds a request and its answer as version 1 of the answer began. It is never made anew: where it
does not come out, the answer needs a new version.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from clew.disclosure.answer_schema import answer_schema
from clew.disclosure.requests import ANSWER, answer_plain, answer_request, template
from clew.disclosure.ruleset import shipped_rules
from tests.disclosure.bases import BASES, base
from tests.disclosure.scenarios.read import inputs_of, scenarios

SCHEMA = Path(__file__).parents[2] / "docs" / "methods" / "decision-answer-1.schema.json"
STORED = Path(__file__).parent / "stored" / "answer_1.json"
OF_THE_RULES = {"ruleset", "inputs", "sentence", "cure", "source", "text", "problem"}
"""Words and digests: they are the rules', and change with these."""


def answered(request: dict[str, Any]) -> dict[str, Any]:
    return answer_plain(answer_request(request, shipped_rules()), shipped_rules())


def without_words(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {name: "" if name in OF_THE_RULES else without_words(each) for name, each in plain.items()}
    return [without_words(each) for each in plain] if isinstance(plain, list) else plain


def test_the_documented_schema_is_the_one_that_holds() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == answer_schema()
    assert SCHEMA.name == f"decision-answer-{ANSWER.rpartition('-')[2]}.schema.json"


@pytest.mark.parametrize("name", ["permitted", "withheld", "faulty"])
def test_the_answer_of_version_1_is_as_it_began(name: str) -> None:
    stored = json.loads(STORED.read_text(encoding="utf-8"))[name]
    answer = json.loads(json.dumps(answered(stored["request"])))
    assert without_words(answer) == without_words(stored["answer"])
    assert list(answer) == list(stored["answer"])
    jsonschema.validate(stored["answer"], answer_schema())


@pytest.mark.parametrize("request_", [
    template(), {}, {"format": "x"}, *({"format": "clew-decision-request-2", **base(name)} for name in BASES),
], ids=lambda each: str(each.get("format", "empty")))  # fmt: skip
def test_every_answer_has_the_documented_shape(request_: dict[str, Any]) -> None:
    jsonschema.validate(answered(request_), answer_schema())


def test_the_answer_to_every_scenario_has_the_documented_shape() -> None:
    validator = jsonschema.Draft202012Validator(answer_schema())
    for each in scenarios():
        validator.validate(answered({"format": "clew-decision-request-2", **inputs_of(each)}))


@pytest.mark.parametrize("fault", [{"ready": "yes"}, {"extra": 1}, {"permitted": ["1"]}, {"format": "other"}])
def test_another_shape_is_none(fault: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(answered(template()) | fault, answer_schema())
