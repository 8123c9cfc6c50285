"""The officer's own words."""

from __future__ import annotations

import pytest

from clew.disclosure.guard import fields_naming

NAME = "Mei Beispielfrau (fictional)"


@pytest.mark.parametrize(
    ("protected", "words"),
    [
        (NAME, "We spoke with Mei Beispielfrau."),
        (NAME, "BEISPIELFRAU, Mei"),
        (NAME, "the woman Beispielfrau"),
        (NAME, "Béispielfraú"),
        ("mei beispielfrau fictional", "MeiBeispielfrau"),
        ("王示例（虚构）", "我们询问了王示例。"),
        ("+43 660 0000001", "phone +43-660/0000001"),
        ("1998-05-14", "born 14.05.1998"),
        ("1998-05-14", "born 14.5.1998"),
        ("1998-05-14", "born 1998/05/14"),
        ("P1234567", "passport P 1234567 and P1234567"),
    ],
)
def test_a_protected_value_is_found_however_it_is_written(protected: str, words: str) -> None:
    assert fields_naming({"facts": words}, [protected]) == ("facts",)


@pytest.mark.parametrize(
    ("protected", "words"),
    [
        (NAME, "An agency (fictional) places women."),
        (NAME, "Meidling is a district."),
        ("cn", "The agency sits in cn."),
        ("", "Anything"),
        ("(fictional)", "Anything (fictional)"),
    ],
)
def test_other_words_are_left_alone(protected: str, words: str) -> None:
    assert fields_naming({"facts": words}, [protected]) == ()


def test_only_the_fields_are_named_never_the_value() -> None:
    found = fields_naming({"subject": "Mei Beispielfrau", "facts": "none", "items.1": "beispielfrau"}, [NAME])
    assert found == ("subject", "items.1")


@pytest.mark.parametrize("words", ["Silberbach Reisen recruits.", "SILBERBACH-REISEN", "Silberbach Reisen SARL"])
def test_a_company_is_found_as_a_whole_with_or_without_its_legal_form(words: str) -> None:
    assert fields_naming({"facts": words}, ["Silberbach Reisen SARL (fictional)"], in_parts=False) == ("facts",)


@pytest.mark.parametrize("words", ["Reisen", "A SARL", "Silberbach alone"])
def test_a_word_of_its_name_is_no_company(words: str) -> None:
    assert fields_naming({"facts": words}, ["Silberbach Reisen SARL (fictional)"], in_parts=False) == ()
