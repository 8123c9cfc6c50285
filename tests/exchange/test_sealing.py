"""A letter opens only for its recipient, unchanged, from the one who signed it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe, jws

from clew.exchange import sealing, suites
from clew.exchange.keys import key_id, public_jwk, sign_in_context, signing_jwk
from clew.exchange.letters import read_letter
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import Envelope, open_sealed, read_outer, size_class, verify_letter, verify_outer
from clew.exchange.signing import sign_compact
from clew.exchange.strict_json import canonical, to_base64url
from tests.exchange.partner import NOW, Partner, body

VIENNA = Partner("Vienna", "AT")
BEIJING = Partner("Beijing", "CN")
SOFIA = Partner("Sofia", "BG")


def envelope() -> Envelope:
    return Partner("Vienna", "AT").send(BEIJING.uid, BEIJING.keys.seal)


def code_of(raw: bytes, reader: Partner = BEIJING) -> str:
    with pytest.raises(Refusal) as refused:
        reader.open(raw, VIENNA.keys)
    assert refused.value.sentence.endswith(".")
    return refused.value.code


def outer(raw: bytes, **changes: Any) -> bytes:
    """The envelope with other fields, signed anew by Vienna's transport key, as a misbehaving sender could."""
    content = json.loads(raw)
    content.pop("signature")
    content.update(changes)
    signature = sign_in_context(VIENNA.transport_key, sealing.ENVELOPE_CONTEXT, canonical(content))
    return canonical({**content, "signature": signature})


def sealed_by_hand(token: str, header: dict[str, Any], padded: int | None = None) -> bytes:
    """An envelope whose seal has another header than `seal` would make."""
    size = padded or size_class(len(token))
    accepted = suites._Registry(algorithms=["ECDH-ES+A256KW", "ECDH-ES", "A256GCM", "A128GCM", "DEF"])
    sealed = jwe.encrypt_compact(header, token.ljust(size), public_jwk("X25519", BEIJING.keys.seal), registry=accepted)
    return outer(envelope().raw, sealed=sealed, size_class=size)


def seal_header(**changes: Any) -> dict[str, Any]:
    return {**suites.SEALED_HEADER, "kid": key_id(BEIJING.keys.seal), "typ": suites.SEALED_KIND, **changes}


def test_a_sealed_letter_opens_to_exactly_the_bytes_that_were_signed() -> None:
    raw = Partner("Vienna", "AT").write(BEIJING.uid)
    sent = VIENNA.seal(raw, BEIJING.uid, BEIJING.keys.seal)
    got = read_outer(sent.raw)
    verify_outer(got, transport_key=VIENNA.keys.transport, own_uid=BEIJING.uid, now=NOW)
    opened = open_sealed(got, seal_key=BEIJING.seal_key, sign_key=VIENNA.keys.sign)
    assert verify_letter(opened.token, VIENNA.keys.sign) == opened.raw == raw


def test_the_outside_says_nothing_but_the_route() -> None:
    content = json.loads(envelope().raw)
    assert set(content) == {
        "clew", "suite", "id", "from", "to", "size_class", "expires", "hop", "sealed", "signature",
    }  # fmt: skip
    assert b"Goldener" not in envelope().raw


@pytest.mark.parametrize("bit", range(8))
def test_every_flipped_bit_of_an_envelope_is_refused(bit: int) -> None:
    raw = envelope().raw
    for at in range(bit, len(raw), 8):
        changed = bytearray(raw)
        changed[at] ^= 1 << bit
        code_of(bytes(changed))


def test_letters_of_similar_length_have_envelopes_of_equal_length() -> None:
    lengths = {
        len(Partner("Vienna").send(BEIJING.uid, BEIJING.keys.seal, body(facts="x" * length)).raw)
        for length in (10, 200, 900)
    }
    assert len(lengths) == 1


def test_a_letter_of_codes_alone_is_as_large_outside_as_a_short_letter_with_content() -> None:
    assert {size_class(length) for length in (1, 700, 1024, 1025, 4096)} == {4096}


def test_a_letter_padded_to_the_smaller_class_of_older_nodes_still_opens_and_no_larger_one_does() -> None:
    def padded_to(length: int, padded: int) -> bool:
        return sealing._is_padded(length, padded)

    assert [padded_to(1024, 1024), padded_to(700, 4096)] == [True, True]
    assert [padded_to(1025, 1024), padded_to(700, 16384)] == [False, False]


@given(st.integers(min_value=1, max_value=sealing.MAX_PADDED))
def test_a_size_class_holds_its_content_and_is_one_of_those_in_the_schema(length: int) -> None:
    one = size_class(length)
    assert length <= one
    assert one in {4096, 16384, 65536, 262144} or one % sealing.MIB == 0


def test_a_letter_larger_than_the_largest_class_is_refused_before_sealing() -> None:
    with pytest.raises(Refusal, match="too-large"):
        size_class(sealing.MAX_PADDED + 1)


def test_an_envelope_larger_than_the_limit_is_refused_unread() -> None:
    with pytest.raises(Refusal, match="too-large"):
        read_outer(b"{" * (sealing.MAX_ENVELOPE + 1))


def test_another_recipient_can_neither_take_nor_open_it() -> None:
    assert code_of(envelope().raw, SOFIA) == "wrong-recipient"
    with pytest.raises(Refusal, match="wrong-key"):
        open_sealed(envelope(), seal_key=SOFIA.seal_key, sign_key=VIENNA.keys.sign)


def test_a_recipient_cannot_seal_a_letter_anew_for_a_third_party() -> None:
    token = sign_compact(VIENNA.write(BEIJING.uid), sealing.LETTER_KIND, VIENNA.sign_key)
    stolen, allowed = BEIJING.seal(b"x", SOFIA.uid, SOFIA.keys.seal), suites._REGISTRY
    resealed = jwe.encrypt_compact(
        {**seal_header(), "kid": key_id(SOFIA.keys.seal)},
        token.ljust(size_class(len(token))),
        public_jwk("X25519", SOFIA.keys.seal),
        registry=allowed,
    )
    raw = outer(stolen.raw, sealed=resealed, size_class=size_class(len(token)), **{"from": VIENNA.uid})
    assert code_of(raw, SOFIA) == "wrong-recipient"


def test_a_letter_signed_by_one_and_sent_by_another_is_refused() -> None:
    raw = SOFIA.write(BEIJING.uid)
    mixed = VIENNA.seal(raw, BEIJING.uid, BEIJING.keys.seal)
    assert code_of(mixed.raw) == "wrong-sender"


def test_an_unknown_suite_is_refused_by_its_number() -> None:
    assert code_of(outer(envelope().raw, suite=3)) == "unknown-suite"
    assert code_of(outer(envelope().raw, suite=[1])) == "unknown-suite"
    assert code_of(outer(envelope().raw, clew=2)) == "unknown-version"


def test_a_stripped_outer_signature_is_refused() -> None:
    content = json.loads(envelope().raw)
    del content["signature"]
    assert code_of(canonical(content)) == "bad-signature"
    assert code_of(canonical({**content, "signature": ""})) == "bad-signature"


def test_an_unknown_field_outside_is_refused_even_when_signed() -> None:
    assert code_of(outer(envelope().raw, note="x")) == "unknown-field"


def test_a_letter_that_is_not_signed_inside_is_refused() -> None:
    raw = Partner("Vienna").write(BEIJING.uid)
    good = sign_compact(raw, sealing.LETTER_KIND, VIENNA.sign_key)
    head, payload, _signature = good.split(".")
    assert code_of(sealed_by_hand(f"{head}.{payload}.", seal_header())) == "bad-signature"
    assert code_of(sealed_by_hand(f"{head}.{payload}", seal_header())) == "bad-signature"


def test_a_header_cannot_choose_the_algorithm_none_or_a_key_of_its_own() -> None:
    raw = Partner("Vienna").write(BEIJING.uid)
    _head, payload, signature = sign_compact(raw, sealing.LETTER_KIND, VIENNA.sign_key).split(".")
    for header, code in [
        ({"alg": "none", "typ": sealing.LETTER_KIND}, "wrong-algorithm"),
        ({"alg": "HS256", "kid": key_id(VIENNA.keys.sign), "typ": sealing.LETTER_KIND}, "wrong-algorithm"),
        ({"alg": "Ed25519", "kid": key_id(VIENNA.keys.sign), "typ": sealing.LETTER_KIND, "jwk": {}}, "bad-field"),
        ({"alg": "Ed25519", "kid": key_id(SOFIA.keys.sign), "typ": sealing.LETTER_KIND}, "wrong-key"),
    ]:
        token = f"{to_base64url(canonical(header))}.{payload}.{signature}"
        assert code_of(sealed_by_hand(token, seal_header())) == code


def test_a_card_does_not_pass_as_a_letter() -> None:
    token = sign_compact(Partner("Vienna").write(BEIJING.uid), "clew-card", VIENNA.sign_key)
    assert code_of(sealed_by_hand(token, seal_header())) == "bad-field"


def test_a_compressed_seal_is_refused_before_it_is_opened() -> None:
    token = sign_compact(Partner("Vienna").write(BEIJING.uid), sealing.LETTER_KIND, VIENNA.sign_key)
    assert code_of(sealed_by_hand(token, seal_header(zip="DEF"))) == "compressed"


def test_another_sealing_algorithm_is_refused() -> None:
    token = sign_compact(Partner("Vienna").write(BEIJING.uid), sealing.LETTER_KIND, VIENNA.sign_key)
    assert code_of(sealed_by_hand(token, seal_header(enc="A128GCM"))) == "wrong-algorithm"
    assert code_of(sealed_by_hand(token, seal_header(alg="ECDH-ES"))) == "bad-field"


def test_a_content_that_does_not_fill_its_class_is_refused() -> None:
    token = sign_compact(Partner("Vienna").write(BEIJING.uid), sealing.LETTER_KIND, VIENNA.sign_key)
    assert code_of(sealed_by_hand(token, seal_header(), padded=65536)) == "bad-padding"


def test_a_sealed_part_that_was_cut_off_is_refused() -> None:
    sealed = json.loads(envelope().raw)["sealed"].split(".")
    sealed[3] = sealed[3][:-8]
    assert code_of(outer(envelope().raw, sealed=".".join(sealed))) == "not-openable"


@pytest.mark.parametrize(
    ("moved", "code"),
    [(dt.timedelta(days=-40), "expired"), (dt.timedelta(days=40), "expires-too-late")],
)
def test_an_envelope_is_taken_only_within_its_lifetime(moved: dt.timedelta, code: str) -> None:
    late = VIENNA.seal(VIENNA.write(BEIJING.uid), BEIJING.uid, BEIJING.keys.seal, now=NOW + moved)
    assert code_of(late.raw) == code


def test_a_clock_that_is_wrong_by_a_day_stops_no_letter() -> None:
    for days in (-1, 1):
        sent = Partner("Vienna").send(BEIJING.uid, BEIJING.keys.seal)
        got = read_outer(sent.raw)
        verify_outer(got, transport_key=VIENNA.keys.transport, own_uid=BEIJING.uid, now=NOW + dt.timedelta(days=days))


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_of_envelopes_fail_otherwise_than_by_refusing(raw: bytes) -> None:
    with pytest.raises(Refusal):
        read_outer(raw)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=20,
    ),
    st.sampled_from(["clew", "suite", "id", "from", "to", "size_class", "expires", "hop", "sealed"]),
)
def test_no_value_in_a_field_makes_the_reader_fail_otherwise_than_by_refusing(value: Any, name: str) -> None:
    content = json.loads(envelope().raw)
    content[name] = value
    raw = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(errors="replace")
    with pytest.raises(Refusal):
        BEIJING.open(raw, VIENNA.keys)


@given(st.text(alphabet='abcXYZ019-_.{}" :,', max_size=200))
def test_no_signed_content_makes_the_reader_of_letters_fail_otherwise_than_by_refusing(text: str) -> None:
    with pytest.raises(Refusal):
        read_letter(text.encode(), sender=VIENNA.uid, recipient=BEIJING.uid, now=NOW)


def test_the_jose_library_itself_takes_what_this_package_made() -> None:
    raw = Partner("Vienna").write(BEIJING.uid)
    token = sign_compact(raw, sealing.LETTER_KIND, VIENNA.sign_key)
    assert jws.deserialize_compact(token, signing_jwk(VIENNA.sign_key), algorithms=["Ed25519"]).payload == raw
