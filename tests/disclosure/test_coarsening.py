"""A coarser value contains the truth, is shared by many, and nobody goes back from it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.disclosure.coarsening import LEVELS, coarser_values, covers
from clew.vocabulary.validation import ValidatedValue, validate

TODAY = dt.date(2026, 11, 28)
DAYS = st.dates(dt.date(1930, 1, 1), TODAY)
PLACES = [
    ("Beispielgasse 5, 1010 Wien, Österreich", [("city", "Wien, Österreich"), ("country", "Österreich")]),
    ("Beispielgasse 5/12, 1010 Wien", [("city", "Wien")]),
    ("Plovdiv, Bulgaria", [("country", "Bulgaria")]),
    ("1 Example Road, Anytown 12345, United Kingdom", [("country", "United Kingdom")]),
    ("Wien, Beispielgasse 5", []),
    ("Wien", []),
    ("北京市朝阳区建国路5号", [("district", "北京市朝阳区"), ("city", "北京市")]),
    ("广东省广州市天河区体育西路1号", [("district", "广东省广州市天河区"), ("city", "广东省广州市")]),
]


@pytest.mark.parametrize(("place", "expected"), PLACES)
def test_a_place_is_said_as_its_district_town_or_country(place: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.level, each.value) for each in coarser_values("Address", "full", place)] == expected


def test_a_street_loses_its_number() -> None:
    assert [each.value for each in coarser_values("Address", "street", "Beispielgasse 5/12")] == ["Beispielgasse"]
    assert coarser_values("Address", "street", "Beispielgasse") == ()


def test_a_moment_is_said_as_its_day_month_or_year() -> None:
    found = coarser_values("Trip", "startDate", "2026-03-14T15:30:00")
    assert [(each.level, each.value) for each in found] == [
        ("day", "2026-03-14"), ("month", "2026-03"), ("year", "2026"),
    ]  # fmt: skip
    assert coarser_values("Trip", "startDate", "2026") == ()


@pytest.mark.parametrize(
    ("count", "expected"), [("1", "1-4"), ("4", "1-4"), ("5", "5-9"), ("10", "10-19"), ("49", "20-49"),
                            ("134", "100-199"), ("999", "500-999")]
)  # fmt: skip
def test_a_count_is_said_as_a_range(count: str, expected: str) -> None:
    assert [each.value for each in coarser_values("ExploitationSituation", "personsCount", count)] == [expected]


@pytest.mark.parametrize("value", ["0", "-3", "three", "1.5", "", "٣"])
def test_what_is_no_count_has_no_range(value: str) -> None:
    assert coarser_values("ExploitationSituation", "personsCount", value) == ()


@pytest.mark.parametrize(("schema", "prop"), [("Person", "name"), ("Phone", "number"), ("Nothing", "at all")])
def test_what_cannot_be_said_less_exactly_can_only_be_left_out(schema: str, prop: str) -> None:
    assert coarser_values(schema, prop, "1999-03-14") == ()


@given(day=DAYS)
def test_a_coarser_date_contains_the_day_and_is_shared_by_others(day: dt.date) -> None:
    for coarse in coarser_values("Person", "birthDate", day.isoformat()):
        assert coarse.level in LEVELS
        assert covers(coarse, day.isoformat())
        other = day.replace(day=1 if day.day != 1 else 2).isoformat()
        assert coarse in coarser_values("Person", "birthDate", other)


@given(count=st.integers(1, 9_999_999))
def test_a_range_contains_the_count_and_is_shared_by_others(count: int) -> None:
    (coarse,) = coarser_values("ExploitationSituation", "personsCount", str(count))
    assert covers(coarse, str(count))
    least, most = map(int, coarse.value.split("-"))
    assert {coarser_values("ExploitationSituation", "personsCount", str(each))[0] for each in (least, most)} == {coarse}
    assert not covers(coarse, str(most + 1))


@given(street=st.text("abcdefghij ", min_size=3, max_size=20), number=st.integers(1, 300))
def test_a_coarser_place_holds_nothing_of_the_street_and_its_number(street: str, number: int) -> None:
    place = f"Q{street} {number}, 1010 Wien, Austria"
    for coarse in coarser_values("Address", "full", place):
        assert covers(coarse, place)
        assert not any(sign.isdigit() for sign in coarse.value)
        assert coarse in coarser_values("Address", "full", "Another Street 9, 1020 Wien, Austria")


@pytest.mark.parametrize(
    ("schema", "prop", "value"),
    [("Person", "birthDate", "1999-03-14"), ("ExploitationSituation", "personsCount", "7"),
     ("Address", "full", "Beispielgasse 5, 1010 Wien, Austria"), ("Trip", "startDate", "2026-03-14T15:30:00")],
)  # fmt: skip
def test_the_recipient_can_record_every_coarser_value(schema: str, prop: str, value: str) -> None:
    found = coarser_values(schema, prop, value)
    assert found
    for coarse in found:
        assert isinstance(validate(schema, prop, coarse.value, today=TODAY), ValidatedValue)


@pytest.mark.parametrize("text", ["9-5", "5-5", "5-9-12", "a-b"])
def test_what_is_no_range_is_no_number(text: str) -> None:
    assert not isinstance(validate("ExploitationSituation", "personsCount", text, today=TODAY), ValidatedValue)
