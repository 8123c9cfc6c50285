"""How time limits were kept, by this node and by its partners: counts without a person or a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from clew.exchange.punctuality import ClockedRequest, Punctuality, punctuality
from clew.node.accounts.actions import Officer, require
from clew.node.exchange.queries import MOST_CLOCKS, item_outcomes, request_clocks
from clew.node.oversight.queries.registers import day_start
from clew.node.partners.queries import names_of


@dataclass(frozen=True, slots=True)
class ClockTable:
    """Requests of one direction, by partner and by urgency; `items`: outcomes of answered items and their number."""

    total: Punctuality
    by_party: Sequence[tuple[str, Punctuality]]
    by_urgency: Sequence[tuple[str, Punctuality]]
    items: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class ClockStatistics:
    """What partners asked of this node, and what it asked of them. `cut_off`: there were more than are counted."""

    asked_here: ClockTable
    asked_there: ClockTable
    cut_off: bool


def clock_statistics(*, officer: Officer, since: dt.date | None, until: dt.date | None) -> ClockStatistics:
    """Requests written in a period (whole days, `until` included), of all teams."""
    require(officer, "register.see")
    period = {"since": day_start(since), "until": day_start(until, 1)}
    found, items = request_clocks(**period), item_outcomes(**period)
    names, now = names_of({one.party for one in found}), timezone.now()
    return ClockStatistics(
        _table([one for one in found if one.direction == "in"], items["given"], names, now),
        _table([one for one in found if one.direction == "out"], items["received"], names, now),
        cut_off=len(found) >= MOST_CLOCKS,
    )


def _table(
    found: Sequence[ClockedRequest], items: Mapping[str, int], names: Mapping[str, str], now: dt.datetime
) -> ClockTable:
    return ClockTable(
        punctuality(found, now),
        [(names.get(uid, uid), kept) for uid, kept in _grouped(found, lambda one: one.party, now)],
        _grouped(found, lambda one: one.urgency, now),
        sorted(items.items()),
    )


def _grouped(
    found: Sequence[ClockedRequest], key: Callable[[ClockedRequest], str], now: dt.datetime
) -> list[tuple[str, Punctuality]]:
    groups: dict[str, list[ClockedRequest]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return [(name, punctuality(groups[name], now)) for name in sorted(groups)]
