"""The hand-written tables in `data/`: sections of words or of pairs, read once."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_RUN = re.compile(r"(.)\1+")
Pairs = tuple[tuple[str, str], ...]


def lines(name: str) -> list[str]:
    """The lines of a data file, without comments and empty ones."""
    text = (files("clew.matching.names") / "data" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def sections(name: str) -> dict[str, str]:
    """The `[title]` sections of a data file."""
    found: dict[str, list[str]] = {}
    for line in lines(name):
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        else:
            current.append(line)
    return {title: "\n".join(rest) for title, rest in found.items()}


@cache
def _letters() -> dict[str, str]:
    return sections("letters.txt")


@cache
def words_of(title: str) -> tuple[str, ...]:
    """The words of a section of `letters.txt`, in order."""
    return tuple(_letters()[title].split())


@cache
def pairs_of(title: str) -> Pairs:
    """The pairs of a section of `letters.txt`, in order: what is written, what it stands for."""
    return tuple((written, said) for written, _, said in (pair.partition("=") for pair in words_of(title)))


def undoubled(word: str) -> str:
    """The word with each run of one letter as one."""
    return _RUN.sub(r"\1", word)
