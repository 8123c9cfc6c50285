"""Suite 2: sealed with ML-KEM-768 and X25519 together, checked by the standard's own values and by a second way."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.cards import read_card
from clew.exchange.hybrid import PUBLIC_BYTES, HybridKey, seal_to
from clew.exchange.keys import fingerprint
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import open_sealed, read_outer, verify_outer
from clew.exchange.signing import payload_before_verifying, sign_compact
from clew.exchange.strict_json import canonical, from_base64url, to_base64url
from clew.exchange.suites import CLASSICAL, HYBRID, HYBRID_CONTEXT, best_of_both, unwrap, wrap
from tests.exchange import hpke
from tests.exchange.partner import NOW, Partner, secret
from tests.exchange.test_sealing import code_of, outer

VIENNA, BEIJING, SOFIA = Partner("Vienna", "AT"), Partner("Beijing", "CN"), Partner("Sofia", "BG")
KEY, OTHER = HybridKey(secret("Beijing", "hybrid")), HybridKey(secret("Sofia", "hybrid"))


def published() -> dict[str, bytes]:
    path = Path(__file__).parent / "vectors" / "hpke-mlkem768-x25519.json"
    values: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {name: bytes.fromhex(value) for name, value in values.items() if name != "source"}


def test_the_values_that_the_standard_prints_come_out() -> None:
    vector = published()
    key = HybridKey(vector["private_key"])
    assert key.public.startswith(vector["public_key_begins"])
    assert key.public.endswith(vector["public_key_ends"])
    assert hpke.decapsulate(vector["private_key"], vector["enc"]) == vector["shared_secret"]
    context = hpke.schedule(vector["shared_secret"], vector["info"], hpke.CHACHA20_POLY1305)
    assert context == (vector["key"], vector["base_nonce"])
    opened = ChaCha20Poly1305(context.key).decrypt(context.base_nonce, vector["ciphertext"], vector["aad"])
    assert opened == vector["plaintext"]


@given(st.binary(max_size=200), st.binary(max_size=40), st.binary(min_size=32, max_size=32))
def test_what_one_implementation_seals_the_other_opens(plain: bytes, info: bytes, seed: bytes) -> None:
    key = HybridKey(seed)
    assert hpke.open_sealed(seed, seal_to(key.public, plain, info), info) == plain
    assert key.open(hpke.seal(key.public, plain, info), info) == plain


def test_a_letter_of_suite_2_opens_to_exactly_the_bytes_that_were_signed() -> None:
    raw = VIENNA.write(BEIJING.uid)
    sent = VIENNA.seal(raw, BEIJING.uid, KEY.public, suite=HYBRID)
    got = read_outer(sent.raw)
    verify_outer(got, transport_key=VIENNA.keys.transport, own_uid=BEIJING.uid, now=NOW)
    assert open_sealed(got, seal_key=KEY, sign_key=VIENNA.keys.sign).raw == raw
    assert (got.suite, got.size_class) == (HYBRID, VIENNA.seal(raw, BEIJING.uid, BEIJING.keys.seal).size_class)


def test_a_vector_of_suite_2_that_was_written_once_is_read_for_ever() -> None:
    path = Path(__file__).parent / "vectors" / "letter-suite-2.json"
    vector: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    assert from_base64url(vector["hybrid_private"]) == secret("Beijing", "hybrid")
    opened = open_sealed(read_outer(vector["envelope"].encode()), seal_key=KEY, sign_key=VIENNA.keys.sign)
    assert opened.raw.decode() == vector["letter"]


def test_another_key_and_another_suite_s_key_open_nothing() -> None:
    envelope = read_outer(VIENNA.seal(VIENNA.write(BEIJING.uid), BEIJING.uid, KEY.public, suite=HYBRID).raw)
    for wrong in (OTHER, BEIJING.seal_key):
        with pytest.raises(Refusal, match="wrong-key"):
            open_sealed(envelope, seal_key=wrong, sign_key=VIENNA.keys.sign)
    classical = read_outer(VIENNA.seal(VIENNA.write(BEIJING.uid), BEIJING.uid, BEIJING.keys.seal).raw)
    with pytest.raises(Refusal, match="wrong-key"):
        open_sealed(classical, seal_key=KEY, sign_key=VIENNA.keys.sign)


def test_a_seal_of_one_suite_under_the_number_of_the_other_is_refused() -> None:
    raw = VIENNA.write(BEIJING.uid)
    hybrid = VIENNA.seal(raw, BEIJING.uid, KEY.public, suite=HYBRID).raw
    classical = VIENNA.seal(raw, BEIJING.uid, BEIJING.keys.seal).raw
    for envelope, suite, key in ((hybrid, CLASSICAL, BEIJING.seal_key), (classical, HYBRID, KEY)):
        with pytest.raises(Refusal, match="wrong-algorithm"):
            open_sealed(read_outer(outer(envelope, suite=suite)), seal_key=key, sign_key=VIENNA.keys.sign)


@pytest.mark.parametrize("parts", [3, 4])
def test_a_seal_of_neither_form_is_refused_at_the_door(parts: int) -> None:
    raw = VIENNA.seal(VIENNA.write(BEIJING.uid), BEIJING.uid, KEY.public, suite=HYBRID).raw
    assert code_of(outer(raw, sealed=".".join(["e30"] * parts))) == "bad-field"


def test_every_bit_of_a_sealed_text_counts() -> None:
    sealed = wrap(b"A short text (fictional)", KEY.public, HYBRID)
    head, _, text = sealed.partition(".")
    raw = from_base64url(text)
    for at in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(Refusal):
            unwrap(f"{head}.{to_base64url(bytes(changed))}", KEY, HYBRID)


@given(st.data())
def test_every_bit_of_its_header_counts(data: st.DataObject) -> None:
    sealed = wrap(b"A short text (fictional)", KEY.public, HYBRID)
    head, _, text = sealed.partition(".")
    raw = bytearray(from_base64url(head))
    at = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[at // 8] ^= 1 << at % 8
    with pytest.raises(Refusal):
        unwrap(f"{to_base64url(bytes(raw))}.{text}", KEY, HYBRID)


def test_the_context_is_part_of_what_is_sealed() -> None:
    sealed = seal_to(KEY.public, b"text", HYBRID_CONTEXT)
    assert KEY.open(sealed, HYBRID_CONTEXT) == b"text"
    with pytest.raises(Refusal, match="not-openable"):
        KEY.open(sealed, b"clew-sealed-3\n")


@pytest.mark.parametrize("cut", [0, 16, 1119, 1120, 1135])
def test_a_text_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(Refusal, match="not-openable"):
        KEY.open(seal_to(KEY.public, b"text", b"")[:cut], b"")


def test_a_key_of_another_length_is_no_key() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        HybridKey(b"short")
    with pytest.raises(ValueError, match="1216"):
        seal_to(KEY.public[:-1], b"text", b"")


@pytest.mark.parametrize(
    ("own", "partner", "taken"),
    [
        ((1,), (1,), 1),
        ((1, 2), (1,), 1),
        ((1,), (1, 2), 1),
        ((1, 2), (1, 2), 2),
        ((1, 2, 9), (1, 2, 9), 2),
        ((), (2,), 1),
    ],
)
def test_a_letter_takes_the_highest_suite_that_both_list(
    own: tuple[int, ...], partner: tuple[int, ...], taken: int
) -> None:
    assert best_of_both(own, partner) == taken


def hybrid_card(**changes: Any) -> bytes:
    return BEIJING.card(**{"keys": replace(BEIJING.keys, hybrid=KEY.public), "suites": (1, 2), **changes})


def test_a_card_carries_the_hybrid_key_and_its_fingerprint_covers_it() -> None:
    card = read_card(hybrid_card(), NOW)
    assert (card.suites, card.keys.hybrid, len(card.keys.hybrid)) == ((1, 2), KEY.public, PUBLIC_BYTES)
    assert card.fingerprint != fingerprint(BEIJING.uid, BEIJING.keys)
    assert card.fingerprint != fingerprint(BEIJING.uid, replace(card.keys, hybrid=OTHER.public))


@pytest.mark.parametrize("suites", [(1,), (2,), (1, 3)])
def test_a_card_whose_suites_and_keys_do_not_fit_is_not_made(suites: tuple[int, ...]) -> None:
    with pytest.raises(Refusal, match="suites"):
        hybrid_card(suites=suites)


@pytest.mark.parametrize("changes", [{"suites": [2]}, {"suites": [1]}, {"hybrid": None}])
def test_a_card_whose_suites_and_keys_do_not_fit_is_not_read_although_signed(changes: dict[str, Any]) -> None:
    content = json.loads(payload_before_verifying(hybrid_card().decode()))
    content = {name: value for name, value in {**content, **changes}.items() if value is not None}
    with pytest.raises(Refusal, match="suites"):
        read_card(sign_compact(canonical(content), "clew-card", BEIJING.sign_key).encode())
