"""Which entities are compared at all: what brings two together, and what brings nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.matching.entities import Entity, keys_of
from clew.matching.entities.blocking import IDENTIFIERS, largest
from clew.vocabulary.model import UnknownSchema


def keys(schema: str, **said: str) -> set[tuple[str, str]]:
    return {
        (key.kind, key.text) for key in keys_of(Entity("1", schema, {prop: (value,) for prop, value in said.items()}))
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王建国", "Wang Jianguo"),
        ("Wang Jian Guo", "Jianguo WANG"),
        ("王建国", "王建國"),
        ("Желязков Иван", "Ivan Zhelyazkov"),
        ("Jeliazkov Ivan", "Ivan Zhelyazkov"),
        ("Ivanova Maria", "Ivanov Maria"),
        ("Müller Anna", "Anna Mueller"),
    ],
)
def test_two_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert keys("Person", name=one) & keys("Person", name=other)


@pytest.mark.parametrize(
    ("one", "other"), [("王建国", "李小龙"), ("Ivan Zhelyazkov", "Petar Dimitrov"), ("Anna", "Eva")]
)
def test_two_names_share_none(one: str, other: str) -> None:
    assert not keys("Person", name=one) & keys("Person", name=other)


@pytest.mark.parametrize(
    ("schema", "said", "none"),
    [
        ("Person", {"phone": "0660 7788991"}, {"phone"}),
        ("Person", {"birthDate": "1984"}, {"birth date"}),
        ("Person", {"birthDate": "1984-01-01"}, {"birth date"}),
        ("Passport", {"number": "12"}, {"document"}),
        ("Person", {"name": "Li"}, {"name"}),
        ("Person", {"name": "—"}, {"name"}),
        ("Company", {"name": "GmbH"}, {"phone"}),
    ],
)
def test_what_too_many_would_share_is_no_key(schema: str, said: dict[str, str], none: set[str]) -> None:
    assert not {kind for kind, _text in keys(schema, **said)} & none


def test_an_identifier_is_of_one_kind_in_whatever_it_stands() -> None:
    assert keys("Person", phone="+43 660 7788991") == keys("Phone", number="0043 660 7788991")
    assert keys("Passport", number="PA 1234567") <= keys("Person", passportNumber="PA1234567")
    assert {kind for kind, _text in keys("Person", phone="+43 660 7788991")} <= IDENTIFIERS


def test_a_key_knows_the_values_it_was_made_of() -> None:
    (key,) = keys_of(Entity("1", "Phone", {"number": ("+43 660 7788991", "0043 660 7788991")}))
    assert key.values == ("+43 660 7788991", "0043 660 7788991")
    assert key.identifies


def test_kinds_that_are_not_compared_have_no_key_and_an_unknown_one_is_refused() -> None:
    assert keys("Event", name="Meeting") == set()
    with pytest.raises(UnknownSchema):
        keys("Weather", name="Rain")


def test_an_identifier_may_stand_in_more_entities_than_a_name() -> None:
    assert largest("phone") > largest("name")


@given(st.text(max_size=30))
def test_whatever_a_name_holds_its_keys_are_made_and_are_the_same_again(text: str) -> None:
    assert keys("Person", name=text, phone=text, birthDate=text) == keys(
        "Person", name=text, phone=text, birthDate=text
    )
