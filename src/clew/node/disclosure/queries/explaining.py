"""A stored decision derived again from what is stored, with the rules of its own version."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from clew.disclosure import texts
from clew.disclosure.records import to_plain
from clew.disclosure.replay import replay
from clew.disclosure.ruleset import BrokenRules, RuleSet, shipped_rules
from clew.node.disclosure.deriving import decision_digest
from clew.node.disclosure.models import Decision, RuleSetVersion
from clew.node.disclosure.sealed_reasons import is_neutral, ruling_told
from clew.node.disclosure.wording import reader_language, rules_for_words


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a decision comes out again, and which rules made it; sentences in English, as in the rule files.

    A neutral reason stands here without its rule: only the sealed record says more.
    """

    decision: int
    same: bool
    differences: tuple[str, ...]
    ruleset: str
    letter: dict[str, Any]
    statements: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """The report as a plain value."""
        return {
            "decision": self.decision,
            "same": self.same,
            "differences": list(self.differences),
            "ruleset": self.ruleset,
            "letter": self.letter,
            "statements": list(self.statements),
        }

    def as_text(self) -> str:
        """The report in lines."""
        state = "comes out again" if self.same else "does NOT come out again"
        lines = [f"Decision {self.decision} {state} (rules {self.ruleset[:12]}).", *self.differences]
        for ruling in (self.letter, *self.statements):
            name = "Letter" if ruling["statement"] is None else f"Statement {ruling['statement']}"
            lines.append(f"{name}: {ruling['verdict']}")
            lines += [
                f"  {each['policy']} {each['effect']}: {each['sentence']}{' (unverified)' * each['unverified']}"
                for each in ruling["reasons"]
            ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SealedReason:
    """The true reason of a neutral refusal: of a statement, or of the letter (`None`)."""

    statement: int | None
    policy: str
    rule: str
    title: str
    source: str


def explain(decision: Decision | int) -> Explanation:
    """Derive a decision again. Raises `Decision.DoesNotExist` for a number that is none."""
    if isinstance(decision, int):
        decision = Decision.objects.select_related("ruleset").get(pk=decision)
    differences: list[str] = []
    inputs = bytes(decision.inputs)
    if decision_digest(inputs, decision.outcome, decision.package_digest) != decision.digest:
        differences.append("The stored parts do not have the digest that was signed.")
    if hashlib.sha256(bytes(decision.package)).hexdigest() != decision.package_digest:
        differences.append("The stored letter does not have its digest.")
    try:
        rules = rules_of(decision.ruleset)
    except BrokenRules:
        differences.append("The rules of that version cannot be read.")
        return _explanation(decision, differences, decision.outcome, shipped_rules())
    stored = json.loads(inputs)
    record = {
        "format": stored.get("format", 1),
        "inputs": stored["inputs"],
        "ruleset": decision.ruleset.version,
        "outcome": decision.outcome,
    }
    again = replay(record, rules)
    return _explanation(decision, [*differences, *again.differences], to_plain(again.outcome), rules)


def sealed_reasons(decision: Decision) -> list[SealedReason]:
    """Why a decision refused what it refused neutrally; for the page that `actions.read_sealed_reason` opens, only."""
    rules = rules_of(decision.ruleset)
    found = []
    for ruling in (decision.outcome["letter"], *decision.outcome["statements"]):
        for each in ruling["reasons"]:
            if is_neutral(each["policy"], rules):
                rule = rules.rules[rules.policies[each["policy"]].rule]
                title = texts.title(rule.id, reader_language(), rules)
                found.append(SealedReason(ruling["statement"], each["policy"], rule.id, title, rule.source))
    return found


def readable_rules(version: RuleSetVersion) -> RuleSet:
    """The rules of a stored version, for a page's words; where they cannot be read, others that can."""
    try:
        return rules_of(version)
    except BrokenRules:
        return rules_for_words()


def rules_of(version: RuleSetVersion) -> RuleSet:
    """The rules of a stored version."""
    return _parsed(version.version, json.dumps(version.files, sort_keys=True))


@lru_cache(maxsize=4)
def _parsed(version: str, files: str) -> RuleSet:
    rules = RuleSet(json.loads(files))
    if rules.version != version:
        raise BrokenRules("The stored rule files are not those of their version.")
    return rules


def _explanation(decision: Decision, differences: list[str], outcome: dict[str, Any], rules: RuleSet) -> Explanation:
    return Explanation(
        decision.pk,
        not differences,
        tuple(differences),
        decision.ruleset.version,
        _marked(ruling_told(outcome["letter"], rules), rules),
        tuple(_marked(ruling_told(each, rules), rules) for each in outcome["statements"]),
    )


def _marked(ruling: dict[str, Any], rules: RuleSet) -> dict[str, Any]:
    """The ruling, and of each rule named in it whether its article is unverified. A neutral one is not named."""
    return {
        **ruling,
        "reasons": [{**each, "unverified": rules.unverified(each["policy"])} for each in ruling["reasons"]],
    }
