"""An answer leaves in a slot that its request fixes; at the last before its clock runs out something leaves."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.disclosure.slots import SHORTEST, WITHOUT_CLOCK, interval_of_word, last_word_slot, next_slot, slot_period

ARRIVED = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
PERIOD = dt.timedelta(hours=6)


@given(st.timedeltas(min_value=dt.timedelta(0), max_value=dt.timedelta(days=30)))
def test_a_slot_lies_a_whole_number_of_periods_after_the_request_and_not_before_now(waited: dt.timedelta) -> None:
    slot = next_slot(ARRIVED, ARRIVED + waited, PERIOD)
    assert slot >= ARRIVED + waited
    assert slot > ARRIVED
    assert (slot - ARRIVED) % PERIOD == dt.timedelta(0)
    assert slot - (ARRIVED + waited) <= PERIOD


def test_a_quick_answer_and_a_slow_one_leave_together() -> None:
    quick = next_slot(ARRIVED, ARRIVED + dt.timedelta(minutes=1), PERIOD)
    slow = next_slot(ARRIVED, ARRIVED + dt.timedelta(hours=5, minutes=59), PERIOD)
    assert quick == slow == ARRIVED + PERIOD


def test_an_answer_signed_after_its_slot_waits_for_the_next() -> None:
    assert next_slot(ARRIVED, ARRIVED + dt.timedelta(hours=6, seconds=1), PERIOD) == ARRIVED + 2 * PERIOD


def test_a_request_that_comes_from_the_future_still_waits_a_period() -> None:
    assert next_slot(ARRIVED, ARRIVED - dt.timedelta(hours=1), PERIOD) == ARRIVED + PERIOD


def test_an_urgent_request_has_shorter_slots_and_none_has_longer_ones_than_the_node() -> None:
    assert slot_period(ARRIVED, ARRIVED + dt.timedelta(hours=8), PERIOD) == dt.timedelta(minutes=30)
    assert slot_period(ARRIVED, ARRIVED + dt.timedelta(days=30), PERIOD) == PERIOD
    assert slot_period(ARRIVED, None, PERIOD) == PERIOD


@pytest.mark.parametrize("given", [dt.timedelta(seconds=1), dt.timedelta(0), dt.timedelta(days=-3)])
def test_no_clock_that_a_requester_names_makes_slots_so_short_that_she_could_watch(given: dt.timedelta) -> None:
    assert slot_period(ARRIVED, ARRIVED + given, PERIOD) == SHORTEST
    assert interval_of_word(ARRIVED, ARRIVED + given, SHORTEST) == SHORTEST


def test_a_word_is_due_at_the_last_slot_before_the_clock_runs_out_and_as_often_again() -> None:
    due, hour = ARRIVED + dt.timedelta(days=3, hours=1), dt.timedelta(hours=1)
    first = ARRIVED + dt.timedelta(days=3)
    assert last_word_slot(ARRIVED, due, first - hour, PERIOD) is None
    assert last_word_slot(ARRIVED, due, first, PERIOD) == first
    assert last_word_slot(ARRIVED, due, first + 2 * hour, PERIOD) == first
    assert last_word_slot(ARRIVED, due, ARRIVED + dt.timedelta(days=6, hours=1), PERIOD) == ARRIVED + dt.timedelta(
        days=6
    )


def test_a_request_without_a_clock_gets_a_word_within_a_week() -> None:
    assert last_word_slot(ARRIVED, None, ARRIVED + WITHOUT_CLOCK, PERIOD) == ARRIVED + WITHOUT_CLOCK


@pytest.mark.parametrize("period", [dt.timedelta(0), dt.timedelta(seconds=-1)])
def test_slots_without_length_are_refused(period: dt.timedelta) -> None:
    with pytest.raises(ValueError, match="positive"):
        next_slot(ARRIVED, ARRIVED, period)
    with pytest.raises(ValueError, match="positive"):
        interval_of_word(ARRIVED, None, period)
