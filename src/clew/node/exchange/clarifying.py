"""What a request means is asked and answered: its clock stands in between, on both sides and wherever it is shown."""

from __future__ import annotations

from collections.abc import Collection

from clew.exchange.clocks import Clock, Pause
from clew.exchange.kinds.table import CLARIFYING
from clew.node.accounts.actions import NODE
from clew.node.cases.actions import follow_letter_clock
from clew.node.exchange.correspondence import folded_all
from clew.node.exchange.models import Letter, Thread, ThreadEvent

Pauses = tuple[Pause, ...]


def pauses_of(threads: Collection[int] | None = None) -> dict[int, Pauses]:
    """When the clocks of these correspondences, or of all, stood. One about which nobody asked anything is left out.

    Two queries, however many.
    """
    asked = ThreadEvent.objects.filter(kind="letter", data__type="clarify")
    asked = asked if threads is None else asked.filter(thread__in=threads)
    found = folded_all(set(asked.values_list("thread", flat=True)))
    return {thread: state.pauses for thread, state in found.items() if state.pauses}


def clock_of(letter: Letter, pauses: Pauses) -> Clock:
    """A request's clock, from its header and from when it stood."""
    return Clock(letter.created, letter.due, letter.thread.urgency, letter.thread.instrument, "UTC", pauses)


def move_deadlines(threads: Collection[Thread]) -> None:
    """The deadlines that letters of these correspondences set in cases stand and run with their clocks."""
    pauses = pauses_of({thread.pk for thread in threads})
    if not pauses:
        return
    asked = Letter.objects.filter(thread__in=pauses, direction="in", kind="request", due__isnull=False)
    for letter in asked.select_related("thread"):
        stood = pauses[letter.thread_id]
        deadline = clock_of(letter, stood).deadline()
        since = next((pause.start for pause in stood if pause.end is None), None) if deadline is None else None
        follow_letter_clock(actor=NODE, letter=letter.uid, due=deadline, stands_since=since)


def stops_or_starts(kind: str) -> bool:
    """Whether a letter of this type makes a clock stand or run on."""
    return kind in CLARIFYING
