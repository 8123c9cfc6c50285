"""Plain and canonical forms: what is stored of a decision, and what a digest is taken over.

Canonical JSON here: UTF-8, keys sorted, no spaces, no numbers but integers, so that equal facts have equal bytes.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import types
import typing
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


class NotReadable(ValueError):
    """A stored record lacks a field, has one too many, or one of the wrong kind. The message holds no value."""


def canonical(plain: object) -> bytes:
    """The canonical JSON bytes of a plain value."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(plain: object) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(plain)).hexdigest()


def to_plain(value: Any) -> Any:
    """A facts object as dictionaries, lists, texts, integers and nothing else."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset):
        return [to_plain(each) for each in value]
    return value


def from_plain(kind: type[T], plain: object) -> T:
    """The facts object of that kind; raises `NotReadable` for anything missing, surplus or of the wrong kind."""
    return typing.cast("T", _read(kind, plain, kind.__name__))


@cache
def _fields(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, plain: object, where: str) -> Any:
    if dataclasses.is_dataclass(kind):
        return _read_record(typing.cast("type", kind), plain, where)
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        return _read_optional(kind, plain, where)
    if origin is tuple:
        if not isinstance(plain, list):
            raise NotReadable(f"{where} is not a list.")
        (each, _) = typing.get_args(kind)
        return tuple(_read(each, item, where) for item in plain)
    return _read_scalar(kind, plain, where)


def _read_record(kind: type, plain: object, where: str) -> Any:
    fields = _fields(kind)
    if not isinstance(plain, dict) or set(plain) != set(fields):
        raise NotReadable(f"{where} does not have exactly the fields it must have.")
    return kind(**{name: _read(field, plain[name], f"{where}.{name}") for name, field in fields.items()})


def _read_optional(kind: Any, plain: object, where: str) -> Any:
    if plain is None:
        return None
    (inner,) = (each for each in typing.get_args(kind) if each is not type(None))
    return _read(inner, plain, where)


def _read_scalar(kind: Any, plain: object, where: str) -> Any:
    if kind is dt.datetime or kind is dt.date:
        if not isinstance(plain, str):
            raise NotReadable(f"{where} is not a date.")
        try:
            return kind.fromisoformat(plain)
        except ValueError as error:
            raise NotReadable(f"{where} is not a date.") from error
    # bool is an int to Python, and a grade is not a truth value.
    if type(plain) is not kind:
        raise NotReadable(f"{where} is not of the kind {kind.__name__}.")
    return plain
