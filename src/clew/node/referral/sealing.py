"""What was recorded of a person, sealed under her key as the dossier's values are.

A sealed content carries the persons whose keys open it before its seal, as the words in consent records do: the list
is no secret, and a changed list opens nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clew.node.dossier.queries import guarded_persons, open_each_for, seal_for
from clew.node.types import BadInput


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed content and the row that it is bound to: the kind of row and its uid."""

    content: bytes | memoryview[int]
    kind: str
    uid: str


def seal(person_id: int, said: Mapping[str, Any], *, kind: str, uid: str) -> bytes:
    """Seal what was said of a person; in another row's place it does not open.

    Raises:
        BadInput: she has no key, or was erased: under the node's own key alone nothing of her is kept.
    """
    persons = guarded_persons([person_id])
    if not persons:
        problem = _("This person is not protected, so nothing said here would be sealed.")
        raise BadInput(
            "", problem, _("Look on her page whether she was erased, or say there that she may be a victim.")
        )
    content = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    return json.dumps(persons).encode() + b"\n" + seal_for(persons, content, _place(kind, uid))


def open_all(sealed: Sequence[Sealed]) -> list[dict[str, Any]]:
    """What was said in each; nothing where it is void, or where she was erased since. One query."""
    there = [(place, one) for place, one in enumerate(sealed) if bytes(one.content)]
    contents = []
    for _at, one in there:
        persons, _newline, content = bytes(one.content).partition(b"\n")
        contents.append((json.loads(persons), content, _place(one.kind, one.uid)))
    found: list[dict[str, Any]] = [{} for _one in sealed]
    for (place, _one), opened in zip(there, open_each_for(contents), strict=True):
        found[place] = json.loads(opened) if opened is not None else {}
    return found


def _place(kind: str, uid: str) -> str:
    return f"referral {kind} {uid}"
