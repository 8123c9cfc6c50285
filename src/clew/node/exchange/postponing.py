"""Requests whose slot has come and whose answer has not left, whatever the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max, Q

from clew.disclosure.slots import SHORTEST, interval_of_word, last_word_slot, slot_period
from clew.exchange.threads import State
from clew.node.disclosure.queries import signed_undispatched
from clew.node.exchange.controlling import ENDED
from clew.node.exchange.models import Letter

WAITING = ("quarantined", "accepted")
"""Requests that still want an answer: a declined one has its own."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request at its slot. `until`: the day of the next one."""

    letter: int
    party: str
    post: str
    until: dt.date


def unanswered_at_their_slot(now: dt.datetime) -> Iterator[Unanswered]:
    """The requests of which nothing has left at their latest slot, the oldest first.

    One whose answer is signed and due is not among them: it leaves as soon as the rules have looked once more, and if
    they hold it back, it is among them in the next round.
    """
    longest = dt.timedelta(seconds=settings.NODE.reply_slot)
    leaving = set(signed_undispatched(now).filter(release__kind="reply").values_list("release__in_reply_to", flat=True))
    # What left on time leaves a little after its slot, never before it.
    said = Max("thread__letters__created", filter=Q(thread__letters__direction="out", thread__letters__kind="reply"))
    open_ones = Letter.objects.filter(
        direction="in", kind="request", state__in=WAITING, thread__answered=None,
        recorded__lte=now - min(SHORTEST, longest),
    )  # fmt: skip
    # Who was asked what it means knows why no answer comes.
    open_ones = open_ones.exclude(thread__state__in=(State.CLARIFICATION.value, *ENDED))
    # A letter that was destroyed when its time was over cannot be answered any more.
    rows = open_ones.exclude(wrapped_key=b"").annotate(said=said).order_by("recorded", "pk")
    for pk, uid, party, post, arrived, due, last in rows.values_list(
        "pk", "uid", "party", "post", "recorded", "due", "said"
    ):
        period = slot_period(arrived, due, longest)
        slot = last_word_slot(arrived, due, now, period)
        if slot is None or uid in leaving or (last is not None and last >= slot.replace(microsecond=0)):
            continue
        yield Unanswered(pk, party, post, (slot + interval_of_word(arrived, due, period)).date())
