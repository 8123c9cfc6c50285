"""The rules' words in every language."""

from __future__ import annotations

import pytest

from clew.disclosure import texts
from clew.disclosure.ruleset import shipped_rules

OTHERS = [lang for lang in texts.LANGUAGES if lang != "en"]


@pytest.mark.parametrize("lang", OTHERS)
def test_every_word_of_every_rule_is_translated(lang: str) -> None:
    assert texts.untranslated(lang, shipped_rules()) == []


@pytest.mark.parametrize("lang", OTHERS)
def test_no_translation_is_the_english_text(lang: str) -> None:
    rules = shipped_rules()
    for policy in rules.policies.values():
        assert texts.sentence(policy.id, lang, rules) != policy.sentence
    for rule in rules.rules.values():
        assert texts.title(rule.id, lang, rules) != rule.title


def test_neutral_refusals_read_the_same_whatever_the_reason() -> None:
    """Who reads the sentence must not learn that protection is the reason (R20, R43)."""
    for lang in texts.LANGUAGES:
        assert len({texts.sentence(each, lang, shipped_rules()) for each in ("R20a", "R20b", "G1d")}) == 1


@pytest.mark.parametrize("written", texts.LANGUAGES)
@pytest.mark.parametrize("read", texts.LANGUAGES)
def test_a_sentence_of_the_rules_is_found_again_in_whatever_language_it_was_written(written: str, read: str) -> None:
    rules = shipped_rules()
    text = texts.sentence("R04d", written, rules)
    assert texts.sentence_translated(text, read) == texts.sentence("R04d", read, rules)


def test_a_text_that_is_no_sentence_of_the_rules_has_no_translation() -> None:
    assert texts.sentence_translated("Call the shelter (fictional).", "de") == ""


def test_an_unknown_language_reads_english() -> None:
    rules = shipped_rules()
    assert texts.sentence("R01", "xx", rules) == rules.policies["R01"].sentence


def test_every_verified_mark_is_one_of_those_the_notes_read_in_a_source() -> None:
    rules = shipped_rules().rules.values()
    assert {rule.id for rule in rules if rule.mark == "verified"} == {"R11", "R33", "R34", "R47"}
