"""Every schema of what travels has a section in the documentation that names its fields, and a vector."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from clew.exchange.kinds.table import KINDS

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    path.stem.rpartition("-")[0]: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "src" / "clew" / "exchange" / "schemas").glob("*.json"))
}
TEXT = (ROOT / "docs" / "methods" / "letters.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `([a-z-]+)`\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))
SHARED = re.search(r"^## What every content letter says\n(.*?)(?=^## )", TEXT, re.MULTILINE | re.DOTALL)
VECTORS = ROOT / "tests" / "exchange" / "vectors"
OTHERS = {
    "bundle": "bundle.json", "card": "card.json", "envelope": "letter.json", "letter": "letter.json",
    "part-answer": "parts.json", "part-request": "parts.json", "relay-address": "relay.json",
    "relay-request": "relay.json", "resync": "resync.json", "resynced": "resync.json", "stage-receipt": "receipts.json",
}  # fmt: skip
"""Vectors of what is no type of letter; the parts are in all of them."""


def named(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


def test_every_schema_has_a_section_and_every_section_a_schema() -> None:
    assert set(SECTIONS) == set(SCHEMAS)


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "parts"])
def test_a_section_names_every_field_of_its_schema(name: str) -> None:
    assert SHARED is not None
    shared = named(SHARED[1]) if name in KINDS else set()
    fields = set(SCHEMAS[name]["properties"]) - {"type"}
    assert fields - named(SECTIONS[name]) - shared == set()


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "parts"])
def test_every_schema_has_a_vector(name: str) -> None:
    path = VECTORS / "types" / f"{name}.json" if name in KINDS else VECTORS / OTHERS[name]
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert found.get("type", name) == name


def test_the_table_of_types_says_what_the_code_holds() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (content|control) \| (.*) \| (.*) \| (.*) \|$", TEXT, re.MULTILINE)
    told = {name: (carries, named(refers), must, writer) for name, carries, refers, must, writer in rows}
    assert told == {
        kind.name: (
            kind.carries.value,
            set(kind.refers_to),
            ("must" if kind.must_refer else "may") if kind.refers_to else "-",
            kind.writer.value if kind.refers_to else "-",
        )
        for kind in KINDS.values()
    }


def test_the_grounds_of_a_refusal_are_told_as_they_are() -> None:
    assert set(SCHEMAS["parts"]["$defs"]["refusal_code"]["enum"]) <= named(TEXT)
