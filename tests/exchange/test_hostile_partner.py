"""A partner with good keys and bad intent: whatever it signs, each reader refuses it or takes it, in bounded memory."""

from __future__ import annotations

import contextlib
import copy
import json
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.exchange.cards import KIND, read_card
from clew.exchange.keys import sign_in_context
from clew.exchange.kinds.events import event_of
from clew.exchange.kinds.records import record_of
from clew.exchange.kinds.table import KINDS
from clew.exchange.letters import read_letter, read_order
from clew.exchange.receipts import CONTEXT, read_receipt
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import ENVELOPE_CONTEXT, MIB, open_sealed, read_outer, sealed_to_key, verify_outer
from clew.exchange.signing import payload_before_verifying, sign_compact
from clew.exchange.strict_json import canonical, read_strict
from clew.exchange.threads import fold
from tests.exchange.partner import NOW, Partner
from tests.exchange.samples import SAMPLES
from tests.exchange.vectors import make

VIENNA, BEIJING = Partner("Vienna", "AT"), Partner("Beijing")
VECTORS = [make.kept(sample.name) for sample in SAMPLES if sample.sender == "vienna"]
LETTERS = [json.loads(vector["letter"]) for vector in VECTORS]
ENVELOPES = [json.loads(vector["envelope"]) for vector in VECTORS]
RECEIPTS = [
    json.loads(make.kept(sample.name)["receipts"]["opened"]) for sample in SAMPLES if sample.sender == "beijing"
]
CARD = json.loads(payload_before_verifying(VIENNA.card().decode()))
ODD = st.sampled_from(
    [
        None, True, False, 0, -1, 1, 2**53 - 1, "", "\n", "a" * 32, "A" * 32, "0" * 64, "2026-02-30T25:61:61Z",
        "0000-00-00T00:00:00Z", "2026-13", "..", "\u202e", "é", [], [[]], {}, {"n": 1}, "x" * 60_000,
    ]
)  # fmt: skip


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in steps:
        yield (*way, step)
        yield from places(one, (*way, step))


@st.composite
def spoiled(draw: st.DrawFn, valid: list[dict[str, Any]]) -> dict[str, Any]:
    """A valid document of which up to three parts are replaced, left out, doubled or added."""
    document = copy.deepcopy(draw(st.sampled_from(valid)))
    for _time in range(draw(st.integers(1, 3))):
        ways = list(places(document))
        if not ways:
            break
        *way, last = draw(st.sampled_from(ways))
        holder: Any = document
        for step in way:
            holder = holder[step]
        change = draw(st.sampled_from(["replace", "leave out", "double", "add"]))
        if change == "leave out":
            del holder[last]
        elif change == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        elif change == "add" and isinstance(holder, dict):
            holder[draw(st.text(max_size=5))] = copy.deepcopy(draw(ODD))
        else:
            holder[last] = copy.deepcopy(draw(ODD))
    return document


def only_refuses(read: Callable[[], object]) -> None:
    with contextlib.suppress(Refusal):
        read()


@settings(max_examples=200, deadline=None)
@given(spoiled(LETTERS))
def test_a_letter_that_its_sender_spoiled_and_signed(document: dict[str, Any]) -> None:
    raw = canonical(document)

    def read() -> None:
        read_order(raw)
        letter = read_letter(raw, sender=VIENNA.uid, recipient=BEIJING.uid, now=NOW, types=KINDS)
        record_of(letter.body)
        fold([event_of(letter)])

    only_refuses(read)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(LETTERS), st.integers(0, 3000))
def test_any_bytes_sealed_and_signed_as_a_letter(junk: bytes, letter: dict[str, Any], at: int) -> None:
    raw = canonical(letter)[:at] + junk
    envelope = VIENNA.seal(raw, BEIJING.uid, BEIJING.keys.seal)

    def read() -> None:
        outer = read_outer(envelope.raw)
        opened = open_sealed(outer, seal_key=BEIJING.seal_key, sign_key=VIENNA.keys.sign)
        assert opened.raw == raw
        read_letter(opened.raw, sender=VIENNA.uid, recipient=BEIJING.uid, now=NOW, types=KINDS)

    only_refuses(read)


@settings(max_examples=200, deadline=None)
@given(spoiled(ENVELOPES))
def test_an_envelope_that_its_sender_spoiled_and_signed(document: dict[str, Any]) -> None:
    document.pop("signature", None)
    signature = sign_in_context(VIENNA.transport_key, ENVELOPE_CONTEXT, canonical(document))
    raw = canonical({**document, "signature": signature})

    def read() -> None:
        outer = read_outer(raw)
        sealed_to_key(outer)
        verify_outer(outer, transport_key=VIENNA.keys.transport, own_uid=BEIJING.uid, now=NOW)
        open_sealed(outer, seal_key=BEIJING.seal_key, sign_key=VIENNA.keys.sign)

    only_refuses(read)


@settings(max_examples=200, deadline=None)
@given(spoiled(RECEIPTS))
def test_a_receipt_that_its_issuer_spoiled_and_signed(document: dict[str, Any]) -> None:
    document.pop("signature", None)
    signature = sign_in_context(VIENNA.transport_key, CONTEXT, canonical(document))
    raw = canonical({**document, "signature": signature})

    def read() -> None:
        receipt = read_receipt(raw, transport_key=VIENNA.keys.transport, issuer=VIENNA.uid, addressee=BEIJING.uid)
        assert receipt.positive == (not receipt.sentence and not receipt.code)

    only_refuses(read)


@settings(max_examples=200, deadline=None)
@given(spoiled([CARD]))
def test_a_card_that_its_owner_spoiled_and_signed(document: dict[str, Any]) -> None:
    only_refuses(lambda: read_card(sign_compact(canonical(document), KIND, VIENNA.sign_key).encode(), NOW))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(RECEIPTS), st.integers(0, 600))
def test_any_bytes_as_a_receipt(junk: bytes, receipt: dict[str, Any], at: int) -> None:
    raw = canonical(receipt)[:at] + junk
    keys = VIENNA.keys
    only_refuses(lambda: read_receipt(raw, transport_key=keys.transport, issuer=VIENNA.uid, addressee=BEIJING.uid))


@pytest.mark.parametrize(
    "piece", [b"[],", b"{},", b'{"a":{}},', b"[[[[[]]]]],", b'"",', b"257,", b'"\xf0\x9f\x98\x80",', b'{"":0},']
)
def test_the_reader_of_json_takes_a_bounded_multiple_of_what_it_reads(piece: bytes) -> None:
    raw = b'{"a":[' + piece * (3 * MIB // len(piece)) + b"0]}"
    tracemalloc.start()
    with pytest.raises(Refusal, match="too-many"):
        read_strict(raw, max_bytes=4 * MIB)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * len(raw)


@pytest.mark.parametrize("read", ["outer", "letter", "receipt", "card"])
def test_what_is_larger_than_allowed_is_refused_before_anything_is_made_of_it(read: str) -> None:
    raw = b"[" * (7 * MIB)
    readers: dict[str, Callable[[], object]] = {
        "outer": lambda: read_outer(raw),
        "letter": lambda: read_letter(raw, sender=VIENNA.uid, recipient=BEIJING.uid, now=NOW, types=KINDS),
        "receipt": lambda: read_receipt(raw, transport_key=VIENNA.keys.transport, issuer="", addressee=""),
        "card": lambda: read_card(raw, NOW),
    }
    tracemalloc.start()
    with pytest.raises(Refusal, match="too-large"):
        readers[read]()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MIB // 4
