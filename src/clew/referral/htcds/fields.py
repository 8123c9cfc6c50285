"""The 83 fields of HTCDS 2.0 as data: name, type, code list, and where Clew keeps such a value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from clew import vocabulary

Kind = Literal[
    "text", "long_text", "date", "picklist", "multiselect", "checkbox", "number", "longitude", "latitude", "language",
    "country", "countries", "phone",
]  # fmt: skip
STANDARD = Path(__file__).parents[1] / "data" / "htcds_2.yaml"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the standard.

    Args:
        list: the code list of a picklist, in `clew.vocabulary`.
        core: the standard counts it among the fields every organisation should have.
        clew: the property of a dossier that holds the value; "" where there is none.
        lost: what Clew does not hold of it, a sentence; "" where nothing is lost.
    """

    name: str
    label: str
    section: str
    kind: Kind
    list: str = ""
    core: bool = False
    deprecated: bool = False
    clew: str = ""
    lost: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of a picklist, in the standard's order."""
        return vocabulary.codelist(self.list).codes if self.list else ()


@cache
def fields() -> dict[str, Field]:
    """Every field by its name, in the order of the standard."""
    return {entry["name"]: Field(**entry) for entry in _standard()["fields"]}


def beyond() -> tuple[str, ...]:
    """What a case of Clew knows and no field of the standard can say."""
    return tuple(_standard()["beyond"])


@cache
def _standard() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(STANDARD.read_text(encoding="utf-8"))
    return data
