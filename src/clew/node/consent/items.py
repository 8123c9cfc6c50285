"""What a person can agree to hand over, in the groups that the release rules know.

The groups' contents are data of the rules (`clew.disclosure`, rules/consent_items.yaml); here are only their words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.vocabulary.fields import field_class
from clew.vocabulary.model import get_model

GROUPS: Final = {
    "situation": (
        gettext_lazy("What happened to her"),
        gettext_lazy("The exploitation: kind of work, place, means of control."),
    ),
    "identity": (gettext_lazy("Who she is"), gettext_lazy("Name, birth, nationality, identity papers.")),
    "contact": (gettext_lazy("How to reach her"), gettext_lazy("Phone, email, online accounts.")),
    "whereabouts": (
        gettext_lazy("Where she is or was"),
        gettext_lazy("Addresses and premises. A shelter's address is never given out."),
    ),
    "agency": (gettext_lazy("Who recruited her"), gettext_lazy("Agency and offer of work.")),
    "money": (gettext_lazy("Money"), gettext_lazy("Bank accounts and payments.")),
    "travel": (gettext_lazy("Journeys"), gettext_lazy("Trips and means of travel.")),
}

WITH_ANY: Final = "with_any"
"""What goes with each item (rules/consent_items.yaml): what help is asked for. Nobody is asked about it by itself."""

NEEDS: Final = "needs"

DNA: Final = "dna"
"""A sample and the profile made of it: kept apart, searched for relatives, and never in a letter."""

KEPT_APART: Final = {
    DNA: (
        gettext_lazy("A DNA sample"),
        gettext_lazy("To look for her family or her child, and for nothing else."),
    ),
}
"""What is agreed to like a group, although no release rule knows it: nothing of it can leave in a letter."""

ASKED: Final = GROUPS | KEPT_APART

FOR_HER: Final = {
    "situation": gettext_lazy("What happened to you: the work, the place, how you were controlled"),
    "identity": gettext_lazy("Who you are: your name, your birth, your nationality, your papers"),
    "contact": gettext_lazy("How to reach you: your phone, your email, your accounts"),
    "whereabouts": gettext_lazy("Where you are or were. The address of a shelter is never given to anyone"),
    "agency": gettext_lazy("Who found you the work: the agency and what it offered"),
    "money": gettext_lazy("Money: bank accounts and payments"),
    "travel": gettext_lazy("Your journeys"),
    DNA: gettext_lazy("A DNA sample, to look for your family or your child, and for nothing else"),
}
"""The same groups on paper, in words that speak to her."""


SHARED_FOR_HER: Final = FOR_HER | {
    NEEDS: gettext_lazy("What help you need, and your language"),
    "other": gettext_lazy("Something else. Ask us what it was"),
}
"""What was shared, on paper: the groups, and what is in none of them."""


def for_her(item: str) -> str:
    """An item in words that speak to her."""
    return str(SHARED_FOR_HER[item]) if item in SHARED_FOR_HER else words_of(item)


def is_known(item: str) -> bool:
    """Whether an item names a group, a field class, a schema, or a property as `Schema:property`."""
    if item in ASKED or item in set(vocabulary.FieldClass):
        return True
    schema, _colon, prop = item.partition(":")
    try:
        if not prop:
            vocabulary.schema(schema)
        else:
            vocabulary.property_info(schema, prop)
    except LookupError:
        return False
    return ":" not in item or bool(prop)


def words_of(item: str) -> str:
    """An item in the reader's language."""
    language = get_language() or "en"
    if item in ASKED:
        return str(ASKED[item][0])
    schema, _colon, prop = item.partition(":")
    try:
        label = vocabulary.schema_label(schema, language)
        return f"{label}: {vocabulary.property_label(schema, prop, language)}" if prop else label
    except LookupError:
        return _("Everything of the kind “%(kind)s”") % {"kind": item}


def overlapping(items: Iterable[str], others: Collection[str]) -> frozenset[str]:
    """Those of the items that cover anything that one of the others covers too."""
    spoken = frozenset().union(*(coverage(other) for other in others))
    return frozenset(item for item in items if item in others or coverage(item) & spoken)


def groups_of(carried: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """The groups that properties, as (schema, property), belong to; `needs` of help asked for, `other` in none."""
    groups = tuple(group for group in GROUPS if any(each in coverage(group) for each in carried))
    asked = tuple(each for each in carried if each in coverage(WITH_ANY))
    groups = (*groups, NEEDS) if asked else groups
    beyond = any(
        not any(each in coverage(group) for group in groups if group != NEEDS) for each in set(carried) - set(asked)
    )
    return (*groups, "other") if beyond else groups


@cache
def coverage(item: str) -> frozenset[tuple[str, str]]:
    """The properties, as (schema, property), that an item lets out."""
    schema, _colon, prop = item.partition(":")
    if prop:
        return frozenset({(schema, prop)})
    group = _contents().get(item)
    if group is not None:
        named = {tuple(each.split(":", 1)) for each in group.get("properties", ())}
        return frozenset((one, name) for one, name in _all_properties() if one in group.get("schemata", ())) | named
    if item in set(vocabulary.FieldClass):
        return frozenset(each for each in _all_properties() if field_class(*each) == item)
    return frozenset(each for each in _all_properties() if each[0] == item)


@cache
def _contents() -> dict[str, dict[str, Any]]:
    text = files("clew.disclosure").joinpath("rules/consent_items.yaml").read_text(encoding="utf-8")
    contents: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return contents


@cache
def _all_properties() -> frozenset[tuple[str, str]]:
    """Every property that a statement can have, with its schema."""
    return frozenset(
        (schema.name, prop.name)
        for schema in get_model()
        if not schema.abstract
        for prop in schema.properties.values()
        if not prop.stub
    )
