"""Parts are asked for and brought in signed words: to the last bit, between these two nodes, about this letter, now."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.evidence.asking import (
    ANSWER_CONTEXT,
    MAX_ANSWER,
    MAX_REQUEST,
    MOST_RUNS,
    REQUEST_CONTEXT,
    PartAnswer,
    PartMethod,
    PartRequest,
    Run,
    make_part_answer,
    make_part_request,
    parts_of,
    read_part_answer,
    read_part_request,
    runs_of,
    verify_part_request,
)
from clew.exchange.keys import sign_in_context
from clew.exchange.refusals import Refusal
from clew.exchange.relaying import FRESH
from clew.exchange.strict_json import canonical
from tests.exchange.make_vectors import DIRECTORY, parts_vector
from tests.exchange.partner import NOW, Partner

VIENNA, BEIJING, SOFIA = Partner("Vienna", "AT"), Partner("Beijing"), Partner("Sofia", "BG")
LETTER = "ab" * 16
ASK = PartRequest(PartMethod.ASK, VIENNA.uid, BEIJING.uid, LETTER, NOW)
PUT = PartRequest(PartMethod.PUT, VIENNA.uid, BEIJING.uid, LETTER, NOW, 2, 31)
ANSWER = PartAnswer(BEIJING.uid, VIENNA.uid, LETTER, NOW, (Run(1, 3, 3), Run(1, 5, 900), Run(2, 1, 1)))


def request(wanted: PartRequest) -> bytes:
    return make_part_request(wanted, VIENNA.transport_key)


def taken(line: bytes, *, own_uid: str = BEIJING.uid, now: dt.datetime = NOW) -> PartRequest:
    found = read_part_request(line)
    verify_part_request(found, transport_key=VIENNA.keys.transport, own_uid=own_uid, now=now)
    return found


def answered(raw: bytes, **changes: Any) -> PartAnswer:
    given = {"transport_key": BEIJING.keys.transport, "issuer": BEIJING.uid, "addressee": VIENNA.uid, "letter": LETTER}
    return read_part_answer(raw, **{**given, **changes})


def refused(act: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        act(*arguments, **more)
    return refusal.value.code


def signed(content: dict[str, Any], context: bytes, by: Partner) -> bytes:
    return canonical({**content, "signature": sign_in_context(by.transport_key, context, canonical(content))})


@pytest.mark.parametrize("wanted", [ASK, PUT], ids=["ask", "put"])
def test_what_was_asked_is_read(wanted: PartRequest) -> None:
    found = taken(request(wanted))
    for name in ("method", "sender", "recipient", "letter", "at", "file", "part"):
        assert getattr(found, name) == getattr(wanted, name)
    assert len(request(wanted)) < MAX_REQUEST // 2


def test_what_was_answered_is_read() -> None:
    assert answered(make_part_answer(ANSWER, BEIJING.transport_key)) == ANSWER
    assert not ANSWER.complete
    assert PartAnswer(BEIJING.uid, VIENNA.uid, LETTER, NOW, ()).complete


@pytest.mark.parametrize("line", [request(ASK), request(PUT)], ids=["ask", "put"])
def test_every_single_bit_of_a_request_that_is_changed_is_refused(line: bytes) -> None:
    for at in range(len(line) * 8):
        changed = bytearray(line)
        changed[at // 8] ^= 1 << at % 8
        assert refused(taken, bytes(changed)), at


def test_every_single_bit_of_an_answer_that_is_changed_is_refused() -> None:
    raw = make_part_answer(ANSWER, BEIJING.transport_key)
    for at in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << at % 8
        assert refused(answered, bytes(changed)), at


def test_a_request_is_for_one_node_and_one_time() -> None:
    assert refused(taken, request(ASK), own_uid=SOFIA.uid) == "wrong-recipient"
    for late in (FRESH, -FRESH):
        taken(request(ASK), now=NOW + late)
        assert refused(taken, request(ASK), now=NOW + late + late / 600) == "stale"


def test_nobody_else_asks_or_answers_in_a_partners_name() -> None:
    content = json.loads(request(PUT))
    del content["signature"]
    assert refused(taken, signed(content, REQUEST_CONTEXT, SOFIA)) == "bad-signature"
    assert refused(taken, signed(content, ANSWER_CONTEXT, VIENNA)) == "bad-signature"
    assert refused(answered, make_part_answer(ANSWER, SOFIA.transport_key)) == "bad-signature"


def test_an_answer_is_of_one_node_for_one_about_one_announcement() -> None:
    raw = make_part_answer(ANSWER, BEIJING.transport_key)
    assert refused(answered, raw, issuer=SOFIA.uid) == "wrong-sender"
    assert refused(answered, raw, addressee=SOFIA.uid) == "wrong-recipient"
    assert refused(answered, raw, letter="cd" * 16) == "not-for-this-letter"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"file": 2}, "bad-field"),
        ({"file": 2, "part": 1}, "bad-field"),
        ({"method": "put"}, "bad-field"),
        ({"method": "put", "part": 1}, "bad-field"),
        ({"method": "put", "file": 1, "part": 0}, "bad-field"),
        ({"method": "delete"}, "bad-field"),
        ({"letter": "../../x"}, "bad-field"),
        ({"at": "2026-02-30T00:00:00Z"}, "bad-field"),
        ({"more": 1}, "unknown-field"),
        ({"clew": 2}, "unknown-version"),
    ],
    ids=str,
)
def test_a_request_of_another_shape_is_refused_though_it_is_signed(change: dict[str, Any], code: str) -> None:
    content = json.loads(request(ASK))
    del content["signature"]
    assert refused(taken, signed({**content, **change}, REQUEST_CONTEXT, VIENNA)) == code


@pytest.mark.parametrize(
    "missing",
    [
        [Run(1, 5, 4)],
        [Run(1, 1, 3), Run(1, 3, 4)],
        [Run(2, 1, 1), Run(1, 1, 1)],
        [Run(1, 1, 1), Run(1, 1, 1)],
        [Run(1, 0, 1)],
        [Run(1, n, n) for n in range(1, 2 * MOST_RUNS + 3, 2)],
    ],
    ids=["backwards", "overlapping", "files out of order", "twice", "from nought", "too many"],
)
def test_runs_that_are_not_in_their_order_are_neither_said_nor_believed(missing: list[Run]) -> None:
    answer = PartAnswer(BEIJING.uid, VIENNA.uid, LETTER, NOW, tuple(missing))
    assert refused(make_part_answer, answer, BEIJING.transport_key) in {"bad-field", "too-many"}
    content = json.loads(make_part_answer(ANSWER, BEIJING.transport_key))
    del content["signature"]
    content["missing"] = [{"file": run.file, "first": run.first, "last": run.last} for run in missing]
    assert refused(answered, signed(content, ANSWER_CONTEXT, BEIJING)) in {"bad-field", "too-many"}


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"\xff", b'{"signature":1}', b"x" * (MAX_ANSWER + 1)])
def test_what_is_neither_request_nor_answer_is_refused_and_never_a_fault(raw: bytes) -> None:
    assert refused(read_part_request, raw)
    assert refused(answered, raw)


@given(st.dictionaries(st.integers(1, 9), st.sets(st.integers(1, 60), max_size=30), max_size=5))
def test_runs_say_exactly_the_parts_that_are_missing(missing: dict[int, set[int]]) -> None:
    runs = runs_of(missing)
    counts = dict.fromkeys(missing, 60)
    assert list(parts_of(runs, counts)) == sorted((file, part) for file in missing for part in missing[file])
    answered(make_part_answer(PartAnswer(BEIJING.uid, VIENNA.uid, LETTER, NOW, runs), BEIJING.transport_key))


def test_of_very_many_holes_the_first_are_said_and_the_largest_answer_is_taken() -> None:
    runs = runs_of({100_000: range(50_000, 100_001, 2)})
    assert (len(runs), runs[-1].last) == (MOST_RUNS, 50_000 + 2 * (MOST_RUNS - 1))
    raw = make_part_answer(PartAnswer(BEIJING.uid, VIENNA.uid, LETTER, NOW, runs), BEIJING.transport_key)
    assert answered(raw).missing == runs


def test_a_run_of_parts_that_were_never_announced_costs_nothing() -> None:
    assert list(parts_of([Run(1, 2, 100_000), Run(7, 1, 100_000)], {1: 3})) == [(1, 2), (1, 3)]


def test_the_vector_is_made_the_same_today() -> None:
    kept = json.loads((DIRECTORY / "parts.json").read_text(encoding="utf-8"))
    assert kept == parts_vector(VIENNA, BEIJING)
    assert taken(kept["put"].encode()).method is PartMethod.PUT
    assert answered(kept["answer"].encode()).missing
