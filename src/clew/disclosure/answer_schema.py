"""The JSON Schema of the answer to a decision request (`clew-decision-answer-1`): stable, other programs rely on it.

A field may be added only with a new version; none is taken out or means something else within one.
"""

from typing import Any

from clew.disclosure.decision import ORDER
from clew.disclosure.requests import ANSWER
from clew.disclosure.ruleset import Effect

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}
TRUTH: dict[str, Any] = {"type": "boolean"}


def answer_schema() -> dict[str, Any]:
    """The schema (2020-12) of what `clew disclosure explain FILE --json` prints."""
    body = _object(
        format={"const": ANSWER},
        ruleset=TEXT,
        inputs=TEXT,
        ready=TRUTH,
        permitted=_list(NUMBER),
        letter=_ruling(),
        statements=_list(_ruling(statement=NUMBER)),
        conditions=_list(_object(policy=TEXT, text=TEXT)),
        missing=_list(_object(role=TEXT, whole_letter=TRUTH, statements=_list(NUMBER), policies=_list(TEXT))),
        tasks=_list(_object(policy=TEXT, task=TEXT, sentence=TEXT, statements=_list(NUMBER))),
        problems=_list(_object(field=TEXT, problem=TEXT, cure=TEXT)),
    )
    schema = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": schema, "title": "The answer to a decision request of Clew", **body}


def _ruling(**more: Any) -> dict[str, Any]:
    reason = _object(
        policy=TEXT,
        rule=TEXT,
        effect={"enum": [str(each) for each in Effect]},
        sentence=TEXT,
        cure=TEXT,
        role=TEXT,
        source=TEXT,
        mark={"enum": ["verified", "unverified", "own"]},
    )
    return _object(**more, verdict={"enum": [str(each) for each in ORDER]}, reasons=_list(reason))


def _object(**properties: Any) -> dict[str, Any]:
    required = list(properties)
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}
