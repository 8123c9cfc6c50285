"""The field's words as data: schemata, code lists, labels, field classes, countries, glossary.

Names are loaded on first use (PEP 562), so that importing this package costs nothing: `clew --help` and the
inbound process never pay for FollowTheMoney.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clew.vocabulary.codelists import Code as Code
    from clew.vocabulary.codelists import CodeList as CodeList
    from clew.vocabulary.codelists import UnknownCode as UnknownCode
    from clew.vocabulary.codelists import UnknownCodeList as UnknownCodeList
    from clew.vocabulary.codelists import codelist as codelist
    from clew.vocabulary.codelists import codelist_ids as codelist_ids
    from clew.vocabulary.countries import country_choices as country_choices
    from clew.vocabulary.countries import country_codes as country_codes
    from clew.vocabulary.countries import country_label as country_label
    from clew.vocabulary.data_protection import bound_states as bound_states
    from clew.vocabulary.data_protection import is_third_country as is_third_country
    from clew.vocabulary.fields import FieldClass as FieldClass
    from clew.vocabulary.fields import field_class as field_class
    from clew.vocabulary.glossary import definition as definition
    from clew.vocabulary.glossary import term as term
    from clew.vocabulary.glossary import term_ids as term_ids
    from clew.vocabulary.labels import property_label as property_label
    from clew.vocabulary.labels import schema_label as schema_label
    from clew.vocabulary.model import PropertyInfo as PropertyInfo
    from clew.vocabulary.model import UnknownProperty as UnknownProperty
    from clew.vocabulary.model import UnknownSchema as UnknownSchema
    from clew.vocabulary.model import caption_properties as caption_properties
    from clew.vocabulary.model import edge_ends as edge_ends
    from clew.vocabulary.model import entity_schemata as entity_schemata
    from clew.vocabulary.model import get_model as get_model
    from clew.vocabulary.model import is_a as is_a
    from clew.vocabulary.model import is_edge as is_edge
    from clew.vocabulary.model import properties as properties
    from clew.vocabulary.model import property_info as property_info
    from clew.vocabulary.model import schema as schema
    from clew.vocabulary.person_categories import strictest_category as strictest_category
    from clew.vocabulary.person_categories import strictness as strictness
    from clew.vocabulary.validation import Problem as Problem
    from clew.vocabulary.validation import ValidatedValue as ValidatedValue
    from clew.vocabulary.validation import validate as validate
    from clew.vocabulary.words import LANGUAGES as LANGUAGES
    from clew.vocabulary.words import language as language

_MODULE_OF = {
    name: module
    for module, names in {
        "codelists": ("Code", "CodeList", "UnknownCode", "UnknownCodeList", "codelist", "codelist_ids"),
        "countries": ("country_choices", "country_codes", "country_label"),
        "data_protection": ("bound_states", "is_third_country"),
        "fields": ("FieldClass", "field_class"),
        "glossary": ("definition", "term", "term_ids"),
        "labels": ("property_label", "schema_label"),
        "model": (
            "PropertyInfo", "UnknownProperty", "UnknownSchema", "caption_properties", "edge_ends", "entity_schemata",
            "get_model", "is_a", "is_edge", "properties", "property_info", "schema",
        ),
        "person_categories": ("strictest_category", "strictness"),
        "validation": ("Problem", "ValidatedValue", "validate"),
        "words": ("LANGUAGES", "language"),
    }.items()
    for name in names
}  # fmt: skip


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Kept, so that Python asks once for each name and not for each of a million values.
    found = globals()[name] = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULE_OF])
