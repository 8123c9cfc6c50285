"""The frequency tables that come with Clew. Sources and licences stand in data/ATTRIBUTION.md."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.problems import KinshipProblem

DATA = Path(__file__).parent / "data"


@cache
def shipped_names() -> tuple[str, ...]:
    """Names of the tables, such as "norstr_norway"."""
    return tuple(sorted(each.stem for each in DATA.glob("*.json")))


@cache
def shipped_table(name: str) -> FrequencyTable:
    """A table by its name. Raises `KinshipProblem` where there is none."""
    if name not in shipped_names():
        raise KinshipProblem(name, "is no table that comes with Clew.", f"There are: {', '.join(shipped_names())}.")
    said = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    origin = Origin(said["population"], source=said["source"], people=said["people"], licence=said["licence"])
    return FrequencyTable.of(origin, said["loci"])
