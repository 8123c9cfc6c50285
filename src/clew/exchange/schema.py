"""The JSON Schemas of everything that travels (`schemas/<name>-<version>.json`, draft 2020-12)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from clew.exchange.fitting import Fits, quick_look
from clew.exchange.refusals import Refusal

VERSION: Final = 1
VERSIONS: Final[Mapping[str, int]] = {"evidence-announce": 2, "evidence-close": 2}
"""Of the schemas that are not of version 1 any more. No node ever acted on the first version of these."""
CODES: Final = {"additionalProperties": "unknown-field", "required": "missing-field", "maxItems": "too-many"}


def check(value: Any, name: str) -> None:
    """Check a value against a schema.

    Args:
        name: name of the schema without its version, for instance `request`.

    Raises:
        Refusal: with the path of the first fault; what the partner wrote is not repeated.
    """
    if _quick_look(name)(value):
        return
    fault = next(_validator(name).iter_errors(value), None)
    if fault is not None:
        fault = _most_telling(fault)
        raise Refusal(CODES.get(str(fault.validator), "bad-field"), _path(fault))


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema as data."""
    version = VERSIONS.get(name, VERSION)
    text = files("clew.exchange").joinpath(f"schemas/{name}-{version}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(_whole_schema(name))


@cache
def _quick_look(name: str) -> Fits:
    return quick_look(_whole_schema(name))


def _whole_schema(name: str) -> dict[str, Any]:
    own = schema(name)
    whole: dict[str, Any] = _whole(own, own)
    return whole


def _whole(part: Any, own: dict[str, Any]) -> Any:
    """A part of a schema with its references replaced by what they name: following them took most of the time."""
    if isinstance(part, list):
        return [_whole(one, own) for one in part]
    if not isinstance(part, dict):
        return part
    named = part.get("$ref")
    if named is None:
        whole = {name: _whole(one, own) for name, one in part.items() if name != "$defs"}
        if isinstance(whole.get("pattern"), str):
            # In JSON Schema `$` is the very end (ECMA-262); Python's would let a line break stand after it.
            whole["pattern"] = whole["pattern"].replace("$", r"\Z")
        return whole
    file, _hash, path = named.partition("#/$defs/")
    return _whole((schema("parts") if file else own)["$defs"][path], own)


def _most_telling(fault: ValidationError) -> ValidationError:
    while fault.context:
        fault = fault.context[0]
    return fault


def _path(fault: ValidationError) -> str:
    # Names that the partner chose may name a person; positions and names of the schema do not.
    return "/".join(str(step) for step in fault.absolute_path if isinstance(step, int) or step.isascii())[:120]
