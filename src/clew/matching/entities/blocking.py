"""What two entities must share before they are compared at all: keys of identifiers, of names and of a birth date.

Two entities without a common key are never compared, so that a store is not compared with itself pair by pair. A key is
text in one form; whoever keeps keys keeps digests of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, product
from typing import Final

from clew.matching import identifiers
from clew.matching.entities.entity import Entity
from clew.matching.entities.frequencies import values_of
from clew.matching.entities.outcomes import analyse
from clew.matching.entities.table import Comparing, family_of, shipped_table
from clew.matching.names.han import han_table
from clew.matching.names.organisations import core_words
from clew.matching.names.romanisations import pinyin_spellings

VERSION: Final = identifiers.VERSION * 100 + 1
"""Raised with the normaliser and with the keys here: keys of two versions are not compared."""

BY_FORM: Final = {
    "account": "account",
    "document number": "document",
    "handle": "handle",
    "national number": "national number",
    "other document number": "document",
    "phone": "phone",
    "plate": "plate",
    "wallet": "wallet",
}
"""How a value is compared, and the kind of identifier that it then is, in whatever kind of entity it stands."""
BY_NAME: Final = {"email": "email", "device or card": "device", "account on the platform": "platform account"}
"""Identifiers whose form is a mere word or number: known by what is compared."""
IDENTIFIERS: Final = frozenset({*BY_FORM.values(), *BY_NAME.values()})
"""The kinds of key that name one thing. The others, `name` and `birth date`, are shared by many."""
LARGEST: Final = {"name": 20, "birth date": 60}
"""In how many entities of one holder a key may stand; what more share tells nobody apart."""
LARGEST_OF_IDENTIFIERS: Final = 50
_SHORTEST: Final = 4
"""Letters and digits of an identifier: below that everybody has it."""
_MOST_SPELLINGS: Final = 4


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that two entities may share."""

    kind: str
    text: str
    values: tuple[str, ...]
    """The values it was made of, as they stand in the entity."""

    @property
    def identifies(self) -> bool:
        """Whether it is the key of an identifier."""
        return self.kind in IDENTIFIERS


def largest(kind: str) -> int:
    """How many entities of one holder may share a key of this kind."""
    return LARGEST.get(kind, LARGEST_OF_IDENTIFIERS)


def keys_of(entity: Entity) -> list[Key]:
    """The keys of an entity, each once; none where entities of its kind are not compared. Raises `UnknownSchema`."""
    family = family_of(entity.schema)
    found: dict[tuple[str, str], list[str]] = {}
    for comparing in shipped_table().families[family] if family else ():
        for kind, text, value in _keys(comparing, entity):
            found.setdefault((kind, text), []).append(value)
    return [Key(kind, text, tuple(dict.fromkeys(values))) for (kind, text), values in found.items()]


def _keys(comparing: Comparing, entity: Entity) -> list[tuple[str, str, str]]:
    kind = BY_NAME.get(comparing.name) or BY_FORM.get(comparing.compares)
    if kind:
        return [(kind, each.key, each.shown) for each in values_of(entity, comparing) if _tells(kind, each.key)]
    shown = [each.shown for each in values_of(entity, comparing)]
    if comparing.name == "birth date":
        return [("birth date", text[:10], text) for text in shown if _is_a_day(text)]
    if comparing.compares == "person name":
        return [("name", key, text) for text in shown for key in _of_person(text)]
    if comparing.compares == "organisation name":
        return [("name", key, text) for text in shown for key in _of_organisation(text)]
    return []


def _tells(kind: str, key: str) -> bool:
    """A number without its country is not one number, and a very short one is everybody's."""
    if kind == "phone":
        return key.startswith("+")
    return len(re.sub(r"\W", "", key)) >= _SHORTEST


def _is_a_day(text: str) -> bool:
    """A whole date; the first of January is what offices write who know only the year."""
    return bool(re.match(r"\d{4}-\d{2}-\d{2}", text)) and text[4:10] != "-01-01"


def _of_person(text: str) -> list[str]:
    """By sound, words in any order; and by letters, whichever way they are cut into words."""
    name = analyse(text)
    if name.plain:
        letters = "".join(_pinyin(letter, place == 0) for place, letter in enumerate(name.plain))
        return [f"letters {''.join(sorted(letters))}"] if letters else []
    parts = [part for part in name.parts if not part.particle] or list(name.parts)
    if not parts or sum(len(part.letters) for part in parts) < _SHORTEST:
        return []
    spelt = [sorted(part.masculine or part.codes or {part.letters}) for part in parts]
    sounds = {" ".join(sorted(each)) for each in islice(product(*spelt), _MOST_SPELLINGS)}
    letters = "".join(sorted("".join(part.letters for part in parts)))
    return [*(f"sounds {each}" for each in sorted(sounds)), f"letters {letters}"]


def _pinyin(letter: str, first: bool) -> str:
    usual = han_table().mandarin.get(letter) or han_table().toned(letter, surname=first)
    return min((min(pinyin_spellings(each[:-1])) for each in usual), default="")


def _of_organisation(text: str) -> list[str]:
    """Without legal form and generic words, whichever way it is cut into words."""
    letters = "".join(core_words(text))
    return [f"words {letters}"] if len(letters) >= _SHORTEST else []
