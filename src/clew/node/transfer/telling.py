"""Sentences about a file that are kept and said again to each reader in her own language.

A file is checked once, by the worker or by whoever uploaded it; what was wrong with it is read by others.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as translated

from clew import vocabulary

Kept = str | dict[str, object]
"""A sentence as it is stored: the message and what stands in it, the code of a problem of the vocabulary, or, of an
older check, the finished text."""


class Told(str):
    """A sentence in the reader's language that knows how it came about. `% {…}` fills it in, as with any message."""

    __slots__ = ("kept",)
    kept: Kept

    def __mod__(self, values: object) -> Told:
        if isinstance(self.kept, dict) and isinstance(values, Mapping):
            return _message(str(self.kept["message"]), {str(name): value for name, value in values.items()})
        raise TypeError("A sentence is filled in by name.")


def told(message: str) -> Told:
    """A sentence of the catalogues; use it in the place of `gettext`, under the name `_`."""
    return _message(message, None)


def told_by_vocabulary(problem: vocabulary.Problem, part: str) -> Told:
    """A problem of a value, which the vocabulary's own files say; `part` is `problem` or `cure`."""
    return _of_vocabulary(problem, part)


def kept(sentence: str) -> Kept:
    """What is stored of a sentence."""
    return sentence.kept if isinstance(sentence, Told) else sentence


def said_again(stored: object) -> str:
    """A stored sentence in the reader's language; the English message where values and message no longer fit."""
    if isinstance(stored, str):
        return translated(stored) if stored else ""
    if not isinstance(stored, dict):
        return ""
    values = stored.get("values")
    values = values if isinstance(values, dict) else None
    if "message" in stored:
        return _message(str(stored["message"]), values)
    problem = vocabulary.Problem(str(stored.get("code")), {name: str(value) for name, value in (values or {}).items()})
    try:
        return _of_vocabulary(problem, str(stored.get("part")))
    except (KeyError, ValueError):
        return problem.code


def _message(message: str, values: Mapping[str, object] | None) -> Told:
    text = translated(message)
    try:
        sentence = Told(text % values if values is not None else text)
    except (KeyError, ValueError, TypeError):
        sentence = Told(message)
    sentence.kept = {"message": message} if values is None else {"message": message, "values": dict(values)}
    return sentence


def _of_vocabulary(problem: vocabulary.Problem, part: str) -> Told:
    language = get_language() or "en"
    sentence = Told(problem.cure_in(language) if part == "cure" else problem.problem_in(language))
    sentence.kept = {"code": problem.code, "part": part, "values": dict(problem.parameters)}
    return sentence
