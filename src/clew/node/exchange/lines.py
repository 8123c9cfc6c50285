"""The lines on which this node talks to partners: few at once, one per way, and a slow one holds up nobody.

A request runs in a thread of its own and may outlast the round that began it; a later round notes what came of it. The
threads only talk to the network: the store is used by the worker's own thread alone.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Final

Way = tuple[str, str, str]
"""What goes on the line (`own` letters, those in `transit`, or `parts`), to whom, and by whom ("" = directly).

With `parts` the last is the number of the transfer."""

AT_ONCE: Final = 8
"""Lines open at once, each with one request of at most `inbound.MAX_REQUEST` bytes: some 45 MB in flight at most."""

FOR_SLOW: Final = AT_ONCE // 2
"""Of these, how many may be open to ways that were slow the last time: the others always find a free one."""

SLOW: Final = 2.0
"""Seconds after which a way counts as slow; a partner that is down takes 5, one on a good line far less than one."""

PATIENCE: Final = 0.25
"""Seconds for which a round waits for the lines it opened, so that letters to fast partners go out without a pause."""


@dataclass(slots=True)
class _Call:
    talk: Future[float]
    note: Callable[[dt.datetime], int]
    began: float
    waited_for: bool = False


class Lines:
    """Open lines. Used by one thread, except that what is said on them runs in threads of their own.

    Args:
        patience: seconds for which a round waits for the lines it opened; None = until the last one ends.
        clock: seconds that only grow.
    """

    def __init__(self, patience: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience, self._clock = patience, clock
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="line")
        self._open: dict[Way, _Call] = {}
        self._slow: set[Way] = set()
        self._turns: dict[Way, int] = {}

    def in_turn(self, ways: Iterable[Way]) -> list[Way]:
        """The ways in the order in which it is their turn: who has waited longest for a line comes first."""
        return sorted(ways, key=lambda way: (self._turns.get(way, 0), way))

    def is_free(self, way: Way) -> bool:
        """Whether a line may be opened on this way now; if not, what is to go there waits for a later round."""
        if way in self._open or len(self._open) >= AT_ONCE:
            return False
        return way not in self._slow or sum(one in self._slow for one in self._open) < FOR_SLOW

    def open_of(self, kind: str) -> int:
        """How many lines of a kind are open."""
        return sum(way[0] == kind for way in self._open)

    def start(self, way: Way, talk: Callable[[], None], note: Callable[[dt.datetime], int]) -> None:
        """Open a line.

        Args:
            talk: what is said on it, in a thread of its own; it raises nothing and does not touch the store.
            note: keeps what came of it, at the time given; returns how many envelopes were answered for.
        """
        self._turns[way] = max(self._turns.values(), default=0) + 1
        self._open[way] = _Call(self._threads.submit(self._timed, talk), note, self._clock())

    def settle(self, kind: str, now: dt.datetime) -> int:
        """Note what ended on the lines of a kind; returns how many envelopes were answered for."""
        mine = {way: call for way, call in self._open.items() if way[0] == kind}
        # Only for those of this round: who did not answer in one round must not delay every round after it.
        wait([call.talk for call in mine.values() if not call.waited_for], self._patience)
        answered = 0
        for way, call in mine.items():
            call.waited_for = True
            if call.talk.done():
                answered += self._settle_one(way, now)
        return answered

    def expect_soon(self) -> bool:
        """Whether a line that is open should end in a moment, so that the next round should come soon."""
        now = self._clock()
        return any(way not in self._slow and now - call.began < SLOW for way, call in self._open.items())

    def close(self, seconds: float) -> None:
        """Wait so long for what is still being said, and open no line any more.

        What has not ended by then is not noted: its envelopes are handed over again, and count once at the other end.
        """
        wait([call.talk for call in self._open.values()], seconds)
        self._threads.shutdown(wait=False)

    def _settle_one(self, way: Way, now: dt.datetime) -> int:
        call = self._open.pop(way)
        if call.talk.result() > SLOW:
            self._slow.add(way)
        else:
            self._slow.discard(way)
        return call.note(now)

    def _timed(self, talk: Callable[[], None]) -> float:
        began = self._clock()
        talk()
        return self._clock() - began
