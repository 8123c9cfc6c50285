"""How long things may take and how long they are kept: the node's settings, and what `node.toml` shortens further."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings
from django.utils import timezone

from clew.node.rulebook.queries import settings_for

MONTH: Final = 30
EXTENSION: Final = 60
"""Days that the law leaves to answer, and to put the answer off once; a node may set fewer, not more."""

SOON_DAYS: Final = 30
"""Days before its day at which something is listed."""


def answer_days() -> int:
    """Days to answer a remedy."""
    return min(MONTH, settings_for("", timezone.localdate()).remedy_days)


def extension_days() -> int:
    """Days by which an answer may be put off once."""
    return min(EXTENSION, int(settings.NODE.remedy_extension_days))


def ceiling() -> dt.timedelta:
    """How long something may be kept from a review on; five years (INTERPOL's initial ceiling) unless the node says."""
    years = settings_for("", timezone.localdate()).retention_years_initial
    return dt.timedelta(days=min(int(settings.NODE.retention_days), 365 * years))
