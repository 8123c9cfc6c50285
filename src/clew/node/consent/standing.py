"""Whether a guardian may answer for a child, and whether what a guardian agreed to still counts."""

from __future__ import annotations

import datetime as dt
from typing import Final

from clew.node.consent.models import Consent, Guardian

NOT_NEEDED: Final = "not_needed"
GOOD: Final = "good"
CONFLICT: Final = "conflict"
UNKNOWN: Final = "unknown"
ENDED: Final = "ended"
NONE: Final = "none"

COUNTS: Final = frozenset({NOT_NEEDED, GOOD})
"""The standings in which a consent counts."""

_BY_ANSWER: Final = {"no": GOOD, "yes": CONFLICT}


def standing_of(guardian: Guardian, today: dt.date) -> str:
    """good, conflict, unknown or ended; a guardian into whom nobody has looked is unknown."""
    findings = list(guardian.findings.all())
    said = _BY_ANSWER.get(findings[-1].answer, UNKNOWN) if findings else UNKNOWN
    if said == CONFLICT:
        return CONFLICT
    if guardian.ended is not None or not guardian.valid_from <= today <= guardian.valid_until:
        return ENDED
    return said


def standing_under(consent: Consent, today: dt.date) -> str:
    """How the guardian who gave a consent stands; `not_needed` where the person gave it herself.

    A doubt that arose after the consent was recorded stops it for good: if the doubt is cleared, it is asked for again.
    """
    if consent.given_by == "self":
        return NOT_NEEDED
    guardian = consent.guardian
    if guardian is None:
        return UNKNOWN
    now = standing_of(guardian, today)
    later = {each.answer for each in guardian.findings.all() if each.recorded > consent.recorded}
    if now == GOOD and later - {"no"}:
        return UNKNOWN
    return now
