"""What is wrong with a table that is asked for, in words that a person can act on."""

from __future__ import annotations


class TableRefused(ValueError):
    """A table that must not be published: `field` names what was asked, `problem` says why not, `cure` what helps."""

    def __init__(self, field: str, problem: str, cure: str) -> None:
        self.field, self.problem, self.cure = field, problem, cure
        super().__init__(f"{problem} {cure}".strip())
