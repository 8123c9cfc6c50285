"""Every code that a partner or this node can give has a sentence to translate."""

from __future__ import annotations

from clew.exchange.refusals import SENTENCES
from clew.exchange.threads import State
from clew.node.exchange.actions import REFUSAL_CODES
from clew.node.exchange.words import DECLINED, PROBLEMS, STATES, declined_in_words, problem_in_words


def test_the_sentences_to_translate_are_those_of_the_library() -> None:
    assert {code: str(text) for code, text in PROBLEMS.items()} == SENTENCES


def test_every_state_and_every_reason_to_decline_has_words() -> None:
    assert set(STATES) == {state.value for state in State}
    assert set(DECLINED) == set(REFUSAL_CODES)


def test_an_unknown_code_is_named_and_never_a_fault() -> None:
    assert "http-502" in problem_in_words("http-502")
    assert declined_in_words("something else") == "something else"
    assert "Ask the ministry." in declined_in_words("other: Ask the ministry.")
