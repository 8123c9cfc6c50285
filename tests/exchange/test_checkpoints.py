"""What partners show and cosign of their logs: strict, signed, and nothing that was rewritten passes."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.checkpoints import (
    Answer,
    Offer,
    Verdict,
    answer_package,
    check_cosignature,
    cosign,
    judge,
    note_digest,
    offer_package,
    origin_of,
    read_answer,
    read_note,
    read_offer,
)
from clew.exchange.merkle import consistency_proof, leaf_hash, root
from clew.exchange.notes import NoteContent, signed_note
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import canonical, read_canonical
from tests.exchange.partner import NOW, Partner

VIENNA, BEIJING = Partner("Vienna", "AT"), Partner("Beijing", "CN")
KEYS = (VIENNA.keys.transport,)
LEAVES = [leaf_hash(str(number).encode()) for number in range(40)]


def note(leaves: Sequence[bytes], partner: Partner = VIENNA, owner: str = "") -> str:
    content = NoteContent(origin_of(owner or partner.uid), len(leaves), root(leaves))
    return signed_note(content, partner.transport_key)


def body(leaves: Sequence[bytes], since: int) -> bytes:
    proof = consistency_proof(leaves, since) if 0 < since < len(leaves) else []
    return offer_package(note(leaves), since, proof)


def read(raw: bytes) -> Offer:
    return read_offer(read_canonical(raw, max_bytes=16_384), owner=VIENNA.uid, keys=KEYS)


def held(leaves: Sequence[bytes]) -> NoteContent:
    return NoteContent(origin_of(VIENNA.uid), len(leaves), root(leaves))


def cosigned(shown: str) -> Answer:
    return Answer(note_digest(shown), cosign(shown, cosigner=BEIJING.uid, key=BEIJING.transport_key, at=NOW))


def check(answer: Answer, shown: str, now: dt.datetime = NOW) -> dt.datetime:
    return check_cosignature(answer, shown, cosigner=BEIJING.uid, keys=(BEIJING.keys.transport,), now=now)[0]


def flipped(raw: bytes, bit: int) -> bytes:
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def is_taken(raw: bytes) -> bool:
    """Whether a node that keeps the checkpoint of 20 entries would cosign this."""
    try:
        return judge(read(raw), held(LEAVES[:20])).accepted
    except Refusal:
        return False


def answer_is_taken(raw: bytes, shown: str) -> bool:
    try:
        answer = read_answer(read_canonical(raw, max_bytes=4096))
        return bool(answer.cosignature) and bool(check(answer, shown))
    except Refusal:
        return False


@given(st.integers(1, 40), st.integers(1, 40))
def test_a_log_that_only_grew_is_taken_and_one_that_shrank_is_smaller(before: int, after: int) -> None:
    found = judge(read(body(LEAVES[:after], before)), held(LEAVES[:before]))
    assert found is (Verdict.EXTENDS if after >= before else Verdict.SMALLER)


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_log_of_which_an_entry_was_edited_is_never_taken(before: int, after: int, data: st.DataObject) -> None:
    edited = list(LEAVES[:after])
    edited[data.draw(st.integers(0, min(before, after) - 1))] = leaf_hash(b"edited")
    found = judge(read(body(edited, before)), held(LEAVES[:before]))
    wanted = {True: Verdict.DOES_NOT_EXTEND, False: Verdict.SMALLER}[after > before]
    assert found is (Verdict.OTHER_ROOT if after == before else wanted)
    assert found.contradicts
    assert not found.accepted


def test_the_first_checkpoint_is_taken_on_trust() -> None:
    assert judge(read(body(LEAVES, 0)), None) is Verdict.FIRST
    assert judge(read(body(LEAVES, 7)), None) is Verdict.FIRST


def test_a_proof_from_another_size_shows_nothing_either_way() -> None:
    found = judge(read(body(LEAVES, 10)), held(LEAVES[:20]))
    assert found is Verdict.OTHER_START
    assert not found.accepted
    assert not found.contradicts


def test_a_checkpoint_of_another_log_or_by_another_key_is_refused() -> None:
    for shown, code in (
        (note(LEAVES, BEIJING), "bad-signature"),
        (note(LEAVES, VIENNA, owner=BEIJING.uid), "wrong-sender"),
        (note([]), "bad-field"),
        (signed_note(NoteContent(origin_of(VIENNA.uid), 5, b"short"), VIENNA.transport_key), "bad-field"),
        (signed_note(NoteContent(origin_of(VIENNA.uid), 2**60, root(LEAVES)), VIENNA.transport_key), "bad-field"),
        (note(LEAVES) + "— another AAAA\n", "not-canonical"),
        (note(LEAVES) + "\x00", "not-canonical"),
        ("", "bad-signature"),
    ):
        with pytest.raises(Refusal) as refused:
            read_note(shown, owner=VIENNA.uid, keys=KEYS)
        assert refused.value.code == code


def test_a_key_before_the_present_one_still_signs_what_it_signed() -> None:
    content, key = read_note(note(LEAVES), owner=VIENNA.uid, keys=(BEIJING.keys.transport, *KEYS))
    assert (content.size, key) == (40, VIENNA.keys.transport)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"more": 1}, "unknown-field"),
        ({"since": -1}, "bad-field"),
        ({"since": "1"}, "bad-field"),
        ({"proof": ["00"]}, "bad-field"),
        ({"proof": ["0" * 64] * 65}, "too-many"),
        ({"note": "x" * 1001}, "bad-field"),
        ({"type": "receipt"}, "bad-field"),
    ],
)
def test_a_message_of_another_shape_is_refused(change: dict[str, object], code: str) -> None:
    content = {**json.loads(body(LEAVES, 20)), **change}
    with pytest.raises(Refusal) as refused:
        read(canonical(content))
    assert refused.value.code == code


def test_every_single_bit_of_a_note_counts() -> None:
    raw = note(LEAVES).encode()
    for bit in range(len(raw) * 8):
        with pytest.raises(Refusal):
            read_note(flipped(raw, bit).decode(errors="surrogateescape"), owner=VIENNA.uid, keys=KEYS)


def test_every_single_bit_of_a_checkpoint_message_counts() -> None:
    raw = body(LEAVES, 20)
    assert is_taken(raw)
    assert [bit for bit in range(len(raw) * 8) if is_taken(flipped(raw, bit))] == []


def test_every_single_bit_of_an_answer_counts() -> None:
    shown = note(LEAVES)
    raw = answer_package(cosigned(shown))
    assert answer_is_taken(raw, shown)
    assert [bit for bit in range(len(raw) * 8) if answer_is_taken(flipped(raw, bit), shown)] == []


@given(st.integers(21, 40), st.data())
def test_a_random_bit_of_any_message_counts(size: int, data: st.DataObject) -> None:
    raw = body(LEAVES[:size], 20)
    assert not is_taken(flipped(raw, data.draw(st.integers(0, len(raw) * 8 - 1))))
    shown = note(LEAVES[:size])
    answer = answer_package(cosigned(shown))
    assert not answer_is_taken(flipped(answer, data.draw(st.integers(0, len(answer) * 8 - 1))), shown)


@given(st.binary(max_size=300))
def test_bytes_that_are_no_message_are_refused_and_break_nothing(raw: bytes) -> None:
    assert not is_taken(raw)
    assert not answer_is_taken(raw, note(LEAVES))


@given(st.text(max_size=200))
def test_text_that_is_no_note_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(Refusal):
        read_note(text.encode(errors="ignore").decode(), owner=VIENNA.uid, keys=KEYS)


def test_a_cosignature_is_of_exactly_one_note_by_one_partner() -> None:
    shown = note(LEAVES)
    answer = cosigned(shown)
    assert check(read_answer(json.loads(answer_package(answer))), shown) == NOW
    other = note(LEAVES[:30])
    for wrong, about, code in (
        (answer, other, "not-for-this-letter"),
        (replace(answer, checkpoint=note_digest(other)), other, "bad-signature"),
    ):
        with pytest.raises(Refusal) as refused:
            check(wrong, about)
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        check_cosignature(answer, shown, cosigner=BEIJING.uid, keys=KEYS, now=NOW)
    assert refused.value.code == "bad-signature"


def test_a_cosignature_from_the_future_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        check(cosigned(note(LEAVES)), note(LEAVES), NOW - dt.timedelta(days=2))
    assert refused.value.code == "from-the-future"


def test_the_cosignature_is_that_of_the_specification() -> None:
    shown = note(LEAVES)
    line = cosign(shown, cosigner=BEIJING.uid, key=BEIJING.transport_key, at=NOW)
    name, encoded = line.removeprefix("— ").split(" ")
    raw = base64.b64decode(encoded)
    public = BEIJING.keys.transport
    assert name == f"clew/{BEIJING.uid}"
    assert raw[:4] == sha256(name.encode() + b"\n\x04" + public).digest()[:4]
    assert int.from_bytes(raw[4:12]) == int(NOW.timestamp())
    signed = f"cosignature/v1\ntime {int(NOW.timestamp())}\n".encode() + shown.partition("\n\n")[0].encode() + b"\n"
    BEIJING.transport_key.public_key().verify(raw[12:], signed)


def test_a_refusal_says_its_code_and_what_is_kept() -> None:
    kept = note(LEAVES[:20])
    refusal = Answer(note_digest(note(LEAVES)), verdict=Verdict.SMALLER, held=kept)
    assert read_answer(json.loads(answer_package(refusal))) == refusal


@pytest.mark.parametrize(
    "content",
    [
        {"type": "cosignature", "checkpoint": "0" * 64},
        {"type": "cosignature", "checkpoint": "0" * 64, "code": "smaller"},
        {"type": "cosignature", "checkpoint": "0" * 64, "code": "extends", "held": ""},
        {"type": "cosignature", "checkpoint": "0" * 64, "code": "smaller", "held": "", "cosignature": "x"},
        {"type": "cosignature", "checkpoint": "0" * 63, "cosignature": "x"},
    ],
)
def test_an_answer_that_says_neither_or_both_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        read_answer(content)
