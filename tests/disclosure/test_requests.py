"""A decision request in JSON: faults are named with path and cure, and the answer has one stable shape."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from clew.disclosure.requests import ANSWER, REQUEST, answer_plain, answer_request, problems_of, schema, template
from clew.disclosure.ruleset import shipped_rules
from tests.disclosure.bases import BASES, base, joint, put
from tests.disclosure.test_laws import ATTRIBUTES, _without

SCHEMA = Path(__file__).parents[2] / "docs" / "methods" / "decision-request-2.schema.json"


def request(name: str = "suspect") -> dict[str, Any]:
    return {"format": REQUEST, **base(name)}


@pytest.mark.parametrize("name", BASES)
def test_a_whole_request_is_decided(name: str) -> None:
    answered = answer_request(request(name), shipped_rules())
    assert answered.problems == ()
    plain = answer_plain(answered, shipped_rules())
    assert (plain["format"], plain["ready"], plain["letter"]["verdict"]) == (ANSWER, True, "permit")
    assert plain["permitted"] == [1]
    assert json.loads(json.dumps(plain)) == plain
    jsonschema.validate(request(name), schema())


@pytest.mark.parametrize(("name", "way"), ATTRIBUTES, ids=str)
def test_a_missing_input_is_named_and_permits_nothing(name: str, way: tuple[Any, ...]) -> None:
    answered = answer_request({"format": REQUEST, **_without(base(name), way)}, shipped_rules())
    assert [each.field for each in answered.problems] == [".".join(str(step) for step in way)]
    assert not answered.outcome.permitted
    assert not answered.outcome.ready


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("transfer.immediate_danger", "yes", "This is not true or false."),
        ("transfer.selectors", True, "This is not a whole number."),
        ("transfer.now", "2026-11-24T09:00:00", "This is not a moment."),
        ("transfer.recipient", [], "This is not an object."),
        ("statements.0.retain_until", "tomorrow", "This is not a day."),
        ("statements.0.concerns", 7, "This is not a list."),
        ("persons.0.origin.0", None, "This is not a text."),
    ],
)
def test_an_input_of_the_wrong_kind_is_named(path: str, value: Any, problem: str) -> None:
    plain = request()
    holder: Any = plain
    *way, last = path.split(".")
    for step in way:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    holder[int(last) if isinstance(holder, list) else last] = value
    (found,) = problems_of(plain)
    assert (found.field, found.problem) == (path, problem)
    assert found.cure
    assert answer_request(plain, shipped_rules()).outcome.letter.verdict == "refuse"


COUNTRIES = {
    "transfer.sender.country": "AT", "transfer.recipient.country": "Bulgaria", "transfer.recipient.states": ["bg", ""],
    "transfer.recipient.onward": ["RO"], "transfer.danger.state": "BG", "persons.0.origin": ["at", "unknown"],
    "persons.0.feared": ["tr ", "ru"],
    "persons.0.risks": [{"state": "CN", "assessed": "2026-11-10", "favourable": True}],
}  # fmt: skip


@pytest.mark.parametrize(("path", "value"), COUNTRIES.items())
def test_a_country_that_is_no_code_is_named_with_its_cure(path: str, value: Any) -> None:
    plain = request()
    put(plain, path, value)
    (found,) = problems_of(plain)
    assert found.field.startswith(path)
    assert (found.problem, "ISO 3166-1" in found.cure) == ("This is no country's code.", True)
    assert answer_request(plain, shipped_rules()).outcome.letter.verdict == "refuse"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain, schema())


def test_a_country_nobody_has_said_is_no_fault() -> None:
    plain = request()
    plain["persons"][0] |= {"origin": None, "feared": []}
    plain["transfer"]["recipient"]["country"] = ""
    assert list(problems_of(plain)) == []
    jsonschema.validate(plain, schema())


def test_a_surplus_input_and_a_foreign_format_are_named() -> None:
    plain = request() | {"format": "another", "extra": 1}
    assert [each.field for each in problems_of(plain)] == ["format", "extra"]
    assert [each.problem for each in problems_of([])] == ["The request is not a JSON object."]


def test_the_template_is_a_request_in_which_nothing_is_permitted() -> None:
    answered = answer_request(template(), shipped_rules())
    assert answered.problems == ()
    assert not answered.outcome.permitted
    assert answered.outcome.letter.verdict == "refuse"


def test_the_documented_schema_is_the_one_that_holds() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()


def of_version_1() -> dict[str, Any]:
    """A request as version 1 began: without what later ones can say."""
    plain = {"format": "clew-decision-request-1", **base("referral")}
    transfer = plain["transfer"]
    transfer["joint"] = [joint()]
    for holder, name in (
        (transfer, "requester_flagged"), (transfer, "words_repeating"), (transfer, "authorisation_not_in_time"),
        (transfer["reply"], "held_back"), (transfer["recipient"], "organisation"), (transfer["settings"], "stale_days"),
        (transfer["joint"][0], "members"),
    ):  # fmt: skip
        del holder[name]
    return plain


def test_a_request_of_the_first_version_is_read_and_what_it_could_not_say_nobody_has_said() -> None:
    plain = of_version_1()
    for each in plain["persons"][0]["consents"]:
        del each["organisation"], each["recorded_at"], each["withdrawn_at"]
    answered = answer_request(plain, shipped_rules())
    assert answered.problems == ()
    assert answered.outcome.permitted == {1}
    # Of a letter that names no day on which knowledge is stale, nothing counts as verified lately.
    assert "R29d" in {each.policy for each in answered.outcome.conditions}


def test_the_schema_of_the_first_version_still_holds_for_what_was_written_by_it() -> None:
    earlier = json.loads(SCHEMA.with_name("decision-request-1.schema.json").read_text(encoding="utf-8"))
    plain = of_version_1()
    plain["transfer"] |= {"requester_flagged": False, "words_repeating": []}
    plain["transfer"]["reply"]["held_back"] = False
    plain["transfer"]["recipient"]["organisation"] = "at-police"
    jsonschema.validate(plain, earlier)
    assert list(problems_of(plain)) == []


def test_a_request_of_today_may_leave_nothing_out() -> None:
    plain = of_version_1() | {"format": REQUEST}
    assert {each.field for each in problems_of(plain)} >= {"transfer.settings.stale_days", "transfer.joint.0.members"}


def test_what_the_first_version_had_is_missed_in_it() -> None:
    plain = of_version_1()
    del plain["transfer"]["letter"]
    assert [each.field for each in problems_of(plain)] == ["transfer.letter"]


def test_a_request_is_left_as_it_was() -> None:
    plain = request()
    before = copy.deepcopy(plain)
    answer_request(plain, shipped_rules())
    assert plain == before


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("persons.1.id", "This number is used twice."),
        ("statements.1.id", "This number is used twice."),
        ("statements.0.refers_to", "It links to an entity of which this request says nothing."),
    ],
)
def test_what_contradicts_itself_is_named_and_permits_nothing(path: str, problem: str) -> None:
    plain = request()
    part, place, _ = path.split(".")
    if int(place):
        plain[part].append(copy.deepcopy(plain[part][0]))
    else:
        put(plain, path, 55)
    (found,) = problems_of(plain)
    assert (found.field, found.problem) == (path, problem)
    assert found.cure
    assert answer_request(plain, shipped_rules()).outcome.letter.verdict == "refuse"


def test_a_link_to_a_person_or_to_another_statement_s_entity_is_no_fault() -> None:
    plain = request()
    plain["statements"].append(plain["statements"][0] | {"id": 2, "entity": 100, "refers_to": 7})
    plain["statements"].append(plain["statements"][0] | {"id": 3, "entity": 300, "refers_to": 100})
    assert list(problems_of(plain)) == []
