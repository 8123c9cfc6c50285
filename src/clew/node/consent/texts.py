"""The words in consent records, sealed under the keys of the protected person they are about.

A sealed text carries the persons whose keys open it before its seal: the list is no secret, and a changed list opens
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clew.node.dossier.queries import guarded_persons, open_each_for, seal_for


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealed texts and what they are bound to: about whom, and what they are."""

    person_id: int
    content: bytes | memoryview[int]
    bound_to: str


def seal_texts(person_id: int, texts: Mapping[str, str], bound_to: str) -> bytes:
    """Seal texts about a person; empty ones are left out, and where none is left nothing is kept.

    Args:
        bound_to: what the texts are; in the place of others they do not open.
    """
    kept = {name: text.strip() for name, text in texts.items() if text.strip()}
    if not kept:
        return b""
    persons = guarded_persons([person_id])
    sealed = seal_for(persons, json.dumps(kept, ensure_ascii=False).encode(), _place(person_id, bound_to))
    return json.dumps(persons).encode() + b"\n" + sealed


def open_texts(sealed: Sequence[Sealed]) -> list[dict[str, str]]:
    """The texts of each; none where there were none, or where the person was erased since. One query."""
    there = [(place, one) for place, one in enumerate(sealed) if one.content]
    contents = []
    for _place_in, one in there:
        persons, _newline, content = bytes(one.content).partition(b"\n")
        contents.append((json.loads(persons), content, _place(one.person_id, one.bound_to)))
    texts: list[dict[str, str]] = [{} for _one in sealed]
    for (place, _one), opened in zip(there, open_each_for(contents), strict=True):
        texts[place] = json.loads(opened) if opened is not None else {}
    return texts


def _place(person_id: int, bound_to: str) -> str:
    return f"consent texts {person_id} {bound_to}"
