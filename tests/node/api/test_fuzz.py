"""Requests made from the OpenAPI document, valid and nearly so: no request makes the node fail, none leaves the form.

Strategies are derived from the document's own schemas with hypothesis. What schemathesis would check is checked: no
status from 500, a documented status, the documented content type, and a body that fits the documented schema.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew.node.api.answering import CALLS
from clew.node.api.openapi import document
from clew.node.api.schema import first_misfit
from clew.node.audit.models import AuditEntry
from tests.node.api.conftest import MakeSystem, System
from tests.node.canaries.planting import World
from tests.node.canaries.table import ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DOCUMENT = document()
NAMED = DOCUMENT["components"]["schemas"]
METHODS = [(path, method) for path, found in DOCUMENT["paths"].items() for method in found]
NUMBERS = st.integers(1, 12) | st.integers(1, 2**53)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def values(schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that fit a schema of the document."""
    if "$ref" in schema:
        return st.deferred(lambda: values(NAMED[schema["$ref"].rpartition("/")[2]], depth + 1))
    if "oneOf" in schema:
        return st.one_of([values(each, depth) for each in schema["oneOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        needed = set(schema.get("required", ()))
        known = {name: values(each, depth) for name, each in schema.get("properties", {}).items()}
        return st.fixed_dictionaries(
            {name: each for name, each in known.items() if name in needed},
            optional={name: each for name, each in known.items() if name not in needed},
        )
    if kind == "array":
        return st.lists(values(schema["items"], depth + 1), max_size=3)
    if kind == "integer":
        return NUMBERS.filter(lambda each: schema.get("minimum", 1) <= each <= schema.get("maximum", 2**53 - 1))
    if kind == "boolean":
        return st.booleans()
    if kind == "null":
        return st.none()
    return words(schema)


def words(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    """Text that fits; dates and moments that may not exist, for the form cannot say so."""
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].replace("$", r"\Z"), alphabet=st.characters(codec="ascii"))
    least, most = schema.get("minLength", 0), min(schema["maxLength"], 40)
    return st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=least, max_size=most)


def nearly(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A body that fits, one of which a member is something else or gone, or anything."""

    @st.composite
    def spoiled(draw: st.DrawFn) -> Any:
        body = dict(draw(values(schema)))
        if body and draw(st.booleans()):
            name = draw(st.sampled_from(sorted(body)))
            body.pop(name)
            if draw(st.booleans()):
                body[name] = draw(JUNK)
        return body

    return spoiled() | JUNK


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, dict[str, str], Any]:
    """Path template, method, path filled in with its query, and body."""
    path, method = draw(st.sampled_from(METHODS))
    said = DOCUMENT["paths"][path][method]
    query: dict[str, str] = {}
    filled = path
    for parameter in said["parameters"]:
        value = draw(values(parameter["schema"]))
        if parameter["in"] == "path":
            filled = filled.replace(f"{{{parameter['name']}}}", str(value).strip() or "x")
        elif parameter["in"] == "query" and (parameter["required"] or draw(st.booleans())):
            query[parameter["name"]] = value
    wanted = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    body = draw(nearly(NAMED[wanted["$ref"].rpartition("/")[2]])) if wanted else None
    return f"{method} {path}", filled, query, body


def conforms(answer: Any, method: str, path: str) -> None:
    """What schemathesis calls not_a_server_error, status code, content type and response schema conformance."""
    said = DOCUMENT["paths"][path][method]
    code = str(answer.status_code)
    assert answer.status_code < 500, answer.content
    assert code in said["responses"], (code, answer.content)
    found = said["responses"][code]
    found = DOCUMENT["components"]["responses"][code] if "$ref" in found else found
    ((kind, content),) = found["content"].items()
    assert answer["Content-Type"] == kind
    assert first_misfit(content["schema"], answer.json(), NAMED) is None, answer.content


def test_no_request_makes_the_node_fail_or_leaves_the_documented_form(world: World, system: MakeSystem) -> None:
    both: list[System] = [system(ROLES, [world.case.compartment]), system(ROLES, [world.elsewhere])]
    seen: dict[str, set[int]] = {}

    @settings(max_examples=400, suppress_health_check=list(HealthCheck))
    @given(requests(), st.booleans())
    def asked(request: tuple[str, str, dict[str, str], Any], inside: bool) -> None:
        CALLS.forget()
        operation, path, query, body = request
        method, _space, template = operation.partition(" ")
        one = both[0] if inside else both[1]
        before = AuditEntry.objects.count()
        raw = json.dumps(body, ensure_ascii=True).encode()
        answer = one.get(path, **query) if method == "get" else one.post(path, raw)
        conforms(answer, method, template)
        seen.setdefault(operation, set()).add(answer.status_code)
        if answer.status_code >= 400:
            assert AuditEntry.objects.count() == before, "a refused request left something"

    asked()
    assert len(seen) == len(METHODS), "every operation must have been asked"
    assert {200, 404, 422} <= set.union(*seen.values())


def test_bytes_that_are_no_json_are_refused_and_nothing_else(world: World, system: MakeSystem) -> None:
    one = system(ROLES, [world.case.compartment])

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
    def asked(raw: bytes) -> None:
        CALLS.forget()
        answer = one.post("/sources", raw or b" ")
        conforms(answer, "post", "/sources")
        assert answer.status_code in {400, 422}

    asked()
