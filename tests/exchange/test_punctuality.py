"""How time limits were kept: each request is counted once, and none as in time that had no limit."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.punctuality import ClockedRequest, punctuality

START = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
NOW = START + dt.timedelta(days=20)
HOUR = dt.timedelta(hours=1)


def request(**changes: object) -> ClockedRequest:
    given_ = {"direction": "in", "party": "p", "urgency": "urgent-8h", "started": START, "due": START + 8 * HOUR}
    return ClockedRequest(**({"answered": None} | given_ | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"answered": START + 8 * HOUR}, "in_time"),
        ({"answered": START + 8 * HOUR + dt.timedelta(seconds=1)}, "late"),
        ({"answered": START + HOUR, "due": None}, "no_limit"),
        ({"due": NOW + HOUR}, "running"),
        ({"due": NOW}, "overdue"),
        ({"due": None}, "waiting"),
        ({"ended": True}, "ended"),
        ({"ended": True, "answered": START + HOUR}, "in_time"),
    ],
)
def test_a_request_is_what_became_of_its_clock(changes: dict[str, object], outcome: str) -> None:
    assert request(**changes).outcome(NOW) == outcome
    counted = punctuality([request(**changes)], NOW)
    assert getattr(counted, outcome) == counted.requests == 1


def test_the_hours_are_the_median_and_an_answer_before_its_request_took_none() -> None:
    answers = [START - HOUR, START + 2 * HOUR, START + 10 * HOUR]
    assert punctuality([request(answered=at) for at in answers], NOW).hours == 2.0
    assert punctuality([request()], NOW).hours is None
    assert punctuality([request(answered=START - HOUR)], NOW).hours == 0.0


moments = st.integers(-50, 900).map(lambda hours: START + hours * HOUR)
requests = st.builds(
    ClockedRequest, st.sampled_from(["in", "out"]), st.just("p"), st.just("urgent-3d"), moments,
    st.none() | moments, st.none() | moments, st.booleans(),
)  # fmt: skip


@given(st.lists(requests), st.lists(requests))
def test_counts_add_up_and_two_lists_count_as_one(one: list[ClockedRequest], two: list[ClockedRequest]) -> None:
    counts = [field.name for field in fields(punctuality([], NOW)) if field.name not in {"requests", "hours"}]
    together = punctuality([*one, *two], NOW)
    assert sum(getattr(together, name) for name in counts) == together.requests == len(one) + len(two)
    for name in counts:
        assert getattr(together, name) == getattr(punctuality(one, NOW), name) + getattr(punctuality(two, NOW), name)
