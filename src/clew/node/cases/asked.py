"""What the node itself asks of somebody, kept so that each who reads it does so in her own language.

The node works at night and in one language; the officer who reads the task may use another. A finished sentence would
stay in the language of whoever, or whatever, caused it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, override

from clew import vocabulary


@dataclass(frozen=True, slots=True)
class Code:
    """An entry of a code list, called in the reader's language by its label."""

    codelist: str
    code: str


Parameter = str | int | dt.date | Code


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence of the catalogue, by its English text, and what fills its places."""

    text: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in the reader's language."""
        return gettext(self.text) % {name: _shown(value) for name, value in self.parameters.items()}

    def in_english(self) -> str:
        """The sentence as it is kept beside its parts, for whoever reads the store without the catalogues."""
        with override("en"):
            return str(self)

    def stored(self) -> dict[str, Any]:
        """As JSON holds it; `read` is its inverse."""
        filled = {name: _written(value) for name, value in self.parameters.items()}
        return {"text": self.text, "parameters": filled}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """What `stored` wrote."""
        filled = {name: _read(value) for name, value in stored["parameters"].items()}
        return cls(stored["text"], filled)


def _shown(value: Parameter) -> str | int:
    if isinstance(value, Code):
        return vocabulary.codelist(value.codelist).label(value.code, vocabulary.language(get_language() or "en"))
    if isinstance(value, dt.date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return value


def _written(value: Parameter) -> object:
    if isinstance(value, Code):
        return {"codelist": value.codelist, "code": value.code}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return value


def _read(value: Any) -> Parameter:
    if isinstance(value, dict):
        return dt.date.fromisoformat(value["date"]) if "date" in value else Code(value["codelist"], value["code"])
    return value if isinstance(value, int) else str(value)
