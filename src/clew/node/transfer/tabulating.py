"""Safe tables of the node's statistical records: the records as columns, and the tables published before.

The solver is imported when a table is made: an idle node does without it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.db.models import QuerySet

from clew.node.keys import rest_key
from clew.node.transfer.mapping.rules import ColumnRule
from clew.node.transfer.models import PublishedTable, StatisticalColumn, StatisticalDataset
from clew.node.transfer.opening import rules_of
from clew.node.transfer.statistics import PackedColumn, normalised, unpack
from clew.node.types import BadInput

if TYPE_CHECKING:
    from clew.statistics import Column, Earlier, Method, SafeTable


def tabulate(dataset: StatisticalDataset, *, rows: str, columns: str, k: int, method: str) -> SafeTable:
    """The safe table of a dataset, checked against every table published of its series.

    Raises:
        BadInput: there is no such column, or the table is refused; the reason is in words.
    """
    from clew.statistics import Rule, TableRefused, safe_table

    try:
        rule = Rule(k, cast("Method", method), secret=rounding_secret())
        return safe_table(
            _column(dataset, rows, "rows"), _column(dataset, columns, "columns") if columns else None, rule,
            population=population_of(dataset), earlier=_earlier(dataset.mapping),
        )  # fmt: skip
    except TableRefused as refused:
        raise BadInput(refused.field, refused.problem, refused.cure) from refused


def population_of(dataset: StatisticalDataset) -> str:
    """Names exactly these records: the same file imported again has the same name."""
    return f"{dataset.batch.sha256}:{dataset.records}"


def published_in(series: str) -> QuerySet[PublishedTable]:
    """The tables published of one series, oldest first."""
    return PublishedTable.objects.filter(series=series).order_by("published", "pk")


def digest_of(document: dict[str, Any]) -> str:
    """The digest of a published table."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def rounding_secret() -> bytes:
    """What decides how counts are rounded; it follows from a key that never leaves the node."""
    return hmac.digest(rest_key(), b"clew.statistics.rounding.1", "sha256")


def _earlier(series: str) -> list[Earlier]:
    from clew.statistics import Earlier, table_of

    return [Earlier(one.population, table_of(one.document)) for one in published_in(series)]


def _column(dataset: StatisticalDataset, name: str, field: str) -> Column:
    from clew.statistics import Column, TableRefused

    if name not in dataset.columns:
        raise TableRefused(field, f"The table has no column “{name}”.", f"Choose one of: {', '.join(dataset.columns)}.")
    rules = {rule.name: rule for rule in rules_of(dataset.mapping).statistics}
    rule = rules.get(name, ColumnRule(name))

    @cache
    def read(value: str) -> tuple[str, ...]:
        return normalised(rule, value)

    blocks = StatisticalColumn.objects.filter(dataset=dataset, name=name).order_by("first_record")
    values = [read(value) for block in blocks for value in unpack(PackedColumn(block.values, bytes(block.codes)))]
    return Column(name, values, multiple=rule.kind == "multiple", related=_related(rule, list(rules.values())))


def _related(rule: ColumnRule, rules: list[ColumnRule]) -> frozenset[str]:
    """The columns that this one was derived from, or that were derived from it."""
    return frozenset(
        other.name for other in rules if other.name != rule.name and (_derives(rule, other) or _derives(other, rule))
    )


def _derives(derived: ColumnRule, parent: ColumnRule) -> bool:
    return any(fnmatchcase(parent.name, pattern) for pattern in derived.derived_from)
