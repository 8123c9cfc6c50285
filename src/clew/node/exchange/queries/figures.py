"""Figures of the exchange for a monitoring service: how many letters wait, how long, and in which states."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Count, Min, QuerySet, Sum

from clew.exchange.receipts import Stage
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import Attempt, DispatchProblem, InboxEntry, Letter, OutboxEntry, Receipt, Transit
from clew.node.exchange.queries.mailbox import mailbox_figures
from clew.node.types import MetricFamily, Sample
from clew.vocabulary import codelist

OTHER: Final = "other"
"""In place of a word that is no code of this program: what a partner wrote is repeated nowhere."""


def metric_families(*, now: dt.datetime, by_partner: bool) -> Iterator[MetricFamily]:
    """All figures of the exchange.

    Args:
        by_partner: whether what waits for partners is told for each, by its id. It says who writes to whom.
    """
    yield from _outbox(now, by_partner)
    yield from _inbox(now)
    yield from mailbox_figures(now)
    kinds = frozenset(codelist("letter_types").codes)
    letters = Counter[tuple[str, str, str]]()
    counted = Letter.objects.order_by().values_list("direction", "kind", "state").annotate(number=Count("pk"))
    for direction, kind, state, number in counted:
        letters[direction, kind if kind in kinds else OTHER, state] += number
    labels = ("direction", "kind", "state")
    yield _family("clew_letters", "Letters kept.", [Sample(n, _labels(labels, key)) for key, n in letters.items()])
    yield from _receipts()
    carried = Transit.objects.filter(passed_on=None, failed=None)
    yield _family("clew_transit_letters", "Letters carried for others that wait.", [Sample(carried.count())])
    problems = DispatchProblem.objects.count()
    yield _family("clew_dispatch_problems", "Signed decisions that became no letter.", [Sample(problems)])
    turned = Attempt.objects.aggregate(number=Sum("count"))["number"] or 0
    yield MetricFamily("clew_strangers_turned_away", "counter", "Counted attempts of strangers.", [Sample(turned)])


def _outbox(now: dt.datetime, by_partner: bool) -> Iterator[MetricFamily]:
    open_ = OutboxEntry.objects.filter(delivered=None)
    waiting = open_.filter(failed=None)
    states = {"waiting": waiting.filter(carried=None), "carried": waiting.exclude(carried=None)}
    states["given_up"] = open_.exclude(failed=None)
    numbers = [
        Sample(number, {"state": state, **partner})
        for state, rows in states.items()
        for number, partner in _numbers(rows, by_partner)
    ]
    yield _family("clew_outbox_letters", "Envelopes without the recipient's signed receipt.", numbers)
    tries = waiting.aggregate(number=Sum("attempts"))["number"] or 0
    yield _family("clew_outbox_attempts", "Failed attempts of those that wait.", [Sample(tries)])
    yield _family("clew_outbox_oldest_seconds", "Age of the oldest that waits.", [_age(waiting, "created", now)])


def _inbox(now: dt.datetime) -> Iterator[MetricFamily]:
    counted = InboxEntry.objects.order_by().values_list("state").annotate(number=Count("pk"))
    yield _family("clew_inbox_envelopes", "Envelopes received.", [Sample(n, {"state": state}) for state, n in counted])
    unopened = InboxEntry.objects.filter(state="stored")
    yield _family("clew_inbox_oldest_seconds", "Age of the oldest not opened.", [_age(unopened, "received", now)])


def _receipts() -> Iterator[MetricFamily]:
    stages = frozenset(stage.value for stage in Stage)
    counts = Counter[tuple[str, str, str]]()
    counted = Receipt.objects.order_by().values_list("issuer", "stage", "code").annotate(number=Count("pk"))
    for issuer, stage, code, number in counted.iterator():
        direction = "out" if issuer == own_uid() else "in"
        counts[direction, stage if stage in stages else OTHER, "no" if code else "yes"] += number
    labels = ("direction", "stage", "positive")
    yield _family("clew_receipts", "Signed facts.", [Sample(n, _labels(labels, key)) for key, n in counts.items()])
    owed = Receipt.objects.filter(to_send=True).count()
    yield _family("clew_receipts_to_send", "Facts that this node still owes.", [Sample(owed)])


def _numbers(rows: QuerySet[OutboxEntry], by_partner: bool) -> Iterator[tuple[int, dict[str, str]]]:
    if not by_partner:
        yield rows.count(), {}
        return
    for party, number in rows.order_by().values_list("party").annotate(number=Count("pk")):
        yield number, {"partner": party}


def _age(rows: QuerySet[Any], since: str, now: dt.datetime) -> Sample:
    first = rows.aggregate(first=Min(since))["first"]
    return Sample(max((now - first).total_seconds(), 0.0) if first is not None else 0)


def _labels(names: tuple[str, ...], values: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(names, values, strict=True))


def _family(name: str, says: str, samples: list[Sample]) -> MetricFamily:
    return MetricFamily(name, "gauge", says, sorted(samples, key=lambda one: sorted(one.labels.items())))
