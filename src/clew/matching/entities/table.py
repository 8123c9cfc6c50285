"""The table of weights: per comparison its levels, each with m and u. `data/comparisons.json` is meant to be read.

I. P. Fellegi and A. B. Sunter, A theory for record linkage, Journal of the American Statistical Association 64 (1969)
1183-1210, doi:10.1080/01621459.1969.10501049.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Level:
    """How often this outcome is seen where both entities are one (`m`) and where they are two (`u`)."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """log2 of the Bayes factor: +1 doubles the odds."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class Comparing:
    """One comparison: which values, how, and what its outcomes weigh."""

    name: str
    compares: str
    properties: tuple[str, ...]
    identifies: bool
    """Whether its agreement may carry a proposal of `same`; a name, a country and a sex never do."""
    contradicts: bool
    """Whether one entity has but one, so that a difference forbids a proposal of `same`."""
    levels: Mapping[str, Level]


@dataclass(frozen=True, slots=True)
class Table:
    """All comparisons, which kinds of entities are compared by which, the prior and the bands of a proposal."""

    prior: float
    """The probability that a pair is one entity before anything is compared."""
    same: float
    """From this probability on, `same` is proposed."""
    different: float
    """Up to this probability, `different` is proposed."""
    families: Mapping[str, tuple[Comparing, ...]]
    schemata: Mapping[str, tuple[str, ...]]
    """Family: its schemata; those that descend from them belong to it too."""


@cache
def shipped_table() -> Table:
    """The table that Clew ships."""
    text = (files("clew.matching.entities") / "data" / "comparisons.json").read_text(encoding="utf-8")
    told = json.loads(text)
    comparisons = {name: _comparing(name, entry) for name, entry in told["comparisons"].items()}
    return Table(
        told["prior"],
        told["bands"]["same"],
        told["bands"]["different"],
        {name: tuple(comparisons[each] for each in entry["comparisons"]) for name, entry in told["families"].items()},
        {name: tuple(entry["schemata"]) for name, entry in told["families"].items()},
    )


def _comparing(name: str, entry: Mapping[str, Any]) -> Comparing:
    return Comparing(
        name,
        str(entry["compares"]),
        tuple(entry["properties"]),
        bool(entry["identifies"]),
        bool(entry.get("contradicts", False)),
        {level: Level(odds["m"], odds["u"]) for level, odds in entry["levels"].items()},
    )


@cache
def family_of(schema: str) -> str | None:
    """The kind of entity that the schema is compared as; None where it is not compared. Raises `UnknownSchema`."""
    from clew.vocabulary import is_a

    for family, schemata in shipped_table().schemata.items():
        if any(is_a(schema, each) for each in schemata):
            return family
    return None
