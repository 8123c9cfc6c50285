"""Statistics read de-identified records only (guard 6): no column of them may hold whatever someone wrote."""

from __future__ import annotations

from functools import cache

from clew.node.transfer.mapping.rules import ColumnRule, MappingRules
from clew.node.transfer.mapping.shipped import shipped, shipped_ids
from clew.node.transfer.telling import told as _
from clew.node.types import BadInput

LISTED = ("choice", "multiple")
"""Kinds whose values the mapping lists; flags, years, bands and countries are told by their form."""


def refuse_free_columns(rules: MappingRules, field: str) -> None:
    """Refuse a mapping for statistics with a column in which a name or a number of a person could stand.

    The columns of the published tables whose mappings come with Clew were de-identified by their publisher.
    """
    free = next((one for one in rules.statistics if _is_free(one) and (one.name, one.kind) not in _published()), None)
    if free is not None:
        raise BadInput(
            field,
            _("The column “%(name)s” can hold anything, a name too. Statistics read de-identified records only.")
            % {"name": free.name},
            _("Leave the column out, list its values, or import the file into a case, where persons are protected."),
        )


def _is_free(column: ColumnRule) -> bool:
    return column.kind == "text" or (column.kind in LISTED and not column.values)


@cache
def _published() -> frozenset[tuple[str, str]]:
    found = (rules for name in shipped_ids() if (rules := shipped(name)))
    return frozenset((one.name, one.kind) for rules in found for one in rules.statistics)
