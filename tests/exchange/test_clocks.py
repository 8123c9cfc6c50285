"""Deadlines are counted in the executing state's calendar for days and in UTC for hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew import vocabulary
from clew.exchange.clocks import Clock, NoClock, Pause, start_clock, time_zone

CLOCKS = {"urgent-8h": {"hours": 8}, "urgent-3d": {"calendar_days": 3}, "routine-7d": {"calendar_days": 7}}
START = dt.datetime(2026, 11, 24, 20, 30, tzinfo=dt.UTC)


def due(urgency: str, country: str, started: dt.datetime = START) -> dt.datetime | None:
    return start_clock(clocks=CLOCKS, urgency=urgency, instrument="TEST", started=started, country=country).due


def test_eight_hours_are_eight_hours_everywhere() -> None:
    assert due("urgent-8h", "CN") == due("urgent-8h", "AT") == START + dt.timedelta(hours=8)


def test_three_days_end_with_the_third_day_of_the_executing_state() -> None:
    # 20:30 UTC on the 24th is 21:30 in Vienna, and already the 25th, 04:30, in Beijing.
    assert due("urgent-3d", "AT") == dt.datetime(2026, 11, 27, 23, 0, tzinfo=dt.UTC)
    assert due("urgent-3d", "CN") == dt.datetime(2026, 11, 28, 16, 0, tzinfo=dt.UTC)


def test_a_day_on_which_the_clocks_change_is_one_day() -> None:
    before = dt.datetime(2026, 10, 24, 12, 0, tzinfo=dt.UTC)
    assert due("urgent-3d", "AT", before) == dt.datetime(2026, 10, 27, 23, 0, tzinfo=dt.UTC)


def test_as_soon_as_possible_sets_no_moment() -> None:
    clock = start_clock(clocks={}, urgency="as-soon-as-possible", instrument="TEST", started=START, country="AT")
    assert clock.due is None
    assert clock.warnings() == ()
    assert clock.stage(START + dt.timedelta(days=400)) == 0


def test_an_urgency_without_a_clock_is_refused_with_a_sentence() -> None:
    with pytest.raises(NoClock, match="sets no time limit for treaty"):
        due("treaty", "AT")


@pytest.mark.parametrize("rule", [{"weeks": 1}, {"hours": 1, "calendar_days": 1}])
def test_a_rule_of_another_kind_is_refused(rule: dict[str, int]) -> None:
    with pytest.raises(NoClock):
        start_clock(clocks={"x": rule}, urgency="x", instrument="TEST", started=START, country="AT")


def test_the_clock_warns_at_half_and_at_four_fifths() -> None:
    clock = start_clock(clocks=CLOCKS, urgency="urgent-8h", instrument="TEST", started=START, country="AT")
    assert [clock.stage(START + dt.timedelta(hours=hours)) for hours in (0, 3.9, 4, 6.3, 6.4, 7.9, 8, 90)] == [
        0, 0, 50, 50, 80, 80, 100, 100,
    ]  # fmt: skip


def test_every_country_of_the_vocabulary_with_a_government_has_a_calendar() -> None:
    without = {"BV", "HM"}
    for country in set(vocabulary.country_codes()) - without:
        time_zone(country)
    with pytest.raises(NoClock):
        time_zone("ZZ")


@given(st.integers(0, 600_000_000), st.sampled_from(["AT", "CN", "BG", "FR", "US"]))
def test_seven_calendar_days_are_more_than_seven_and_at_most_eight_days(seconds: int, country: str) -> None:
    started = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    end = due("routine-7d", country, started)
    assert end is not None
    hour = dt.timedelta(hours=1)
    assert dt.timedelta(days=7) - hour <= end - started <= dt.timedelta(days=8) + hour


HOUR = dt.timedelta(hours=1)


def eight_hours(*pauses: Pause) -> Clock:
    clock = start_clock(clocks=CLOCKS, urgency="urgent-8h", instrument="TEST", started=START, country="AT")
    return replace(clock, pauses=pauses)


def pause(start: float, end: float | None) -> Pause:
    return Pause(START + start * HOUR, None if end is None else START + end * HOUR)


def hours(clock: Clock) -> list[float | None]:
    """Deadline and warnings, in hours after the start."""
    deadline = clock.deadline()
    moments = [deadline, *(at for _percent, at in clock.warnings())]
    return [None if at is None else (at - START) / HOUR for at in moments]


def test_a_clock_that_stood_is_due_later_by_exactly_that_time() -> None:
    assert hours(eight_hours()) == [8, 4, 6.4]
    assert hours(eight_hours(pause(1, 3))) == [10, 6, 8.4]
    assert hours(eight_hours(pause(5, 6))) == [9, 4, 7.4]


def test_a_warning_comes_at_half_and_four_fifths_of_the_running_time() -> None:
    clock = eight_hours(pause(1, 3))
    found = [clock.stage(START + at * HOUR) for at in (2, 5.9, 6, 8.3, 8.4, 9.9, 10)]
    assert found == [0, 0, 50, 50, 80, 80, 100]


def test_a_standing_clock_fixes_no_deadline_and_reaches_no_mark() -> None:
    clock = eight_hours(pause(5, None))
    assert clock.deadline() is None
    assert [percent for percent, _at in clock.warnings()] == [50]
    assert clock.stage(START + 1000 * HOUR) == 50


def test_a_question_after_the_deadline_undoes_no_breach() -> None:
    assert eight_hours(pause(8, None)).stage(START + 9 * HOUR) == 100
    assert hours(eight_hours(pause(9, 20)))[0] == 8


def test_pauses_that_overlap_touch_or_came_before_the_start_count_once_and_not_at_all() -> None:
    assert hours(eight_hours(pause(1, 3), pause(2, 4), pause(2.5, 2.6)))[0] == 11
    assert hours(eight_hours(pause(1, 2), pause(2, 3)))[0] == 10
    assert hours(eight_hours(pause(-5, -1)))[0] == 8
    assert hours(eight_hours(pause(-5, 1)))[0] == 9
    assert hours(eight_hours(pause(3, 1)))[0] == 8
    assert hours(eight_hours(pause(1, 9), pause(2, None)))[0] is None


def test_a_clock_without_a_moment_has_none_however_long_it_stands() -> None:
    clock = start_clock(clocks={}, urgency="as-soon-as-possible", instrument="TEST", started=START, country="AT")
    assert replace(clock, pauses=(pause(1, 2),)).deadline() is None


pauses = st.lists(
    st.builds(lambda start, length: pause(start / 4, (start + length) / 4), st.integers(-8, 60), st.integers(0, 20)),
    max_size=6,
)


@given(pauses, st.randoms(use_true_random=False))
def test_in_whatever_order_pauses_are_known_the_deadline_is_the_same(known: list[Pause], rng: Any) -> None:
    shuffled = list(known)
    rng.shuffle(shuffled)
    assert hours(eight_hours(*shuffled)) == hours(eight_hours(*known, *known))


@given(pauses)
def test_up_to_every_mark_the_clock_ran_for_exactly_its_share(known: list[Pause]) -> None:
    clock = eight_hours(*known)
    quarter = dt.timedelta(minutes=15)
    for share, at in ((1.0, clock.deadline()), *((percent / 100, at) for percent, at in clock.warnings())):
        assert at is not None
        # Pauses begin and end at whole quarters: count the rest of the way exactly, quarter by quarter.
        ran, moment = dt.timedelta(), START
        while moment < at:
            step = min(quarter, at - moment)
            stands = any(one.start <= moment and one.end is not None and moment < one.end for one in known)
            ran += dt.timedelta() if stands else step
            moment += step
        assert ran == 8 * HOUR * share
