"""Gathers what every room finds, without knowing the rooms."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clew.node.accounts.actions import Officer
from clew.node.discovery import offers
from clew.node.types import SearchHit

LONGEST_QUERY = 200
HITS_OF_A_ROOM = 30

KINDS: dict[str, str | Promise] = {
    "case": _("Cases"),
    "entity": _("Dossiers"),
    "party": _("Partners"),
    "letter": _("Letters"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind, the best first."""

    kind: str
    label: str | Promise
    hits: tuple[SearchHit, ...]


def search(*, officer: Officer, text: str, limit: int = HITS_OF_A_ROOM) -> tuple[Group, ...]:
    """What the officer may see and the words find, by kind; each room applies her visibility itself."""
    # PostgreSQL takes no U+0000 in a text.
    words = " ".join(text.replace("\x00", " ").split())[:LONGEST_QUERY]
    if not words:
        return ()
    found: dict[str, list[SearchHit]] = {}
    for room in offers("search_hits"):
        for hit in room(officer=officer, text=words, limit=limit):
            found.setdefault(hit.kind, []).append(hit)
    order = [kind for kind in KINDS if kind in found] + sorted(found.keys() - KINDS.keys())
    return tuple(
        Group(kind, KINDS.get(kind, _("Other")), tuple(sorted(found[kind], key=lambda hit: -hit.score)))
        for kind in order
    )


def limits(*, officer: Officer) -> tuple[str, ...]:
    """What a search does not look through, in sentences of the rooms that leave something out."""
    return tuple(sentence for room in offers("search_limits") if (sentence := room(officer=officer)))
