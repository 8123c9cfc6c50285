"""The one place that calls Cedar. Anything but a clear answer is an error, and an error refuses.

Cedar skips a policy that errs, so an erring refusal would let through what it should stop (security.md, section 1).
Hence: a schema on every call, policies under their own ids, and an answer counts only with an empty error list.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any

import cedarpy

from clew.disclosure.ruleset import RuleSet

log = logging.getLogger("clew.disclosure")


@dataclass(frozen=True, slots=True)
class Answer:
    """What Cedar said: `allowed` only without any error; `policies` are the ids that made it so."""

    allowed: bool
    policies: tuple[str, ...]
    error: bool


UNDECIDED = Answer(allowed=False, policies=(), error=True)


class Engine:
    """Asks one rule set. Equal questions are answered once: two hundred statements often pose a dozen.

    A context that was asked about is not to be changed afterwards: several questions are asked about each.

    `known`: for rules of an earlier version, the names that their schema has; what it does not name, no rule of it can
    look at, and it is left out of the question. For a release it stays `None`: there, what is not known refuses.
    """

    def __init__(self, rules: RuleSet, known: frozenset[str] | None = None) -> None:
        self.rules = rules
        self._known = known
        self._entities = cedarpy.Entities.from_json_str("[]")
        self._answers: dict[tuple[str, bool, str], Answer] = {}
        self._written: dict[int, tuple[dict[str, Any], str]] = {}

    def ask(self, action: str, context: dict[str, Any], *, permits_only: bool = False) -> Answer:
        """Whether the rules answer this question with yes, and which policies made the answer."""
        try:
            key = (action, permits_only, self._text(context))
        except (TypeError, ValueError):
            return UNDECIDED
        if key not in self._answers:
            self._answers[key] = self._ask(action, key[2], permits_only=permits_only)
        return self._answers[key]

    def _text(self, context: dict[str, Any]) -> str:
        """The context as Cedar reads it, written once for each; it is kept, so that its identity stays its own."""
        if id(context) not in self._written:
            known = self._known
            shown = context if known is None else {name: _kept(each, known) for name, each in context.items()}
            self._written[id(context)] = (context, json.dumps(shown, sort_keys=True, allow_nan=False))
        return self._written[id(context)][1]

    def _ask(self, action: str, context: str, *, permits_only: bool) -> Answer:
        request = {
            "principal": {"type": "Party", "id": "sender"},
            "action": {"type": "Action", "id": action},
            "resource": {"type": "Item", "id": "item"},
            "context": context,
        }
        try:
            policies = self.rules.policies_for(action, permits_only=permits_only)
            result = cedarpy.is_authorized(request, policies, self._entities, self.rules.schema)
            return self._read(result)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in here must refuse, not escape
            log.error("The engine could not decide %s: %s", action, type(error).__name__)
            return UNDECIDED

    def _read(self, result: cedarpy.AuthzResult) -> Answer:
        reasons = tuple(sorted(result.diagnostics.reasons))
        if result.diagnostics.errors or any(policy not in self.rules.policies for policy in reasons):
            return UNDECIDED
        if result.decision is cedarpy.Decision.Allow:
            return Answer(allowed=True, policies=reasons, error=False)
        if result.decision is cedarpy.Decision.Deny:
            return Answer(allowed=False, policies=reasons, error=False)
        return UNDECIDED


def _kept(value: Any, known: frozenset[str]) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _kept(each, known) for name, each in value.items() if name in known}
