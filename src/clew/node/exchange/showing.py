"""To whom this node shows its log, and how often."""

from __future__ import annotations

import datetime as dt
from typing import Final

from clew.exchange.checkpoints import CHECKPOINT
from clew.node.exchange.models import OutboxEntry, PartnerLog
from clew.node.partners.queries import parties

EVERY: Final = dt.timedelta(days=1)
"""A checkpoint tells a partner how many entries a log has, so how busy a node is; more often would tell when."""


def due_for_checkpoint(now: dt.datetime) -> list[str]:
    """The confirmed partners whose turn it is. While one checkpoint is on its way to a partner, no other follows it."""
    offered = dict(PartnerLog.objects.values_list("party", "offered"))
    confirmed = parties(status="active").values_list("uid", "confirmed")
    turns = {uid: last + EVERY for uid, since in confirmed if (last := offered.get(uid) or since) is not None}
    due = [uid for uid, turn in turns.items() if turn <= now]
    if not due:
        return []
    waiting = OutboxEntry.objects.filter(party__in=due, kind=CHECKPOINT, delivered=None, failed=None)
    on_the_way = set(waiting.values_list("party", flat=True))
    return sorted(set(due) - on_the_way, key=lambda uid: turns[uid])
