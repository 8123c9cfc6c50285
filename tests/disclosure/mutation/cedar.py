"""Mutants of the rule files, made in Cedar's own JSON tree of a policy, and how they are tried.

A policy's truth does not depend on other policies. So a mutant can only show in questions in which the mutated policy
is true where it was false, or the other way round; only the stories that ask one of them are decided anew. Thousands of
mutants are tried, so policies are evaluated by the small evaluator below, which `check_evaluator` holds against Cedar's
own answers.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from clew.disclosure import ruleset
from clew.disclosure.decision import Outcome, Reason
from clew.disclosure.engine import Answer, Engine
from clew.disclosure.replay import decide_plain
from clew.disclosure.ruleset import Effect, RuleSet, shipped_rules
from tests.disclosure.bases import approval
from tests.disclosure.mutation.judges import Judge

Tree = Any
Way = tuple[Any, ...]
ROLES = ["approver", "legal_adviser", "child_protection_officer", "data_protection_officer", "prosecutor"]
COMPARISONS = {"==": ["!="], "!=": ["=="], "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"]}
TRUTHS = {"contains", "containsAny", "containsAll", "isEmpty", ".", "!", "&&", "||"}


@dataclass(frozen=True)
class Mutant:
    """`tree` is the policy as changed, `None` where it is taken out."""

    operator: str
    policy: str
    where: str
    tree: Tree | None


def mutants(of: set[str] | None = None) -> list[Mutant]:
    """Every mutant of every policy, or of these, without doubles, and without those that no rule set would load."""
    found = []
    rules = shipped_rules()
    for policy_id in sorted(rules.policies if of is None else of & rules.policies.keys()):
        tree = rules._cedar[policy_id]
        seen = {json.dumps(tree, sort_keys=True)}
        found.append(Mutant("delete a policy", policy_id, "", None))
        for operator, where, changed in _changes(tree):
            key = json.dumps(changed, sort_keys=True)
            if key not in seen and '"Set": []' not in key:
                seen.add(key)
                found.append(Mutant(operator, policy_id, where, changed))
    return found


def _changes(tree: Tree) -> Iterator[tuple[str, str, Tree]]:
    if role := tree["annotations"].get("role"):
        yield "swap a role", f"@role {role}", _put(tree, ("annotations", "role"), _other(role))
    for n, entity in enumerate(tree["action"].get("entities", ())):
        left = [each for k, each in enumerate(tree["action"]["entities"]) if k != n]
        yield "drop an action", entity["id"], _put(tree, ("action", "entities"), left)
    for n, condition in enumerate(tree["conditions"]):
        rest = [each for k, each in enumerate(tree["conditions"]) if k != n]
        yield "drop a conjunct", f"the whole {condition['kind']}", _put(tree, ("conditions",), rest)
        for way, node in _nodes(condition["body"], ("conditions", n, "body")):
            for operator, changed in _node_changes(node, is_truth=_is_truth(tree, way)):
                yield operator, f"{_shown(node)} => {_shown(changed)}", _put(tree, way, changed)


def _node_changes(node: Tree, *, is_truth: bool) -> Iterator[tuple[str, Tree]]:
    (kind,) = node
    if kind in {"&&", "||"}:
        for side in ("left", "right"):
            yield "drop a conjunct" if kind == "&&" else "drop a disjunct", node[kind][side]
        yield "swap and, or", {"||" if kind == "&&" else "&&": node[kind]}
    if kind in COMPARISONS:
        for other in COMPARISONS[kind]:
            yield "swap a comparison", {other: node[kind]}
    if kind == "!":
        yield "negate a condition", node["!"]["arg"]
    elif kind in TRUTHS and is_truth:
        yield "negate a condition", {"!": {"arg": node}}
    if kind == "Set":
        for n in range(len(node["Set"])):
            yield "drop a member of a list", {"Set": [each for k, each in enumerate(node["Set"]) if k != n]}
    if kind == "Value" and node["Value"] in ROLES and not is_truth:
        yield "swap a role", {"Value": _other(node["Value"])}


def _is_truth(tree: Tree, way: Way) -> bool:
    """Whether what stands there is a condition, not a part of a comparison or of a membership."""
    if way[-1] == "body":
        return True
    return way[-2] in {"&&", "||", "!"}


def _nodes(node: Tree, way: Way) -> Iterator[tuple[Way, Tree]]:
    yield way, node
    ((kind, inner),) = node.items()
    if isinstance(inner, dict):
        for key in ("left", "right", "arg"):
            if key in inner and kind != ".":
                yield from _nodes(inner[key], (*way, kind, key))


def _put(tree: Tree, way: Way, value: Any) -> Tree:
    changed = copy.deepcopy(tree)
    holder = changed
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = value
    return changed


def _other(role: str) -> str:
    return ROLES[(ROLES.index(role) + 1) % len(ROLES)]


def _shown(node: Tree) -> str:
    """The expression in short, for the list of survivors."""
    ((kind, inner),) = node.items()
    if kind == "Value":
        return json.dumps(inner)
    if kind == "Var":
        return str(inner)
    if kind == "Set":
        return f"[{', '.join(_shown(each) for each in inner)}]"
    if kind == ".":
        return f"{_shown(inner['left'])}.{inner['attr']}".removeprefix("context.")
    if kind == "!":
        return f"!({_shown(inner['arg'])})"
    if kind == "isEmpty":
        return f"{_shown(inner['arg'])}.isEmpty()"
    return f"({_shown(inner['left'])} {kind} {_shown(inner['right'])})"


def evaluate(node: Tree, context: dict[str, Any]) -> Any:
    """The value of an expression. Small, and checked against Cedar's own answers (`Trial.check_evaluator`)."""
    ((kind, inner),) = node.items()
    if kind == "Value":
        return inner
    if kind == "Var":
        return {"context": context}[inner]
    if kind == "Set":
        return [evaluate(each, context) for each in inner]
    if kind == ".":
        return evaluate(inner["left"], context)[inner["attr"]]
    if kind in {"!", "isEmpty"}:
        return not evaluate(inner["arg"], context)
    left = evaluate(inner["left"], context)
    if kind == "&&":
        return bool(left and evaluate(inner["right"], context))
    if kind == "||":
        return bool(left or evaluate(inner["right"], context))
    return BINARY[kind](left, evaluate(inner["right"], context))


BINARY: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "contains": lambda left, right: right in left,
    "containsAny": lambda left, right: not set(left).isdisjoint(right),
}


def holds(tree: Tree | None, action: str, context: dict[str, Any]) -> bool:
    """Whether a policy is satisfied by this question."""
    if tree is None:
        return False
    scope = tree["action"].get("entities") or [tree["action"]["entity"]]
    return action in {each["id"] for each in scope} and all(
        bool(evaluate(each["body"], context)) is (each["kind"] == "when") for each in tree["conditions"]
    )


class Trial:
    """All questions that the stories ask of the shipped rules, and the mutants tried on them."""

    def __init__(self, stories: list[Judge]) -> None:
        self.rules = shipped_rules()
        self.trees = dict(self.rules._cedar)
        self.stories = stories
        self.questions: dict[tuple[str, str], list[int]] = {}
        self.true: dict[tuple[str, str], frozenset[str]] = {}
        self.grouped: dict[str, list[tuple[str, dict[str, Any], set[int], bool]]] = {}
        for n, story in enumerate(stories):
            asked: set[tuple[str, str]] = set()
            if story.fails(self._decide(story, None, asked)):
                raise AssertionError(f"{story.name} fails without any mutant.")
            for each in asked:
                self.questions.setdefault(each, []).append(n)
        self.read = {key: json.loads(key[1]) for key in self.questions}

    def _decide(self, story: Judge, mutant: Mutant | None, asked: set[tuple[str, str]] | None = None) -> Outcome:
        """The outcome with the mutant in place, policies evaluated here."""
        rules = with_mutant(self.rules, mutant) if mutant else self.rules

        def answer(_engine: Engine, action: str, context: dict[str, Any], *, permits_only: bool = False) -> Answer:
            key = (action, json.dumps(context, sort_keys=True))
            if asked is not None:
                asked.add(key)
            true = self._true(key, context)
            if mutant:
                true = true - {mutant.policy}
                if holds(mutant.tree, action, context):
                    true |= {mutant.policy}
            forbidding = {each for each in true if rules.policies[each].effect in ruleset.FORBIDS}
            if permits_only:
                permitting = {each for each in true if rules.policies[each].effect is Effect.PERMIT}
                return Answer(bool(permitting), tuple(sorted(permitting)), error=False)
            return Answer(bool(true) and not forbidding, tuple(sorted(forbidding or true)), error=False)

        ask = Engine.ask
        Engine.ask = answer  # type: ignore[method-assign]
        try:
            return decide_plain(story.inputs, rules)
        finally:
            Engine.ask = ask  # type: ignore[method-assign]

    def _true(self, key: tuple[str, str], context: dict[str, Any]) -> frozenset[str]:
        if key not in self.true:
            self.true[key] = frozenset(name for name, tree in self.trees.items() if holds(tree, key[0], context))
        return self.true[key]

    def check_evaluator(self, every: int = 1) -> None:
        """Cedar's own answer to each `every`th question is the one that the evaluator gives."""
        engine = Engine(self.rules)
        for key in sorted(self.questions)[::every]:
            answer = engine.ask(key[0], self.read[key])
            forbidding = {name for name in self.true[key] if self.rules.policies[name].effect in ruleset.FORBIDS}
            assert set(answer.policies) == (forbidding or self.true[key]), key[0]
            assert answer.allowed is (bool(self.true[key]) and not forbidding), key[0]

    def killer(self, mutant: Mutant) -> str:
        """The story that tells the mutant from the rule, or an empty text where none does."""
        told = self._told(mutant)
        if not told:
            return ""
        rule = self.rules.policies[mutant.policy].rule
        for n in sorted(told, key=lambda each: (rule not in self.stories[each].rules, each)):
            if self.stories[n].fails(self._decide(self.stories[n], mutant)):
                return self.stories[n].name
            if mutant.where.startswith("@role") and self._not_lifted(self.stories[n], mutant):
                return "an approval in the role asked for lifts what asked for it"
        return ""

    def _not_lifted(self, story: Judge, mutant: Mutant) -> bool:
        """Whether an approval in the role that the outcome names leaves the reason standing."""
        outcome = self._decide(story, mutant)
        approved = copy.deepcopy(story.inputs)
        roles = {reason.role for reason in reasons_of(outcome) if reason.policy == mutant.policy}
        approved["transfer"]["approvals"] += [approval(role, "zoe") for role in sorted(roles)]
        after = self._decide(Judge(story.name, story.rules, approved, story.fails), mutant)
        return mutant.policy in {reason.policy for reason in reasons_of(after)}

    def _told(self, mutant: Mutant) -> set[int]:
        """The stories in which the mutant could show."""
        if mutant.tree is None and self.rules.policies[mutant.policy].covers:
            return set(range(len(self.stories)))
        told: set[int] = set()
        for action, context, stories, was in self._groups(mutant.policy):
            if was != holds(mutant.tree, action, context) or (was and mutant.where.startswith("@role")):
                told |= stories
        return told

    def _groups(self, policy: str) -> list[tuple[str, dict[str, Any], set[int], bool]]:
        """The questions, those together that are equal in everything this policy looks at: action, one of them, the
        stories that ask them, and whether the policy holds."""
        if policy not in self.grouped:
            tree = self.rules._cedar[policy]
            paths = sorted(_paths(tree["conditions"]))
            scope = {each["id"] for each in tree["action"].get("entities") or [tree["action"]["entity"]]}
            groups: dict[tuple[str, str], tuple[dict[str, Any], set[int]]] = {}
            for (action, text), stories in self.questions.items():
                if action in scope:
                    context = self.read[action, text]
                    key = (action, json.dumps([_follow(context, path) for path in paths]))
                    groups.setdefault(key, (context, set()))[1].update(stories)
            self.grouped[policy] = [
                (action, context, stories, holds(tree, action, context))
                for (action, _), (context, stories) in groups.items()
            ]
        return self.grouped[policy]


def _paths(node: Tree) -> set[tuple[str, ...]]:
    """The attributes an expression looks at."""
    if isinstance(node, list):
        return set().union(*map(_paths, node))
    if not isinstance(node, dict):
        return set()
    if "." in node:
        return {_path(node)}
    return set().union(*map(_paths, node.values()))


def _path(node: Tree) -> tuple[str, ...]:
    return () if "Var" in node else (*_path(node["."]["left"]), node["."]["attr"])


def _follow(context: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = context
    for step in path:
        value = value[step]
    return value


def reasons_of(outcome: Outcome) -> list[Reason]:
    """Every reason of the letter and of its statements."""
    return [reason for ruling in (outcome.letter, *outcome.statements) for reason in ruling.reasons]


def with_mutant(rules: RuleSet, mutant: Mutant) -> RuleSet:
    """The rule set with one policy changed. `RuleSet` reads files; a mutant is a tree, so it is put in afterwards."""
    changed = object.__new__(RuleSet)
    changed.__dict__ |= {name: value for name, value in rules.__dict__.items() if name != "covered"}
    changed._cedar = {name: tree for name, tree in rules._cedar.items() if name != mutant.policy}
    changed.policies = {name: policy for name, policy in rules.policies.items() if name != mutant.policy}
    if mutant.tree is not None:
        changed._cedar[mutant.policy] = mutant.tree
        changed.policies[mutant.policy] = ruleset._policy(rules.policies[mutant.policy].rule, mutant.tree)
    return changed
