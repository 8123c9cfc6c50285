"""What is said after a restore: read as it was written, between the two that say it, and only in rising order."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.letters import read_letter
from clew.exchange.refusals import Refusal
from clew.exchange.resync import (
    LEFT_FREE,
    MOST_RECEIVED,
    MOST_SPANS,
    Point,
    Received,
    Resync,
    Resynced,
    check_chain,
    message_type,
    read_resync,
    read_resynced,
    spans_of,
    write_resync,
    write_resynced,
)
from clew.exchange.sealing import LIFETIME, SKEW, verify_letter
from clew.exchange.sequence import NO_PREVIOUS
from clew.exchange.strict_json import canonical
from tests.exchange.make_vectors import DIRECTORY
from tests.exchange.partner import NOW, Partner

VIENNA, BEIJING = Partner("Vienna", "AT"), Partner("Beijing", "CN")
VECTOR: dict[str, str] = json.loads((DIRECTORY / "resync.json").read_text(encoding="utf-8"))
QUESTION, ANSWER = VECTOR["question"].encode(), VECTOR["answer"].encode()
SECOND = dt.timedelta(seconds=1)


def asked(raw: bytes = QUESTION, *, now: dt.datetime = NOW, sender: str = VIENNA.uid) -> Resync:
    return read_resync(raw, sender=sender, recipient=BEIJING.uid, now=now)


def told(raw: bytes = ANSWER, *, now: dt.datetime = NOW, recipient: str = VIENNA.uid) -> Resynced:
    return read_resynced(raw, sender=BEIJING.uid, recipient=recipient, now=now)


def changed(raw: bytes, **changes: Any) -> bytes:
    return canonical({**json.loads(raw), **changes})


def code_of(read: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as refused:
        read(*arguments, **more)
    return refused.value.code


def test_the_vector_reads_and_is_written_the_same_again() -> None:
    assert write_resync(asked()) == QUESTION
    assert write_resynced(told()) == ANSWER
    assert (asked().sent, told().nonce) == (Point(4, "44" * 32), asked().nonce)
    check_chain(told(), asked().sent)


def test_the_vectors_signatures_hold_and_no_changed_bit_of_them_does() -> None:
    for name, partner in (("question", VIENNA), ("answer", BEIJING)):
        signed = VECTOR[f"{name}_signed"]
        assert verify_letter(signed, partner.keys.sign) == VECTOR[name].encode()
        raw = bytearray(signed.encode())
        for bit in range(0, 8 * len(raw), 7):
            raw[bit // 8] ^= 1 << bit % 8
            with pytest.raises((Refusal, UnicodeDecodeError)):
                verify_letter(raw.decode("ascii"), partner.keys.sign)
            raw[bit // 8] ^= 1 << bit % 8


def test_neither_is_a_letter_nor_a_letter_one_of_them() -> None:
    letter = VIENNA.write(BEIJING.uid)
    assert [message_type(one) for one in (QUESTION, ANSWER, letter)] == ["resync", "resynced", ""]
    for raw in (QUESTION, ANSWER):
        code = code_of(read_letter, raw, sender=VIENNA.uid, recipient=BEIJING.uid, now=NOW)
        assert code in {"missing-field", "unknown-field"}
    assert code_of(asked, letter) in {"missing-field", "unknown-field"}
    assert code_of(asked, changed(ANSWER, **{"from": VIENNA.uid, "to": BEIJING.uid})) == "unknown-field"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"clew": 2}, "unknown-version"),
        ({"to": "a" * 32}, "wrong-recipient"),
        ({"from": "a" * 32}, "wrong-sender"),
        ({"words": "Dear colleagues"}, "unknown-field"),
        ({"nonce": "A" * 32}, "bad-field"),
        ({"sent": {"n": 0, "digest": "1" * 64}}, "bad-field"),
        ({"sent": {"n": -1, "digest": "1" * 64}}, "bad-field"),
        ({"missing": [[3, 2]]}, "bad-field"),
        ({"missing": [[1, 2], [2, 5]]}, "bad-field"),
        ({"missing": [[5, 6], [1, 2]]}, "bad-field"),
        ({"missing": [[n, n] for n in range(1, 2 * MOST_SPANS + 3, 2)]}, "too-many"),
    ],
)
def test_a_question_with_anything_else_in_it_is_refused(changes: dict[str, Any], code: str) -> None:
    assert code_of(asked, changed(QUESTION, **changes)) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"more": True}, "bad-field"),
        ({"more": True, "resume": 0, "received": []}, "bad-field"),
        ({"received": [{"n": 5, "digest": "5" * 64}]}, "missing-field"),
        ({"received": [{"n": 5, "digest": "5" * 64, "previous": "4" * 64, "subject": "x"}]}, "unknown-field"),
        ({"coming": [[0, 2]]}, "bad-field"),
    ],
)
def test_an_answer_with_anything_else_in_it_is_refused(changes: dict[str, Any], code: str) -> None:
    assert code_of(told, changed(ANSWER, **changes)) == code


def test_what_is_dated_ahead_or_lay_longer_than_an_envelope_lives_is_refused() -> None:
    assert code_of(asked, now=NOW - SKEW - SECOND) == "from-the-future"
    assert asked(now=NOW - SKEW).nonce == asked().nonce
    assert asked(now=NOW + LIFETIME + SKEW).nonce == asked().nonce
    assert code_of(asked, now=NOW + LIFETIME + SKEW + SECOND) == "stale"


def test_more_letters_than_one_answer_holds_are_not_written() -> None:
    many = tuple(Received(n, f"{n:064x}", NO_PREVIOUS) for n in range(1, MOST_RECEIVED + 2))
    assert code_of(write_resynced, replace(told(), received=many)) == "too-many"


def chain(length: int, since: int = 0, before: str = NO_PREVIOUS) -> tuple[Received, ...]:
    found: list[Received] = []
    for n in range(since + 1, since + length + 1):
        found.append(Received(n, f"{n:064x}", before))
        before = found[-1].digest
    return tuple(found)


def answer_of(received: tuple[Received, ...], **changes: Any) -> Resynced:
    last = received[-1].sequence if received else 0
    return replace(told(), received=received, **{"missing": (), "resume": last + LEFT_FREE, **changes})


@given(st.integers(1, 30), st.data())
def test_a_chain_holds_whole_and_with_a_named_gap_and_breaks_with_any_link_changed(length: int, data: Any) -> None:
    links = chain(length)
    check_chain(answer_of(links), Point())
    at = data.draw(st.integers(0, length - 1))
    broken = (*links[:at], replace(links[at], previous="f" * 64), *links[at + 1 :])
    assert code_of(check_chain, answer_of(broken), Point()) == "history"
    if 0 < at < length - 1:
        gap = (*links[:at], *links[at + 1 :])
        assert code_of(check_chain, answer_of(gap), Point()) == "bad-field"
        check_chain(answer_of(gap, missing=((at + 1, at + 1),)), Point())


def test_numbers_that_do_not_rise_or_would_be_given_twice_are_refused() -> None:
    links = chain(3)
    assert code_of(check_chain, answer_of((links[0], links[0])), Point()) == "bad-field"
    assert code_of(check_chain, answer_of((links[1], links[0])), Point()) == "bad-field"
    assert code_of(check_chain, answer_of(links, resume=2), Point()) == "bad-field"
    assert code_of(check_chain, answer_of((), resume=2), Point(3, "3" * 64)) == "bad-field"


@given(st.sets(st.integers(1, 60)))
def test_runs_hold_exactly_the_numbers_that_they_are_made_of(numbers: set[int]) -> None:
    runs = spans_of(sorted(numbers))
    assert {n for first, last in runs for n in range(first, last + 1)} == numbers
    assert all(one[1] + 1 < other[0] for one, other in pairwise(runs))


def test_of_too_many_runs_the_later_are_left_out() -> None:
    assert len(spans_of(range(1, 10 * MOST_SPANS, 2))) == MOST_SPANS
