"""What follows from facts before any rule looks: who is or may be a child, and who is a protected person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clew import vocabulary
from clew.disclosure.context import NOBODY, person_context
from clew.disclosure.facts import Inputs
from clew.disclosure.records import from_plain
from clew.disclosure.ruleset import PRESUMED_CHILD, UNPROTECTED, BrokenRules, RuleSet, rule_files, shipped_rules
from tests.disclosure.bases import base

ADULT_UNLESS_SAID = ("suspect", "convicted", "other")
PRESUMED = ("victim", "witness", "smuggled_migrant", "unknown", "none", "", "sailor")
SILENCE = ("unknown", "", "perhaps")


def may_be_child(child: str, category: str, rules: RuleSet | None = None) -> bool:
    plain = base("suspect")
    plain["persons"][0] |= {"child": child, "category": category}
    facts = from_plain(Inputs, plain)
    found = person_context(facts.persons[0], None, facts.transfer, rules or shipped_rules())["may_be_child"]
    assert isinstance(found, bool)
    return found


@pytest.mark.parametrize("category", [*ADULT_UNLESS_SAID, *PRESUMED])
def test_what_was_said_of_an_age_counts_whatever_the_category(category: str) -> None:
    assert may_be_child("yes", category)
    assert may_be_child("uncertain", category)
    assert not may_be_child("no", category)


@pytest.mark.parametrize("child", SILENCE)
def test_where_nobody_has_said_it_the_category_tells_whether_a_child_is_presumed(child: str) -> None:
    assert all(may_be_child(child, category) for category in PRESUMED)
    assert not any(may_be_child(child, category) for category in ADULT_UNLESS_SAID)


def test_every_category_is_either_presumed_a_child_or_named_in_the_list() -> None:
    assert set(vocabulary.codelist("person_categories").codes) <= {*ADULT_UNLESS_SAID, *PRESUMED}
    assert shipped_rules().not_presumed_child == set(ADULT_UNLESS_SAID)


def test_nobody_is_no_child() -> None:
    assert NOBODY["may_be_child"] is False


@pytest.mark.parametrize("name", [PRESUMED_CHILD, UNPROTECTED])
def test_a_rule_set_whose_schema_speaks_of_it_is_not_loaded_without_the_list(name: str) -> None:
    with pytest.raises(BrokenRules, match=name):
        RuleSet({each: text for each, text in rule_files().items() if each != name})


def test_a_rule_set_of_before_the_list_is_loaded_and_presumes_a_child_in_everybody() -> None:
    old = json.loads((Path(__file__).parent / "stored" / "format_2.json").read_text(encoding="utf-8"))["files"]
    assert PRESUMED_CHILD not in old
    assert may_be_child("unknown", "suspect", RuleSet(old))


def protected(category: str, role_conflict: str, rules: RuleSet | None = None) -> bool:
    plain = base("suspect")
    plain["persons"][0] |= {"category": category, "role_conflict": role_conflict}
    facts = from_plain(Inputs, plain)
    found = person_context(facts.persons[0], None, facts.transfer, rules or shipped_rules())["protected"]
    assert isinstance(found, bool)
    return found


def test_a_victim_is_protected_and_so_is_a_suspect_who_is_one_too() -> None:
    assert {each for each in (*ADULT_UNLESS_SAID, *PRESUMED) if not protected(each, "no")} == {*ADULT_UNLESS_SAID}
    assert all(protected(each, "yes") for each in (*ADULT_UNLESS_SAID, *PRESUMED))
    assert not protected("suspect", "unknown")
    assert NOBODY["protected"] is False


def test_a_rule_set_of_before_that_list_protects_everybody() -> None:
    old = json.loads((Path(__file__).parent / "stored" / "format_3.json").read_text(encoding="utf-8"))["files"]
    assert UNPROTECTED not in old
    assert protected("suspect", "no", RuleSet(old))
