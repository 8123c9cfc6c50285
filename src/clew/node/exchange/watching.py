"""Watches the clocks of requests: warns at 50 and 80 percent, and when a deadline has passed."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from clew.exchange.clocks import Clock
from clew.node.accounts.actions import NODE, Actor, action
from clew.node.audit.actions import record
from clew.node.cases.actions import Asked, add_task
from clew.node.exchange.models import ClockMark, Letter

PASSED = 100


def watch_clocks(now: dt.datetime) -> int:
    """Say each mark of each running clock once; returns how many were said."""
    said = 0
    running = Letter.objects.filter(
        Q(direction="out") | Q(state__in=("quarantined", "accepted")),
        kind="request",
        due__isnull=False,
        thread__answered=None,
    ).exclude(Q(marks__percent=PASSED) | Q(thread__state="recalled"))
    for letter in running.select_related("thread__case"):
        stage = clock(letter).stage(now)
        if stage and not ClockMark.objects.filter(letter=letter, percent=stage).exists():
            mark_clock(actor=NODE, letter=letter, percent=stage, now=now)
            said += 1
    return said


@action("exchange.mark_clock", permission="node.act")
def mark_clock(*, actor: Actor, letter: Letter, percent: int, now: dt.datetime) -> ClockMark:
    """A mark was passed: whoever works on the case is told, in a task that says what to do."""
    mark = ClockMark.objects.create(letter=letter, percent=percent, at=now)
    case = letter.thread.case
    if case is not None and case.closed is None:
        add_task(
            actor=actor,
            case_id=case.pk,
            kind="clock.passed" if percent == PASSED else "clock.running",
            title=_title(letter, percent),
            due=letter.due,
            url=f"/letters/{letter.thread.uid}/",
        )
    record(
        actor=actor,
        act="exchange.mark_clock",
        object_kind="letter",
        object_id=letter.uid,
        details={"percent": percent},
    )
    return mark


def clock(letter: Letter) -> Clock:
    """The letter's running clock, from its header."""
    return Clock(letter.created, letter.due, letter.thread.urgency, letter.thread.instrument, "UTC")


def _title(letter: Letter, percent: int) -> Asked:
    number = letter.uid[:8]
    if percent < PASSED:
        text = _("%(percent)d %% of the time to answer letter %(number)s has run.")
        return Asked(text, {"percent": percent, "number": number})
    if letter.direction == "in":
        text = _("The time to answer letter %(number)s has passed. Answer it, or explain the delay.")
    else:
        text = _("The partner's time to answer letter %(number)s has passed. Ask for an explanation.")
    return Asked(text, {"number": number})
