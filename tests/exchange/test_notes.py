"""Checkpoints are signed notes that others can check with nothing but the key."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clew.exchange.notes import BadNote, NoteContent, key_id, open_note, signed_note

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CONTENT = NoteContent("clew/0001", 42, sha256(b"root").digest())


def test_a_note_says_what_was_signed() -> None:
    assert open_note(signed_note(CONTENT, KEY), KEY.public_key()) == CONTENT


def test_a_note_has_the_shape_of_the_specification() -> None:
    lines = signed_note(CONTENT, KEY).split("\n")
    assert lines[:4] == ["clew/0001", "42", base64.b64encode(CONTENT.root).decode(), ""]
    assert lines[4].startswith("— clew/0001 ")
    assert lines[5:] == [""]


def test_the_key_is_named_by_the_hash_of_name_algorithm_and_key() -> None:
    raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert key_id("clew/0001", KEY.public_key()) == sha256(b"clew/0001\n\x01" + raw).digest()[:4]


def test_cosignatures_of_others_do_not_disturb() -> None:
    note = signed_note(CONTENT, KEY) + "— partner.example AAAA\n"
    assert open_note(note, KEY.public_key()) == CONTENT


@pytest.mark.parametrize("change", [("42", "43"), ("clew/0001\n42", "clew/0002\n42"), ("— ", "- "), ("\n\n", "\n")])
def test_a_changed_note_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(BadNote):
        open_note(signed_note(CONTENT, KEY).replace(*change, 1), KEY.public_key())


def test_a_note_signed_by_another_key_is_refused() -> None:
    with pytest.raises(BadNote):
        open_note(signed_note(CONTENT, KEY), Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize("text", ["", "a", "a\nb\nc\n\n— a b", "a\n1\n###\n\n— a AAAA"])
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        open_note(text, KEY.public_key())
