"""What schemata and properties are called in five languages.

Clew has its own words for the schemata it offers. For the rest of FollowTheMoney's, which only an import or a letter
brings, its own German and French translations are used, and English where it has none.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from clew.vocabulary.model import UnknownProperty, labelled_schemata, lineage, schema
from clew.vocabulary.words import Words, language, load_data

if TYPE_CHECKING:
    from followthemoney.property import Property


def schema_label(schema_name: str, lang: str, plural: bool = False) -> str:
    """The name of a kind of entity; raises `UnknownSchema`."""
    described = schema(schema_name)
    own = _label_sheet(described.name)
    if own:
        return Words(own["plural" if plural else "label"])(lang)
    return _upstream(described.name, described.plural if plural else described.label, lang)


@cache
def property_label(schema_name: str, prop: str, lang: str) -> str:
    """The name of a property as seen from a schema; raises `UnknownSchema` or `UnknownProperty`.

    A property that only shows another entity's link ("Payments received") is named by that link's `reverse` words.
    """
    found = schema(schema_name).get(prop)
    if found is None:
        raise UnknownProperty(schema_name, prop)
    words = _reverse_words(found) if found.stub else _own_words(schema_name, prop)
    if words:
        return words(lang)
    # A link's other end is named by the link: on a page of a schema with words it may come from one without.
    forward = found.reverse if found.stub else None
    return _upstream(forward.schema.name if forward else schema_name, found.label, lang)


def _own_words(schema_name: str, prop: str) -> Words | None:
    for level in lineage(schema_name):
        for name in level:
            texts = _label_sheet(name).get("properties", {}).get(prop)
            if texts:
                return Words(texts)
    return None


def _reverse_words(stub: "Property") -> Words | None:
    forward = stub.reverse
    if forward is None:
        return None
    texts = _label_sheet(forward.schema.name).get("reverse", {}).get(forward.name)
    return Words(texts) if texts else None


def _label_sheet(schema_name: str) -> dict[str, Any]:
    return load_data(f"labels/{schema_name}.yaml") if schema_name in labelled_schemata() else {}


@cache
def _upstream(schema_name: str, text: str, lang: str) -> str:
    """FollowTheMoney's word for `text` of the schema, in English where it has none."""
    from gettext import translation

    from followthemoney.util import i18n_path

    return translation("followthemoney", i18n_path, [language(lang)], fallback=True).gettext(text)
