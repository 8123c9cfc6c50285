"""Typed records to the content of a letter and back; what has its default is left out, so that absence has one form."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from clew.exchange import moments

Record = TypeVar("Record")


def to_content(record: Any) -> dict[str, Any]:
    """A record's fields as they stand in a letter."""
    content = {}
    for one in dataclasses.fields(record):
        value = getattr(record, one.name)
        needed = one.default is dataclasses.MISSING
        if needed or value != one.default:
            content[one.name] = _written(value)
    return content


def from_content(kind: Callable[..., Record], content: Mapping[str, Any]) -> Record:
    """A record from content that was checked against its schema before."""
    hints = _hints(kind)
    return kind(**{name: _read(hints[name], value) for name, value in content.items()})


def _written(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_content(value)
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    if isinstance(value, dt.datetime):
        return moments.to_text(value)
    return value


def _read(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(_read(inner, one) for one in value)
    # `X | None`: what stands in a letter is never null.
    named = next((one for one in get_args(hint) if one is not type(None)), hint)
    if named is dt.datetime:
        return moments.from_text(value)
    return from_content(named, value) if isinstance(named, type) and dataclasses.is_dataclass(named) else value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
