"""The OpenAPI 3.1 document of the API, from the table that also routes and validates."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from clew.node.api.operation import IN_PATH, Operation
from clew.node.api.problems import MEDIA_TYPE
from clew.node.api.schema import Schema, listed, record, ref, text
from clew.node.api.table import OPERATIONS, schemas

VERSION: Final = "1.0.0"
IDEMPOTENCY_KEY: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"}
JSON: Final = "application/json"

PROBLEM: Final[Schema] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": text(200),
        "title": text(2000),
        "status": {"type": "integer"},
        "code": text(60),
        "detail": text(2000),
        "errors": listed(record({"field": text(2000), "sentence": text(2000), "cure": text(2000)}), 1000),
    },
}

REFUSALS: Final = {
    "400": "It is no request that can be read",
    "401": "There is no token, or none that holds",
    "403": "The token or its roles do not permit it",
    "404": "It does not exist, or belongs to another team: nobody learns which",
    "409": "The key was used for another request",
    "413": "It is too large",
    "415": "It is no JSON",
    "422": "Something in it is wrong; `errors` says what, field by field",
    "429": "Too many requests; `Retry-After` says when to come again",
}


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Clew: the API of a node",
            "version": VERSION,
            "description": "What a system of the organisation does in its own node, with the permissions, decisions "
            "and log of its pages. It never signs, approves or decides: humans do, on the pages.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**schemas(), "Problem": PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "clew_…"}},
            "responses": {
                code: {"description": said, "content": {MEDIA_TYPE: {"schema": ref("Problem")}}}
                for code, said in REFUSALS.items()
            },
        },
    }


def described(operation: Operation) -> dict[str, Any]:
    """One operation."""
    posts = operation.method == "POST"
    said: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": {
            "201" if posts else "200": {
                "description": "Done" if posts else "Found",
                "content": {JSON: {"schema": ref(operation.gives)}},
            },
            **{code: {"$ref": f"#/components/responses/{code}"} for code in _refusals(operation)},
        },
    }
    if operation.permission:
        said["x-permission"] = operation.permission
    if operation.reads:
        said["x-recorded-as"] = operation.reads
    if operation.takes:
        said["requestBody"] = {"required": True, "content": {JSON: {"schema": ref(operation.takes)}}}
    return said


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    named = [name for name in IN_PATH if f"{{{name}}}" in operation.path]
    found = [{"name": name, "in": "path", "required": True, "schema": IN_PATH[name]} for name in named]
    for name, schema in operation.query.items():
        found.append({"name": name, "in": "query", "required": bool(schema.get("minLength")), "schema": schema})
    if operation.method == "POST":
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": IDEMPOTENCY_KEY})
    return found


def _refusals(operation: Operation) -> list[str]:
    only = {"400", "409", "413", "415"}
    return [code for code in REFUSALS if operation.method == "POST" or code not in only or code == "400"]
