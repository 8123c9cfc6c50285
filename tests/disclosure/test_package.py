"""The recipient's bytes: made of what may leave, and of nothing else."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.disclosure.decision import Ruling, decide, reason_of
from clew.disclosure.facts import Inputs
from clew.disclosure.package import (
    Coarsened,
    Draft,
    EntityNames,
    Package,
    Question,
    Reply,
    answer_outcomes,
    as_told,
    build_package,
    held_back,
)
from clew.disclosure.records import from_plain
from clew.disclosure.ruleset import shipped_rules
from tests.disclosure.bases import approval, authorisation, base, person, statement

DRAFT = Draft(
    type="reply", subject="S", facts="F", necessity="N", urgency="routine-7d", purpose="criminal_investigation",
    basis=("X-1", "Arrangement (fictional)"), offence_codes=("at_104a",), languages=("en",), case_reference="AT-1",
    questions=(Question("", 100, "Company", "Who?"),), replies=(), cards=(),
)  # fmt: skip
NAMES = EntityNames(b"k" * 32, "bg-police", "thread-1", {})


def _package(plain: dict[str, Any], replies: tuple[Reply, ...] = (), names: EntityNames = NAMES) -> Package:
    facts = from_plain(Inputs, plain)
    categories = {each.id: each.category for each in facts.persons}
    outcome = decide(facts, shipped_rules())
    draft = as_told(replace(DRAFT, replies=replies), held_back(outcome, shipped_rules()))
    return build_package(draft, facts.statements, outcome, names, categories, "at-police")


def _mixed() -> dict[str, Any]:
    """Facts on a company between police, around facts on a victim."""
    plain = base("suspect")
    plain["persons"] = [person(7, category="victim")]
    plain["statements"] = [
        statement(1),
        statement(2, entity=7, schema="Person", prop="name", value="CANARY", field_class="identifying", concerns=[7]),
        statement(3, prop="registrationNumber", value="FN 1", original="注册", lang="zh"),
        statement(4, entity=8, schema="Phone", prop="number", value="CANARY", field_class="identifying", concerns=[7]),
    ]
    return plain


def test_statements_are_numbered_without_gaps_and_the_withheld_leave_no_trace() -> None:
    package = _package(_mixed())
    body = json.loads(package.body)
    assert [(each["n"], each["prop"]) for each in body["statements"]] == [(1, "name"), (2, "registrationNumber")]
    assert b"CANARY" not in package.body
    assert len(body["entities"]) == 1
    assert package.body == json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


WITHHELD = st.lists(
    st.builds(
        lambda number, value, schema, handling, retain: statement(
            number, entity=7, schema=schema, prop="name", value=value, field_class="identifying", concerns=[7],
            handling=handling, handling_text="text" if handling == "H3" else "", retain_until=retain,
        ),
        st.integers(50, 60), st.text(max_size=20), st.sampled_from(["Person", "Phone", "Passport"]),
        st.sampled_from(["H0", "H1", "H2", "H3"]), st.sampled_from(["2026-12-01", "2030-01-01", None]),
    ),
    max_size=4, unique_by=lambda each: each["id"],
)  # fmt: skip


@given(WITHHELD, WITHHELD)
def test_two_cases_that_differ_only_in_what_is_withheld_give_identical_bytes(
    ours: list[dict[str, Any]], theirs: list[dict[str, Any]]
) -> None:
    def with_withheld(extra: list[dict[str, Any]]) -> Package:
        plain = _mixed()
        plain["statements"] = [plain["statements"][0], *extra, plain["statements"][2]]
        ids = tuple(each["id"] for each in plain["statements"])
        replies = (Reply(1, "provided", "See there.", ids), Reply(2, "provided", "Her.", tuple(ids[1:-1])))
        return _package(plain, replies)

    assert with_withheld(ours).body == with_withheld(theirs).body


@pytest.mark.parametrize(
    ("policies", "is_held_back"),
    [
        (("R20a",), True),
        (("R20a", "R31a"), True),
        (("R31a", "R20a"), True),
        (("R31a",), False),
        (("no_permit",), False),
    ],
)
def test_held_back_is_what_any_neutral_policy_withholds_whatever_else_does(
    policies: tuple[str, ...], is_held_back: bool
) -> None:
    rules = shipped_rules()
    outcome = decide(from_plain(Inputs, base("suspect")), rules)
    withheld = Ruling(1, "refuse", tuple(reason_of(each, rules) for each in policies))
    assert held_back(replace(outcome, statements=(withheld,)), rules) == (
        frozenset({1}) if is_held_back else frozenset()
    )


WITHHELD_OUTCOMES = ("provided", "partly", "refused", "postponed", "no-information")


@pytest.mark.parametrize("outcome", WITHHELD_OUTCOMES)
@pytest.mark.parametrize("something_leaves", [True, False])
def test_whatever_the_officer_calls_it_what_may_not_show_reads_as_if_it_were_not_held(
    outcome: str, something_leaves: bool
) -> None:
    def letter(outcome: str, *, held: bool) -> Package:
        plain = base("suspect")
        plain["persons"] = [person(7, protection="applicant", feared=["bg"])]
        hers = statement(
            2, entity=7, schema="Person", prop="name", value="CANARY", field_class="identifying", concerns=[7]
        )
        plain["statements"] = [statement(1)] * something_leaves + [hers] * held
        ids = tuple(each["id"] for each in plain["statements"])
        return _package(plain, (Reply(1, outcome, "See there.", ids),))

    assert letter(outcome, held=True).body == letter("provided", held=False).body
    answer = json.loads(letter(outcome, held=True).body)["answers"][0]
    assert answer["outcome"] == ("provided" if something_leaves else "no-information")


def test_an_item_of_which_nothing_is_held_back_keeps_the_outcome_it_was_given() -> None:
    assert json.loads(_package(_mixed(), (Reply(1, "partly", "See there.", (1, 2)),)).body)["answers"] == [
        {"item": 1, "outcome": "partly", "text": "See there.", "statements": [1]}
    ]


def test_an_answer_whose_statements_are_withheld_reads_like_none_held() -> None:
    withheld = _package(_mixed(), (Reply(1, "provided", "She lives there.", (2,)),))
    none_held = _package(_mixed(), (Reply(1, "no-information", "We hold nothing.", ()),))
    assert withheld.body == none_held.body
    assert json.loads(withheld.body)["answers"] == [{"item": 1, "outcome": "no-information"}]


def test_keys_without_content_are_left_out() -> None:
    plain = base("suspect")
    plain["statements"] = []
    body = json.loads(_package(plain).body)
    assert not {"statements", "answers", "cards", "retain_until"} & set(body)
    assert body["handling"] == {"code": "H0"}


def test_the_strictest_handling_and_the_earliest_retention_hold_for_the_whole() -> None:
    plain = base("suspect")
    plain["statements"] = [statement(1, handling="H1", retain_until="2027-01-01"), statement(2)]
    body = json.loads(_package(plain).body)
    assert body["handling"]["code"] == "H1"
    assert body["retain_until"] == "2027-01-01"
    assert {each["rule"] for each in body["conditions"]} == {"R10a", "R10d", "R11c"}


def test_entity_names_differ_by_recipient_thread_and_key_and_never_show_the_number() -> None:
    plain = base("suspect")
    variants = [
        NAMES,
        EntityNames(b"k" * 32, "de-police", "thread-1", {}),
        EntityNames(b"k" * 32, "bg-police", "thread-2", {}),
        EntityNames(b"l" * 32, "bg-police", "thread-1", {}),
    ]
    assert len({each.name(7) for each in variants}) == 4
    assert _package(plain).body == _package(copy.deepcopy(plain)).body
    assert EntityNames(b"k" * 32, "bg-police", "thread-1", {7: "theirs"}).name(7) == "theirs"


def test_a_link_is_written_with_the_names_of_this_thread() -> None:
    plain = base("suspect")
    plain["statements"] = [statement(1, schema="Ownership", prop="owner", value="200", refers_to=200)]
    body = json.loads(_package(plain).body)
    assert body["statements"][0]["value"] == NAMES.name(200)
    assert "200" not in body["statements"][0]["value"]


def test_a_letter_that_is_refused_as_a_whole_carries_no_statement() -> None:
    plain = base("suspect")
    plain["transfer"]["necessity"] = ""
    assert "statements" not in json.loads(_package(plain).body)


def test_whom_a_statement_concerns_travels_as_a_category_that_names_nobody() -> None:
    plain = base("suspect")
    body = json.loads(_package(plain).body)
    concerned = {each["id"]: each["category"] for each in body["persons"]}
    assert set(concerned.values()) == {"suspect"}
    assert all(set(each["concerns"]) <= set(concerned) for each in body["statements"] if "concerns" in each)


def test_a_person_whom_only_withheld_statements_concern_is_not_mentioned() -> None:
    body = json.loads(_package(_mixed()).body)
    assert "victim" not in {each["category"] for each in body.get("persons", [])}


def _body(plain: dict[str, Any], draft: Draft = DRAFT) -> dict[str, Any]:
    """The letter as its recipient reads it."""
    facts = from_plain(Inputs, plain)
    categories = {each.id: each.category for each in facts.persons}
    outcome = decide(facts, shipped_rules())
    body: dict[str, Any] = json.loads(
        build_package(draft, facts.statements, outcome, NAMES, categories, "at-police").body
    )
    return body


def _body_of_all(plain: dict[str, Any]) -> dict[str, Any]:
    """The same, where every statement may leave whatever the shipped rules say of it: rules of a node may be others."""
    facts = from_plain(Inputs, plain)
    outcome = replace(
        decide(from_plain(Inputs, base("suspect")), shipped_rules()),
        statements=tuple(Ruling(each.id, "permit", ()) for each in facts.statements),
    )
    body: dict[str, Any] = json.loads(
        build_package(DRAFT, facts.statements, outcome, NAMES, {7: "suspect"}, "at-police").body
    )
    return body


def test_the_recipient_reads_whom_a_statement_concerns_and_what_she_is() -> None:
    plain = base("suspect")
    plain["statements"] = [statement(1, entity=300, schema="Phone", prop="number", value="1", concerns=[7])]
    body = _body(plain)
    assert body["persons"] == [{"id": NAMES.name(7), "category": "suspect"}]
    assert body["statements"][0]["concerns"] == [NAMES.name(7)]
    assert _package(plain).entities == {NAMES.name(each): each for each in (7, 100, 300)}


def test_where_nobody_knows_whom_a_statement_concerns_it_names_nobody() -> None:
    plain = base("suspect")
    plain["statements"] = [statement(1, concerns=None), statement(2, prop="alias", concerns=[7])]
    body = _body_of_all(plain)
    assert ["concerns" in each for each in body["statements"]] == [False, True]
    assert [each["id"] for each in body["persons"]] == [NAMES.name(7)]


def test_the_recipient_reads_through_whose_hands_a_statement_came_but_not_the_sender_s() -> None:
    plain = base("suspect")
    plain["statements"] = [
        statement(1),
        statement(2, owner="fr-police", chain=["de-police", "at-police", "fr-police"],
                  authorisations=[authorisation(by=each) for each in ("fr-police", "de-police")]),
    ]  # fmt: skip
    own, given_by_others = _body(plain)["statements"]
    assert "chain" not in own
    assert given_by_others["chain"] == ["de-police", "fr-police"]


def test_only_what_was_said_less_exactly_is_marked_so_and_loses_its_original() -> None:
    plain = base("suspect")
    told = {
        "prop": "incorporationDate",
        "value": "2019-04-02",
        "original": "二〇一九年",
        "lang": "zh",
        "seen_on": "2026-11-01",
    }
    plain["statements"] = [statement(1, **told), statement(2, **told)]
    month, day = _body(plain, replace(DRAFT, coarser=(Coarsened(1, "month", "2019-04"),)))["statements"]
    assert (month["value"], month["coarsened"]) == ("2019-04", True)
    assert not {"original", "lang", "seen_on"} & set(month)
    assert (day["value"], day["original"], day["seen_on"]) == ("2019-04-02", "二〇一九年", "2026-11-01")
    assert "coarsened" not in day


def test_what_a_level_does_not_fit_stays_here_and_a_link_without_words_leaves() -> None:
    plain = base("suspect")
    plain["statements"] = [
        statement(1),
        statement(2, prop="registrationNumber", value="FN 1"),
        statement(3, schema="Ownership", prop="owner", value="", refers_to=200),
    ]
    body = _body(plain, replace(DRAFT, coarser=(Coarsened(2, "month", ""),)))
    assert [(each["n"], each["prop"]) for each in body["statements"]] == [(1, "name"), (2, "owner")]
    assert b"FN 1" not in json.dumps(body).encode()


def test_every_restriction_in_words_is_read_once_and_nothing_stands_for_none() -> None:
    plain = base("suspect")
    plain["transfer"]["approvals"] = [approval()]
    told = {"handling": "H3", "handling_text": " Not to the press (fictional). "}
    plain["statements"] = [statement(1), statement(2, prop="alias", **told), statement(3, prop="status", **told)]
    assert _body(plain)["handling"] == {"code": "H3", "text": "Not to the press (fictional)."}


def test_of_days_of_deletion_the_earliest_holds_and_none_is_no_day() -> None:
    plain = base("suspect")
    plain["statements"] = [
        statement(1, retain_until=None),
        statement(2, retain_until="2027-03-01"),
        statement(3, retain_until="2027-02-01"),
    ]
    assert _body_of_all(plain)["retain_until"] == "2027-02-01"


def test_a_legal_basis_is_a_code_and_a_title_or_no_letter_is_written() -> None:
    assert _body(base("suspect"))["legal_basis"] == {"code": "X-1", "title": "Arrangement (fictional)"}
    with pytest.raises(ValueError, match="zip"):
        _body(base("suspect"), replace(DRAFT, basis=("X-1",)))


def test_an_answer_shows_what_it_gives_where_one_of_its_statements_may_leave() -> None:
    replies = (
        Reply(1, "provided", "", (1, 2)), Reply(2, "provided", "", (2,)), Reply(3, "partly", "", ()),
        Reply(4, "refused", "", ()),
    )  # fmt: skip
    told = answer_outcomes(replace(DRAFT, replies=replies), {1})
    assert told == ("provided", "no-information", "no-information", "refused")
