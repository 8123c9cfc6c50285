"""A decision that an earlier Clew stored comes out again, or says what it lacks; nothing is guessed.

`stored/format_1.json` was written by a Clew whose facts and rules knew no `requester_flagged`: inputs, rule files and
outcome as they were. `stored/format_2.json` by one whose rules were not shown `may_be_child` and said the same by the
facts it follows from. `stored/format_3.json` by one that took countries and consents as they were written.
`stored/format_4.json` by one for which a tick was a danger and whose joint teams had no members by name.
None is ever made anew.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from clew.disclosure import formats
from clew.disclosure.context.person import person_context
from clew.disclosure.context.transfer import transfer_context
from clew.disclosure.decision import Decider
from clew.disclosure.facts import Inputs
from clew.disclosure.formats import ADDED, FORMAT, Lacking, completed, lacking, missing_fields, readings
from clew.disclosure.records import from_plain, to_plain
from clew.disclosure.replay import decide_plain, replay
from clew.disclosure.ruleset import RuleSet, shipped_rules
from tests.disclosure.bases import base, question

STORED = Path(__file__).parent / "stored"


def stored(number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STORED / f"format_{number}.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def record() -> dict[str, Any]:
    return stored(1)


def rules(record: dict[str, Any], **changed: str) -> RuleSet:
    return RuleSet({**record["files"], **{name.replace("_", "."): text for name, text in changed.items()}})


def added_since(number: int, record: dict[str, Any]) -> set[str]:
    """The fields that later formats began with; those of consents and joint teams only where there is one."""
    inputs = record["inputs"]
    absent = set() if any(each["consents"] for each in inputs["persons"]) else {"consents"}
    absent |= set() if inputs["transfer"]["joint"] else {"joint"}
    return {path for path, since in ADDED.items() if since > number and absent.isdisjoint(path.split("."))}


def without(record: dict[str, Any], *path: str) -> dict[str, Any]:
    """The record without one more field."""
    found = copy.deepcopy(record)
    place = found["inputs"]
    for step in path[:-1]:
        place = place[int(step)] if isinstance(place, list) else place[step]
    del place[path[-1]]
    return found


def test_a_decision_of_an_earlier_format_comes_out_again_with_the_rules_that_decided(record: dict[str, Any]) -> None:
    assert set(missing_fields(Inputs, record["inputs"])) == added_since(1, record)
    again = replay(record, rules(record))
    assert (again.same, again.differences) == (True, ())
    assert again.outcome.ruleset == record["ruleset"]
    assert {each.verdict for each in again.outcome.statements} == {"permit", "refuse"}


def test_a_decision_whose_rules_were_not_shown_a_name_of_today_comes_out_again() -> None:
    old = stored(2)
    assert "transfer.requester_flagged" not in set(missing_fields(Inputs, old["inputs"]))
    assert "may_be_child" not in old["files"]["schema.cedarschema"]
    again = replay(old, RuleSet(old["files"]))
    assert (again.same, again.differences) == (True, ())
    told = {reason.policy for ruling in (again.outcome.letter, *again.outcome.statements) for reason in ruling.reasons}
    assert told >= {"G3b", "R16b", "R19a", "R19b", "R19c", "R19d"}
    assert {each.verdict for each in again.outcome.statements} == {"permit", "second", "refuse"}


def test_what_was_decided_before_countries_and_consents_were_checked_comes_out_again() -> None:
    old = stored(3)
    assert set(missing_fields(Inputs, old["inputs"])) == added_since(3, old)
    assert not RuleSet(old["files"]).strict
    again = replay(old, RuleSet(old["files"]))
    assert (again.same, again.differences) == (True, ())
    assert {each.statement: each.verdict for each in again.outcome.statements} == {
        1: "second", 2: "refuse", 3: "permit", 4: "second", 5: "permit", 6: "refuse",
    }  # fmt: skip


@pytest.mark.parametrize("today", [True, False])
def test_rules_of_then_take_any_word_for_a_country_and_an_empty_request_for_a_specific_one(today: bool) -> None:
    """What those of today take for unknown had told them otherwise, and so it must when it is decided again."""
    plain = base("suspect")
    plain["transfer"]["questions"] = []
    plain["transfer"]["reply"]["outcomes"] = []
    plain["transfer"]["sender"]["country"] = "AT"
    plain["transfer"]["recipient"] |= {"country": "AT", "states": ["AT"], "onward": []}
    asked = transfer_context(
        from_plain(Inputs, plain).transfer, shipped_rules() if today else RuleSet(stored(3)["files"])
    )
    assert (asked["recipient"]["foreign"], asked["questions_specific"]) == (today, not today)
    assert asked["reply"]["no_information"] == today


@pytest.mark.parametrize("today", [True, False])
def test_rules_of_then_were_asked_of_nobody_where_a_question_names_no_entity(today: bool) -> None:
    plain = base("suspect")
    plain["transfer"]["questions"] = [question(entity=None, persons=[plain["persons"][0]["id"]])]
    facts = from_plain(Inputs, plain)
    decider = Decider(facts, shipped_rules() if today else RuleSet(stored(3)["files"]))
    assert len(decider.asked(facts.transfer.questions[0])) == today


def test_a_decision_of_then_in_which_two_had_one_number_is_decided_as_it_was_then() -> None:
    old = stored(3)
    old["inputs"]["statements"].append(copy.deepcopy(old["inputs"]["statements"][2]))
    outcome = replay(old, RuleSet(old["files"])).outcome
    assert [each.verdict for each in outcome.statements if each.statement == 3] == ["permit", "permit"]


@pytest.mark.parametrize(
    ("origin", "known_today", "known_then"),
    [(["ua"], True, True), (["ua", "Ukraine"], False, True), (["unknown"], False, True), ([], False, False)],
)
def test_rules_of_then_know_an_origin_by_any_word(origin: list[str], known_today: bool, known_then: bool) -> None:
    plain = base("suspect")
    plain["persons"][0]["origin"] = origin
    inputs = from_plain(Inputs, plain)
    told = [
        person_context(inputs.persons[0], inputs.statements[0], inputs.transfer, rules)["origin_known"]
        for rules in (shipped_rules(), RuleSet(stored(3)["files"]))
    ]
    assert told == [known_today, known_then]


def test_what_was_decided_when_a_tick_was_a_danger_comes_out_again() -> None:
    old = stored(4)
    assert set(missing_fields(Inputs, old["inputs"])) == added_since(4, old)
    again = replay(old, RuleSet(old["files"]))
    assert (again.same, again.differences) == (True, ())
    told = {each.statement: {reason.policy for reason in each.reasons} for each in again.outcome.statements}
    assert told == {1: {"R06"}, 2: {"R04b"}, 3: {"R04b"}, 4: {"R10c"}, 5: {"R18a"}, 6: {"R04b", "R33a"}}


def test_rules_that_do_not_know_a_name_of_today_decide_nothing_new() -> None:
    """What is decided now with such rules is refused; so it was stored, and so it comes out again."""
    old = stored(2)
    old["inputs"] = completed(old["inputs"], 2, RuleSet(old["files"]))
    now = decide_plain(old["inputs"], RuleSet(old["files"]))
    assert {each.verdict for each in (now.letter, *now.statements)} == {"refuse"}
    assert not replay({**old, "format": FORMAT}, RuleSet(old["files"])).same
    assert replay({**old, "format": FORMAT, "outcome": to_plain(now)}, RuleSet(old["files"])).same


def test_an_outcome_that_was_changed_since_is_found(record: dict[str, Any]) -> None:
    record["outcome"]["statements"][1]["verdict"] = "permit"
    assert replay(record, rules(record)).differences == ("The outcome differs in statements.",)


def test_inputs_that_were_changed_since_are_found(record: dict[str, Any]) -> None:
    record["inputs"]["transfer"]["case"] = "AT-9"
    assert replay(record, rules(record)).differences == ("The outcome differs in inputs.",)


def test_a_field_that_the_rules_of_then_read_is_named_and_not_supplied(record: dict[str, Any]) -> None:
    again = replay(without(record, "transfer", "letter"), rules(record))
    assert not again.same
    assert "The stored inputs lack transfer.letter." in again.differences
    assert again.outcome.letter.verdict == "refuse"


READS = """
@id("R21")
@title("Flagged (fictional)")
@source("Test")
@mark("own")
@version("1")
@effect("REFUSE")
@sentence("Flagged.")
@cure("None.")
forbid (principal, action == Action::"send", resource)
when { context.transfer.requester_flagged };
"""


def test_rules_that_read_the_field_do_not_get_it_supplied(record: dict[str, Any]) -> None:
    schema = record["files"]["schema.cedarschema"].replace(
        "  human_requester: Bool,", "  human_requester: Bool,\n  requester_flagged: Bool,"
    )
    reading = rules(record, R21_cedar=READS, schema_cedarschema=schema)
    with pytest.raises(Lacking) as fault:
        completed(record["inputs"], 1, reading)
    assert fault.value.names == ("transfer.requester_flagged",)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        # Of none of these does a policy hold the name; what follows from them it does.
        (("transfer", "questions"), "transfer.questions"),
        (("transfer", "settings"), "transfer.settings"),
        (("transfer", "recipient", "onward"), "transfer.recipient.onward"),
        (("statements", "1", "concerns"), "statements.concerns"),
    ],
)
def test_a_field_from_which_something_follows_that_the_rules_read_is_not_supplied(
    record: dict[str, Any], path: tuple[str, ...], named: str
) -> None:
    with pytest.raises(Lacking) as fault:
        completed(without(record, *path)["inputs"], 1, rules(record))
    assert named in fault.value.names


def test_what_is_said_to_people_about_a_field_is_no_reading_of_it(record: dict[str, Any]) -> None:
    text = record["files"]["R45.cedar"].replace("is not a confirmed", "with requester_flagged is not a confirmed")
    assert completed(record["inputs"], 1, rules(record, R45_cedar=text))["transfer"]["requester_flagged"] is False


@pytest.mark.parametrize("written", [FORMAT, FORMAT + 1, 0, "1", None, True])
def test_the_present_format_lacks_nothing_and_an_unknown_one_is_not_read(
    record: dict[str, Any], written: object
) -> None:
    with pytest.raises(Lacking):
        completed(record["inputs"], written, rules(record))
    assert not replay({**record, "format": written}, rules(record)).same


def test_whole_inputs_are_given_back_as_they_are(record: dict[str, Any]) -> None:
    whole = completed(record["inputs"], 1, rules(record))
    assert completed(whole, FORMAT, rules(record)) is whole
    assert "requester_flagged" not in record["inputs"]["transfer"]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_every_field_that_an_earlier_format_did_not_know_is_told_with_the_format_that_began_with_it(
    number: int,
) -> None:
    lacks = set(missing_fields(Inputs, stored(number)["inputs"]))
    assert lacks == added_since(number, stored(number))
    assert lacking(stored(number)["inputs"], number) == tuple(sorted(lacks))


def test_rules_that_cannot_tell_read_stored_inputs_once_and_others_once_for_each_value(
    record: dict[str, Any],
) -> None:
    assert readings(record["inputs"], 1, rules(record)) == [completed(record["inputs"], 1, rules(record))]
    read = readings(record["inputs"], 1, shipped_rules())
    assert {each["transfer"]["requester_flagged"] for each in read} == {False, True}
    assert {bool(each["transfer"]["words_repeating"]) for each in read} == {False, True}
    assert not any(list(missing_fields(Inputs, each)) for each in read)


def test_what_a_format_had_is_not_read_where_it_is_missing(record: dict[str, Any]) -> None:
    with pytest.raises(Lacking) as fault:
        readings(without(record, "transfer", "letter")["inputs"], 1, shipped_rules())
    assert fault.value.names == ("transfer.letter",)
    with pytest.raises(Lacking):
        readings(record["inputs"], 2, shipped_rules())
    with pytest.raises(Lacking):
        readings(stored(2)["inputs"], FORMAT + 1, shipped_rules())


def test_each_place_has_its_own_value_and_too_many_readings_are_none(
    record: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ADDED, "persons.child", 2)  # type: ignore[misc]
    two = without(record, "persons", "0", "child")
    two["inputs"]["persons"].append(two["inputs"]["persons"][0] | {"id": 8})
    others = len(readings(record["inputs"], 1, shipped_rules()))
    # Of the answers "", "unknown" and a code nobody knows the rules see one and the same.
    monkeypatch.setattr(formats, "READINGS", others * 3**2)
    read = readings(two["inputs"], 1, shipped_rules())
    assert {tuple(each["child"] for each in one["persons"]) for one in read} >= {("no", "yes"), ("", "no")}
    two["inputs"]["persons"].append(two["inputs"]["persons"][0] | {"id": 9})
    with pytest.raises(Lacking) as fault:
        readings(two["inputs"], 1, shipped_rules())
    assert set(fault.value.names) == added_since(1, record) | {"persons.child"}
