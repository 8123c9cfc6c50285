from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.matching.private import Evaluated, Quota, RoundRefused, allowance, answer, finish
from clew.matching.private.quota import DAY, MONTH
from clew.matching.private.rounds import MOST_ASKED, SIZES
from tests.matching.private.parties import NOW, a_round, allowed, asked, seed, set_of

HOUR = timedelta(hours=1)
QUOTA = Quota(points_a_day=1_000, points_a_month=3_000, rounds_a_day=3)


def allowed_after(*earlier: tuple[timedelta, int], points: int = 100, partner: str = "bg") -> bool:
    past = [Evaluated("bg", NOW - age, count) for age, count in earlier]
    return allowance(points, past, partner=partner, now=NOW, quota=QUOTA).allowed


def test_a_question_within_the_quota_is_answered_and_says_what_is_left() -> None:
    found = allowance(200, [Evaluated("bg", NOW - HOUR, 500)], partner="bg", now=NOW, quota=QUOTA)
    assert (found.allowed, found.left_today, found.left_this_month) == (True, 500, 2_500)
    assert (found.reasons, found.changes) == ((), ())


def test_points_of_the_last_day_and_of_the_last_month_count() -> None:
    assert allowed_after((HOUR, 900))
    assert not allowed_after((HOUR, 901))
    assert allowed_after((2 * DAY, 2_900))
    assert not allowed_after((2 * DAY, 2_901))
    assert allowed_after((MONTH, 3_000))


def test_midnight_begins_nothing_anew() -> None:
    assert not allowed_after((DAY - timedelta(seconds=1), 1_000))
    assert allowed_after((DAY, 1_000))


def test_rounds_count_as_each_tells_something() -> None:
    assert not allowed_after((HOUR, 100), (2 * HOUR, 100), (3 * HOUR, 100))
    assert allowed_after((HOUR, 100), (2 * HOUR, 100), (25 * HOUR, 100))


def test_what_another_partner_asked_does_not_count() -> None:
    assert allowed_after((HOUR, 1_000), partner="at")


def test_an_entry_of_the_future_counts() -> None:
    assert not allowed_after((-5 * DAY, 1_000))


@pytest.mark.parametrize("points", [0, -5])
def test_a_question_of_nothing_is_refused(points: int) -> None:
    assert not allowed_after(points=points)


def test_a_refusal_says_what_would_change_it() -> None:
    past = [Evaluated("bg", NOW - 3 * HOUR, 600), Evaluated("bg", NOW - HOUR, 300)]
    found = allowance(500, past, partner="bg", now=NOW, quota=QUOTA)
    assert found.reasons == ("500 points are asked; 100 of 1000 in 1 day(s) are left.",)
    assert found.changes == ("Ask again after 2026-12-01 09:00 UTC, or about fewer identifiers.",)
    never = allowance(5_000, [], partner="bg", now=NOW, quota=QUOTA)
    assert never.changes[0].startswith("Ask about fewer identifiers")
    assert len(never.reasons) == 2


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4_000), st.integers(1, 1_500)), max_size=80))
def test_however_a_partner_spreads_its_questions_no_day_and_no_month_goes_over(asked_at: list[tuple[int, int]]) -> None:
    log: list[Evaluated] = []
    now = NOW
    for minutes, points in asked_at:
        now += timedelta(minutes=minutes)
        if allowance(points, log, partner="bg", now=now, quota=QUOTA).allowed:
            log.append(Evaluated("bg", now, points))
    for each in log:
        for span, most in ((DAY, QUOTA.points_a_day), (MONTH, QUOTA.points_a_month)):
            within = [one for one in log if each.at <= one.at < each.at + span]
            assert sum(one.points for one in within) <= most
        assert len([one for one in log if each.at <= one.at < each.at + DAY]) <= QUOTA.rounds_a_day


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 1_000)), max_size=6), st.integers(1, 1_000))
def test_once_the_time_that_a_refusal_names_has_come_the_reason_is_gone(
    past: list[tuple[float, int]], points: int
) -> None:
    log = [Evaluated("bg", NOW - timedelta(days=age), count) for age, count in past]
    found = allowance(points, log, partner="bg", now=NOW, quota=QUOTA)
    for change in found.changes:
        when = datetime.strptime(change[16:36], "%Y-%m-%d %H:%M %Z").replace(tzinfo=NOW.tzinfo)
        assert when > NOW - timedelta(minutes=1)
    last = [datetime.strptime(each[16:36], "%Y-%m-%d %H:%M %Z").replace(tzinfo=NOW.tzinfo) for each in found.changes]
    if last:
        later = max(last) + timedelta(minutes=1)
        assert allowance(points, log, partner="bg", now=later, quota=QUOTA).allowed


def test_brute_force_of_a_towns_numbers_gets_no_further_than_the_quota() -> None:
    """A partner that asks for every number of a range of ten million, as often and as much as it likes, for a year.

    It chooses the size that serves it best each time, without padding. What it has tried after a year is what twelve
    and a bit months allow, a small part of the range; on its first day it has tried no more than a day's quota.
    """
    quota, log, tried, first_day, now = Quota(), [], 0, 0, NOW
    for _hour in range(365 * 24):
        for size in [each for each in reversed(SIZES) if each <= MOST_ASKED]:
            while allowance(size, log, partner="bg", now=now, quota=quota).allowed:
                log.append(Evaluated("bg", now, size))
                tried += size
        first_day = tried if now == NOW + DAY - HOUR else first_day
        now += HOUR
        log = [each for each in log if each.at > now - MONTH]
    assert first_day == quota.points_a_day
    assert tried <= (365 // 30 + 1) * quota.points_a_month
    assert tried / 10_000_000 < 0.14


def test_a_partner_that_asks_for_every_number_finds_only_what_its_quota_reaches() -> None:
    """With real points: a thousand numbers, of which the other house holds thirty; a quota of 300 points a day."""
    quota, log, found, now = Quota(points_a_day=300, points_a_month=600, rounds_a_day=9), [], set(), NOW
    held = set_of(range(600_000_000, 600_001_000, 33))
    for number in range(40):
        question, items = asked(
            range(600_000_000 + 100 * (number % 10), 600_000_100 + 100 * (number % 10)), a_round(f"round-{number}")
        )
        allowed_now = allowance(len(question.points), log, partner="bg", now=now, quota=quota)
        if allowed_now.allowed:
            made = answer(
                question, question.round, held, seed("a"), allowance=allowed_now, contact="desk-2", earlier=()
            ).answer
            log.append(Evaluated("bg", now, len(question.points)))
            found |= set(finish(question, items, seed("asker"), made).identifiers)
        now += 3 * HOUR
    assert sum(each.points for each in log) == 600
    assert len(log) == 6
    assert len(held.identifiers) == 31
    assert len(found) < 20


def test_a_question_over_the_quota_is_not_evaluated() -> None:
    question, _ = asked(range(600_000_000, 600_000_030))
    small = allowed(question, Quota(points_a_day=99))
    assert not small.allowed
    with pytest.raises(RoundRefused, check=lambda found: found.code == "over-quota"):
        answer(question, question.round, set_of(()), seed("a"), allowance=small, contact="desk-2", earlier=())


def test_what_was_allowed_for_another_question_does_not_count() -> None:
    question, _ = asked(range(600_000_000, 600_000_030))
    larger, _ = asked(range(600_000_000, 600_000_130))
    with pytest.raises(RoundRefused, check=lambda found: found.code == "over-quota"):
        answer(larger, larger.round, set_of(()), seed("a"), allowance=allowed(question), contact="desk-2", earlier=())
