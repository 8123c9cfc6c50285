"""Every text of the node is translated, in full, into every language it offers."""

from __future__ import annotations

import polib
import pytest
from django.conf import settings

from tests.node.catalogues import (
    LANGUAGES,
    PACKAGE,
    Key,
    allowed_same,
    catalogue,
    extracted,
    key_of,
    left_in_english,
    placeholders,
    same_as_english,
    unfinished,
    wrong_placeholders,
    wrong_plurals,
)

GIVEN_UP = {
    "de": {"Regelsatz": "Regelwerk", "Regelsätz": "Regelwerk"},
    "zh_Hans": {"你": "您", "当前登录者": "您", "中转站": "派驻岗位"},
}
"""Words that are not used, with the one that is: one word for one thing, and one way to address a person."""


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> set[Key]:
    return extracted(tmp_path_factory.mktemp("texts"))


def test_there_is_a_catalogue_for_every_language_offered_but_english() -> None:
    offered = {code.replace("zh-hans", "zh_Hans") for code, _name in settings.LANGUAGES} - {"en"}
    assert offered == set(LANGUAGES)
    for language in LANGUAGES:
        assert (PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po").is_file(), language


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_every_text_of_the_source(language: str, texts: set[Key]) -> None:
    assert len(texts) > 500, "the extraction must find the node's texts"
    known = {key_of(entry) for entry in catalogue(language) if not entry.obsolete}
    missing = sorted(text for _context, text, _plural in texts - known)
    assert missing == [], f"{len(missing)} texts are missing: run make messages, then translate them"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_complete_plurals_included(language: str) -> None:
    found = catalogue(language)
    assert len(found) > 0
    assert list(unfinished(found)) == []
    assert list(wrong_plurals(found)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_text(language: str) -> None:
    assert list(wrong_placeholders(catalogue(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_the_english_text_unless_a_reason_is_given(language: str) -> None:
    assert list(same_as_english(catalogue(language), language)) == []


@pytest.mark.parametrize("language", GIVEN_UP)
def test_one_thing_has_one_word_and_a_person_one_address(language: str) -> None:
    forms = ((one.msgid, form) for one in catalogue(language) for form in (one.msgstr, *one.msgstr_plural.values()))
    wrong = [
        (text, f"{word} → {use}") for text, form in forms for word, use in GIVEN_UP[language].items() if word in form
    ]
    assert wrong == []


def test_every_reason_to_stay_the_same_is_needed_and_says_why() -> None:
    same = {language: set(left_in_english(catalogue(language))) for language in LANGUAGES}
    idle = [
        f"{text!r} in {language}"
        for text, rule in allowed_same().items()
        for language in rule["languages"].split()
        if len(rule["reason"]) < 10 or text not in same[language]
    ]
    assert idle == []


def entry(msgid: str, msgstr: str = "", **more: object) -> polib.POFile:
    found = polib.POFile()
    found.metadata = {"Plural-Forms": "nplurals=2; plural=(n != 1);"}
    found.append(polib.POEntry(msgid=msgid, msgstr=msgstr, **more))
    return found


def test_the_checks_find_what_is_wrong() -> None:
    assert list(unfinished(entry("A letter")))
    assert list(unfinished(entry("A letter", "Ein Brief", flags=["fuzzy"])))
    assert list(unfinished(entry("%(n)d day", msgid_plural="%(n)d days", msgstr_plural={0: "%(n)d Tag", 1: ""})))
    assert list(wrong_plurals(entry("a", msgid_plural="b", msgstr_plural={0: "c"})))
    assert list(wrong_placeholders(entry("To %(party)s", "An %(partei)s")))
    assert list(wrong_placeholders(entry("To %(party)s", "An sie")))
    assert list(wrong_placeholders(entry("Row {row}", "Zeile")))
    assert list(same_as_english(entry("A letter", "A letter"), "de"))


def test_the_checks_let_pass_what_is_right() -> None:
    assert not list(wrong_placeholders(entry("To %(party)s", "%(party)s schreiben")))
    plural = entry("One day", msgid_plural="%(n)d days", msgstr_plural={0: "Ein Tag", 1: "%(n)d Tage"})
    assert not list(wrong_placeholders(plural))
    assert not list(unfinished(plural))
    assert not list(same_as_english(entry("%(party)s · %(state)s", "%(party)s · %(state)s"), "de"))
    assert placeholders("100 % of it") == placeholders("100 % davon")
