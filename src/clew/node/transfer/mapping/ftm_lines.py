"""Lines of FollowTheMoney as entities and statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from clew import vocabulary
from clew.dossier.types import EntityDraft, StatementDraft
from clew.node.transfer.mapping.rows import Converted
from clew.node.transfer.mapping.rules import PropertyRule, SourceRule
from clew.node.transfer.mapping.values import cleaned, is_formula
from clew.node.transfer.readers import Line, RowProblem
from clew.node.transfer.telling import told as _

MARK_ID = "clew-export"
"""Id of the entity with which Clew's own exports say what they are; it is no fact."""

KNOWN_FIELDS = frozenset(
    {"id", "schema", "properties", "caption", "datasets", "referents", "target", "first_seen", "last_seen",
     "last_change", "origin", "links"}
)  # fmt: skip
"""Fields of FollowTheMoney's and its relatives' entities; any other is refused rather than lost unseen."""


class LinkIndex:
    """First walk through a file: which entities there are, and which persons each of them touches.

    Her phone and the payment she sent are other entities, but they concern her: an entity concerns the persons it
    names, those that name it, and those at the other end of a link.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self.schema: dict[str, str] = {}
        self.first_line: dict[str, int] = {}
        self._near: dict[str, set[str]] = {}
        self._edges: set[str] = set()
        self._id_of_line: dict[int, str] | None = None
        self.rejected: set[str] = set()
        """Ids of entities that are left out, so that what names them is left out too."""
        for line in lines:
            if line.problem is None:
                self._see(line)
        self._persons = {one for one, schema in self.schema.items() if _is_person(schema)}

    def _see(self, line: Line) -> None:
        key, schema = line.entity.get("id"), line.entity.get("schema")
        if not isinstance(key, str) or not isinstance(schema, str) or key in self.first_line:
            return
        self.first_line[key], self.schema[key] = line.number, schema
        try:
            if vocabulary.is_edge(schema):
                self._edges.add(key)
        except vocabulary.UnknownSchema:
            return
        for prop, values in _properties(line.entity).items():
            if _refers(schema, prop):
                for value in values:
                    self._near.setdefault(key, set()).add(str(value))
                    self._near.setdefault(str(value), set()).add(key)

    def concerns(self, key: str) -> tuple[str, ...]:
        """The persons whom statements about this entity concern, besides itself."""
        near = self._near.get(key, set())
        reached = set(near)
        for one in near & self._edges:
            reached |= self._near.get(one, set())
        return tuple(sorted((reached | {key}) & self._persons))

    def ids_of_line(self, number: int) -> set[str]:
        """The id that the line introduced, if it did."""
        if self._id_of_line is None:
            self._id_of_line = {line: key for key, line in self.first_line.items()}
        found = self._id_of_line.get(number)
        return set() if found is None else {found}

    def is_person(self, key: str) -> bool:
        """Whether a person category can be said of the entity."""
        return vocabulary.is_a(self.schema[key], "Person")


class LineConverter:
    """Turns lines into drafts, in three walks, so that whatever a link names is recorded before the link.

    The walks: what is said of entities in words; which entities an entity names; which ends a link has.
    """

    walks = 3

    def __init__(self, index: LinkIndex, source: SourceRule, *, today: dt.date, category: str = "") -> None:
        self._index = index
        self._source = source
        self._today = today
        self._category = category

    def check(self, line: Line) -> Converted:
        """Everything that is wrong with a line, whichever walk would meet it."""
        found = self.convert(line, 0)
        if not found.problems:
            for walk in (1, 2):
                later = self.convert(line, walk)
                found.problems += later.problems
                found.statements += later.statements
        if found.entities and not found.statements and not self._index.is_person(found.entities[0].key):
            nothing = _("Nothing is said about this entity.")
            found.problems.append(_wrong(line.number, "properties", "", "empty", nothing))
        return found

    def convert(self, line: Line, walk: int = 0) -> Converted:
        """Drafts of one line, or its problems; nothing for the mark of one of Clew's own exports."""
        result = Converted(line.number)
        if line.problem:
            result.problems.append(line.problem)
        elif str(line.entity.get("id")).startswith(MARK_ID):
            result.mute = True
        else:
            self._convert(line, walk, result)
        return result

    def _convert(self, line: Line, walk: int, into: Converted) -> None:
        into.problems.extend(self._shape(line))
        if into.problems:
            return
        key, schema = line.entity["id"], line.entity["schema"]
        concerns = self._index.concerns(key)
        for prop, values in _properties(line.entity).items():
            if walk == self._walk_of(schema, prop):
                for value in values:
                    self._statement(key, prop, value, concerns, into)
        if into.statements or (walk == 0 and (self._index.is_person(key) or not _properties(line.entity))):
            named = [one.value for one in into.statements] if walk else []
            into.entities = [self._draft(one) for one in dict.fromkeys([key, *named, *concerns])]

    def _walk_of(self, schema: str, prop: str) -> int:
        if not _refers(schema, prop):
            return 0
        return 2 if vocabulary.is_edge(schema) else 1

    def _draft(self, key: str) -> EntityDraft:
        category = (self._category or None) if self._index.is_person(key) else None
        return EntityDraft(key, self._index.schema[key], category=category)

    def _statement(self, key: str, prop: str, value: object, concerns: tuple[str, ...], into: Converted) -> None:
        schema, original = self._index.schema[key], None
        if not isinstance(value, str):
            into.problems.append(_wrong(into.number, prop, str(value), "not_text", _("This value is no text.")))
            return
        if _refers(schema, prop):
            problem = self._wrong_reference(schema, prop, value)
            if problem:
                into.problems.append(_wrong(into.number, prop, value, "unknown_entity", problem))
                return
            text = value
        else:
            into.formulas += is_formula(value)
            found = cleaned(schema, PropertyRule(prop), value, row=into.number, today=self._today)
            if isinstance(found, RowProblem):
                into.problems.append(found)
                return
            _prop, text, original = found
        into.statements.append(
            StatementDraft(
                key, prop, text, self._source.accuracy, nature=self._source.nature, original=original, concerns=concerns
            )
        )

    def _wrong_reference(self, schema: str, prop: str, value: str) -> str:
        target, wanted = self._index.schema.get(value), vocabulary.property_info(schema, prop).range
        if target is None or value in self._index.rejected:
            return _("There is no valid entity “%(id)s” in this file.") % {"id": value[:60]}
        if not _is_schema(target) or (wanted and not vocabulary.is_a(target, wanted)):
            return _("It has to name an entity of the kind %(wanted)s.") % {"wanted": wanted or ""}
        return ""

    def _shape(self, line: Line) -> Iterable[RowProblem]:
        entity, number = line.entity, line.number
        key, schema, properties = entity.get("id"), entity.get("schema"), entity.get("properties", {})
        if not isinstance(key, str) or not key or len(key) > 500:
            yield _wrong(number, "id", str(key), "no_id", _("The entity has no id."))
            return
        if self._index.first_line.get(key) != number:
            first = {"line": self._index.first_line.get(key, 0)}
            yield _wrong(number, "id", key, "duplicate_id", _("Line %(line)d has the same id.") % first)
        if not isinstance(schema, str) or not _is_schema(schema):
            yield _wrong(number, "schema", str(schema), "unknown_schema", _("There is no such schema."))
        elif not isinstance(properties, dict) or not all(isinstance(v, list) for v in properties.values()):
            yield _wrong(number, "properties", "", "not_lists", _("Properties have to hold lists of texts."))
        for field in sorted(set(entity) - KNOWN_FIELDS):
            unknown = _("The field “%(field)s” is not known.") % {"field": field}
            yield _wrong(number, field, "", "unknown_field", unknown)


def _properties(entity: dict[str, Any]) -> dict[str, list[Any]]:
    found = entity.get("properties")
    return {k: v for k, v in found.items() if isinstance(v, list)} if isinstance(found, dict) else {}


def _is_schema(name: str) -> bool:
    try:
        return not vocabulary.schema(name).abstract
    except vocabulary.UnknownSchema:
        return False


def _is_person(schema: str) -> bool:
    return _is_schema(schema) and vocabulary.is_a(schema, "Person")


def _refers(schema: str, prop: str) -> bool:
    try:
        return vocabulary.property_info(schema, prop).type == "entity"
    except (vocabulary.UnknownSchema, vocabulary.UnknownProperty):
        return False


def _wrong(number: int, field: str, value: str, code: str, problem: str) -> RowProblem:
    return RowProblem(code, number, field, value, problem, _("Correct the line in the file, or leave it out."))
