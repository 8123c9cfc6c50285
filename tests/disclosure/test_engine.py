"""What the engine does around the rules: whose answer counts, which consent covers, what is said of an outcome."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cedarpy
import pytest

from clew.disclosure.approvals import counted_roles, refused_roles
from clew.disclosure.consents import covering_consent, withdrawn_since
from clew.disclosure.decision import Decider, Outcome, decide, reason_of, undecided
from clew.disclosure.engine import Answer, Engine
from clew.disclosure.facts import ApprovalFacts, ConsentFacts, Inputs, StatementFacts
from clew.disclosure.formats import attributes_of, completed
from clew.disclosure.package import Draft, EntityNames, Question, Reply, build_package
from clew.disclosure.records import from_plain
from clew.disclosure.replay import decide_plain
from clew.disclosure.ruleset import RuleSet, shipped_rules
from tests.disclosure import bases
from tests.disclosure.bases import approval, base, consent, question

TODAY = dt.date(2026, 11, 24)


def _answers(*told: tuple[str, str, bool]) -> list[ApprovalFacts]:
    return [ApprovalFacts(role, officer, granted) for officer, role, granted in told]


def test_an_answer_without_a_role_takes_nobody_s_place() -> None:
    assert counted_roles(_answers(("bernd", "", True), ("bernd", "approver", True)), "anna") == {"approver"}


def test_who_refused_in_one_role_may_approve_in_another() -> None:
    answers = _answers(("bernd", "approver", False), ("bernd", "legal_adviser", True))
    assert counted_roles(answers, "anna") == {"legal_adviser"}


def test_only_a_refusal_refuses_and_the_requester_s_own_does_not_count() -> None:
    assert refused_roles(_answers(("bernd", "approver", True), ("anna", "approver", False)), "anna") == set()
    assert refused_roles(_answers(("dora", "approver", False)), "anna") == {"approver"}


def test_a_refusal_in_no_role_refuses_nothing() -> None:
    plain = base("suspect")
    plain["transfer"]["approvals"] = [approval("", "dora", granted=False)]
    assert decide_plain(plain, shipped_rules()).letter.verdict == "permit"


def _statement() -> StatementFacts:
    return from_plain(Inputs, base("referral")).statements[0]


def _consents(*changes: dict[str, Any]) -> list[ConsentFacts]:
    return [from_plain(ConsentFacts, consent(**each)) for each in changes]


def _covering(*changes: dict[str, Any], wary: bool = True) -> ConsentFacts | None:
    given = _consents(*changes)
    return covering_consent(given, _statement(), purpose="referral", recipient="at-police", today=TODAY, wary=wary)


def test_of_several_consents_the_guardian_s_with_assent_and_the_newest_counts() -> None:
    guardian = {"given_by": "guardian", "guardian_standing": "good"}
    found = _covering({"given": "2026-11-10"}, guardian | {"given": "2026-10-01"})
    assert found is not None
    assert found.given_by == "guardian"
    found = _covering(guardian | {"given": "2026-11-10"}, guardian | {"assent": True, "given": "2026-10-01"})
    assert found is not None
    assert found.assent
    found = _covering({"given": "2026-10-01"}, {"given": "2026-11-10"}, {"given": "2026-10-02"})
    assert found is not None
    assert found.given == dt.date(2026, 11, 10)


def test_a_consent_holds_on_its_first_and_on_its_last_day() -> None:
    assert _covering({"given": "2026-11-24"}) is not None
    assert _covering({"expires": "2026-11-24"}) is not None


def _withdrawn(*changes: dict[str, Any], wary: bool = True) -> bool:
    recipient = from_plain(Inputs, base("referral")).transfer.recipient
    given, covering = _consents(*changes), _covering(*changes, wary=wary)
    return withdrawn_since(given, _statement(), recipient=recipient, covering=covering, wary=wary)


@pytest.mark.parametrize("wary", [True, False])
def test_a_withdrawal_with_a_gap_is_one_of_everything_but_to_rules_of_before(wary: bool) -> None:
    later = {"given": "2026-11-20", "withdrawn": True, "withdrawn_at": "2026-11-21T09:00:00+00:00"}
    assert _withdrawn({}, later | {"items": []}, wary=wary) == wary
    assert _withdrawn({}, later | {"recipient": "", "organisation": ""}, wary=wary) == wary
    assert _withdrawn({}, later | {"withdrawn": False}, wary=wary) == wary
    assert (_covering(later | {"withdrawn": False}, wary=wary) is None) == wary


def test_what_was_taken_back_counts_for_its_recipient_and_its_items_alone() -> None:
    later = {"given": "2026-11-20", "withdrawn": True}
    assert _withdrawn({}, later)
    assert _withdrawn({}, later | {"items": ["contact", "plain"]})
    assert not _withdrawn({}, later | {"items": ["contact"]})
    assert not _withdrawn({}, later | {"recipient": "bg-police"})
    assert not _withdrawn({}, {"given": "2026-11-20", "purpose": "court"})
    since = {"given": "2026-11-20", "recorded_at": "2026-11-20T09:00:00+00:00"}
    assert not _withdrawn(since, {"withdrawn": True, "withdrawn_at": "2026-11-10T09:00:00+00:00"})
    assert _withdrawn(since, {"withdrawn": True})


def _decided(plain: dict[str, Any]) -> Outcome:
    return decide(from_plain(Inputs, plain), shipped_rules())


def _asked_about_her() -> dict[str, Any]:
    """A question about a victim is refused; a statement on a suspect waits for a second person."""
    plain = base("suspect")
    plain["persons"].append(plain["persons"][0] | {"id": 8, "category": "victim", "origin": ["bg"]})
    plain["transfer"]["questions"] = [question(entity=8, persons=[8])]
    return plain


def test_where_the_letter_is_refused_no_statement_leaves_and_no_approval_is_asked_for() -> None:
    plain = _asked_about_her()
    assert _decided(plain).letter.verdict == "refuse"
    assert _decided(plain).statements[0].verdict == "permit"
    assert _decided(plain).permitted == frozenset()
    plain["statements"][0] |= {"reliability": "X", "accuracy": 4}
    assert _decided(plain).statements[0].verdict == "second"
    assert _decided(plain).missing == ()


def test_a_letter_is_ready_when_it_and_all_asked_for_is_approved() -> None:
    assert _decided(base("suspect")).ready
    waiting = base("suspect")
    waiting["statements"][0] |= {"reliability": "X", "accuracy": 4}
    assert not _decided(waiting).ready
    refused = base("suspect")
    refused["transfer"]["log_writable"] = False
    assert not _decided(refused).ready


def test_each_missing_approval_names_its_own_statements_and_policies() -> None:
    plain = base("suspect")
    plain["transfer"]["recipient"] |= {"uid": "bg-prosecutor", "kind": "prosecutor"}
    plain["persons"][0] |= {"category": "victim"}
    plain["statements"][0] |= {"field_class": "special", "needed": "for the charge"}
    told = {each.role: (each.whole_letter, each.statements, each.policies) for each in _decided(plain).missing}
    assert told == {"approver": (False, (1,), ("R18b",)), "legal_adviser": (False, (1,), ("R28b",))}
    plain["transfer"]["confidential"] = True
    plain["transfer"]["recipient"]["confidentiality"] = "no"
    (approver, _) = _decided(plain).missing
    assert (approver.whole_letter, approver.statements, approver.policies) == (True, (1,), ("R14a", "R18b"))


def test_what_is_left_out_is_not_explained_with_what_permits() -> None:
    plain = base("suspect")
    plain["statements"][0]["field_class"] = "special"
    (ruling,) = _decided(plain).statements
    assert (ruling.verdict, [each.policy for each in ruling.reasons]) == ("redact", ["R28a"])


def test_a_cure_is_the_policy_s_own_or_its_rule_s_and_what_permits_has_none() -> None:
    rules = shipped_rules()
    assert reason_of("R31b", rules).cure == rules.policies["R31b"].cure != rules.policies["R31a"].cure
    assert reason_of("R23b", rules).cure == rules.policies["R23a"].cure != ""
    assert reason_of("R07a", rules).cure == ""
    assert [each for each in rules.policies.values() if reason_of(each.id, rules).cure == ""] == [
        each for each in rules.policies.values() if each.effect not in {"REFUSE", "SECOND", "REDACT"}
    ]


def test_a_question_about_nothing_is_not_asked_of_anybody() -> None:
    plain = base("suspect")
    plain["transfer"]["questions"] = [question(entity=None, persons=None)]
    outcome = _decided(plain)
    assert [each.policy for each in outcome.letter.reasons] == ["R42c"]


@pytest.mark.parametrize("failing", ["condition_letter", "condition"])
def test_where_one_condition_cannot_be_determined_nothing_leaves(monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    ask = Engine.ask

    def answer(self: Engine, action: str, context: dict[str, Any], *, permits_only: bool = False) -> Answer:
        if action == failing:
            return Answer(allowed=False, policies=(), error=True)
        return ask(self, action, context, permits_only=permits_only)

    monkeypatch.setattr(Engine, "ask", answer)
    outcome = _decided(base("suspect"))
    assert outcome.letter.reasons[0].policy == "engine"
    assert outcome.permitted == frozenset()


def test_an_engine_of_other_rules_is_not_used() -> None:
    inputs, rules = from_plain(Inputs, base("agency")), shipped_rules()
    other = Engine(rules.without("R46"))
    assert decide(inputs, rules, other) == decide(inputs, rules)
    assert other._answers == {}
    own = Engine(rules)
    assert decide(inputs, rules, own) == decide(inputs, rules)
    assert own._answers != {}


def test_a_policy_that_the_rule_set_does_not_hold_decides_nothing() -> None:
    told = SimpleNamespace(decision=cedarpy.Decision.Allow, diagnostics=SimpleNamespace(reasons=["policy0"], errors=[]))
    assert Engine(shipped_rules())._read(told).error  # type: ignore[arg-type]


def test_an_undecided_letter_says_what_was_looked_at_where_anything_was() -> None:
    inputs, rules = from_plain(Inputs, base("agency")), shipped_rules()
    assert undecided(inputs, rules).inputs == decide(inputs, rules).inputs != ""
    assert undecided(None, rules).inputs == ""


DRAFT = Draft(
    type="reply", subject="S", facts="F", necessity="N", urgency="routine-7d", purpose="criminal_investigation",
    basis=("X-1", "Arrangement (fictional)"), offence_codes=(), languages=("en",), case_reference="AT-1",
    questions=(), replies=(), cards=(),
)  # fmt: skip
NAMES = EntityNames(b"k" * 32, "bg-police", "thread-1", {})


def _body(draft: Draft) -> dict[str, Any]:
    facts = from_plain(Inputs, base("suspect"))
    outcome = decide(facts, shipped_rules())
    body: dict[str, Any] = json.loads(
        build_package(draft, facts.statements, outcome, NAMES, {7: "suspect"}, "at-police").body
    )
    return body


def test_a_question_names_its_entity_and_one_about_nothing_names_none() -> None:
    body = _body(replace(DRAFT, questions=(Question("", 900, "Company", "Who?"), Question("", None, "", "What?"))))
    assert [each.get("entity") for each in body["items"]] == [NAMES.name(900), None]
    assert {each["id"] for each in body["entities"]} == {NAMES.name(7), NAMES.name(900)}


def test_an_answer_keeps_its_outcome_unless_it_promises_what_is_not_there() -> None:
    replies = (
        Reply(1, "provided", "There.", (1,)),
        Reply(2, "partly", "Some.", (1, 2)),
        Reply(3, "provided", "There.", (2,)),
        Reply(4, "refused", "The law forbids it.", ()),
    )
    told = [(each["outcome"], each.get("text")) for each in _body(replace(DRAFT, replies=replies))["answers"]]
    assert told == [
        ("provided", "There."), ("partly", "Some."), ("no-information", None), ("refused", "The law forbids it."),
    ]  # fmt: skip


def test_earlier_rules_are_asked_what_their_schema_names_and_nothing_else() -> None:
    record = json.loads((Path(bases.__file__).parent / "stored" / "format_2.json").read_text(encoding="utf-8"))
    rules = RuleSet(record["files"])
    facts = from_plain(Inputs, completed(record["inputs"], 2, rules))
    (context,) = Decider(facts, rules).contexts(facts.statements[3])
    assert Engine(rules).ask("disclose", context).error
    assert Engine(rules, attributes_of(rules)).ask("disclose", context).allowed
    assert "may_be_child" in context["person"]
