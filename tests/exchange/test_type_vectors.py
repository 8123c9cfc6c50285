"""A vector for each type of letter: our reader and one that shares no code with it take it, and no changed bit."""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from clew.exchange import schema
from clew.exchange.kinds.governance import approvers
from clew.exchange.kinds.records import body_of, record_of
from clew.exchange.kinds.table import KINDS, Carries
from clew.exchange.letters import check_reference, read_letter
from clew.exchange.receipts import Stage, read_receipt, refuse_unless_about
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import open_sealed, read_outer, verify_outer
from clew.exchange.sequence import Known, Place, judge
from clew.exchange.strict_json import to_base64url
from tests.exchange import verifier
from tests.exchange.partner import NOW, Partner
from tests.exchange.samples import SAMPLES, Story, tell
from tests.exchange.vectors import make

KEYS = json.loads((Path(make.__file__).parent / "keys.json").read_text(encoding="utf-8"))
VECTORS = {name.stem: make.kept(name.stem) for name in sorted(make.DIRECTORY.glob("*.json"))}
SCHEMAS = verifier.schemas(Path(schema.__file__).parent / "schemas")
SEED = 20261128
PARTNERS = {"vienna": Partner("Vienna", "AT"), "beijing": Partner("Beijing")}
APPROVERS = {one.uid: one.keys.sign for one in (Partner("Vienna", "AT"),)}
each_vector = pytest.mark.parametrize("name", VECTORS)


@cache
def story() -> Story:
    return tell()


def ours(envelope: bytes, vector: dict[str, Any]) -> bytes:
    """The letter's bytes as this library reads them."""
    sender, recipient = PARTNERS[vector["from"]], PARTNERS[vector["to"]]
    outer = read_outer(envelope)
    verify_outer(outer, transport_key=sender.keys.transport, own_uid=recipient.uid, now=NOW)
    raw = open_sealed(outer, seal_key=recipient.seal_key, sign_key=sender.keys.sign).raw
    return read_letter(raw, sender=sender.uid, recipient=recipient.uid, now=NOW, types=KINDS).raw


def theirs(envelope: bytes, vector: dict[str, Any]) -> bytes:
    return verifier.opened(envelope, sender=KEYS[vector["from"]], recipient=KEYS[vector["to"]])[1]


def test_every_type_has_a_vector_and_every_vector_is_of_a_letter_of_the_story() -> None:
    assert {vector["type"] for vector in VECTORS.values()} == set(KINDS)
    assert set(VECTORS) == {sample.name for sample in SAMPLES}


def test_the_keys_of_the_vectors_are_the_published_ones() -> None:
    for name, partner in PARTNERS.items():
        assert KEYS[name]["seal_private"] == to_base64url(partner.seal_key.private_bytes_raw())
        assert KEYS[name]["sign_public"] == to_base64url(partner.keys.sign)


def test_the_second_reader_shares_no_code_with_ours() -> None:
    tree = ast.parse(Path(verifier.__file__).read_text(encoding="utf-8"))
    modules = {one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    modules |= {alias.name for one in ast.walk(tree) if isinstance(one, ast.Import) for alias in one.names}
    assert not [one for one in modules if one.startswith(("clew", "tests", "joserfc"))]


@each_vector
def test_the_letter_is_written_and_signed_the_same_today(name: str) -> None:
    told, vector = story().told[name], VECTORS[name]
    assert told.letter.raw.decode() == vector["letter"]
    assert (told.letter.digest, told.signed) == (vector["sha256"], vector["signed"])
    assert body_of(record_of(told.letter.body)) == told.letter.package


@each_vector
def test_the_envelope_opens_to_the_letter_for_both_readers(name: str) -> None:
    vector = VECTORS[name]
    envelope = vector["envelope"].encode()
    assert ours(envelope, vector) == theirs(envelope, vector) == vector["letter"].encode()
    assert read_outer(envelope).digest == vector["envelope_sha256"]


@each_vector
def test_the_second_reader_finds_schema_officer_and_approvals_right(name: str) -> None:
    letter = json.loads(VECTORS[name]["letter"])
    kind = letter["header"]["type"]
    assert verifier.fits(SCHEMAS, "letter", letter)
    assert verifier.fits(SCHEMAS, kind, letter["body"])
    assert not verifier.fits(SCHEMAS, kind, {**letter["body"], "more": 1})
    assert ("decision" in letter["header"]) == (KINDS[kind].carries is Carries.CONTENT)
    if "decision" in letter["header"]:
        verifier.check_officer(letter)
    if letter["body"].get("approvals"):
        verifier.check_approvals(letter["body"], {uid: to_base64url(key) for uid, key in APPROVERS.items()})
        assert approvers(letter["body"], APPROVERS) == set(APPROVERS)


@each_vector
def test_each_receipt_verifies_for_both_readers_and_speaks_of_this_envelope(name: str) -> None:
    vector = VECTORS[name]
    issuer, addressee = PARTNERS[vector["to"]], PARTNERS[vector["from"]]
    assert set(vector["receipts"]) == set(Stage)
    for stage, text in vector["receipts"].items():
        said = verifier.receipt(text.encode(), KEYS[vector["to"]]["transport_public"])
        assert verifier.fits(SCHEMAS, "stage-receipt", said)
        assert (said["stage"], said["digest"]) == (stage, vector["envelope_sha256"])
        read = read_receipt(
            text.encode(), transport_key=issuer.keys.transport, issuer=issuer.uid, addressee=addressee.uid
        )
        refuse_unless_about(read, envelope=said["envelope"], digest=vector["envelope_sha256"])


def test_the_letters_of_each_direction_are_a_chain_and_refer_to_one_another_as_their_types_may() -> None:
    before: dict[str, str] = {}
    count: dict[str, int] = {}
    headers = {told.letter.header.id: told.letter.header for told in story().told.values()}
    for told in story().told.values():
        header, sender = told.letter.header, told.sample.sender
        known = Known(count.get(sender, 0), before=before.get(sender, ""))
        order = judge(sequence=header.sequence, previous=header.previous, digest=told.letter.digest, known=known)
        assert order.place is Place.NEXT
        before[sender], count[sender] = told.letter.digest, header.sequence
        check_reference(header, headers.get(header.in_reply_to))


def _refused(
    read: Callable[[bytes], object], raw: bytes, bits: list[int], refusal: tuple[type[Exception], ...]
) -> None:
    for bit in bits:
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(refusal):
            read(bytes(changed))


SAMPLE = "status-query"
"""The vector of which every bit is changed; of the others, random ones."""


@pytest.mark.parametrize("eighth", range(8))
def test_every_changed_bit_of_an_envelope_is_refused_by_both_readers(eighth: int) -> None:
    vector = VECTORS[SAMPLE]
    raw = vector["envelope"].encode()
    bits = list(range(eighth, 8 * len(raw), 8))
    _refused(lambda changed: ours(changed, vector), raw, bits, (Refusal,))
    _refused(lambda changed: theirs(changed, vector), raw, bits, verifier.FORGERY)


@pytest.mark.parametrize("stage", list(Stage))
def test_every_changed_bit_of_a_receipt_is_refused_by_both_readers(stage: Stage) -> None:
    vector = VECTORS[SAMPLE]
    issuer, addressee = PARTNERS[vector["to"]], PARTNERS[vector["from"]]
    raw = vector["receipts"][stage].encode()
    bits = list(range(8 * len(raw)))

    def read(changed: bytes) -> object:
        return read_receipt(changed, transport_key=issuer.keys.transport, issuer=issuer.uid, addressee=addressee.uid)

    _refused(read, raw, bits, (Refusal,))
    public = KEYS[vector["to"]]["transport_public"]
    _refused(lambda changed: verifier.receipt(changed, public), raw, bits, verifier.FORGERY)


@each_vector
def test_random_changed_bits_of_every_envelope_letter_and_receipt_are_refused(name: str) -> None:
    vector = VECTORS[name]
    rng = random.Random(f"{SEED} {name}")
    raw = vector["envelope"].encode()
    bits = rng.sample(range(8 * len(raw)), 60)
    _refused(lambda changed: ours(changed, vector), raw, bits, (Refusal,))
    _refused(lambda changed: theirs(changed, vector), raw, bits, verifier.FORGERY)
    token = vector["signed"].encode()
    public = KEYS[vector["from"]]["sign_public"]
    bits = rng.sample(range(8 * len(token)), 60)
    _refused(lambda changed: verifier.signed(changed.decode(), public), token, bits, verifier.FORGERY)
    receipt = vector["receipts"][rng.choice(list(Stage))].encode()
    public_of_issuer = KEYS[vector["to"]]["transport_public"]
    bits = rng.sample(range(8 * len(receipt)), 60)
    _refused(lambda changed: verifier.receipt(changed, public_of_issuer), receipt, bits, verifier.FORGERY)
