"""Handling codes (Council document 6261/18): a statement may be stricter than its source, never laxer."""

from __future__ import annotations

from clew.vocabulary.codelists import codelist


class LaxerHandling(ValueError):
    """A statement was given a handling code laxer than its source's."""

    def __init__(self, statement: str, source: str) -> None:
        super().__init__(
            f"The source is under {source}, so a statement from it cannot be under the laxer {statement}. "
            f"Choose {source} or a stricter code, or leave it empty."
        )
        self.statement = statement
        self.source = source


def strictness(code: str) -> int:
    """The place of a handling code, laxest 0. Raises `UnknownCode`."""
    codelist("handling_codes").get(code)
    return codelist("handling_codes").codes.index(code)


def stricter(statement: str | None, source: str) -> str:
    """The code that holds for a statement. None takes the source's; a laxer one raises `LaxerHandling`."""
    if statement is None:
        return source
    if strictness(statement) < strictness(source):
        raise LaxerHandling(statement, source)
    return statement


def strictest(statement: str | None, source: str) -> str:
    """The stricter of two recorded codes, whichever has it; never refuses, for reading what is already stored."""
    return source if statement is None else max(source, statement, key=strictness)
