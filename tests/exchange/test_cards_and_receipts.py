"""Cards and receipts hold only as they were signed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.cards import CardPost, make_card, read_card
from clew.exchange.receipts import Stage, refuse_unless_about
from clew.exchange.refusals import Refusal
from clew.exchange.signing import payload_before_verifying, sign_compact
from clew.exchange.strict_json import canonical
from tests.exchange.partner import NOW, Partner

VIENNA, BEIJING = Partner("Vienna", "AT"), Partner("Beijing")


def test_a_card_reads_back_as_it_was_made() -> None:
    post = CardPost("c" * 32, "Liaison officer (fictional)", "embassy_liaison", "CN")
    raw = VIENNA.card(posts=(post,), contacts=({"kind": "duty_phone", "value": "+43 1 0000 (fictional)"},))
    card = read_card(raw, NOW)
    assert (card.uid, card.keys, card.posts) == (VIENNA.uid, VIENNA.keys, (post,))
    assert make_card(card, VIENNA.sign_key) == raw == card.raw


def test_a_fingerprint_is_sixty_digits_and_changes_with_every_key() -> None:
    card = read_card(VIENNA.card())
    assert [len(group) for group in card.fingerprint.split()] == [5] * 12
    for name in ("sign", "seal", "transport"):
        other = replace(card, keys=replace(card.keys, **{name: b"x" * 32}))
        assert other.fingerprint != card.fingerprint
    assert replace(card, uid="f" * 32).fingerprint != card.fingerprint


def test_every_flipped_bit_of_a_card_is_refused() -> None:
    raw = VIENNA.card()
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1
        with pytest.raises(Refusal):
            read_card(bytes(changed))


@pytest.mark.parametrize("days", [-10, 800])
def test_a_card_counts_only_while_it_is_valid(days: int) -> None:
    with pytest.raises(Refusal, match="not-valid-now"):
        read_card(VIENNA.card(), NOW + dt.timedelta(days=days))


def test_a_card_that_another_key_signed_is_refused() -> None:
    with pytest.raises(ValueError, match="signed with the sign key"):
        make_card(read_card(VIENNA.card()), BEIJING.sign_key)
    stolen = sign_compact(_payload(VIENNA.card()), "clew-card", BEIJING.sign_key).encode()
    with pytest.raises(Refusal, match="wrong-key"):
        read_card(stolen)


def test_a_card_with_new_keys_is_signed_by_the_key_before_and_by_its_own() -> None:
    renewed = Partner("Vienna anew", "AT")
    card = replace(read_card(VIENNA.card()), keys=renewed.keys)
    raw = make_card(card, renewed.sign_key, previous=VIENNA.sign_key)
    read = read_card(raw, NOW)
    assert read.is_signed_by(VIENNA.keys.sign)
    assert read.is_signed_by(renewed.keys.sign)
    assert not read.is_signed_by(BEIJING.keys.sign)
    assert make_card(read, renewed.sign_key) == raw
    assert not read_card(renewed.card()).is_signed_by(VIENNA.keys.sign)


def test_nobody_moves_the_signature_of_the_card_before_onto_other_keys() -> None:
    renewed, thief = Partner("Vienna anew", "AT"), Partner("Thief", "AT")
    card = replace(read_card(VIENNA.card()), keys=renewed.keys)
    stolen = read_card(make_card(card, renewed.sign_key, previous=VIENNA.sign_key)).renews
    with pytest.raises(Refusal, match="bad-signature"):
        read_card(make_card(replace(card, keys=thief.keys, renews=stolen), thief.sign_key))
    for change in ({"inbound_url": "http://127.0.0.1:6"}, {"name": "Other (fictional)"}, {"uid": "f" * 32}):
        with pytest.raises(Refusal, match="bad-signature"):
            read_card(make_card(replace(card, renews=stolen, **change), renewed.sign_key))


def test_every_flipped_bit_of_a_renewed_card_is_refused() -> None:
    renewed = Partner("Vienna anew", "AT")
    card = replace(read_card(VIENNA.card()), keys=renewed.keys)
    raw = make_card(card, renewed.sign_key, previous=VIENNA.sign_key)
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1
        with pytest.raises(Refusal):
            read_card(bytes(changed))


def _payload(raw: bytes) -> bytes:
    return payload_before_verifying(raw.decode())


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("unknown", "x", "unknown-field"),
        ("uid", None, "missing-field"),
        ("country", "austria", "bad-field"),
        ("inbound_url", "javascript:alert(1)", "bad-field"),
        ("inbound_url", "http://user:secret@host", "bad-field"),
        ("valid_until", "2020-01-01T00:00:00Z", "bad-field"),
        ("seal", "AAAA", "bad-field"),
        ("clew", 2, "bad-field"),
    ],
)
def test_a_card_that_says_something_odd_is_refused_although_signed(field: str, value: object, code: str) -> None:
    content = json.loads(_payload(VIENNA.card()))
    content[field] = value
    if value is None:
        del content[field]
    with pytest.raises(Refusal) as refused:
        read_card(sign_compact(canonical(content), "clew-card", VIENNA.sign_key).encode())
    assert refused.value.code == code


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_of_cards_fail_otherwise_than_by_refusing(raw: bytes) -> None:
    with pytest.raises(Refusal):
        read_card(raw)


def test_a_receipt_holds_for_exactly_the_bytes_it_names() -> None:
    envelope = VIENNA.send(BEIJING.uid, BEIJING.keys.seal)
    raw = BEIJING.receipt(envelope, Stage.STORED)
    receipt = VIENNA.read_receipt(raw, BEIJING.uid, BEIJING.keys)
    assert receipt.positive
    refuse_unless_about(receipt, envelope=envelope.id, digest=envelope.digest)
    with pytest.raises(Refusal, match="not-for-this-letter"):
        refuse_unless_about(receipt, envelope=envelope.id, digest="0" * 64)


def test_a_negative_receipt_has_its_code_and_sentence() -> None:
    envelope = VIENNA.send(BEIJING.uid, BEIJING.keys.seal)
    receipt = VIENNA.read_receipt(BEIJING.receipt(envelope, Stage.OPENED, code="fork"), BEIJING.uid, BEIJING.keys)
    assert (receipt.positive, receipt.code) == (False, "fork")
    assert receipt.sentence.startswith("Another letter")


def test_the_same_facts_give_the_same_receipt() -> None:
    envelope = VIENNA.send(BEIJING.uid, BEIJING.keys.seal)
    assert BEIJING.receipt(envelope, Stage.STORED) == BEIJING.receipt(envelope, Stage.STORED)


def test_every_flipped_bit_of_a_receipt_is_refused() -> None:
    raw = BEIJING.receipt(VIENNA.send(BEIJING.uid, BEIJING.keys.seal), Stage.STORED)
    for at in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(Refusal):
            VIENNA.read_receipt(bytes(changed), BEIJING.uid, BEIJING.keys)


def test_a_receipt_of_one_stage_or_party_does_not_pass_for_another() -> None:
    envelope = VIENNA.send(BEIJING.uid, BEIJING.keys.seal)
    raw = BEIJING.receipt(envelope, Stage.STORED)
    for changes in ({"stage": "accepted"}, {"issuer": VIENNA.uid}, {"addressee": BEIJING.uid}, {"code": "fork"}):
        with pytest.raises(Refusal):
            VIENNA.read_receipt(canonical({**json.loads(raw), **changes}), BEIJING.uid, BEIJING.keys)
    with pytest.raises(Refusal, match="wrong-recipient"):
        BEIJING.read_receipt(raw, BEIJING.uid, BEIJING.keys)
