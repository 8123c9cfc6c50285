"""A postponed answer needs no officer, because it says nothing that is not the request's own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from clew.exchange.letters import Letter, read_letter
from clew.exchange.postponing import only_postpones, postponed_package
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import sign_letter, size_class
from clew.exchange.strict_json import read_canonical
from tests.exchange.partner import NOW, Partner, body

BEIJING, UNTIL = Partner("Beijing"), dt.date(2026, 12, 1)


def postponed(request: dict[str, Any] | None = None, items: tuple[int, ...] = (2, 1)) -> dict[str, Any]:
    return read_canonical(postponed_package(request or body(), items, UNTIL), max_bytes=10_000)


def written(content: dict[str, Any], **changes: Any) -> bytes:
    return Partner("Vienna", "AT").write(BEIJING.uid, content, **changes)


def read(raw: bytes) -> Letter:
    return read_letter(raw, sender=Partner("Vienna").uid, recipient=BEIJING.uid, now=NOW)


def test_it_says_of_each_item_until_when_and_repeats_codes_only() -> None:
    assert postponed() == {
        "type": "reply",
        "subject": "Postponed",
        "purpose": "criminal_investigation",
        "legal_basis": {"code": "FICTIONAL-ARRANGEMENT"},
        "handling": {"code": "H0"},
        "answers": [{"item": n, "outcome": "postponed", "until": "2026-12-01"} for n in (1, 2)],
    }


def test_two_requests_that_differ_only_in_what_they_say_are_postponed_in_the_same_bytes() -> None:
    other = body(
        subject="Another (fictional)", facts="Other facts", statements=[], entities=[], handling={"code": "H3"}
    )
    assert postponed_package(body(), (1,), UNTIL) == postponed_package(other, (1,), UNTIL)


def test_it_is_read_without_a_decision() -> None:
    letter = read(written(postponed(), decision=None, deadline=None))
    assert letter.header.decision is None
    assert only_postpones(letter.body)


@pytest.mark.parametrize(
    "more",
    [
        {"subject": "We look for her in Graz (fictional)"},
        {"facts": "Anything"},
        {"case_reference": "F-2026-1"},
        {"statements": [], "entities": []},
        {"handling": {"code": "H1"}},
        {"handling": {"code": "H0", "text": "Anything"}},
        {"legal_basis": {"code": "X", "title": "Anything"}},
        {"answers": [{"item": 1, "outcome": "no-information"}]},
        {"answers": [{"item": 1, "outcome": "postponed", "until": "2026-12-01", "text": "Anything"}]},
        {"answers": [{"item": 1, "outcome": "postponed", "until": "2026-12-01", "code": "security"}]},
        {"answers": [{"item": 1, "outcome": "provided", "until": "2026-12-01"}]},
    ],
)
def test_a_letter_that_says_anything_more_needs_an_officer(more: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        read(written({**postponed(), **more}, decision=None, deadline=None))
    assert refused.value.code == "no-officer"


def test_a_request_without_a_decision_is_refused_as_ever() -> None:
    with pytest.raises(Refusal) as refused:
        read(written(body(), decision=None))
    assert refused.value.code == "no-officer"


def test_it_is_of_the_size_class_of_an_answer_that_gives_no_information() -> None:
    vienna = Partner("Vienna", "AT")
    reply = {**postponed(), "answers": [{"item": n, "outcome": "no-information"} for n in (1, 2)]}
    sizes = {
        size_class(len(sign_letter(raw, vienna.sign_key)))
        for raw in (written(postponed(), decision=None, deadline=None), written(reply, deadline=None))
    }
    assert len(sizes) == 1
