"""A request to a relay is taken as it was signed, to the last bit, for one relay, one method and one time."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.keys import sign_in_context
from clew.exchange.receipts import Stage
from clew.exchange.refusals import Refusal
from clew.exchange.relaying import (
    CONTEXT,
    FRESH,
    MOST_LINES,
    Caller,
    Method,
    RelayAddress,
    Request,
    code_said,
    make_request,
    most_bytes,
    read_acknowledgement,
    read_address,
    read_deposit,
    read_request,
    said,
    verify_request,
    write_address,
)
from clew.exchange.strict_json import canonical, digest
from tests.exchange.partner import NOW, Partner

VIENNA = Partner("Vienna", "AT")
BEIJING = Partner("Beijing", "CN")
RELAY = "ab" * 16
NONCE = "01" * 16
SENT = Partner("Vienna", "AT").send(BEIJING.uid, BEIJING.keys.seal)
RECEIPT = BEIJING.receipt(SENT, Stage.STORED)


def request(method: Method, **changes: Any) -> bytes:
    forms: dict[Method, dict[str, Any]] = {
        Method.DEPOSIT: {"mailbox": BEIJING.uid, "digests": [SENT.digest], "lines": [SENT.raw]},
        Method.ASK: {"mailbox": BEIJING.uid, "digests": [SENT.digest]},
        Method.PULL: {},
        Method.ACKNOWLEDGE: {"digests": [SENT.digest], "lines": [RECEIPT]},
    }
    caller = Caller(VIENNA.uid, RELAY, VIENNA.transport_key)
    return make_request(caller, method, **{"at": NOW, "nonce": NONCE, **forms[method], **changes})


SAMPLES = {method: request(method) for method in Method}


def taken(raw: bytes, method: Method, *, relay: str = RELAY, now: dt.datetime = NOW) -> Request:
    found = read_request(raw, method=method)
    verify_request(found, transport_key=VIENNA.keys.transport, relay=relay, now=now)
    return found


def code_of(raw: bytes, method: Method, **changes: Any) -> str:
    with pytest.raises(Refusal) as refused:
        taken(raw, method, **changes)
    return refused.value.code


@pytest.mark.parametrize("method", list(Method))
def test_what_was_signed_is_read(method: Method) -> None:
    found = taken(SAMPLES[method], method)
    assert (found.method, found.node, found.relay, found.at, found.nonce) == (method, VIENNA.uid, RELAY, NOW, NONCE)
    assert found.mailbox == (VIENNA.uid if method in {Method.PULL, Method.ACKNOWLEDGE} else BEIJING.uid)
    assert SAMPLES[method] == request(method)


@pytest.mark.parametrize("method", list(Method))
def test_every_flipped_bit_of_a_request_is_refused(method: Method) -> None:
    """All bits of the first line and of a receipt; of an envelope, every fiftieth byte's, for its digest is listed."""
    raw = SAMPLES[method]
    head = raw.index(b"\n") + 2 if b"\n" in raw else len(raw)
    step = 1 if method is Method.ACKNOWLEDGE else 50
    places = [*range(head), *range(head, len(raw), step)]
    survived = []
    for at in places:
        for bit in range(8):
            changed = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]
            try:
                taken(changed, method)
            except Refusal:
                continue
            survived.append((at, bit))
    assert survived == []


@given(method=st.sampled_from(list(Method)), data=st.data())
def test_no_change_of_a_request_is_taken(method: Method, data: st.DataObject) -> None:
    raw = SAMPLES[method]
    at = data.draw(st.integers(0, len(raw) - 1))
    put_in = data.draw(st.binary(max_size=4).filter(lambda new: new != raw[at : at + 1]))
    with pytest.raises(Refusal):
        taken(raw[:at] + put_in + raw[at + 1 :], method)


@given(st.binary(max_size=3000), st.sampled_from(list(Method)))
def test_no_bytes_make_the_reader_of_requests_fail_otherwise_than_by_refusing(raw: bytes, method: Method) -> None:
    with pytest.raises(Refusal):
        read_request(raw, method=method)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(json.loads(SAMPLES[Method.PULL]))), json_values), st.binary(max_size=50))
def test_no_fields_make_the_reader_fail_otherwise_than_by_refusing(changes: dict[str, Any], rest: bytes) -> None:
    content = {**json.loads(SAMPLES[Method.PULL]), **changes}
    raw = canonical(content) + (b"\n" + rest if rest else b"")
    try:
        assert read_request(raw, method=Method.PULL).method is Method.PULL
    except Refusal:
        return


@given(st.binary(max_size=2000))
def test_no_bytes_make_the_other_readers_fail_otherwise_than_by_refusing(raw: bytes) -> None:
    for read in (read_deposit, read_address, lambda line: read_acknowledgement(line or b"?", of=SENT.digest)):
        with pytest.raises(Refusal):
            read(raw)
    assert isinstance(code_said(raw), str)


def test_a_request_is_good_for_one_relay_one_method_and_one_time() -> None:
    raw = SAMPLES[Method.PULL]
    assert code_of(raw, Method.PULL, relay="cd" * 16) == "wrong-recipient"
    assert code_of(raw, Method.ASK) == "bad-field"
    for late in (FRESH + dt.timedelta(seconds=1), -FRESH - dt.timedelta(seconds=1)):
        assert code_of(raw, Method.PULL, now=NOW + late) == "stale"
    assert taken(raw, Method.PULL, now=NOW + FRESH)


def test_another_nodes_signature_is_none() -> None:
    caller = Caller(VIENNA.uid, RELAY, BEIJING.transport_key)
    assert code_of(make_request(caller, Method.PULL, at=NOW, nonce=NONCE), Method.PULL) == "bad-signature"


def resigned(method: Method, lines: list[bytes], **changes: Any) -> bytes:
    """A request that Vienna signs although it should not."""
    content = {**json.loads(SAMPLES[method].split(b"\n")[0]), "lines": digest(b"\n".join(lines)), **changes}
    del content["signature"]
    signature = sign_in_context(VIENNA.transport_key, CONTEXT, canonical(content))
    return b"\n".join([canonical({**content, "signature": signature}), *lines])


@pytest.mark.parametrize(
    ("raw", "method", "code"),
    [
        (resigned(Method.DEPOSIT, []), Method.DEPOSIT, "not-as-listed"),
        (resigned(Method.DEPOSIT, [SENT.raw, SENT.raw]), Method.DEPOSIT, "not-as-listed"),
        (resigned(Method.DEPOSIT, [RECEIPT]), Method.DEPOSIT, "not-as-listed"),
        (resigned(Method.ASK, [], digests=[]), Method.ASK, "bad-field"),
        (resigned(Method.ASK, [], digests=[SENT.digest] * 2), Method.ASK, "not-as-listed"),
        (resigned(Method.ASK, [], digests=[f"{n:064x}" for n in range(MOST_LINES + 1)]), Method.ASK, "too-many"),
        (resigned(Method.ASK, [b"x"]), Method.ASK, "not-as-listed"),
        (resigned(Method.PULL, [], digests=[SENT.digest]), Method.PULL, "bad-field"),
        (resigned(Method.PULL, [], mailbox=BEIJING.uid), Method.PULL, "wrong-recipient"),
        (resigned(Method.ACKNOWLEDGE, [b""], mailbox=BEIJING.uid), Method.ACKNOWLEDGE, "wrong-recipient"),
        (resigned(Method.PULL, [], more="x"), Method.PULL, "unknown-field"),
        (resigned(Method.PULL, [], nonce="1"), Method.PULL, "bad-field"),
        (resigned(Method.PULL, [], clew=2), Method.PULL, "unknown-version"),
    ],
)
def test_each_method_has_one_form(raw: bytes, method: Method, code: str) -> None:
    assert code_of(raw, method) == code


@pytest.mark.parametrize("method", list(Method))
def test_what_is_too_large_is_not_read(method: Method) -> None:
    assert code_of(b"{" * (most_bytes(method) + 1), method) == "too-large"


def test_an_envelope_is_kept_only_as_long_as_its_size_class_says() -> None:
    assert read_deposit(SENT.raw) == SENT
    outside = json.loads(SENT.raw)
    head, key, iv, sealed, tag = outside["sealed"].split(".")
    for other in (sealed[:-1], sealed + "A"):
        with pytest.raises(Refusal) as refused:
            read_deposit(canonical({**outside, "sealed": f"{head}.{key}.{iv}.{other}.{tag}"}))
        assert refused.value.code == "bad-padding"


def test_with_an_acknowledgement_goes_a_stored_receipt_or_nothing_and_no_word_of_a_human() -> None:
    read_acknowledgement(RECEIPT, of=SENT.digest)
    read_acknowledgement(b"", of=SENT.digest)
    declined = BEIJING.receipt(SENT, Stage.ACCEPTED, code="declined", reason="Ask Anna (fictional).")
    named = BEIJING.receipt(SENT, Stage.STORED, letter="1" * 32)
    for line, of, code in (
        (RECEIPT, "0" * 64, "not-for-this-letter"),
        (BEIJING.receipt(SENT, Stage.OPENED), SENT.digest, "bad-field"),
        (declined, SENT.digest, "bad-field"),
        (named, SENT.digest, "bad-field"),
        (SENT.raw, SENT.digest, "too-large"),
        (b"{}", SENT.digest, "bad-signature"),
    ):
        with pytest.raises(Refusal) as refused:
            read_acknowledgement(line, of=of)
        assert refused.value.code == code, line[:60]


def test_what_a_relay_says_is_a_code_and_nothing_else() -> None:
    assert code_said(said("held")) == "held"
    assert [code_said(line) for line in (RECEIPT, b"", b'{"code":"held","more":1}', b"[]")] == [""] * 4


def test_an_address_is_read_as_it_was_written_and_has_a_fingerprint() -> None:
    address = RelayAddress(RELAY, "https://relay.example:8410", "-----BEGIN CERTIFICATE-----\n")
    assert read_address(write_address(address) + b"\n") == address
    assert len(address.fingerprint.split()) == 12
    other = RelayAddress(RELAY, "https://relay.example:8411", address.certificate)
    assert other.fingerprint != address.fingerprint
    assert read_address(write_address(RelayAddress(RELAY, "http://127.0.0.1:1"))).certificate == ""
    with pytest.raises(Refusal):
        write_address(RelayAddress(RELAY, "ftp://relay.example"))
