"""Code lists: complete, sourced, and without a way to serve immigration enforcement."""

import itertools

import pytest

from clew.vocabulary import UnknownCode, UnknownCodeList, codelist, codelist_ids, strictest_category, strictness
from clew.vocabulary.model import get_model
from clew.vocabulary.words import LANGUAGES, load_data

EVERY_LIST = codelist_ids()


@pytest.mark.parametrize("name", EVERY_LIST)
def test_a_list_names_its_source_and_every_code_has_label_and_help(name: str) -> None:
    found = codelist(name)
    assert found.id == name
    assert found.source
    assert found.version
    assert found.mark in {"verified", "unverified", "own"}
    for code, lang in itertools.product(found.codes, LANGUAGES):
        assert found.label(code, lang)
        assert found.help(code, lang)


@pytest.mark.parametrize("name", EVERY_LIST)
def test_no_two_codes_of_a_list_read_alike(name: str) -> None:
    found = codelist(name)
    assert len(set(found.codes)) == len(found.entries)
    for lang in LANGUAGES:
        assert len({label for _, label in found.choices(lang)}) == len(found.entries)


def test_an_unknown_code_is_refused_naming_list_and_code() -> None:
    with pytest.raises(UnknownCode, match=r"'handling_codes' has no code 'H9'.*H0, H1, H2, H3"):
        codelist("handling_codes").label("H9", "en")


def test_an_unknown_list_is_refused_naming_the_known_ones() -> None:
    with pytest.raises(UnknownCodeList, match=r"'weather'.*purposes"):
        codelist("weather")


def test_there_is_no_purpose_for_immigration_enforcement_or_for_prosecuting_a_victim() -> None:
    assert set(codelist("purposes").codes) == {
        "assistance", "referral", "criminal_investigation", "court", "life_in_danger", "missing_person_search",
        "family_contact", "origin_authorities", "return", "nationality_verification", "research_statistics", "own_use",
    }  # fmt: skip
    forbidden = ("immigration", "deport", "removal", "expulsion", "border", "status_check", "prostitution", "sex_work")
    for code in codelist("purposes").codes:
        assert not any(word in code or word in codelist("purposes").label(code, "en").lower() for word in forbidden)


def test_the_gradings_are_those_of_the_manual() -> None:
    assert codelist("source_reliability").codes == ("A", "B", "C", "X")
    assert codelist("information_accuracy").codes == ("1", "2", "3", "4")
    assert codelist("handling_codes").codes == ("H0", "H1", "H2", "H3")


def test_every_offence_names_its_provision() -> None:
    offences = codelist("offences")
    assert all(entry.extra["law"] for entry in offences.entries)
    assert offences.mark == "unverified"


def test_codes_taken_from_htcds_carry_its_licence() -> None:
    for name in EVERY_LIST:
        if "HTCDS" in codelist(name).source and "Human Trafficking Case Data Standard" in codelist(name).source:
            assert codelist(name).licence == "CC BY 4.0"


def test_every_coded_property_exists_and_its_list_too() -> None:
    for qname, list_id in load_data("coded_properties.yaml").items():
        assert get_model().get_qname(qname) is not None
        assert list_id in EVERY_LIST


def test_the_order_of_strictness_is_total() -> None:
    ranks = [strictness(code) for code in codelist("person_categories").codes]
    assert sorted(ranks) == list(range(1, len(ranks) + 1))


def test_the_strictest_category_governs() -> None:
    assert strictest_category(["suspect", "victim", "other"]) == "victim"
    assert strictest_category(["convicted"]) == "convicted"


def test_a_missing_category_governs_as_unknown_and_unknown_is_strictest() -> None:
    assert strictest_category([]) == "unknown"
    assert strictest_category(["victim", None]) == "unknown"
    for code in codelist("person_categories").codes:
        assert strictest_category([code, "unknown"]) == "unknown"


def test_a_misspelt_category_is_refused_rather_than_ranked() -> None:
    with pytest.raises(UnknownCode, match="person_categories"):
        strictest_category(["victim", "wittness"])
