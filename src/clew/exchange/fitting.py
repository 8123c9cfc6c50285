"""A quick first look: whether a value fits a schema. It only ever says yes where the full validator would.

Nearly everything that travels fits, and the validator takes half of the time that a letter costs. What does not fit
here is left to the validator, which finds the fault or none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Fits = Callable[[Any], bool]

SAYS_NOTHING: Final = frozenset({"$schema", "$id", "$defs", "title", "description"})
TYPES: Final[Mapping[str, type]] = {"object": dict, "array": list, "string": str, "integer": int}


def quick_look(schema: Mapping[str, Any]) -> Fits:
    """The check of one schema whose references are replaced; a schema with words it does not know fits nothing."""
    words = [word for word in schema if word not in SAYS_NOTHING]
    # Without a type the other words would speak only of some values; no schema here is written so.
    if not _WORDS.keys() >= set(words) or not {"type", "const", "enum"} & set(words):
        return _nothing
    # The type first: the other checks rely on it.
    checks = [_WORDS[word](schema[word], schema) for word in sorted(words, key=lambda word: word != "type")]
    if len(checks) == 1:
        return checks[0]

    return lambda value: all(check(value) for check in checks)


def _nothing(_value: Any) -> bool:
    return False


def _type(asked: str, _schema: Mapping[str, Any]) -> Fits:
    kind = TYPES.get(asked)
    # `type is`, not `isinstance`: a bool is no integer.
    return (lambda value: type(value) is kind) if kind is not None else _nothing


def _properties(asked: Mapping[str, Any], _schema: Mapping[str, Any]) -> Fits:
    looks = {name: quick_look(part) for name, part in asked.items()}

    def fits(value: Any) -> bool:
        for name, one in value.items():
            look = looks.get(name)
            if look is not None and not look(one):
                return False
        return True

    return fits


def _no_others(asked: Any, schema: Mapping[str, Any]) -> Fits:
    known = frozenset(schema.get("properties", ()))
    return known.issuperset if asked is False else _nothing


def _required(asked: list[str], _schema: Mapping[str, Any]) -> Fits:
    needed = frozenset(asked)
    return lambda value: value.keys() >= needed


def _items(asked: Mapping[str, Any], _schema: Mapping[str, Any]) -> Fits:
    look = quick_look(asked)
    return lambda value: all(map(look, value))


def _pattern(asked: str, _schema: Mapping[str, Any]) -> Fits:
    search = re.compile(asked).search
    return lambda value: search(value) is not None


def _enum(asked: list[Any], _schema: Mapping[str, Any]) -> Fits:
    kinds = {(type(one), one) for one in asked}
    return lambda value: type(value) in {str, int, bool} and (type(value), value) in kinds


_WORDS: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], Fits]]] = {
    "type": _type,
    "required": _required,
    "additionalProperties": _no_others,
    "properties": _properties,
    "items": _items,
    "pattern": _pattern,
    "enum": _enum,
    "const": lambda asked, schema: _enum([asked], schema),
    "maxLength": lambda asked, _schema: lambda value: len(value) <= asked,
    "minLength": lambda asked, _schema: lambda value: len(value) >= asked,
    "maxItems": lambda asked, _schema: lambda value: len(value) <= asked,
    "minItems": lambda asked, _schema: lambda value: len(value) >= asked,
    "minimum": lambda asked, _schema: lambda value: value >= asked,
    "maximum": lambda asked, _schema: lambda value: value <= asked,
}
