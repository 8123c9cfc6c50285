"""The clocks of requests, for oversight: codes and moments, no content.

Read by `clew.node.oversight`, whose own permissions say who sees it; no officer is asked here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Literal

from clew.exchange.punctuality import ClockedRequest
from clew.node.exchange.clarifying import pauses_of
from clew.node.exchange.controlling import ENDED
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import Letter, ThreadEvent

MOST_CLOCKS = 50_000
"""Requests that one table counts; more means: choose a shorter period."""


def request_clocks(*, since: dt.datetime | None = None, until: dt.datetime | None = None) -> list[ClockedRequest]:
    """Requests of both directions that were written in a period, the newest first, `MOST_CLOCKS` at most.

    A request that went out in a correspondence which another request began has that one's answer, as its thread has.
    """
    rows = Letter.objects.filter(kind="request")
    rows = rows.filter(created__gte=since) if since else rows
    rows = rows.filter(created__lt=until) if until else rows
    found = rows.order_by("-created", "-pk").values_list(
        "thread",
        "direction",
        "party",
        "thread__urgency",
        "created",
        "due",
        "thread__answered",
        "thread__state",
        "state",
    )
    stood = pauses_of()
    return [
        ClockedRequest(
            _way(way),
            party,
            urgency,
            started,
            due,
            answered,
            state in ENDED or letter == "refused",
            stood.get(thread, ()),
        )
        for thread, way, party, urgency, started, due, answered, state, letter in found[:MOST_CLOCKS]
    ]


def item_outcomes(
    *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> dict[Literal["given", "received"], Counter[str]]:
    """Outcomes of the items that were answered in a period, by who answered: this node or a partner; one query.

    A postponement and the answer that follows it are two answers to one item, and both are counted.
    """
    rows = ThreadEvent.objects.filter(kind="letter", data__type="reply")
    rows = rows.filter(at__gte=since) if since else rows
    rows = rows.filter(at__lt=until) if until else rows
    counted: dict[Literal["given", "received"], Counter[str]] = {"given": Counter(), "received": Counter()}
    ours = own_uid()
    for by, data in rows.values_list("by", "data").iterator(chunk_size=2_000):
        counted["given" if by == ours else "received"].update(outcome for _item, outcome in data.get("answers", ()))
    return counted


def _way(direction: str) -> Literal["in", "out"]:
    return "in" if direction == "in" else "out"
