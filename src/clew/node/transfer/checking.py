"""The dry run: every row is converted and nothing is written but the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from clew.node.transfer.opening import Opened
from clew.node.transfer.readers import FileRefused, RowProblem, limits
from clew.node.types import BadInput

REPORT_EVERY = 2_000
"""Rows between two reports of progress."""


@dataclass(slots=True)
class Checked:
    """What a dry run found. `refusal` is set where the file as a whole was refused; then the numbers stop there."""

    rows: int = 0
    rejected: int = 0
    formulas: int = 0
    problem_count: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    refusal: FileRefused | None = None

    def add(self, problems: list[RowProblem]) -> None:
        """Count the problems of one row, and keep them while there is room."""
        self.rejected += 1
        self.problem_count += len(problems)
        room = limits.KEPT_PROBLEMS - len(self.problems)
        self.problems += problems[: max(room, 0)]


def check_rows(opened: Opened, result: Checked) -> Iterator[int]:
    """Walk through the file and fill `result`; yields the number of rows now and then.

    A line that names a left-out line is left out as well, so a file of entities is walked through until no more fall.
    """
    while True:
        before = len(opened.index.rejected) if opened.index else 0
        result.rows = result.rejected = result.formulas = result.problem_count = 0
        result.problems = []
        try:
            yield from _walk(opened, result)
        except FileRefused as refusal:
            result.refusal = refusal
            return
        if opened.index is None or len(opened.index.rejected) == before:
            return


def _walk(opened: Opened, result: Checked) -> Iterator[int]:
    for row in opened.rows():
        converted = opened.converter.check(row)
        if converted.mute:
            continue
        result.rows += 1
        result.formulas += converted.formulas
        if converted.problems:
            result.add(converted.problems)
            if opened.index is not None and converted.problems[0].code != "duplicate_id":
                opened.index.rejected |= opened.index.ids_of_line(row.number)
        if result.rows % REPORT_EVERY == 0:
            yield result.rows
    yield result.rows


def check_now(opened: Opened) -> Checked:
    """The whole dry run at once."""
    result = Checked()
    for _rows in check_rows(opened, result):
        pass
    return result


def refused(problem: BadInput) -> FileRefused:
    """Anything that keeps a file from being opened, as the refusal of the file."""
    if isinstance(problem, FileRefused):
        return problem
    return FileRefused("not_importable", problem.problem, problem.cure, field=problem.field)
