"""The OpenAPI document: it is what was committed, it is whole, and every answer fits it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from clew.node.accounts.permissions import open_to_integrations
from clew.node.api.openapi import document
from clew.node.api.table import OPERATIONS, schemas
from tests.node.api.conftest import MakeSystem

COMMITTED = Path(__file__).parents[3] / "docs" / "methods" / "openapi-1.json"
CURE = (
    "the API's document has changed. If nothing that others rely on is gone, write it anew:"
    " CLEW_WRITE_OPENAPI=1 pytest tests/node/api/test_openapi.py; else it is another version"
)


def written() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def test_the_document_is_the_committed_one() -> None:
    if os.environ.get("CLEW_WRITE_OPENAPI"):
        COMMITTED.write_text(written(), encoding="utf-8")
    assert COMMITTED.read_text(encoding="utf-8") == written(), CURE


@pytest.mark.django_db
def test_the_node_serves_it_to_who_has_a_token(system: MakeSystem) -> None:
    assert system().get("/openapi.json").json() == json.loads(written())


def test_every_schema_is_a_schema_and_closed() -> None:
    for name, schema in schemas().items():
        Draft202012Validator.check_schema(schema)
        if schema["type"] == "object" and name != "RecordedSource":
            assert schema["additionalProperties"] is False, name
    Draft202012Validator.check_schema(document()["components"]["schemas"]["Problem"])


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    text = json.dumps(document())
    for name in schemas():
        assert f'"#/components/schemas/{name}"' in text, name
    referred = {each.split('"')[0] for each in text.split('"#/components/schemas/')[1:]}
    assert referred == {*schemas(), "Problem"}


def test_each_operation_has_a_name_a_permission_that_integrations_can_hold_and_its_refusals() -> None:
    names = [each.name for each in OPERATIONS]
    assert len(set(names)) == len(names)
    assert {each.permission for each in OPERATIONS} - {""} <= open_to_integrations()
    assert {each.permission for each in OPERATIONS if not each.permission} == {""}
    for path in document()["paths"].values():
        for said in path.values():
            assert {"401", "403", "404", "422", "429"} <= set(said["responses"])


def test_every_list_is_bounded_and_has_a_cursor() -> None:
    for operation in OPERATIONS:
        if operation.name.startswith("list"):
            assert "cursor" in operation.query, operation.name
            assert schemas()[operation.gives]["properties"]["items"]["maxItems"] == 200
