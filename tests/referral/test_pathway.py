"""The nine steps: what is due, and what a child's missing guardian holds back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from clew.referral.pathway import (
    NEEDS_GUARDIAN,
    STEPS,
    Known,
    ReturnFacts,
    may_be_child,
    present_step,
    return_obstacles,
    standings,
)
from clew.referral.reflection import PeriodRefused, last_day, period_of, periods

ADULT = Known(age="adult", guardian="none", done=())
RETURNS = ReturnFacts(
    age="adult", guardian="none", wish="return", consent=True, risk="favourable", best_interests=False
)


def test_an_adult_walks_the_nine_steps_one_after_the_other() -> None:
    done: list[str] = []
    for step in STEPS:
        known = Known(age="adult", guardian="none", done=tuple(done))
        assert present_step(known) == step
        done.append(step)
    assert present_step(Known(age="adult", guardian="none", done=STEPS)) == "closing"


@pytest.mark.parametrize("age", ["child", "doubt", "unknown", ""])
def test_whoever_is_not_said_to_be_an_adult_is_treated_as_a_child(age: str) -> None:
    assert may_be_child(age)
    held = {one.step for one in standings(Known(age=age, guardian="none", done=())) if one.standing == "held"}
    assert held == NEEDS_GUARDIAN


@pytest.mark.parametrize(
    ("guardian", "reason"),
    [
        ("none", "guardian_none"),
        ("conflict", "guardian_conflict"),
        ("unknown", "guardian_unknown"),
        ("odd", "guardian_none"),
    ],
)
def test_a_step_beyond_safety_says_why_it_is_held_back(guardian: str, reason: str) -> None:
    found = {one.step: one for one in standings(Known(age="child", guardian=guardian, done=()))}
    assert found["screening"].reasons == (reason,)
    assert found["contact"].standing == "due"
    assert found["identification"].standing == "due"


def test_a_good_guardian_holds_nothing_back() -> None:
    assert all(one.standing == "due" for one in standings(Known(age="child", guardian="good", done=())))


def test_what_was_done_stays_done_when_the_guardian_goes() -> None:
    found = {one.step: one.standing for one in standings(Known(age="child", guardian="none", done=("screening",)))}
    assert found["screening"] == "done"


def test_nothing_stands_against_a_return_that_she_wants_and_that_was_looked_into() -> None:
    assert return_obstacles(RETURNS) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"wish": "stay"}, "no_wish"),
        ({"wish": ""}, "no_wish"),
        ({"consent": False}, "no_return_consent"),
        ({"risk": "none"}, "risk_none"),
        ({"risk": "old"}, "risk_old"),
        ({"risk": "against"}, "risk_against"),
        ({"risk": "a code of tomorrow"}, "risk_none"),
    ],
)
def test_each_thing_that_is_missing_stands_against_a_return(changes: dict[str, object], expected: str) -> None:
    assert return_obstacles(replace(RETURNS, **changes)) == (expected,)  # type: ignore[arg-type]


def test_a_child_does_not_return_without_guardian_and_determination() -> None:
    child = replace(RETURNS, age="doubt")
    assert return_obstacles(child) == ("guardian_none", "no_best_interests")
    assert return_obstacles(replace(child, guardian="good")) == ("no_best_interests",)
    assert return_obstacles(replace(child, guardian="good", best_interests=True)) == ()


def test_every_period_has_a_source_and_none_claims_to_have_been_checked() -> None:
    assert periods()
    for found in periods().values():
        assert found.source
        assert 30 <= found.days <= 365
        assert found.checked_by == ""


def test_a_period_is_at_least_what_the_law_grants() -> None:
    day = dt.date(2026, 11, 30)
    assert last_day(day, 30, "at") == dt.date(2026, 12, 30)
    assert last_day(day, 45, "AT") > last_day(day, 30, "AT")
    with pytest.raises(PeriodRefused) as short:
        last_day(day, 29, "AT")
    assert (short.value.problem, short.value.least) == ("short", 30)


def test_where_no_period_is_known_a_person_says_it() -> None:
    assert period_of("CN") is None
    assert last_day(dt.date(2026, 11, 30), 10, "CN") == dt.date(2026, 12, 10)
    for days, problem in ((0, "none"), (366, "long")):
        with pytest.raises(PeriodRefused) as wrong:
            last_day(dt.date(2026, 11, 30), days, "CN")
        assert wrong.value.problem == problem
