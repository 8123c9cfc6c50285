"""One small comparator per kind of value: which level two values reach, and the words for it.

A comparator takes two prepared values. It knows neither weights nor how many entities share a value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from clew.matching.identifiers import normalise
from clew.matching.names import Name, strength
from clew.matching.names import analyse as take_apart
from clew.matching.names import compare as compare_names
from clew.matching.names.organisations import compare_organisations

Outcome = tuple[str, str, tuple[str, ...]]
"""Level, reason, what would change it."""
_LEAST_OF_A_SLIP = 6
_WORDS = re.compile(r"\w+")


@lru_cache(maxsize=50_000)
def analyse(text: str) -> Name:
    """The name taken apart; remembered, because each is compared with many."""
    return take_apart(text)


@dataclass(frozen=True, slots=True)
class Value:
    """A value ready to be compared. Two values with one key are written alike."""

    key: str
    shown: str


@lru_cache(maxsize=200_000)
def prepare(compares: str, text: str, country: str) -> Value | None:
    """The value in the form in which it is compared; None where nothing of the text can be compared so."""
    if compares == "person name":
        key = analyse(text).key
        return Value(key, text) if key else None
    key = _KEYS[compares](text, country)
    return Value(key, text.strip()) if key else None


def compare_values(compares: str, a: Value, b: Value) -> Outcome:
    """Which level two values of one kind reach."""
    return _COMPARATORS.get(compares, exact)(a, b)


def person_name(a: Value, b: Value) -> Outcome:
    """Can both write one person's name; an agreement is graded by how common the surname is."""
    one, other = analyse(a.shown), analyse(b.shown)
    found = compare_names(one, other)
    if not found.same:
        return "differs", f"names {a.shown} and {b.shown}: {found.reason.rstrip('.')}", found.changes
    if found.score < 0.75:
        return "may agree", f"names {a.shown} and {b.shown} may be one: {found.reason.rstrip('.')}", found.changes
    grades = [strength(one), strength(other)]
    grade = min(grades, key=lambda each: _GRADES.index(each.grade))
    level = "agrees, in no list" if grade.grade == "unknown" else f"agrees, {grade.grade}"
    return level, f"names {a.shown} and {b.shown} can be one ({grade.words})", found.changes


_GRADES = ("very common", "common", "ordinary", "unknown")


def organisation_name(a: Value, b: Value) -> Outcome:
    """Are both one registered name but for legal form and spelling."""
    found = compare_organisations(a.shown, b.shown)
    level = "agrees" if found.same else "differs"
    return level, f"names {a.shown} and {b.shown}: {found.reason.rstrip('.')}", found.changes


def date(a: Value, b: Value) -> Outcome:
    """Dates of ISO 8601, in full or only year and month; slips of two kinds are known."""
    if a.key == b.key and len(a.key) == 10:
        return "agrees", f"{a.key} in both", ()
    short, long = sorted((a.key, b.key), key=len)
    said = f"{a.shown} and {b.shown}"
    if long.startswith(short):
        return "agrees as far as it is known", said, ("the date in full on both sides",)
    if len(short) == 10 and a.key == f"{b.key[:4]}-{b.key[8:]}-{b.key[5:7]}":
        return "day and month changed places", f"{said}: day and month changed places", ("the date in a document",)
    if len(short) == 10 and sum(x != y for x, y in zip(a.key, b.key, strict=True)) == 1:
        return "one figure differs", f"{said}: one figure differs", ("the date in a document",)
    return "differs", said, ()


def exact(a: Value, b: Value) -> Outcome:
    """The same in one form, or not."""
    if a.key == b.key:
        return "agrees", f"{a.shown} in both", ()
    return "differs", f"{a.shown} and {b.shown}", ()


def numbered(a: Value, b: Value) -> Outcome:
    """A document's or register's number; one place may be a slip where the number is long."""
    if a.key == b.key:
        return "agrees", f"{a.shown} in both", ()
    if len(a.key) == len(b.key) >= _LEAST_OF_A_SLIP and sum(x != y for x, y in zip(a.key, b.key, strict=True)) == 1:
        return "one place differs", f"{a.shown} and {b.shown}: one place differs", ("the document itself",)
    return "differs", f"{a.shown} and {b.shown}", ()


def worded(a: Value, b: Value) -> Outcome:
    """Words in any order, as addresses are written: what share of them is common, and do the numbers agree."""
    one, other = set(a.key.split()), set(b.key.split())
    common, numbers = one & other, {word for word in one ^ other if any(letter.isdigit() for letter in word)}
    share = len(common) / max(len(one | other), 1)
    if share >= 0.99 or (share >= 0.7 and not numbers):
        return "agrees", f"{a.shown} and {b.shown}", ()
    if share >= 0.4:
        return "agrees in part", f"{a.shown} and {b.shown} in part", ("the address in full on both sides",)
    return "differs", f"{a.shown} and {b.shown}", ()


_COMPARATORS: dict[str, Callable[[Value, Value], Outcome]] = {
    "person name": person_name,
    "organisation name": organisation_name,
    "date": date,
    "document number": numbered,
    "other document number": numbered,
    "words": worded,
}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _words(text: str, country: str) -> str:
    return " ".join(sorted(set(_WORDS.findall(_plain(text)))))


def _date(text: str, country: str) -> str:
    found = re.match(r"\d{4}(-\d{2}(-\d{2})?)?", text.strip())
    return found.group() if found else ""


def _number(text: str, country: str) -> str:
    return normalise("passport", text).value


def _national(text: str, country: str) -> str:
    """A number whose check digit holds, as one person has one of: Bulgarian EGN, Chinese resident card."""
    for kind in ("bulgaria egn", "china resident card"):
        found = normalise(kind, text)
        if found.valid and len(re.sub(r"[^0-9A-Za-z]", "", text)) == len(found.value):
            return f"{kind}:{found.value}"
    return ""


def _other_number(text: str, country: str) -> str:
    return "" if _national(text, country) else _number(text, country)


def _by(kind: str) -> Callable[[str, str], str]:
    def key(text: str, country: str) -> str:
        return normalise(kind, text, country=country).value

    return key


def _handle(text: str, country: str) -> str:
    return normalise("handle", text).value.rpartition("/")[2]


def _account(text: str, country: str) -> str:
    return normalise("iban", text).value


_KEYS: dict[str, Callable[[str, str], str]] = {
    "organisation name": _words,
    "date": _date,
    "document number": _number,
    "other document number": _other_number,
    "number": _number,
    "national number": _national,
    "phone": _by("phone"),
    "word": lambda text, country: _plain(text),
    "words": _words,
    "account": _account,
    "wallet": _by("wallet"),
    "plate": lambda text, country: normalise("plate", text).value,
    "handle": _handle,
}
