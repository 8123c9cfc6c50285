"""Deadlines are counted in the executing state's calendar for days and in UTC for hours."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew import vocabulary
from clew.exchange.clocks import NoClock, start_clock, time_zone

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
