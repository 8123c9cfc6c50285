"""A mapping as it was used on one file, written down so that the next file of the kind needs no matching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import yaml

from clew.node.transfer.mapping.rules import MappingRules, ReadingRule, SourceRule

OTHER = " (other)"
"""Behind the name of a column that the file lacks, where the file has another column of that name."""


def as_used(
    definition: str, rules: MappingRules, *, name: str, title: str, columns: Mapping[str, str],
    source: SourceRule, reading: ReadingRule,
) -> str:  # fmt: skip
    """The YAML of a mapping with the file's own column names, and with what the officer said of the source.

    Args:
        definition: the YAML of `rules`, which she began with.
        columns: the file's column for each of the mapping's, "" where the file has none.
    """
    data = yaml.safe_load(definition)
    data |= {"id": name, "title": title, "description": title, "reading": asdict(reading)}
    if rules.kind != "statistics":
        data["source"] = asdict(source)
    if rules.kind == "entities":
        names = _new_names(columns)
        data["required_columns"] = [names.get(one, one) for one in rules.required_columns]
        for entity in data["entities"].values():
            _rename(entity, names)
    return _yaml(data)


def retitled(definition: str, *, name: str, title: str) -> str:
    """The same mapping under another name."""
    return _yaml(yaml.safe_load(definition) | {"id": name, "title": title})


def _new_names(columns: Mapping[str, str]) -> dict[str, str]:
    taken = {found.casefold() for found in columns.values() if found}
    return {
        column: found or (column + OTHER if column.casefold() in taken else column) for column, found in columns.items()
    }


def _rename(entity: dict[str, Any], names: Mapping[str, str]) -> None:
    if entity.get("key"):
        entity["key"] = [names.get(str(one), str(one)) for one in entity["key"]]
    if entity.get("category_column"):
        entity["category_column"] = names.get(entity["category_column"], entity["category_column"])
    for rule in (entity.get("properties") or {}).values():
        for entry in ("column", "country_from"):
            if rule.get(entry):
                rule[entry] = names.get(rule[entry], rule[entry])


def _yaml(data: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=120))
