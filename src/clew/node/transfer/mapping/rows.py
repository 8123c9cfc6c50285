"""Rows of a table as entities and statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from clew import vocabulary
from clew.dossier.types import EntityDraft, StatementDraft
from clew.node.transfer.mapping.matching import Matching
from clew.node.transfer.mapping.rules import EntityRule, MappingRules, PropertyRule, SourceRule
from clew.node.transfer.mapping.values import cleaned, is_formula, unknown_value
from clew.node.transfer.readers import Row, RowProblem
from clew.node.transfer.telling import told as _


@dataclass(slots=True)
class Converted:
    """What one row says. With any problem the row is rejected as a whole; a `mute` one is no row at all."""

    number: int
    entities: list[EntityDraft] = field(default_factory=list)
    statements: list[StatementDraft] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    formulas: int = 0
    mute: bool = False
    cells: tuple[str, ...] = ()


class TableConverter:
    """Turns rows into drafts.

    Statements of one row concern the persons of that row, not those of all others.
    """

    walks = 1

    def __init__(
        self, rules: MappingRules, matching: Matching, source: SourceRule, *, today: dt.date, category: str = ""
    ) -> None:
        self._rules = rules
        self._places = {name: place for name, place in matching.places.items() if place >= 0}
        self._source = source
        self._today = today
        self._category = category
        self._persons = {one.name for one in rules.entities if vocabulary.is_a(one.schema, "Person")}
        self._said_of: dict[str, str | None] = {}

    def check(self, row: Row) -> Converted:
        """Drafts of one row, or its problems."""
        return self.convert(row)

    def convert(self, row: Row, walk: int = 0) -> Converted:
        """Drafts of one row, or its problems; a table is walked through once."""
        result = Converted(row.number)
        if row.problem:
            result.problems.append(row.problem)
            return result
        texts = {name: row.cells[place].strip() for name, place in self._places.items()}
        result.formulas = sum(is_formula(text) for text in texts.values())
        keys = self._keys(texts)
        concerns = tuple(key for name, key in keys.items() if name in self._persons)
        for rule in self._rules.entities:
            if rule.name in keys:
                self._entity(rule, texts, keys, concerns, result)
        result.mute = not keys and not any(row.cells)
        said = {one.entity_key for one in result.statements}
        result.entities = [one for one in result.entities if one.key in said or one.key in concerns]
        if not keys and any(row.cells):
            result.problems.append(self._nameless(row.number))
        return result

    def _keys(self, texts: dict[str, str]) -> dict[str, str]:
        """The key of each entity that the row speaks of: a link only where both its ends are there."""
        keys: dict[str, str] = {}
        for rule in self._rules.entities:
            parts = [texts.get(column, "").casefold() for column in rule.key]
            if rule.key and any(parts):
                keys[rule.name] = "\x1f".join([rule.name, *parts])
        for rule in self._rules.entities:
            ends = [p.entity for p in rule.properties if p.entity]
            if not rule.key and ends and all(end in keys for end in ends):
                keys[rule.name] = "\x1f".join([rule.name, *(keys[end] for end in ends)])
        return keys

    def _entity(
        self, rule: EntityRule, texts: dict[str, str], keys: dict[str, str], concerns: tuple[str, ...], into: Converted
    ) -> None:
        category = None
        if rule.name in self._persons:
            category = self._category_of(rule, texts, into)
            if self._said_of.setdefault(keys[rule.name], category) != category:
                into.problems.append(self._contradicts(into.number, rule, category))
        into.entities.append(EntityDraft(keys[rule.name], rule.schema, category=category))
        for prop_rule in rule.properties:
            for prop, value, original in self._values(rule, prop_rule, texts, keys, into):
                into.statements.append(
                    StatementDraft(
                        keys[rule.name],
                        prop,
                        value,
                        self._source.accuracy,
                        nature=self._source.nature,
                        original=original,
                        lang=self._source.language or None if original else None,
                        concerns=concerns,
                    )
                )

    def _values(
        self, rule: EntityRule, prop: PropertyRule, texts: dict[str, str], keys: dict[str, str], into: Converted
    ) -> Iterator[tuple[str, str, str | None]]:
        if prop.entity:
            if prop.entity in keys:
                yield prop.prop, keys[prop.entity], None
            return
        text = prop.constant or texts.get(prop.column, "")
        if not text:
            if prop.required:
                into.problems.append(self._missing(into.number, prop.column))
            return
        for part in text.split(prop.split) if prop.split else (text,):
            if part.strip():
                country = texts.get(prop.country_from, "") if prop.country_from else ""
                found = cleaned(rule.schema, prop, part.strip(), row=into.number, today=self._today, country=country)
                if isinstance(found, RowProblem):
                    into.problems.append(found)
                else:
                    yield found

    def _category_of(self, rule: EntityRule, texts: dict[str, str], into: Converted) -> str | None:
        if not rule.category_column:
            return rule.category or self._category or None
        text = texts.get(rule.category_column, "")
        if text and text not in rule.category_values:
            known = tuple(rule.category_values)
            into.problems.append(unknown_value(into.number, rule.category_column, text, known))
        return rule.category_values.get(text) or None

    @staticmethod
    def _contradicts(number: int, rule: EntityRule, category: str | None) -> RowProblem:
        return RowProblem(
            "two_categories",
            number,
            rule.category_column,
            category or "",
            _("An earlier row says that this person is something else."),
            _("Say the same in every row, or leave the rows out and record the person by hand."),
        )

    @staticmethod
    def _missing(number: int, column: str) -> RowProblem:
        cure = _("Fill it in, or leave the row out.")
        return RowProblem("required", number, column, "", _("This value is missing."), cure)

    @staticmethod
    def _nameless(number: int) -> RowProblem:
        return RowProblem(
            "no_key",
            number,
            "",
            "",
            _("Nothing in this row says what it speaks of."),
            _("Fill in one of the columns that name a thing, or leave the row out."),
        )
