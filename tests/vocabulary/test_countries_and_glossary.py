"""Countries and terms in five languages."""

import pytest

from clew.vocabulary import (
    LANGUAGES,
    codelist,
    country_choices,
    country_codes,
    country_label,
    definition,
    schema_label,
    term,
    term_ids,
)
from clew.vocabulary.countries import UnknownCountry
from clew.vocabulary.glossary import UnknownTerm


def test_there_are_the_countries_of_iso_3166_and_kosovo() -> None:
    assert len(country_codes()) == 250
    assert {"AT", "BG", "CN", "FR", "NA", "XK"} <= set(country_codes())


def test_a_country_is_named_whatever_the_case_of_its_code() -> None:
    assert country_label("at", "bg") == "Австрия"
    assert country_label("CN", "zh-hans") == "中国"
    assert country_label("BG", "fr") == "Bulgarie"


def test_namibia_is_not_read_as_missing() -> None:
    assert country_label("NA", "en") == "Namibia"


def test_norway_is_not_read_as_a_refusal() -> None:
    assert country_label("NO", "de") == "Norwegen"


def test_an_unknown_country_is_refused_in_words() -> None:
    with pytest.raises(UnknownCountry, match="'QQ'"):
        country_label("QQ", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_country_can_be_chosen_once(lang: str) -> None:
    names = [name for _, name in country_choices(lang)]
    assert len(set(names)) == len(names) == 250
    assert names == sorted(names)


def test_the_glossary_has_the_legal_terms() -> None:
    assert len(term_ids()) >= 60
    assert term("trafficking_in_human_beings", "zh-hans") == "人口贩运"
    assert term("handling_code", "de") == "Handhabungscode"
    assert term("reflection_period", "fr") == "délai de rétablissement et de réflexion"
    assert term("legal_basis", "bg") == "правно основание"
    assert all(definition(name) for name in term_ids())


def test_an_unknown_term_is_refused_in_words() -> None:
    with pytest.raises(UnknownTerm, match="'weather'"):
        term("weather", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_labels_use_the_words_of_the_glossary(lang: str) -> None:
    assert codelist("handling_codes").title(lang).casefold() == term("handling_code", lang).casefold()
    assert codelist("purposes").title(lang).casefold() == term("purpose", lang).casefold()
    assert codelist("roles").label("liaison_officer", lang).casefold() == term("liaison_officer", lang).casefold()
    status = codelist("victim_pathway_status").label("presumed", lang).casefold()
    assert status == term("presumed_victim", lang).casefold()
    for name, term_id in (("CourtCase", "court_case"), ("PublicBody", "public_body")):
        assert schema_label(name, lang).casefold() == term(term_id, lang).casefold()
