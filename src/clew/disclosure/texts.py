"""The rules' words in the reader's language. English stands in the rule files; the other languages in rules/texts."""

from functools import cache

import yaml

from clew.disclosure.decision import HOLDS_BACK, SENTENCES
from clew.disclosure.ruleset import RULES, RuleSet, shipped_rules

LANGUAGES = ("en", "zh_Hans", "fr", "de", "bg")


def title(rule_id: str, lang: str, rules: RuleSet) -> str:
    """The title of a rule."""
    return _text(rule_id, "title", lang) or rules.rules[rule_id].title


def sentence(policy_id: str, lang: str, rules: RuleSet) -> str:
    """The sentence shown to the officer when this policy decided."""
    if policy_id in SENTENCES:
        return _text(policy_id, "sentence", lang) or SENTENCES[policy_id][0]
    return _text(policy_id, "sentence", lang) or rules.policies[policy_id].sentence


def cure(policy_id: str, lang: str, rules: RuleSet) -> str:
    """What would change the outcome; a policy without one of its own has that of its rule."""
    if policy_id in SENTENCES:
        return _text(policy_id, "cure", lang) or SENTENCES[policy_id][1]
    if rules.policies[policy_id].effect not in HOLDS_BACK:
        return ""
    rule = rules.rules[rules.policies[policy_id].rule]
    source = next((each for each in (rules.policies[policy_id], *rule.policies) if each.cure), None)
    return (_text(source.id, "cure", lang) or source.cure) if source else ""


def condition(policy_id: str, lang: str, rules: RuleSet) -> str:
    """The text that travels with a letter."""
    return _text(policy_id, "condition", lang) or rules.policies[policy_id].condition


def sentence_translated(text: str, lang: str) -> str:
    """A sentence of the rules that came with Clew, written in any language, in another; "" where it is none of them."""
    policy = _policies_by_sentence().get(text)
    return sentence(policy, lang, shipped_rules()) if policy is not None else ""


def untranslated(lang: str, rules: RuleSet) -> list[str]:
    """What the catalogue of a language lacks, as `id key`; the suite demands that this is empty."""
    wanted = [(rule, "title") for rule in rules.rules]
    wanted += [(each, key) for each in SENTENCES for key in ("sentence", "cure")]
    for policy in rules.policies.values():
        wanted += [(policy.id, key) for key in ("sentence", "cure", "condition") if getattr(policy, key)]
    return [f"{each} {key}" for each, key in wanted if not _text(each, key, lang)]


def _text(entry: str, key: str, lang: str) -> str:
    return _catalogue(lang).get(entry, {}).get(key, "")


@cache
def _policies_by_sentence() -> dict[str, str]:
    policies = shipped_rules().policies.values()
    return {_text(each.id, "sentence", lang) or each.sentence: each.id for lang in LANGUAGES for each in policies}


@cache
def _catalogue(lang: str) -> dict[str, dict[str, str]]:
    path = RULES / "texts" / f"{lang}.yaml"
    if lang not in LANGUAGES or not path.exists():
        return {}
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
