"""The committed vectors: what was written once is read for ever, and what was refused once stays refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clew.exchange.bundles import make_bundle, read_bundle, verify_bundle
from clew.exchange.cards import read_card
from clew.exchange.receipts import Stage, make_receipt
from clew.exchange.refusals import Refusal
from clew.exchange.relaying import Caller, Method, make_request, read_address, read_request, verify_request
from clew.exchange.strict_json import from_base64url
from tests.exchange.partner import NOW, Partner

VECTORS = Path(__file__).parent / "vectors"
VIENNA, BEIJING = Partner("Vienna", "AT"), Partner("Beijing", "CN")


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def test_the_sealed_letter_opens_to_the_letter() -> None:
    vector = vectors("letter")
    letter = BEIJING.open(vector["envelope"].encode(), VIENNA.keys)
    assert letter.raw.decode() == vector["letter"]
    assert letter.digest == vector["sha256"]


def test_the_card_reads_and_has_its_fingerprint() -> None:
    vector = vectors("card")
    card = read_card(vector["card"].encode(), NOW)
    assert (card.uid, card.keys, card.fingerprint) == (VIENNA.uid, VIENNA.keys, vector["fingerprint"])


@pytest.mark.parametrize("name", ["stored", "opened", "accepted", "declined"])
def test_each_receipt_verifies_and_is_written_the_same_again(name: str) -> None:
    vector = vectors("receipts")
    raw = vector[name].encode()
    receipt = VIENNA.read_receipt(raw, BEIJING.uid, BEIJING.keys)
    assert receipt.digest == vector["envelope_sha256"]
    assert receipt.stage in Stage
    assert make_receipt(receipt, BEIJING.transport_key) == raw


def test_the_bundle_reads_and_is_made_the_same_again() -> None:
    vector = vectors("bundle")
    raw = from_base64url(vector["bundle"])
    bundle = read_bundle(raw)
    verify_bundle(bundle, transport_key=VIENNA.keys.transport, own_uid=BEIJING.uid)
    assert (bundle.sender, bundle.recipient, bundle.digest) == (VIENNA.uid, BEIJING.uid, vector["sha256"])
    assert [one.decode() for one in bundle.receipts] == [vector["receipt"]]
    again = make_bundle(
        sender=VIENNA.uid,
        recipient=BEIJING.uid,
        envelopes=bundle.envelopes,
        receipts=bundle.receipts,
        transport_key=VIENNA.transport_key,
    )
    assert again == raw
    assert BEIJING.open(bundle.envelopes[0], VIENNA.keys).header.sender.node == VIENNA.uid


@pytest.mark.parametrize(
    ("method", "node"),
    [(Method.DEPOSIT, VIENNA), (Method.ASK, VIENNA), (Method.PULL, BEIJING), (Method.ACKNOWLEDGE, BEIJING)],
)
def test_the_requests_to_a_relay_read_and_are_made_the_same_again(method: Method, node: Partner) -> None:
    vector = vectors("relay")
    address = read_address(vector["address"].encode())
    assert address.fingerprint == vector["fingerprint"]
    raw = vector[method.value].encode()
    request = read_request(raw, method=method)
    verify_request(request, transport_key=node.keys.transport, relay=address.uid, now=NOW)
    again = make_request(
        Caller(node.uid, address.uid, node.transport_key),
        method,
        at=request.at,
        nonce=request.nonce,
        mailbox=request.mailbox,
        digests=request.digests,
        lines=request.lines,
    )
    assert again == raw


@pytest.mark.parametrize("vector", vectors("refused"), ids=lambda vector: str(vector["what"]))
def test_what_must_be_refused_is_refused_with_its_code(vector: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        BEIJING.open(vector["envelope"].encode(), VIENNA.keys)
    assert refused.value.code == vector["code"]
