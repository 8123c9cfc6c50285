"""The quick look at a schema says yes only where the full validator does."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from clew.exchange import schema
from clew.exchange.fitting import quick_look
from clew.exchange.sealing import read_outer
from clew.exchange.strict_json import read_strict
from tests.exchange.partner import Partner, body
from tests.exchange.samples import Told, tell

SCHEMATA = sorted(path.stem.rpartition("-")[0] for path in Path(schema.__file__).parent.glob("schemas/*.json"))
VIENNA, BEIJING = Partner("Vienna"), Partner("Beijing")
ODD: list[Any] = [None, True, False, 0, 1, -1, 2**60, 1.0, 1.5, "", "x", "e1", "H1", "\n", "a\n", [], [1], {}, {"a": 1}]


def sample(name: str) -> dict[str, Any]:
    """Something that fits the schema."""
    if name in {"request", "reply", "notify", "introduction"}:
        return body(name) if name != "introduction" else body(name, cards=[VIENNA.card().decode()])
    envelope = VIENNA.send(BEIJING.uid, BEIJING.keys.seal)
    if name == "letter":
        return read_strict(BEIJING.open(envelope.raw, VIENNA.keys).raw, max_bytes=10**6)
    if name == "envelope":
        return read_strict(read_outer(envelope.raw).raw, max_bytes=10**6)
    return {}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, part in steps for place in places(part, (*path, step)))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = copy.deepcopy(value)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = new
    return changed


def compare(name: str, value: Any) -> None:
    whole = schema._whole_schema(name)
    # The validator's equality takes 1.0 for 1; such values are refused before a schema is asked.
    if quick_look(whole)(value):
        assert Draft202012Validator(whole).is_valid(value), json.dumps(value)


@pytest.mark.parametrize("name", ["request", "reply", "notify", "introduction", "letter", "envelope"])
def test_what_fits_is_seen_at_once(name: str) -> None:
    assert quick_look(schema._whole_schema(name))(sample(name))


@pytest.mark.parametrize("told", tell().told.values(), ids=lambda told: str(told.sample.name))
def test_every_type_of_letter_is_seen_at_once(told: Told) -> None:
    body = told.letter.body
    look = quick_look(schema._whole_schema(body["type"]))
    assert look(body)
    assert not look({**body, "unknown": 1})


@pytest.mark.parametrize("name", ["request", "reply", "notify", "introduction", "letter", "envelope"])
def test_any_part_replaced_or_added_is_judged_as_the_validator_does(name: str) -> None:
    right = sample(name)
    for place in places(right):
        for odd in ODD:
            compare(name, put(right, place, odd))
        at = right
        for step in place:
            at = at[step]
        if isinstance(at, dict):
            compare(name, put(right, place, {**at, "unknown": 1}))
            for left_out in at:
                compare(name, put(right, place, {key: part for key, part in at.items() if key != left_out}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(ODD),
    lambda part: st.lists(part) | st.dictionaries(st.text() | st.sampled_from(["clew", "id", "type", "n"]), part),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(value=JSON)
def test_anything_is_judged_as_the_validator_does(value: Any) -> None:
    for name in SCHEMATA:
        if name != "parts":
            compare(name, value)


@pytest.mark.parametrize(
    "unknown", [{"type": "object", "oneOf": []}, {"type": "number"}, {"maxLength": 3}, {"additionalProperties": {}}]
)
def test_a_schema_that_it_does_not_understand_is_left_to_the_validator(unknown: dict[str, Any]) -> None:
    assert not quick_look(unknown)({})
    assert not quick_look(unknown)(1)


def test_no_schema_of_ours_is_left_to_the_validator() -> None:
    for name in SCHEMATA:
        if name != "parts":
            assert set(_words(schema._whole_schema(name))) <= _known(), name


def _known() -> set[str]:
    from clew.exchange import fitting

    return {*fitting._WORDS, *fitting.SAYS_NOTHING}


def _words(part: dict[str, Any]) -> list[str]:
    inner = [*part.get("properties", {}).values(), *([part["items"]] if "items" in part else [])]
    return [*part, *(word for one in inner for word in _words(one))]
