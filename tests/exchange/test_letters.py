"""A letter is read only as what its schema says, from the one it names, released by an officer."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from clew.exchange.letters import read_letter, read_order, write_letter
from clew.exchange.refusals import SENTENCES, Refusal
from clew.exchange.strict_json import canonical
from tests.exchange.partner import NOW, Partner, body

BEIJING = Partner("Beijing")


def written(content: dict[str, Any] | None = None, **changes: Any) -> bytes:
    return Partner("Vienna", "AT").write(BEIJING.uid, content, **changes)


def code_of(raw: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        read_letter(raw, sender=Partner("Vienna").uid, recipient=BEIJING.uid, now=NOW)
    return refused.value.code


def altered(path: str, value: Any) -> bytes:
    """A letter with one field set to something else (`None` removes it), canonical again."""
    content = json.loads(written())
    *way, last = path.split(".")
    part = content
    for step in way:
        part = part[int(step)] if step.isdecimal() else part[step]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return canonical(content)


@pytest.mark.parametrize("kind", ["request", "reply", "notify", "introduction"])
def test_each_type_of_letter_reads_back_as_it_was_written(kind: str) -> None:
    content = body(kind, cards=[BEIJING.card().decode()]) if kind == "introduction" else body(kind)
    raw = written(content)
    letter = read_letter(raw, sender=Partner("Vienna").uid, recipient=BEIJING.uid, now=NOW)
    assert (letter.body, letter.raw, letter.package) == (content, raw, canonical(content))
    assert write_letter(letter.header, letter.package).raw == raw


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("clew", 2, "unknown-version"),
        ("body.type", "recall", "unknown-type"),
        ("header.type", "recall", "unknown-type"),
        ("body.secret", "x", "unknown-field"),
        ("header.secret", "x", "unknown-field"),
        ("body.statements.0.secret", "x", "unknown-field"),
        ("body.subject", None, "missing-field"),
        ("body.items", None, "missing-field"),
        ("body.handling.code", "H9", "bad-field"),
        ("body.statements.0.accuracy", 5, "bad-field"),
        ("body.statements.0.accuracy", True, "bad-field"),
        ("body.statements.0.entity", "e9", "bad-field"),
        ("body.items.0.entity", "e9", "bad-field"),
        ("body.subject", "two\nlines", "bad-field"),
        ("header.sequence", 0, "bad-field"),
        ("header.created", "2026-13-01T00:00:00Z", "bad-field"),
        ("header.created", "2030-01-01T00:00:00Z", "from-the-future"),
        ("header.thread", None, "missing-field"),
        ("header.decision", None, "no-officer"),
        ("header.decision.officer.method", "none", "no-officer"),
        ("header.decision.officer.signature", "", "no-officer"),
        ("header.decision.inputs", "0" * 64, "officer-signature"),
        ("body.facts", "Not what the officer released.", "officer-signature"),
        ("header.to.node", "f" * 32, "wrong-recipient"),
        ("header.from.node", "f" * 32, "wrong-sender"),
    ],
)
def test_a_changed_letter_is_refused_with_its_code(path: str, value: Any, code: str) -> None:
    assert code_of(altered(path, value)) == code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a":1,"a":2}', "duplicate-key"),
        (b'{"a":NaN}', "not-a-number"),
        (b'{"a":1.5}', "not-a-number"),
        (b'{"a":99999999999999999999}', "not-a-number"),
        (b'{"a":"\\ud800"}', "bad-text"),
        (b'{"a":"\\u0000"}', "bad-text"),
        (b'{"a":"\xff"}', "bad-text"),
        (b'\xef\xbb\xbf{"a":1}', "not-json"),
        (b'{"a": 1}', "not-canonical"),
        (b'{"b":1,"a":1}', "not-canonical"),
        (b"[]", "not-json"),
        (b"", "not-json"),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "too-deep"),
        (b'{"a":' + b"[" * 100_000, "too-deep"),
        (b'{"a":[' + b"1," * 250_000 + b"1]}", "too-many"),
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(raw: bytes, code: str) -> None:
    assert code_of(raw) == code


def test_a_refusal_never_repeats_what_the_partner_wrote() -> None:
    content = json.loads(written())
    content["body"]["Mei Beispielfrau (fictional)"] = "x"
    with pytest.raises(Refusal) as refused:
        read_letter(canonical(content), sender=Partner("Vienna").uid, recipient=BEIJING.uid, now=NOW)
    assert "Mei" not in str(refused.value)


def test_a_refused_letter_still_holds_its_place_in_the_order() -> None:
    assert read_order(altered("body.secret", "x")) == (1, "0" * 64)
    assert read_order(altered("header.sequence", "1")) is None
    assert read_order(b"{}") is None


def test_a_letter_that_would_be_refused_is_not_written() -> None:
    sender = Partner("Vienna")
    package = canonical(body(subject=""))
    with pytest.raises(Refusal):
        write_letter(replace(sender.header(BEIJING.uid, package), thread=""), package)


def test_a_clock_that_runs_a_day_ahead_is_no_future() -> None:
    raw = Partner("Vienna", now=NOW + dt.timedelta(days=1)).write(BEIJING.uid)
    assert read_letter(raw, sender=Partner("Vienna").uid, recipient=BEIJING.uid, now=NOW).header.type == "request"


def test_every_refusal_has_a_sentence() -> None:
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
