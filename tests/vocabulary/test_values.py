"""Codes and countries are read in words; what has no words is shown as it is."""

from __future__ import annotations

import pytest

from clew.vocabulary.values import value_label


@pytest.mark.parametrize(
    ("schema", "prop", "value", "lang", "shown"),
    [
        ("ExploitationSituation", "placeClass", "massage_parlour", "en", "Massage parlour"),
        ("RecruitmentAgency", "jurisdiction", "cn", "de", "China"),
        ("RecruitmentAgency", "name", "cn", "de", "cn"),
        ("ExploitationSituation", "placeClass", "no such place", "en", "no such place"),
        ("RecruitmentAgency", "jurisdiction", "zz", "en", "zz"),
        ("NoSuchSchema", "name", "value", "en", "value"),
        ("Person", "noSuchProperty", "value", "en", "value"),
    ],
)
def test_a_value_is_read_in_words(schema: str, prop: str, value: str, lang: str, shown: str) -> None:
    assert value_label(schema, prop, value, lang) == shown
