"""Values in the reader's words: the label of a code, the name of a country."""

from __future__ import annotations

from clew.vocabulary.codelists import codelist
from clew.vocabulary.countries import country_codes, country_label
from clew.vocabulary.model import property_info


def value_label(schema: str, prop: str, value: str, lang: str) -> str:
    """A value in words where its property is coded or a country; else, and where the code is unknown, the value."""
    try:
        info = property_info(schema, prop)
    except LookupError:
        return value
    if info.codelist:
        codes = codelist(info.codelist)
        return codes.label(value, lang) if value in codes else value
    if info.type == "country" and value.upper() in country_codes():
        return country_label(value, lang)
    return value
