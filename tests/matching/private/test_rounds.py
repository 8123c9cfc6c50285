from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.matching.private import (
    Answer,
    Question,
    Result,
    Round,
    RoundRefused,
    answer,
    ask,
    build_set,
    check_result,
    finish,
    result,
)
from clew.matching.private.messages import LONGEST_QUESTION
from clew.matching.private.rounds import MOST_ASKED, SIZES, canonical, size_of
from clew.matching.private.sodium import sodium
from clew.matching.private.voprf import Voprf
from tests.matching.private.parties import (
    a_round,
    allowed,
    answered,
    asked,
    holdings,
    phone,
    seed,
    set_of,
)

ORDER = 2**252 + 27742317777372353535851937790883648493
OURS, THEIRS = range(600_000_000, 600_000_030), range(600_000_025, 600_000_060)
QUESTION, ITEMS = asked(OURS)
ANSWERED = answered(QUESTION, THEIRS)
ANSWER = ANSWERED.answer


def refused(code: str) -> Any:
    return pytest.raises(RoundRefused, check=lambda found: found.code == code)


def test_both_learn_that_there_is_a_hit_and_the_asker_alone_which() -> None:
    found = finish(QUESTION, ITEMS, seed("asker"), Answer.read(ANSWER.data))
    assert {each.value for each in found.identifiers} == {phone(number) for number in range(600_000_025, 600_000_030)}
    said = Result.read(result(ANSWER, found, "desk-1").data)
    assert check_result(said, ANSWER)
    assert json.loads(said.data).keys() == {"type", "round", "answer", "outcome", "contact"}


def test_without_a_common_identifier_the_result_differs_in_one_word() -> None:
    none = answered(QUESTION, range(700_000_000, 700_000_030)).answer
    found = finish(QUESTION, ITEMS, seed("asker"), none)
    assert (found.hit, found.identifiers) == (False, ())
    hit, no_hit = (json.loads(Result(a_round(), "0" * 64, each, "desk-1").data) for each in (True, False))
    assert {name for name in hit if hit[name] != no_hit[name]} == {"outcome"}


@settings(deadline=None, max_examples=15)
@given(
    st.sets(st.integers(600_000_000, 600_000_090), min_size=20),
    st.sets(st.integers(600_000_000, 600_000_090), min_size=20),
)
def test_what_is_found_is_the_intersection(ours: set[int], theirs: set[int]) -> None:
    question, items = asked(ours)
    found = finish(question, items, seed("asker"), answered(question, theirs).answer)
    assert {each.value for each in found.identifiers} == {phone(number) for number in ours & theirs}


def test_the_same_seed_and_set_give_the_same_bytes_and_reading_gives_them_back() -> None:
    assert asked(OURS)[0].data == QUESTION.data == Question.read(QUESTION.data).data
    assert answered(QUESTION, THEIRS).answer.data == ANSWER.data == Answer.read(ANSWER.data).data


def test_the_bytes_of_protocol_1_stay_what_they_are() -> None:
    """Another digest here is another protocol: raise `PROTOCOL`, or two nodes will find nothing in common."""
    said = result(ANSWER, finish(QUESTION, ITEMS, seed("asker"), ANSWER), "desk-1")
    digests = [hashlib.sha256(message.data).hexdigest()[:16] for message in (QUESTION, ANSWER, said)]
    assert digests == ["d9236a159e527112", "cdf69bd2080503e0", "71db2d54ef30e70b"]


def test_the_order_in_which_identifiers_are_held_changes_nothing() -> None:
    assert asked(reversed(OURS))[0].data == QUESTION.data
    assert answered(QUESTION, reversed(THEIRS)).answer.data == ANSWER.data


def test_what_is_sent_holds_no_identifier_and_nothing_that_a_hash_of_it_would_find() -> None:
    function, texts = Voprf(sodium()), [QUESTION.round.text(each.kind, each.value) for each in ITEMS.identifiers]
    for message in (QUESTION.data, ANSWER.data):
        assert not any(each.value.encode() in message for each in ITEMS.identifiers)
    assert not {function.element(text) for text in texts} & set(QUESTION.points)


def test_nothing_of_one_round_is_seen_again_in_another() -> None:
    other, _ = asked(OURS, a_round("round-2"))
    assert not set(other.points) & set(QUESTION.points)
    again = answered(other, THEIRS).answer
    assert again.key != ANSWER.key
    assert not set(again.items) & set(ANSWER.items)


@pytest.mark.parametrize("what", ["agreement", "asker", "answerer", "number"])
def test_key_and_points_depend_on_each_part_of_the_round(what: str) -> None:
    other, _ = asked(OURS, a_round(**{what: "other"}))
    assert not set(other.points) & set(QUESTION.points)
    assert answered(other, THEIRS).answer.key != ANSWER.key


def test_a_table_of_one_round_answers_nothing_in_another() -> None:
    """The same seed by mistake: the round alone keeps the two apart."""
    other, items = asked(OURS, a_round("round-2"))
    mixed = replace(answered(other, THEIRS).answer, items=ANSWER.items)
    assert not finish(other, items, seed("asker"), mixed).hit


# Sizes


@pytest.mark.parametrize(
    ("items", "size"), [(0, 100), (100, 100), (101, 200), (201, 500), (99_999, 100_000), (600_000, 1_000_000)]
)
def test_sets_are_padded_to_a_size(items: int, size: int) -> None:
    assert size_of(items, 1_000_000) == size


def test_padding_is_at_most_two_and_a_half_times() -> None:
    assert all(larger <= 2.5 * smaller for smaller, larger in pairwise(SIZES))


def test_both_sets_have_a_size_and_one_cannot_tell_twenty_from_a_hundred() -> None:
    few, many = asked(range(600_000_000, 600_000_020))[0], asked(range(600_000_000, 600_000_100))[0]
    assert len(few.data) == len(many.data)
    assert len(answered(few, range(600_000_000, 600_000_020)).answer.data) == len(
        answered(few, range(600_000_100)[600_000_000:]).answer.data
    )


def test_a_question_about_a_few_is_not_asked() -> None:
    with refused("too-few-items"):
        asked(range(600_000_000, 600_000_019))


def test_an_office_that_holds_a_few_answers_as_one_that_holds_nothing() -> None:
    few = answered(QUESTION, range(600_000_000, 600_000_019))
    nothing = answered(QUESTION, ())
    assert few.items == nothing.items == 0
    assert few.answer.data == nothing.answer.data
    assert not finish(QUESTION, ITEMS, seed("asker"), few.answer).hit


def test_too_many_are_refused_before_anything_is_computed() -> None:
    assert size_of(MOST_ASKED, MOST_ASKED) == MOST_ASKED
    with refused("too-many-items"):
        size_of(MOST_ASKED + 1, MOST_ASKED)


# What is refused


def test_a_repeated_round_is_refused_on_both_sides() -> None:
    with refused("round-repeated"):
        ask(a_round(), ITEMS, seed("asker"), earlier={"round-1"})
    with refused("round-repeated"):
        answer(
            QUESTION,
            a_round(),
            set_of(THEIRS),
            seed("a"),
            allowance=allowed(QUESTION),
            contact="desk-2",
            earlier={"round-1"},
        )


def test_an_identifier_is_another_input_in_another_round() -> None:
    assert a_round().text("phone", phone(1)) != a_round("round-2").text("phone", phone(1))
    assert a_round().text("phone", phone(1)) != a_round().text("iban", phone(1))


def test_two_questions_under_one_seed_do_not_give_the_key_away() -> None:
    """Were the number behind both proofs the same, the key would be their difference over that of the challenges."""
    other, _ = asked(range(600_000_001, 600_000_031))
    first, second = ANSWER.proofs[0], answered(other, THEIRS).answer.proofs[0]
    (c, s), (d, t) = (
        (int.from_bytes(each[:32], "little"), int.from_bytes(each[32:], "little")) for each in (first, second)
    )
    key = (s - t) * pow(d - c, -1, ORDER) % ORDER
    assert sodium().multiply_base(key.to_bytes(32, "little")) != ANSWER.key


@pytest.mark.parametrize("what", ["agreement", "asker", "answerer", "number"])
def test_a_question_of_another_round_or_pair_is_refused(what: str) -> None:
    with refused("wrong-round"):
        answer(
            QUESTION,
            a_round(**{what: "other"}),
            set_of(THEIRS),
            seed("a"),
            allowance=allowed(QUESTION),
            contact="desk-2",
            earlier=(),
        )


def test_a_set_with_a_kind_that_the_round_does_not_compare_is_refused() -> None:
    wrong = build_set([replace(each, kind="handle") for each in holdings(OURS)], kinds=("handle",))
    with refused("wrong-kind"):
        ask(a_round(), wrong, seed("asker"), earlier=())
    with refused("wrong-kind"):
        answer(QUESTION, a_round(), wrong, seed("a"), allowance=allowed(QUESTION), contact="desk-2", earlier=())


def test_an_answer_to_another_question_or_round_is_refused() -> None:
    other, items = asked(range(600_000_001, 600_000_031))
    with refused("wrong-question"):
        finish(other, items, seed("asker"), ANSWER)
    with refused("wrong-round"):
        finish(asked(OURS, a_round("round-2"))[0], ITEMS, seed("asker"), ANSWER)
    with refused("wrong-question"):
        finish(QUESTION, ITEMS, seed("asker"), replace(ANSWER, evaluated=ANSWER.evaluated[:-1]))


def test_a_result_about_another_answer_is_refused() -> None:
    said = Result(a_round(), "0" * 64, hit=True, contact="desk-1")
    with refused("wrong-answer"):
        check_result(said, ANSWER)
    with refused("wrong-round"):
        check_result(replace(said, round=a_round("round-2")), ANSWER)


def test_an_answer_in_which_one_point_has_another_key_is_not_believed() -> None:
    """Such an answerer would learn from 'there is a hit' that it was this very identifier."""
    elsewhere = answered(QUESTION, THEIRS, "another seed").answer
    one = replace(ANSWER, evaluated=(*ANSWER.evaluated[:7], elsewhere.evaluated[7], *ANSWER.evaluated[8:]))
    with refused("proof-fails"):
        finish(QUESTION, ITEMS, seed("asker"), one)
    with refused("proof-fails"):
        finish(QUESTION, ITEMS, seed("asker"), replace(ANSWER, key=elsewhere.key))


def test_a_point_that_is_none_is_refused_on_both_sides() -> None:
    bad = (bytes([26]) + bytes(31), *QUESTION.points[1:])
    with refused("point-not-canonical"):
        answered(replace(QUESTION, points=bad), THEIRS)
    spoilt = replace(QUESTION, points=bad)
    with refused("point-not-canonical"):
        finish(spoilt, ITEMS, seed("asker"), replace(ANSWER, question=spoilt.digest))


def test_a_contact_has_no_room_for_words() -> None:
    found = finish(QUESTION, ITEMS, seed("asker"), ANSWER)
    with refused("malformed"):
        result(ANSWER, found, "she lives at the corner")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agreement": ""}, "bad-round"),
        ({"number": "two words"}, "bad-round"),
        ({"asker": "at"}, "bad-round"),
        ({"kinds": ()}, "bad-round"),
        ({"kinds": ("phone", "iban")}, "bad-round"),
        ({"kinds": ("dna",)}, "bad-round"),
        ({"protocol": 2}, "bad-round"),
        ({"normaliser": 2}, "wrong-normaliser"),
    ],
)
def test_a_round_that_is_not_as_agreed_is_refused(change: dict[str, Any], code: str) -> None:
    with refused(code):
        replace(a_round(), **change)


# Bytes


def spoilt(message: bytes, **changes: Any) -> bytes:
    return canonical({**json.loads(message), **changes})


def points(*made: bytes) -> str:
    return base64.b64encode(b"".join(made)).decode()


NONSENSE = {
    "empty": (b"", "malformed"),
    "no JSON": (b"{", "malformed"),
    "no object": (b"[]", "malformed"),
    "not UTF-8": (b"\xff\xfe", "malformed"),
    "deep": (b"[" * 100_000, "malformed"),
    "a space more": (QUESTION.data + b" ", "malformed"),
    "a key twice": (b'{"type":"x",' + QUESTION.data[1:], "malformed"),
    "another type": (spoilt(QUESTION.data, type="private-question-2"), "malformed"),
    "a field more": (spoilt(QUESTION.data, words="hello"), "malformed"),
    "too long": (b" " * (LONGEST_QUESTION + 1), "too-large"),
    "no base64": (spoilt(QUESTION.data, points="????"), "malformed"),
    "base64 that can be written otherwise": (spoilt(QUESTION.data, points="AB=="), "malformed"),
    "half a point": (spoilt(QUESTION.data, points=points(bytes(16))), "point-length"),
    "the identity": (spoilt(QUESTION.data, points=points(bytes(32), *QUESTION.points[1:])), "point-identity"),
    "a point twice": (
        spoilt(QUESTION.data, points=points(*QUESTION.points[:99], QUESTION.points[0])),
        "points-repeated",
    ),
    "no size": (spoilt(QUESTION.data, points=points(*QUESTION.points[:99])), "not-a-size-class"),
    "another protocol": (spoilt(QUESTION.data, round={**a_round().as_json(), "protocol": 2}), "malformed"),
    "another normaliser": (spoilt(QUESTION.data, round={**a_round().as_json(), "normaliser": 2}), "wrong-normaliser"),
}


@pytest.mark.parametrize(("data", "code"), NONSENSE.values(), ids=NONSENSE)
def test_a_question_that_is_none_is_refused_with_a_code(data: bytes, code: str) -> None:
    with refused(code):
        Question.read(data)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"items": points(*sorted(ANSWER.items, reverse=True))}, "items-not-in-order"),
        ({"items": points(*sorted([*ANSWER.items[:99], ANSWER.items[0]]))}, "items-not-in-order"),
        ({"items": points(*ANSWER.items[:99])}, "not-a-size-class"),
        ({"items": points(bytes(15))}, "malformed"),
        ({"proofs": points(bytes(128))}, "proof-fails"),
        ({"proofs": points(bytes(63))}, "malformed"),
        ({"key": points(bytes(32))}, "point-identity"),
        ({"key": points(bytes(31))}, "point-length"),
        ({"evaluated": points(*ANSWER.evaluated[:99], ANSWER.evaluated[0])}, "points-repeated"),
        ({"contact": "a b"}, "malformed"),
        ({"question": "x"}, "malformed"),
    ],
)
def test_an_answer_that_is_none_is_refused_with_a_code(change: dict[str, Any], code: str) -> None:
    with refused(code):
        Answer.read(spoilt(ANSWER.data, **change))


@settings(deadline=None)
@given(
    st.binary(max_size=300)
    | st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    ).map(lambda found: json.dumps(found).encode())
)
def test_no_bytes_make_a_reader_fail_otherwise_than_by_refusing(data: bytes) -> None:
    for reader in (Question.read, Answer.read, Result.read):
        with pytest.raises(RoundRefused):
            reader(data)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(ANSWER.data) - 1), st.integers(1, 255))
def test_an_answer_with_one_other_byte_is_refused_or_finds_no_more(place: int, change: int) -> None:
    data = bytearray(ANSWER.data)
    data[place] ^= change
    whole = {each.value for each in finish(QUESTION, ITEMS, seed("asker"), ANSWER).identifiers}
    try:
        found = finish(QUESTION, ITEMS, seed("asker"), Answer.read(bytes(data)))
    except RoundRefused:
        return
    assert {each.value for each in found.identifiers} <= whole


def test_what_must_stay_in_the_house_is_not_printed() -> None:
    found = finish(QUESTION, ITEMS, seed("asker"), ANSWER)
    assert not any(phone(number) in f"{found!r}{ITEMS!r}{QUESTION.round!r}" for number in OURS)


def test_a_round_says_which_version_of_the_normaliser_it_means() -> None:
    assert Round.from_json(a_round().as_json()) == a_round()
    assert json.loads(QUESTION.data)["round"]["normaliser"] == 1
