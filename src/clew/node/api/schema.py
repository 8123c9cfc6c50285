"""JSON Schema (2020-12) of what the API takes and gives: the same values validate requests and document them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator

from clew import vocabulary
from clew.exchange.strict_json import MAX_INTEGER

Schema = dict[str, Any]

UID: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,64}$"}
NUMBER: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
MOMENT: Final[Schema] = {
    "type": "string", "format": "date-time", "maxLength": 40,
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$",
}  # fmt: skip
DAY: Final[Schema] = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"}
FLAG: Final[Schema] = {"type": "boolean"}


def text(longest: int, *, least: int = 0) -> Schema:
    """Words of at most so many characters."""
    return {"type": "string", "maxLength": longest, **({"minLength": least} if least else {})}


def listed(each: Schema, most: int) -> Schema:
    """A list of at most so many."""
    return {"type": "array", "items": each, "maxItems": most}


def nullable(schema: Schema) -> Schema:
    """The same, or null where nothing is known."""
    return {"oneOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    """One of the named schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def one_of(codes: tuple[str, ...]) -> Schema:
    """One of these codes."""
    return {"type": "string", "enum": list(codes)}


def code(codelist: str) -> Schema:
    """A code of a code list of the vocabulary."""
    codes = [each for each, _label in vocabulary.codelist(codelist).choices("en")]
    return {"type": "string", "enum": codes, "description": f"Code list {codelist}"}


def record(needed: Mapping[str, Schema], more: Mapping[str, Schema] | None = None) -> Schema:
    """An object with these members and no others; `more` may be left out."""
    return {
        "type": "object",
        "required": list(needed),
        "properties": {**needed, **(more or {})},
        "additionalProperties": False,
    }


def page_of(name: str) -> Schema:
    """One page of a list; `next` is the cursor of the page after it, null on the last."""
    return record({"items": listed(ref(name), 200), "next": nullable(text(2000))})


def first_misfit(schema: Schema, value: Any, named: Mapping[str, Schema]) -> tuple[str, str] | None:
    """Where a value first does not fit, and which rule of the schema says so; None where it fits."""
    whole = {**schema, "components": {"schemas": dict(named)}}
    errors = sorted(Draft202012Validator(whole).iter_errors(value), key=lambda each: list(map(str, each.path)))
    if not errors:
        return None
    error = errors[0]
    field = ".".join(str(each) for each in error.absolute_path)
    return field, str(error.validator)
