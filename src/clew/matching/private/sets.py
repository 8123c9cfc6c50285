"""Which identifiers may enter a set: of companies, suspects and convicted persons, and of nobody else.

    built = build_set(held, kinds=("iban", "phone"))
    built.identifiers, built.left_out

An identifier that concerns a victim, a witness, a child, an asylum applicant, a smuggled migrant, somebody else or a
person of whom nobody said what she is, stays out, whoever else it concerns. A question or an answer takes nothing but
an `IdentifierSet`, and only `build_set` makes one.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clew.matching.identifiers import KINDS, normalise

OPEN_CATEGORIES = frozenset({"suspect", "convicted"})
"""Of `clew.vocabulary`'s person categories, those whose identifiers may be asked about and answered for."""
LONGEST = 200
"""Letters of an identifier."""
SHORTEST = 5
"""Letters of an identifier: shorter ones are shared by chance, and guessed at once."""
TAIL = 8
"""Letters and digits by which an identifier of a protected person is known again in another form."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A person whom an identifier concerns. None is "nobody said": it keeps the identifier out."""

    category: str | None
    child: bool | None
    asylum: bool | None


@dataclass(frozen=True, slots=True)
class Held:
    """An identifier as the house holds it. `concerns`: every person it concerns; empty: nobody, None: nobody said."""

    kind: str
    text: str
    concerns: tuple[Concerned, ...] | None
    country: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier in one form."""

    kind: str
    value: str


_MADE_HERE = object()


class IdentifierSet:
    """Identifiers that may be compared, each once, in order; and how many stayed out, by reason."""

    __slots__ = ("identifiers", "left_out")

    def __init__(self, identifiers: tuple[Identifier, ...], left_out: Mapping[str, int], *, made: object) -> None:
        if made is not _MADE_HERE:
            raise TypeError("build_set makes sets, so that nothing enters one unasked")
        self.identifiers, self.left_out = identifiers, left_out

    def __len__(self) -> int:
        return len(self.identifiers)

    def __repr__(self) -> str:
        return f"IdentifierSet({len(self)} identifiers)"


WHY_OUT: Mapping[str, str] = {
    "other-kind": "its kind is not compared in this round",
    "nobody-said-whom": "nobody said whom it concerns",
    "protected": "it concerns a person who is neither suspected nor convicted, or of whom nobody said what she is",
    "child": "it concerns a child, or somebody of whom nobody said that she is none",
    "asylum": "it concerns an asylum applicant, or somebody of whom nobody said that she is none",
    "no-form": "it cannot be brought into one form, its check digit fails, or its country is missing",
    "too-short": "it is so short that others have it by chance",
}
"""Why an identifier stays out, in words."""


def build_set(held: Iterable[Held], *, kinds: Iterable[str]) -> IdentifierSet:
    """The identifiers of these kinds that may be compared, each once. What stays out is counted by reason.

    What anywhere in `held` concerns somebody protected stays out everywhere, also where it is written as another kind,
    without its country or among other words: whatever ends in eight letters and digits that stand in it stays out.
    """
    wanted = frozenset(kinds)
    inside: set[Identifier] = set()
    protected: set[str] = set()
    left_out: Counter[str] = Counter()
    for each in held:
        if why := why_protected(each.concerns):
            left_out[why] += 1
            protected |= _known_by(each)
        elif isinstance(found := _read(each, wanted), Identifier):
            inside.add(found)
        else:
            left_out[found] += 1
    kept = tuple(sorted(each for each in inside if _tail(each.value) not in protected))
    left_out["protected"] += len(inside) - len(kept)
    return IdentifierSet(kept, +left_out, made=_MADE_HERE)


def identifier_of(held: Held) -> Identifier | None:
    """The identifier in one form, whoever it concerns; None where it has none."""
    found = _read(held, frozenset(KINDS))
    return found if isinstance(found, Identifier) else None


def _known_by(held: Held) -> set[str]:
    """Every eight letters and digits in a row of a protected identifier, as written and in its one form."""
    texts = [held.text]
    if held.kind in KINDS:
        texts.append(normalise(held.kind, held.text, country=held.country).value)
    plain = [_plain(text) for text in texts]
    return {text[start : start + TAIL] for text in plain for start in range(max(1, len(text) - TAIL + 1))}


def _tail(text: str) -> str:
    return _plain(text)[-TAIL:]


def _plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def why_protected(concerns: tuple[Concerned, ...] | None) -> str:
    """Why an identifier that concerns these persons must not be compared; empty where it may."""
    if concerns is None:
        return "nobody-said-whom"
    if any(person.category not in OPEN_CATEGORIES for person in concerns):
        return "protected"
    if any(person.child is not False for person in concerns):
        return "child"
    return "asylum" if any(person.asylum is not False for person in concerns) else ""


def _read(held: Held, wanted: frozenset[str]) -> Identifier | str:
    """The identifier in one form, or why it has none."""
    if held.kind not in wanted or held.kind not in KINDS:
        return "other-kind"
    found = normalise(held.kind, held.text, country=held.country)
    if found.valid is False or not found.value or (held.kind == "plate" and ":" not in found.value):
        return "no-form"
    if len(found.value) > LONGEST:
        return "no-form"
    return Identifier(held.kind, found.value) if len(found.value) >= SHORTEST else "too-short"
