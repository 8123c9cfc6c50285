"""Which column of a file is which column of a mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clew.node.transfer.mapping.rules import MappingRules
from clew.node.transfer.readers import FileRefused
from clew.node.transfer.telling import told as _

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Matching:
    """`places` names for each column of the mapping its place in the file, -1 where it is not there."""

    places: dict[str, int]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def match(rules: MappingRules, found: Sequence[str], chosen: Mapping[str, str] | None = None) -> Matching:
    """Find the mapping's columns in the file: as chosen by the officer, else by name, however it is written."""
    chosen = chosen or {}
    by_name = {_folded(name): place for place, name in enumerate(found)}
    places = {}
    for column in rules.columns:
        wanted = chosen.get(column, column)
        places[column] = by_name.get(_folded(wanted), -1) if wanted else -1
    taken = set(places.values())
    return Matching(
        places,
        unknown=tuple(name for place, name in enumerate(found) if place not in taken),
        missing=tuple(column for column in rules.required_columns if places[column] < 0),
    )


def checked(matching: Matching, *, leave_out_unknown: bool) -> Matching:
    """The matching, refused where a needed column is missing or a column of the file is not known."""
    if matching.missing:
        raise FileRefused(
            "missing_column",
            _("The column “%(name)s” is missing.") % {"name": matching.missing[0]},
            _("Check that this is the right file and mapping, or say which column it is."),
            row=1,
            field=matching.missing[0],
        )
    if matching.unknown and not leave_out_unknown:
        raise FileRefused(
            "unknown_column",
            _("The mapping does not know the column “%(name)s”.") % {"name": matching.unknown[0]},
            _("Say which column it is, or choose to leave out columns that the mapping does not know."),
            row=1,
            field=matching.unknown[0],
        )
    return matching


def _folded(name: str) -> str:
    return _NOT_WORD.sub("", name).casefold()
