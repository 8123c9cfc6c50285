"""What `clew doctor` finds in this node's own card."""

from __future__ import annotations

import datetime as dt
from typing import Final

from clew.node.partners.queries.own_card import own_card, upcoming_card
from clew.node.types import Finding

SOON: Final = dt.timedelta(days=30)
"""Before the end of a card: partners need some weeks to confirm the next."""


def health_findings(*, now: dt.datetime) -> list[Finding]:
    """Whether there is a card, and whether it holds for some weeks more."""
    newest = upcoming_card(now) or own_card(now)
    if newest is None:
        return [Finding("card", "wrong", "This node has no card.", "Make one with: clew certificate")]
    if newest.valid_until - now < SOON:
        ends = f"The card ends on {newest.valid_until:%d %B %Y}."
        return [Finding("card", "wrong", ends, "Make the next with: clew partner card --renew")]
    return [Finding("card", "well")]
