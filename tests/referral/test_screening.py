"""Screening: what the answers come to, and what they never do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from clew.referral.screening import (
    Answer,
    IndicatorSet,
    Result,
    Screening,
    ScreeningRefused,
    SetRefused,
    SignOff,
    dimension_words,
    evaluate,
    formal_use,
    question_words,
    set_from,
    shipped,
    title_words,
)
from clew.referral.screening.results import NEVER_CLOSES, NO_FINDING, Said
from clew.referral.screening.sets import SHIPPED

NOW = dt.datetime(2026, 11, 29, 10, tzinfo=dt.UTC)
LABOUR = shipped()["ilo_labour", "1"]
SIGNS = shipped()["unodc_general", "1"]


def said(answer: Said) -> Answer:
    return Answer(answer, "officer 7 (fictional)", NOW, "stated" if answer in ("yes", "no") else None)


def screened(
    yes: Iterable[str],
    *,
    age: Literal["adult", "child", "doubt"] = "adult",
    otherwise: Said = "no",
    act: Said = "not_asked",
    indicators: IndicatorSet = LABOUR,
) -> Result:
    group: Literal["adult", "child"] = "adult" if age == "adult" else "child"
    answers = {question: said(otherwise) for question in indicators.asked(group)}
    answers |= {question: said("yes") for question in yes}
    return evaluate(indicators, Screening(indicators.digest, age, answers, act))


def standing(result: Result, dimension: str) -> str:
    return next(one.standing for one in result.dimensions if one.id == dimension)


def test_the_labour_set_has_67_signs_for_adults_in_six_dimensions_and_is_marked_unverified() -> None:
    asked = [dimension for dimension, _one in LABOUR.asked("adult").values()]
    assert [asked.count(one.id) for one in LABOUR.dimensions] == [10, 10, 16, 9, 15, 7]
    assert len(LABOUR.asked("child")) == 65, "two signs stand on the list for adults only"
    assert {one.mark for one in shipped().values()} == {"unverified"}, "nobody has read a booklet yet"


def test_there_are_no_weights_for_sexual_exploitation_until_somebody_has_read_them() -> None:
    assert not any("sex" in path.read_text(encoding="utf-8").split("dimensions:")[1] for path in SHIPPED.glob("*.yaml"))


STRONG = ["coercion_destination.documents", "coercion_destination.debt", "coercion_destination.violence"]
MEDIUM = [f"coercion_destination.{one}" for one in ("threats", "crime", "peers")]
WEAK = ["coercion_destination.telling"]


@pytest.mark.parametrize(
    ("strong", "medium", "weak", "positive"),
    [(2, 0, 0, True), (1, 1, 0, True), (1, 0, 1, True), (0, 3, 0, True), (0, 2, 1, True), (3, 3, 1, True),
     (1, 0, 0, False), (0, 2, 0, False), (0, 1, 1, False), (0, 0, 1, False), (0, 0, 0, False)],
)  # fmt: skip
def test_a_dimension_is_positive_by_the_rule_and_not_below_it(
    strong: int, medium: int, weak: int, positive: bool
) -> None:
    result = screened([*STRONG[:strong], *MEDIUM[:medium], *WEAK[:weak]])
    assert standing(result, "coercion_destination") == ("positive" if positive else "not_positive")


def test_the_weight_for_a_child_is_its_own() -> None:
    yes = ["coercion_destination.crime", "coercion_destination.threats"]
    assert standing(screened(yes), "coercion_destination") == "not_positive", "two medium for an adult"
    assert standing(screened(yes, age="child"), "coercion_destination") == "positive", "two strong for a child"


EXPLOITED = ["exploitation.hours", "exploitation.pay"]
DECEIVED = ["deceptive_recruitment.job", "deceptive_recruitment.wages"]
ABUSED = ["vulnerability_destination.dependency", "vulnerability_destination.area", "vulnerability_destination.legal"]
COERCED = STRONG[:2]


@pytest.mark.parametrize(
    ("yes", "code"),
    [([], "no_signs_found"), (EXPLOITED, "labour_rights"), (EXPLOITED + DECEIVED, "deceived_and_exploited"),
     (EXPLOITED + COERCED, "labour_rights"), (EXPLOITED + DECEIVED + COERCED, "trafficking_signs"),
     (EXPLOITED + ABUSED + COERCED, "trafficking_signs"), (DECEIVED + COERCED, "some_signs")],
)  # fmt: skip
def test_an_adults_result_follows_from_the_dimensions(yes: list[str], code: str) -> None:
    result = screened(yes)
    assert (result.code, result.open) == (code, False)


@pytest.mark.parametrize(
    ("act", "code"),
    [("yes", "trafficking_signs"), ("unknown", "child_exploited"), ("not_asked", "child_exploited"),
     ("no", "child_exploited")],
)  # fmt: skip
@pytest.mark.parametrize("age", ["child", "doubt"])
def test_for_a_child_and_in_doubt_no_means_is_needed(age: Any, act: Said, code: str) -> None:
    result = screened(EXPLOITED, age=age, act=act)
    assert result.code == code
    assert any("as a child until it is assessed" in one for one in result.reasons) == (age == "doubt")


@pytest.mark.parametrize("otherwise", ["unknown", "not_asked"])
def test_what_is_unknown_or_was_not_asked_is_never_read_as_no(otherwise: Said) -> None:
    result = screened([], otherwise=otherwise)
    assert (result.code, result.open) == ("no_signs_found", True)
    assert {one.standing for one in result.dimensions} == {"open"}
    assert result.dimensions == evaluate(LABOUR, Screening(LABOUR.digest, "adult", {})).dimensions


@given(st.lists(st.sampled_from(sorted(LABOUR.asked("adult")))), st.sampled_from(sorted(LABOUR.asked("adult"))))
def test_one_more_sign_never_makes_a_dimension_less_positive(yes: list[str], more: str) -> None:
    before, after = screened(yes), screened([*yes, more])
    positive = {one.id for one in before.dimensions if one.standing == "positive"}
    assert positive <= {one.id for one in after.dimensions if one.standing == "positive"}


@given(st.lists(st.sampled_from(sorted(LABOUR.asked("adult")))))
def test_every_result_says_that_it_is_no_finding_and_closes_nothing(yes: list[str]) -> None:
    reasons = screened(yes).reasons
    assert (reasons[0], reasons[-1]) == (NO_FINDING, NEVER_CLOSES)
    assert any("unverified" in one for one in reasons)


def test_signs_without_weights_call_for_inquiry_and_their_absence_proves_nothing() -> None:
    assert screened(["general.fear"], indicators=SIGNS).code == "signs_present"
    result = screened([], indicators=SIGNS)
    assert result.code == "no_signs_found"
    assert any("That proves nothing." in one for one in result.reasons)


def test_no_formal_step_rests_on_an_unverified_set_until_somebody_signs_for_this_very_version() -> None:
    signed = SignOff(LABOUR.digest, "Dr. Anna (fictional)", NOW.date(), "the booklet (fictional)")
    allowed, why = formal_use(LABOUR)
    assert (allowed, "no formal step" in why) == (False, True)
    assert formal_use(LABOUR, [signed])[0]
    assert not formal_use(SIGNS, [signed])[0], "for another set it says nothing"
    assert not formal_use(LABOUR, [SignOff(LABOUR.digest, "Dr. Anna (fictional)", NOW.date(), " ")])[0]


def test_a_changed_set_is_another_version_that_needs_its_own_sign_off_and_old_answers_stay_with_the_old() -> None:
    data = yaml.safe_load((SHIPPED / "ilo_labour-1.yaml").read_text(encoding="utf-8"))
    data["dimensions"][0]["indicators"][0]["adult"] = "weak"
    changed = set_from(data)
    signed = SignOff(LABOUR.digest, "Dr. Anna (fictional)", NOW.date(), "the booklet (fictional)")
    assert not formal_use(changed, [signed])[0]
    with pytest.raises(ScreeningRefused, match="another version"):
        evaluate(changed, Screening(LABOUR.digest, "adult", {}))


@pytest.mark.parametrize(
    ("answer", "words"),
    [(Answer("yes", "", NOW, "stated"), "who answers"), (Answer("yes", "officer 7", NOW), "observed or stated"),
     (Answer("no", "officer 7", NOW), "observed or stated"),
     (Answer("unknown", "officer 7", NOW, "stated"), "observed or stated")],
)  # fmt: skip
def test_an_answer_says_by_whom_and_a_yes_or_no_how(answer: Answer, words: str) -> None:
    with pytest.raises(ScreeningRefused, match=words):
        evaluate(LABOUR, Screening(LABOUR.digest, "adult", {"exploitation.pay": answer}))


def test_an_answer_to_a_question_that_is_not_asked_of_her_is_refused() -> None:
    social = {"exploitation.social": said("yes")}
    assert evaluate(LABOUR, Screening(LABOUR.digest, "adult", social))
    with pytest.raises(ScreeningRefused, match="no question of this set"):
        evaluate(LABOUR, Screening(LABOUR.digest, "child", social))


@pytest.mark.parametrize(
    "broken",
    [{"mark": "surely"}, {"rule": "feeling"}, {"title": " "}, {"dimensions": None},
     {"dimensions": [{"id": "a", "title": "A",
                      "indicators": [{"id": "x", "text": "t", "adult": "huge", "child": "-"}]}]},
     {"dimensions": [{"id": "a", "title": "A", "indicators": []}, {"id": "a", "title": "A", "indicators": []}]}],
)  # fmt: skip
def test_an_own_set_that_is_not_whole_is_refused(broken: dict[str, Any]) -> None:
    good = {"id": "own", "version": "1", "title": "Own", "source": "us", "mark": "own", "rule": "ilo_dimensions",
            "dimensions": [{"id": "a", "title": "A", "indicators": []}]}  # fmt: skip
    assert set_from(good).mark == "own"
    with pytest.raises(SetRefused):
        set_from(good | broken)


@pytest.mark.parametrize("language", ["zh-hans", "zh_Hans", "fr", "de", "bg"])
def test_every_question_of_a_shipped_set_has_words_in_every_language(language: str) -> None:
    for found in shipped().values():
        assert title_words(found, language) != found.title
        for dimension in found.dimensions:
            assert dimension_words(found, dimension.id, language) != dimension.title
            for one in dimension.indicators:
                assert question_words(found, f"{dimension.id}.{one.id}", language) != one.text


def test_words_change_no_version_and_a_set_without_words_shows_its_own() -> None:
    found = shipped()["ilo_labour", "1"]
    own = replace(found, id="own")
    assert title_words(own, "de") == found.title
    assert question_words(found, "exploitation.hours", "en") == "Excessive working days or hours"
