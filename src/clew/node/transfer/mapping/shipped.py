"""The mappings that come with Clew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from clew.node.transfer.mapping.reading import read_mapping
from clew.node.transfer.mapping.rules import MappingRules

DIRECTORY = Path(__file__).resolve().parent.parent / "mappings"


@cache
def shipped_ids() -> tuple[str, ...]:
    """The names of the shipped mappings."""
    return tuple(sorted(path.stem for path in DIRECTORY.glob("*.yaml")))


@cache
def shipped_text(mapping_id: str) -> str:
    """The definition of a shipped mapping, to read or to start an own one from; "" where there is none."""
    return (DIRECTORY / f"{mapping_id}.yaml").read_text(encoding="utf-8") if mapping_id in shipped_ids() else ""


@cache
def shipped(mapping_id: str) -> MappingRules | None:
    """A shipped mapping; None where there is none of that name."""
    text = shipped_text(mapping_id)
    return read_mapping(text) if text else None
