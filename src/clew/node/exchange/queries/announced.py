"""What this organisation told its partners of itself, and to whom it has come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clew.node.exchange.models import Announcement, OutboxEntry
from clew.node.exchange.suspending import ACTIONS, REASONS
from clew.node.partners.queries import names_of

SHOWN = 10


@dataclass(frozen=True, slots=True)
class AnnouncementLine:
    """One announcement in words. `arrived`: partners whose nodes confirmed it; `unknown`: of whom that is not known."""

    party: str
    said: str
    reason: str
    ordered: dt.datetime
    by: str
    arrived: Sequence[str]
    unknown: Sequence[str]


def announcements() -> list[AnnouncementLine]:
    """The newest announcements; the number of queries does not grow with the partners."""
    rows = list(Announcement.objects.select_related("ordered_by").order_by("-pk")[:SHOWN])
    envelopes = [envelope for row in rows for _party, envelope in row.sent]
    found = OutboxEntry.objects.filter(envelope_id__in=envelopes).exclude(delivered=None)
    delivered = set(found.values_list("envelope_id", flat=True))
    parties = {row.party for row in rows} | {uid for row in rows for uid in row.waiting}
    names = names_of(parties | {uid for row in rows for uid, _envelope in row.sent})
    return [
        AnnouncementLine(
            party=names.get(row.party, row.party),
            said=str(ACTIONS[row.action]),
            reason=str(REASONS[row.reason]),
            ordered=row.ordered,
            by=str(row.ordered_by),
            arrived=[names.get(uid, uid) for uid, envelope in row.sent if envelope in delivered],
            unknown=[
                names.get(uid, uid)
                for uid in [*row.waiting, *(uid for uid, envelope in row.sent if envelope not in delivered)]
            ],
        )
        for row in rows
    ]
