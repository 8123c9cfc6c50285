from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.matching.entities import Entity, Likeness, compare, count, family_of, shipped_table
from clew.vocabulary import UnknownSchema

EGN, OTHER_EGN = "7523169263", "7501020018"


def person(id: str = "a", **values: str) -> Entity:
    return Entity(id, "Person", {name: (text,) for name, text in values.items()})


def likeness(a: Entity, b: Entity, **rest: float) -> Likeness:
    found = compare(a, b, prior=rest.get("prior"))
    assert found is not None
    return found


FULL = {
    "name": "Желязков Иван",
    "birthDate": "1984-03-02",
    "phone": "+359888123456",
    "passportNumber": "384512907",
    "country": "bg",
    "gender": "male",
    "idNumber": EGN,
    "email": "a@example.org",
    "address": "ул. Шипка 3, Русе",
}
CHANGED = {
    "name": "Петър Николов",
    "birthDate": "1990-11-25",
    "phone": "+359888999111",
    "passportNumber": "999000111",
    "country": "fr",
    "gender": "female",
    "idNumber": "7501020018",
    "email": "b@example.org",
    "address": "12 rue Haxo, Paris",
}
SOME = st.dictionaries(st.sampled_from(sorted(FULL)), st.sampled_from(["ours", "other", "empty"]))


def made(id: str, which: dict[str, str]) -> Entity:
    texts = {"ours": FULL, "other": CHANGED, "empty": dict.fromkeys(FULL, " ")}
    return person(id, **{name: texts[side][name] for name, side in which.items()})


@settings(max_examples=25, deadline=None)
@given(SOME, SOME)
def test_which_stands_first_makes_no_difference(one: dict[str, str], other: dict[str, str]) -> None:
    a, b = made("a", one), made("b", other)
    frequencies = count([a, b])
    assert compare(a, b, frequencies=frequencies) == compare(b, a, frequencies=frequencies)


@settings(max_examples=25, deadline=None)
@given(SOME, st.sampled_from(sorted(FULL)))
def test_what_only_one_has_weighs_nothing(which: dict[str, str], name: str) -> None:
    without = {key: side for key, side in which.items() if key != name}
    a, b = made("a", without), made("b", without)
    assert likeness(made("a", {**without, name: "ours"}), b).weight == pytest.approx(likeness(a, b).weight)


@settings(max_examples=25, deadline=None)
@given(SOME, SOME, st.sampled_from(sorted(FULL)))
def test_more_agreement_never_lowers_the_weight(one: dict[str, str], other: dict[str, str], name: str) -> None:
    one, other = ({key: side for key, side in each.items() if key != name} for each in (one, other))
    before = likeness(made("a", one), made("b", other))
    after = likeness(made("a", {**one, name: "ours"}), made("b", {**other, name: "ours"}))
    assert after.weight >= before.weight
    assert after.probability >= before.probability


@settings(max_examples=20, deadline=None)
@given(SOME, SOME, st.sampled_from(sorted(FULL)))
def test_agreement_weighs_no_less_than_disagreement(one: dict[str, str], other: dict[str, str], name: str) -> None:
    agreed = likeness(made("a", {**one, name: "ours"}), made("b", {**other, name: "ours"}))
    against = likeness(made("a", {**one, name: "ours"}), made("b", {**other, name: "other"}))
    assert agreed.weight > against.weight


def test_the_weight_is_the_sum_and_the_probability_follows_from_the_prior() -> None:
    found = likeness(person("a", **FULL), person("b", **FULL), prior=0.5)
    assert found.weight == pytest.approx(sum(each.weight for each in found.evidence))
    nothing = likeness(person("a"), person("b"), prior=0.25)
    assert (nothing.weight, nothing.probability) == (0, 0.25)
    # Odds of 1 to 3 before, a country that agrees weighs 0.95/0.25: 3.8 to 3.
    agreed = likeness(person("a", country="bg"), person("b", country="bg"), prior=0.25)
    assert agreed.probability == pytest.approx(3.8 / 6.8)


def test_a_name_alone_is_never_proposed_as_one_person() -> None:
    found = likeness(person("a", name="Xerxes Quillfeather"), person("b", name="Xerxes Quillfeather"), prior=0.5)
    assert found.probability > 0.99
    assert found.proposal == "unsure"
    assert any("birth date" in change for change in found.changes)


def test_a_name_across_scripts_with_a_birth_date_and_a_phone_is_proposed() -> None:
    a = person("a", name="王建国", birthDate="1984-03-02", phone="+8613800138000")
    b = person("b", name="Wong Kin Kwok", birthDate="1984-03-02", phone="0086 138 0013 8000")
    found = likeness(a, b)
    assert found.proposal == "same"
    assert [each.comparison for each in found.evidence if each.level] == ["name", "birth date", "phone"]
    assert any("王建国" in reason for reason in found.reasons)
    assert found.changes


def test_two_valid_national_numbers_contradict_whatever_else_agrees() -> None:
    alike = {"name": "Иван Желязков", "birthDate": "1975-03-16"}
    found = likeness(person("a", **alike, idNumber=EGN), person("b", **alike, idNumber=OTHER_EGN))
    one = likeness(person("a", **alike), person("b", **alike))
    assert found.weight < one.weight - 8
    assert found.proposal != "same"


def test_a_number_that_fails_its_check_digit_contradicts_as_a_document_does() -> None:
    found = likeness(person("a", idNumber=EGN), person("b", idNumber="7501020019"))
    levels = {each.comparison: each.level for each in found.evidence}
    assert (levels["national number"], levels["document"]) == ("", "")
    both_wrong = likeness(person("a", idNumber="7523169260"), person("b", idNumber="7501020019"))
    assert {each.comparison: each.level for each in both_wrong.evidence}["document"] == "differs"


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ("1984-03-02", "1984-03-02", "agrees"),
        ("1984-03-02", "1984-02-03", "day and month changed places"),
        ("1984-03-02", "1984-03-07", "one figure differs"),
        ("1984", "1984-03-02", "agrees as far as it is known"),
        ("1984-05", "1984-03-02", "differs"),
        ("1984-03-02", "1990-11-25", "differs"),
        ("unknown", "1990-11-25", ""),
    ],
)
def test_dates_agree_slip_or_differ(a: str, b: str, level: str) -> None:
    found = likeness(person("a", birthDate=a), person("b", birthDate=b))
    assert {each.comparison: each.level for each in found.evidence}["birth date"] == level


def test_a_rare_name_weighs_more_than_a_common_one_and_what_many_share_less() -> None:
    rare, common = (likeness(person("a", name=name), person("b", name=name)) for name in ("Oyelaran Bexwith", "王伟"))
    assert rare.weight > common.weight + 3
    a, b = person("a", phone="+359888123456"), person("b", phone="+359888123456")
    crowd = [person(f"p{number}", phone="+359888123456") for number in range(30)]
    alone, shared = compare(a, b, frequencies=count([a, b])), compare(a, b, frequencies=count([a, b, *crowd]))
    assert alone is not None
    assert shared is not None
    assert alone.weight > shared.weight + 5 > 5


@pytest.mark.parametrize(
    ("schema", "properties", "other", "family"),
    [
        ("Company", {"name": ["Ost-West GmbH"], "registrationNumber": ["FN 123456a"]}, {}, "company"),
        ("RecruitmentAgency", {"name": ["Golden Road"], "licenseNumber": ["LN-77812"]}, {}, "company"),
        ("Premises", {"full": ["Hauptstrasse 12, 1050 Wien"]}, {"full": ["1050 Wien, Hauptstrasse 12"]}, "premises"),
        ("Phone", {"number": ["+43 664 1234567"]}, {"number": ["0043664 1234567"]}, "phone"),
        ("BankAccount", {"iban": ["BG80 BNBG 9661 1020 3456 78"]}, {"iban": ["bg80bnbg96611020345678"]}, "account"),
        ("Passport", {"number": ["AB 123456"]}, {"number": ["ab123456"]}, "document"),
        ("Vehicle", {"registrationNumber": ["СВ 1234 КМ"]}, {"registrationNumber": ["CB1234KM"]}, "vehicle"),
        ("OnlineAccount", {"username": ["@road_w"]}, {"profileUrl": ["https://t.me/Road_W"]}, "online account"),
    ],
)
def test_every_kind_of_entity_is_compared_in_its_own_terms(
    schema: str, properties: dict[str, list[str]], other: dict[str, list[str]], family: str
) -> None:
    a = Entity("a", schema, {name: tuple(each) for name, each in properties.items()})
    b = Entity("b", schema, {name: tuple(each) for name, each in (other or properties).items()})
    found = compare(a, b, prior=0.01)
    assert found is not None
    assert (found.family, found.proposal) == (family, "same")


def test_kinds_that_are_never_one_are_not_compared() -> None:
    assert compare(Entity("a", "Person"), Entity("b", "Vehicle")) is None
    assert family_of("Ownership") is None
    with pytest.raises(UnknownSchema):
        compare(Entity("a", "Persn"), Entity("b", "Person"))
    with pytest.raises(ValueError, match="between 0 and 1"):
        compare(person("a"), person("b"), prior=1.0)


def test_each_row_of_the_table_is_a_pair_of_probabilities_and_says_something() -> None:
    table = shipped_table()
    assert 0 < table.different < table.same < 1
    for comparings in table.families.values():
        for each in comparings:
            shares = [level.m for level in each.levels.values()], [level.u for level in each.levels.values()]
            assert all(0 < share <= 1 for both in shares for share in both), each.name
            assert each.levels["differs"].weight < 0
            assert all(level.weight > 0 for name, level in each.levels.items() if name.startswith("agrees"))
            assert all(math.isfinite(level.weight) for level in each.levels.values())
