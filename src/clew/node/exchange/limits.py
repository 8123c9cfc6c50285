"""How much inbound takes from one caller: a bucket of allowances per caller that fills at a steady rate.

It is kept in the memory of the one inbound process, for so many callers at most; a restart forgets it.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

MOST_CALLERS: Final = 4096
"""Callers remembered; the one that has been quiet longest is forgotten first. Some 1 MB."""

IPV6_NETWORK: Final = 64
"""Bits: whoever has one address of such a network has them all."""


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


ADDRESSES: Final = Limit(rate=30, burst=120)
"""Requests from one address. A fast pair needs some four a second, for each holds up to 64 envelopes."""

PARTNERS: Final = Limit(rate=150, burst=1500)
"""Envelopes that one partner verifiably sent: a night's backlog at once, then more than a node opens in a second."""


def network_of(address: str) -> str:
    """What counts as one caller: an IPv4 address, or the network of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return format(int(found) >> (128 - IPV6_NETWORK), "x")
