"""Both ends of a correspondence that know the same events see the same state."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.threads import Event, EventKind, State, fold
from tests.exchange.partner import NOW

ASKER, ASKED = "a" * 32, "b" * 32
REQUEST = Event(EventKind.LETTER, NOW, "1" * 32, ASKER, type="request", items=(1, 2), due=NOW + dt.timedelta(days=7))


def fact(kind: EventKind, minutes: int, code: str = "", letter: str = "1" * 32) -> Event:
    return Event(kind, NOW + dt.timedelta(minutes=minutes), letter, ASKED, code=code)


def reply(minutes: int, *answers: tuple[int, str], letter: str = "2" * 32) -> Event:
    return Event(EventKind.LETTER, NOW + dt.timedelta(minutes=minutes), letter, ASKED, type="reply", answers=answers)


events = st.lists(
    st.builds(
        Event,
        kind=st.sampled_from(list(EventKind)),
        at=st.integers(0, 5).map(lambda minutes: NOW + dt.timedelta(minutes=minutes)),
        letter=st.sampled_from(["1" * 32, "2" * 32, "3" * 32]),
        by=st.sampled_from([ASKER, ASKED]),
        type=st.sampled_from(["", "request", "reply", "notify"]),
        items=st.sampled_from([(), (1,), (1, 2)]),
        answers=st.sampled_from([(), ((1, "provided"),), ((1, "postponed"), (2, "refused"))]),
        due=st.sampled_from([None, NOW]),
        code=st.sampled_from(["", "expired"]),
        beside=st.sampled_from([(), ((1, "2026-12-01"),)]),
    ),
    max_size=8,
)


@given(events, st.randoms(use_true_random=False))
def test_the_order_in_which_events_arrive_changes_nothing(known: list[Event], rng: object) -> None:
    shuffled = list(known)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(known)


@given(events)
def test_events_that_arrive_twice_count_once(known: list[Event]) -> None:
    assert fold(known + known) == fold(known)


def test_each_receipt_moves_the_state_one_step() -> None:
    steps = [fact(EventKind.STORED, 1), fact(EventKind.OPENED, 2), fact(EventKind.ACCEPTED, 3)]
    states = [fold([REQUEST, *steps[:number]]).state for number in range(4)]
    assert states == [State.SENT, State.STORED, State.OPENED, State.ACCEPTED]


def test_without_a_receipt_a_stage_is_absent_and_not_denied() -> None:
    (letter,) = fold([REQUEST, fact(EventKind.OPENED, 2)]).letters
    assert set(letter.facts) == {"opened"}


def test_a_request_is_answered_when_every_item_is() -> None:
    partly = [REQUEST, reply(5, (1, "provided"))]
    whole = [*partly, reply(9, (2, "no-information"), letter="3" * 32)]
    assert fold(partly).state is State.PARTLY_ANSWERED
    assert fold(partly).answered is None
    assert fold(whole).state is State.ANSWERED
    assert fold(whole).answered == NOW + dt.timedelta(minutes=9)


def test_a_postponement_that_comes_after_the_answer_changes_nothing() -> None:
    late = fold([REQUEST, reply(5, (1, "provided"), (2, "no-information")), reply(6, (1, "postponed"))])
    assert late.items == {1: "provided", 2: "no-information"}
    assert late.state is State.ANSWERED


def test_until_when_an_item_is_postponed_is_known_until_its_answer_comes() -> None:
    postponed = replace(reply(5, (1, "postponed"), (2, "postponed")), beside=((1, "2026-12-01"), (2, "2026-12-01")))
    assert fold([REQUEST, postponed]).beside == {1: "2026-12-01", 2: "2026-12-01"}
    refused = replace(reply(6, (1, "provided"), (2, "refused")), beside=((2, "security"),))
    state = fold([REQUEST, postponed, refused])
    assert state.beside == {2: "security"}
    assert state.items == {1: "provided", 2: "refused"}


def test_a_postponed_item_keeps_the_request_open() -> None:
    state = fold([REQUEST, reply(5, (1, "postponed"), (2, "postponed"))])
    assert (state.state, state.answered) == (State.POSTPONED, None)


def test_a_refusal_with_a_code_refuses_the_request() -> None:
    assert fold([REQUEST, fact(EventKind.ACCEPTED, 3, "declined")]).state is State.REFUSED


def test_a_letter_that_was_given_up_is_undeliverable_until_a_receipt_says_otherwise() -> None:
    given_up = Event(EventKind.UNDELIVERABLE, NOW, "1" * 32, ASKER, code="expired")
    assert fold([REQUEST, given_up]).state is State.UNDELIVERABLE
    assert fold([REQUEST, given_up, fact(EventKind.STORED, 40)]).state is State.STORED


def test_a_fact_dated_before_its_letter_is_kept() -> None:
    state = fold([REQUEST, fact(EventKind.STORED, -10)])
    assert state.state is State.STORED
