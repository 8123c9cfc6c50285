"""An allowance for each caller: a bucket that fills at a steady rate.

It is kept in the memory of one process, for so many callers at most; a restart forgets it.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MOST_CALLERS: Final = 4096
"""Callers remembered; the one that has been quiet longest is forgotten first. Some 1 MB."""


class TooMany(Exception):
    """A caller has used up its allowance; `retry_after` is when the next is there, in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Limit:
    """So many allowances at once, and so many a second after that, for each caller."""

    def __init__(self, *, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: str, number: int = 1) -> None:
        """Use allowances. More than fit into the bucket are taken when it is full, and paid for afterwards.

        Raises:
            TooMany: they are not there; none is used then.
        """
        with self._lock:
            now = self._clock()
            left, before = self._left.pop(caller, (self._burst, now))
            left = min(self._burst, left + (now - before) * self._rate)
            missing = min(number, self._burst) - left
            self._left[caller] = (left if missing > 0 else left - number, now)
            if len(self._left) > MOST_CALLERS:
                self._left.popitem(last=False)
        if missing > 0:
            raise TooMany(math.ceil(missing / self._rate))

    def forget(self) -> None:
        """Let every caller begin anew."""
        with self._lock:
            self._left.clear()
