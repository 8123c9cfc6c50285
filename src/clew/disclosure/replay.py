"""A stored decision derived again from what was stored: the same inputs and the same rules give the same outcome."""

from dataclasses import dataclass, replace
from typing import Any

from clew.disclosure.decision import Outcome, decide, undecided
from clew.disclosure.engine import Engine
from clew.disclosure.facts import Inputs
from clew.disclosure.formats import FORMAT, Lacking, attributes_of, completed
from clew.disclosure.records import NotReadable, digest, from_plain, to_plain
from clew.disclosure.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Replay:
    """Whether the stored outcome comes out again; `differences` names what does not, in sentences."""

    same: bool
    differences: tuple[str, ...]
    outcome: Outcome


def decide_plain(inputs: object, rules: RuleSet, engine: Engine | None = None) -> Outcome:
    """The outcome for inputs in their stored form. Inputs that lack anything, or have too much, are refused."""
    try:
        facts = from_plain(Inputs, inputs)
    except (NotReadable, RecursionError):
        return undecided(None, rules)
    return decide(facts, rules, engine)


def record_of(inputs: Inputs, outcome: Outcome) -> dict[str, Any]:
    """What is stored of a decision, as a plain value."""
    return {"format": FORMAT, "inputs": to_plain(inputs), "ruleset": outcome.ruleset, "outcome": to_plain(outcome)}


def replay(record: dict[str, Any], rules: RuleSet) -> Replay:
    """Derive a stored decision again with the rules of its version; a record that names no format is of the first."""
    outcome, differences = _derived(record.get("inputs"), record.get("format", 1), rules)
    if record.get("ruleset") != rules.version:
        differences.append("The rules are of another version than those that decided.")
    stored, derived = record.get("outcome"), to_plain(outcome)
    if not isinstance(stored, dict):
        differences.append("The record holds no outcome.")
    else:
        differences += [
            f"The outcome differs in {key}." for key in derived if stored.get(key) != derived[key] and key != "ruleset"
        ]
    return Replay(not differences, tuple(differences), outcome)


def _derived(inputs: object, written: object, rules: RuleSet) -> tuple[Outcome, list[str]]:
    """The outcome, and what the inputs lack in a sentence."""
    try:
        facts = completed(inputs, written, rules)
    except Lacking as fault:
        return undecided(None, rules), [f"The stored inputs lack {', '.join(fault.names)}."]
    except (NotReadable, RecursionError):
        return undecided(None, rules), []
    if written == FORMAT:
        return decide_plain(facts, rules), []
    outcome = decide_plain(facts, rules, Engine(rules, attributes_of(rules)))
    # What was stored is what was decided upon; the fields supplied are this program's.
    return replace(outcome, inputs=digest(inputs) if outcome.inputs else ""), []
