"""All operations and named schemas of version 1; what routes, validates and documents reads this table."""

from __future__ import annotations

from functools import cache
from typing import Final

from clew.node.api.operation import Operation
from clew.node.api.resources import cases, directory, dossiers, letters, own, releases
from clew.node.api.schema import Schema

ROOMS: Final = (own, cases, dossiers, letters, releases, directory)
OPERATIONS: Final[tuple[Operation, ...]] = tuple(each for room in ROOMS for each in room.OPERATIONS)


@cache
def schemas() -> dict[str, Schema]:
    """The named schemas, by name."""
    return {name: schema for room in ROOMS for name, schema in room.SCHEMAS.items()}
