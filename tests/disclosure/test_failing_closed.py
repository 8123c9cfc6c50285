"""What the engine does at its edges: of nobody nothing is said, and an answer that is none permits nothing."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from clew.disclosure.context import transfer_context
from clew.disclosure.decision import Outcome, Ruling, Verdict, decide, reason_of
from clew.disclosure.engine import Answer, Engine
from clew.disclosure.facts import Inputs
from clew.disclosure.records import from_plain
from clew.disclosure.replay import decide_plain
from clew.disclosure.ruleset import RuleSet, rule_files, shipped_rules
from tests.disclosure.bases import base, question, statement

HEAD = '@title("t")\n@source("s")\n@mark("own")\n@version("1")\n'
FORBID = 'forbid (principal, action in [Action::"ask", Action::"disclose"], resource)\n'


def _with_rule(*policies: str) -> RuleSet:
    """The shipped rules and one that a node adds, R99, of these policies: notes, scope and condition."""
    text = "\n".join(f'@id("R99{letter}")\n{HEAD}{each}' for letter, each in zip("abc", policies, strict=False))
    return RuleSet(rule_files() | {"R99.cedar": text})


def _refusal(condition: str) -> str:
    return f'@effect("REFUSE")\n@sentence("s")\n@cure("c")\n{FORBID}when {{ {condition} }};'


def _disclosure(condition: str) -> str:
    return _refusal(condition).replace('action in [Action::"ask", Action::"disclose"]', 'action == Action::"disclose"')


def test_a_rule_that_a_node_adds_on_persons_does_not_speak_of_what_concerns_nobody() -> None:
    said = (
        '!context.person.origin_known || context.person.consent.given || context.person.consent.by != "" || '
        "context.person.consent.assent || context.person.consent.written || context.person.consent.withdrawn || "
        "context.person.risk.assessed || context.person.risk.favourable || context.person.risk.days_old >= 0"
    )
    plain = base("agency")
    assert decide_plain(plain, _with_rule(_refusal(said))).permitted == {1}


def test_a_question_is_covered_by_no_consent_whatever_she_signed() -> None:
    plain = base("referral")
    plain["transfer"]["questions"] = [question(entity=7, persons=[7])]
    said = "context.person.consent.given || context.person.consent.assent || context.person.consent.written"
    rules = _with_rule(_refusal(said))
    assert "R99a" not in {each.policy for each in decide_plain(plain, rules).letter.reasons}


def test_a_rule_on_joint_material_does_not_speak_of_what_is_none() -> None:
    said = (
        "context.statement.joint.material || context.statement.joint.in_force || "
        "context.statement.joint.within || context.statement.joint.basis_missing"
    )
    assert decide_plain(base("suspect"), _with_rule(_disclosure(said))).permitted == {1}


def test_of_an_agreement_that_nobody_registered_nothing_holds() -> None:
    plain = base("suspect")
    plain["statements"][0]["joint"] = "JIT-9"
    said = "context.statement.joint.in_force || context.statement.joint.within || context.statement.joint.basis_missing"
    (ruling,) = decide_plain(plain, _with_rule(_disclosure(said))).statements
    assert (ruling.verdict, "R99a" in {each.policy for each in ruling.reasons}) == (Verdict.REFUSE, False)


def test_a_cure_of_the_rule_is_the_first_that_it_has() -> None:
    silent = _disclosure("context.statement.shelter").replace('@cure("c")\n', "")
    rules = _with_rule(silent, _disclosure("context.statement.shelter"), silent)
    assert [reason_of(f"R99{letter}", rules).cure for letter in "abc"] == ["c", "c", "c"]


def test_a_statement_without_a_day_of_deletion_is_refused_for_that_and_decided() -> None:
    plain = base("suspect")
    plain["statements"][0]["retain_until"] = None
    (ruling,) = decide_plain(plain, shipped_rules()).statements
    assert [each.policy for each in ruling.reasons] == ["R31a"]


def test_an_answer_that_names_no_policy_permits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_question: Any, **_more: Any) -> Answer:
        return Answer(allowed=True, policies=(), error=False)

    monkeypatch.setattr(Engine, "ask", answer)
    outcome = decide(from_plain(Inputs, base("agency")), shipped_rules())
    assert not outcome.permitted
    for ruling in (outcome.letter, *outcome.statements):
        assert (ruling.verdict, [each.policy for each in ruling.reasons]) == (Verdict.REFUSE, ["no_permit"])


def test_what_is_allowed_is_not_asked_a_second_time() -> None:
    engine = Engine(shipped_rules())
    assert decide(from_plain(Inputs, base("suspect")), shipped_rules(), engine).ready
    assert not any(permits_only for _action, permits_only, _context in engine._answers)


def test_equal_questions_are_one_question_in_whatever_order_they_are_written() -> None:
    engine = Engine(shipped_rules())
    told = transfer_context(from_plain(Inputs, base("suspect")).transfer, shipped_rules())
    first = engine.ask("send", {"transfer": told})
    assert first.allowed
    assert engine.ask("send", {"transfer": dict(reversed(told.items()))}) == first
    assert len(engine._answers) == 1


def test_a_number_that_is_none_is_not_even_asked() -> None:
    engine = Engine(shipped_rules())
    assert engine.ask("send", {"transfer": float("nan")}).error
    assert engine._answers == {}


def test_a_ruling_on_no_statement_lets_none_leave() -> None:
    permit = Ruling(None, Verdict.PERMIT, ())
    assert Outcome("", "", permit, (permit,), (), (), ()).permitted == frozenset()


def test_each_statement_waits_for_the_roles_that_its_own_reasons_name() -> None:
    plain = base("suspect")
    plain["statements"] = [
        plain["statements"][0] | {"reliability": "X", "accuracy": 4},
        statement(2, field_class="special", needed="for the charge"),
    ]
    told = {each.role: each.statements for each in decide_plain(plain, shipped_rules()).missing}
    assert told == {"approver": (1,), "legal_adviser": (2,)}


@pytest.mark.parametrize("part", ["persons", "statements"])
def test_two_of_one_number_are_not_decided(part: str) -> None:
    plain = base("suspect")
    plain[part].append(copy.deepcopy(plain[part][0]))
    outcome = decide_plain(plain, shipped_rules())
    assert {each.verdict for each in (outcome.letter, *outcome.statements)} == {Verdict.REFUSE}
    assert [each.policy for each in outcome.letter.reasons] == ["engine"]
    plain[part][1]["id"] += 1
    assert decide_plain(plain, shipped_rules()).letter.verdict == Verdict.PERMIT
