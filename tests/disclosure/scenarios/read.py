"""From a scenario's data file to what the engine looks at. Words are explained in the README beside."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from tests.disclosure import bases

HERE = Path(__file__).parent
WHAT: dict[str, dict[str, Any]] = {
    "company": {},
    "need": {"entity": 500, "schema": "HelpNeeded", "prop": "needs", "value": "shelter"},
    "situation": {"entity": 400, "schema": "ExploitationSituation", "prop": "placeClass", "value": "massage_parlour"},
    "gender": {"schema": "Person", "prop": "gender", "value": "female"},
    "name": {"schema": "Person", "prop": "name", "value": "Max Muster (fictional)", "field_class": "identifying"},
    "phone": {
        "entity": 200, "schema": "Phone", "prop": "number", "value": "+43 660 0000001", "field_class": "identifying",
    },
    "whereabouts": {
        "schema": "Person", "prop": "address", "value": "Musterweg 1 (fictional)", "field_class": "location",
    },
    "health": {"schema": "Person", "prop": "healthNote", "value": "(fictional)", "field_class": "special"},
}  # fmt: skip


def scenarios() -> list[dict[str, Any]]:
    """Every scenario, in the order of the files."""
    return [
        _dated(each)
        for path in sorted(HERE.glob("*.yaml"))
        for each in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def inputs_of(scenario: dict[str, Any]) -> dict[str, Any]:
    """The scenario's inputs in their plain form."""
    plain = bases.base(scenario["base"])
    letter = copy.deepcopy(scenario.get("letter", {}))
    if isinstance(questions := letter.pop("questions", None), int):
        questions = [{}] * questions
    joint, approvals = letter.pop("joint", None), letter.pop("approvals", None)
    _merge(plain["transfer"], letter, scenario["id"])
    transfer = plain["transfer"]
    if questions is not None:
        transfer["questions"] = [bases.question(**each) for each in questions]
    if joint is not None:
        transfer["joint"] = [bases.joint(**each) for each in joint]
    if approvals is not None:
        transfer["approvals"] = [_approval(each) for each in approvals]
    recipient = transfer["recipient"]
    told = letter.get("recipient", {})
    if "country" in told and "states" not in told:
        recipient["states"] = [recipient["country"]]
    if "persons" in scenario:
        plain["persons"] = [_person(each, transfer) for each in scenario["persons"]]
    if "statements" in scenario:
        plain["statements"] = [_statement(each, transfer) for each in scenario["statements"]]
    else:
        for each in plain["statements"]:
            each["purpose"] = transfer["purpose"]
    return plain


def _statement(told: dict[str, Any], transfer: dict[str, Any]) -> dict[str, Any]:
    told = dict(told)
    about = dict(WHAT[told.pop("what")]) if "what" in told else {}
    if "of" in told:
        person = told.pop("of")
        about |= {"concerns": [person]} | ({"entity": person} if about.get("schema") == "Person" else {})
    owner = told.pop("given_by", transfer["sender"]["uid"])
    if "authorisations" in told:
        told["authorisations"] = [
            bases.authorisation(**({"recipient": transfer["recipient"]["uid"]} | each))
            for each in told["authorisations"]
        ]
    return bases.statement(told.pop("id"), **({"owner": owner, "purpose": transfer["purpose"]} | about | told))


def _person(told: dict[str, Any], transfer: dict[str, Any]) -> dict[str, Any]:
    told = dict(told)
    usual = {"purpose": transfer["purpose"], "recipient": transfer["recipient"]["uid"]}
    if "consents" in told:
        told["consents"] = [bases.consent(**(usual | each)) for each in told["consents"]]
    return bases.person(told.pop("id"), **told)


def _approval(told: str) -> dict[str, Any]:
    """`bernd as approver`, or `dora refuses as approver`."""
    officer, role = told.split(" as ")
    name = officer.removesuffix(" refuses")
    return bases.approval(role, name.strip(), granted=name == officer)


def _merge(into: dict[str, Any], told: dict[str, Any], where: str) -> None:
    for key, value in told.items():
        if key not in into:
            raise KeyError(f"{where}: {key}")
        if isinstance(value, dict):
            _merge(into[key], value, f"{where}.{key}")
        else:
            into[key] = value


def _dated(plain: Any) -> Any:
    """Days written without quotes are read as days; the engine's plain form has them as texts."""
    if isinstance(plain, dict):
        return {key: _dated(value) for key, value in plain.items()}
    if isinstance(plain, list):
        return [_dated(each) for each in plain]
    return plain.isoformat() if isinstance(plain, dt.date) else plain
