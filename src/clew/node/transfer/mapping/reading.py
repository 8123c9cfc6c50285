"""Reads a mapping from YAML or JSON, and says in words what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import yaml

from clew import vocabulary
from clew.node.transfer.mapping.rules import (
    ColumnRule,
    EntityRule,
    MappingRules,
    PropertyRule,
    ReadingRule,
    SourceRule,
)
from clew.node.transfer.readers.encodings import KNOWN
from clew.node.transfer.telling import told as _
from clew.node.types import BadInput
from clew.vocabulary.words import Words

LONGEST = 200_000
"""Characters of a mapping: the widest shipped one has 9,000."""

KINDS = ("entities", "ftm", "statistics")
COLUMN_KINDS = ("text", "flag", "year", "band", "country", "choice", "multiple")
NUMBERS = ("accuracy", "retain_days")
SOURCE_LISTS = {
    "reliability": "source_reliability",
    "handling": "handling_codes",
    "purpose": "purposes",
    "basis": "evidence_basis",
    "nature": "statement_nature",
}


def read_mapping(text: str) -> MappingRules:
    """A mapping from its YAML (of which JSON is a part); raises `BadInput` naming the entry that is wrong."""
    if len(text) > LONGEST:
        raise _bad(_("The mapping is longer than %(longest)d characters.") % {"longest": LONGEST})
    if "&" in text and "*" in text and any(isinstance(t, yaml.AliasToken) for t in _tokens(text)):
        # An alias of an alias of an alias means billions of entries in a few lines.
        raise _bad(_("The mapping uses YAML aliases."))
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _bad(_("The mapping is no valid YAML: %(reason)s") % {"reason": str(error)[:200]}) from error
    return mapping_from(_section(data, "mapping", _MAPPING))


def _tokens(text: str) -> Iterable[Any]:
    try:
        yield from yaml.scan(text)
    except yaml.YAMLError:
        return


_MAPPING = frozenset(
    {
        "id",
        "title",
        "description",
        "kind",
        "entities",
        "source",
        "statistics",
        "reading",
        "citation",
        "note",
        "required_columns",
    }
)
_ENTITY = frozenset({"schema", "key", "properties", "category", "category_column", "category_values"})
_PROPERTY = frozenset(
    {"column", "constant", "entity", "values", "date_formats", "split", "country_from", "otherwise", "required"}
)
_SOURCE = frozenset(SourceRule.__dataclass_fields__)
_READING = frozenset(ReadingRule.__dataclass_fields__)
_COLUMN = frozenset(ColumnRule.__dataclass_fields__)


def mapping_from(data: Mapping[str, Any]) -> MappingRules:
    """A mapping from its entries; raises `BadInput`."""
    kind = data.get("kind")
    if kind not in KINDS:
        raise _bad(_("“%(entry)s” has to be one of: %(known)s.") % {"entry": "kind", "known": ", ".join(KINDS)})
    entities = tuple(
        _entity(name, _section(entry, f"entities.{name}", _ENTITY))
        for name, entry in _section(data.get("entities") or {}, "entities", None).items()
    )
    statistics = tuple(_column(_section(entry, "statistics", _COLUMN)) for entry in data.get("statistics") or ())
    if (kind == "entities") != bool(entities) or (kind == "statistics") != bool(statistics):
        raise _bad(_("A mapping of the kind “%(kind)s” lacks its rules, or has those of another.") % {"kind": kind})
    _check_references(entities)
    columns = tuple(one.name for one in statistics) or _columns(entities)
    return MappingRules(
        id=_text(data, "id"),
        title=_words(data, "title"),
        description=_words(data, "description"),
        kind=kind,
        columns=columns,
        required_columns=_required(data, columns, entities),
        entities=entities,
        source=_source(_section(data.get("source") or {}, "source", _SOURCE)),
        statistics=statistics,
        reading=_reading(_section(data.get("reading") or {}, "reading", _READING)),
        citation=str(data.get("citation") or ""),
        note=_words(data, "note") if data.get("note") else None,
    )


def _entity(name: str, data: Mapping[str, Any]) -> EntityRule:
    schema = _text(data, "schema")
    rules = _section(data.get("properties") or {}, f"entities.{name}.properties", None)
    try:
        if vocabulary.schema(schema).abstract:
            raise _bad(_("The schema “%(schema)s” is abstract.") % {"schema": schema})
        for prop, entry in rules.items():
            info = vocabulary.property_info(schema, prop)
            if (info.type == "entity") != ("entity" in (entry or {})):
                raise _bad(_("“%(entry)s” has to name an entity of the same row.") % {"entry": f"{schema}:{prop}"})
            if (entry or {}).get("otherwise"):
                vocabulary.property_info(schema, str(entry["otherwise"]))
    except (vocabulary.UnknownSchema, vocabulary.UnknownProperty) as unknown:
        raise _bad(str(unknown)) from unknown
    category = str(data.get("category") or "")
    values = {str(k): str(v) for k, v in (data.get("category_values") or {}).items()}
    for code in filter(None, [category, *values.values()]):
        _check_code(code, "person_categories")
    return EntityRule(
        name=name,
        schema=schema,
        key=tuple(str(column) for column in data.get("key") or ()),
        properties=tuple(_property(one, _section(entry, f"{name}.{one}", _PROPERTY)) for one, entry in rules.items()),
        category=category,
        category_column=str(data.get("category_column") or ""),
        category_values=values,
    )


def _property(prop: str, data: Mapping[str, Any]) -> PropertyRule:
    origins = [name for name in ("column", "constant", "entity") if data.get(name)]
    if len(origins) != 1:
        raise _bad(_("“%(entry)s” needs exactly one of: column, constant, entity.") % {"entry": prop})
    return PropertyRule(
        prop=prop,
        column=str(data.get("column") or ""),
        constant=str(data.get("constant") or ""),
        entity=str(data.get("entity") or ""),
        values={str(key): str(value) for key, value in (data.get("values") or {}).items()},
        date_formats=tuple(str(one) for one in data.get("date_formats") or ()),
        split=str(data.get("split") or ""),
        country_from=str(data.get("country_from") or ""),
        otherwise=str(data.get("otherwise") or ""),
        required=bool(data.get("required")),
    )


def _column(data: Mapping[str, Any]) -> ColumnRule:
    kind = data.get("kind", "text")
    if kind not in COLUMN_KINDS:
        raise _bad(_("“%(entry)s” has to be one of: %(known)s.") % {"entry": "kind", "known": ", ".join(COLUMN_KINDS)})
    return ColumnRule(
        name=_text(data, "name"),
        kind=kind,
        values=tuple(str(one) for one in data.get("values") or ()),
        spellings={str(key): str(value) for key, value in (data.get("spellings") or {}).items()},
        separator=str(data.get("separator") or ""),
        derived_from=tuple(str(one) for one in data.get("derived_from") or ()),
    )


def _source(data: Mapping[str, Any]) -> SourceRule:
    words = {name: str(value) for name, value in data.items() if name not in NUMBERS}
    try:
        numbers = {name: int(data[name]) for name in NUMBERS if name in data}
        rule = replace(SourceRule(), **words, **numbers)  # type: ignore[arg-type]  # names were checked by _section
    except (TypeError, ValueError) as error:
        raise _bad(_("“%(entry)s” has to be a number.") % {"entry": "accuracy, retain_days"}) from error
    for name, list_id in SOURCE_LISTS.items():
        _check_code(getattr(rule, name), list_id)
    _check_code(str(rule.accuracy), "information_accuracy")
    return rule


def _reading(data: Mapping[str, Any]) -> ReadingRule:
    encoding, category = str(data.get("encoding") or ""), str(data.get("category") or "")
    if encoding and encoding not in KNOWN:
        raise _bad(_("“%(entry)s” has to be one of: %(known)s.") % {"entry": "encoding", "known": ", ".join(KNOWN)})
    if category:
        _check_code(category, "person_categories")
    return ReadingRule(encoding, bool(data.get("leave_out_unknown")), category)


def _check_code(code: str, list_id: str) -> None:
    codes = vocabulary.codelist(list_id)
    if code not in codes:
        raise _bad(
            _("“%(code)s” is no code of the list %(list)s: %(known)s.")
            % {"code": code, "list": list_id, "known": ", ".join(codes.codes)}
        )


def _check_references(entities: tuple[EntityRule, ...]) -> None:
    names = {one.name for one in entities}
    for one in entities:
        if not one.key and not any(rule.entity for rule in one.properties):
            raise _bad(_("The entity “%(name)s” needs key columns.") % {"name": one.name})
        for rule in one.properties:
            if rule.entity and rule.entity not in names:
                raise _bad(_("There is no entity “%(name)s” in this mapping.") % {"name": rule.entity})


def _columns(entities: tuple[EntityRule, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in entities:
        named = [*one.key, *(rule.column for rule in one.properties), *(rule.country_from for rule in one.properties)]
        found |= dict.fromkeys(filter(None, [*named, one.category_column]))
    return tuple(found)


def _required(data: Mapping[str, Any], columns: tuple[str, ...], entities: tuple[EntityRule, ...]) -> tuple[str, ...]:
    if "required_columns" in data:
        return tuple(str(name) for name in data["required_columns"] or ())
    required = {rule.column for one in entities for rule in one.properties if rule.required}
    return tuple(name for name in columns if name in required) if entities else columns


def _words(data: Mapping[str, Any], name: str) -> Words:
    try:
        return Words(data.get(name) or "")
    except (ValueError, TypeError) as error:
        raise _bad(_("“%(entry)s” is missing, or lacks a language.") % {"entry": name}) from error


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _bad(_("“%(entry)s” is missing.") % {"entry": name})
    return value.strip()


def _section(data: object, name: str, known: frozenset[str] | None) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise _bad(_("“%(entry)s” has to hold entries with names.") % {"entry": name})
    unknown = [str(key) for key in data if known is not None and key not in known]
    if unknown:
        raise _bad(_("“%(entry)s” has the unknown entry “%(key)s”.") % {"entry": name, "key": unknown[0]})
    return {str(key): value for key, value in data.items()}


def _bad(problem: str) -> BadInput:
    return BadInput("definition", problem, _("Compare the mapping with one of those that come with Clew."))
