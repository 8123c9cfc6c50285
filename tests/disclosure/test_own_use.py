"""What may stand in a file for the own organisation: each rule yes, no and missing, whoever the reader is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from clew.disclosure.engine import UNDECIDED, Answer, Engine
from clew.disclosure.facts import Inputs, SenderFacts
from clew.disclosure.own_use import Ruled, inputs_within, own_use
from clew.disclosure.records import from_plain
from clew.disclosure.ruleset import shipped_rules
from tests.disclosure.bases import base, person, statement

OWN = SenderFacts("at-police", "at", "police")
NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


def ruled(said: dict[str, Any], *persons: dict[str, Any]) -> Ruled:
    plain = base("suspect") | {"statements": [said], "persons": list(persons)}
    facts = from_plain(Inputs, plain)
    inputs = inputs_within(OWN, facts.statements, facts.persons, purpose="own_use", requester="7", now=NOW)
    (answer,) = own_use(inputs, shipped_rules())
    return answer


def test_an_ordinary_statement_of_ones_own_stands_in_the_file_without_words_beside_it() -> None:
    assert ruled(statement()) == Ruled(1, "permit", (), ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"retain_until": "2026-11-23"}, "R31a"),
        ({"retain_until": None}, "R31a"),
        ({"live": False}, "R29c"),
        ({"reliability": ""}, "R29a"),
        ({"accuracy": 0}, "R29a"),
        ({"nature": ""}, "R29a"),
        ({"shelter": True}, "G5a"),
        ({"handling": "H3"}, "R34b"),
        ({"handling": "H7"}, "R00b"),
        ({"field_class": "new"}, "R00b"),
    ],
)
def test_what_a_rule_refuses_whoever_reads_it_stays_out(changes: dict[str, Any], reason: str) -> None:
    answer = ruled(statement(**changes))
    assert (answer.permitted, answer.policies[0], answer.conditions) == (False, reason, ())


def test_what_nobody_is_recorded_to_own_stays_out() -> None:
    assert "R04a" in ruled(statement(owner="", handling="H2")).policies


@pytest.mark.parametrize("owner", ["at-police", "bg-police"])
def test_a_restriction_stands_beside_the_value_whoever_gave_it(owner: str) -> None:
    assert ruled(statement(owner=owner, handling="H2")).conditions == ("R33c",)
    assert ruled(statement(owner=owner, handling="H3", handling_text="Not for court")).conditions == ("R34c",)
    assert ruled(statement(owner=owner, handling="H1")).permitted


@pytest.mark.parametrize("category", ["victim", "witness", "smuggled_migrant"])
@pytest.mark.parametrize("field_class", ["identifying", "location", "special"])
def test_what_tells_who_or_where_a_protected_person_is_stays_out(category: str, field_class: str) -> None:
    said = statement(entity=7, schema="Person", field_class=field_class, concerns=[7])
    adult = person(category=category)
    answer = ruled(said, adult)
    assert not answer.permitted
    assert "R18a" in answer.policies
    assert ruled(said | {"field_class": "plain"}, adult).permitted
    assert ruled(said, person()).permitted


@pytest.mark.parametrize(("child", "permitted"), [("yes", False), ("uncertain", False), ("no", True)])
def test_who_a_child_is_stays_out_whatever_it_is_in_this_matter(child: str, permitted: bool) -> None:
    said = statement(entity=7, schema="Person", field_class="identifying", concerns=[7])
    assert ruled(said, person(child=child)).permitted is permitted


@pytest.mark.parametrize("concerns", [None, [8]])
def test_what_concerns_somebody_of_whom_nothing_is_recorded_stays_out(concerns: list[int] | None) -> None:
    said = statement(field_class="identifying", concerns=concerns)
    assert not ruled(said).permitted


def test_where_somebody_is_stays_out_until_it_is_recorded_that_it_is_no_shelter() -> None:
    said = statement(entity=7, schema="Person", field_class="location", concerns=[7])
    for sheltered in ("yes", "unknown"):
        assert "G5b" in ruled(said, person(category="victim", sheltered=sheltered)).policies
    assert "G5b" not in ruled(said, person(category="victim", sheltered="no")).policies


def test_a_question_that_the_engine_cannot_answer_leaves_the_statement_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "_ask", lambda *_asked, **_named: UNDECIDED)
    answer = ruled(statement())
    assert (answer.verdict, answer.policies) == ("refuse", ("engine",))


def test_a_condition_that_cannot_be_determined_leaves_the_statement_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Engine.ask

    def erring(self: Engine, action: str, context: dict[str, Any], **more: bool) -> Answer:
        return UNDECIDED if action == "condition" else ask(self, action, context, **more)

    monkeypatch.setattr(Engine, "ask", erring)
    assert not ruled(statement()).permitted
