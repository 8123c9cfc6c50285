"""The rules as data: one Cedar file a rule, the schema they are checked against, and the words shown to people.

A rule set that is not whole is not loaded: every policy has an id of its own, an effect, and a place in the schema;
REFUSE and SECOND forbid, only PERMIT permits, and the other effects answer questions of their own.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import cedarpy
import yaml

RULES = Path(__file__).parent / "rules"
SCHEMA = "schema.cedarschema"
PENALTIES = "penalties.yaml"
INSTRUMENTS = "instruments.yaml"
MINIMAL_IDENTITY = "minimal_identity.yaml"
PRESUMED_CHILD = "presumed_child.yaml"
UNPROTECTED = "unprotected.yaml"
ONE_STATE = "one_state.yaml"


class Effect(StrEnum):
    """What a policy does when it holds."""

    PERMIT = "PERMIT"
    REFUSE = "REFUSE"
    SECOND = "SECOND"
    REDACT = "REDACT"
    CONDITION = "CONDITION"
    NOTIFY = "NOTIFY"


QUESTIONS = {
    Effect.PERMIT: {"send", "disclose"},
    Effect.REFUSE: {"send", "ask", "disclose"},
    Effect.SECOND: {"send", "ask", "disclose"},
    Effect.REDACT: {"redact"},
    Effect.CONDITION: {"condition", "condition_letter"},
    Effect.NOTIFY: {"notify", "notify_letter"},
}
ACTIONS = frozenset().union(*QUESTIONS.values())
FORBIDS = {Effect.REFUSE, Effect.SECOND}


class BrokenRules(Exception):
    """The rule set cannot be used; nothing is released with it. The message names file, policy and fault."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of a rule. `role` approves a SECOND; `condition` travels; `task` is raised by a NOTIFY.

    `neutral`: pages show its sentence without naming the rule, since the rule's name alone would tell the reason.
    `inputs`: what it looks at, as the policy itself says: `person.consent.given`, names of the schema.
    """

    id: str
    rule: str
    effect: Effect
    sentence: str
    cure: str
    role: str
    condition: str
    task: str
    covers: frozenset[str]
    neutral: bool
    inputs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule file. `mark` is `verified`, `unverified`, or `own` for what is not law but Clew's own."""

    id: str
    title: str
    source: str
    mark: str
    version: str
    policies: tuple[Policy, ...]
    text: str

    @property
    def unverified(self) -> bool:
        """Whether the article has not been checked against the official text: said wherever the rule is shown."""
        return self.mark == "unverified"

    @property
    def inputs(self) -> tuple[str, ...]:
        """All that its policies look at, in order."""
        return tuple(sorted(frozenset().union(*(each.inputs for each in self.policies))))


class RuleSet:
    """All rules, parsed once. `version` is the digest of everything a decision depends on."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = dict(files)
        self.version = hashlib.sha256(json.dumps(self.files, sort_keys=True).encode()).hexdigest()
        self.rules: dict[str, Rule] = {}
        self.policies: dict[str, Policy] = {}
        self._cedar: dict[str, Any] = {}
        for name in sorted(files):
            if name.endswith(".cedar"):
                self._read(name.removesuffix(".cedar"), files[name])
        self._validate()
        self.schema = cedarpy.Schema.from_str(files[SCHEMA])
        self.all = self._handle(self._cedar)
        # Cedar looks at every policy it is given; those that do not speak of an action cannot decide about it.
        self._of_action = {action: self._handle(self._speaking_of(action)) for action in ACTIONS}
        self._permits_of_action = {
            action: self._handle(self._speaking_of(action, Effect.PERMIT)) for action in QUESTIONS[Effect.PERMIT]
        }
        penalties = yaml.safe_load(files[PENALTIES])
        self.penalties_excluded = frozenset(penalties["excluded"])
        instruments = yaml.safe_load(files[INSTRUMENTS])
        self.binding_kinds = frozenset(instruments["binding"])
        self.treaty_kinds = frozenset(instruments["between_states"])
        self.minimal_identity = frozenset(yaml.safe_load(files[MINIMAL_IDENTITY])["properties"])
        presumed = yaml.safe_load(files.get(PRESUMED_CHILD, "not_presumed: []"))
        self.not_presumed_child = frozenset(presumed["not_presumed"])
        unprotected = yaml.safe_load(files.get(UNPROTECTED, "not_protected: []"))
        self.not_protected = frozenset(unprotected["not_protected"])
        states = yaml.safe_load(files.get(ONE_STATE, "one_state: {}"))["one_state"]
        self.one_state = {territory: state for state, territories in states.items() for territory in territories}
        # Earlier sets took at its word what contradicts itself: a day to come, a withdrawal that names nothing.
        self.wary = "return_risk" in files[SCHEMA]
        # Earlier sets were shown countries and consents as they were written; what they decided then comes out again.
        self.strict = "reaches_origin" in files[SCHEMA]

    @cached_property
    def covered(self) -> frozenset[str]:
        """The codes some loaded rule speaks of, such as `handling:H2`. What is not here is refused (R00)."""
        return frozenset().union(*(policy.covers for policy in self.policies.values()))

    def states(self, codes: Iterable[str]) -> set[str]:
        """The states whose codes, or whose territories' codes, these are."""
        return {self.one_state.get(code, code) for code in codes}

    def every_code_of(self, codes: Iterable[str]) -> set[str]:
        """These codes, and all others of the same states."""
        states = self.states(codes)
        return {*codes, *states} | {territory for territory, state in self.one_state.items() if state in states}

    def without(self, *rule_ids: str) -> "RuleSet":
        """The set with some rules taken out, for simulation and tests."""
        left_out = {f"{rule}.cedar" for rule in rule_ids}
        return RuleSet({name: text for name, text in self.files.items() if name not in left_out})

    def unverified(self, policy_id: str) -> bool:
        """Whether a policy's rule has not been checked against the official text; false for what is no policy."""
        policy = self.policies.get(policy_id)
        return policy is not None and self.rules[policy.rule].unverified

    def policies_for(self, action: str, *, permits_only: bool = False) -> cedarpy.PolicySet:
        """The policies that speak of an action. Raises `KeyError` for what is none."""
        return (self._permits_of_action if permits_only else self._of_action)[action]

    def _speaking_of(self, action: str, effect: Effect | None = None) -> dict[str, Any]:
        return {
            key: cedar
            for key, cedar in self._cedar.items()
            if action in _actions(cedar["action"]) and effect in {None, self.policies[key].effect}
        }

    def _read(self, rule_id: str, text: str) -> None:
        try:
            parsed = json.loads(cedarpy.policies_to_json_str(text))
        except ValueError as error:
            raise BrokenRules(f"{rule_id}.cedar cannot be parsed: {error}") from error
        found = list(parsed["staticPolicies"].values())
        if not found or parsed.get("templates"):
            raise BrokenRules(f"{rule_id}.cedar must hold policies, and no templates.")
        policies = []
        for cedar in found:
            policy = _policy(rule_id, cedar)
            if policy.id in self.policies:
                raise BrokenRules(f"{rule_id}.cedar: the policy id {policy.id} is used twice.")
            self.policies[policy.id] = policy
            self._cedar[policy.id] = cedar
            policies.append(policy)
        policies.sort(key=lambda policy: policy.id)
        self.rules[rule_id] = _rule(rule_id, [each["annotations"] for each in found], tuple(policies), text)

    def _validate(self) -> None:
        missing = {SCHEMA, PENALTIES, INSTRUMENTS, MINIMAL_IDENTITY} - set(self.files)
        # A set from before one of these lists has a schema that does not speak of what follows from it.
        follows = {"may_be_child": PRESUMED_CHILD, "protected": UNPROTECTED}
        schema = self.files.get(SCHEMA, "")
        missing |= {name for word, name in follows.items() if re.search(rf"\b{word}:", schema)} - set(self.files)
        if missing or not self.policies:
            raise BrokenRules(f"The rule set lacks {', '.join(sorted(missing)) or 'every rule'}.")
        for rule in self.rules.values():
            errors = _errors_of(rule.text, self.files[SCHEMA])
            if errors:
                raise BrokenRules(f"{rule.id}.cedar: {'; '.join(errors)}")

    @staticmethod
    def _handle(policies: Mapping[str, Any]) -> cedarpy.PolicySet:
        return cedarpy.PolicySet.from_json_str(
            json.dumps({"staticPolicies": dict(policies), "templates": {}, "templateLinks": []})
        )


@lru_cache(maxsize=1024)
def _errors_of(text: str, schema: str) -> tuple[str, ...]:
    """What Cedar's validator finds in policies. It hangs on these two texts alone, and takes most of reading a set."""
    result = cedarpy.validate_policies(text, schema)
    if result.validation_passed:
        return ()
    return tuple(str(error) for error in result.errors) or ("Cedar's validator refuses it.",)


def _policy(rule_id: str, cedar: Mapping[str, Any]) -> Policy:
    notes: dict[str, str] = cedar.get("annotations", {})
    policy_id = notes.get("id", "")
    where = f"{rule_id}.cedar, policy {policy_id or '?'}"
    if not policy_id.startswith(rule_id) or policy_id[len(rule_id) :].isdigit():
        raise BrokenRules(f"{where}: the id must be the rule's, with a letter where there are several.")
    try:
        effect = Effect(notes.get("effect", ""))
    except ValueError as error:
        raise BrokenRules(f"{where}: the effect must be one of {', '.join(Effect)}.") from error
    if not notes.get("sentence"):
        raise BrokenRules(f"{where}: the sentence for the officer is missing.")
    for need, key in ((Effect.SECOND, "role"), (Effect.CONDITION, "condition"), (Effect.NOTIFY, "task")):
        if (effect is need) != bool(notes.get(key)):
            raise BrokenRules(f"{where}: @{key} belongs to {need} and to nothing else.")
    if cedar["effect"] != ("forbid" if effect in FORBIDS else "permit"):
        raise BrokenRules(f"{where}: REFUSE and SECOND forbid, the other effects permit.")
    if not _actions(cedar["action"]) or not _actions(cedar["action"]) <= QUESTIONS[effect]:
        raise BrokenRules(f"{where}: {effect} may only speak of {', '.join(sorted(QUESTIONS[effect]))}.")
    return Policy(
        policy_id,
        rule_id,
        effect,
        notes["sentence"],
        notes.get("cure", ""),
        notes.get("role", ""),
        notes.get("condition", ""),
        notes.get("task", ""),
        frozenset(notes.get("covers", "").split()),
        "neutral" in notes,
        frozenset(_inputs(cedar["conditions"])),
    )


def _inputs(expression: Any) -> Iterator[str]:
    """What an expression of Cedar's JSON form reads of the context, each as the path that follows `context`."""
    if isinstance(expression, list):
        for each in expression:
            yield from _inputs(each)
    elif isinstance(expression, dict):
        path = _path(expression)
        if path:
            yield ".".join(path)
        else:
            yield from _inputs(list(expression.values()))


def _path(expression: Mapping[str, Any]) -> list[str]:
    """The names along an access such as `context.person.child`; nothing where it is no access to the context."""
    access = expression.get(".")
    if not isinstance(access, dict):
        return []
    left = access["left"]
    if left == {"Var": "context"}:
        return [access["attr"]]
    before = _path(left) if isinstance(left, dict) else []
    return [*before, access["attr"]] if before else []


def _actions(scope: Mapping[str, Any]) -> set[str]:
    """The actions a policy names. One that names none speaks of all, which no effect may."""
    entities = scope.get("entities") or ([scope["entity"]] if "entity" in scope else [])
    return {entity["id"] for entity in entities}


def _rule(rule_id: str, notes: list[dict[str, str]], policies: tuple[Policy, ...], text: str) -> Rule:
    head = {
        key: next((each[key] for each in notes if each.get(key)), "") for key in ("title", "source", "mark", "version")
    }
    missing = [key for key, value in head.items() if not value]
    if missing or head["mark"] not in {"verified", "unverified", "own"}:
        raise BrokenRules(f"{rule_id}.cedar: title, source, version and mark (verified, unverified, own) are needed.")
    return Rule(rule_id, head["title"], head["source"], head["mark"], head["version"], policies, text)


def rule_files(directory: Path = RULES) -> dict[str, str]:
    """Name and text of every file a decision depends on."""
    kinds = (".cedar", ".cedarschema", ".yaml")
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(directory.iterdir()) if path.suffix in kinds}


@cache
def shipped_rules() -> RuleSet:
    """The rule set that comes with Clew, parsed once in a process."""
    return RuleSet(rule_files())
