"""What settings there are: type, bounds, default, which way is stricter. Data, read once; an unknown key is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.utils.translation import gettext as _

from clew.node.rulebook.setting_words import WORDS
from clew.node.types import BadInput
from clew.vocabulary import codelist

FREE_TEXT = 200
RETIRED = frozenset({"reservations"})
"""Keys that were settings once. Rows of them may be stored; they say nothing, and nothing was ever decided by them."""


class Unreadable(ValueError):
    """A stored value is not of its key's type or out of its bounds."""


@dataclass(frozen=True, slots=True)
class SettingKind:
    """One key of the schema. `country`: none, optional or required; `rules`: ids of the rules that read it."""

    key: str
    type: str
    stricter: str
    country: str
    rules: tuple[str, ...]
    default: Any
    strictest: Any
    least: int
    most: int
    choices: tuple[str, ...]
    permitted: Mapping[str, Sequence[str]]
    instrument: bool

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return str(WORDS[self.key][0])

    @property
    def explanation(self) -> str:
        """What it does, in the reader's language."""
        return str(WORDS[self.key][1])

    def read(self, value: object) -> Any:
        """The value as it is used. Raises `Unreadable`."""
        return READERS[self.type](self, value)

    def stricter_of(self, one: Any, other: Any) -> Any:
        """The stricter of two readable values; where neither is, one that is at least as strict as both."""
        if self.type == "roles":
            return {role: sorted(set(more) & set(other.get(role, ()))) for role, more in one.items() if role in other}
        return one if self.rank(one) >= self.rank(other) else other

    def loosens(self, before: Any, after: Any) -> bool:
        """Whether a change from one readable value to another permits anything that was not permitted."""
        if before == after:
            return False
        if self.type == "roles":
            return any(not set(more) <= set(before.get(role, ())) for role, more in after.items())
        return self.rank(after) < self.rank(before) or (self.rank(after) == self.rank(before))

    def rank(self, value: Any) -> int:
        """How strict a value is; a larger number is stricter. Values of one rank that differ are looser both ways."""
        if self.type == "integer":
            return int(value) if self.stricter == "higher" else -int(value)
        if self.type == "choice":
            return self.choices.index(value)
        if self.type == "boolean":
            return int(value is (self.stricter == "true"))
        # A record permits something, so that having none is stricter.
        return int(not value)


def _integer(kind: SettingKind, value: object) -> int:
    if type(value) is not int or not kind.least <= value <= kind.most:
        raise Unreadable(kind.key)
    return value


def _choice(kind: SettingKind, value: object) -> str:
    if not isinstance(value, str) or value not in kind.choices:
        raise Unreadable(kind.key)
    return value


def _boolean(kind: SettingKind, value: object) -> bool:
    if type(value) is not bool:
        raise Unreadable(kind.key)
    return value


def _record(kind: SettingKind, value: object) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != {"sector", "reference"} or value["sector"] not in kind.choices:
        raise Unreadable(kind.key)
    reference = value["reference"]
    if not isinstance(reference, str) or not reference.strip() or len(reference) > FREE_TEXT:
        raise Unreadable(kind.key)
    return {"sector": value["sector"], "reference": reference.strip()}


def _roles(kind: SettingKind, value: object) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        raise Unreadable(kind.key)
    for role, more in value.items():
        if role not in kind.permitted or not isinstance(more, list) or not set(more) <= set(kind.permitted[role]):
            raise Unreadable(kind.key)
    return {role: sorted(set(more)) for role, more in value.items() if more}


READERS = {
    "integer": _integer,
    "choice": _choice,
    "boolean": _boolean,
    "record": _record,
    "roles": _roles,
}


@cache
def schema() -> Mapping[str, SettingKind]:
    """Every setting by key, in the file's order."""
    text = files("clew.node.rulebook").joinpath("settings_schema.yaml").read_text(encoding="utf-8")
    return {key: _kind(key, entry) for key, entry in yaml.safe_load(text).items()}


def kind_of(key: str) -> SettingKind:
    """One setting; raises `BadInput` for a key that is none."""
    found = schema().get(key)
    if found is None:
        raise BadInput("key", _("There is no such setting."), _("Choose one from the list."))
    return found


def _kind(key: str, entry: Mapping[str, Any]) -> SettingKind:
    roles = codelist("roles")
    permitted = entry.get("permitted", {})
    if any(role not in roles for role in [*permitted, *(each for more in permitted.values() for each in more)]):
        raise ValueError(f"The schema of settings names a role that does not exist, at {key}.")
    return SettingKind(
        key=key,
        type=entry["type"],
        stricter=entry["stricter"],
        country=entry["country"],
        rules=tuple(entry["rules"]),
        default=entry["default"],
        strictest=entry["strictest"],
        least=entry.get("least", 0),
        most=entry.get("most", 0),
        choices=tuple(entry.get("choices", ())),
        permitted=permitted,
        instrument=bool(entry.get("instrument", False)),
    )
