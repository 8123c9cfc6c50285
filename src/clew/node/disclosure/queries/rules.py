"""The rules as a page shows them, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from clew.disclosure import texts
from clew.disclosure.ruleset import Rule, RuleSet
from clew.disclosure.tested import Tested, tested
from clew.node.disclosure.wording import ReasonView, reader_language, reason_view, rules_for_words


@dataclass(frozen=True, slots=True)
class PolicyView:
    """One policy of a rule."""

    reason: ReasonView
    role: str
    condition: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule; `unverified`: its article has not been checked against the official text.

    `inputs`: what its policies look at, by the names of the schema; `tests`: by what it is tested.
    """

    id: str
    title: str
    source: str
    mark: str
    version: str
    unverified: bool
    effects: tuple[str, ...]
    policies: tuple[PolicyView, ...]
    text: str
    inputs: tuple[str, ...]
    tests: Tested


def rules() -> list[RuleView]:
    """Every rule, guards first."""
    loaded = rules_for_words()
    return [_view(each, loaded) for each in sorted(loaded.rules.values(), key=lambda each: each.id)]


def rule(rule_id: str) -> RuleView | None:
    """One rule, or None."""
    loaded = rules_for_words()
    found = loaded.rules.get(rule_id)
    return _view(found, loaded) if found is not None else None


def _view(found: Rule, loaded: RuleSet) -> RuleView:
    lang = reader_language()
    policies = tuple(
        PolicyView(
            reason_view(each.id, loaded, named=True),
            each.role,
            texts.condition(each.id, lang, loaded) if each.condition else "",
        )
        for each in found.policies
    )
    return RuleView(
        found.id,
        texts.title(found.id, lang, loaded),
        found.source,
        found.mark,
        found.version,
        found.unverified,
        tuple(dict.fromkeys(str(each.effect) for each in found.policies)),
        policies,
        found.text,
        found.inputs,
        tested(found.id),
    )
