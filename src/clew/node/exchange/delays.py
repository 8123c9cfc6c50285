"""Why a request was not answered in time: an officer's reason, kept here and told to nobody by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from clew.node.at_rest import unseal
from clew.node.exchange.models import ClockMark, DelayReason, Letter, Thread

LONGEST: Final = 2_000
PASSED: Final = 100
"""The mark of a clock whose time has passed, in percent."""

REASONS: Final[Mapping[str, Promise]] = {
    "workload": gettext_lazy("Too much work for too few people"),
    "authorisation": gettext_lazy("A court's or another authority's permission was not there in time"),
    "others": gettext_lazy("Somebody else had to answer first"),
    "protection": gettext_lazy("Somebody had to be protected first"),
    "technical": gettext_lazy("A fault of the machines or of the line"),
    "oversight": gettext_lazy("It was overlooked"),
    "other": gettext_lazy("Something else"),
}
"""Why it was late. None of these leaves: that somebody had to be protected would say that she is here."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A request that was not answered in time, and why; `reason` is empty while nobody has said so."""

    letter: str
    reason: str
    words: str
    by: str
    at: dt.datetime | None


def bound_to(uid: str) -> bytes:
    """What the sealed words of a letter's delay are bound to."""
    return f"delay of letter {uid}".encode()


def may_explain_delay(row: Letter) -> bool:
    """Whether a letter is a partner's request whose time has passed, and nobody has said why."""
    late = row.direction == "in" and row.kind == "request" and row.thread.case_id is not None
    passed = late and ClockMark.objects.filter(letter=row, percent=PASSED).exists()
    return passed and not DelayReason.objects.filter(letter=row).exists()


def delays_of(thread: Thread) -> list[Delay]:
    """The requests of a correspondence that this node did not answer in time, oldest first; one query."""
    marks = ClockMark.objects.filter(letter__thread=thread, letter__direction="in", percent=PASSED)
    rows = marks.select_related("letter__delay__by").order_by("letter__created", "pk")
    return [_delay(mark.letter) for mark in rows]


def _delay(letter: Letter) -> Delay:
    found: DelayReason | None = getattr(letter, "delay", None)
    if found is None:
        return Delay(letter.uid, "", "", "", None)
    sealed = bytes(found.sealed_words)  # empty once the letter's time was over
    words = unseal(sealed, bound_to(letter.uid)).decode() if sealed else ""
    return Delay(letter.uid, str(REASONS[found.code]), words, str(found.by), found.at)
