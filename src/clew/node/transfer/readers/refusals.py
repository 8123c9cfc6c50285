"""A whole file that cannot be read, and one row of it that cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass

from clew.node.transfer.telling import kept
from clew.node.types import BadInput

SHOWN = 200
"""Characters of a bad value that are repeated to the officer: enough to find it in the file."""


class FileRefused(BadInput):
    """The file as a whole is refused: `code` is stable, `row` is 0 where no row is to blame."""

    def __init__(self, code: str, problem: str, cure: str, *, row: int = 0, field: str = "file") -> None:
        super().__init__(field, problem, cure)
        self.code = code
        self.row = row

    def as_row_problem(self) -> RowProblem:
        """The same, in the shape in which problems of rows are reported."""
        return RowProblem(self.code, self.row, "" if self.field == "file" else self.field, "", self.problem, self.cure)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with one row. `row` counts as a spreadsheet does: the line of column names is row 1."""

    code: str
    row: int
    field: str
    value: str
    problem: str
    cure: str

    def kept(self) -> dict[str, object]:
        """As stored, with sentences that are said again to each reader: code, row, field, value, problem, cure."""
        return {
            "code": self.code,
            "row": self.row,
            "field": self.field,
            "value": self.value[:SHOWN],
            "problem": kept(self.problem),
            "cure": kept(self.cure),
        }
