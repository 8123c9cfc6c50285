"""An import's file, its mapping and its converter, put together so that its rows can be walked through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Protocol

from django.utils import timezone

from clew.node.transfer.mapping.ftm_lines import LineConverter, LinkIndex
from clew.node.transfer.mapping.matching import Matching, checked, match
from clew.node.transfer.mapping.reading import read_mapping
from clew.node.transfer.mapping.rows import Converted, TableConverter
from clew.node.transfer.mapping.rules import MappingRules, SourceRule
from clew.node.transfer.mapping.shipped import shipped
from clew.node.transfer.models import ImportBatch, Mapping
from clew.node.transfer.readers import Lines, Pieces, Row, Table, read_file
from clew.node.transfer.readers.json_lines import Line
from clew.node.transfer.statistics import problem_of
from clew.node.transfer.storage import pieces
from clew.node.transfer.telling import told as _
from clew.node.types import BadInput


class Converter(Protocol):
    """Turns rows into drafts in one or more walks through the file."""

    walks: int

    def check(self, row: Row | Line) -> Converted: ...
    def convert(self, row: Row | Line, walk: int = 0) -> Converted: ...


@dataclass(slots=True)
class Opened:
    """A file ready to be walked through; each walk opens it anew."""

    rules: MappingRules
    source: SourceRule
    content: Pieces
    converter: Converter
    format: str
    encoding: str
    encoding_certain: bool
    columns: tuple[str, ...] = ()
    index: LinkIndex | None = None
    options: dict[str, object] | None = None

    def rows(self) -> Iterator[Row | Line]:
        """Every row of the file from its beginning; raises `FileRefused`."""
        yield from _read(self.rules, self.content, self.options or {}).rows


class StatisticsConverter:
    """Checks the rows of a statistical table; there is nothing to convert, values are kept as given."""

    walks = 1

    def __init__(self, rules: MappingRules, matching: Matching, *, this_year: int) -> None:
        self._columns = [(rule, matching.places[rule.name]) for rule in rules.statistics]
        self._this_year = this_year
        self._good: dict[int, set[str]] = {place: set() for _rule, place in self._columns}

    def check(self, row: Row | Line) -> Converted:
        """The row's cells in the mapping's order, or its problems."""
        return self.convert(row)

    def convert(self, row: Row | Line, walk: int = 0) -> Converted:
        """The row's cells in the mapping's order, or its problems."""
        result = Converted(row.number)
        if row.problem or not isinstance(row, Row):
            result.problems += [row.problem] if row.problem else []
            return result
        for rule, place in self._columns:
            value, good = row.cells[place], self._good[place]
            if value in good:
                continue
            problem = problem_of(rule, value, row=row.number, this_year=self._this_year)
            if problem:
                result.problems.append(problem)
            elif len(good) < 10_000:
                good.add(value)
        result.cells = tuple(row.cells[place] for _rule, place in self._columns)
        return result


def rules_of(name: str) -> MappingRules:
    """The rules of a mapping, shipped or saved; raises `BadInput`."""
    found = shipped(name)
    if found:
        return found
    saved = Mapping.objects.filter(name=name).first()
    if saved is None:
        raise BadInput(
            "mapping",
            _("There is no mapping “%(name)s”.") % {"name": name},
            _("Choose one of the mappings in the list."),
        )
    return read_mapping(saved.definition)


def source_rule(rules: MappingRules, options: dict[str, object]) -> SourceRule:
    """What is said of the source: the mapping's proposal with the officer's changes."""
    known = SourceRule.__dataclass_fields__
    changes = {name: value for name, value in options.items() if name in known and value not in (None, "")}
    return replace(rules.source, **changes)  # type: ignore[arg-type]  # names and types are checked on intake


def content_of(batch: ImportBatch) -> Pieces:
    """The bytes of an import's file."""
    if not batch.stored_as or batch.wrapped_key is None:
        raise BadInput("file", _("The file is no longer kept."), _("Upload it again."))
    return pieces(batch.stored_as, batch.wrapped_key)


def open_batch(batch: ImportBatch) -> Opened:
    """Open an import's file with its mapping; raises `BadInput` or `FileRefused`."""
    return open_file(rules_of(batch.mapping), content_of(batch), dict(batch.options))


def open_file(rules: MappingRules, content: Pieces, options: dict[str, object]) -> Opened:
    """Open a file with a mapping.

    Args:
        options: the officer's choices: encoding, sheet, columns {mapping's column: file's column}, leave_out_unknown,
            category, and fields of the source.
    """
    options = {**asdict(rules.reading), **options}
    source, today = source_rule(rules, options), timezone.now().date()
    category = str(options.get("category") or "")
    table = _read(rules, content, options)
    if isinstance(table, Lines):
        index = LinkIndex(line for line in table.rows if isinstance(line, Line))
        converter: Converter = LineConverter(index, source, today=today, category=category)  # type: ignore[assignment]
        return Opened(
            rules, source, content, converter, table.format, table.encoding, True, index=index, options=options
        )
    matching = checked(
        match(rules, table.columns, _columns(options)), leave_out_unknown=bool(options.get("leave_out_unknown"))
    )
    if rules.kind == "statistics":
        converter = StatisticsConverter(rules, matching, this_year=today.year)
    else:
        converter = TableConverter(rules, matching, source, today=today, category=category)  # type: ignore[assignment]
    return Opened(
        rules, source, content, converter, table.format, table.encoding, table.encoding_certain, table.columns,
        options=options,
    )  # fmt: skip


def preview(
    rules: MappingRules, content: Pieces, options: dict[str, object], rows: int
) -> tuple[Table | Lines, list[Row | Line]]:
    """The head of a file and its first rows, whether or not they fit the mapping."""
    table = _read(rules, content, options)
    found: list[Row | Line] = []
    for row in table.rows:
        if len(found) >= rows:
            break
        found.append(row)
    return table, found


def _read(rules: MappingRules, content: Pieces, options: dict[str, object]) -> Table | Lines:
    return read_file(
        content,
        json_lines=rules.kind == "ftm",
        encoding=str(options.get("encoding") or ""),
        sheet=str(options.get("sheet") or ""),
    )


def _columns(options: dict[str, object]) -> dict[str, str]:
    chosen = options.get("columns")
    return {str(key): str(value) for key, value in chosen.items()} if isinstance(chosen, dict) else {}


def days_from(today: dt.date, days: int) -> dt.date:
    """The day after which a source must go."""
    return today + dt.timedelta(days=days)
