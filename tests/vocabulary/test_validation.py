"""A value is cleaned, or refused with a problem and a cure."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.vocabulary import LANGUAGES, Problem, ValidatedValue, properties, validate
from clew.vocabulary.words import load_data

TODAY = date(2026, 3, 31)


def stored(name: str, prop: str, value: str, country: str | None = None) -> str:
    answer = validate(name, prop, value, today=TODAY, country=country)
    assert isinstance(answer, ValidatedValue), answer
    return answer.value


def refused(name: str, prop: str, value: str, country: str | None = None) -> str:
    answer = validate(name, prop, value, today=TODAY, country=country)
    assert isinstance(answer, Problem), answer
    return answer.code


def test_values_are_stored_in_their_canonical_form() -> None:
    assert stored("Person", "nationality", "Bulgaria") == "bg"
    assert stored("Phone", "number", "0664 1234567", country="AT") == "+436641234567"
    assert stored("BankAccount", "iban", "AT61 1904 3002 3457 3201") == "AT611904300234573201"
    assert stored("Premises", "placeClass", "hotel") == "hotel"


def test_the_original_spelling_is_kept() -> None:
    answer = validate("Person", "nationality", " Bulgaria", today=TODAY)
    assert answer == ValidatedValue("bg", " Bulgaria", "country")


@pytest.mark.parametrize(
    ("name", "prop", "value", "code"),
    [
        ("Dragon", "name", "x", "unknown_schema"),
        ("Interval", "date", "2020", "abstract_schema"),
        ("Person", "wings", "x", "unknown_property"),
        ("Person", "phonesUsed", "x", "unknown_property"),
        ("Person", "name", "  ", "empty"),
        ("Person", "name", "x" * 2_000, "too_long"),
        ("Person", "nationality", "Atlantis", "not_country"),
        ("Person", "birthDate", "31.12.2001", "not_date"),
        ("Person", "birthDate", "2021/02/03", "not_date"),
        ("Person", "birthDate", "2021-02-30", "not_date"),
        ("Person", "phone", "0664 1234567", "not_phone"),
        ("Person", "email", "nobody", "not_email"),
        ("Person", "gender", "x", "not_gender"),
        ("Person", "website", "javascript:alert(1)", "not_url"),
        ("BankAccount", "iban", "AT611904300234573202", "not_iban"),
        ("BankAccount", "bic", "?", "not_identifier"),
        ("Premises", "capacity", "many", "not_number"),
        ("Premises", "placeClass", "palace", "unknown_code"),
    ],
)
def test_a_bad_value_is_refused_with_a_problem_and_a_cure(name: str, prop: str, value: str, code: str) -> None:
    assert refused(name, prop, value) == code


def test_an_unknown_country_of_dialling_is_refused() -> None:
    assert refused("Phone", "number", "0664 1234567", country="zz") == "not_a_dialling_country"


@pytest.mark.parametrize("value", ["2027", "2026-05", "2026-04-02", "2026-12-31T10:00:00"])
def test_a_future_date_of_something_past_is_refused(value: str) -> None:
    assert refused("Person", "birthDate", value) == "date_in_future"


@pytest.mark.parametrize("value", ["2026", "2026-03", "2026-03-31", "2026-04-01", "1999-01"])
def test_a_date_up_to_today_in_any_time_zone_is_stored(value: str) -> None:
    assert stored("Person", "birthDate", value) == value


def test_a_journey_may_be_planned_and_a_passport_may_expire_later() -> None:
    assert stored("Trip", "startDate", "2027-01-01") == "2027-01-01"
    assert stored("Passport", "endDate", "2031-05-01") == "2031-05-01"
    assert refused("Passport", "startDate", "2031-05-01") == "date_in_future"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_problem_speaks_every_language_and_names_the_value(lang: str) -> None:
    answer = validate("Premises", "placeClass", "palace{x}", today=TODAY)
    assert isinstance(answer, Problem)
    assert "palace{x}" in answer.problem_in(lang)
    assert "place_classes" in answer.problem_in(lang)
    assert "hotel" in answer.cure_in(lang)


def test_every_problem_has_a_cure() -> None:
    assert all(set(sentences) == {"problem", "cure"} for sentences in load_data("problems.yaml").values())


@given(value=st.text(max_size=60), data=st.data())
def test_any_text_is_stored_or_refused_in_words_and_never_breaks(value: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["Person", "Phone", "BankAccount", "Premises", "Offer", "ExploitationSituation"]))
    prop = data.draw(st.sampled_from([info.name for info in properties(name)]))
    answer = validate(name, prop, value, today=TODAY, country="AT")
    if isinstance(answer, Problem):
        assert answer.problem
        assert answer.cure
    else:
        assert answer.value
        again = validate(name, prop, answer.value, today=TODAY, country="AT")
        assert isinstance(again, ValidatedValue)
        assert again.value == answer.value


@given(
    st.emails()
    | st.from_regex(r"[A-Za-z0-9._%+-]{1,66}@[A-Za-z0-9.-]{1,30}", fullmatch=True)
    | st.from_regex(r"[a-z]{1,8}@(xn--)?[a-z0-9-]{1,12}\.[A-Z.]{1,4}", fullmatch=True)
)
def test_the_short_way_for_addresses_answers_as_followthemoney_does(text: str) -> None:
    from followthemoney.types import registry

    answer = validate("Company", "email", text, today=TODAY)
    cleaned = registry.email.clean(text.strip())
    assert (answer.value if isinstance(answer, ValidatedValue) else None) == cleaned


@given(
    st.dates().map(str)
    | st.from_regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", fullmatch=True)
    | st.from_regex(r"\d{4}-\d{2}-\d{2}", fullmatch=True)
)
def test_the_short_way_for_days_answers_as_followthemoney_does(text: str) -> None:
    from followthemoney.types import registry

    answer = validate("Company", "incorporationDate", text, today=date(9990, 1, 1))
    cleaned = registry.date.clean(text)
    if isinstance(answer, ValidatedValue):
        assert answer.value == cleaned
    else:
        # A day that no calendar has is refused, where FollowTheMoney keeps what it can of it.
        assert answer.code in {"not_date", "date_in_future"}
        assert cleaned is None or len(cleaned) < 10


def test_a_number_that_was_dialled_in_a_country_is_clean_as_it_is_stored() -> None:
    number = stored("Phone", "number", "0664 7654321", country="AT")
    assert stored("Phone", "number", number) == number
    assert refused("Phone", "number", number, country="ZZ") == "not_a_dialling_country"
