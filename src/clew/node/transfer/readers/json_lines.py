"""FollowTheMoney entities, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clew.node.transfer.readers import limits
from clew.node.transfer.readers.content import Pieces, plain
from clew.node.transfer.readers.refusals import FileRefused, RowProblem
from clew.node.transfer.readers.tables import nul_refused
from clew.node.transfer.telling import told as _


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `entity` is the object as read, {} where the line carries a problem."""

    number: int
    entity: dict[str, Any] = field(default_factory=dict)
    problem: RowProblem | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a file; `rows` can be walked through once."""

    rows: Iterator[Line]
    format: str = "ftm"
    encoding: str = "utf-8"


def read_json_lines(pieces: Pieces) -> Lines:
    """Read JSON lines (UTF-8, as JSON has to be: RFC 8259, section 8.1), gzipped or not.

    Raises:
        FileRefused: while `rows` is walked through.
    """
    return Lines(_lines(plain(pieces)))


def _lines(content: Pieces) -> Iterator[Line]:
    number = 0
    for number, (raw, ended) in enumerate(_raw_lines(content), start=1):
        if number > limits.ROWS:
            raise FileRefused(
                "too_many_rows",
                _("The file has more than %(limit)d lines.") % {"limit": limits.ROWS},
                _("Split it into several files."),
                row=number,
            )
        if raw.strip():
            yield _line(number, raw, ended=ended)
    if not number:
        raise FileRefused("empty", _("The file is empty."), _("Choose another file."))


def _raw_lines(content: Pieces) -> Iterator[tuple[bytes, bool]]:
    rest = b""
    for piece in content():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line, True
        if len(rest) > limits.LINE:
            raise FileRefused(
                "line_too_long",
                _("A line of the file has more than %(limit)d characters.") % {"limit": limits.LINE},
                _("Write one entity a line."),
            )
    if rest:
        yield rest, False


def _line(number: int, raw: bytes, *, ended: bool) -> Line:
    if b"\0" in raw:
        raise nul_refused(number)
    try:
        found = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise FileRefused(
            "encoding_wrong",
            _("The file is not written in %(encoding)s, or it was cut or damaged.") % {"encoding": "utf-8"},
            _("Save it again in UTF-8."),
            row=number,
        ) from error
    except (ValueError, RecursionError) as error:
        if not ended:
            raise FileRefused(
                "truncated",
                _("The file ends in the middle of a line: a part of it is missing."),
                _("Copy the file again from its source, then import it again."),
                row=number,
            ) from error
        return Line(number, problem=_not_json(number, raw))
    if not isinstance(found, dict):
        return Line(number, problem=_not_json(number, raw))
    return Line(number, found)


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _not_json(number: int, raw: bytes) -> RowProblem:
    return RowProblem(
        "not_json",
        number,
        "",
        raw[:200].decode("utf-8", errors="replace"),
        _("This line is no JSON object."),
        _("Write one entity a line, as FollowTheMoney does."),
    )
