"""Facts that together could name a person: which kinds, of whom, and from where on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from clew.disclosure.decision import decide
from clew.disclosure.facts import Inputs, StatementFacts
from clew.disclosure.mosaic import NOBODY_KNOWN, groups, read_table, shipped_table
from clew.disclosure.package import Coarsened, build_package
from clew.disclosure.records import from_plain
from clew.disclosure.ruleset import shipped_rules
from clew.node.disclosure.coarsening import KINDS, LEVELS
from clew.vocabulary.model import property_info
from tests.disclosure.bases import base, statement
from tests.disclosure.test_package import DRAFT, NAMES

HER = 7


def _said(number: int, schema: str, prop: str, **changes: Any) -> StatementFacts:
    plain = statement(number, **({"schema": schema, "prop": prop, "entity": 50 + number, "concerns": [HER]} | changes))
    return from_plain(StatementFacts, plain)


DATE = _said(1, "Trip", "startDate", value="2026-03-14", seen_on=None)
STREET = _said(2, "Address", "street", value="Beispielgasse 5", seen_on=None)
TOWN = _said(3, "Address", "city", value="Wien", seen_on=None)
SECTOR = _said(4, "ExploitationSituation", "workSector", value="F_Construction", seen_on=None)


def test_two_kinds_about_one_protected_person_make_a_group() -> None:
    (found,) = groups([DATE, STREET], {HER}, {})
    assert (found.person, found.kinds, found.strong) == (HER, ("date", "place"), True)
    (weak,) = groups([STREET, SECTOR], {HER}, {})
    assert not weak.strong


def test_two_facts_of_one_kind_do_not() -> None:
    assert groups([STREET, TOWN], {HER}, {}) == ()


def test_facts_on_different_persons_or_on_nobody_protected_do_not() -> None:
    assert groups([DATE, replace(STREET, concerns=(8,))], {HER, 8}, {}) == ()
    assert groups([DATE, STREET], set(), {}) == ()
    assert groups([replace(DATE, concerns=()), replace(STREET, concerns=())], {HER}, {}) == ()


def test_where_it_is_not_known_whom_they_concern_they_are_taken_together() -> None:
    (found,) = groups([replace(DATE, concerns=None), replace(STREET, concerns=None)], {HER}, {})
    assert found.person == NOBODY_KNOWN


def test_the_day_on_which_it_was_seen_counts_as_a_date_unless_it_stays_behind() -> None:
    seen = _said(2, "Address", "street", value="Beispielgasse 5", seen_on="2026-03-14")
    assert groups([seen], {HER}, {})[0].kinds == ("place", "date")
    assert groups([seen], {HER}, {2: "street"}) == ()


def test_a_coarsened_fact_weighs_less_and_asks_for_a_new_answer() -> None:
    (exact,) = groups([DATE, STREET], {HER}, {})
    (coarse,) = groups([DATE, STREET], {HER}, {1: "year", 2: "street"})
    assert (exact.strong, coarse.strong) == (True, False)
    assert not exact.tokens & coarse.tokens
    assert "2026" not in str(exact.tokens)


def test_every_property_of_the_table_exists_and_every_kind_and_level_has_words() -> None:
    table = shipped_table()
    for name in table.of_property:
        schema, _, prop = name.partition(":")
        assert property_info(schema, prop)
    assert set(table.kinds) == set(KINDS)
    assert set(LEVELS) == {"day", "month", "year", "street", "district", "city", "country", "range"}
    assert (table.mark, all(each.why for each in table.kinds.values())) == ("own", True)


def test_a_property_under_two_kinds_is_refused() -> None:
    text = json.dumps({
        "mark": "own", "shown_from_kinds": 2, "strong_from_weight": 4,
        "kinds": {each: {"weight": 1, "why": "…", "properties": ["Person:name"]} for each in ("a", "b")},
    })  # fmt: skip
    with pytest.raises(ValueError, match="two kinds"):
        read_table(text)


def _letter(*coarser: Coarsened) -> dict[str, Any]:
    plain = base("suspect")
    plain["statements"] = [
        statement(1, prop="incorporationDate", value="2026-03-14", original="十四日", lang="zh", seen_on="2026-03-15"),
        statement(2),
    ]
    facts = from_plain(Inputs, plain)
    outcome = decide(facts, shipped_rules())
    assert outcome.permitted == {1, 2}
    package = build_package(replace(DRAFT, coarser=coarser), facts.statements, outcome, NAMES, {}, "at-police")
    letter: dict[str, Any] = json.loads(package.body)
    return letter


def test_a_coarsened_statement_says_so_and_leaves_neither_its_spelling_nor_its_day() -> None:
    exact, other = _letter()["statements"]
    assert (exact["value"], "coarsened" in exact, "coarsened" in other) == ("2026-03-14", False, False)
    coarse, same = _letter(Coarsened(1, "month", "2026-03"))["statements"]
    assert (coarse["value"], coarse["coarsened"]) == ("2026-03", True)
    assert not {"original", "lang", "seen_on"} & set(coarse)
    assert same == other


def test_a_level_that_does_not_fit_keeps_the_statement_here() -> None:
    (only,) = _letter(Coarsened(1, "street", ""))["statements"]
    assert (only["n"], "2026-03" in str(only)) == (1, False)
