"""The rules that decide on a day: those in force, with this node's own list of countries without the death penalty."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import yaml

from clew.disclosure.ruleset import PENALTIES, RuleSet
from clew.node.rulebook.book import RuleBook, rule_book
from clew.node.rulebook.queries.settings import settings_for


def deciding_rules(on: dt.date, book: RuleBook | None = None) -> RuleSet:
    """The rules in force, their list of penalties as the settings make it; a list of its own is a version of its own,
    so that a decision is derived again with the list it was made with.

    Raises:
        BrokenRules: no rules can be used.
    """
    book = book or rule_book()
    rules = book.rules
    excluded = settings_for("", on, book=book).penalties_excluded
    return rules if excluded == rules.penalties_excluded else _with_penalties(rules, excluded)


@lru_cache(maxsize=4)
def _with_penalties(rules: RuleSet, excluded: frozenset[str]) -> RuleSet:
    penalties = yaml.safe_load(rules.files[PENALTIES]) | {"excluded": sorted(excluded)}
    return RuleSet({**rules.files, PENALTIES: yaml.safe_dump(penalties)})
