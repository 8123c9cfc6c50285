"""What a neutral refusal hides: told by no page, register or report, but to a legal adviser who says why she asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from clew.disclosure.ruleset import RuleSet

NEUTRAL: Final = "neutral"
"""Stands wherever a policy is named whose name alone would tell the reason."""


def is_neutral(policy_id: str, rules: RuleSet) -> bool:
    """Whether the policy's name must not be told."""
    policy = rules.policies.get(policy_id)
    return bool(policy and policy.neutral)


def named_openly(policies: Iterable[str], rules: RuleSet) -> list[str]:
    """The policies as they may be told, each once; the neutral ones as one, and last: its place tells nothing."""
    ids = list(dict.fromkeys(policies))
    openly = [each for each in ids if not is_neutral(each, rules)]
    return openly if len(openly) == len(ids) else [*openly, NEUTRAL]


def ruling_told(ruling: Mapping[str, Any], rules: RuleSet) -> dict[str, Any]:
    """A stored ruling as it may be told: its neutral reasons without id, all alike, each once and last."""
    openly = [each for each in ruling["reasons"] if not is_neutral(each["policy"], rules)]
    hidden: list[dict[str, Any]] = []
    for each in ruling["reasons"]:
        told = {**each, "policy": NEUTRAL}
        if is_neutral(each["policy"], rules) and told not in hidden:
            hidden.append(told)
    return {**ruling, "reasons": [*openly, *hidden]}
