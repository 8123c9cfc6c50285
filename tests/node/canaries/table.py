"""The table `canaries.yaml`: which role hears which canary, in which class of output. Nobody hears the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clew.vocabulary import codelist

ROLES = [code for code, _label in codelist("roles").choices("en")]
CLASSES = ("page", "search", "file", "audit", "rules", "error", "redirect", "export", "cli", "log")


SHORT = 6
"""Letters below which a canary is looked for as a whole word only."""


@dataclass(frozen=True)
class Canary:
    """A fact that is one unique word. `heard`: by class of output, the roles of the team that may hear it; `outside`:
    the roles that may although they are not in the team.
    """

    name: str
    word: str
    heard: dict[str, frozenset[str]]
    outside: dict[str, frozenset[str]]
    why: str

    def is_in(self, text: str) -> bool:
        if len(self.word) < SHORT:
            # A random token of a page could hold so short a word; as a word of its own it is the canary.
            return re.search(rf"(?<![\w-]){re.escape(self.word)}(?![\w-])", text) is not None
        return self.word.casefold() in text.casefold()


@cache
def canaries() -> tuple[Canary, ...]:
    """Every canary of the table, read once."""
    raw = yaml.safe_load(Path(__file__).with_name("canaries.yaml").read_text(encoding="utf-8"))
    return tuple(_canary(name, one) for name, one in raw["canaries"].items())


def _canary(name: str, raw: dict[str, Any]) -> Canary:
    return Canary(
        name, raw["word"], _by_class(raw.get("team", {})), _by_class(raw.get("outside", {})), raw.get("why", "")
    )  # fmt: skip


def _by_class(raw: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    return {each: frozenset(roles) for each, roles in raw.items()}
