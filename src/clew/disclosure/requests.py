"""A decision request and its answer as JSON, for whoever asks the rules without a node.

A request holds `format`, `transfer`, `statements` and `persons`: the fields of `clew.disclosure.facts`, all of them.
What is missing, surplus or of the wrong kind is named with its path and cure, and nothing is permitted.
What a request of an earlier version could not say yet, nobody has said.
"""

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clew.disclosure.context.strictness import are_countries
from clew.disclosure.decision import Outcome, Reason, Ruling, decide, undecided
from clew.disclosure.facts import DangerFacts, Inputs, PersonFacts, RecipientFacts, RiskFacts, SenderFacts
from clew.disclosure.formats import ADDED
from clew.disclosure.records import from_plain
from clew.disclosure.ruleset import RuleSet

REQUEST = "clew-decision-request-2"
EARLIER: Mapping[str, int] = {"clew-decision-request-1": 1}
"""Earlier versions of a request, each with the format of the facts that it began with (`clew.disclosure.formats`)."""
ANSWER = "clew-decision-answer-1"
UNSAID: Mapping[Any, Any] = {str: "", bool: False, int: 0, dt.date: "", dt.datetime: "2026-01-01T00:00:00+00:00"}
NAMES = {str: "a text", bool: "true or false", int: "a whole number", dt.date: "a day", dt.datetime: "a moment"}
COUNTRIES: Mapping[type, frozenset[str]] = {
    SenderFacts: frozenset({"country"}),
    RecipientFacts: frozenset({"country", "states", "onward"}),
    DangerFacts: frozenset({"state"}),
    RiskFacts: frozenset({"state"}),
    PersonFacts: frozenset({"origin", "feared"}),
}
"""The fields that hold a country or several. One that nobody has said is an empty text, or stands in no list."""
EXAMPLES = {dt.date: "2026-01-31", dt.datetime: "2026-01-31T09:00:00+00:00"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a request: where (`transfer.recipient.keys`), what, and what to do."""

    field: str
    problem: str
    cure: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The outcome, and the faults that made it a refusal, if any."""

    outcome: Outcome
    problems: tuple[Problem, ...]


def answer_request(request: object, rules: RuleSet) -> Answered:
    """Decide a request. A faulty one is refused as a whole, with every fault at once."""
    problems = tuple(problems_of(request))
    if problems:
        return Answered(undecided(None, rules), problems)
    return Answered(decide(from_plain(Inputs, _inputs(typing.cast("dict[str, Any]", request))), rules), ())


def problems_of(request: object) -> Iterator[Problem]:
    """Every fault of a request, in the order of its fields."""
    if not isinstance(request, dict):
        yield Problem("", "The request is not a JSON object.", "Start from: clew disclosure template")
        return
    if request.get("format") not in (REQUEST, *EARLIER):
        yield Problem("format", "The format is not one that is known here.", f'Write "format": "{REQUEST}".')
    faults = list(_record_problems(Inputs, _inputs(request), ""))
    yield from faults or _number_problems(request)


def _inputs(request: Mapping[str, Any]) -> dict[str, Any]:
    """What the request says, with what its version could not say yet as what nobody has said."""
    plain = {key: value for key, value in request.items() if key != "format"}
    version = request.get("format")
    if not isinstance(version, str) or version not in EARLIER:
        return plain
    later = {path for path, since in ADDED.items() if since > EARLIER[version]}
    return typing.cast("dict[str, Any]", _with_unsaid(Inputs, plain, later, ""))


def _with_unsaid(wanted: Any, plain: Any, later: set[str], where: str) -> Any:
    if isinstance(plain, list) and typing.get_origin(wanted) is tuple:
        return [_with_unsaid(typing.get_args(wanted)[0], each, later, where) for each in plain]
    if not isinstance(plain, dict) or not dataclasses.is_dataclass(wanted):
        return plain
    hints = {name: (each, f"{where}.{name}".lstrip(".")) for name, each in typing.get_type_hints(wanted).items()}
    said = {
        name: _with_unsaid(hints[name][0], each, later, hints[name][1]) if name in hints else each
        for name, each in plain.items()
    }
    unsaid = {name: _unsaid_value(each, name) for name, (each, path) in hints.items() if path in later}
    return unsaid | said


def _number_problems(request: Mapping[str, Any]) -> Iterator[Problem]:
    """What is said twice under one number, and links to what the request does not hold. Only of a well-shaped one."""
    for part in ("statements", "persons"):
        seen: set[int] = set()
        for place, each in enumerate(request[part]):
            if each["id"] in seen:
                yield Problem(f"{part}.{place}.id", "This number is used twice.", "Give each a number of its own.")
            seen.add(each["id"])
    known = {each["id"] for each in request["persons"]} | {each["entity"] for each in request["statements"]}
    for place, each in enumerate(request["statements"]):
        if each["refers_to"] not in {None, *known}:
            yield Problem(
                f"statements.{place}.refers_to",
                "It links to an entity of which this request says nothing.",
                "List the person it links to among the persons, or leave the statement out.",
            )


def template() -> dict[str, Any]:
    """A request in which nothing has been said yet, with one statement and one person."""
    return {"format": REQUEST, **_unsaid(Inputs)}


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a request."""
    body = _schema_of(Inputs)
    body["properties"] = {"format": {"const": REQUEST}, **body["properties"]}
    body["required"] = ["format", *body["required"]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A decision request of Clew", **body}


def answer_plain(answered: Answered, rules: RuleSet) -> dict[str, Any]:
    """The answer as a plain value; sentences in English, as in the rule files."""
    outcome = answered.outcome
    return {
        "format": ANSWER,
        "ruleset": outcome.ruleset,
        "inputs": outcome.inputs,
        "ready": outcome.ready,
        "permitted": sorted(outcome.permitted),
        "letter": _ruling(outcome.letter, rules),
        "statements": [{"statement": each.statement, **_ruling(each, rules)} for each in outcome.statements],
        "conditions": [{"policy": each.policy, "text": each.text} for each in outcome.conditions],
        "missing": [
            {"role": each.role, "whole_letter": each.whole_letter, "statements": list(each.statements),
             "policies": list(each.policies)}
            for each in outcome.missing
        ],
        "tasks": [
            {"policy": each.policy, "task": each.task, "sentence": each.sentence, "statements": list(each.statements)}
            for each in outcome.tasks
        ],
        "problems": [dataclasses.asdict(each) for each in answered.problems],
    }  # fmt: skip


def _ruling(ruling: Ruling, rules: RuleSet) -> dict[str, Any]:
    return {"verdict": str(ruling.verdict), "reasons": [_reason(each, rules) for each in ruling.reasons]}


def _reason(reason: Reason, rules: RuleSet) -> dict[str, str]:
    policy = rules.policies.get(reason.policy)
    rule = rules.rules[policy.rule] if policy else None
    return {
        "policy": reason.policy,
        "rule": rule.id if rule else "",
        "effect": str(reason.effect),
        "sentence": reason.sentence,
        "cure": reason.cure,
        "role": reason.role,
        "source": rule.source if rule else "",
        "mark": rule.mark if rule else "own",
    }


def _record_problems(kind: type, plain: Mapping[str, Any], where: str) -> Iterator[Problem]:
    fields = typing.get_type_hints(kind)
    for name, wanted in fields.items():
        path = f"{where}.{name}".lstrip(".")
        if name not in plain:
            yield Problem(path, "This input is missing.", f"Write {_described(wanted)}, or what nobody has said.")
        else:
            yield from _value_problems(wanted, plain[name], path)
            if name in COUNTRIES.get(kind, ()):
                yield from _country_problems(plain[name], path)
    for name in sorted(set(plain) - set(fields)):
        yield Problem(f"{where}.{name}".lstrip("."), "There is no such input.", "Leave it out, or correct its name.")


def _country_problems(value: object, path: str) -> Iterator[Problem]:
    several = value if isinstance(value, list) else [value] if value else []
    for number, each in enumerate(several):
        if isinstance(each, str) and not are_countries([each]):
            where = f"{path}.{number}" if value is several else path
            yield Problem(where, "This is no country's code.", "Write two lower-case letters (ISO 3166-1), such as at.")


def _value_problems(wanted: Any, value: object, path: str) -> Iterator[Problem]:
    if dataclasses.is_dataclass(wanted):
        if isinstance(value, dict):
            yield from _record_problems(typing.cast("type", wanted), value, path)
        else:
            yield Problem(path, "This is not an object.", "Write an object with the inputs of this part.")
    elif typing.get_origin(wanted) in {types.UnionType, typing.Union}:
        if value is not None:
            yield from _value_problems(_present(wanted), value, path)
    elif typing.get_origin(wanted) is tuple:
        if not isinstance(value, list):
            yield Problem(path, "This is not a list.", "Write a list, [] for none.")
            return
        for number, each in enumerate(value):
            yield from _value_problems(typing.get_args(wanted)[0], each, f"{path}.{number}")
    elif not _is_scalar(wanted, value):
        yield Problem(path, f"This is not {NAMES[wanted]}.", f"Write {_described(wanted)}.")


def _is_scalar(wanted: Any, value: object) -> bool:
    if wanted in EXAMPLES:
        try:
            read = wanted.fromisoformat(value)
        except (TypeError, ValueError):
            return False
        return wanted is dt.date or read.tzinfo is not None
    return type(value) is wanted


def _described(wanted: Any) -> str:
    if dataclasses.is_dataclass(wanted):
        return "an object"
    if typing.get_origin(wanted) is tuple:
        return "a list"
    if typing.get_origin(wanted) in {types.UnionType, typing.Union}:
        return f"{_described(_present(wanted))} or null"
    return f"{NAMES[wanted]} such as {EXAMPLES[wanted]}" if wanted in EXAMPLES else NAMES[wanted]


def _present(wanted: Any) -> Any:
    return next(each for each in typing.get_args(wanted) if each is not type(None))


def _unsaid(kind: type) -> dict[str, Any]:
    return {name: _unsaid_value(wanted, name) for name, wanted in typing.get_type_hints(kind).items()}


def _unsaid_value(wanted: Any, name: str) -> Any:
    if dataclasses.is_dataclass(wanted):
        return _unsaid(typing.cast("type", wanted))
    if typing.get_origin(wanted) in {types.UnionType, typing.Union}:
        return None
    if typing.get_origin(wanted) is tuple:
        (each, _) = typing.get_args(wanted)
        return [_unsaid(each)] if name in {"statements", "persons"} else []
    return EXAMPLES[dt.date] if wanted is dt.date else UNSAID[wanted]


def _country_schema(wanted: Any) -> dict[str, Any]:
    if wanted is str:
        return {"type": "string", "pattern": "^([a-z]{2})?$"}
    shape = _schema_of(wanted)
    for each in (shape, *shape.get("anyOf", ())):
        if "items" in each:
            each["items"] = {"type": "string", "pattern": "^[a-z]{2}$"}
    return shape


def _schema_of(wanted: Any) -> dict[str, Any]:
    if isinstance(wanted, type) and dataclasses.is_dataclass(wanted):
        hints = typing.get_type_hints(wanted)
        return {
            "type": "object",
            "additionalProperties": False,
            "required": list(hints),
            "properties": {
                name: _country_schema(each)
                if name in COUNTRIES.get(typing.cast("type", wanted), ())
                else _schema_of(each)
                for name, each in hints.items()
            },
        }
    if typing.get_origin(wanted) in {types.UnionType, typing.Union}:
        return {"anyOf": [_schema_of(_present(wanted)), {"type": "null"}]}
    if typing.get_origin(wanted) is tuple:
        return {"type": "array", "items": _schema_of(typing.get_args(wanted)[0])}
    formats = {dt.date: "date", dt.datetime: "date-time"}
    if wanted in formats:
        return {"type": "string", "format": formats[wanted]}
    return {"type": {str: "string", bool: "boolean", int: "integer"}[wanted]}
