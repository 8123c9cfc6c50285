"""Every word exists in five languages and is truly translated."""

import pytest

from clew.vocabulary import codelist, codelist_ids, language
from clew.vocabulary.words import LANGUAGES, Words
from tests.vocabulary.every_word import every_text, same_as_english

# Cognates that are spelt alike, and names of products that are not translated.
SPELT_ALIKE = {
    "bg": {"QZone", "WeChat"},
    "de": {
        "Administrator", "Analyst", "Name", "Organisation", "Person", "Prostitution", "QZone",
        "WeChat", "dossier", "informant",
    },
    "fr": {
        "Bengali", "Date", "Description", "Document", "Institution", "Latitude", "Longitude", "Note", "Notes", "Parent",
        "Observation", "Organisation", "Organisations", "Police", "Profession", "Programme", "Prostitution", "QZone",
        "Religion", "Suspect", "Suspension", "WeChat", "assurance", "dossier", "exploitation", "source",
    },
    "zh_Hans": set(),
}  # fmt: skip
UNTRANSLATED_NAMES = {"Facebook", "Facebook Messenger", "Instagram", "WhatsApp", "Telegram", "Viber", "SnapChat",
                      "Line", "4Sale", "QQ",
                      "TikTok", "Twitter"}  # fmt: skip


def test_every_text_exists_in_exactly_the_five_languages() -> None:
    incomplete = [
        where
        for where, texts in every_text()
        if set(texts) != set(LANGUAGES) or not all(t.strip() for t in texts.values())
    ]
    assert incomplete == []
    assert len(every_text()) > 1_000


def test_no_translation_repeats_the_english_outside_the_list_of_words_spelt_alike() -> None:
    assert same_as_english() == {(lang, text) for lang, texts in SPELT_ALIKE.items() for text in texts}


def test_only_product_names_are_left_without_translation_in_a_code_list() -> None:
    same_everywhere = {
        entry.words("en")
        for name in codelist_ids()
        for entry in codelist(name).entries
        if len({entry.words(lang) for lang in LANGUAGES}) == 1
    }
    assert same_everywhere == UNTRANSLATED_NAMES


def test_chinese_texts_have_chinese_and_bulgarian_texts_cyrillic_letters() -> None:
    for where, texts in every_text():
        if texts["zh_Hans"] not in SPELT_ALIKE["zh_Hans"]:
            assert any("\u4e00" <= letter <= "\u9fff" for letter in texts["zh_Hans"]), where
        if texts["bg"] not in SPELT_ALIKE["bg"]:
            assert any("\u0400" <= letter <= "\u04ff" for letter in texts["bg"]), where


@pytest.mark.parametrize(
    ("tag", "name"),
    [("zh-hans", "zh_Hans"), ("zh_Hans", "zh_Hans"), ("zh-CN", "zh_Hans"), ("de-at", "de"), ("bg", "bg"), ("ar", "en")],
)
def test_a_language_tag_finds_its_catalogue(tag: str, name: str) -> None:
    assert language(tag) == name


def test_words_that_lack_a_language_are_refused() -> None:
    with pytest.raises(ValueError, match="bg"):
        Words({"en": "a", "zh_Hans": "b", "fr": "c", "de": "d"})
