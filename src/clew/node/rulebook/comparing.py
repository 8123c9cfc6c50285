"""What differs between two rule sets, in the sentences that officers read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clew.disclosure import texts
from clew.disclosure.ruleset import Policy, Rule, RuleSet, shipped_rules


@dataclass(frozen=True, slots=True)
class PolicyDifference:
    """One policy before and after; `before` or `after` is empty where it was added or removed."""

    policy: str
    effect_before: str
    effect_after: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """One rule that was added, removed or changed; `text_only`: no sentence or effect differs, only its conditions."""

    rule: str
    title: str
    how: str
    unverified: bool
    policies: tuple[PolicyDifference, ...]
    text_only: bool
    text_before: str
    text_after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs; `other_files` names lists and schemata that are not rules."""

    rules: tuple[RuleDifference, ...]
    other_files: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.rules or self.other_files)


def difference(old: RuleSet, new: RuleSet, lang: str) -> Difference:
    """What the new set would change, rule by rule."""
    found = []
    for rule_id in sorted(set(old.rules) | set(new.rules)):
        before, after = old.rules.get(rule_id), new.rules.get(rule_id)
        if before is None or after is None or before.text != after.text:
            found.append(_rule(rule_id, before, after, (old, new), lang))
    names = sorted(set(old.files) | set(new.files))
    other = [each for each in names if not each.endswith(".cedar") and old.files.get(each) != new.files.get(each)]
    return Difference(tuple(found), tuple(other))


def _rule(
    rule_id: str, before: Rule | None, after: Rule | None, sets: tuple[RuleSet, RuleSet], lang: str
) -> RuleDifference:
    old, new = _policies(before), _policies(after)
    policies = tuple(
        found for each in sorted(set(old) | set(new)) if (found := _policy(old.get(each), new.get(each), sets, lang))
    )
    newest = after or before
    return RuleDifference(
        rule=rule_id,
        title=title_of(newest, lang) if newest is not None else "",
        how="added" if before is None else "removed" if after is None else "changed",
        unverified=newest is not None and newest.unverified,
        policies=policies,
        text_only=not policies,
        text_before=before.text if before else "",
        text_after=after.text if after else "",
    )


def _policies(rule: Rule | None) -> Mapping[str, Policy]:
    return {each.id: each for each in rule.policies} if rule is not None else {}


def _policy(
    before: Policy | None, after: Policy | None, sets: tuple[RuleSet, RuleSet], lang: str
) -> PolicyDifference | None:
    if before == after:
        return None
    found = before or after
    return PolicyDifference(
        policy=found.id if found is not None else "",
        effect_before=str(before.effect) if before else "",
        effect_after=str(after.effect) if after else "",
        before=sentence_of(before, sets[0], lang) if before else "",
        after=sentence_of(after, sets[1], lang) if after else "",
    )


def sentence_of(policy: Policy, rules: RuleSet, lang: str) -> str:
    """The policy's sentence; its own English where the catalogue of the language speaks of another text."""
    shipped = shipped_rules().policies.get(policy.id)
    known = shipped is not None and shipped.sentence == policy.sentence
    return texts.sentence(policy.id, lang, rules) if known else policy.sentence


def title_of(rule: Rule, lang: str) -> str:
    """The rule's title; its own English where the catalogue of the language speaks of another text."""
    shipped = shipped_rules()
    known = rule.id in shipped.rules and shipped.rules[rule.id].title == rule.title
    return texts.title(rule.id, lang, shipped) if known else rule.title


def condition_translated(policy_id: str, text: str, lang: str) -> str:
    """A condition of a letter in another language, for whoever must keep to it.

    "" in English, and where the catalogue speaks of another text than the letter: a partner's rules may differ.
    """
    shipped = shipped_rules()
    known = policy_id in shipped.policies and shipped.policies[policy_id].condition == text
    return texts.condition(policy_id, lang, shipped) if known and lang != "en" else ""
