"""The row that lists and search read: what one compartment's statements say of one entity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from clew.dossier.folding import VALUE_BREAK, fold
from clew.vocabulary.model import UnknownProperty, UnknownSchema, caption_properties, is_edge, property_info

CAPTION_LENGTH = 300
SORT_KEY_LENGTH = 80
# PostgreSQL refuses to index a text of more than a mebibyte; four bytes a character stay below it.
TEXT_LENGTH = 200_000
UNNAMED = "~"

SEARCHED_TYPES = frozenset({"name", "identifier", "phone", "email", "url", "ip", "address", "string", "text", "iban"})
"""Types whose values are words that someone may look for; dates, amounts, codes and links are not."""

EXACT_TYPES = frozenset({"name", "identifier", "phone", "email", "url", "ip", "iban"})
"""Types whose sealed values can be found by the whole value only."""


class Said(NamedTuple):
    """What a row needs of one statement that holds. `value` and `original` are None where they are sealed."""

    id: int
    prop: str
    value: str | None
    accuracy: int
    original: str | None = None


@dataclass(frozen=True, slots=True)
class RowFacts:
    """One row. `caption` is "" where nothing names the entity or the name is sealed; `text` is folded."""

    caption: str
    sort_key: str
    text: str
    statements: int


@cache
def property_type(schema: str, prop: str) -> str:
    """The type of a property's values; "" for one the vocabulary no longer knows."""
    try:
        return property_info(schema, prop).type
    except (UnknownSchema, UnknownProperty):
        return ""


@cache
def _searched(schema: str, prop: str) -> bool:
    return property_type(schema, prop) in SEARCHED_TYPES


@cache
def _caption_places(schema: str) -> dict[str, int]:
    return {prop: place for place, prop in enumerate(caption_properties(schema))}


@cache
def _edge(schema: str) -> bool:
    return is_edge(schema)


def row_of(schema: str, said: Iterable[Said], *, pseudonym: str | None) -> RowFacts:
    """The row of one entity in one compartment.

    Args:
        schema: the entity's schema.
        said: its statements that hold, in any order.
        pseudonym: what stands for the name of a protected person; None for everything else.
    """
    places = _caption_places(schema)
    named: tuple[int, int, int, str] | None = None
    words: dict[str, None] = {}
    count = 0
    for one in sorted(said, key=lambda statement: statement.id):
        count += 1
        if one.value is None:
            continue
        if one.prop in places:
            candidate = (places[one.prop], one.accuracy, one.id, one.value)
            named = candidate if named is None else min(named, candidate)
        if _searched(schema, one.prop):
            words[one.value] = None
            if one.original:
                words[one.original] = None
    if pseudonym is not None:
        caption, text = pseudonym, fold(pseudonym)
    else:
        caption = named[3][:CAPTION_LENGTH] if named else ""
        text = f" {VALUE_BREAK} ".join(map(fold, words))[:TEXT_LENGTH]
    return RowFacts(caption, _sort_key(schema, caption), text, count)


def _sort_key(schema: str, caption: str) -> str:
    if caption:
        return fold(caption)[:SORT_KEY_LENGTH] or UNNAMED
    # Links are found through their ends; an unnamed thing stands at the end of its list.
    return "" if _edge(schema) else UNNAMED
