"""Laws that hold for every rule: what is missing never permits, restriction never permits, errors refuse."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import cedarpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.disclosure.context import NOBODY, statement_context, transfer_context
from clew.disclosure.decision import ORDER, Verdict, decide
from clew.disclosure.engine import Answer, Engine
from clew.disclosure.facts import Inputs
from clew.disclosure.formats import attributes_of
from clew.disclosure.records import canonical, from_plain, to_plain
from clew.disclosure.replay import decide_plain, record_of, replay
from clew.disclosure.ruleset import BrokenRules, RuleSet, rule_files, shipped_rules
from tests.disclosure.bases import ASSURANCE, BASES, approval, base, consent, put


def _paths(plain: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    for key, value in items:
        yield (*way, key)
        yield from _paths(value, (*way, key))


def _without(plain: Any, way: tuple[Any, ...]) -> Any:
    *parents, last = way
    holder = plain
    for step in parents:
        holder = holder[step]
    del holder[last]
    return plain


ATTRIBUTES = [(name, way) for name in BASES for way in _paths(base(name)) if isinstance(way[-1], str)]


@pytest.mark.parametrize(("name", "way"), ATTRIBUTES, ids=str)
def test_an_input_without_any_one_attribute_permits_nothing(name: str, way: tuple[Any, ...]) -> None:
    outcome = decide_plain(_without(base(name), way), shipped_rules())
    assert outcome.letter.verdict == Verdict.REFUSE
    assert not outcome.permitted
    assert not outcome.ready


def _whole() -> dict[str, Any]:
    """All that a question about one statement shows the rules."""
    facts = from_plain(Inputs, base("agency"))
    rules = shipped_rules()
    return {
        "transfer": transfer_context(facts.transfer, rules),
        "statement": statement_context(facts.statements[0], facts.transfer, "none", rules),
        "person": copy.deepcopy(NOBODY),
    }


CONTEXT = [way for way in _paths(_whole()) if isinstance(way[-1], str)]
"""The path of everything that a rule can look at, taken from what the rules are shown."""
ASKED = {
    "disclose": {"transfer", "statement", "person"}, "redact": {"transfer", "statement", "person"},
    "send": {"transfer"}, "ask": {"transfer", "person"},
}  # fmt: skip
"""The questions that a release poses, with what each is asked about."""


def test_the_paths_are_all_that_the_schema_has() -> None:
    named = {name for way in CONTEXT for name in way}
    assert named == attributes_of(shipped_rules()) - {"principal", "resource", "context"}
    assert len(CONTEXT) >= 150


def _answers(whole: dict[str, Any], part: str) -> list[Answer]:
    engine = Engine(shipped_rules())
    return [
        engine.ask(action, {name: whole[name] for name in names if name in whole})
        for action, names in ASKED.items()
        if part in names
    ]


@pytest.mark.parametrize("way", CONTEXT, ids=".".join)
def test_the_engine_refuses_a_question_that_lacks_an_attribute(way: tuple[str, ...]) -> None:
    answers = _answers(_without(_whole(), way), way[0])
    assert answers
    assert all(each.error and not each.allowed for each in answers)


@pytest.mark.parametrize("way", CONTEXT, ids=".".join)
def test_the_engine_refuses_a_question_with_an_attribute_of_another_kind(way: tuple[str, ...]) -> None:
    others: tuple[Any, ...] = ("a text", 7, True, [], [7], {}, None)
    for other in others:
        whole = _whole()
        holder: Any = whole
        for step in way[:-1]:
            holder = holder[step]
        if type(holder[way[-1]]) is type(other) and other != [7]:
            continue
        holder[way[-1]] = other
        assert all(each.error and not each.allowed for each in _answers(whole, way[0])), other


def test_a_whole_question_is_answered() -> None:
    engine = Engine(shipped_rules())
    whole = _whole()
    assert engine.ask("disclose", whole).allowed
    assert engine.ask("send", {"transfer": whole["transfer"]}).allowed
    assert not any(each.error for part in ("transfer", "statement", "person") for each in _answers(whole, part))


def _broken_permit(text: str) -> dict[str, str]:
    return rule_files() | {"R99.cedar": f'@id("R99")\n@title("t")\n@source("s")\n@mark("own")\n@version("1")\n{text}'}


def test_an_erring_forbid_refuses_although_cedar_skips_it() -> None:
    """Overflow is an error that the schema's check cannot foresee; Cedar alone would answer Allow."""
    policy = """@effect("REFUSE")\n@sentence("s")
    forbid (principal, action == Action::"disclose", resource)
    when { context.statement.accuracy + 9223372036854775807 > 0 };"""
    rules = RuleSet(_broken_permit(policy))
    outcome = decide_plain(base("agency"), rules)
    assert outcome.statements[0].verdict == Verdict.REFUSE
    assert {each.policy for each in outcome.statements[0].reasons} >= {"engine"}


def test_an_exception_inside_refuses_with_its_own_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(cedarpy, "is_authorized", fail)
    outcome = decide_plain(base("agency"), shipped_rules())
    assert outcome.letter.reasons[0].sentence == "The engine could not decide."
    assert not outcome.permitted


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        ('@effect("PERMIT")\n@sentence("s")\npermit (principal, action, resource);', "may only speak of"),
        ('@effect("REDACT")\n@sentence("s")\npermit (principal, action == Action::"send", resource);', "may only"),
        ('@effect("REFUSE")\n@sentence("s")\npermit (principal, action == Action::"send", resource);', "forbid"),
        ('@effect("SECOND")\n@sentence("s")\nforbid (principal, action == Action::"send", resource);', "role"),
        ('@effect("ALLOW")\n@sentence("s")\npermit (principal, action == Action::"send", resource);', "effect must"),
        ('@effect("REFUSE")\nforbid (principal, action == Action::"send", resource);', "sentence"),
        (('@effect("REFUSE")\n@sentence("s")\nforbid (principal, action == Action::"send", resource)\n'
         'when { context.transfer.typo };'), "typo"),
    ],
)  # fmt: skip
def test_a_rule_that_is_not_whole_is_not_loaded(policy: str, fault: str) -> None:
    with pytest.raises(BrokenRules, match=fault):
        RuleSet(_broken_permit(policy))


def test_without_any_permit_nothing_leaves() -> None:
    for name in BASES:
        outcome = decide_plain(base(name), shipped_rules().without("R05", "R06", "R07", "R08", "R09", "R39"))
        assert outcome.letter.verdict == Verdict.REFUSE
        assert "no_permit" in {each.policy for each in outcome.letter.reasons}


@pytest.mark.parametrize("rule", ["R33", "R34", "R17", "R18", "R28", "R03", "R44"])
def test_codes_of_a_rule_that_is_not_loaded_are_refused(rule: str) -> None:
    spoken = {code for each in shipped_rules().rules[rule].policies for code in each.covers}
    left = shipped_rules().without(rule).covered
    assert spoken
    assert not spoken & left


RESTRICTIONS: list[tuple[str, Any]] = [
    ("transfer.necessity", ""), ("transfer.case", ""), ("transfer.requester", ""), ("transfer.log_writable", False),
    ("transfer.words_naming", ["facts"]), ("transfer.recipient.status", "suspended"),
    ("transfer.recipient.keys", "expired"), ("transfer.recipient.competent", False),
    ("transfer.instrument.in_force", False), ("transfer.instrument.enables", False),
    ("transfer.instrument.between_parties", False), ("transfer.assurance.doubts_on_torture", True),
    ("transfer.assurance.text", ""), ("transfer.approvals", []), ("transfer.translations_complete", False),
    ("transfer.pledge", ""), ("transfer.recipient.states", ["cn", "bg"]),
    ("statements.0.handling", "H2"), ("statements.0.handling", "H3"), ("statements.0.handling", "H9"),
    ("statements.0.owner", "fr-police"), ("statements.0.retain_until", None), ("statements.0.live", False),
    ("statements.0.shelter", True), ("statements.0.concerns", None), ("statements.0.reliability", "X"),
    ("statements.0.accuracy", 4), ("statements.0.nature", ""), ("statements.0.field_class", "special"),
    ("persons.0.category", "unknown"), ("persons.0.category", "victim"), ("persons.0.child", "yes"),
    ("persons.0.child", "uncertain"), ("persons.0.protection", "applicant"), ("persons.0.protection", "unknown"),
    ("persons.0.feared", ["at", "bg", "cn"]), ("persons.0.witness_protection", "yes"),
    ("persons.0.role_conflict", "yes"), ("persons.0.guardian", "conflict"), ("transfer.recipient.onward", ["bg", "cn"]),
    ("persons.0.sheltered", "yes"), ("persons.0.consents", []), ("persons.0.risks", []),
]  # fmt: skip


@given(name=st.sampled_from(sorted(BASES)), changes=st.lists(st.sampled_from(RESTRICTIONS), max_size=4), data=st.data())
def test_restrictive_information_never_turns_a_refusal_into_a_permit(
    name: str, changes: list[tuple[str, Any]], data: st.DataObject
) -> None:
    plain = base(name)
    for path, value in changes:
        if not path.startswith("persons") or plain["persons"]:
            put(plain, path, value)
    before = decide_plain(plain, shipped_rules())
    path, value = data.draw(st.sampled_from(RESTRICTIONS))
    if path.startswith("persons") and not plain["persons"]:
        return
    after_plain = copy.deepcopy(plain)
    put(after_plain, path, value)
    if _is_looser(plain, path, value):
        return
    after = decide_plain(after_plain, shipped_rules())
    assert after.permitted <= before.permitted or before.letter.verdict == Verdict.PERMIT
    assert after.permitted <= before.permitted
    assert not after.letter.permitted or before.letter.permitted
    assert ORDER.index(Verdict(after.letter.verdict)) >= ORDER.index(Verdict(before.letter.verdict))


def _is_looser(plain: dict[str, Any], path: str, value: Any) -> bool:
    """Replacing one restriction of a field by another, milder one is no added restriction."""
    *way, last = path.split(".")
    holder: Any = plain
    for step in way:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    scale = {
        "category": ["suspect", "victim", "unknown"], "child": ["no", "uncertain", "yes"],
        "protection": ["none", "unknown", "applicant"], "handling": ["H0", "H1", "H2", "H3", "H9"],
        "field_class": ["plain", "identifying", "location", "special"],
    }.get(last)  # fmt: skip
    if scale is None:
        return False
    return scale.index(value) <= scale.index(holder[last]) or (last == "handling" and holder[last] != "H0")


@given(st.lists(st.tuples(st.sampled_from(["anna", "bernd", "carla", ""]),
                          st.sampled_from(["approver", "legal_adviser", "child_protection_officer"]))))  # fmt: skip
def test_no_number_of_approvals_lifts_what_only_a_refusal_says(answers: list[tuple[str, str]]) -> None:
    plain = base("consulate")
    plain["persons"][0]["consents"] = []
    plain["statements"][0] |= {"field_class": "identifying", "needed": "asked for"}
    plain["transfer"]["approvals"] = [approval(role, officer) for officer, role in answers]
    assert not decide_plain(plain, shipped_rules()).permitted


def test_one_person_counts_for_one_role() -> None:
    plain = base("suspect")
    plain["persons"][0]["child"] = "yes"
    plain["statements"][0] |= {"needed": "x", "reliability": "X", "accuracy": 4}
    plain["transfer"]["approvals"] = [approval("approver"), approval("child_protection_officer")]
    assert not decide_plain(plain, shipped_rules()).permitted
    plain["transfer"]["approvals"] = [approval("approver"), approval("child_protection_officer", "carla")]
    assert decide_plain(plain, shipped_rules()).permitted


def test_what_is_missing_is_named_by_role_and_statement() -> None:
    plain = base("agency")
    plain["transfer"]["approvals"] = []
    (missing,) = decide_plain(plain, shipped_rules()).missing
    assert (missing.role, missing.whole_letter) == ("approver", True)
    assert set(missing.policies) == {"R23b", "R46b"}


def test_where_it_is_refused_anyway_no_approval_is_asked_for() -> None:
    plain = base("agency")
    plain["transfer"] |= {"approvals": [], "necessity": ""}
    assert decide_plain(plain, shipped_rules()).missing == ()


@pytest.mark.parametrize("name", BASES)
def test_a_stored_decision_comes_out_again(name: str) -> None:
    facts = from_plain(Inputs, base(name))
    assert to_plain(facts) == base(name)
    record = record_of(facts, decide(facts, shipped_rules()))
    again = replay(record, shipped_rules())
    assert again.same, again.differences
    record["outcome"]["statements"][0]["verdict"] = "refuse"
    assert not replay(record, shipped_rules()).same


def test_a_decision_of_other_rules_says_so() -> None:
    facts = from_plain(Inputs, base("agency"))
    record = record_of(facts, decide(facts, shipped_rules()))
    assert not replay(record, shipped_rules().without("R46")).same


def test_the_version_changes_with_any_word_of_any_rule() -> None:
    files = rule_files()
    changed = files | {"R01.cedar": files["R01.cedar"].replace("No instrument", "No legal instrument")}
    assert RuleSet(changed).version != RuleSet(files).version


def test_equal_facts_have_equal_bytes() -> None:
    plain = base("agency")
    assert canonical(plain) == canonical(dict(reversed(plain.items())))


@pytest.mark.parametrize(
    "text", [None, 3, [], "x", {"transfer": {}}, {"transfer": None, "statements": 1, "persons": {}}]
)
def test_what_is_no_input_at_all_is_refused(text: object) -> None:
    assert decide_plain(text, shipped_rules()).letter.verdict == Verdict.REFUSE


def test_a_consent_covers_only_what_it_names() -> None:
    from clew.disclosure.consents import covers_item

    statement = from_plain(Inputs, base("referral")).statements[0]
    assert covers_item("situation", statement)
    assert covers_item("ExploitationSituation:placeClass", statement)
    assert not covers_item("identity", statement)
    assert not covers_item("", statement)
    assert consent()["items"] == ["plain"]
    assert ASSURANCE["issuer"]
