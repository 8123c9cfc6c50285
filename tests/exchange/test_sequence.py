"""Loss, reordering, replay and a rewritten history are told apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.sequence import NO_PREVIOUS, Known, Place, judge

A, B, C, X = ("a" * 64, "b" * 64, "c" * 64, "f" * 64)
CHAIN = {1: (NO_PREVIOUS, A), 2: (A, B), 3: (B, C)}


def place(sequence: int, previous: str, digest: str, **known: object) -> Place:
    return judge(sequence=sequence, previous=previous, digest=digest, known=Known(**known)).place  # type: ignore[arg-type]


def test_the_first_letter_follows_nothing() -> None:
    assert place(1, NO_PREVIOUS, A, highest=0) is Place.NEXT
    assert place(1, X, A, highest=0) is Place.HISTORY


def test_the_next_letter_names_the_one_before() -> None:
    assert place(2, A, B, highest=1, before=A) is Place.NEXT
    assert place(2, X, B, highest=1, before=A) is Place.HISTORY


def test_a_letter_ahead_names_what_is_missing() -> None:
    order = judge(sequence=4, previous=C, digest=X, known=Known(highest=1))
    assert (order.place, list(order.missing)) == (Place.AHEAD, [2, 3])
    assert order.acceptable
    assert order.reason


def test_a_late_letter_must_be_the_one_that_its_follower_named() -> None:
    assert place(2, A, B, highest=3, before=A, claimed_after=B) is Place.LATE
    assert place(2, A, X, highest=3, before=A, claimed_after=B) is Place.HISTORY


def test_the_same_letter_is_a_duplicate_and_another_with_its_number_a_fork() -> None:
    assert place(2, A, B, highest=2, here=B) is Place.DUPLICATE
    assert place(2, A, X, highest=2, here=B) is Place.FORK


@given(st.permutations([1, 2, 3]))
def test_in_whatever_order_a_chain_arrives_every_letter_is_taken_and_no_gap_stays(arrivals: list[int]) -> None:
    seen: dict[int, tuple[str, str]] = {}
    missing: set[int] = set()
    for number in arrivals:
        previous, digest = CHAIN[number]
        known = Known(
            highest=max(seen, default=0),
            before=seen.get(number - 1, ("", ""))[1],
            claimed_after=seen.get(number + 1, ("", ""))[0],
        )
        order = judge(sequence=number, previous=previous, digest=digest, known=known)
        assert order.acceptable
        missing = (missing | set(order.missing)) - {number}
        seen[number] = CHAIN[number]
    assert not missing
